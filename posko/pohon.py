"""The tree of posts as pages of at most SIZE rows, with the numbers each row shows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import Left, Length

from laporan.models import Laporan
from piket.models import Penugasan
from posko import access
from posko.models import Posko, Tingkat
from posko.models.posko import PoskoQuerySet
from posko.models.wilayah import ancestor_codes

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.forms import SaringPosko

SIZE = 50


@dataclass
class BarisPosko:
    """One row of the list."""

    posko: Posko
    buka: bool
    bertugas: int
    terbuka: int
    bawah: int = 0
    dipilih: bool = False


def area_choices(aktor: Aktor) -> list[tuple[str, str]]:
    """Kota and kecamatan one can narrow the list to, in code order."""
    posts = Posko.objects.visible_to(aktor).annotate(panjang=Length("wilayah_id")).filter(panjang__lte=8)
    return [
        (kode, f"{jenis.capitalize()} {nama}" if jenis == "kecamatan" else nama)
        for kode, nama, jenis in posts.values_list("wilayah_id", "wilayah__nama", "wilayah__jenis").order_by(
            "wilayah_id"
        )
    ]


def children_of(visible: PoskoQuerySet, kode: str, after: str) -> tuple[list[Posko], bool]:
    """The post of area `kode`, those above it, and one tier below it, in code order."""
    tier = kode.count(".") + 1 if kode else 0
    longest = {0: 2, 1: 5, 2: 8, 3: 13}.get(tier, 13)
    below = Q(panjang__lte=longest)
    if kode:
        below &= Q(wilayah__gte=f"{kode}.", wilayah__lt=f"{kode}/")
    rows = visible.annotate(panjang=Length("wilayah_id")).filter(
        below | Q(wilayah__in=[kode, *ancestor_codes(kode)])
    )
    return _page(rows, after)


def flat_page(visible: PoskoQuerySet, chosen: SaringPosko, after: str) -> tuple[list[Posko], bool]:
    """All posts that match the filters, whatever their tier."""
    rows = visible
    if chosen.wilayah:
        rows = rows.under(chosen.wilayah)
    if chosen.status:
        rows = rows.filter(status=chosen.status)
    if chosen.q:
        rows = rows.filter(Q(wilayah__nama__icontains=chosen.q) | Q(wilayah__kode__startswith=chosen.q))
    return _page(rows, after)


def _page(rows: PoskoQuerySet, after: str) -> tuple[list[Posko], bool]:
    if after:
        rows = rows.filter(wilayah__gt=after)
    found = list(rows.order_by("wilayah")[: SIZE + 1])
    return found[:SIZE], len(found) > SIZE


def numbers_for(posts: list[Posko], aktor: Aktor, now: dt.datetime) -> list[BarisPosko]:
    """Who is on duty at each post, and what is open there and below (as beranda counts); once for all rows."""
    ids = [post.pk for post in posts]
    duty = Penugasan.objects.live().filter(piket__posko__in=ids, waktu__contains=now)
    on_duty = dict(duty.values_list("piket__posko").annotate(n=Count("id")).order_by())
    open_reports: Counter[str] = Counter()
    if access.can(aktor, "read_laporan"):
        reports = Laporan.objects.visible_to(aktor).terbuka()
        for kode, n in reports.values_list("posko__wilayah").annotate(n=Count("id")).order_by():
            open_reports.update(dict.fromkeys([kode, *ancestor_codes(kode)], n))
    return [
        BarisPosko(post, post.is_open(now), on_duty.get(post.pk, 0), open_reports[post.wilayah_id])
        for post in posts
    ]


def counts_below(rows: list[BarisPosko], visible: PoskoQuerySet) -> None:
    """How many visible posts lie below the lowest tier shown: the row becomes a way down."""
    upper = [row for row in rows if row.posko.tingkat != Tingkat.KELURAHAN]
    if not upper:
        return
    length = max(len(row.posko.wilayah_id) for row in upper)
    lowest = [row for row in upper if len(row.posko.wilayah_id) == length]
    codes = [row.posko.wilayah_id for row in lowest]
    found = visible.annotate(cabang=Left("wilayah_id", length), panjang=Length("wilayah_id"))
    found = found.filter(panjang__gt=length, wilayah__gte=min(codes), wilayah__lt=f"{max(codes)}/")
    below = dict(found.values_list("cabang").annotate(n=Count("id")).order_by())
    for row in lowest:
        row.bawah = below.get(row.posko.wilayah_id, 0)
