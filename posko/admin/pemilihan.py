"""Editions: registered by superusers, with their stages, voting days, hours, and all posts at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from laporan.rujukan import load_categories
from posko import access
from posko.admin.dasar import GlobalAdmin, ScopedInline, ScopedStackedInline, aktor_of
from posko.bentuk import activate_posts, form_posts, unformed_areas, waiting_posts
from posko.models import HariPemungutan, JamTingkat, Pemilihan, Tahapan
from posko.rujukan import load_reference


class JamTingkatInline(ScopedInline):
    model = JamTingkat
    deletable = True
    max_num = 4


class TahapanInline(ScopedInline):
    model = Tahapan
    deletable = True
    fields = ("kode", "nama", "mulai", "selesai", "sumber")


class HariPemungutanInline(ScopedStackedInline):
    model = HariPemungutan
    deletable = True
    autocomplete_fields = ("tps",)


@admin.register(Pemilihan)
class PemilihanAdmin(GlobalAdmin):
    act = "manage_edition"
    list_display = ("nama", "kode", "jenis", "dibuka", "ditutup", "ditutup_pada")
    list_filter = ("jenis",)
    search_fields = ("nama", "kode")
    autocomplete_fields = ("wilayah",)
    readonly_fields = ("ditutup_pada",)
    tetap = ("kode", "wilayah")
    inlines = (JamTingkatInline, TahapanInline, HariPemungutanInline)
    change_form_template = "admin/posko/edisi.html"
    export_fields = ("kode", "nama", "jenis", "wilayah", "dasar", "dibuka", "ditutup", "ditutup_pada")

    def scope(self, queryset: models.QuerySet[Any], aktor: access.Aktor) -> models.QuerySet[Any]:
        """Admins look up the edition they work in; superusers manage all."""
        return queryset if aktor.superuser else queryset.filter(pk=aktor.edisi.pk if aktor.edisi else None)

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        """New objects belong to the edition being looked at."""
        edisi = aktor_of(request).edisi
        return self.get_queryset(request).filter(pk=edisi.pk if edisi else None)

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        return access.can(aktor, "manage_edition", obj) if obj else access.can(aktor, "manage_global")

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_inlines(request, obj) if obj else ()

    def get_urls(self) -> list[URLPattern]:
        names: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "rujukan": ("reference", self.reference_view),
            "bentuk": ("form_posts", self.form_view),
            "aktifkan": ("activate_posts", self.activate_view),
            "arsipkan": ("close_edition", self.close_view),
        }
        own = [
            path(f"<path:pk>/{slug}/", self.page(view), name=f"posko_pemilihan_{name}")
            for slug, (name, view) in names.items()
        ]
        return own + super().get_urls()

    # --- acts on a whole edition, each with a page that asks first -----------------------------------

    def _decided(self, request: HttpRequest, pk: str) -> tuple[Pemilihan, bool]:
        """The edition, and whether the person has confirmed."""
        edition = self.get_or_404(request, pk)
        self.refuse_unless(self.has_change_permission(request, edition))
        return edition, request.method == "POST" and request.POST.get("putuskan") == "ya"

    def _done(self, request: HttpRequest, edition: Pemilihan, text: str) -> HttpResponse:
        messages.success(request, text)
        return redirect(reverse("admin:posko_pemilihan_change", args=[edition.pk]))

    def reference_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Load agencies, stages, hours and categories from the files that ship with Posko."""
        edition, decided = self._decided(request, pk)
        if decided:
            with transaction.atomic():
                counts = load_reference(edition) | {"kategori": load_categories(edition)}
            return self._done(
                request,
                edition,
                "Data rujukan dimuat: " + ", ".join(f"{n} {k}" for k, n in counts.items()) + " baru.",
            )
        return self.confirm(
            request,
            judul="Muat data rujukan",
            kalimat=[
                "Instansi, peserta, tahapan, jam buka, dan kategori laporan dimuat. Yang sudah ada tidak diubah."
            ],
            tombol="Muat data rujukan",
            kembali=reverse("admin:posko_pemilihan_change", args=[edition.pk]),
        )

    def form_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Bentuk posko serentak."""
        edition, decided = self._decided(request, pk)
        if decided:
            count = form_posts(edition, aktor_of(request))
            return self._done(
                request, edition, f"{count} posko dibentuk, lengkap dengan kursi dan daftar sarpras."
            )
        return self.confirm(
            request,
            judul="Bentuk posko serentak",
            kalimat=[
                f"{unformed_areas(edition)} wilayah di {edition.wilayah} belum punya posko pada {edition}.",
                "Semuanya dibentuk sekaligus dengan jam buka menurut tingkat, kursi instansi, dan daftar sarpras. "
                "Posko yang sudah ada tidak diubah.",
            ],
            tombol="Bentuk posko serentak",
            kembali=reverse("admin:posko_pemilihan_change", args=[edition.pk]),
        )

    def activate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Aktifkan serentak."""
        edition, decided = self._decided(request, pk)
        if decided:
            count = activate_posts(edition, aktor_of(request))
            return self._done(request, edition, f"{count} posko sekarang aktif.")
        waiting = waiting_posts(edition)
        ready = waiting.filter(status="siap").count()
        return self.confirm(
            request,
            judul="Aktifkan posko serentak",
            kalimat=[
                f"{waiting.count()} posko akan menjadi aktif dan menerima laporan; "
                f"{ready} di antaranya sudah menyatakan siap."
            ],
            tombol="Aktifkan serentak",
            kembali=reverse("admin:posko_pemilihan_change", args=[edition.pk]),
        )

    def close_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Turn the edition into an archive that everybody of it can still read."""
        edition, decided = self._decided(request, pk)
        if decided:
            edition.close()
            return self._done(request, edition, f"{edition} sekarang arsip.")
        return self.confirm(
            request,
            judul="Arsipkan edisi",
            kalimat=[
                f"{edition} menjadi arsip: semua isinya tetap dapat dibaca, tetapi tidak ada lagi yang dapat diubah.",
                "Langkah ini tidak dapat dibatalkan.",
            ],
            tombol="Arsipkan edisi",
            kembali=reverse("admin:posko_pemilihan_change", args=[edition.pk]),
        )
