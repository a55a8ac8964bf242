"""The Daftar Piket on paper: the page a browser prints, and the same as PDF."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from piket.cetak import roster_pdf
from piket.daftar import MAX_DAYS, Daftar, build_list
from piket.forms.cetak import CetakForm
from piket.lembar import parse_day
from piket.views.jadwal import asked_post
from posko.access import can
from posko.models import Posko
from posko.permintaan import Permintaan


@require_safe
@login_required
def print_roster(request: Permintaan) -> HttpResponse:
    """The roster for paper, A4 landscape: without dates, this month's days on which the post is open."""
    return _page(request, _asked_list(request), None)


@require_safe
@login_required
def print_pdf(request: Permintaan) -> HttpResponse:
    """The same as PDF, A4 or folio. `?salinan=internal`: with phones, for who may see whom to call."""
    daftar = _asked_list(request)
    form = CetakForm({"kertas": "a4", "salinan": "umum"} | request.GET.dict())
    if not form.is_valid():
        return _page(request, daftar, form, status=422)
    data = form.cleaned_data
    internal = data["salinan"] == "internal"
    if internal and not can(request.aktor, "see_contacts", daftar.posko):
        raise PermissionDenied
    # The number on the members' own letters, unless another one, or none, was sent along.
    surat = data["surat"] if "surat" in request.GET else daftar.surat
    made = roster_pdf(
        daftar, request.aktor, timezone.now(), folio=data["kertas"] == "folio", surat=surat, internal=internal
    )
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"daftar-piket-{daftar.posko.wilayah_id}-{daftar.dari:%Y%m%d}-{daftar.sampai:%Y%m%d}"
    copy = "-internal" if internal else ""
    answer["Content-Disposition"] = f'attachment; filename="{name}{copy}.pdf"'
    return answer


def _asked_list(request: Permintaan) -> Daftar:
    """The list of the asked post and days; drafts only for who makes the roster."""
    posko = asked_post(request)
    if posko is None:
        raise Http404
    dari, sampai = _asked_days(request, posko)
    last = dari + dt.timedelta(days=MAX_DAYS - 1)
    daftar = build_list(posko, dari, min(sampai, last), drafts=can(request.aktor, "manage_piket", posko))
    daftar.terpotong = sampai > last
    return daftar


def _asked_days(request: Permintaan, posko: Posko) -> tuple[dt.date, dt.date]:
    first = max(posko.local_time().date().replace(day=1), posko.dibuka)
    dari = parse_day(request.GET.get("dari"), first)
    end_of_month = (dari.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return dari, max(dari, parse_day(request.GET.get("sampai"), min(end_of_month, posko.ditutup)))


def _page(request: Permintaan, daftar: Daftar, form: CetakForm | None, *, status: int = 200) -> HttpResponse:
    form = form or CetakForm(initial={"surat": daftar.surat})
    if not can(request.aktor, "see_contacts", daftar.posko):
        del form.fields["salinan"]
    context = {"daftar": daftar, "cetak": form, "paling": MAX_DAYS, "saat": timezone.now()}
    return render(request, "piket/print.html", context, status=status)
