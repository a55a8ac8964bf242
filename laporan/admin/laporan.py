"""Reports in admin: read, never written. Acts are done where reports live, at /laporan/."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from laporan import linimasa, samaran
from laporan.admin.halaman import KeysetChangeList
from laporan.models import CatatanAkses, Kategori, Laporan
from posko import access
from posko.access import Aktor
from posko.admin.dasar import ReadOnlyMixin, ScopedAdmin, aktor_of
from posko.models.wilayah import Wilayah
from posko.templatetags.posko import waktu


class LingkupFilter(admin.SimpleListFilter):
    """Open reports unless all are asked for: the open ones have an index of their own and are few."""

    title = "lingkup"
    parameter_name = "lingkup"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("semua", "Semua laporan")]

    def choices(self, changelist: Any) -> Any:
        for value, words in ((None, "Terbuka"), ("semua", "Semua")):
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "semua" else queryset.terbuka()


class KategoriFilter(admin.SimpleListFilter):
    """Categories of the edition, without asking every report which it has."""

    title = "kategori"
    parameter_name = "kategori"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        edisi = aktor_of(request).edisi
        rows = Kategori.objects.filter(pemilihan=edisi.pk if edisi else None)
        return list(rows.values_list("kode", "nama"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        edisi = aktor_of(request).edisi
        if not self.value() or edisi is None:
            return queryset
        found = Kategori.objects.filter(pemilihan=edisi.pk, kode=self.value()).values("pk")
        return queryset.filter(kategori__in=list(found.values_list("pk", flat=True)))


@admin.register(Laporan)
class LaporanAdmin(ReadOnlyMixin, ScopedAdmin):
    """What the person may see by the rules of reports (`visible_to`), whatever posts they administer."""

    list_display = ("nomor", "jenis", "ringkasan", "tempat", "prioritas", "akses", "status", "masuk", "batas")
    list_filter = (LingkupFilter, "prioritas", "status", "jenis", "akses", KategoriFilter)
    search_fields = ("nomor",)
    ordering = ("-id",)
    sortable_by = ()
    actions = None
    show_facets = admin.ShowFacets.NEVER
    import_export_change_list_template = "admin/laporan/daftar.html"
    change_form_template = "admin/laporan/rinci.html"
    fieldsets = (
        (None, {"fields": ("nomor", "status", "prioritas", "akses", "jenis", "kategori_kini", "posko")}),
        ("Isi laporan", {"fields": ("uraian", "tempat", "wilayah_nama", "kejadian", "fakta", "foto")}),
        ("Yang melaporkan", {"fields": ("yang_melaporkan", "sumber", "masuk")}),
        ("Batas waktu", {"fields": ("tanggap", "tindak", "batas")}),
    )
    readonly_fields = (
        "kategori_kini", "wilayah_nama", "kejadian", "fakta", "foto", "yang_melaporkan", "masuk", "tanggap", "tindak",
        "batas",
    )  # fmt: skip

    # --- scope and permissions -----------------------------------------------------------------------

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset.filter(access.laporan_visible_to(aktor))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.can(aktor_of(request), "read_laporan")

    # --- list ----------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetChangeList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """By the beginning of the number, which has an index."""
        term = search_term.strip().upper()
        if term and not re.fullmatch(r"[G\d-]{1,30}", term, re.ASCII):
            return queryset.none(), False
        return (queryset.filter(nomor__startswith=term) if term else queryset), False

    @admin.display(description="masuk")
    def masuk(self, obj: Laporan) -> str:
        return waktu(obj.waktu_lapor)

    @admin.display(description="batas yang berjalan")
    def batas(self, obj: Laporan) -> str:
        return waktu(obj.batas_waktu) or "–"

    # --- one report ----------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With all that the page reads, as this person may know it; a rahasia one is journalled as read."""
        if not re.fullmatch(r"\d{1,18}", object_id, re.ASCII):
            return None
        rows: Any = self.get_queryset(request)
        found = rows.for_detail().filter(pk=object_id).first()
        if found is not None:
            aktor = aktor_of(request)
            CatatanAkses.objects.note_reading(aktor, found, CatatanAkses.Bentuk.HALAMAN)
            found.dilaporkan = samaran.reporter(found, aktor)
            found.rincian_tampil = samaran.facts(found, aktor)
        return found

    @admin.display(description="pelapor")
    def yang_melaporkan(self, obj: Any) -> str:
        who = obj.dilaporkan
        words = ", ".join(part for part in (who["nama"], who["instansi"]) if part)
        return f"{words}, atas nama {who['atas_nama']}" if who["atas_nama"] else words

    @admin.display(description="kategori")
    def kategori_kini(self, obj: Laporan) -> str:
        return obj.kategori_nama

    @admin.display(description="wilayah")
    def wilayah_nama(self, obj: Laporan) -> str:
        area: Wilayah = obj.wilayah
        return f"{area} ({area.pk})"

    @admin.display(description="waktu kejadian")
    def kejadian(self, obj: Laporan) -> str:
        return waktu(obj.waktu_kejadian, obj.posko.zona)

    @admin.display(description="rincian")
    def fakta(self, obj: Any) -> str:
        return "; ".join(f"{label}: {value}" for label, value in obj.rincian_tampil) or "–"

    @admin.display(description="foto")
    def foto(self, obj: Laporan) -> str:
        return f"{obj.lampiran.count()} foto, terlihat di halaman laporan"  # type: ignore[attr-defined]

    @admin.display(description="jam tanggap sampai")
    def tanggap(self, obj: Laporan) -> str:
        return waktu(obj.batas_tanggap, obj.posko.zona) or "–"

    @admin.display(description="jam tindak sampai")
    def tindak(self, obj: Laporan) -> str:
        return waktu(obj.batas_tindak, obj.posko.zona) or "–"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kw: Any
    ) -> HttpResponse:
        laporan = context["original"]
        context["linimasa"] = linimasa.timeline(laporan, aktor_of(request), [])
        context["zona"] = laporan.posko.zona
        return super().render_change_form(request, context, *args, **kw)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a report is its sealed timeline, on its page."""
        self.refuse_unless(self.has_view_permission(request))
        laporan = self.get_or_404(request, object_id)
        return redirect(reverse("admin:laporan_laporan_change", args=[laporan.pk]) + "#linimasa")
