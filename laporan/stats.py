"""Numbers about reports. Every one starts from what the person may see, and beranda's cost one GROUP BY."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.utils import timezone

from laporan.alur import BELUM_DITANGGAPI, PENERUSAN_TERBUKA, Cara
from laporan.models import Laporan, Penerusan

if TYPE_CHECKING:
    from posko.access import Aktor

ON_TIME_SPAN = dt.timedelta(days=30)


@dataclass(slots=True)
class Hitungan:
    """Counts of open reports."""

    terbuka: int = 0
    mendesak: int = 0
    lewat: int = 0
    belum_diverifikasi: int = 0

    def add(self, other: Hitungan) -> None:
        self.terbuka += other.terbuka
        self.mendesak += other.mendesak
        self.lewat += other.lewat
        self.belum_diverifikasi += other.belum_diverifikasi


def open_by_post(aktor: Aktor, at: dt.datetime | None = None) -> dict[int, Hitungan]:
    """Open reports the person may see, by responsible post id, at `at` (aware, default now). One query."""
    now = at or timezone.now()
    rows = (
        Laporan.objects.visible_to(aktor)
        .terbuka()
        .order_by()
        .values("posko")
        .annotate(
            jumlah=Count("pk"),
            mendesak=Count("pk", filter=Q(prioritas__in=("kritis", "tinggi"))),
            lewat=Count("pk", filter=Q(batas_waktu__lt=now)),
            belum=Count("pk", filter=Q(status__in=[str(s) for s in BELUM_DITANGGAPI])),
        )
        .values_list("posko", "jumlah", "mendesak", "lewat", "belum")
    )
    return {posko: Hitungan(*counts) for posko, *counts in rows}


@dataclass(slots=True)
class Ketepatan:
    """How often a unit under the post's own head answered a disposisi in time."""

    nama: str
    tepat: int
    lewat: int

    @property
    def semua(self) -> int:
        return self.tepat + self.lewat

    @property
    def persen(self) -> int:
        return round(100 * self.tepat / self.semua) if self.semua else 0


def on_time(aktor: Aktor, at: dt.datetime | None = None) -> list[Ketepatan]:
    """On-time rate of the units that got a disposisi from the posts `aktor` runs, in the 30 days before `at` (aware).

    Only disposisi binds, so nobody else is measured: no rank of KPU, Bawaslu or the police comes of it. One query.
    """
    now = at or timezone.now()
    rows = (
        Penerusan.objects.sent_by(aktor)
        .filter(cara=Cara.DISPOSISI, dikirim_pada__gte=now - ON_TIME_SPAN)
        .order_by()
        .values_list("kursi__instansi__nama")
        .annotate(
            tepat=Count("pk", filter=Q(status="selesai", selesai_pada__lte=F("batas_waktu"))),
            lewat=Count(
                "pk",
                filter=Q(status="selesai", selesai_pada__gt=F("batas_waktu"))
                | Q(status__in=PENERUSAN_TERBUKA, batas_waktu__lt=now),
            ),
        )
    )
    found = [Ketepatan(nama, tepat, lewat) for nama, tepat, lewat in rows if tepat or lewat]
    return sorted(found, key=lambda one: one.nama)
