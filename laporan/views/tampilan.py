"""Kept lists: see, keep, rename and remove them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from laporan.forms.tampilan import SAYA, NamaForm, SimpanForm
from laporan.models import Tampilan
from laporan.saringan import Saringan
from posko import access
from posko.access import Aktor
from posko.permintaan import Permintaan


@login_required
@require_safe
def kept(request: Permintaan) -> HttpResponse:
    """The person's lists and those of their posts."""
    aktor = request.aktor
    if not access.can(aktor, "read_laporan"):
        raise PermissionDenied
    rows = Tampilan.objects.visible_to(aktor).select_related("posko__wilayah").order_by("posko_id", "nama")
    found = [(one, access.can(aktor, "edit_tampilan", one)) for one in rows]
    return render(request, "laporan/kept.html", {"tampilan": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: Permintaan) -> HttpResponse:
    """Keep the filters of `?kueri=` under a name."""
    aktor = request.aktor
    if not access.can(aktor, "save_tampilan", None):
        raise PermissionDenied
    form = SimpanForm(
        aktor, request.POST or None, initial={"kueri": request.GET.get("kueri", "")[:1000], "untuk": SAYA}
    )
    if request.method == "POST" and form.is_valid() and (made := form.perform()):
        messages.success(request, f"Tampilan “{made.nama}” tersimpan.")
        return redirect(f"{reverse('laporan:list')}?{made.kueri}")
    query = form["kueri"].value() or ""
    words = [words for words, _ in Saringan.read(QueryDict(query[:1000]), aktor).chips]
    status = 422 if request.method == "POST" else 200
    return render(request, "laporan/keep.html", {"form": form, "keping": words}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: Permintaan, pk: int) -> HttpResponse:
    """Give a kept list another name."""
    tampilan = _own_or_404(request.aktor, pk)
    form = NamaForm(request.POST if request.method == "POST" else None, initial={"nama": tampilan.nama})
    if request.method == "POST" and form.is_valid():
        try:
            tampilan.rename(request.aktor, form.cleaned_data["nama"])
        except ValidationError as error:
            form.take(error)
        else:
            messages.success(request, "Nama tampilan diganti.")
            return redirect("laporan:kept")
    status = 422 if request.method == "POST" else 200
    return render(request, "laporan/rename.html", {"form": form, "tampilan": tampilan}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Permintaan, pk: int) -> HttpResponse:
    """Remove a kept list. Again, when it is gone already, is no error."""
    if request.method == "POST" and not Tampilan.objects.visible_to(request.aktor).filter(pk=pk).exists():
        return _gone(request)
    tampilan = _own_or_404(request.aktor, pk)
    if request.method == "POST":
        tampilan.remove(request.aktor)
        messages.success(request, f"Tampilan “{tampilan.nama}” dihapus.")
        return redirect("laporan:kept")
    return render(request, "laporan/remove.html", {"tampilan": tampilan})


def _gone(request: Permintaan) -> HttpResponse:
    if not access.can(request.aktor, "read_laporan"):
        raise Http404
    return redirect("laporan:kept")


def _own_or_404(aktor: Aktor, pk: int) -> Tampilan:
    """A kept list the person may change: what they may not even use is 404, a post's of others to change is 403."""
    tampilan = Tampilan.objects.visible_to(aktor).select_related("posko__wilayah").filter(pk=pk).first()
    if tampilan is None:
        raise Http404
    if not access.can(aktor, "edit_tampilan", tampilan):
        raise PermissionDenied
    return tampilan
