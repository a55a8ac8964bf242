"""Who is on duty: now, at a moment one asks for, on a screen in the room, and where nobody will be."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import hidup
from piket import kosong, serah
from piket.denyut import tag_of_duty
from piket.forms.papan import SiapaForm
from piket.papan import agencies, board, board_of, own, wall
from posko.denyut import Denyut, mark, unchanged
from posko.permintaan import Permintaan

SIZE = 50


@require_safe
@login_required
def today(request: Permintaan) -> HttpResponse:
    """Who is on duty now, who comes and goes, which agencies are missing; or in one post at a moment asked for."""
    if any(request.GET.get(name) for name in ("posko", "tanggal", "jam")):
        return _at_a_moment(request)
    aktor, now = request.aktor, timezone.now()
    # Asked before the rest is read: what changes meanwhile is then shown with the next question.
    denyut = _pulse(request, now)
    if request.htmx and (same := unchanged(request, denyut)):
        return same
    zona = ZoneInfo(aktor.pos.zona) if aktor.pos else None
    local = timezone.localtime(now, zona)
    context = {
        "papan": board(aktor, now, semua=request.GET.get("semua") == "1"),
        "siapa": SiapaForm(aktor=aktor, initial={"tanggal": local.date(), "jam": local.time()}),
        "zona": zona,
        "serah_menunggu": serah.waiting_for(aktor) if not request.htmx else [],
        "hidup": denyut.tag,
        "alamat": request.get_full_path(),
    }
    if request.htmx:
        return mark(render(request, "piket/today_hidup.html", context), denyut.tag, denyut.menunggu)
    return render(request, "piket/today.html", context)


def _at_a_moment(request: Permintaan) -> HttpResponse:
    """Siapa bertugas di … pada …: one post at a moment, as far as the roster is announced."""
    form = SiapaForm(request.GET, aktor=request.aktor)
    if not form.is_valid() or form.terpilih is None:
        return render(request, "piket/today.html", {"siapa": form, "papan": None}, status=422)
    papan = board_of(request.aktor, form.terpilih, form.saat)
    context = {"siapa": form, "papan": papan, "zona": form.terpilih.zona, "ditanya": True}
    return render(request, "piket/today.html", context)


@require_safe
@login_required
def screen(request: Permintaan) -> HttpResponse:
    """The board for a screen on the wall: posts and agencies as numbers, for parties stand in the room.

    `?nama=1`: also the people on duty in one's own posts, where one may see whom to call.
    """
    aktor, now = request.aktor, timezone.now()
    denyut = _pulse(request, now)
    if request.htmx and (same := unchanged(request, denyut)):
        return same
    tingkat, posko = wall(aktor, now)
    context = {
        "saat": now,
        "zona": aktor.pos.zona if aktor.pos else None,
        "tingkat": tingkat,
        "posko": [row for row in posko if row.keadaan in ("kosong", "kurang")][:12],
        "instansi": agencies(aktor, now)[:24],
        "milik": [p for p in own(aktor, now) if p.kontak] if request.GET.get("nama") == "1" else [],
        "hidup": denyut.tag,
        "alamat": request.get_full_path(),
    }
    if request.htmx:
        return mark(render(request, "piket/screen_hidup.html", context), denyut.tag, denyut.menunggu)
    return render(request, "piket/screen.html", context)


def _pulse(request: Permintaan, now: dt.datetime) -> Denyut:
    tag = tag_of_duty(request.aktor, now)
    return Denyut(tag, hidup.waiting(request.aktor, now) if request.htmx else 0)


@require_safe
@login_required
def uncovered(request: Permintaan) -> HttpResponse:
    """Shifts of the next three days with nobody assigned (`?kurang=1`: with too few), by date; keyset paging."""
    aktor, now = request.aktor, timezone.now()
    few = request.GET.get("kurang") == "1"
    rows = kosong.incomplete(aktor, now) if few else kosong.uncovered(aktor, now)
    shown, more = kosong.page_of(rows, _mark(request.GET.get("sesudah", "")), SIZE)
    last = shown[-1].piket if shown else None
    older = (
        f"?{'kurang=1&' if few else ''}sesudah={last.tanggal.isoformat()}.{last.pk}" if more and last else ""
    )
    return render(request, "piket/uncovered.html", {"baris": shown, "lama": older, "kurang": few})


def _mark(text: str) -> tuple[dt.date, int] | None:
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.(\d{1,18})", text, re.ASCII)
    try:
        return (dt.date.fromisoformat(match[1]), int(match[2])) if match else None
    except ValueError:
        return None
