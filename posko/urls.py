"""All addresses of Posko. Paths are Indonesian, names are the views'."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from posko.views import beranda

app_urls = (
    [
        path("", beranda.beranda, name="beranda"),
    ],
    "posko",
)

urlpatterns = [
    path("", include(app_urls)),
    path("akun/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
