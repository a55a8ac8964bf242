"""Agencies and contestants: looked up by admins, changed by superusers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from posko.access import Aktor
from posko.admin.dasar import GlobalAdmin, aktor_of
from posko.models import Instansi


@admin.register(Instansi)
class InstansiAdmin(GlobalAdmin):
    list_display = ("nama", "singkatan", "unsur", "pemilihan", "nomor_urut", "aktif")
    list_filter = ("unsur", "aktif", "pemilihan")
    list_select_related = ("pemilihan",)
    search_fields = ("nama", "singkatan", "kode")
    tetap = ("kode", "pemilihan")
    export_fields = ("kode", "nama", "singkatan", "unsur", "nomor_urut", "urutan", "aktif")

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        """Superusers see all; admins the permanent ones and the contestants of the edition they look at."""
        return queryset if aktor.superuser else queryset.for_edition(aktor.edisi.pk)  # type: ignore[attr-defined,union-attr]

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        edisi = aktor_of(request).edisi
        return self.get_queryset(request).for_edition(edisi.pk if edisi else 0)  # type: ignore[attr-defined]
