"""Map data: open reports the person may see, as plain points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from laporan.models import Laporan
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    from django.http import HttpResponse

# More points than this help nobody on one map; the newest are drawn and the answer says so.
MAX_POINTS = 1000


@require_safe
@login_required
def map_data(request: Permintaan) -> HttpResponse:
    """``{"titik": [[lat, lng, exact, nomor, prioritas, category, place], …], "lebih": bool}``.

    A report without a point of its own stands at its area's (exact is 0 then).
    """
    rows = (
        Laporan.objects.visible_to(request.aktor)
        .terbuka()
        .annotate(
            y=Coalesce("lintang", "wilayah__lintang"),
            x=Coalesce("bujur", "wilayah__bujur"),
            tepat=F("lintang"),
        )
        .filter(y__isnull=False, x__isnull=False)
        .order_by("-id")
        .values_list("y", "x", "tepat", "nomor", "prioritas", "kategori_nama", "tempat")[: MAX_POINTS + 1]
    )
    points = [[y, x, int(exact is not None), *words] for y, x, exact, *words in rows]
    response = JsonResponse({"titik": points[:MAX_POINTS], "lebih": len(points) > MAX_POINTS})
    response["Cache-Control"] = "private, no-store"
    return response
