"""TPS rawan: a page per kelurahan with both sources side by side, and the same as a layer for maps."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from laporan.models import KelasRawan, Laporan, LaporanTPS, SumberRawan, TPSRawan
from laporan.models.rawan import TPSRawanQuerySet
from laporan.rawan import marks, marks_subquery, variables
from posko import access
from posko.access import Aktor
from posko.models import TPS, Wilayah
from posko.models.wilayah import TPSQuerySet, ancestor_codes
from posko.permintaan import Permintaan

SIZE = 50
MOST_REPORTS = 3
MAX_AREAS = 1000
_KODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?", re.ASCII)
_MARK = re.compile(r"(\d\d\.\d\d\.\d\d\.\d{4})-(\d{1,3})", re.ASCII)


@login_required
@require_safe
def rawan(request: Permintaan) -> HttpResponse:
    """Stations that Bawaslu or Polri call rawan, by kelurahan and number (`?sesudah=<kode>-<nomor>`)."""
    aktor = request.aktor
    if not access.can(aktor, "read_rawan"):
        raise PermissionDenied
    jenis = aktor.edisi.jenis if aktor.edisi else ""
    chosen = _chosen(request, jenis)
    here = _in_area(TPSRawan.objects.visible_to(aktor).valid().marking(), chosen["wilayah"])
    found, more = _stations(aktor, _narrowed(here, chosen), request.GET.get("sesudah", ""))
    rows = [(one, marks(one.tanda, jenis)) for one in found]
    context = {
        "baris": rows, "angka": _numbers(here), "isian": _controls(aktor, chosen, jenis),
        "disaring": any(chosen.values()), "baru": _address(chosen) if "sesudah" in request.GET else "",
        "lama": _address(chosen, sesudah=f"{found[-1].wilayah_id}-{found[-1].nomor}") if more else "",
        "mengimpor": access.can(aktor, "open_admin") and not aktor.arsip,
    }  # fmt: skip
    return render(request, "laporan/rawan.html", context)


def _chosen(request: Permintaan, jenis: str) -> dict[str, str]:
    """The filters in the address; what is no choice is left out."""
    kode = request.GET.get("wilayah", "")
    offered: dict[str, Any] = {
        "sumber": SumberRawan.values, "kelas": KelasRawan.values, "variabel": variables(jenis),
    }  # fmt: skip
    return {"wilayah": kode if _KODE.fullmatch(kode) else ""} | {
        name: value if (value := request.GET.get(name, "")) in values else ""
        for name, values in offered.items()
    }


def _in_area(rows: TPSRawanQuerySet, kode: str) -> TPSRawanQuerySet:
    # "/" follows "." in collation C: exactly the codes that begin with `kode.`.
    return rows.filter(Q(wilayah=kode) | Q(wilayah__gte=f"{kode}.", wilayah__lt=f"{kode}/")) if kode else rows


def _narrowed(rows: TPSRawanQuerySet, chosen: dict[str, str]) -> TPSRawanQuerySet:
    return rows.filter(**{name: chosen[name] for name in ("sumber", "kelas", "variabel") if chosen[name]})


def _stations(aktor: Aktor, rows: TPSRawanQuerySet, mark: str) -> tuple[list[Any], bool]:
    """One page of stations with their marks and newest open reports. One query."""
    named = LaporanTPS.objects.filter(
        tps=OuterRef("pk"), laporan__in=Laporan.objects.visible_to(aktor).terbuka().values("pk")
    ).order_by("-laporan_id").values("laporan__nomor")[:MOST_REPORTS]  # fmt: skip
    stations: TPSQuerySet = TPS.objects.visible_to(aktor).filter(Exists(rows.filter(tps=OuterRef("pk"))))
    if match := _MARK.fullmatch(mark):
        kode, nomor = match[1], int(match[2])
        stations = stations.filter(Q(wilayah__gt=kode) | Q(wilayah=kode, nomor__gt=nomor))
    found = list(
        stations.annotate(tanda=marks_subquery(aktor, "pk"), terbuka=ArraySubquery(named))
        .select_related("wilayah__induk")
        .order_by("wilayah", "nomor")[: SIZE + 1]
    )
    return found[:SIZE], len(found) > SIZE


def _numbers(rows: TPSRawanQuerySet) -> list[dict[str, Any]]:
    """How many stations each source names, by Polri's class, and between which dates. One query."""
    found = (
        rows.order_by()
        .values("sumber", "kelas")
        .annotate(n=Count("tps", distinct=True), dari=Min("per_tanggal"), sampai=Max("per_tanggal"))
    )
    order = ["", *reversed(KelasRawan.values)]
    return [
        row | {"nama": SumberRawan(row["sumber"]).label, "kata": KelasRawan(row["kelas"]).label if row["kelas"] else ""}
        for row in sorted(found, key=lambda r: (r["sumber"], order.index(r["kelas"])))
    ]  # fmt: skip


def _controls(
    aktor: Aktor, chosen: dict[str, str], jenis: str
) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """The selects of the filter form: name, title, (value, words, chosen). One query for the areas."""
    base = aktor.pos.posko_kode if aktor.pos else aktor.edisi.wilayah_id if aktor.edisi else ""
    shown = {base, *(chosen["wilayah"], *ancestor_codes(chosen["wilayah"]))} if chosen["wilayah"] else {base}
    below = [kode for kode in shown if kode.startswith(base)]
    areas = Wilayah.objects.filter(Q(kode__in=below) | Q(induk__in=below)).order_by("kode")
    offered: list[tuple[str, str, dict[str, str]]] = [
        ("wilayah", "Wilayah", {area.kode: area.nama_pendek for area in areas}),
        ("sumber", "Sumber", {str(value): str(words) for value, words in SumberRawan.choices}),
        (
            "kelas",
            "Kelas Polri",
            {str(v): str(w) for v, w in KelasRawan.choices if v != KelasRawan.KURANG_RAWAN},
        ),
        ("variabel", "Variabel Bawaslu", variables(jenis)),
    ]
    return [
        (name, title, [(key, words, key == chosen[name]) for key, words in choices.items()])
        for name, title, choices in offered
        if name != "wilayah" or len(choices) > 1
    ]


def _address(chosen: dict[str, str], **other: str) -> str:
    return "?" + urlencode({name: value for name, value in (chosen | other).items() if value})


@login_required
@require_safe
def rawan_data(request: Permintaan) -> HttpResponse:
    """``{"kelurahan": [[lat, lng, kode, nama, bawaslu, polri, sangat_rawan], …]}``: how many stations each names.

    Stations have no point of their own; they are drawn at their kelurahan's.
    """
    aktor = request.aktor
    if not access.can(aktor, "read_rawan"):
        raise PermissionDenied
    rows = (
        TPSRawan.objects.visible_to(aktor).valid().marking()
        .filter(wilayah__lintang__isnull=False, wilayah__bujur__isnull=False)
        .order_by("wilayah")
        .values_list("wilayah__lintang", "wilayah__bujur", "wilayah", "wilayah__nama")
        .annotate(
            bawaslu=Count("tps", distinct=True, filter=Q(sumber=SumberRawan.BAWASLU)),
            polri=Count("tps", distinct=True, filter=Q(sumber=SumberRawan.POLRI)),
            sangat=Count("tps", distinct=True, filter=Q(kelas=KelasRawan.SANGAT_RAWAN)),
        )
    )  # fmt: skip
    response = JsonResponse({"kelurahan": [list(row) for row in rows[:MAX_AREAS]]})
    response["Cache-Control"] = "private, no-store"
    return response
