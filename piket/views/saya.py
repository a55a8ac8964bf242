"""My duty: when and where, when I cannot come, and my calendar."""

from __future__ import annotations

from uuid import uuid4

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from piket import berhalangan, kalender, saya
from piket.forms.saya import BerhalanganForm
from piket.models import Berhalangan
from piket.penugasan import Basi
from posko.halaman import read_page
from posko.permintaan import Permintaan

SIZE = 30


@never_cache
@require_safe
@login_required
def mine(request: Permintaan) -> HttpResponse:
    """When I am on duty next and where; `?lama=1`: duties behind, newest first, paged by id."""
    now = timezone.now()
    if request.GET.get("lama") == "1":
        found, mark = read_page(saya.past(request.aktor, now), request.GET.get("sesudah", ""), SIZE)
        older = f"?lama=1&sesudah={mark}" if mark else ""
        return render(request, "piket/mine_past.html", {"baris": found, "lama": older})
    token = request.session.pop("kalender_baru", "")
    address = request.build_absolute_uri(reverse("piket:feed", args=[token])) if token else ""
    context = {"s": saya.overview(request.aktor, now), "saat": now, "alamat_kalender": address}
    return render(request, "piket/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def unavailable(request: Permintaan) -> HttpResponse:
    """Say that one cannot come; duties already given on those dates are then listed for who arranges them."""
    if request.method != "POST":
        first = {"kunci": uuid4(), "dari": request.GET.get("dari", "")[:10]}
        form = BerhalanganForm(aktor=request.aktor, initial=first)
        return render(request, "piket/unavailable.html", {"form": form})
    form = BerhalanganForm(request.POST, aktor=request.aktor)
    if not form.is_valid():
        return render(request, "piket/unavailable.html", {"form": form}, status=422)
    try:
        row = berhalangan.report(by=request.aktor, **form.cleaned_data)
    except Basi as refused:
        form.add_error(None, str(refused))
        return render(request, "piket/unavailable.html", {"form": form}, status=409)
    n = berhalangan.duties_of(row).count()
    said = (
        f"Tercatat. {n} tugas pada tanggal itu perlu pengganti; yang mengatur piket sudah dapat melihatnya."
        if n
        else "Tercatat. Tidak ada tugas pada tanggal itu."
    )
    messages.success(request, said)
    return redirect("piket:mine")


@require_POST
@login_required
def take_back(request: Permintaan, berhalangan_id: int) -> HttpResponse:
    """I can come after all."""
    me = request.aktor.pengguna.pk
    rows = Berhalangan.objects.filter(Q(pengguna=me) | Q(oleh=me), pemilihan=request.aktor.edisi)
    berhalangan.take_back(get_object_or_404(rows, pk=berhalangan_id), by=request.aktor)
    messages.success(request, "Halangan dicabut. Pengganti yang sudah ditunjuk tetap bertugas.")
    return redirect("piket:mine")


@require_POST
@login_required
def subscribe(request: Permintaan) -> HttpResponse:
    """A new calendar address, shown once on the page it leads to; the one before stops to work."""
    request.session["kalender_baru"] = kalender.subscribe(request.aktor.pengguna)
    messages.success(request, "Alamat kalender dibuat. Salin sekarang: alamat ini hanya ditampilkan sekali.")
    return redirect(f"{reverse('piket:mine')}#kalender")


@require_POST
@login_required
def unsubscribe(request: Permintaan) -> HttpResponse:
    """The calendar's address leads nowhere from now on."""
    kalender.revoke(request.aktor.pengguna)
    messages.success(request, "Alamat kalender dicabut.")
    return redirect(f"{reverse('piket:mine')}#kalender")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever holds the secret address; unknown and revoked alike are 404."""
    if not ratelimit.consume(request, action="kalender"):
        return HttpResponse(status=429)
    found = kalender.find(token)
    if found is None:
        raise Http404
    calendar = kalender.feed(found.pengguna, timezone.now())
    answer = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'inline; filename="piket.ics"'
    return answer
