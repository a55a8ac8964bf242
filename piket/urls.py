"""Addresses of piket: the roster pages, and the admin's grid (under /admin/piket/jadwal/)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from piket.views import jadwal, kisi, papan

app_name = "piket"
urlpatterns = [
    path("", jadwal.week, name="week"),
    path("hari-ini/", papan.today, name="today"),
    path("kosong/", papan.uncovered, name="uncovered"),
    path("cetak/", jadwal.print_roster, name="print"),
]

layar_urls = ([path("piket/", papan.screen, name="screen")], "layar")

jadwal_urls = (
    [
        path("", admin.site.admin_view(kisi.choose), name="choose"),
        path("<int:posko_id>/", admin.site.admin_view(kisi.grid), name="grid"),
        path("<int:posko_id>/giliran/", admin.site.admin_view(kisi.add_shifts), name="add_shifts"),
    ],
    "jadwal",
)
