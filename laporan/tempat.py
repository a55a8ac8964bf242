"""Where it happened: the areas a person may report from, and polling stations as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import Q

from posko.kursor import asked_often
from posko.models import TPS, Wilayah
from posko.models.wilayah import Tingkat, short_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from posko.access import Aktor

# Up to so many areas are a list to choose from; up to so many names are offered while typing.
MOST_CHOICES, MOST_NAMES = 100, 320
MOST_TPS = 200
_CODE = re.compile(r"\d\d(\.\d\d){0,2}(\.\d{4})?")
_RANGE = re.compile(r"(\d{1,3})\s*(?:-|–|—|s\.?/?d\.?|sampai)\s*(\d{1,3})", re.IGNORECASE)


def areas_for(aktor: Aktor) -> QuerySet[Wilayah]:
    """The areas this person may report from: those of their posts and all below, one range a post."""
    codes = sorted({m.posko_kode for m in aktor.pelaku})
    if not codes:
        return Wilayah.objects.none()
    ranges = (
        Q(kode=kode) | Q(kode__gte=f"{kode}.", kode__lt=f"{kode}/") for kode in codes if kode.count(".") < 3
    )
    exact = Q(kode__in=[kode for kode in codes if kode.count(".") == 3])
    return Wilayah.objects.active().filter(reduce(or_, ranges, exact))


@dataclass(frozen=True)
class Pilihan:
    """How the form asks for the area.

    cara: "satu" (my only kelurahan), "daftar" (a list by kecamatan) or "ketik" (typed, with names offered).
    kelompok: (heading, areas) for a list. nama: the offered names. kini: the area to begin with.
    """

    cara: str
    kini: Wilayah | None = None
    kelompok: tuple[tuple[str, tuple[Wilayah, ...]], ...] = ()
    nama: tuple[str, ...] = ()


def choices_for(aktor: Aktor) -> Pilihan:
    """The way of asking that fits this person. One query; two where there are more areas than fit a page."""
    areas = areas_for(aktor).defer("lintang", "bujur").order_by("kode")
    found = list(areas[: MOST_NAMES + 1])
    mine = aktor.pos.posko_kode if aktor.pos else ""
    kini = next((a for a in found if a.kode == mine and a.tingkat == Tingkat.KELURAHAN), None)
    if len(found) == 1:
        return Pilihan("satu", kini=found[0])
    if len(found) <= MOST_CHOICES:
        return Pilihan("daftar", kini=kini, kelompok=_grouped(found))
    if len(found) > MOST_NAMES:
        found = list(areas.filter(tingkat__lt=Tingkat.KELURAHAN)[:MOST_NAMES])
    names = {area.kode: area.nama_pendek for area in found}
    offered = (
        f"{area.nama_pendek}, {names[area.induk_id]}" if area.induk_id in names else area.nama_pendek
        for area in found
    )
    return Pilihan("ketik", kini=kini, nama=tuple(offered))


def _grouped(areas: list[Wilayah]) -> tuple[tuple[str, tuple[Wilayah, ...]], ...]:
    """Kelurahan under the name of their kecamatan; larger areas together at the end."""
    names = {area.kode: area.nama_pendek for area in areas}
    groups: dict[str, list[Wilayah]] = {}
    for area in areas:
        if area.tingkat == Tingkat.KELURAHAN:
            groups.setdefault(names.get(area.induk_id or "", "Kelurahan"), []).append(area)
    larger = tuple(area for area in areas if area.tingkat != Tingkat.KELURAHAN)
    listed = tuple((name, tuple(group)) for name, group in groups.items())
    return (*listed, ("Bukan di satu kelurahan", larger)) if larger else listed


def resolve_area(aktor: Aktor, typed: str) -> Wilayah:
    """The area of a code or a typed name (``Kembangan Selatan, Kembangan``) within the person's own areas.

    Raises ValidationError in words that say what to type instead. One query.
    """
    typed = " ".join(typed.split())
    if _CODE.fullmatch(typed):
        with asked_often():
            area = areas_for(aktor).select_related("induk__induk").filter(kode=typed).first()
        if area is None:
            raise ValidationError("Tempat ini di luar wilayah tugas Anda.")
        return area
    name, _, above = (part.strip() for part in typed.partition(","))
    named = Q(nama__iexact=name) | Q(tingkat__lte=Tingkat.KOTA, nama__iendswith=f" {name}")
    found = [
        area
        for area in areas_for(aktor)
        .select_related("induk__induk")
        .filter(named)
        .order_by("-tingkat", "kode")[:20]
        if not above or (area.induk and short_name(area.induk.nama).lower() == above.lower())
    ]
    lowest = [area for area in found if area.tingkat == found[0].tingkat]
    if len(lowest) == 1:
        return lowest[0]
    if not found:
        raise ValidationError(
            f"Tidak ada “{typed}” di wilayah tugas Anda. Periksa ejaannya atau pilih dari daftar."
        )
    options = "; ".join(f"“{area.nama}, {short_name(area.induk.nama)}”" for area in lowest if area.induk)
    raise ValidationError(f"Ada {len(lowest)} tempat bernama “{name}”. Tulis salah satu: {options}.")


def parse_tps(typed: str) -> list[int]:
    """Numbers in ``054, 055, 901`` or ``054-056``, in order, each once. Raises ValidationError."""
    text = re.sub(r"\btps\b\.?", " ", typed, flags=re.IGNORECASE)
    numbers: dict[int, None] = {}
    for first, last in _RANGE.findall(text):
        if int(first) > int(last):
            raise ValidationError(f"Rentang TPS “{first}-{last}” terbalik.")
        numbers |= dict.fromkeys(range(int(first), int(last) + 1))
    for part in re.split(r"[\s,;.+&/]+", _RANGE.sub(" ", text)):
        if part and part.lower() != "dan":
            if not (part.isascii() and part.isdigit() and 1 <= int(part[:9]) <= 999):
                raise ValidationError(f"“{part[:20]}” bukan nomor TPS. Tulis seperti 054, 055 atau 054-056.")
            numbers[int(part)] = None
    if len(numbers) > MOST_TPS:
        raise ValidationError(f"Paling banyak {MOST_TPS} TPS dalam satu laporan.")
    return sorted(numbers)


def stations(pemilihan_id: int, wilayah: Wilayah, numbers: list[int]) -> list[TPS]:
    """The polling stations with these numbers in this kelurahan. Raises ValidationError naming the unknown ones."""
    if not numbers:
        return []
    if wilayah.tingkat != Tingkat.KELURAHAN:
        raise ValidationError("Pilih kelurahannya dahulu: nomor TPS berlaku di satu kelurahan.")
    found = list(
        TPS.objects.filter(pemilihan=pemilihan_id, wilayah=wilayah, nomor__in=numbers).order_by("nomor")
    )
    if unknown := sorted(set(numbers) - {tps.nomor for tps in found}):
        shown = ", ".join(f"{n:03d}" for n in unknown[:10]) + (" …" if len(unknown) > 10 else "")
        raise ValidationError(f"TPS {shown} tidak ada di {wilayah.nama_pendek}. Periksa nomornya.")
    return found
