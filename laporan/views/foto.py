"""Photos, served only as children of a report the person may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from laporan.models import Lampiran, Laporan
from posko import berkas


@login_required
@require_safe
def photo(request: HttpRequest, nomor: str, pk: int, kecil: bool = False) -> FileResponse:
    """One photo of a report, or its thumbnail (`kecil`). What may not be seen answers like what does not exist."""
    seen = Laporan.objects.visible_to(request.aktor).filter(nomor=nomor)  # type: ignore[attr-defined]
    lampiran = get_object_or_404(Lampiran.objects.select_related("berkas").filter(laporan__in=seen), pk=pk)
    return berkas.response(request, lampiran.berkas, kecil=kecil)
