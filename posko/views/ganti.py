"""Switching the post one is acting for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from piket.aktor import SESSION_POST
from posko.permintaan import Permintaan


@login_required
@require_POST
def switch(request: Permintaan) -> HttpResponse:
    """Act for another of one's own memberships from now on, and go back to the page one came from."""
    chosen = next((m for m in request.aktor.keanggotaan if str(m.id) == request.POST.get("anggota")), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_POST] = chosen.id
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe and target.startswith("/") else "posko:beranda")
