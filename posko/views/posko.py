"""Posts: the tree of posts one may see, one post, and a post saying SIAP."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from laporan.models import Laporan
from piket.models import Penugasan
from posko import access, berkas
from posko.forms import SaringPosko, SiapForm
from posko.models import Berkas, Posko
from posko.permintaan import Permintaan
from posko.pohon import area_choices, children_of, counts_below, flat_page, numbers_for
from posko.profil import seats_by_unsur, summarize


@login_required
def list_(request: Permintaan) -> HttpResponse:
    """The posts one may see: the area's own, those above it, and one tier below; or all that match a search."""
    aktor = request.aktor
    visible = Posko.objects.visible_to(aktor).select_related("wilayah")
    chosen = SaringPosko.read(request.GET, area_choices(aktor))
    after = request.GET.get("setelah", "")
    if chosen.mencari:
        found, more = flat_page(visible, chosen, after)
    else:
        found, more = children_of(visible, chosen.wilayah or _own_area(aktor), after)
    rows = numbers_for(found, aktor, timezone.now())
    counts_below(rows, visible)
    context = {
        "baris": rows,
        "saring": chosen,
        "lama": chosen.address(setelah=found[-1].wilayah_id) if more else "",
        "baru": chosen.address() if after else "",
        "membaca": access.can(aktor, "read_laporan"),
        "boleh_banding": access.can(aktor, "compare_sarpras"),
    }
    return render(request, "posko/list.html", context)


def _own_area(aktor: access.Aktor) -> str:
    """Where the tree opens: at the post one is acting for, for others at the edition's province."""
    if aktor.pos:
        return aktor.pos.posko_kode
    return aktor.edisi.wilayah_id if aktor.edisi else ""


def visible_post(request: Permintaan, kode: str) -> Posko:
    """The post of area `kode`, or 404 when there is none for this person."""
    return get_object_or_404(
        Posko.objects.visible_to(request.aktor).select_related("wilayah", "pemilihan", "siap_oleh"),
        wilayah=kode,
    )


@login_required
def detail(request: Permintaan, kode: str) -> HttpResponse:
    """One post: place, hours, people by unsur, equipment, who is on duty now, open reports."""
    aktor, now = request.aktor, timezone.now()
    posko = visible_post(request, kode)
    contacts = access.can(aktor, "see_contacts", posko)
    duty = Penugasan.objects.live().filter(piket__posko=posko, waktu__contains=now)
    above = Posko.objects.visible_to(aktor).filter(
        wilayah__in=Posko.objects.ancestors_of(posko.pemilihan_id, kode).values("wilayah")
    )
    context: dict[str, Any] = {
        "posko": posko,
        "buka": posko.is_open(now),
        "kontak": contacts,
        "unsur": seats_by_unsur(posko),
        "sarpras": summarize(list(posko.sarpras.all())),
        "bertugas": duty.select_related("anggota__pengguna", "anggota__kursi__instansi", "piket").order_by(
            "-koordinator", "anggota__kursi__instansi__urutan"
        ),
        "jalur": above.select_related("wilayah").order_by("wilayah"),
        "boleh_siap": access.can(aktor, "say_ready", posko) and posko.status in ("draf", "siap"),
        "boleh_sarpras": access.can(aktor, "edit_sarpras", posko),
        "boleh_kelola": access.can(aktor, "manage_posko", posko) and access.can(aktor, "open_admin"),
    }
    if access.can(aktor, "read_laporan"):
        below = Posko.objects.filter(pemilihan=posko.pemilihan_id).under(kode)
        reports = Laporan.objects.visible_to(aktor).terbuka().filter(posko__in=below.values("pk"))
        context |= {"laporan": reports.for_list()[:5], "jumlah_laporan": reports.count()}
    return render(request, "posko/detail.html", context)


@login_required
def ready(request: Permintaan, kode: str) -> HttpResponse:
    """A post says SIAP, with a photo of its room."""
    posko = visible_post(request, kode)
    if not access.can(request.aktor, "say_ready", posko):
        raise PermissionDenied
    sent = request.method == "POST"
    form = SiapForm(request.POST if sent else None, request.FILES if sent else None, zona=posko.zona)
    if sent and form.is_valid():
        try:
            kept = Berkas.objects.keep(form.cleaned_data["foto"], request.aktor.pengguna)
            posko.say_ready(by=request.aktor, foto=kept)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("posko:detail", kode)
    status = 422 if form.errors else 200
    return render(request, "posko/ready.html", {"posko": posko, "form": form}, status=status)


@login_required
def ready_photo(request: Permintaan, kode: str) -> FileResponse:
    """The photo with which a post said SIAP; whoever may open the post may see it."""
    posko = visible_post(request, kode)
    if posko.foto_siap is None:
        raise Http404
    return berkas.response(request, posko.foto_siap, kecil="kecil" in request.GET)
