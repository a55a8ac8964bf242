"""The roster as an Excel file: download it, send it back, see what it would change, confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from piket.excel.apply import Berubah, apply, preview
from piket.excel.bentuk import JADWAL, Susunan
from piket.excel.diff import Beda
from piket.excel.harapan import Harapan
from piket.excel.keadaan import Keadaan
from piket.excel.read import read_file
from piket.excel.write import workbook
from piket.forms.excel import UnduhForm, UnggahForm
from piket.penugasan import Ditolak
from piket.views.kisi import managed_post
from posko.lembar import LembarTidakTerbaca
from posko.models import Posko

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "piket.excel"
MAX_AGE = 3600
SHOWN = 50
AGAIN = "Pratinjau ini sudah tidak berlaku. Pilih berkasnya sekali lagi."


@require_http_methods(["GET", "HEAD", "POST"])
def excel(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Choose what to download, or send a file (POST) and see what it would change. Nothing is written."""
    posko = managed_post(request, posko_id)
    if request.method != "POST":
        return _page(request, posko)
    form = UnggahForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, posko, unggah=form, status=422)
    try:
        found = preview(posko, read_file(form.cleaned_data["berkas"]))
    except (LembarTidakTerbaca, Ditolak) as error:
        form.add_error("berkas", str(error))
        return _page(request, posko, unggah=form, status=422)
    return _shown(request, posko, found.harapan, found.beda, status=422 if found.beda.galat else 200)


@require_POST
def excel_apply(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Do what was shown, all or nothing. The wish travels signed in the page: nothing else of it is believed."""
    posko = managed_post(request, posko_id)
    try:
        owner, whose, shown, packed = signing.loads(request.POST.get("isi", ""), salt=SALT, max_age=MAX_AGE)
        harapan = Harapan.unpack(packed)
    except (signing.BadSignature, ValueError, TypeError):
        return _page(request, posko, galat=AGAIN, status=422)
    if [owner, whose] != [request.user.pk, posko.pk]:
        return _page(request, posko, galat=AGAIN, status=422)
    try:
        batch = apply(posko, harapan, shown, by=request.aktor)  # type: ignore[attr-defined]
    except Berubah as changed:
        return _shown(request, posko, harapan, changed.beda, galat=str(changed), status=409)
    except Ditolak as refused:
        return _page(request, posko, galat=str(refused), status=409)
    if batch is None:
        messages.info(request, "Tidak ada perbedaan: jadwal sudah seperti isi berkas.")
    else:
        messages.success(request, f"Jadwal diubah dari Excel: {batch.ringkasan}.")
    address = reverse("jadwal:grid", args=[posko.pk])
    return HttpResponseRedirect(f"{address}?dari={harapan.dari.isoformat()}&rentang=bulan")


@require_safe
def excel_file(request: HttpRequest, posko_id: int) -> HttpResponse:
    """The roster of a range as XLSX."""
    posko = managed_post(request, posko_id)
    form = UnduhForm(request.GET, posko=posko)
    if not form.is_valid():
        return _page(request, posko, unduh=form, status=422)
    data = form.cleaned_data
    keadaan = Keadaan.read(posko, data["dari"], data["sampai"])
    answer = HttpResponse(workbook(keadaan, data["susunan"], data["kertas"]), content_type=XLSX)
    name = f"jadwal-piket-{posko.wilayah_id}-{data['dari']:%Y%m%d}-{data['sampai']:%Y%m%d}-{data['susunan']}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _shown(
    request: HttpRequest, posko: Posko, harapan: Harapan, beda: Beda, *, galat: str = "", status: int = 200
) -> HttpResponse:
    """The differences; with errors, those instead."""
    context: dict[str, Any] = {
        "beda": beda,
        "harapan": harapan,
        "susunan": Susunan(harapan.susunan).label,
        "galat": galat,
        "galat_sel": beda.galat[:SHOWN],
        "peringatan": beda.peringatan[:SHOWN],
        "lembar_jadwal": JADWAL,
    }
    if beda.ubahan and not beda.galat:
        wish = [request.user.pk, posko.pk, beda.sidik, harapan.pack()]
        context["isi"] = signing.dumps(wish, salt=SALT, compress=True)
    return _page(request, posko, status=status, **context)


def _page(request: HttpRequest, posko: Posko, *, status: int = 200, **context: Any) -> HttpResponse:
    known = {
        "posko": posko,
        "title": f"Jadwal Excel {posko}",
        "unduh": UnduhForm(posko=posko, asked=request.GET),
        "unggah": UnggahForm(),
    }
    page = admin.site.each_context(request) | known | context
    return render(request, "admin/piket/excel.html", page, status=status)
