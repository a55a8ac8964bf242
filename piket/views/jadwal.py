"""The roster as people read it: the week, the printed list."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from piket.daftar import MAX_DAYS, build_list
from piket.lembar import monday_of, parse_day
from piket.mingguan import build_week
from posko.access import can
from posko.models import Posko


@require_safe
@login_required
def week(request: HttpRequest) -> HttpResponse:
    """A week of a post; the phone shows one day of it."""
    posko = _asked_post(request)
    if posko is None:
        return render(request, "piket/week.html", {"minggu": None})
    now = posko.local_time().date()
    asked = request.GET.get("hari")
    senin = monday_of(parse_day(asked or request.GET.get("minggu"), now))
    day = parse_day(asked, now if monday_of(now) == senin else senin)
    manages = can(request.aktor, "manage_piket", posko)  # type: ignore[attr-defined]
    context = {
        "minggu": build_week(posko, senin, day, drafts=manages),
        "kelola": manages,
        "pekan_lalu": senin - dt.timedelta(days=7),
        "pekan_depan": senin + dt.timedelta(days=7),
        "kemarin": day - dt.timedelta(days=1),
        "besok": day + dt.timedelta(days=1),
    }
    return render(request, "piket/week.html", context)


@require_safe
@login_required
def print_roster(request: HttpRequest) -> HttpResponse:
    """The roster for paper, A4 landscape: without dates, this month's days on which the post is open."""
    posko = _asked_post(request)
    if posko is None:
        raise Http404
    first = max(posko.local_time().date().replace(day=1), posko.dibuka)
    dari = parse_day(request.GET.get("dari"), first)
    end_of_month = (dari.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    sampai = max(dari, parse_day(request.GET.get("sampai"), min(end_of_month, posko.ditutup)))
    last = dari + dt.timedelta(days=MAX_DAYS - 1)
    context = {
        "daftar": build_list(
            posko,
            dari,
            min(sampai, last),
            drafts=can(request.aktor, "manage_piket", posko),  # type: ignore[attr-defined]
        ),
        "terpotong": sampai > last,
        "paling": MAX_DAYS,
    }
    return render(request, "piket/print.html", context | {"saat": timezone.now()})


def _asked_post(request: HttpRequest) -> Posko | None:
    """The post of ``?posko=``, else the one acted for, else the highest one this person may open."""
    aktor = request.aktor  # type: ignore[attr-defined]
    posts = Posko.objects.visible_to(aktor).select_related("wilayah", "pemilihan")
    kode = request.GET.get("posko") or (aktor.pos.posko_kode if aktor.pos else None)
    if kode is None:
        return posts.order_by("wilayah_id").first()
    posko = posts.filter(wilayah=kode).first()
    if posko is None:
        raise Http404
    return posko
