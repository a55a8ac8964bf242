"""Addresses of laporan. Paths are Indonesian, names are the views'."""

from __future__ import annotations

from django.urls import path

from laporan.alur import ACTS
from laporan.views import baru, daftar, foto, peta, rinci, tindakan

app_name = "laporan"

urlpatterns = [
    path("", daftar.list_, name="list"),
    path("baru/", baru.file, name="file"),
    path("serupa/", baru.similar, name="similar"),
    path("peta.json", peta.map_data, name="map_data"),
    path("<str:nomor>/tanda-terima/", baru.receipt, name="receipt"),
    path("<str:nomor>/lampiran/<int:pk>/", foto.photo, name="photo"),
    path("<str:nomor>/lampiran/<int:pk>/kecil/", foto.photo, {"kecil": True}, name="photo_small"),
    path("<str:nomor>/", rinci.detail, name="detail"),
    *(path(f"<str:nomor>/{act.slug}/", tindakan.VIEWS[act.name], name=act.name) for act in ACTS.values()),
]
