"""One act on many reports: choose on the list, confirm once, read what was done and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from laporan import alur, massal
from laporan.forms.massal import FORMS, BulkForm
from laporan.models import Laporan, TindakanMassal
from posko import access
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

if TYPE_CHECKING:
    from laporan.alur import Act

# What is not part of what a person asked for.
_APART = ("csrfmiddlewaretoken", "kunci", "pilih", "tindakan", "semua", "alamat")


@login_required
@require_POST
def bulk(request: Permintaan) -> HttpResponse:
    """The page to confirm; with a `kunci` the acts themselves, then 302 to their summary."""
    aktor = request.aktor
    name = request.POST.get("tindakan", "")
    if not massal.acts_for(aktor) or (name in massal.ACTS and not access.can(aktor, "bulk", name)):
        raise PermissionDenied
    chosen, more = massal.read_chosen(request.POST.getlist("pilih")), False
    if request.POST.get("semua"):
        chosen, more = massal.matching(aktor, request.POST.get("alamat", ""))
    problem = _problem(name, chosen)
    if problem:
        return render(request, "laporan/bulk.html", {"masalah": problem}, status=422)
    act, found = alur.ACTS[name], massal.reports(aktor, chosen)
    if "kunci" not in request.POST:
        return _confirm(request, act, chosen, found, FORMS[name](found, aktor), more=more)
    try:
        return _perform(request, act, chosen, found)
    except massal.Bentrok:
        words = "Kiriman ini sudah dikerjakan dengan isi yang lain."
        return answer_error(request, 409, kembali=reverse("laporan:list"), alasan=words)


def _perform(request: Permintaan, act: Act, chosen: dict[int, int], found: list[Laporan]) -> HttpResponse:
    """Once a `kunci`: 302 to the summary; 422 when the form is not complete."""
    aktor = request.aktor
    typed = {key: str(value) for key, value in request.POST.items() if key not in _APART}
    sidik = massal.print_of(act.name, chosen, typed)
    # Asked before the form, whose choices may have gone with the first submission.
    if known := massal.known_already(aktor, request.POST["kunci"], sidik):
        return redirect(known)
    form = FORMS[act.name](found, aktor, request.POST)
    if not form.is_valid():
        return _confirm(request, act, chosen, found, form, status=422)
    kunci = form.cleaned_data["kunci"]
    return redirect(massal.perform(aktor, act, chosen, form.arguments, kunci=kunci, sidik=sidik))


def _problem(name: str, chosen: dict[int, int]) -> str:
    if name not in massal.ACTS:
        return "Pilih tindakannya."
    if not chosen:
        return "Centang sedikitnya satu laporan, atau “Semua yang cocok”."
    if len(chosen) > massal.MOST:
        return f"Paling banyak {massal.MOST} laporan sekali jalan."
    return ""


def _confirm(
    request: Permintaan, act: Act, chosen: dict[int, int], found: list[Laporan], form: BulkForm, *,
    more: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    refused = [
        (one, why) for one in found if (why := massal.why_not(request.aktor, act, one, chosen[one.pk]))
    ]
    out = {one.pk for one, _ in refused}
    context = {
        "act": act, "form": form, "cukup": [one for one in found if one.pk not in out], "ditolak": refused,
        "pilih": [f"{pk}.{versi}" for pk, versi in chosen.items()], "hilang": len(chosen) - len(found),
        "lebih": more, "paling_banyak": massal.MOST,
    }  # fmt: skip
    return render(request, "laporan/bulk.html", context, status=status)


@login_required
@require_safe
def bulk_done(request: Permintaan, kunci: UUID) -> HttpResponse:
    """What one submission did and what it could not do, report by report."""
    done = get_object_or_404(TindakanMassal.objects.visible_to(request.aktor), kunci=kunci)
    results = list(done.hasil.select_related("laporan"))
    seen = set(
        Laporan.objects.visible_to(request.aktor)
        .filter(pk__in=[r.laporan_id for r in results])
        .order_by()
        .values_list("pk", flat=True)
    )
    context = {
        "massal": done, "act": alur.ACTS[done.tindakan],
        "berhasil": [r for r in results if r.berhasil],
        "gagal": [r for r in results if not r.berhasil],
        "terlihat": seen,
        "sisa": done.jumlah - done.tidak_ditemukan - len(results),
    }  # fmt: skip
    return render(request, "laporan/bulk_done.html", context)
