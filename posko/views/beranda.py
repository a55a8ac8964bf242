"""Beranda: the situation of the post one is acting for, in the first screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def beranda(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    return render(request, "posko/beranda.html")
