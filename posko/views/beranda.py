"""Beranda: the situation of the post one is acting for, in the first screen."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from laporan import hidup
from laporan.situasi import current_stages, situation
from posko.denyut import Denyut
from posko.permintaan import Permintaan


@require_safe
@login_required
def beranda(request: Permintaan) -> HttpResponse:
    """Four numbers that are links, what waits for this person, the posts below, the map and the newest reports."""
    now = timezone.now()
    # Asked before the rest is read: what changes meanwhile is then shown with the next question.
    denyut = hidup.pulse_of_beranda(request.aktor, now, counted=bool(request.htmx))
    if request.htmx:
        same = hidup.unchanged(request, denyut)
        return same or hidup.mark(HttpResponse(_fragment(request, denyut, now)), denyut.tag, denyut.menunggu)
    kini, berikut, hari_lagi = current_stages(request.aktor, now)
    context = {
        "kini": kini,
        "berikut": berikut,
        "hari_lagi": hari_lagi,
        "isi": _fragment(request, denyut, now),
    }
    return render(request, "posko/beranda.html", context)


def _fragment(request: Permintaan, denyut: Denyut, now: dt.datetime) -> SafeString:
    """What renews itself. The same person sees the same for up to a minute while nothing it shows has changed."""
    aktor = request.aktor
    who = (aktor.pengguna.pk, aktor.edisi and aktor.edisi.pk, aktor.keanggotaan, aktor.bertugas, aktor.pos)
    text = repr((who, denyut.tag, int(now.timestamp() // 60)))
    key = hashlib.sha256(text.encode()).hexdigest()
    shown = caches["sekejap"].get(key)
    if shown is None:
        context = {"s": situation(aktor, now), "hidup": denyut.tag}
        shown = str(render_to_string("posko/beranda_hidup.html", context, request))
        caches["sekejap"].set(key, shown)
    return mark_safe(shown)  # nosec B308 B703 - rendered by a template
