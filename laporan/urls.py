"""Addresses of laporan. Paths are Indonesian, names are the views'."""

from __future__ import annotations

from django.urls import path

from laporan import alur_saran
from laporan.alur import ACTS
from laporan.views import (
    baru,
    daftar,
    ekspor,
    foto,
    hidup,
    massal,
    penerusan,
    peta,
    rawan,
    rinci,
    saran,
    tampilan,
    tempel,
    tindakan,
)

app_name = "laporan"

urlpatterns = [
    path("", daftar.list_, name="list"),
    path("baru/", baru.file, name="file"),
    path("serupa/", baru.similar, name="similar"),
    path("tempel/", tempel.paste, name="paste"),
    path("ekspor.csv", ekspor.export, {"bentuk": "csv"}, name="export_csv"),
    path("ekspor.xlsx", ekspor.export, {"bentuk": "xlsx"}, name="export_xlsx"),
    path("menunggu/", hidup.waiting, name="waiting"),
    path("massal/", massal.bulk, name="bulk"),
    path("massal/<uuid:kunci>/", massal.bulk_done, name="bulk_done"),
    path("peta/", peta.map_, name="map"),
    path("peta.json", peta.map_data, name="map_data"),
    path("rawan/", rawan.rawan, name="rawan"),
    path("rawan.json", rawan.rawan_data, name="rawan_data"),
    path("saran/", saran.advice, name="advice"),
    path("saran/saya/", saran.my_advice, name="my_advice"),
    path("saran/baru/", saran.advise, name="advise"),
    path("saran/<int:pk>/", saran.advice_detail, name="advice_detail"),
    *(
        path(f"saran/<int:pk>/{act.slug}/", saran.VIEWS[act.name], name=act.name)
        for act in alur_saran.ACTS.values()
    ),
    path("<str:nomor>/tps/", rinci.stations, name="stations"),
    path("<str:nomor>/saran/", saran.advise_report, name="advise_report"),
    path("<str:nomor>.pdf", ekspor.pdf, name="pdf"),
    path("penerusan/", penerusan.forwarded, name="forwarded"),
    path("<str:nomor>/whatsapp/", tempel.whatsapp, name="whatsapp"),
    path("tampilan/", tampilan.kept, name="kept"),
    path("tampilan/simpan/", tampilan.keep, name="keep"),
    path("tampilan/<int:pk>/ubah/", tampilan.rename, name="rename"),
    path("tampilan/<int:pk>/hapus/", tampilan.remove, name="remove"),
    path("<str:nomor>/tanda-terima/", baru.receipt, name="receipt"),
    path("<str:nomor>/lampiran/<int:pk>/", foto.photo, name="photo"),
    path("<str:nomor>/lampiran/<int:pk>/kecil/", foto.photo, {"kecil": True}, name="photo_small"),
    path("<str:nomor>/", rinci.detail, name="detail"),
    *(path(f"<str:nomor>/{act.slug}/", tindakan.VIEWS[act.name], name=act.name) for act in ACTS.values()),
]
