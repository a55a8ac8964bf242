"""The acts on a report: one page each, the same way. The workflow table says which there are."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from laporan import alur, linimasa
from laporan.alur import ACTS, Act
from laporan.forms.tindakan import FORMS, ActForm
from laporan.models import Laporan
from laporan.samaran import reporter
from laporan.titipan import MOST_PHOTOS, Kiriman, receive
from laporan.views.rinci import seen_or_404
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

WITH_PHOTOS = frozenset({"complete"})


def _view(act: Act) -> Callable[..., HttpResponse]:
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Permintaan, nomor: str) -> HttpResponse:
        laporan = seen_or_404(request.aktor, nomor)
        if request.method == "POST":
            return _perform(request, act, laporan)
        try:
            alur.require(request.aktor, act, laporan, laporan.versi)
        except alur.TidakSesuai as misfit:
            return _conflict(request, laporan, misfit, laporan.versi)
        return _page(request, act, laporan, FORMS[act.name](laporan, request.aktor))

    view.__name__ = view.__qualname__ = act.name
    return view


VIEWS: dict[str, Callable[..., HttpResponse]] = {name: _view(act) for name, act in ACTS.items()}


def _perform(request: Permintaan, act: Act, laporan: Laporan) -> HttpResponse:
    """302 when done; 403 not allowed, 409 stale or out of place, 422 not complete."""
    form = FORMS[act.name](laporan, request.aktor, request.POST)
    alur.require_right(request.aktor, act, laporan)
    valid = form.is_valid()
    seen = form.cleaned_data.get("versi", laporan.versi)
    try:
        alur.require(request.aktor, act, laporan, seen)
        photos = receive(request, request.aktor.pengguna) if act.name in WITH_PHOTOS else None
        for message in photos.galat if photos else ():
            form.add_error(None, message)
        valid = valid and not (photos and photos.galat)
        entry = form.perform(act.name, photos.berkas if photos else ()) if valid else None
    except alur.TidakSesuai as misfit:
        return _conflict(request, laporan, misfit, seen, form)
    except Laporan.DoesNotExist:
        raise Http404 from None
    if entry is None:
        return _page(request, act, laporan, form, photos, status=422)
    messages.success(request, f"{act.lampau} laporan {laporan.nomor}: tercatat.")
    return redirect("laporan:detail", laporan.nomor)


def _page(
    request: Permintaan,
    act: Act,
    laporan: Laporan,
    form: ActForm,
    photos: Kiriman | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "act": act, "laporan": laporan, "form": form, "zona": laporan.posko.zona,
        "pelapor": reporter(laporan, request.aktor), "berfoto": act.name in WITH_PHOTOS,
        "titipan": photos.foto if photos else [], "paling_banyak_foto": MOST_PHOTOS,
    }  # fmt: skip
    return render(request, f"laporan/{act.name}.html", context, status=status)


def _conflict(
    request: Permintaan, laporan: Laporan, misfit: alur.TidakSesuai, seen: int, form: ActForm | None = None
) -> HttpResponse:
    """409: what happened since the version the person saw, and what they typed, to copy."""
    now = seen_or_404(request.aktor, laporan.nomor)
    events = linimasa.timeline(now, request.aktor, [], after=seen) if seen < now.versi else []
    return answer_error(
        request, 409, kembali=now.get_absolute_url(), zona=now.posko.zona, alasan=str(misfit),
        perkembangan=[{"waktu": e.pada, "oleh": e.oleh, "kalimat": e.kalimat} for e in events],
        ketikan=form.typed if form else [],
    )  # fmt: skip
