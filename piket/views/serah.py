"""Serah terima: hand a shift over, confirm it, and its berita acara as PDF."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from laporan.serah import shown, snapshot
from piket import serah
from piket.berita_acara import MOST_COPIES, minutes_pdf
from piket.buku import KunciBentrok
from piket.forms.buku import SerahForm, TerimaForm
from piket.models import Piket, SerahTerima
from posko import access
from posko.permintaan import Permintaan


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_shift(request: Permintaan, piket_id: int) -> HttpResponse:
    """Hand a shift over: the summary by who was there, the rest filled in by the system."""
    read = access.piket_book_visible_to(request.aktor, "posko__")
    seen = Piket.objects.filter(read).announced().select_related("posko__wilayah", "posko__pemilihan")
    piket = get_object_or_404(seen, pk=piket_id)
    if request.method == "POST":
        return _give(request, piket)
    if made := SerahTerima.objects.filter(piket=piket).first():
        return redirect(made)
    if not access.can(request.aktor, "hand_over_shift", piket):
        raise PermissionDenied
    return _form_page(request, piket, SerahForm())


def _give(request: Permintaan, piket: Piket) -> HttpResponse:
    form = SerahForm(request.POST)
    if not form.is_valid():
        if not access.can(request.aktor, "hand_over_shift", piket):
            raise PermissionDenied
        return _form_page(request, piket, form, status=422)
    try:
        made = serah.hand_over(piket, by=request.aktor, isian=form.isian(), snapshot=snapshot)
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, piket, form, status=422)
    except (KunciBentrok, serah.SudahDiserahkan):
        form.renew_key()
        first = SerahTerima.objects.filter(piket=piket).select_related("oleh__pengguna").first()
        return _form_page(request, piket, form, status=409, bentrok=first)
    messages.success(request, "Giliran diserahkan. Anda boleh pulang; giliran berikutnya mengonfirmasi.")
    return redirect(made)


def _form_page(
    request: Permintaan, piket: Piket, form: SerahForm, status: int = 200, bentrok: SerahTerima | None = None
) -> HttpResponse:
    """The form over how the post stands now: what will be kept with it."""
    now = timezone.now()
    context = {
        "piket": piket, "posko": piket.posko, "zona": piket.posko.zona, "form": form, "bentrok": bentrok,
        "belum": serah.not_now(piket, now),
        "keadaan": shown(snapshot(piket.posko, piket, now), piket.posko, request.aktor),
    }  # fmt: skip
    return render(request, "piket/hand_over_shift.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: Permintaan, serah_id: int) -> HttpResponse:
    """One Serah terima: what was handed over, and for who may, the button that takes it over."""
    one = _seen_or_404(request, serah_id)
    form = TerimaForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not access.can(request.aktor, "confirm_hand_over", one):
            raise PermissionDenied
        if form.is_valid():
            made, won = serah.confirm(one, by=request.aktor, catatan=form.cleaned_data["catatan"])
            messages.success(
                request, "Giliran diterima." if won else "Giliran ini sudah diterima sebelumnya."
            )
            return redirect(made)
    context = {
        "serah": one, "piket": one.piket, "posko": one.piket.posko, "zona": one.piket.zona, "form": form,
        "keadaan": shown(one.keadaan, one.piket.posko, request.aktor),
        "menerima": one.diterima_pada is None and access.can(request.aktor, "confirm_hand_over", one),
        "paling_rangkap": MOST_COPIES,
    }  # fmt: skip
    return render(request, "piket/hand_over.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def hand_over_pdf(request: Permintaan, serah_id: int) -> HttpResponse:
    """The berita acara as PDF; `?rangkap=` says of how many copies it speaks (1 to 9, default 2)."""
    one = _seen_or_404(request, serah_id)
    asked = request.GET.get("rangkap", "")
    copies = int(asked) if asked in map(str, range(1, MOST_COPIES + 1)) else 2
    kept = shown(one.keadaan, one.piket.posko, request.aktor)
    made = minutes_pdf(one, kept, request.aktor, timezone.now(), copies=copies)
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"berita-acara-serah-terima-{one.piket.posko.wilayah_id}-{one.piket.tanggal:%Y%m%d}-{one.pk}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _seen_or_404(request: Permintaan, serah_id: int) -> SerahTerima:
    return get_object_or_404(SerahTerima.objects.visible_to(request.aktor).for_detail(), pk=serah_id)
