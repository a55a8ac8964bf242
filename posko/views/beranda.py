"""Beranda: the situation of the post one is acting for, in the first screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from laporan.situasi import situation
from posko.permintaan import Permintaan


@require_safe
@login_required
def beranda(request: Permintaan) -> HttpResponse:
    """Four numbers that are links, what waits for this person, the posts below, the map and the newest reports."""
    return render(request, "posko/beranda.html", {"s": situation(request.aktor)})
