"""The page of one shift, the code on the post's screen, and the attendance list on paper."""

from __future__ import annotations

import segno
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from piket import cetak_hadir, kode
from piket.hadir import can_check_in, can_check_out
from piket.kehadiran import BUKA_SEBELUM, PULANG_SETELAH
from piket.lembar import Petugas
from piket.models import Penugasan, Piket
from piket.rincian import build_shift, history, read_shift
from posko.access import can
from posko.permintaan import Permintaan


def seen_shift(request: Permintaan, piket_id: int) -> Piket:
    """The shift, if this person may know of it: a draft only who edits the roster. Else 404."""
    shifts = Piket.objects.visible_to(request.aktor).select_related("posko__wilayah", "posko__pemilihan")
    shift = get_object_or_404(shifts, pk=piket_id)
    if not (shift.is_announced() or can(request.aktor, "manage_piket", shift.posko)):
        raise Http404
    return shift


@login_required
@require_safe
def shift(request: Permintaan, piket_id: int) -> HttpResponse:
    """One shift: who is on it, agency by agency, who came, what is missing, and where to go from here."""
    aktor, piket = request.aktor, seen_shift(request, piket_id)
    people = read_shift(piket)
    reads = can(aktor, "read_attendance", piket.posko)
    runs = can(aktor, "run_shift", piket)
    giliran = build_shift(piket, people, aktor.pengguna.pk, full=reads or runs)
    context = {
        "g": giliran, "piket": piket, "posko": piket.posko, "zona": piket.zona,
        "memimpin": runs, "membaca": reads or runs,
        "rekap": reads,
        "kontak": can(aktor, "see_contacts", piket.posko),
        "kelola": can(aktor, "manage_piket", piket.posko),
        "buku": can(aktor, "read_book", piket.posko),
        "serah": can(aktor, "hand_over_shift", piket),
        "saya": _own_entry(piket, people, aktor.pengguna.pk),
        "riwayat": history(piket) if reads or runs else [],
        "rancangan": not piket.is_announced(),
    }  # fmt: skip
    return render(request, "piket/shift.html", context)


def _own_entry(piket: Piket, people: list[Petugas], pengguna: int) -> str:
    """What the reader may record of their own duty here now: "datang", "pulang" or nothing."""
    me = next((p for p in people if p.pengguna == pengguna), None)
    if me is None:
        return ""
    duty = Penugasan(kehadiran=me.kehadiran, datang=me.datang, pulang=me.pulang, waktu=piket.waktu)
    now = timezone.now()
    return "datang" if can_check_in(duty, now) else "pulang" if can_check_out(duty, now) else ""


@never_cache
@login_required
@require_safe
def code(request: Permintaan, piket_id: int) -> HttpResponse:
    """The code of a shift for the post's screen: large digits and a QR code, renewed every few seconds."""
    piket, now = seen_shift(request, piket_id), timezone.now()
    if not can(request.aktor, "run_shift", piket):
        raise PermissionDenied
    opens, closes = piket.waktu.lower - BUKA_SEBELUM, piket.waktu.upper + PULANG_SETELAH
    context = {"piket": piket, "posko": piket.posko, "zona": piket.zona, "buka": opens, "tutup": closes}
    if opens <= now <= closes:
        shown = kode.shown(piket.pk, now)
        address = request.build_absolute_uri(f"{reverse('piket:check_in')}?kode={shown.angka}")
        context |= {"tampil": shown, "qr": _qr(address), "jeda": kode.DETAK, "berlaku": kode.BERLAKU}
    else:
        context |= {"lewat": now > closes}
    part = bool(request.htmx)
    return render(request, "piket/code_hidup.html" if part else "piket/code.html", context)


def _qr(address: str) -> SafeString:
    """A QR code as inline SVG. Dark on light whatever the theme: cameras want it so (the CSS gives the ground)."""
    drawn = segno.make(address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, border=4, svgclass="kode-qr", lineclass=None))  # nosec B308 B703


@never_cache
@login_required
@require_safe
def attendance_list(request: Permintaan, piket_id: int) -> HttpResponse:
    """Daftar hadir as PDF: of this shift, or with ``?hari=1`` of all the post's shifts of that date."""
    aktor, piket = request.aktor, seen_shift(request, piket_id)
    reads = can(aktor, "read_attendance", piket.posko)
    if not (reads or can(aktor, "run_shift", piket)):
        raise PermissionDenied
    shifts = [piket]
    if request.GET.get("hari") == "1":
        # Who only runs this one shift gets the list of this one shift.
        if not reads:
            raise PermissionDenied
        shifts = list(
            Piket.objects.filter(posko=piket.posko_id, tanggal=piket.tanggal).order_by("waktu", "id")
        )
        for one in shifts:
            one.posko = piket.posko
    content = cetak_hadir.attendance_pdf(shifts, aktor, timezone.now())
    name = f"daftar-hadir-{piket.posko.wilayah_id}-{piket.tanggal:%Y%m%d}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
