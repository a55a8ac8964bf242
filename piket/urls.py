"""Addresses of piket: the roster pages, and the admin's grid (under /admin/piket/jadwal/)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from piket.tukar import ACTS
from piket.views import (
    buku,
    cetak,
    excel,
    giliran,
    hadir,
    isi,
    jadwal,
    kisi,
    papan,
    pola,
    rekap,
    riwayat,
    salin,
    saya,
    serah,
    tamu,
    tukar,
)

app_name = "piket"
urlpatterns = [
    path("", jadwal.week, name="week"),
    path("hari-ini/", papan.today, name="today"),
    path("kosong/", papan.uncovered, name="uncovered"),
    path("cetak/", cetak.print_roster, name="print"),
    path("cetak.pdf", cetak.print_pdf, name="print_pdf"),
    path("buku/", buku.book, name="book"),
    path("buku/cetak/", buku.print_book, name="print_book"),
    path("buku/<int:catatan_id>/coret/", buku.strike_entry, name="strike_entry"),
    path("buku/<int:catatan_id>/foto/<int:urut>/", buku.entry_photo, name="entry_photo"),
    path(
        "buku/<int:catatan_id>/foto/<int:urut>/kecil/",
        buku.entry_photo,
        {"kecil": True},
        name="entry_photo_small",
    ),
    path("<int:piket_id>/serah-terima/", serah.hand_over_shift, name="hand_over_shift"),
    path("serah-terima/<int:serah_id>/", serah.hand_over, name="hand_over"),
    path("serah-terima/<int:serah_id>.pdf", serah.hand_over_pdf, name="hand_over_pdf"),
    # one shift, and who came
    path("<int:piket_id>/", giliran.shift, name="shift"),
    path("<int:piket_id>/kode/", giliran.code, name="code"),
    path("<int:piket_id>/daftar-hadir.pdf", giliran.attendance_list, name="attendance_list"),
    path("<int:piket_id>/kehadiran/", hadir.attendance, name="attendance"),
    path("hadir/", hadir.check_in, name="check_in"),
    path("hadir/<int:penugasan_id>/", hadir.checked, name="checked"),
    path("kehadiran/<int:penugasan_id>/", hadir.correct, name="correct"),
    path("kehadiran/<int:penugasan_id>/tautan/", hadir.make_link, name="make_link"),
    path("tautan/<str:token>/", hadir.link, name="link"),
    # my duty, and duties that change hands
    path("saya/", saya.mine, name="mine"),
    path("berhalangan/", saya.unavailable, name="unavailable"),
    path("berhalangan/<int:berhalangan_id>/cabut/", saya.take_back, name="take_back"),
    path("kalender/", saya.subscribe, name="subscribe"),
    path("kalender/cabut/", saya.unsubscribe, name="unsubscribe"),
    path("ics/<str:token>.ics", saya.feed, name="feed"),
    path("tukar/", tukar.swaps, name="swaps"),
    path("tukar/<int:tukar_id>/", tukar.swap, name="swap"),
    *(
        path(f"tukar/<int:tukar_id>/{act.slug}/", tukar.VIEWS[act.name], name=act.name)
        for act in ACTS.values()
    ),
    path("tugas/<int:penugasan_id>/tawarkan/", tukar.offer, name="offer"),
    path("tugas/<int:penugasan_id>/pengganti/", tukar.cover, name="cover"),
    path("pengganti/", tukar.cover_list, name="cover_list"),
    path("rekap/", rekap.recap, name="recap"),
    path("rekap.csv", rekap.export, {"bentuk": "csv"}, name="recap_csv"),
    path("rekap.xlsx", rekap.export, {"bentuk": "xlsx"}, name="recap_xlsx"),
    path("tamu/", tamu.guests, name="guests"),
    path("tamu/<int:tamu_id>/pulang/", tamu.guest_left, name="guest_left"),
    path("tamu/<int:tamu_id>/coret/", tamu.guest_strike, name="guest_strike"),
]

layar_urls = ([path("piket/", papan.screen, name="screen")], "layar")

jadwal_urls = (
    [
        path("", admin.site.admin_view(kisi.choose), name="choose"),
        path("<int:posko_id>/", admin.site.admin_view(kisi.grid), name="grid"),
        path("<int:posko_id>/pola/", admin.site.admin_view(pola.apply_pattern), name="apply_pattern"),
        path("<int:posko_id>/terbit/", admin.site.admin_view(pola.publish), name="publish"),
        path("<int:posko_id>/pembuatan/", admin.site.admin_view(pola.batches), name="batches"),
        path("<int:posko_id>/pembuatan/<int:pembuatan_id>/", admin.site.admin_view(pola.undo), name="undo"),
        path("<int:posko_id>/giliran/", admin.site.admin_view(kisi.add_shifts), name="add_shifts"),
        path("<int:posko_id>/isi/", admin.site.admin_view(isi.fill), name="fill"),
        path("<int:posko_id>/excel/", admin.site.admin_view(excel.excel), name="excel"),
        path("<int:posko_id>/excel/jadwal.xlsx", admin.site.admin_view(excel.excel_file), name="excel_file"),
        path("<int:posko_id>/excel/terapkan/", admin.site.admin_view(excel.excel_apply), name="excel_apply"),
        path("<int:posko_id>/salin/", admin.site.admin_view(salin.copy), name="copy"),
        path("<int:posko_id>/ganti/", admin.site.admin_view(salin.replace_from), name="replace_from"),
        path("<int:posko_id>/riwayat/", admin.site.admin_view(riwayat.history), name="history"),
    ],
    "jadwal",
)
