"""Letting a colleague of the same seat take over all duties of a person from a date on.

Each duty taken over stays as `digantikan` and the new one points to it, so that it can be told, and undone. Locked ones
stay; what the colleague cannot or should not take is listed with the reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from piket.models import Pembuatan, Penugasan, Piket
from piket.penugasan import Ditolak, one_edit
from piket.periksa import Kesibukan, Sebab
from piket.rencana import BarisRencana, Rencana, lock_rows
from posko import access
from posko.models import Anggota
from posko.templatetags.posko import angka, tanggal

if TYPE_CHECKING:
    from piket.models.penugasan import PenugasanQuerySet
    from posko.access import Aktor
    from posko.models import Posko

TERKUNCI = Sebab("terkunci", True)
SUDAH_ADA = Sebab("penggantinya sudah ada di giliran itu", True)


@dataclass(frozen=True)
class Penggantian:
    """`baru` takes over from `lama` (members of one seat) on shifts from one local date to another, both included."""

    lama: Anggota
    baru: Anggota
    dari: dt.date
    sampai: dt.date
    paksa: bool = False


def _duties(posko: Posko, ganti: Penggantian) -> PenugasanQuerySet:
    """Of the person replaced, not begun yet."""
    return Penugasan.objects.live().filter(
        piket__posko=posko,
        anggota=ganti.lama,
        piket__tanggal__range=(ganti.dari, ganti.sampai),
        waktu__startswith__gt=timezone.now(),
    )


def plan_replacement(posko: Posko, ganti: Penggantian, *, by: Aktor) -> Rencana:
    """What the replacement would do, seen from now. Five queries."""
    duties = list(_duties(posko, ganti).select_related("piket").order_by("waktu", "pk"))
    taken = {d.piket_id for d in duties}
    there = set(
        Penugasan.objects.live()
        .filter(piket__in=taken, pengguna=ganti.baru.pengguna_id)
        .values_list("piket", flat=True)
    )
    known = Kesibukan.read(
        posko.pemilihan_id, {ganti.baru.pengguna_id}, ganti.dari, ganti.sampai,
        alasan=access.can(by, "read_attendance", posko),
    )  # fmt: skip
    plan = Rencana(ganti.paksa)
    for duty in duties:
        shift = duty.piket
        shift.posko = posko
        if duty.terkunci:
            against = [TERKUNCI]
        elif shift.pk in there:
            against = [SUDAH_ADA]
        else:
            against = known.problems(ganti.baru, shift.waktu, shift.tanggal)
        leads = duty.koordinator and not ganti.baru.peserta
        row = BarisRencana(shift, ganti.baru, *plan.weigh(against), koordinator=leads, lama=duty)
        plan.baris.append(row)
        if plan.is_placed(row):
            known.add(ganti.baru.pengguna_id, shift)
    return plan


def replace_from(posko: Posko, ganti: Penggantian, sidik: str, *, by: Aktor) -> Pembuatan:
    """Carry out the plan that was shown. One transaction, one Pembuatan.

    sidik: `Rencana.sidik` of what was shown; Basi when something changed since, Ditolak when nothing would change.
    """
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    with one_edit():
        shifts = Piket.objects.filter(pk__in=_duties(posko, ganti).values("piket"))
        lock_rows(shifts, {ganti.lama.pengguna_id, ganti.baru.pengguna_id})
        list(_duties(posko, ganti).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        plan = plan_replacement(posko, ganti, by=by)
        if plan.kosong:
            raise Ditolak(f"Tidak ada tugas {ganti.lama.pengguna} yang dapat digantikan pada tanggal itu.")
        plan.refuse_other(sidik)
        batch = Pembuatan.objects.create(
            pemilihan_id=posko.pemilihan_id, posko=posko, jenis=Pembuatan.Jenis.GANTI, dari=ganti.dari,
            sampai=ganti.sampai, oleh=by.pengguna, ringkasan=_summary(ganti, plan),
        )  # fmt: skip
        plan.write(batch)
    return batch


def _summary(ganti: Penggantian, plan: Rencana) -> str:
    names = f"{ganti.lama.pengguna} digantikan {ganti.baru.pengguna}"[:200]
    return f"{names}, {angka(len(plan.ditempatkan))} tugas mulai {tanggal(ganti.dari)}"
