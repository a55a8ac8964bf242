"""Reports that leave Posko as a file: the current filter as CSV or XLSX, one report as PDF."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from laporan import cetak, ekspor
from laporan.models import CatatanAkses
from laporan.saringan import Saringan
from laporan.views import rinci
from posko import access
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def export(request: Permintaan, bentuk: str) -> HttpResponseBase:
    """The reports of the filter in the address as a table (`bentuk`: csv or xlsx). Journalled before it leaves."""
    aktor = request.aktor
    if not access.can(aktor, "read_laporan"):
        raise PermissionDenied
    now = timezone.now()
    try:
        begun = ekspor.start(aktor, Saringan.read(request.GET, aktor), bentuk, now)
    except ekspor.TerlaluBanyak:
        return answer_error(
            request,
            422,
            alasan="Terlalu banyak untuk satu lembar Excel. Persempit saringannya, atau unduh CSV.",
        )
    name = f"laporan-{timezone.localtime(now):%Y%m%d-%H%M}.{bentuk}"
    response: HttpResponseBase
    if bentuk == CatatanAkses.Bentuk.CSV:
        response = StreamingHttpResponse(ekspor.csv_lines(begun), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(
            ekspor.xlsx_file(begun), as_attachment=True, filename=name, content_type=XLSX_TYPE
        )
    return private(response)


@login_required
@require_GET
def pdf(request: Permintaan, nomor: str) -> HttpResponseBase:
    """One report on paper. Every one is journalled before it leaves, rahasia or not."""
    laporan = rinci.find_or_404(request.aktor, nomor)
    CatatanAkses.objects.note_export(request.aktor, CatatanAkses.Bentuk.PDF, 1, laporan=laporan)
    content = cetak.report_pdf(laporan, request.aktor, timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{laporan.nomor}.pdf"'
    return private(response)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Never kept by a cache, never taken for something else."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
