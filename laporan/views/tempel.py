"""WhatsApp, both ways: a pasted chat becomes reports, and a biasa report becomes a message."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from laporan import percakapan, pesan, tempelan
from laporan.forms.tempel import PasteForm
from laporan.models import Jenis, Kategori
from laporan.tempelan import Draf
from laporan.views.rinci import seen_or_404
from posko import access
from posko.permintaan import Permintaan


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: Permintaan) -> HttpResponse:
    """Paste a chat, look over the drafts, file those that are ticked; the others stay on the page."""
    if not access.can(request.aktor, "paste"):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, PasteForm())
    if "percakapan" not in request.POST:
        return _file(request)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    found = percakapan.parse(form.cleaned_data["percakapan"], timezone.localdate())
    drafts = tempelan.drafts(request.aktor, found, timezone.now())
    if not drafts:
        form.add_error(
            "percakapan", "Tidak ada pesan yang dapat dibaca. Tempel pesan beserta nama dan jamnya."
        )
        return _page(request, form, dilewati=found.dilewati, status=422)
    return _page(request, form, drafts, dilewati=found.dilewati)


def _file(request: Permintaan) -> HttpResponse:
    """302 when nothing is left, else the page with what is left: 422 when something ticked is wrong."""
    now = timezone.now()
    drafts = tempelan.from_form(request.aktor, request.POST, now)
    if not drafts:
        return _page(request, PasteForm(request.POST), status=422)
    filed = tempelan.file_ticked(drafts, now)
    if filed:
        messages.success(request, f"Tercatat: {', '.join(one.nomor for one in filed)}.")
    if not any(draf.pilih for draf in drafts):
        return _page(request, PasteForm(), drafts, kosong=True, status=422)
    wrong = any(draf.pilih and draf.form.errors for draf in drafts)
    left = [draf for draf in drafts if draf.sudah is None]
    if not left:
        target = drafts[0].sudah
        if len(drafts) == 1 and target is not None:
            return redirect(target.get_absolute_url())
        return redirect(reverse("laporan:list") + "?milik=saya&lingkup=semua")
    tempelan.compare(request.aktor, [draf for draf in left if not draf.pilih], now)
    return _page(request, PasteForm(), drafts, status=422 if wrong else 200)


def _page(
    request: Permintaan, form: PasteForm, drafts: list[Draf] | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "draf": drafts or []} | more
    if drafts:
        edition = request.aktor.edisi
        kinds = list(Kategori.objects.for_edition(edition.pk)) if edition else []
        areas = tempelan.area_names(request.aktor)
        context["kategori"] = [(j.label, [k for k in kinds if k.jenis == j]) for j in Jenis]
        context["nama"] = [tempelan.full_name(code, areas) for code in areas] if len(areas) <= 400 else []
    return render(request, "laporan/paste.html", context, status=status)


@never_cache
@login_required
@require_safe
def whatsapp(request: Permintaan, nomor: str) -> HttpResponse:
    """A biasa report as a message in the field's form, to copy or to open in WhatsApp."""
    laporan = seen_or_404(request.aktor, nomor)
    if not access.can(request.aktor, "share", laporan):
        raise PermissionDenied
    link = request.build_absolute_uri(laporan.get_absolute_url())
    text = pesan.report_message(laporan, request.aktor, link)
    context = {
        "laporan": laporan,
        "teks": text,
        "wa": f"https://wa.me/?text={quote(pesan.shortened(text, link))}",
    }
    return render(request, "laporan/whatsapp.html", context)
