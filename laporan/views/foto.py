"""Photos, served only as children of a report the person may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from laporan.models import CatatanAkses, Lampiran, Laporan
from posko import berkas
from posko.permintaan import Permintaan


@login_required
@require_safe
def photo(request: Permintaan, nomor: str, pk: int, kecil: bool = False) -> FileResponse:
    """One photo of a report, or its thumbnail (`kecil`). What may not be seen answers like what does not exist."""
    aktor = request.aktor
    seen = Laporan.objects.visible_to(aktor).filter(nomor=nomor)
    photos = Lampiran.objects.select_related("berkas", "laporan").filter(laporan__in=seen)
    lampiran = get_object_or_404(photos, pk=pk)
    CatatanAkses.objects.note_reading(aktor, lampiran.laporan, CatatanAkses.Bentuk.FOTO)
    return berkas.response(request, lampiran.berkas, kecil=kecil)
