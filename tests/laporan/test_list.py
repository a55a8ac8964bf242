"""The list: who finds what, filters, order, paging, and what it costs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.cari import indeks
from laporan.models import Laporan
from tests.cast import World
from tests.laporan.langkah import JALAN, KETUA, PELAPOR, Masuk, bring


def rows(client: Client, query: str = "") -> list[str]:
    """The numbers listed, in order."""
    answer = client.get(f"/laporan/{query}")
    assert answer.status_code == 200
    return re.findall(r'<li data-nomor="([^"]+)"', answer.content.decode())


def all_rows(client: Client, query: str) -> Iterator[list[str]]:
    """Page after page, following "Lebih lama"."""
    while query:
        page = client.get(f"/laporan/{query}").content.decode()
        yield re.findall(r'<li data-nomor="([^"]+)"', page)
        link = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = link[1].replace("&amp;", "&") if link else ""


def test_opens_on_open_reports_newest_first(dunia: World, masuk: Masuk) -> None:
    made = {status: bring(dunia, status).nomor for status in JALAN}
    meeting = dunia.file(kategori="rapat").nomor
    listed = rows(masuk(KETUA))
    assert listed == [made[s] for s in ("ditindaklanjuti", "terverifikasi", "perlu_dilengkapi", "baru")]
    everything = rows(masuk(KETUA), "?lingkup=semua")
    assert everything == [meeting, *reversed(list(made.values()))]


def test_each_filter_finds_its_rows(dunia: World, masuk: Masuk) -> None:
    flood, power, voters, apk = (
        dunia.file(kategori=k).nomor for k in ("banjir", "listrik", "data_pemilih", "apk")
    )
    risk = dunia.file(kategori="potensi_banjir").nomor
    north = dunia.file(KETUA, "listrik", wilayah=dunia.posko["31.73.08.1001"].wilayah).nomor
    done = bring(dunia, "selesai").nomor
    meeting = dunia.file(kategori="rapat").nomor
    client = masuk("operator.jakbar")
    expected: dict[str, set[str]] = {
        "?jenis=potensi": {risk},
        "?jenis=kegiatan": {meeting},
        "?status=selesai": {done},
        "?status=baru&status=selesai": {flood, power, voters, apk, risk, north, done},
        "?prioritas=kritis&prioritas=tinggi": {flood, power, north},
        "?kategori=data_pemilih": {voters},
        "?kategori=data_pemilih&lingkup=semua": {voters, done},
        "?wilayah=31.73.08.1001": {north},
        "?wilayah=31.73.08.1006&prioritas=tinggi": {power},
        "?wilayah=31.73": {flood, power, voters, apk, risk, north},
        "?posko=31.73.08.1001": {north},
        "?instansi=bawaslu": {apk},
        "?terlambat=1": set(),
        "?milik=saya": set(),
    }
    for query, numbers in expected.items():
        assert set(rows(client, query)) == numbers, query
    assert set(rows(masuk(KETUA), "?milik=saya")) == {north}


def test_instansi_finds_what_was_forwarded_to_its_seats(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="banjir")
    seat = dunia.kursi("31.73", "bawaslu")
    Laporan.objects.filter(pk=laporan.pk).update(diteruskan=[seat.pk])
    dunia.kategori["apk"].save()
    assert rows(masuk("operator.jakbar"), "?instansi=bawaslu") == [laporan.nomor]


def test_late_ones_and_the_order_by_deadline(dunia: World, masuk: Masuk) -> None:
    slow, soon = dunia.file(kategori="data_pemilih"), dunia.file(kategori="listrik")
    waiting = bring(dunia, "perlu_dilengkapi")
    late = dunia.file(kategori="banjir")
    Laporan.objects.filter(pk=late.pk).update(batas_waktu=timezone.now() - timedelta(minutes=3))
    client = masuk(KETUA)
    assert rows(client, "?terlambat=1") == [late.nomor]
    ordered = [late.nomor, soon.nomor, slow.nomor, waiting.nomor]
    assert rows(client, "?urut=batas") == ordered
    assert rows(client) == [late.nomor, waiting.nomor, soon.nomor, slow.nomor]


def test_what_waits_for_me(dunia: World, masuk: Masuk) -> None:
    ask, new, done = bring(dunia, "perlu_dilengkapi"), bring(dunia, "baru"), bring(dunia, "ditutup")
    assert rows(masuk(KETUA), "?tindakan=saya") == [new.nomor]
    assert rows(masuk(PELAPOR), "?tindakan=saya") == [ask.nomor]
    assert rows(masuk("polres.jakbar"), "?tindakan=saya") == []
    assert done.nomor not in rows(masuk(KETUA))


def test_everything_begins_with_seven_days_and_widens(dunia: World, masuk: Masuk) -> None:
    new, old, older = (dunia.file(kategori="rapat") for _ in range(3))
    now = timezone.now()
    for laporan, days in ((old, 10), (older, 40)):
        moment = now - timedelta(days=days)
        Laporan.objects.filter(pk=laporan.pk).update(waktu_lapor=moment, waktu_kejadian=moment)
    client = masuk(KETUA)
    assert set(rows(client, "?lingkup=semua")) == {new.nomor}
    assert set(rows(client, "?lingkup=semua&hari=30")) == {new.nomor, old.nomor}
    assert set(rows(client, "?lingkup=semua&hari=semua")) == {new.nomor, old.nomor, older.nomor}


@pytest.mark.parametrize("order", ["?urut=terbaru", "?urut=batas"])
def test_paging_shows_every_row_once_and_goes_back(dunia: World, masuk: Masuk, order: str) -> None:
    template = dunia.file(kategori="listrik")
    _many(template, 119, waiting=20)
    client = masuk(KETUA)
    pages = list(all_rows(client, order))
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({n for page in pages for n in page}) == 120
    last = client.get("/laporan/" + _next(client, _next(client, order))).content.decode()
    back = re.search(r'href="(\?[^"]+)" rel="prev"', last)
    assert back and rows(client, back[1].replace("&amp;", "&")) == pages[1]
    assert 'rel="next"' not in last


def _next(client: Client, query: str) -> str:
    link = re.search(r'href="(\?[^"]+)" rel="next"', client.get(f"/laporan/{query}").content.decode())
    assert link
    return link[1].replace("&amp;", "&")


def _many(laporan: Laporan, count: int, waiting: int = 0, start: int = 5000) -> None:
    """Copies of a report, for lists only: their journal is not theirs. `waiting` of them have no deadline."""
    copies = []
    for n in range(count):
        copy = Laporan.objects.get(pk=laporan.pk)
        copy.pk, copy._state.adding = None, True
        copy.nomor, copy.kunci = f"{laporan.nomor[:-4]}{start + n}", uuid.uuid4()
        if n < waiting:
            copy.batas_waktu = None
        elif laporan.batas_waktu:
            copy.batas_waktu = laporan.batas_waktu + timedelta(seconds=n // 3)
        copies.append(copy)
    indeks.write(copy.pk for copy in Laporan.objects.bulk_create(copies))


@pytest.mark.parametrize(
    "query",
    ["?status=menguap", "?jenis=x", "?kategori=tidak-ada", "?wilayah=99", "?wilayah=31;DROP", "?instansi=x", "?hari=8",
     "?lingkup=luas", "?urut=acak", "?posko=00.00", "?terlambat=2", "?milik=dia"],
)  # fmt: skip
def test_unknown_filters_are_left_out_and_said(dunia: World, masuk: Masuk, query: str) -> None:
    laporan = dunia.file()
    page = masuk(KETUA).get(f"/laporan/{query}")
    assert page.status_code == 200 and laporan.nomor in page.content.decode()
    assert "tidak dikenal diabaikan" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["?sesudah=x", "?sebelum=-", "?sesudah=99999999999999999999", "?urut=batas&sesudah=1"]
)
def test_a_broken_position_is_the_first_page(dunia: World, masuk: Masuk, query: str) -> None:
    dunia.file()
    assert masuk(KETUA).get(f"/laporan/{query}").status_code == 200


def test_chips_say_and_remove_each_filter(dunia: World, masuk: Masuk) -> None:
    page = masuk(KETUA).get("/laporan/?prioritas=kritis&kategori=banjir&terlambat=1").content.decode()
    chips = re.findall(r'<a class="keping keping-saring" href="([^"]+)"><span>([^<]+)', page)
    assert [words for _, words in chips] == [
        "Prioritas: Kritis",
        "Kategori: Banjir atau TPS roboh",
        "Lewat batas waktu",
    ]
    assert (
        "prioritas" not in chips[0][0] and "kategori=banjir" in chips[0][0] and "terlambat=1" in chips[0][0]
    )


def test_empty_lists_say_why(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    for query, words in {
        "": "Tidak ada laporan terbuka",
        "?lingkup=semua": "Belum ada laporan",
        "?terlambat=1": "Tidak ada yang lewat batas waktu",
        "?tindakan=saya": "Tidak ada yang menunggu Anda",
        "?prioritas=kritis": "Tidak ada laporan yang cocok",
    }.items():
        assert words in client.get(f"/laporan/{query}").content.decode(), query


def test_an_admin_of_posts_has_no_list(dunia: World, masuk: Masuk) -> None:
    assert masuk("admin.jakbar").get("/laporan/").status_code == 403


@pytest.mark.parametrize(
    ("who", "kategori", "limit"),
    [("operator.jakbar", "listrik", 5), ("partai.jakbar", "rapat", 8), ("admin", "listrik", 6)],
)
def test_costs_the_same_with_ten_and_sixty_rows(
    dunia: World, masuk: Masuk, who: str, kategori: str, limit: int
) -> None:
    first = dunia.file(kategori=kategori)
    client, counts = masuk(who), []
    query = (
        "?lingkup=semua&wilayah=31.73&instansi=kpu&milik="
        if kategori == "rapat"
        else "?wilayah=31.73&posko=31.73&instansi=kpu"
    )
    client.get(f"/laporan/{query}")
    for total in (10, 60):
        have = Laporan.objects.count()
        _many(first, total - have, start=5000 + have)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page = client.get(f"/laporan/{query}")
        assert page.content.count(b"<li data-nomor") == min(total, 50)
        assert len(page.content) <= 150_000
        counts.append(len(seen))
    # Of all reports ever, the index is asked only when the newest do not fill the page: at most one more.
    assert max(counts) <= limit and abs(counts[0] - counts[1]) <= (kategori == "rapat")


def test_the_list_says_what_was_true_when_filed(dunia: World, masuk: Masuk) -> None:
    """Renaming a category changes no report."""
    laporan = dunia.file(kategori="banjir")
    dunia.kategori["banjir"].nama = "Genangan"
    dunia.kategori["banjir"].save()
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Banjir atau TPS roboh" in page and "Genangan" not in page
