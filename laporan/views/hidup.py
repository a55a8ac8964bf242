"""The badge of the menu: how many reports wait for this person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import hidup
from posko import access
from posko.permintaan import Permintaan


@login_required
@require_safe
def waiting(request: Permintaan) -> HttpResponse:
    """204 with the number in `X-Menunggu`, for pages that show nothing else that changes."""
    if not access.can(request.aktor, "read_laporan"):
        raise PermissionDenied
    menunggu = hidup.waiting(request.aktor, timezone.now())
    return hidup.mark(HttpResponse(status=204), f"m{menunggu}", menunggu)
