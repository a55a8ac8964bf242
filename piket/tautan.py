"""Personal links: one member checks in once without signing in, when there is no code to read. Recorded as `tautan`.

The link is a secret of its bearer: only its SHA-256 is kept, it is shown once, good until the shift ends, and a newer
one for the same duty ends it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from piket import kehadiran
from piket.kehadiran import BUKA_SEBELUM, TABEL, Cara, Perubahan, present_state
from piket.models import Penugasan, TautanHadir
from piket.penugasan import Ditolak
from posko import access
from posko.templatetags.posko import waktu as moment

if TYPE_CHECKING:
    from posko.access import Aktor


class TautanHabis(Ditolak):
    """A link that was good once: used, expired, or of a duty that is no more."""


def fingerprint(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(duty_id: int, *, by: Aktor, at: dt.datetime | None = None) -> tuple[Penugasan, str]:
    """A new link for a member's duty: the duty, and the token to show once. Former links of the duty end."""
    now = at or timezone.now()
    with transaction.atomic():
        found = kehadiran.lock(Penugasan.objects.filter(pk=duty_id))
        if not found:
            raise Ditolak("Penugasan ini sudah tidak ada.")
        duty = found[0]
        if not access.can(by, "mark_attendance", duty):
            raise PermissionDenied
        if duty.status not in Penugasan.LIVE or now >= duty.waktu.upper:
            raise Ditolak("Tautan hanya untuk tugas yang masih berlaku dan belum selesai.")
        if duty.kehadiran not in TABEL["check_in"].dari:
            raise Ditolak(
                f"{duty.pengguna.nama} sudah tercatat {duty.get_kehadiran_display().lower()}; tautan tidak perlu."
            )
        earlier = TautanHadir.objects.filter(penugasan=duty, dipakai_pada=None, berlaku_sampai__gt=now)
        earlier.update(berlaku_sampai=now)
        token = secrets.token_urlsafe(24)
        TautanHadir.objects.create(
            penugasan=duty, sidik=fingerprint(token), berlaku_sampai=duty.waktu.upper, oleh=by.pengguna
        )
    return duty, token


def find(token: str) -> TautanHadir | None:
    """The link of a token, with its duty, shift and person. One query."""
    links = TautanHadir.objects.select_related(
        "penugasan__piket__posko__wilayah", "penugasan__pengguna", "penugasan__anggota__kursi__instansi",
        "penugasan__pemilihan",
    )  # fmt: skip
    return links.filter(sidik=fingerprint(token)).first()


def why_over(link: TautanHadir, at: dt.datetime) -> str:
    """Why a link can no longer be used; empty while it can."""
    duty = link.penugasan
    if link.dipakai_pada:
        return f"Tautan ini sudah dipakai {moment(link.dipakai_pada, duty.piket.zona)}."
    if at >= link.berlaku_sampai or duty.pemilihan.arsip:
        return f"Masa berlaku tautan ini sudah habis {moment(link.berlaku_sampai, duty.piket.zona)}."
    if duty.status not in Penugasan.LIVE:
        return "Tugas pada tautan ini sudah dialihkan atau dibatalkan."
    if duty.kehadiran not in TABEL["check_in"].dari:
        return f"Kehadiran Anda sudah tercatat: {duty.get_kehadiran_display().lower()}."
    return ""


def opens_at(link: TautanHadir) -> dt.datetime:
    """From when on the link records an arrival."""
    return link.penugasan.waktu.lower - BUKA_SEBELUM


def use(link: TautanHadir, at: dt.datetime | None = None) -> Penugasan:
    """Check the member in, once. Raises `TautanHabis`, or `Ditolak` when it is too early."""
    now = at or timezone.now()
    with transaction.atomic():
        # The duty first, as everywhere; then what the link is now, not what it was when the page was opened.
        duty = kehadiran.lock(Penugasan.objects.filter(pk=link.penugasan_id))[0]
        fresh = TautanHadir.objects.select_for_update().get(pk=link.pk)
        duty.pemilihan, fresh.penugasan = link.penugasan.pemilihan, duty
        if reason := why_over(fresh, now):
            raise TautanHabis(reason)
        new = Perubahan(TABEL["check_in"], present_state(duty, now), now)
        kehadiran.change(duty, new, at=now, oleh=duty.pengguna, cara=Cara.TAUTAN)
        kehadiran.save([duty])
        fresh.dipakai_pada = now
        fresh.save(update_fields=["dipakai_pada"])
    return duty
