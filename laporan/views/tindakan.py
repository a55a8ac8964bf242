"""The acts on a report: one page each, the same way. The workflow table says which there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from laporan import alur, linimasa, serupa
from laporan.alur import ACTS, Act
from laporan.forms.potensi import FORMS
from laporan.forms.tindakan import ActForm
from laporan.hidup import tag_of_version
from laporan.models import Laporan, TemplatPesan
from laporan.samaran import reporter
from laporan.titipan import MOST_PHOTOS, Kiriman, receive
from laporan.views.rinci import seen_or_404
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

if TYPE_CHECKING:
    from posko.access import Aktor

WITH_PHOTOS = frozenset({"complete", "progress", "finish"})


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
        return _page(request, act, laporan, FORMS[act.name](laporan, request.aktor, awal=request.GET))

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
        "hidup": tag_of_version(laporan.versi),
        "pelapor": reporter(laporan, request.aktor), "berfoto": act.name in WITH_PHOTOS,
        "titipan": photos.foto if photos else [], "paling_banyak_foto": MOST_PHOTOS,
        "templat": _ready_made(form, laporan), "pertanyaan": _question(act, laporan),
        "mirip": _same_event(laporan, request.aktor) if act.name == "merge" else [],
    }  # fmt: skip
    return render(request, f"laporan/{act.name}.html", context, status=status)


def _ready_made(form: ActForm, laporan: Laporan) -> list[TemplatPesan]:
    """Words an admin wrote for this category and act; what is sent is a copy of them."""
    if not form.templat:
        return []
    return list(TemplatPesan.objects.filter(kategori=laporan.kategori_id, untuk=form.templat, aktif=True))


def _same_event(laporan: Laporan, aktor: Aktor) -> list[Laporan]:
    """Open reports that may speak of the same event, to choose the main one from."""
    return [one.laporan for one in serupa.likely_same(laporan, aktor)]


# The act whose words an answer is to.
ASKED_BY = {"complete": "ask", "answer_support": "ask_support"}


def _question(act: Act, laporan: Laporan) -> str:
    """The words this act answers."""
    asked = ASKED_BY.get(act.name)
    entries = laporan.perkembangan.filter(tindakan=asked).select_related("teks") if asked else None
    last = entries.order_by("-urut").first() if entries is not None else None
    return last.text if last else ""


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
