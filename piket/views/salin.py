"""Copying days of a roster, and replacing a person from a date on: the plan is shown first, then confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from piket.forms.salin import GantiForm, SalinForm
from piket.ganti import plan_replacement
from piket.ganti import replace_from as do_replace
from piket.jadwal import BULAN, Rentang
from piket.lembar import parse_day
from piket.models import Pembuatan
from piket.penugasan import Basi, Ditolak
from piket.rencana import Rencana
from piket.salin import copy as do_copy
from piket.salin import plan_copy
from piket.views.kisi import grid_address, managed_post
from posko.models import Posko

Plan = Callable[[], Rencana]
Do = Callable[[str], Pembuatan]


def _given_day(request: HttpRequest, name: str) -> dt.date | None:
    return parse_day(request.GET.get(name), None)  # type: ignore[arg-type]


def _sent(request: HttpRequest) -> Any:
    """The form's data: posted to confirm, or in the address to look (``?lihat=1``)."""
    if request.method == "POST":
        return request.POST
    return request.GET if "lihat" in request.GET else None


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Copy a range of days to later days of the same post."""
    posko = managed_post(request, posko_id)
    dari, sampai = _given_day(request, "dari"), _given_day(request, "sampai")
    form = SalinForm(_sent(request), posko=posko, dari=dari, sampai=sampai)
    by = request.aktor  # type: ignore[attr-defined]
    page = _Page(
        "Salin jadwal", form, "Salin",
        "Giliran, kebutuhan, dan petugas disalin ke hari-hari sesudahnya. Yang sudah ada dibiarkan; giliran baru dibuat"
        " sebagai rancangan.",
    )  # fmt: skip
    return _answer(
        request, posko, page,
        lambda: plan_copy(posko, form.salinan, by=by),
        lambda sidik: do_copy(posko, form.salinan, sidik, by=by),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def replace_from(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Let a colleague take over a person's duties from a date on."""
    posko = managed_post(request, posko_id)
    form = GantiForm(
        _sent(request), posko=posko, lama=request.GET.get("lama", ""), dari=_given_day(request, "dari")
    )
    by = request.aktor  # type: ignore[attr-defined]
    page = _Page(
        "Ganti orang", form, "Ganti",
        "Semua tugas yang akan datang dipindahkan kepada rekan dari instansi yang sama. Tugas yang terkunci dibiarkan.",
    )  # fmt: skip
    return _answer(
        request, posko, page,
        lambda: plan_replacement(posko, form.penggantian, by=by),
        lambda sidik: do_replace(posko, form.penggantian, sidik, by=by),
    )  # fmt: skip


class _Page:
    """What the page says."""

    def __init__(self, judul: str, form: SalinForm | GantiForm, tombol: str, petunjuk: str) -> None:
        self.judul, self.form, self.tombol, self.petunjuk = judul, form, tombol, petunjuk
        self.isian = [form[name] for name in form.fields if name != "paksa"]


def _answer(request: HttpRequest, posko: Posko, page: _Page, plan: Plan, do: Do) -> HttpResponse:
    """Show the form and, when it is filled in, the plan; POST carries that plan out and goes to the grid."""
    status, galat, found = 200, "", None
    if page.form.is_bound and not page.form.is_valid():
        status = 422
    elif page.form.is_bound:
        if request.method == "POST":
            try:
                batch = do(request.POST.get("sidik", ""))
            except Ditolak as refused:
                galat, status = str(refused), 409 if isinstance(refused, Basi) else 422
            else:
                messages.success(request, f"{batch.ringkasan}.")
                return HttpResponseRedirect(grid_address(posko, Rentang.around(batch.dari, BULAN), None))
        found = plan()
    context = {"halaman": page, "form": page.form, "posko": posko, "rencana": found, "galat": galat}
    context |= {"title": f"{page.judul} {posko}"} | admin.site.each_context(request)
    return render(request, "admin/piket/rencana.html", context, status=status)
