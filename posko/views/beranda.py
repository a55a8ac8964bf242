"""Beranda: the situation of the post one is acting for, in the first screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import hidup
from laporan.situasi import situation
from posko.permintaan import Permintaan


@require_safe
@login_required
def beranda(request: Permintaan) -> HttpResponse:
    """Four numbers that are links, what waits for this person, the posts below, the map and the newest reports."""
    now = timezone.now()
    # Asked before the rest is read: what changes meanwhile is then shown with the next question.
    denyut = hidup.pulse_of_beranda(request.aktor, now)
    if not request.htmx:
        return render(
            request, "posko/beranda.html", {"s": situation(request.aktor, now), "hidup": denyut.tag}
        )
    if same := hidup.unchanged(request, denyut):
        return same
    page = render(
        request, "posko/beranda_hidup.html", {"s": situation(request.aktor, now), "hidup": denyut.tag}
    )
    return hidup.mark(page, denyut.tag, denyut.menunggu)
