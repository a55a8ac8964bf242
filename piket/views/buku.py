"""Buku Piket: read, write and strike entries of a post; their photos; the book on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from laporan.titipan import MOST_PHOTOS, Kiriman, receive
from piket import buku, serah
from piket.forms.buku import MOST_DAYS, CatatanForm, CoretForm, RentangForm
from piket.lembar import parse_day
from piket.models import CatatanPiket, FotoCatatan
from posko import access, berkas
from posko.models import Posko
from posko.permintaan import Permintaan

SIZE = 30
# A browser prints this; more is said on the page.
MOST_PRINTED = 1_000


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: Permintaan) -> HttpResponse:
    """The book of a post (`?posko=`, `?tanggal=`), newest entry first; one box and one button to add to it."""
    posko = asked_book(request, request.POST.get("posko") or request.GET.get("posko"))
    if request.method != "POST":
        return _page(request, posko, CatatanForm())
    form = CatatanForm(request.POST)
    # Who may no longer write still learns that a retry had arrived: the module decides.
    writes = access.can(request.aktor, "write_book", posko)
    known = CatatanPiket.objects.filter(oleh=request.user, kunci=form.key)
    photos = receive(request, request.user) if writes or known.exists() else Kiriman()
    for message in photos.galat:
        form.add_error("foto", message)
    if not form.is_valid():
        if not writes:
            raise PermissionDenied
        return _page(request, posko, form, photos, status=422)
    try:
        entry = buku.write(
            posko, by=request.aktor, isi=form.cleaned_data["isi"], kunci=form.key, foto=photos.berkas
        )
    except buku.KunciBentrok as conflict:
        form.renew_key()
        return _page(request, posko, form, photos, status=409, bentrok=conflict.pertama)
    return redirect(f"{address_of(posko)}#catatan-{entry.pk}")


def asked_book(request: Permintaan, kode: str | None) -> Posko:
    """The post of area `kode`, else the one acted for, else the first whose book this person reads; or 404."""
    aktor = request.aktor
    posts = Posko.objects.filter(access.piket_book_visible_to(aktor)).select_related("wilayah", "pemilihan")
    if kode:
        return get_object_or_404(posts, wilayah=kode.replace("\x00", ""))
    own = aktor.pos.posko_kode if aktor.pos else ""
    posko = posts.filter(wilayah=own).first() or posts.order_by("wilayah_id").first()
    if posko is None:
        raise Http404
    return posko


def address_of(posko: Posko, **query: str) -> str:
    """The book of a post, with something chosen."""
    return f"{reverse('piket:book')}?{urlencode({'posko': posko.wilayah_id} | query)}"


def _page(
    request: Permintaan, posko: Posko, form: CatatanForm, photos: Kiriman | None = None, status: int = 200,
    bentrok: CatatanPiket | None = None,
) -> HttpResponse:  # fmt: skip
    aktor, now = request.aktor, timezone.now()
    writes = access.can(aktor, "write_book", posko)
    tanggal = _day(request.GET.get("tanggal"))
    halaman = buku.read_page(buku.entries(posko, tanggal, tanggal), posko, request.GET, SIZE)
    chosen = {"tanggal": tanggal.isoformat()} if tanggal else {}
    context: dict[str, Any] = {
        "posko": posko, "zona": posko.zona, "form": form, "menulis": writes, "bentrok": bentrok, "tanggal": tanggal,
        "berjalan": buku.running(posko, aktor, now) if writes else None,
        "titipan": photos.foto if photos else [], "paling_banyak_foto": MOST_PHOTOS,
        "paling_banyak_huruf": buku.MOST_LETTERS, "bagian": halaman.bagian, "serah": serah.lately(posko),
        "serahkan": serah.due(posko, now) if writes else [],
        "coret": {c.pk for b in halaman.bagian for c in b.catatan if access.can(aktor, "strike_entry", c)},
        "posko_lain": _other_books(request, posko),
        "baru": f"{address_of(posko, **chosen)}&{halaman.baru}" if halaman.baru else "",
        "lama": f"{address_of(posko, **chosen)}&{halaman.lama}" if halaman.lama else "",
    }  # fmt: skip
    return render(request, "piket/book.html", context, status=status)


def _other_books(request: Permintaan, posko: Posko) -> list[tuple[str, str]]:
    """Code and name of the other posts this person works in."""
    own = {m.posko_kode: m.posko_nama for m in request.aktor.pelaku if m.posko_id != posko.pk}
    return sorted(own.items())


def _day(text: str | None) -> dt.date | None:
    """The local date asked for; None for none and for what is no date."""
    return parse_day(text, dt.date.min) if text and parse_day(text, dt.date.min) != dt.date.min else None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def strike_entry(request: Permintaan, catatan_id: int) -> HttpResponse:
    """Strike an entry through, with the reason; it stays readable."""
    seen = CatatanPiket.objects.visible_to(request.aktor).for_page()
    entry = get_object_or_404(seen, pk=catatan_id)
    if not access.can(request.aktor, "strike_entry", entry):
        raise PermissionDenied
    form = CoretForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            buku.strike(entry, by=request.aktor, alasan=form.cleaned_data["alasan"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Catatan dicoret; tulisan dan alasannya tetap terbaca.")
            return redirect(f"{address_of(entry.posko)}#catatan-{entry.pk}")
    context = {"c": entry, "form": form, "posko": entry.posko, "zona": entry.posko.zona}
    return render(request, "piket/strike_entry.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def entry_photo(request: Permintaan, catatan_id: int, urut: int, kecil: bool = False) -> FileResponse:
    """One photo of an entry, or its thumbnail (`kecil`), for who reads the book it stands in."""
    seen = CatatanPiket.objects.visible_to(request.aktor).filter(pk=catatan_id)
    photos = FotoCatatan.objects.select_related("berkas").filter(catatan__in=seen)
    return berkas.response(request, get_object_or_404(photos, urut=urut).berkas, kecil=kecil)


@never_cache
@login_required
@require_safe
def print_book(request: Permintaan) -> HttpResponse:
    """The book of a range of days for paper, oldest entry first; without dates, today."""
    posko = asked_book(request, request.GET.get("posko"))
    today = posko.local_time().date().isoformat()
    form = RentangForm({"dari": today, "sampai": today} | request.GET.dict())
    found: list[CatatanPiket] = []
    if form.is_valid():
        rows = buku.entries(posko, form.cleaned_data["dari"], form.cleaned_data["sampai"])
        found = list(rows.for_page().order_by("id")[: MOST_PRINTED + 1])
    context = {
        "posko": posko, "zona": posko.zona, "form": form, "bagian": buku.grouped(found[:MOST_PRINTED], posko),
        "terpotong": len(found) > MOST_PRINTED, "paling": MOST_PRINTED, "paling_hari": MOST_DAYS,
        "saat": timezone.now(), "dari": form.cleaned_data.get("dari"), "sampai": form.cleaned_data.get("sampai"),
    }  # fmt: skip
    return render(request, "piket/print_book.html", context, status=200 if form.is_valid() else 422)
