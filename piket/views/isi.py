"""Filling a post's roster: what is asked, what would be done, and doing it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from piket.forms.isi import IsiForm, TerapkanForm
from piket.imbang import show
from piket.pengisian import MAX_SEED, Permintaan, apply, plan
from piket.penugasan import Basi, Ditolak
from piket.views.kisi import managed_post
from posko.models import Posko


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Choose; with ``?cara=`` see what would be done (nothing is written); POST does what was shown."""
    posko = managed_post(request, posko_id)
    if request.method == "POST":
        return _fill(request, posko)
    if "cara" not in request.GET:
        return _page(request, posko, IsiForm(posko=posko, asked=request.GET))  # type: ignore[arg-type]
    form = IsiForm(request.GET, posko=posko)
    if not form.is_valid():
        return _page(request, posko, form, status=422)
    return _preview(request, posko, form)


def _fill(request: HttpRequest, posko: Posko) -> HttpResponse:
    form = TerapkanForm(request.POST, posko=posko)
    if not form.is_valid():
        galat = ""
        if {"benih", "sidik"} & set(form.errors):
            galat = "Pratinjau ini tidak lengkap. Buat pratinjau sekali lagi."
        return _page(request, posko, form, galat=galat, status=422)
    minta = form.request(form.cleaned_data["benih"])
    try:
        batch = apply(minta, form.cleaned_data["sidik"], by=request.aktor)  # type: ignore[attr-defined]
    except Basi as stale:
        return _preview(request, posko, form, galat=f"{stale} Ini yang terbaru.", status=409)
    except Ditolak as refused:
        return _preview(request, posko, form, galat=str(refused), status=409)
    if batch is None:
        messages.info(request, "Tidak ada yang perlu diisi; jadwal tidak berubah.")
    else:
        messages.success(request, f"Jadwal diisi: {batch.ringkasan}.")
    address = reverse("jadwal:grid", args=[posko.pk])
    return HttpResponseRedirect(f"{address}?dari={minta.dari.isoformat()}&rentang=bulan")


def _preview(
    request: HttpRequest, posko: Posko, form: IsiForm, *, galat: str = "", status: int = 200
) -> HttpResponse:
    """What would be done, arranged by a new draw each time it is shown."""
    minta: Permintaan = form.request(secrets.randbelow(MAX_SEED))
    return _page(request, posko, form, lihat=show(plan(minta)), galat=galat, status=status)


def _page(
    request: HttpRequest, posko: Posko, form: IsiForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"posko": posko, "form": form, "title": f"Isi jadwal {posko}"} | more
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/isi.html", page, status=status)
