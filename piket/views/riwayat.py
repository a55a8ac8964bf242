"""The history of a post's roster."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from piket.riwayat import Tanda, read_history
from piket.views.kisi import managed_post


@require_safe
def history(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Who changed what when, newest first; `?sesudah=` goes on where the page before ended."""
    posko = managed_post(request, posko_id)
    tanda = Tanda.parse(request.GET.get("sesudah"))
    context = {
        "posko": posko,
        "riwayat": read_history(posko, tanda),
        "pertama": tanda is None,
        "title": f"Riwayat jadwal {posko}",
    }
    return render(request, "admin/piket/riwayat.html", admin.site.each_context(request) | context)
