"""Checking in and out oneself, by the code on the post's screen."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from piket import kehadiran, kode
from piket.kehadiran import BUKA_SEBELUM, HADIR, PULANG_SETELAH, TABEL, Perubahan, present_state
from piket.models import Penugasan
from piket.penugasan import Ditolak
from posko import access
from posko.templatetags.posko import waktu as moment

if TYPE_CHECKING:
    from piket.models.penugasan import PenugasanQuerySet
    from posko.access import Aktor

DATANG, PULANG = "datang", "pulang"


def own_duties(by: Aktor, at: dt.datetime) -> PenugasanQuerySet:
    """This person's live duties in whose hours, with the time before and after, `at` lies; in order of time."""
    near = DateTimeTZRange(at - PULANG_SETELAH, at + BUKA_SEBELUM, "[]")
    return _announced(by, at).filter(waktu__overlap=near).order_by("waktu", "id")


def _announced(by: Aktor, at: dt.datetime) -> PenugasanQuerySet:
    known = Q(piket__terbit_pada__isnull=False) | Q(waktu__startswith__lte=at)
    edition = by.edisi.pk if by.edisi else None
    return Penugasan.objects.live().filter(known, pengguna=by.pengguna, pemilihan=edition)


def next_duty(by: Aktor, at: dt.datetime) -> Penugasan | None:
    """The duty after `at` that is announced: what to tell who comes too early. One query."""
    later = _announced(by, at).filter(waktu__startswith__gt=at).order_by("waktu", "id")
    return later.select_related("piket__posko__wilayah").first()


def check(by: Aktor, text: str, aksi: str, at: dt.datetime | None = None) -> Penugasan:
    """Check in ("datang") or out ("pulang") with the digits on the screen; returns the duty with what is recorded.

    at: aware, default the server's clock. Done already is fine and uses no code: a double tap changes nothing.
    Raises `kode.KodeSalah` (counted by the caller), `kode.KodeDipakai`, `Ditolak`.
    """
    now = at or timezone.now()
    with transaction.atomic():
        duties = kehadiran.lock(own_duties(by, now))
        if not duties:
            raise Ditolak(no_duty(by, now))
        if len(duties) == 1 and _done(duties[0], aksi):
            return duties[0]
        duty, ticks = _meant(duties, kode.clean(text), now)
        if _done(duty, aksi):
            return duty
        if not access.can(by, "check_in", duty):
            raise PermissionDenied
        kehadiran.change(
            duty, _new_state(duty, aksi, now), at=now, oleh=by.pengguna, cara=kehadiran.Cara.KODE
        )
        kode.use(duty, ticks)
        kehadiran.save([duty])
    return duty


def _done(duty: Penugasan, aksi: str) -> bool:
    return (duty.pulang if aksi == PULANG else duty.datang) is not None


def _new_state(duty: Penugasan, aksi: str, at: dt.datetime) -> Perubahan:
    if aksi == PULANG:
        return Perubahan(TABEL["check_out"], duty.kehadiran, duty.datang, at)
    return Perubahan(TABEL["check_in"], present_state(duty, at), at)


def _meant(duties: list[Penugasan], text: str, at: dt.datetime) -> tuple[Penugasan, list[int]]:
    """The duty whose shift shows these digits. Raises `KodeSalah`."""
    if not text:
        raise kode.KodeSalah("Ketik enam angka yang sedang tampil di layar posko.")
    for duty in duties:
        if ticks := kode.match(duty.piket_id, text, at):
            return duty, ticks
    if any(kode.is_stale(duty.piket_id, text, at) for duty in duties):
        raise kode.KodeSalah(
            f"Kode ini sudah lewat {kode.BERLAKU} detik. Ketik kode yang sekarang tampil di layar."
        )
    shifts = " atau ".join(f"{d.piket.nama} {d.piket.jam} di {d.piket.posko}" for d in duties)
    raise kode.KodeSalah(f"Kode salah, atau milik giliran lain. Yang dapat Anda catat sekarang: {shifts}.")


def no_duty(by: Aktor, at: dt.datetime) -> str:
    """Why nothing can be recorded now: too early, or no duty at all."""
    coming = next_duty(by, at)
    if coming is None:
        return "Anda tidak bertugas sekarang. Bila seharusnya bertugas, hubungi koordinator piket."
    shift = coming.piket
    opens = moment(coming.waktu.lower - BUKA_SEBELUM, shift.posko.zona)
    return f"Anda tidak bertugas sekarang. Giliran berikut di {shift.posko}: kehadiran dibuka {opens}."


def can_check_in(duty: Penugasan, at: dt.datetime) -> bool:
    """Whether the page offers "Catat datang" for a duty."""
    return (
        duty.kehadiran in TABEL["check_in"].dari and duty.waktu.lower - BUKA_SEBELUM <= at < duty.waktu.upper
    )


def can_check_out(duty: Penugasan, at: dt.datetime) -> bool:
    return duty.kehadiran in HADIR and duty.pulang is None and at <= duty.waktu.upper + PULANG_SETELAH
