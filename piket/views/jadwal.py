"""The roster as people read it: the week. On paper: piket/views/cetak.py."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from piket.lembar import monday_of, parse_day
from piket.mingguan import build_week
from posko.access import can
from posko.models import Posko


@require_safe
@login_required
def week(request: HttpRequest) -> HttpResponse:
    """A week of a post; the phone shows one day of it."""
    posko = asked_post(request)
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


def asked_post(request: HttpRequest) -> Posko | None:
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
