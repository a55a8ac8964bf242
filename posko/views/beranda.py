"""Beranda: the situation of the post one is acting for, in the first screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from laporan.situasi import situation


@require_safe
@login_required
def beranda(request: HttpRequest) -> HttpResponse:
    """Four numbers that are links, what waits for this person, the posts below, the map and the newest reports."""
    return render(request, "posko/beranda.html", {"s": situation(request.aktor)})
