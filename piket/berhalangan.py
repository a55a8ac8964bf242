"""Saying that one cannot come, taking it back, and which duties then need somebody else."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from piket.models import Berhalangan, Penugasan, Piket, clash_message
from piket.models.penugasan import PenugasanQuerySet
from piket.penugasan import Basi
from posko import access
from posko.models import Anggota

if TYPE_CHECKING:
    from posko.access import Aktor


def report(
    *, by: Aktor, dari: dt.date, sampai: dt.date, alasan: str, kunci: uuid.UUID, keterangan: str = "",
    anggota: Anggota | None = None,
) -> Berhalangan:  # fmt: skip
    """Say for oneself (or for a member, `arrange_cover`) that one cannot come on these local dates.

    The same `kunci` again is the same entry; with other content: `Basi`.
    """
    if anggota is not None and not access.can(by, "arrange_cover", anggota.kursi.posko):
        raise PermissionDenied
    if by.edisi is None or by.arsip:
        raise PermissionDenied
    person = anggota.pengguna_id if anggota else by.pengguna.pk
    said = {"pengguna_id": person, "dari": dari, "sampai": sampai, "alasan": alasan, "keterangan": keterangan}
    with transaction.atomic():
        row, made = Berhalangan.objects.get_or_create(
            oleh=by.pengguna, kunci=kunci, defaults={"pemilihan": by.edisi, **said}
        )
        if not made and any(getattr(row, name) != value for name, value in said.items()):
            raise Basi("Kiriman ini sudah tercatat dengan isi lain. Muat ulang halaman.")
    return row


def take_back(row: Berhalangan, *, by: Aktor) -> None:
    """The person can come after all; who entered it or whose it is may say so. Again is fine."""
    if by.pengguna.pk not in (row.pengguna_id, row.oleh_id):
        raise PermissionDenied
    Berhalangan.objects.filter(pk=row.pk, dicabut_pada=None).update(dicabut_pada=timezone.now())


def needing_cover(aktor: Aktor, at: dt.datetime) -> PenugasanQuerySet:
    """Duties ahead in the posts this person arranges, of people who said that they cannot come."""
    away = Berhalangan.objects.live().filter(
        pengguna=OuterRef("pengguna"), pemilihan=OuterRef("pemilihan"), dari__lte=OuterRef("piket__tanggal"),
        sampai__gte=OuterRef("piket__tanggal"),
    )  # fmt: skip
    mine = access.covers_arranged_by(aktor, "piket__posko__")
    rows = Penugasan.objects.live().filter(
        mine, Exists(away), pemilihan=aktor.edisi, waktu__endswith__gt=at, datang=None
    )
    return rows.select_related("piket__posko__wilayah", "pengguna", "anggota__kursi__instansi").order_by(
        "waktu", "pk"
    )


def duties_of(row: Berhalangan) -> PenugasanQuerySet:
    """Announced duties ahead of this person on these dates."""
    rows = Penugasan.objects.live().filter(
        pengguna=row.pengguna_id, pemilihan=row.pemilihan_id, piket__in=Piket.objects.announced(),
        piket__tanggal__gte=row.dari, piket__tanggal__lte=row.sampai, waktu__endswith__gt=timezone.now(),
    )  # fmt: skip
    return rows.select_related("piket__posko__wilayah").order_by("waktu", "pk")


@dataclass(slots=True)
class CalonPengganti:
    """A colleague who could take a duty over. tugas: how many they have; sebab: what stands in the way."""

    anggota: Anggota
    tugas: int
    sebab: str


def candidates(duty: Penugasan) -> list[CalonPengganti]:
    """Colleagues of the same seat, the free ones with fewest duties first. Four queries, whatever their number."""
    crew = list(
        Anggota.objects.filter(kursi=duty.anggota.kursi_id, pengguna__is_active=True)
        .exclude(pengguna=duty.pengguna_id)
        .exclude(peran__in=("admin", "pengarah"))
        .select_related("pengguna", "kursi__posko__wilayah")
        .order_by("pengguna__nama", "pk")
    )
    people = [member.pengguna_id for member in crew]
    day = duty.piket.tanggal
    counted = Penugasan.objects.live().filter(anggota__in=crew, pemilihan=duty.pemilihan_id).order_by()
    counts = dict(counted.values_list("anggota").annotate(n=Count("pk")))
    absent = Berhalangan.objects.live().filter(pengguna__in=people, pemilihan=duty.pemilihan_id)
    away = set(absent.filter(dari__lte=day, sampai__gte=day).values_list("pengguna", flat=True))
    overlapping = Penugasan.objects.live().filter(
        pengguna__in=people, pemilihan=duty.pemilihan_id, waktu__overlap=duty.waktu
    )
    busy = {
        clash.pengguna_id: clash for clash in overlapping.select_related("piket__posko__wilayah", "pengguna")
    }
    rows = []
    for member in crew:
        reason = Penugasan(piket=duty.piket, anggota=member).anggota_problem(duty.piket)
        if not reason and member.pengguna_id in away:
            reason = f"{member.pengguna} berhalangan pada hari itu."
        if not reason and member.pengguna_id in busy:
            reason = clash_message(busy[member.pengguna_id])
        rows.append(CalonPengganti(member, counts.get(member.pk, 0), reason))
    return sorted(rows, key=lambda r: (bool(r.sebab), r.tugas, str(r.anggota.pengguna)))
