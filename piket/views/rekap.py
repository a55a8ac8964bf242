"""The recap of attendance, and the same as a file."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from laporan.models import CatatanAkses
from piket import rekap
from piket.lembar import parse_day
from piket.rekap import KELOMPOK, ORANG, PALING_LAMA, POSKO, Pilihan
from piket.rincian import state_words
from posko import access
from posko.models import Posko
from posko.permintaan import Permintaan
from posko.templatetags.posko import format_date

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: Permintaan) -> Pilihan:
    """What the address asks for: without dates the last seven days. A post not seen is 404, not read 403."""
    aktor = request.aktor
    posts = Posko.objects.visible_to(aktor).select_related("wilayah")
    kode = request.GET.get("posko") or (aktor.pos.posko_kode if aktor.pos else None)
    posko = (
        get_object_or_404(posts, wilayah=kode)
        if kode
        else posts.filter(access.attendance_visible_to(aktor)).order_by("wilayah").first()
    )
    if posko is None or not access.can(aktor, "read_attendance", posko):
        raise PermissionDenied
    today = posko.local_time().date()
    sampai = parse_day(request.GET.get("sampai"), today)
    dari = min(parse_day(request.GET.get("dari"), sampai - dt.timedelta(days=6)), sampai)
    dari = max(dari, sampai - dt.timedelta(days=PALING_LAMA - 1))
    bawah = request.GET.get("bawah") == "1" and posko.tingkat < 4
    kelompok = request.GET.get("per", "")
    kelompok = kelompok if kelompok in KELOMPOK else ORANG
    # People are counted in one post at a time; over several posts the posts themselves come first.
    return Pilihan(posko, dari, sampai, POSKO if bawah and kelompok == ORANG else kelompok, bawah)


def _address(asked: Pilihan, name: str = "piket:recap", **changed: Any) -> str:
    query = {
        "posko": asked.posko.wilayah_id, "dari": asked.dari.isoformat(), "sampai": asked.sampai.isoformat(),
        "per": asked.kelompok, "bawah": "1" if asked.bawah else "",
    } | changed  # fmt: skip
    return f"{reverse(name)}?{urlencode({k: v for k, v in query.items() if v})}"


@never_cache
@login_required
@require_safe
def recap(request: Permintaan) -> HttpResponse:
    """Counts of each state and hours; with ``?anggota=`` the duties behind one person's line."""
    asked = _asked(request)
    visible = access.attendance_visible_to(request.aktor, "piket__posko__")
    member = request.GET.get("anggota", "")
    if asked.kelompok == ORANG and re.fullmatch(r"\d{1,18}", member, re.ASCII):
        return _person(request, asked, visible, int(member))
    rows = rekap.recap(asked, visible)
    context = {
        "p": asked, "posko": asked.posko, "baris": [(row, _behind(asked, row)) for row in rows],
        "kolom": [rekap.JUDUL[name] for name in rekap.ANGKA], "jumlah": rekap.total(rows),
        "kelompok": [
            (words, _address(asked, per=key), key == asked.kelompok)
            for key, words in KELOMPOK.items()
            if not (asked.bawah and key == ORANG)
        ],
        "punya_bawah": asked.posko.tingkat < 4, "judul": KELOMPOK[asked.kelompok],
        "csv": _address(asked, "piket:recap_csv"), "xlsx": _address(asked, "piket:recap_xlsx"),
    }  # fmt: skip
    return render(request, "piket/recap.html", context)


def _behind(asked: Pilihan, row: rekap.Baris) -> str:
    """Where a line leads: a person's duties, or a post's own recap."""
    if asked.kelompok == ORANG:
        return _address(asked, anggota=row.kunci)
    if asked.kelompok == POSKO:
        return _address(asked, posko=row.kunci, per=ORANG, bawah="")
    return ""


def _person(request: Permintaan, asked: Pilihan, visible: Any, anggota: int) -> HttpResponse:
    duties = rekap.duties_of(asked, visible, anggota)
    context = {
        "p": asked, "posko": asked.posko, "zona": asked.posko.zona, "nama": duties[0].pengguna.nama if duties else "",
        "tugas": [(d, state_words(d.kehadiran, full=True)) for d in duties], "kembali": _address(asked),
    }  # fmt: skip
    return render(request, "piket/recap_orang.html", context)


@never_cache
@login_required
@require_safe
def export(request: Permintaan, bentuk: str) -> HttpResponseBase:
    """The recap of the address as a file (`bentuk`: csv or xlsx). Journalled before it leaves."""
    asked = _asked(request)
    rows = rekap.recap(asked, access.attendance_visible_to(request.aktor, "piket__posko__"))
    span = f"{format_date(asked.dari)} – {format_date(asked.sampai)}"
    words = f"Rekap kehadiran {asked.posko}{' dan di bawahnya' if asked.bawah else ''}, {span}"
    CatatanAkses.objects.note_export(request.aktor, bentuk, len(rows), words)
    cells = rekap.table(asked, rows)
    name = f"rekap-kehadiran-{asked.posko.wilayah_id}-{asked.dari:%Y%m%d}-{asked.sampai:%Y%m%d}.{bentuk}"
    response: HttpResponseBase
    if bentuk == "csv":
        response = HttpResponse(rekap.csv_bytes(cells), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(
            rekap.xlsx_file(cells), as_attachment=True, filename=name, content_type=XLSX_TYPE
        )
    response["X-Content-Type-Options"] = "nosniff"
    return response
