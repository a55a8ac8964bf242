"""Addresses of piket: the roster pages, and the admin's grid (under /admin/piket/jadwal/)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from piket import views, views_jadwal

app_name = "piket"
urlpatterns = [
    path("", views.week, name="week"),
    path("hari-ini/", views.today, name="today"),
    path("cetak/", views.print_roster, name="print"),
]

jadwal_urls = (
    [
        path("", admin.site.admin_view(views_jadwal.choose), name="choose"),
        path("<int:posko_id>/", admin.site.admin_view(views_jadwal.grid), name="grid"),
        path("<int:posko_id>/giliran/", admin.site.admin_view(views_jadwal.add_shifts), name="add_shifts"),
    ],
    "jadwal",
)
