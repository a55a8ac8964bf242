"""Reports that may be about the same event.

`similar`: open reports like the one being written, shown before sending, so that one flood is not filed ten times.
`likely_same`: open reports that a filed one is probably the same as, with a score and the reasons in words.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, Q

from laporan.models import Kategori, Laporan, LaporanTPS
from posko.templatetags.posko import duration_words

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


# --- the same event -----------------------------------------------------------------------------------

# How far apart two reports of one event lie in time, how many are compared, how many are suggested, and from which
# score on (of 1). The weights are ours; tests/laporan/test_serupa.py says what they must and must not find.
SAME_EVENT = dt.timedelta(hours=12)
COMPARED = 50
SUGGESTED = 3
ENOUGH = 0.5
_TPS, _AREA, _NEAR, _KIND, _TIME, _TEXT = 0.35, 0.1, 0.25, 0.15, 0.15, 0.35
# From which similarity on the text is "alike", counts fully, and is "the same".
_ALIKE, _MOST_ALIKE, _EQUAL = 0.35, 0.85, 0.95


@dataclass(frozen=True, slots=True)
class Mirip:
    """A report that is probably about the same event. skor: 0 to 1. alasan: why, in words."""

    laporan: Laporan
    skor: float
    alasan: str


def likely_same(laporan: Laporan, aktor: Aktor) -> list[Mirip]:
    """At most three open reports this person may see that are probably about the same event, likeliest first.

    Compared are the newest fifty of the same group within twelve hours that share a station, the area or a place
    within about 500 m; the text by its trigrams (pg_trgm). One query.
    """
    shared = LaporanTPS.objects.filter(
        laporan=OuterRef("pk"), tps__in=LaporanTPS.objects.filter(laporan=laporan.pk).values("tps")
    ).order_by("tps__nomor")
    near = Q(wilayah=laporan.wilayah_id) | Q(Exists(shared))
    if laporan.lintang is not None and laporan.bujur is not None:
        near |= _within(laporan.lintang, laporan.bujur)
    same_group = Kategori.objects.filter(
        pemilihan=laporan.pemilihan_id, kelompok=laporan.kategori.kelompok, jenis=laporan.jenis
    )
    around = (laporan.waktu_kejadian - SAME_EVENT, laporan.waktu_kejadian + SAME_EVENT)
    found = (
        Laporan.objects.visible_to(aktor).terbuka()
        .filter(near, kategori__in=same_group.values("pk"), waktu_kejadian__range=around)
        .exclude(pk=laporan.pk)
        .annotate(
            tps_sama=ArraySubquery(shared.values("tps__nomor")),
            kemiripan=TrigramSimilarity("uraian", laporan.uraian[:2000]),
        )
        .order_by("-id")
        .only(
            "nomor", "ringkasan", "tempat", "status", "prioritas", "waktu_kejadian", "kategori_id", "wilayah_id",
            "lintang", "bujur",
        )[:COMPARED]
    )  # fmt: skip
    scored = [_compared(laporan, other) for other in found]
    likely = sorted(
        (one for one in scored if one.skor >= ENOUGH), key=lambda one: (-one.skor, one.laporan.pk)
    )
    return likely[:SUGGESTED]


def _compared(laporan: Laporan, other: Any) -> Mirip:
    """Score another report against `laporan` and say what speaks for it."""
    score, reasons = _place(laporan, other)
    if other.kategori_id == laporan.kategori_id:
        score += _KIND
        reasons.append("jenis sama")
    apart = other.waktu_kejadian - laporan.waktu_kejadian
    score += _TIME * (1 - abs(apart) / SAME_EVENT)
    if abs(apart) < dt.timedelta(minutes=1):
        reasons.append("waktu sama")
    else:
        order = "lebih dulu" if apart < dt.timedelta() else "kemudian"
        reasons.append(f"{duration_words(apart.total_seconds())} {order}")
    alike = float(other.kemiripan)
    score += _TEXT * min(alike / _MOST_ALIKE, 1)
    if alike >= _ALIKE:
        reasons.append("isi sama" if alike >= _EQUAL else "isi mirip")
    return Mirip(other, round(min(score, 1.0), 2), ", ".join(reasons))


def _place(laporan: Laporan, other: Any) -> tuple[float, list[str]]:
    """What the place is worth: a shared station, a short distance, the same area."""
    score, reasons = 0.0, []
    if other.tps_sama:
        numbers = ", ".join(f"{n:03d}" for n in other.tps_sama[:3])
        more = len(other.tps_sama) - 3
        score += _TPS
        reasons.append(f"TPS {numbers}{f' dan {more} lainnya' if more > 0 else ''} sama")
    metres = _metres(laporan, other)
    if metres is not None and metres <= METRES:
        score += _NEAR * (1 - metres / METRES)
        reasons.append(f"jarak {round(metres, -1):.0f} m")
    if other.wilayah_id == laporan.wilayah_id:
        score += _AREA
        if not reasons:
            reasons.append("kelurahan sama" if laporan.wilayah_id.count(".") == 3 else "wilayah sama")
    return score, reasons


def _metres(one: Any, other: Any) -> float | None:
    """Distance of two points over this flat a neighbourhood; None unless both have one."""
    if None in (one.lintang, one.bujur, other.lintang, other.bujur):
        return None
    dy = other.lintang - one.lintang
    dx = (other.bujur - one.bujur) * math.cos(math.radians(one.lintang))
    return math.hypot(dx, dy) * _METRES_PER_DEGREE
