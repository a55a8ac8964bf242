"""Boundaries for the map: those a user imported, for the areas below the acting post."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from posko.models import Batas, Wilayah
from posko.permintaan import Permintaan


@require_safe
@login_required
def boundaries(request: Permintaan) -> HttpResponse:
    """A GeoJSON FeatureCollection one tier below the acting post (a kelurahan: itself); empty without imports.

    `?tingkat=4`: the kelurahan, whatever the tier of the post.
    """
    aktor = request.aktor
    root = aktor.pos.posko_kode if aktor.pos else (aktor.edisi.wilayah_id if aktor.edisi else "")
    deepest = 3 if root.count(".") < 2 and request.GET.get("tingkat") != "4" else 4
    areas = Wilayah.objects.under(root).filter(tingkat=deepest)
    rows = Batas.objects.filter(wilayah__in=areas).order_by("wilayah_id")
    features = [
        {"type": "Feature", "properties": {"kode": kode, "nama": nama}, "geometry": geometry}
        for kode, nama, geometry in rows.values_list("wilayah_id", "wilayah__nama", "geojson")
    ]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "private, max-age=600"
    return response
