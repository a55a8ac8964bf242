"""Numbers about reports. Every one starts from what the person may see, and beranda's cost one GROUP BY."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from laporan.alur import BELUM_DITANGGAPI
from laporan.models import Laporan

if TYPE_CHECKING:
    from posko.access import Aktor


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
