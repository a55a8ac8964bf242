"""Duties that change hands, and covering for who cannot come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from piket import berhalangan, saya, tukar
from piket.forms.saya import AmbilForm, TawarForm
from piket.models import Penugasan, TukarPiket
from piket.penugasan import Basi, Ditolak
from piket.tukar import ActTukar
from posko import access
from posko.halaman import read_page
from posko.permintaan import Permintaan

SIZE = 50


@never_cache
@require_safe
@login_required
def swaps(request: Permintaan) -> HttpResponse:
    """Open swaps I may see: mine, for me to take, for me to decide (`?semua=1`: also those that are over)."""
    rows = saya.with_words(TukarPiket.objects.visible_to(request.aktor)).order_by("-pk")
    every = request.GET.get("semua") == "1"
    rows = rows if every else rows.open()
    found, mark = read_page(rows, request.GET.get("sesudah", ""), SIZE)
    older = f"?{'semua=1&' if every else ''}sesudah={mark}" if mark else ""
    return render(request, "piket/swaps.html", {"baris": found, "lama": older, "semua": every})


def _seen_or_404(request: Permintaan, tukar_id: int) -> TukarPiket:
    return get_object_or_404(saya.with_words(TukarPiket.objects.visible_to(request.aktor)), pk=tukar_id)


@never_cache
@require_safe
@login_required
def swap(request: Permintaan, tukar_id: int) -> HttpResponse:
    """One swap: whose duty, who takes it, and what I can do."""
    return _swap_page(request, _seen_or_404(request, tukar_id))


def _swap_page(
    request: Permintaan, found: TukarPiket, galat: str = "", status: int = 200, ketikan: str = ""
) -> HttpResponse:
    acts = tukar.acts_for(request.aktor, found)
    takes = any(a.name == "take" for a in acts)
    context = {
        "t": found,
        "tindakan": acts,
        "ambil": AmbilForm(aktor=request.aktor, duty=found.penugasan) if takes else None,
        "zona": found.penugasan.piket.posko.zona,
        "galat": galat,
        "ketikan": ketikan,
    }
    return render(request, "piket/swap.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer(request: Permintaan, penugasan_id: int) -> HttpResponse:
    """Offer one of my duties to my colleagues."""
    duty = get_object_or_404(saya.for_page(saya.own_duties(request.aktor)), pk=penugasan_id)
    if request.method != "POST":
        form = TawarForm(initial={"kunci": uuid4()})
        return render(request, "piket/offer.html", {"form": form, "d": duty})
    form = TawarForm(request.POST)
    if not form.is_valid():
        return render(request, "piket/offer.html", {"form": form, "d": duty}, status=422)
    try:
        made = tukar.offer(duty.pk, by=request.aktor, **form.cleaned_data)
    except Ditolak as refused:
        form.add_error(None, str(refused))
        status = 409 if isinstance(refused, Basi) else 422
        return render(request, "piket/offer.html", {"form": form, "d": duty}, status=status)
    messages.success(
        request, "Tugas ditawarkan kepada rekan seinstansi. Sampai disetujui, tugas tetap milik Anda."
    )
    return redirect("piket:swap", made.pk)


def _view(chosen: ActTukar) -> Callable[..., HttpResponse]:
    @require_POST
    @login_required
    def view(request: Permintaan, tukar_id: int) -> HttpResponse:
        found = _seen_or_404(request, tukar_id)
        if not access.can(request.aktor, chosen.aturan, found):
            raise PermissionDenied
        words = request.POST.get("catatan", "")[:200].replace("\x00", "")
        given: Any = None
        if chosen.name == "take":
            form = AmbilForm(request.POST, aktor=request.aktor, duty=found.penugasan)
            if not form.is_valid():
                return _swap_page(request, found, galat="Pilih tugas balasan dari daftar.", status=422)
            given = form.cleaned_data["balasan"]
        try:
            tukar.act(
                chosen.name, found.pk, by=request.aktor, catatan=words, balasan=given.pk if given else None
            )
        except Ditolak as refused:
            status = 409 if isinstance(refused, Basi) else 422
            again = _seen_or_404(request, tukar_id)
            return _swap_page(request, again, galat=str(refused), status=status, ketikan=words)
        messages.success(request, f"{chosen.lampau}.")
        return redirect("piket:swap", found.pk)

    view.__name__ = view.__qualname__ = chosen.name
    return view


VIEWS: dict[str, Callable[..., HttpResponse]] = {name: _view(act) for name, act in tukar.ACTS.items()}


@never_cache
@require_safe
@login_required
def cover_list(request: Permintaan) -> HttpResponse:
    """Duties of people who cannot come, in the posts I arrange, the nearest first."""
    if not access.can(request.aktor, "arrange_covers"):
        raise PermissionDenied
    rows = list(berhalangan.needing_cover(request.aktor, timezone.now())[: SIZE * 2])
    return render(request, "piket/cover_list.html", {"baris": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cover(request: Permintaan, penugasan_id: int) -> HttpResponse:
    """Choose a colleague who takes a duty over at once."""
    seen = Penugasan.objects.visible_to(request.aktor).select_related(
        "piket__posko__wilayah", "pengguna", "anggota__kursi__instansi", "anggota__pengguna"
    )
    duty = get_object_or_404(seen, pk=penugasan_id)
    if not access.can(request.aktor, "arrange_cover", duty.piket.posko):
        raise PermissionDenied
    galat, status = "", 200
    if request.method == "POST":
        chosen = request.POST.get("anggota", "")
        try:
            if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
                raise Ditolak("Pilih siapa yang menggantikan.")
            new = tukar.cover(duty.pk, int(chosen), by=request.aktor)
        except Ditolak as refused:
            galat, status = str(refused), 409 if isinstance(refused, Basi) else 422
        else:
            messages.success(request, f"{duty.pengguna} digantikan {new.anggota.pengguna}.")
            return redirect("piket:cover_list")
    context = {"d": duty, "calon": berhalangan.candidates(duty), "galat": galat}
    return render(request, "piket/cover.html", context, status=status)
