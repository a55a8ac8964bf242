"""All addresses of Posko. Paths are Indonesian, names are the views'."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from piket.urls import jadwal_urls, layar_urls
from posko.akun import urls as akun_urls
from posko.views import batas, beranda, ganti, gaya, posko, sarpras, sehat

handler400 = "posko.views.galat.bad_request"
handler403 = "posko.views.galat.permission_denied"
handler404 = "posko.views.galat.page_not_found"
handler500 = "posko.views.galat.server_error"

app_urls = (
    [
        path("", beranda.beranda, name="beranda"),
        path("sehat/", sehat.sehat, name="sehat"),
        *akun_urls.own,
        path("posko/batas.json", batas.boundaries, name="boundaries"),
        path("posko/", posko.list_, name="list"),
        path("posko/sarpras/", sarpras.sarpras, name="sarpras"),
        path("posko/ganti/", ganti.switch, name="switch"),
        path("posko/<str:kode>/", posko.detail, name="detail"),
        path("posko/<str:kode>/siap/", posko.ready, name="ready"),
        path("posko/<str:kode>/siap/foto/", posko.ready_photo, name="ready_photo"),
        path("posko/<str:kode>/sarpras/", sarpras.post_sarpras, name="post_sarpras"),
    ],
    "posko",
)

urlpatterns = [
    path("", include(app_urls)),
    path("akun/", include(akun_urls)),
    path("laporan/", include("laporan.urls")),
    path("piket/", include("piket.urls")),
    path("layar/", include(layar_urls)),
    path("admin/piket/jadwal/", include(jadwal_urls)),
    path("admin/", admin.site.urls),
]

if settings.MODE == "dev":
    urlpatterns.append(path("gaya/", gaya.gaya))  # type: ignore[arg-type]
