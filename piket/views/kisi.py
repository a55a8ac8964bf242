"""The admin's grid of a post's roster, and making shifts for a range of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from piket import giliran, kunci, penugasan
from piket.alat import tools_for
from piket.forms.giliran import GiliranForm
from piket.jadwal import BULAN, Kisi, Pilihan, Rentang, build_grid
from piket.lembar import FIRST_DAY, Lembar, parse_day
from piket.models import Piket
from piket.panel import build_panel
from piket.pengisian import fill_shifts
from piket.penugasan import Basi, Ditolak
from posko import access
from posko.access import Aktor
from posko.kursor import asked_often
from posko.models import Posko
from posko.templatetags.posko import hari


def managed_post(request: HttpRequest, posko_id: int) -> Posko:
    """The post whose roster this person administers: not seen is 404, seen but not theirs is 403."""
    aktor = request.aktor  # type: ignore[attr-defined]
    seen = Posko.objects.visible_to(aktor).select_related("wilayah", "pemilihan")
    with asked_often():
        posko = get_object_or_404(seen, pk=posko_id)
    if not access.can(aktor, "manage_piket", posko):
        raise PermissionDenied
    return posko


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which post's roster: those of the admin's area, by code. With only one, straight to it."""
    aktor = request.aktor  # type: ignore[attr-defined]
    posts = Posko.objects.managed_by(aktor).select_related("wilayah").order_by("wilayah_id")
    if cari := request.GET.get("q", "").strip()[:60]:
        posts = posts.filter(wilayah__nama__icontains=cari)
    rows = list(posts[:101])
    if len(rows) == 1 and not cari:
        return HttpResponseRedirect(reverse("jadwal:grid", args=[rows[0].pk]))
    context = {"posko": rows[:100], "lebih": len(rows) > 100, "cari": cari, "title": "Jadwal piket"}
    return render(request, "admin/piket/pilih.html", admin.site.each_context(request) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, posko_id: int) -> HttpResponse:
    """The week or month of a post. POST edits one cell and comes back to it."""
    posko = managed_post(request, posko_id)
    asked = request.POST if request.method == "POST" else request.GET
    today = posko.local_time().date()
    rentang = Rentang.around(parse_day(asked.get("dari"), today), asked.get("rentang"))
    pilih = Pilihan.parse(asked.get("p"), (rentang.sampai - rentang.dari).days + 1)
    if request.method != "POST":
        return _answer(request, build_grid(posko, rentang, pilih))
    try:
        said = _edit(posko, request.POST, request.aktor)  # type: ignore[attr-defined]
    except Ditolak as refused:
        kisi = build_grid(posko, rentang, pilih, bentrok=True)
        return _answer(request, kisi, galat=str(refused), status=409 if isinstance(refused, Basi) else 422)
    if request.htmx:  # type: ignore[attr-defined]
        return _answer(request, build_grid(posko, rentang, pilih), kabar=said)
    messages.success(request, said)
    return HttpResponseRedirect(grid_address(posko, rentang, pilih))


def grid_address(posko: Posko, rentang: Rentang, pilih: Pilihan | None) -> str:
    """The grid at these dates, with a chosen cell."""
    query = {"dari": rentang.dari.isoformat(), "rentang": rentang.jenis} | (
        {"p": str(pilih)} if pilih else {}
    )
    anchor = f"#{pilih.jenis}{pilih.id}" if pilih else ""
    return f"{reverse('jadwal:grid', args=[posko.pk])}?{urlencode(query)}{anchor}"


def _answer(
    request: HttpRequest, kisi: Kisi, *, galat: str = "", kabar: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the panel with the rows that may have changed."""
    panel = build_panel(kisi, request.aktor)  # type: ignore[attr-defined]
    everybody = request.POST.get("aksi", "").endswith("_hari")
    changed = [row for row in kisi.baris if panel and (everybody or row.id == panel.kursi.pk)]
    context: dict[str, Any] = {
        "kisi": kisi,
        "posko": kisi.lembar.posko,
        "panel": panel,
        "galat": galat,
        "kabar": kabar,
        "berubah": changed if request.method == "POST" else [],
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "admin/piket/panel.html", context, status=status)
    title = f"Jadwal piket {kisi.lembar.posko}"
    page: dict[str, Any] = {
        "title": title,
        "bulan": kisi.rentang.jenis == BULAN,
        "giliran": _shifts(kisi.lembar),
    }
    page["alat"] = tools_for(kisi.lembar.posko, kisi.rentang.dari, kisi.rentang.sampai)
    context |= admin.site.each_context(request) | page
    return render(request, "admin/piket/jadwal.html", context, status=status)


def _shifts(lembar: Lembar) -> list[dict[str, Any]]:
    """The shifts of the range as lines of a table, with the address each is changed at."""
    base = reverse("admin:piket_piket_changelist")
    return [
        {
            "pk": shift.pk,
            "tanggal": hari(shift.tanggal),
            "nama": f"{shift.nama} {shift.jam}" + (" (siaga)" if shift.jenis == Piket.Jenis.SIAGA else ""),
            "petugas": len(lembar.per_piket.get(shift.pk, ())),
            "url": f"{base}{shift.pk}/change/",
        }
        for shift in lembar.piket
    ]


class _Sent:
    """The numbers and dates of a posted edit; anything else is nothing known."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __getitem__(self, name: str) -> int:
        text = self.data.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise Ditolak("Pilih dahulu orang atau gilirannya.")
        return int(text)

    @property
    def lebih(self) -> bool:
        """Whether it may go beyond what is needed."""
        return bool(self.data.get("lebih"))

    @property
    def tanggal(self) -> dt.date:
        try:
            return dt.date.fromisoformat(self.data.get("tanggal", ""))
        except ValueError as error:
            raise Ditolak("Pilih dahulu harinya.") from error

    @property
    def rentang(self) -> tuple[dt.date, dt.date]:
        """The dates the grid shows."""
        shown = Rentang.around(parse_day(self.data.get("dari"), FIRST_DAY), self.data.get("rentang"))
        return shown.dari, shown.sampai


Edit = Callable[[Posko, _Sent, Aktor], str]
EDITS: dict[str, Edit] = {
    "tambah": lambda p, d, by: penugasan.add(p, d["piket"], d["anggota"], by=by),
    "tambah_lebih": lambda p, d, by: penugasan.add(p, d["piket"], d["anggota"], by=by, lebih=True),
    "pindah": lambda p, d, by: penugasan.move(p, d["penugasan"], d["piket"], by=by, lebih=d.lebih),
    "ganti": lambda p, d, by: penugasan.replace(p, d["penugasan"], d["anggota"], by=by),
    "hapus": lambda p, d, by: penugasan.remove(p, d["penugasan"], by=by),
    "koordinator": lambda p, d, by: penugasan.appoint(p, d["penugasan"], by=by),
    "bukan_koordinator": lambda p, d, by: penugasan.appoint(p, d["penugasan"], by=by, koordinator=False),
    "kunci": lambda p, d, by: kunci.lock_one(p, d["penugasan"], by=by),
    "buka": lambda p, d, by: kunci.lock_one(p, d["penugasan"], by=by, terkunci=False),
    "kunci_orang": lambda p, d, by: kunci.lock_person(p, d["anggota"], *d.rentang, by=by),
    "buka_orang": lambda p, d, by: kunci.lock_person(p, d["anggota"], *d.rentang, by=by, terkunci=False),
    "kunci_hari": lambda p, d, by: kunci.lock_day(p, d.tanggal, by=by),
    "buka_hari": lambda p, d, by: kunci.lock_day(p, d.tanggal, by=by, terkunci=False),
    "butuh": lambda p, d, by: giliran.set_need(p, d["piket"], d["kursi"], min(d["jumlah"], 99), by=by),
    "hapus_giliran": lambda p, d, by: giliran.delete_shift(p, d["piket"], by=by),
}


def _edit(posko: Posko, data: Any, by: Aktor) -> str:
    """Do the posted edit. The button says which: ``name="aksi"``."""
    edit = EDITS.get(data.get("aksi", ""))
    if edit is None:
        raise Ditolak("Tindakan ini tidak dikenal. Muat ulang halaman.")
    return edit(posko, _Sent(data), by)


@require_http_methods(["GET", "HEAD", "POST"])
def add_shifts(request: HttpRequest, posko_id: int) -> HttpResponse:
    """Shifts for a range of days, with what each agency sends, and filled by turns when asked."""
    posko = managed_post(request, posko_id)
    form = GiliranForm(request.POST or None, posko=posko, initial=_preset(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = giliran.create_shifts(
            posko, data["dari"], data["sampai"], [(data["nama"], data["mulai"], data["selesai"])],
            form.kebutuhan, weekdays=set(data["hari"]), jenis=data["jenis"],
        )  # fmt: skip
        words = (
            f"{len(made)} giliran dibuat" if made else "Semua giliran itu sudah ada; tidak ada yang berubah"
        )
        messages.success(request, words + (_filled(request, posko, made) if data["isi"] else "."))
        return HttpResponseRedirect(grid_address(posko, Rentang.around(data["dari"], BULAN), None))
    main = [form[name] for name in ("nama", "jenis", "mulai", "selesai", "dari", "sampai")]
    context = {"form": form, "utama": main, "posko": posko, "title": f"Tambah giliran {posko}"}
    status = 422 if form.is_bound else 200
    page = admin.site.each_context(request) | context
    return render(request, "admin/piket/tambah_giliran.html", page, status=status)


def _filled(request: HttpRequest, posko: Posko, made: list[Piket]) -> str:
    """Fill the shifts just made; the rest of a sentence about it."""
    try:
        count = fill_shifts(posko, made, by=request.aktor)  # type: ignore[attr-defined]
    except Ditolak as refused:
        return f". Belum diisi: {refused}"
    return f", {count} petugas ditempatkan." if count else "."


def _preset(request: HttpRequest) -> dict[str, Any]:
    """The day whose "+" was pressed."""
    day = parse_day(request.GET.get("tanggal"), None)  # type: ignore[arg-type]
    return {"dari": day, "sampai": day} if day else {}
