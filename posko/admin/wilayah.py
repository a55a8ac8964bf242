"""Areas and polling stations: looked up by admins, changed by superusers (imports do the bulk)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from posko import access
from posko.access import Aktor
from posko.admin.dasar import GlobalAdmin, aktor_of
from posko.models import TPS, Wilayah


def area_of(aktor: Aktor, path: str = "") -> Q:
    """Areas the person's admin memberships cover, as a filter."""
    if aktor.superuser:
        return Q()
    rules = Q(**{f"{path}pk__in": []})
    for kode in sorted({m.posko_kode for m in aktor.admin}):
        rules |= Q(**{f"{path}pk": kode}) | Q(**{f"{path}pk__gte": f"{kode}.", f"{path}pk__lt": f"{kode}/"})
    return rules


@admin.register(Wilayah)
class WilayahAdmin(GlobalAdmin):
    list_display = ("kode", "nama", "jenis", "zona_waktu", "aktif")
    list_filter = ("tingkat", "zona_waktu", "aktif")
    search_fields = ("^kode", "nama")
    autocomplete_fields = ("induk",)
    tetap = ("kode", "tingkat", "induk")
    export_fields = ("kode", "nama", "jenis", "tingkat", "induk", "lintang", "bujur", "zona_waktu", "aktif")

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset.filter(area_of(aktor))

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        return self.get_queryset(request).filter(aktif=True)


@admin.register(TPS)
class TPSAdmin(GlobalAdmin):
    list_display = ("nomor", "wilayah", "khusus", "alamat")
    list_filter = ("khusus",)
    list_select_related = ("wilayah",)
    search_fields = ("=nomor", "wilayah__nama", "^wilayah__kode")
    autocomplete_fields = ("wilayah",)
    tetap = ("pemilihan", "wilayah", "nomor")
    export_fields = ("wilayah__kode", "wilayah__nama", "nomor", "khusus", "alamat")

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset.visible_to(aktor).filter(area_of(aktor, "wilayah__"))  # type: ignore[attr-defined]

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        return (
            access.can(aktor, "manage_edition", obj.pemilihan) if obj else not aktor.arsip and aktor.superuser
        )
