"""From one report to the next of the list one came from, without reading the list."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.models import Laporan
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk
from tests.laporan.test_list import rows


def walk(client: Client, query: str, rel: str = "next") -> list[str]:
    """Numbers met when opening the first (going back: the last) row and following the links to the end."""
    listed = rows(client, query)
    page = client.get(f"/laporan/{query}").content.decode()
    start = listed[0] if rel == "next" else listed[-1]
    links = re.findall(rf'href="(/laporan/{start}/[^"]*)"', page)
    met: list[str] = []
    address = links[0].replace("&amp;", "&")
    while address and len(met) < 50:
        answer = client.get(address)
        assert answer.status_code == 200
        met.append(address.split("/")[2])
        link = re.search(rf'href="([^"]+)" rel="{rel}"', answer.content.decode())
        address = link[1].replace("&amp;", "&") if link else ""
    return met


@pytest.mark.parametrize(
    "query",
    ["", "?urut=batas", "?lingkup=semua", "?prioritas=tinggi&wilayah=31.73", "?cari=gardu", "?cari=gadru",
     "?cari=gardu&urut=terbaru", "?cari=gardu&urut=batas&lingkup=terbuka"],
)  # fmt: skip
def test_next_and_previous_follow_the_list(dunia: World, masuk: Masuk, query: str) -> None:
    for kategori, text in (
        ("listrik", "Gardu meledak."), ("banjir", "Air dekat gardu."), ("rapat", "Rapat."), ("listrik", "Gardu basah."),
        ("data_pemilih", "Nama ganda."), ("listrik", "Di gardu RW 03."),
    ):  # fmt: skip
        dunia.file(kategori=kategori, uraian=text)
    client = masuk(KETUA)
    listed = rows(client, query)
    assert len(listed) >= 2
    assert walk(client, query) == listed
    assert walk(client, query, "prev") == listed[::-1]


def test_a_report_that_left_the_list_still_leads_on(dunia: World, masuk: Masuk) -> None:
    a, b, c = (dunia.file(kategori="data_pemilih") for _ in range(3))
    b.decline(by=dunia.aktor(KETUA), versi=b.versi, alasan="tidak_benar", teks="Tidak ada.")
    page = masuk(KETUA).get(f"/laporan/{b.nomor}/?dari=lingkup%3Dterbuka").content.decode()
    assert re.search(rf'href="/laporan/{c.nomor}/[^"]*" rel="prev"', page)
    assert re.search(rf'href="/laporan/{a.nomor}/[^"]*" rel="next"', page)


def test_hidden_reports_are_no_neighbours(dunia: World, masuk: Masuk) -> None:
    first = dunia.file(kategori="data_pemilih")
    hidden = dunia.file(KETUA, kategori="data_pemilih")
    last = dunia.file(kategori="data_pemilih")
    Laporan.objects.filter(pk=hidden.pk).update(akses="rahasia")
    page = masuk(PELAPOR).get(f"/laporan/{last.nomor}/?dari=lingkup%3Dterbuka").content.decode()
    assert hidden.nomor not in page and first.nomor in page


@pytest.mark.parametrize(
    "query", ["x", "%00", "lingkup=luas&status=x", "cari=%00", "a=" + "x" * 5000, "sesudah=abc", "&&&="]
)
def test_any_origin_is_read_like_an_address(dunia: World, masuk: Masuk, query: str) -> None:
    laporan = dunia.file()
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/?dari={quote(query)}")
    assert page.status_code == 200
    assert (
        "//jahat"
        not in masuk(KETUA)
        .get(f"/laporan/{laporan.nomor}/?dari={quote('next=//jahat.example')}")
        .content.decode()
    )


@pytest.mark.parametrize(("query", "more"), [("lingkup=terbuka", 3), ("urut=batas", 3), ("cari=air", 7)])
def test_costs_two_short_queries(dunia: World, masuk: Masuk, query: str, more: int) -> None:
    laporan = dunia.file()
    client = masuk(KETUA)
    client.get(f"/laporan/{laporan.nomor}/?dari={quote(query)}")  # the words of the filters are now at hand
    counts = []
    for copies in (0, 6):
        for n in range(copies):
            other = dunia.file()
            Laporan.objects.filter(pk=other.pk).update(batas_waktu=other.batas_waktu + timedelta(seconds=n))
        for address in ("", f"?dari={quote(query)}"):
            with CaptureQueriesContext(connection) as seen:
                client.get(f"/laporan/{laporan.nomor}/{address}")
            counts.append(len(seen))
    assert counts[0] == counts[2] and max(counts[1] - counts[0], counts[3] - counts[2]) <= more, counts
