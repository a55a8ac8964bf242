"""Who took reports out of Posko, to read. Who read a rahasia report is its ketua's to know, on the report's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models

from laporan.models import CatatanAkses
from posko.access import Aktor
from posko.admin.dasar import ReadOnlyMixin, ScopedAdmin


@admin.register(CatatanAkses)
class CatatanAksesAdmin(ReadOnlyMixin, ScopedAdmin):
    superuser_only = True
    fields = readonly_fields = ("pada", "pengguna", "anggota", "bentuk", "saringan", "baris")
    list_display = ("pada", "pengguna", "bentuk", "saringan", "baris")
    list_filter = ("bentuk",)
    list_select_related = ("pengguna",)
    date_hierarchy = "pada"
    search_fields = ("pengguna__nama", "saringan")
    export_fields = ("pada", "pengguna__nama", "bentuk", "saringan", "baris")

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        if not aktor.superuser:
            return queryset.none()
        return queryset.filter(pemilihan=aktor.edisi, jenis=CatatanAkses.Jenis.EKSPOR, laporan=None)
