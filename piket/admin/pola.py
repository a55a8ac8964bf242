"""Patterns, rules and holidays in Django admin. Applying a pattern is a page of the roster (piket/views/pola.py)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from piket.forms.giliran import time_field
from piket.models import AturanPiket, GiliranPola, HariLibur, KebutuhanPola, PolaPiket
from posko import access
from posko.access import Aktor
from posko.admin.dasar import GlobalAdmin, ScopedAdmin, ScopedInline, aktor_of
from posko.admin.formulir import TruthForm
from posko.models import Instansi
from posko.templatetags.posko import HARI


class GiliranForm(TruthForm):
    """A shift of a pattern: weekdays as boxes, hours as clocks."""

    mulai = time_field("Jam mulai", "Waktu setempat posko")
    selesai = time_field("Jam selesai", "Jam yang sama atau lebih awal: esok harinya")
    hari = forms.TypedMultipleChoiceField(
        label="Hari", coerce=int, choices=list(enumerate(HARI)), initial=list(range(7)),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class GiliranPolaInline(ScopedInline):
    model = GiliranPola
    form = GiliranForm
    fields = ("nama", "jenis", "mulai", "selesai", "hari", "libur", "berlaku")
    deletable = True
    show_change_link = True


class KebutuhanPolaInline(ScopedInline):
    model = KebutuhanPola
    fields = ("instansi", "unsur", "jumlah", "tiap_instansi")
    deletable = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Agencies of the edition, and its contestants."""
        if db_field.name == "instansi":
            edisi = aktor_of(request).edisi
            kwargs["queryset"] = Instansi.objects.for_edition(edisi.pk if edisi else 0).order_by("nama")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PolaScope(ScopedAdmin):
    """Patterns a person may read: their posts', and the tiers'. They change those of `pola_managed_by`."""

    act = "manage_pola"
    deletable = True
    path = ""

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        seen = PolaPiket.objects.visible_to(aktor)
        return queryset.filter(**{f"{self.path}pk__in": seen.values("pk")})

    def pattern_of(self, obj: Any) -> PolaPiket:
        pattern: PolaPiket = obj.pola if self.path else obj
        return pattern

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        if obj is None:
            return not aktor.arsip and access.can(aktor, "open_admin")
        return access.can(aktor, "manage_pola", self.pattern_of(obj))


@admin.register(PolaPiket)
class PolaPiketAdmin(PolaScope):
    fields = ("pemilihan", "nama", "posko", "tingkat", ("dari", "sampai"), "aktif")
    tetap = ("pemilihan", "posko", "tingkat")
    list_display = ("nama", "posko", "tingkat", "dari", "sampai", "aktif", "giliran_pola")
    list_filter = ("aktif", "tingkat")
    list_select_related = ("posko__wilayah",)
    search_fields = ("nama", "posko__wilayah__nama")
    autocomplete_fields = ("posko",)
    inlines = (GiliranPolaInline,)
    ordering = ("tingkat", "posko_id", "dari", "id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("giliran")  # type: ignore[no-any-return]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        edisi = aktor_of(request).edisi
        return {"pemilihan": edisi.pk if edisi else None} | super().get_changeform_initial_data(request)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """First the pattern, then its shifts."""
        return super().get_inlines(request, obj) if obj else ()

    @admin.display(description="Giliran")
    def giliran_pola(self, obj: PolaPiket) -> str:
        return ", ".join(str(g) for g in obj.giliran.all()) or "belum ada"  # type: ignore[attr-defined]


@admin.register(GiliranPola)
class GiliranPolaAdmin(PolaScope):
    path = "pola__"
    form = GiliranForm  # type: ignore[assignment]
    fields = ("pola", "nama", "jenis", ("mulai", "selesai"), "hari", "libur", "berlaku")
    tetap = ("pola",)
    list_display = ("nama", "pola", "mulai", "selesai", "berlaku", "kebutuhan_pola")
    list_select_related = ("pola__posko__wilayah",)
    inlines = (KebutuhanPolaInline,)
    ordering = ("pola_id", "mulai", "id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("kebutuhan__instansi")  # type: ignore[no-any-return]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """First the shift, then what it needs."""
        return super().get_inlines(request, obj) if obj else ()

    @admin.display(description="Kebutuhan")
    def kebutuhan_pola(self, obj: GiliranPola) -> str:
        return ", ".join(str(k) for k in obj.kebutuhan.all()) or format_html(  # type: ignore[attr-defined]
            '<a href="{}">isi kebutuhan</a>', reverse("admin:piket_giliranpola_change", args=[obj.pk])
        )


class EditionAdmin(GlobalAdmin):
    """What holds for a whole edition: superusers change it, in the edition being looked at."""

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset.filter(pemilihan=aktor.edisi)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        edisi = aktor_of(request).edisi
        return {"pemilihan": edisi.pk if edisi else None} | super().get_changeform_initial_data(request)


@admin.register(AturanPiket)
class AturanPiketAdmin(EditionAdmin):
    fields = ("pemilihan", "hari_beruntun", "jam_istirahat")
    tetap = ("pemilihan",)
    list_display = ("pemilihan", "hari_beruntun", "jam_istirahat")


@admin.register(HariLibur)
class HariLiburAdmin(EditionAdmin):
    deletable = True
    fields = ("pemilihan", "tanggal", "nama")
    tetap = ("pemilihan",)
    list_display = ("tanggal", "nama", "pemilihan")
