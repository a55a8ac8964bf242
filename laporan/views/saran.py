"""Saran: given by anybody, about a report or in general; answered by the post; listed for its evaluation meeting."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from laporan import alur_saran
from laporan.alur import TidakSesuai
from laporan.alur_saran import ActSaran, StatusSaran
from laporan.forms.saran import AdviseForm, AnswerForm
from laporan.models import Laporan, Saran
from laporan.models.saran import SaranBentrok, SaranQuerySet
from laporan.views.rinci import seen_or_404
from posko import access
from posko.access import Aktor
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

SIZE = 50


@login_required
@require_safe
def advice(request: Permintaan) -> HttpResponse:
    """A post's saran for its evaluation meeting, newest first; filters in the address, made to be printed."""
    aktor = request.aktor
    if not access.can(aktor, "read_advice"):
        raise PermissionDenied
    posts = {m.posko_kode: m.posko_nama for m in aktor.with_peran(*access.PEMBACA)}
    kode = request.GET.get("posko", "")
    kode = (
        kode
        if kode in posts
        else (aktor.pos.posko_kode if aktor.pos and aktor.pos.posko_kode in posts else "")
    )
    status = request.GET.get("status", "")
    status = status if status in StatusSaran.values else ""
    rows = Saran.objects.visible_to(aktor)
    if kode and "bawah" not in request.GET:
        rows = rows.filter(posko__wilayah=kode)
    counts = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    rows = rows.filter(status=status) if status else rows
    chosen = {"posko": kode, "bawah": "1" if "bawah" in request.GET else "", "status": status}
    context = _page(_with_reports(rows, aktor), request, chosen) | {
        "posko": posts, "kode": kode, "nama": posts.get(kode, "Semua posko"), "bawah": bool(chosen["bawah"]),
        "menaungi": any(m.tingkat < 4 for m in aktor.pelaku), "status": status, "saat": timezone.now(),
        "tab": [
            (words, _address(chosen | {"status": value}), counts.get(value, 0) if value else sum(counts.values()),
             value == status)
            for value, words in (("", "Semua"), *StatusSaran.choices)
        ],
    }  # fmt: skip
    return render(request, "laporan/advice.html", context)


@login_required
@require_safe
def my_advice(request: Permintaan) -> HttpResponse:
    """What I suggested and what became of it."""
    rows = _with_reports(Saran.objects.given_by(request.aktor), request.aktor)
    context = _page(rows, request, {}) | {"membaca": access.can(request.aktor, "read_advice")}
    return render(request, "laporan/my_advice.html", context)


def _with_reports(rows: SaranQuerySet, aktor: Aktor) -> SaranQuerySet:
    """For a list; whether the report it is about may be opened (an adviser may have lost sight of it)."""
    seen = Laporan.objects.visible_to(aktor).filter(pk=OuterRef("laporan"))
    return rows.for_list().annotate(laporan_terlihat=Exists(seen))


def _address(chosen: dict[str, str], **other: Any) -> str:
    return "?" + urlencode({name: value for name, value in (chosen | other).items() if value})


def _page(rows: SaranQuerySet, request: Permintaan, chosen: dict[str, str]) -> dict[str, Any]:
    """One page by id: `?sesudah=<id>` goes on to older ones."""
    mark = request.GET.get("sesudah", "")
    if re.fullmatch(r"\d{1,18}", mark, re.ASCII):
        rows = rows.filter(pk__lt=int(mark))
    found = list(rows[: SIZE + 1])
    more = len(found) > SIZE
    found = found[:SIZE]
    return {
        "baris": found,
        "lama": _address(chosen, sesudah=found[-1].pk) if more else "",
        "baru": _address(chosen) if mark else "",
    }


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def advise(request: Permintaan) -> HttpResponse:
    """Give a saran in general."""
    if not access.can(request.aktor, "advise"):
        raise PermissionDenied
    form = AdviseForm(request.aktor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _give(request, form, None)
    return _form(request, form, None, 422 if request.method == "POST" else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def advise_report(request: Permintaan, nomor: str) -> HttpResponse:
    """Give a saran on a report, below what others said that this person may read."""
    laporan = seen_or_404(request.aktor, nomor)
    if not access.can(request.aktor, "advise") and request.method == "POST":
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = AdviseForm(request.aktor, data, about_report=True)
    if request.method == "POST" and form.is_valid():
        return _give(request, form, laporan)
    return _form(request, form, laporan, 422 if request.method == "POST" else 200)


def _form(
    request: Permintaan, form: AdviseForm, laporan: Laporan | None, status: int, **more: Any
) -> HttpResponse:
    context = {"form": form, "laporan": laporan, "boleh": access.can(request.aktor, "advise")} | more
    if laporan:
        given = Saran.objects.visible_to(request.aktor).filter(laporan=laporan)
        context["baris"] = list(given.for_list()[:SIZE])
    return render(request, "laporan/advise.html", context, status=status)


def _give(request: Permintaan, form: AdviseForm, laporan: Laporan | None) -> HttpResponse:
    data = form.cleaned_data
    posko = laporan.posko if laporan else data["posko"]
    try:
        saran = Saran.objects.give(
            request.aktor, posko=posko, teks=data["teks"], kunci=data["kunci"], laporan=laporan
        )
    except SaranBentrok as conflict:
        again = request.POST.copy()
        again["kunci"] = str(uuid4())
        fresh = AdviseForm(request.aktor, again, about_report=laporan is not None)
        return _form(request, fresh, laporan, 409, bentrok=conflict.saran)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, form, laporan, 422)
    messages.success(request, "Saran Anda tercatat. Jawaban posko akan muncul di Saran saya dan di beranda.")
    return redirect(saran)


@never_cache
@login_required
@require_safe
def advice_detail(request: Permintaan, pk: int) -> HttpResponse:
    """One saran with its answer and history. Read by its adviser, the answer is no news any more."""
    saran = _seen_or_404(request.aktor, pk)
    if saran.oleh_id == request.aktor.pengguna.pk:
        saran.read_answer()
    context = {
        "saran": saran, "tindakan": alur_saran.acts_for(request.aktor, saran), "zona": saran.posko.zona,
        "riwayat": list(saran.riwayat.select_related("oleh", "anggota__kursi__instansi")),
        "milik_saya": saran.oleh_id == request.aktor.pengguna.pk,
    }  # fmt: skip
    return render(request, "laporan/advice_detail.html", context)


def _seen_or_404(aktor: Aktor, pk: int) -> Saran:
    return get_object_or_404(_with_reports(Saran.objects.visible_to(aktor), aktor), pk=pk)


def _view(act: ActSaran) -> Callable[..., HttpResponse]:
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Permintaan, pk: int) -> HttpResponse:
        saran = _seen_or_404(request.aktor, pk)
        form = AnswerForm(act, request.POST if request.method == "POST" else None)
        try:
            alur_saran.require(request.aktor, act, saran)
            if form.is_valid():
                getattr(saran, act.name)(by=request.aktor, teks=form.cleaned_data["teks"])
                messages.success(request, f"{act.lampau}: tercatat, dan yang memberi saran diberi tahu.")
                return redirect(saran)
        except TidakSesuai as misfit:
            return _conflict(request, saran, misfit, form)
        except Saran.DoesNotExist:
            raise Http404 from None
        context = {"act": act, "saran": saran, "form": form}
        return render(request, "laporan/advice_act.html", context, status=422 if form.is_bound else 200)

    view.__name__ = view.__qualname__ = act.name
    return view


VIEWS: dict[str, Callable[..., HttpResponse]] = {name: _view(act) for name, act in alur_saran.ACTS.items()}


def _conflict(request: Permintaan, saran: Saran, misfit: TidakSesuai, form: AnswerForm) -> HttpResponse:
    """409: somebody else moved it on meanwhile; what was typed comes back to copy."""
    typed = str(form["teks"].value() or "")
    return answer_error(
        request, 409, kembali=saran.get_absolute_url(), zona=saran.posko.zona, alasan=str(misfit), perkembangan=[],
        ketikan=[(str(form.fields["teks"].label), typed)] if typed else [],
    )  # fmt: skip
