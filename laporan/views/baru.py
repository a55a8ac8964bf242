"""Filing a report: the page, similar open reports while it is written, and the receipt."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from laporan import jam, pelaporan, serupa, tempat, ubin
from laporan.forms.baru import MOST_LETTERS, FileForm
from laporan.models import CatatanAkses, Jenis, Kategori, Laporan
from laporan.titipan import MOST_PHOTOS, Kiriman, receive
from posko import access
from posko.permintaan import Permintaan


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Permintaan) -> HttpResponse:
    """Lapor: one page, one photo, one button."""
    aktor = request.aktor
    if not access.can(aktor, "file"):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, FileForm(aktor))
    form = FileForm(aktor, request.POST)
    kiriman = receive(request, aktor.pengguna)
    for message in kiriman.galat:
        form.add_error("foto", message)
    if "lanjut" in request.POST:
        return _page(request, form, kiriman, quiet=True)
    if not form.is_valid():
        return _page(request, form, kiriman, status=422)
    return _send(request, form, kiriman)


def _send(request: Permintaan, form: FileForm, kiriman: Kiriman) -> HttpResponse:
    """File a valid form, and answer with the receipt or with what stands in the way."""
    # Only browsers without script ask here: the others saw the similar reports while typing.
    asks = "periksa_serupa" in request.POST and "tetap_kirim" not in request.POST
    if asks and (found := _similar(request, form.cleaned_data)):
        return _page(request, form, kiriman, serupa=found)
    try:
        laporan = pelaporan.file(form.aktor, form.isian(kiriman))
    except pelaporan.KunciBentrok as conflict:
        form.renew_key()
        return _page(request, form, kiriman, status=409, bentrok=conflict.laporan)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, kiriman, status=422)
    return redirect("laporan:receipt", laporan.nomor)


def _page(
    request: Permintaan, form: FileForm, kiriman: Kiriman | None = None, status: int = 200,
    quiet: bool = False, **more: Any,
) -> HttpResponse:  # fmt: skip
    """The form with everything typed so far. quiet: the person only asked for the extra fields."""
    aktor = form.aktor
    today = timezone.localdate()
    kinds = list(Kategori.objects.for_edition(aktor.edisi.pk)) if aktor.edisi else []
    stages = ubin.running_stages(aktor.edisi, today) if aktor.edisi else set()
    chosen = form["kategori"].value() or request.GET.get("kategori", "")
    jenis = form["jenis"].value() or next((k.jenis for k in kinds if k.kode == chosen), None)
    if quiet:
        form.is_valid()
        form.errors.clear()
    context = {
        "form": form, "kunci": form.key, "tempat": tempat.choices_for(aktor), "kelompok": ubin.tiles(kinds, stages),
        "jenis_pilihan": Jenis.choices, "jenis": jenis or request.GET.get("jenis") or Jenis.KEJADIAN,
        "kategori": chosen, "untuk_skrip": ubin.for_script(kinds), "titipan": kiriman.foto if kiriman else [],
        "paling_banyak_foto": MOST_PHOTOS, "paling_banyak_huruf": MOST_LETTERS,
        "contoh": next((k.contoh for k in kinds if k.kode == chosen and k.contoh), ""),
        "sekarang": timezone.localtime(),
    } | more  # fmt: skip
    return render(request, "laporan/file.html", context, status=status)


def _similar(request: Permintaan, data: dict[str, Any]) -> list[Laporan]:
    titik = (data["lintang"], data["bujur"]) if data.get("lintang") is not None else None
    return serupa.similar(
        request.aktor, data["kategori"], data["wilayah"], data.get("stasiun", ()), titik, timezone.now()
    )


@never_cache
@login_required
@require_GET
def similar(request: Permintaan) -> HttpResponse:
    """The similar open reports for what is chosen so far, as a fragment; empty while too little is chosen."""
    if not access.can(request.aktor, "file"):
        raise PermissionDenied
    form = FileForm(request.aktor, request.GET)
    form.is_valid()
    data = form.cleaned_data
    found = _similar(request, data) if data.get("kategori") and data.get("wilayah") else []
    return render(request, "laporan/similar.html", {"serupa": found})


@never_cache
@login_required
@require_GET
def receipt(request: Permintaan, nomor: str) -> HttpResponse:
    """The page to screenshot: number, time, what happens now. For who filed it."""
    mine = Laporan.objects.visible_to(request.aktor).filter(pelapor=request.user)
    laporan = get_object_or_404(mine.select_related("posko__wilayah", "kategori", "wilayah"), nomor=nomor)
    CatatanAkses.objects.note_reading(request.aktor, laporan, CatatanAkses.Bentuk.HALAMAN)
    urgent = laporan.prioritas in jam.SEKETIKA and not laporan.kegiatan
    elsewhere = laporan.posko.wilayah_id != laporan.wilayah_id and not laporan.menyangkut_posko
    context = {
        "laporan": laporan,
        "darurat": urgent or laporan.bahaya,
        "posko_lain": urgent and elsewhere and laporan.posko.is_open(laporan.waktu_lapor),
    }
    return render(request, "laporan/receipt.html", context)
