"""Copying a week (or any range of days) of a post's roster to later days: shifts, needs and people.

What is already there stays. Shifts that do not exist yet are made as drafts. People who cannot, or should not, are
listed with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from piket.giliran import days_between
from piket.lembar import Lembar, Petugas
from piket.models import Pembuatan, Piket, shift_range
from piket.penugasan import Ditolak, one_edit
from piket.periksa import Kesibukan, Sebab
from piket.rencana import BarisRencana, Hasil, Rencana, lock_rows
from posko import access
from posko.models import Anggota, Posko
from posko.templatetags.posko import angka, tanggal

if TYPE_CHECKING:
    from posko.access import Aktor

LEBIH = Sebab("di luar kebutuhan", False)
TAK_AKTIF = Sebab("bukan lagi anggota aktif", True)


@dataclass(frozen=True)
class Salinan:
    """What to copy where: the days dari–sampai, again and again, from `mulai` to `hingga` (all included, local)."""

    dari: dt.date
    sampai: dt.date
    mulai: dt.date
    hingga: dt.date
    paksa: bool = False

    def pairs(self) -> list[tuple[dt.date, dt.date]]:
        """(target day, the day it is copied from)."""
        length = (self.sampai - self.dari).days + 1
        return [
            (day, self.dari + dt.timedelta(days=n % length))
            for n, day in enumerate(days_between(self.mulai, self.hingga))
        ]


def plan_copy(posko: Posko, salinan: Salinan, *, by: Aktor) -> Rencana:
    """What copying would do, seen from now. Eleven queries, whatever the size."""
    source = Lembar.read(posko, salinan.dari, salinan.sampai)
    target = Lembar.read(posko, salinan.mulai, salinan.hingga)
    members = {
        a.pk: a
        for a in Anggota.objects.filter(pk__in={p.anggota for p in source.petugas})
        .select_related("pengguna", "kursi__instansi")
        .order_by("pk")
    }
    people = {a.pengguna_id for a in members.values()}
    reasons = access.can(by, "read_attendance", posko)
    known = Kesibukan.read(posko.pemilihan_id, people, salinan.mulai, salinan.hingga, alasan=reasons)
    copier = _Copier(posko, source, target, members, known, Rencana(salinan.paksa))
    for day, like in salinan.pairs():
        for shift in sorted(source.per_hari.get(like, ()), key=lambda s: (s.waktu.lower, s.pk)):
            copier.copy(shift, day)
    return copier.plan


class _Copier:
    """Goes from day to day; who is placed counts when the next is judged."""

    def __init__(
        self,
        posko: Posko,
        source: Lembar,
        target: Lembar,
        members: dict[int, Anggota],
        known: Kesibukan,
        plan: Rencana,
    ) -> None:
        self.posko, self.source, self.target = posko, source, target
        self.members, self.known, self.plan = members, known, plan
        self.there = {(s.jenis, s.waktu.lower, s.waktu.upper): s for s in target.piket}
        self.needs: dict[int, dict[int, int]] = defaultdict(dict)
        for sheet in (source, target):
            for (piket, kursi), jumlah in sheet.butuh.items():
                self.needs[piket][kursi] = jumlah

    def copy(self, shift: Piket, day: dt.date) -> None:
        zona = self.posko.zona
        start, end = (timezone.localtime(t, zona).time() for t in (shift.waktu.lower, shift.waktu.upper))
        waktu = shift_range(zona, day, start, end)
        existing = self.there.get((shift.jenis, waktu.lower, waktu.upper))
        twin = existing or self._make(shift, day, waktu)
        needs = self.needs[existing.pk if existing else shift.pk]
        present = self.target.per_piket.get(existing.pk, []) if existing else []
        led = any(p.koordinator for p in present)
        count: dict[int, int] = defaultdict(int)
        for duty in present:
            count[duty.kursi] += 1
        here = {p.pengguna for p in present}
        for duty in self.source.per_piket.get(shift.pk, ()):
            row = self._place(duty, twin, here, needs, count)
            if self.plan.is_placed(row):
                row.koordinator = duty.koordinator and not led and not row.anggota.peserta
                count[duty.kursi] += 1
                here.add(duty.pengguna)
                self.known.add(duty.pengguna, twin)

    def _make(self, shift: Piket, day: dt.date, waktu: object) -> Piket:
        twin = Piket(
            posko=self.posko, pemilihan_id=self.posko.pemilihan_id, jenis=shift.jenis, nama=shift.nama,
            tanggal=day, waktu=waktu, terbit_pada=None,
        )  # fmt: skip
        self.plan.giliran.append((twin, self.needs[shift.pk]))
        return twin

    def _place(
        self, duty: Petugas, twin: Piket, here: set[int], needs: dict[int, int], count: dict[int, int]
    ) -> BarisRencana:
        anggota = self.members[duty.anggota]
        if duty.pengguna in here:
            row = BarisRencana(twin, anggota, Hasil.SUDAH)
        else:
            against = self.known.problems(anggota, twin.waktu, twin.tanggal)
            if not (anggota.pengguna.is_active and anggota.kursi.aktif):
                against.append(TAK_AKTIF)
            if needs and count[duty.kursi] >= needs.get(duty.kursi, 0):
                against.append(LEBIH)
            row = BarisRencana(twin, anggota, *self.plan.weigh(against))
        self.plan.baris.append(row)
        return row


def copy(posko: Posko, salinan: Salinan, sidik: str, *, by: Aktor) -> Pembuatan:
    """Carry out the plan that was shown. One transaction, one Pembuatan.

    sidik: `Rencana.sidik` of what was shown; Basi when something changed since, Ditolak when nothing would change.
    """
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    with one_edit():
        # Before anything is read: who makes shifts here, edits these, or assigns these people waits.
        Posko.objects.select_for_update(no_key=True, of=("self",)).get(pk=posko.pk)
        source = Anggota.objects.filter(
            penugasan__piket__posko=posko,
            penugasan__piket__tanggal__range=(salinan.dari, salinan.sampai),
            penugasan__status="dijadwalkan",
        )
        target = Piket.objects.filter(posko=posko).on_dates(salinan.mulai, salinan.hingga)
        lock_rows(target, set(source.values_list("pengguna", flat=True)))
        plan = plan_copy(posko, salinan, by=by)
        if plan.kosong:
            raise Ditolak("Tidak ada yang perlu disalin: giliran dan petugasnya sudah ada di sana.")
        plan.refuse_other(sidik)
        batch = Pembuatan.objects.create(
            pemilihan_id=posko.pemilihan_id, posko=posko, jenis=Pembuatan.Jenis.SALIN, dari=salinan.mulai,
            sampai=salinan.hingga, oleh=by.pengguna, ringkasan=_summary(salinan, plan),
        )  # fmt: skip
        plan.write(batch)
    return batch


def _summary(salinan: Salinan, plan: Rencana) -> str:
    return (
        f"{angka(len(plan.giliran))} giliran dan {angka(len(plan.ditempatkan))} penugasan disalin dari"
        f" {tanggal(salinan.dari)} – {tanggal(salinan.sampai)}"
    )
