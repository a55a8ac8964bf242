"""The map: reports the person may see as marks, by the filters of the list, and the same rows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import halaman
from laporan.models import Laporan
from laporan.saringan import Pilihan, Saringan
from laporan.views import daftar
from posko import access
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    from django.http import HttpResponse

    from laporan.models.laporan import LaporanQuerySet

# More points than this help nobody on one map; the newest are drawn and the answer says so.
MAX_POINTS = 1000
MOST_AREAS = 400


@require_safe
@login_required
def map_(request: Permintaan) -> HttpResponse:
    """The map of what the address filters, as the list reads it, with one page of the list beside it."""
    aktor = request.aktor
    if not access.can(aktor, "read_laporan"):
        raise PermissionDenied
    now = timezone.now()
    chosen = Saringan.read(request.GET, aktor)
    rows = chosen.apply(Laporan.objects.visible_to(aktor), aktor, now)
    page = halaman.read_page(chosen, aktor, now, request.GET, daftar.SIZE)
    context = daftar.filters(chosen, aktor) | {
        "baris": daftar.lines(page.baris),
        "baru": chosen.address(**page.baru) if page.baru else "",
        "lama": chosen.address(**page.lama) if page.lama else "",
        "wilayah": _by_area(rows),
        "rawan": access.can(aktor, "read_rawan"),
    }
    return render(request, "laporan/map.html", context)


def _by_area(rows: LaporanQuerySet) -> list[tuple[str, str, int]]:
    """Reports by area (code, name, number), most first. One query."""
    counted = rows.order_by().values_list("wilayah", "wilayah__nama").annotate(n=Count("pk"))
    return list(counted.order_by("-n", "wilayah")[:MOST_AREAS])


@require_safe
@login_required
def map_data(request: Permintaan) -> HttpResponse:
    """``{"titik": [[lat, lng, exact, nomor, prioritas, category, place], …], "lebih": bool, "wilayah": {kode: n}}``.

    Open reports, or what the address filters. A report without a point of its own stands at its area's (exact is 0
    then); `wilayah` counts all of them by area code.
    """
    aktor = request.aktor
    chosen = Saringan.read(request.GET, aktor, Pilihan(dibaca=False))
    rows = chosen.apply(Laporan.objects.visible_to(aktor), aktor, timezone.now())
    points = _points(rows)
    areas = rows.order_by().values_list("wilayah").annotate(n=Count("pk"))
    response = JsonResponse(
        {"titik": points[:MAX_POINTS], "lebih": len(points) > MAX_POINTS, "wilayah": dict(areas)}
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _points(rows: LaporanQuerySet) -> list[list[Any]]:
    found = (
        rows.annotate(
            y=Coalesce("lintang", "wilayah__lintang"),
            x=Coalesce("bujur", "wilayah__bujur"),
            tepat=F("lintang"),
        )
        .filter(y__isnull=False, x__isnull=False)
        .order_by("-id")
        .values_list("y", "x", "tepat", "nomor", "prioritas", "kategori_nama", "tempat")[: MAX_POINTS + 1]
    )
    return [[y, x, int(exact is not None), *words] for y, x, exact, *words in found]
