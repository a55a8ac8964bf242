"""Applying patterns to a roster, publishing it, and what was made in one go."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from piket import pembuatan, pola
from piket.forms.pola import RentangForm, TerapkanForm
from piket.lembar import Lembar, parse_day
from piket.models import Pembuatan
from piket.penerbitan import drafts
from piket.penerbitan import publish as publish_range
from piket.penugasan import Ditolak
from piket.views.kisi import managed_post
from posko.halaman import read_page
from posko.models import Posko

SHOWN, SIZE = 40, 50


@require_http_methods(["GET", "HEAD", "POST"])
def apply_pattern(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Where and when; then (POST) what would be made, with warnings; then (POST with its fingerprint) make it."""
    posko = managed_post(request, posko_id)
    aktor = request.aktor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _form(request, posko, TerapkanForm(posko=posko, aktor=aktor, initial=_span(request, posko)))
    form = TerapkanForm(request.POST, posko=posko, aktor=aktor)
    if not form.is_valid():
        return _form(request, posko, form, status=422)
    posts, dari, sampai = form.posts, form.cleaned_data["dari"], form.cleaned_data["sampai"]
    sidik = request.POST.get("sidik", "")
    try:
        if not posts:
            raise Ditolak("Tidak ada posko tingkat itu di wilayah Anda.")
        if len(posts) * ((sampai - dari).days + 1) > pola.PALING_BANYAK:
            raise Ditolak("Terlalu banyak sekaligus. Persempit tanggalnya, atau terapkan per kota.")
        if not sidik:
            return _preview(request, posko, form, pola.plan(posts, dari, sampai))
        batch = pola.apply(posts, dari, sampai, scope=posko, by=aktor, sidik=sidik)
    except pola.Berubah as changed:
        return _preview(request, posko, form, changed.rencana, galat=str(changed), status=409)
    except Ditolak as refused:
        form.add_error("cakupan", str(refused))
        return _form(request, posko, form, status=422)
    if batch is None:
        messages.info(request, "Semua giliran itu sudah ada; tidak ada yang berubah.")
    else:
        messages.success(
            request, f"{batch.ringkasan} dibuat sebagai rancangan. Isi petugasnya, lalu terbitkan."
        )
    return HttpResponseRedirect(_grid(posko, dari))


def _grid(posko: Posko, dari: Any) -> str:
    return f"{reverse('jadwal:grid', args=[posko.pk])}?dari={dari.isoformat()}&rentang=bulan"


def _span(request: HttpRequest, posko: Posko) -> dict[str, Any]:
    """The dates of the address, else from today (or the opening) to the closing day."""
    first = max(posko.local_time().date(), posko.dibuka)
    dari = parse_day(request.GET.get("dari"), first)
    return {"dari": dari, "sampai": max(dari, parse_day(request.GET.get("sampai"), posko.ditutup))}


def _form(request: HttpRequest, posko: Posko, form: TerapkanForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "posko": posko, "title": f"Terapkan pola {posko}"}
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/terapkan.html", page, status=status)


def _preview(
    request: HttpRequest,
    posko: Posko,
    form: TerapkanForm,
    rencana: pola.Rencana,
    galat: str = "",
    status: int = 200,
) -> HttpResponse:
    warned = [(p.posko, words) for p in rencana.posko for words in p.peringatan]
    only = rencana.posko[0] if len(rencana.posko) == 1 else None
    context = {
        "form": form,
        "posko": posko,
        "rencana": rencana,
        "galat": galat,
        "peringatan": warned[:SHOWN],
        "peringatan_lain": max(0, len(warned) - SHOWN),
        "baris": rencana.posko[:SHOWN] if only is None else [],
        "baris_lain": max(0, len(rencana.posko) - SHOWN),
        "giliran": only.giliran[:SHOWN] if only else [],
        "giliran_lain": max(0, len(only.giliran) - SHOWN) if only else 0,
        "title": f"Pratinjau pola {posko}",
    }
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/terapkan_pratinjau.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Drafts and gaps of a range, then (POST) publish them."""
    posko = managed_post(request, posko_id)
    form = RentangForm(request.POST if request.method == "POST" else _span(request, posko))
    if not form.is_valid():
        return _publishing(request, posko, form, status=422)
    dari, sampai = form.cleaned_data["dari"], form.cleaned_data["sampai"]
    if request.method != "POST" or request.POST.get("terbitkan") != "ya":
        return _publishing(request, posko, form)
    issue, n = publish_range(posko, dari, sampai, by=request.aktor)  # type: ignore[attr-defined]
    if issue is None:
        messages.info(request, "Tidak ada rancangan pada tanggal itu; tidak ada yang berubah.")
    else:
        messages.success(
            request, f"Jadwal versi {issue.versi} terbit: {n} giliran. Petugas dapat melihatnya sekarang."
        )
    return HttpResponseRedirect(_grid(posko, dari))


def _publishing(request: HttpRequest, posko: Posko, form: RentangForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "posko": posko, "title": f"Terbitkan jadwal {posko}"}
    if status == 200:
        dari, sampai = form.cleaned_data["dari"], form.cleaned_data["sampai"]
        context |= {"lembar": Lembar.read(posko, dari, sampai), "rancangan": drafts(posko, dari, sampai)}
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/terbitkan.html", page, status=status)


@require_safe
def batches(request: HttpRequest, posko_id: int) -> HttpResponse:
    """What was made in one go in a post, the newest first; keyset paging by id."""
    posko = managed_post(request, posko_id)
    rows = Pembuatan.objects.filter(posko=posko).select_related("oleh", "dibatalkan_oleh").order_by("-pk")
    found, older = read_page(rows, request.GET.get("sesudah", ""), SIZE)
    context = {
        "posko": posko,
        "baris": found,
        "lama": f"?sesudah={older}" if older else "",
        "title": f"Pembuatan jadwal {posko}",
    }
    return render(request, "admin/piket/pembuatan.html", admin.site.each_context(request) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, posko_id: int, pembuatan_id: int) -> HttpResponse:
    """What undoing a batch takes away and what stands in the way; POST undoes it."""
    posko = managed_post(request, posko_id)
    batch = get_object_or_404(Pembuatan.objects.filter(posko=posko).select_related("oleh"), pk=pembuatan_id)
    galat = ""
    if request.method == "POST":
        try:
            messages.success(request, pembuatan.undo(batch.pk, by=request.aktor))  # type: ignore[attr-defined]
        except Ditolak as refused:
            galat = str(refused)
        else:
            return HttpResponseRedirect(reverse("jadwal:batches", args=[posko.pk]))
    context = {
        "posko": posko, "batch": batch, "isi": pembuatan.content_of(batch), "galat": galat,
        "title": f"Batalkan pembuatan jadwal {posko}",
    }  # fmt: skip
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/batalkan.html", page, status=409 if galat else 200)
