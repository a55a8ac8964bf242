"""Open reports like the one being written: shown before sending, so that one flood is not filed ten times."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from laporan.models import Kategori, Laporan, LaporanTPS

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models import TPS, Wilayah

WINDOW = dt.timedelta(hours=12)
METRES = 500
MOST = 5
_METRES_PER_DEGREE = 111_320


def similar(
    aktor: Aktor,
    kategori: Kategori,
    wilayah: Wilayah,
    tps: Iterable[TPS],
    titik: tuple[float, float] | None,
    at: dt.datetime,
) -> list[Laporan]:
    """At most five open reports this person may see, of the same kind or group, near and of the last 12 hours.

    titik: latitude and longitude, when known. at: aware. Near is the same area or within about 500 m; same
    TPS first, then same kind, then the newest. One query.
    """
    near = Q(wilayah=wilayah.pk)
    if titik:
        near |= _within(*titik)
    same_group = Kategori.objects.filter(
        pemilihan=kategori.pemilihan_id, kelompok=kategori.kelompok, jenis=kategori.jenis
    )
    ids = [one.pk for one in tps]
    same_tps = Exists(LaporanTPS.objects.filter(laporan=OuterRef("pk"), tps__in=ids))
    found = (
        Laporan.objects.visible_to(aktor).terbuka()
        .filter(near, kategori__in=same_group.values("pk"), waktu_lapor__gte=at - WINDOW, waktu_lapor__lte=at)
        .for_list().only("nomor", "ringkasan", "tempat", "status", "waktu_lapor", "kategori_id", "prioritas")
    )  # fmt: skip
    if ids:
        found = found.annotate(tps_sama=same_tps).order_by("-tps_sama", "-id")
    ranked = sorted(
        found[:50],
        key=lambda one: (not getattr(one, "tps_sama", False), one.kategori_id != kategori.pk, -one.pk),
    )
    return ranked[:MOST]


def _within(lintang: float, bujur: float) -> Q:
    """A box of about 500 m around a point; sharp enough to suggest, and nothing but comparisons."""
    dlat = METRES / _METRES_PER_DEGREE
    dlng = dlat / max(math.cos(math.radians(lintang)), 0.01)
    return Q(lintang__range=(lintang - dlat, lintang + dlat), bujur__range=(bujur - dlng, bujur + dlng))
