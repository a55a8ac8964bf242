"""The buku tamu of a post."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from piket import tamu
from piket.forms.tamu import TamuForm
from piket.lembar import parse_day
from piket.models import Tamu
from piket.penugasan import Ditolak
from posko import access
from posko.models import Posko
from posko.permintaan import Permintaan

SIZE = 50


def _book_post(request: Permintaan) -> Posko:
    """The post of ``?posko=``, else the one acted for, else the first whose book is read. Not seen: 404."""
    aktor = request.aktor
    posts = Posko.objects.visible_to(aktor).select_related("wilayah")
    kode = request.GET.get("posko") or (aktor.pos.posko_kode if aktor.pos else None)
    if kode is None:
        first = posts.filter(access.piket_book_visible_to(aktor)).order_by("wilayah").first()
        if first is None:
            raise PermissionDenied
        return first
    posko = get_object_or_404(posts, wilayah=kode)
    if not access.can(aktor, "read_book", posko):
        raise PermissionDenied
    return posko


def _address(posko: Posko, day: dt.date | None = None, **more: Any) -> str:
    query = {"posko": posko.wilayah_id} | ({"hari": day.isoformat()} if day else {}) | more
    return f"{reverse('piket:guests')}?{urlencode(query)}"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guests(request: Permintaan) -> HttpResponse:
    """Guests of a post on a day, newest first; above them the form for who works there."""
    posko = _book_post(request)
    today = posko.local_time().date()
    day = parse_day(request.GET.get("hari"), today)
    if request.method != "POST":
        return _page(request, posko, day, TamuForm())
    if not access.can(request.aktor, "receive_guest", posko):
        raise PermissionDenied
    form = TamuForm(request.POST)
    if not form.is_valid():
        return _page(request, posko, today, form, 422)
    try:
        guest = tamu.receive(posko, form.isian, by=request.aktor)
    except tamu.TamuBentrok:
        again = request.POST.copy()
        again["kunci"] = str(uuid4())
        form = TamuForm(again)
        form.add_error(
            None,
            "Formulir ini sudah terkirim dengan isi lain. Bila ini tamu lain, kirim lagi.",
        )
        return _page(request, posko, today, form, 409)
    messages.success(request, f"Tamu {guest.nama} tercatat.")
    return redirect(_address(posko))


def _page(request: Permintaan, posko: Posko, day: dt.date, form: TamuForm, status: int = 200) -> HttpResponse:
    rows = tamu.guests_on(posko, day)
    mark = request.GET.get("sesudah", "")
    if re.fullmatch(r"\d{1,18}", mark, re.ASCII):
        rows = rows.filter(pk__lt=int(mark))
    found = list(rows[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    today = posko.local_time().date()
    context = {
        "posko": posko, "zona": posko.zona, "hari_ini": day == today, "hari": day, "form": form, "baris": found,
        "menerima": access.can(request.aktor, "receive_guest", posko),
        "lama": _address(posko, day, sesudah=found[-1].pk) if more else "",
        "baru": _address(posko, day) if mark else "",
    }  # fmt: skip
    return render(request, "piket/guests.html", context, status=status)


def _act(request: Permintaan, tamu_id: int, do: Callable[..., Tamu], said: str) -> HttpResponse:
    """One act on a line of the book: not readable is 404, readable but not theirs 403."""
    seen = Tamu.objects.filter(access.piket_book_visible_to(request.aktor, "posko__"))
    guest = get_object_or_404(seen.select_related("posko__wilayah"), pk=tamu_id)
    try:
        guest = do(tamu_id, by=request.aktor)
    except Ditolak as refused:
        messages.warning(request, str(refused))
    except Tamu.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, said.format(guest.nama))
    return redirect(_address(guest.posko, guest.posko.local_time(guest.datang).date()))


@login_required
@require_POST
def guest_left(request: Permintaan, tamu_id: int) -> HttpResponse:
    """The guest has gone."""
    return _act(request, tamu_id, tamu.leave, "Tamu {} tercatat pulang.")


@login_required
@require_POST
def guest_strike(request: Permintaan, tamu_id: int) -> HttpResponse:
    """A wrong line: struck through, not removed."""
    return _act(request, tamu_id, tamu.strike, "Catatan tamu {} dicoret.")
