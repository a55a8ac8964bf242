"""Lists of all reports ever, filtered by what the reports are: the index narrows, the filters decide."""

from __future__ import annotations

import importlib
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from laporan import halaman
from laporan.cari import pertanyaan
from laporan.models import IndeksCari, Kategori, Laporan
from laporan.saringan import Pilihan, Saringan
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, Masuk, bring_to
from tests.laporan.test_list import rows

EVER = {"lingkup": "semua", "hari": "semua"}
SIGNED_IN = [who for who in CAST if who not in ("lama.jakbar", "nonaktif.jakbar")]


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As among a million reports: what is asked for is never on the first stretch that is walked."""
    monkeypatch.setattr(pertanyaan, "BERJALAN", 0)


@pytest.fixture
def beragam(dunia: World) -> World:
    """Reports of several kinds and places; one forwarded, one reclassified."""
    selatan = dunia.posko["31.73.08.1006"].wilayah
    for kategori, other in (
        ("banjir", {}), ("apk", {}), ("rapat", {}), ("listrik", {"wilayah": dunia.posko["31.73.08.1001"].wilayah}),
        ("banjir", {"wilayah": selatan.induk}),
    ):  # fmt: skip
        dunia.file(kategori=kategori, **other)
    bring_to(dunia, "diteruskan")
    changed = dunia.file(kategori="banjir")
    changed.reclassify(
        by=dunia.aktor(KETUA), versi=changed.versi, teks="Gardu, bukan air.", prioritas="kritis",
        akses=changed.akses, kategori=Kategori.objects.get(pemilihan=dunia.edisi, kode="listrik"),
    )  # fmt: skip
    return dunia


FILTERS: list[tuple[dict[str, str], Q]] = [
    ({"kategori": "banjir"}, Q(kategori__kode="banjir")),
    ({"kategori": "listrik"}, Q(kategori__kode="listrik")),
    ({"prioritas": "kritis"}, Q(prioritas="kritis")),
    ({"prioritas": "rendah", "jenis": "kegiatan"}, Q(prioritas="rendah", jenis="kegiatan")),
    ({"jenis": "kejadian"}, Q(jenis="kejadian")),
    ({"wilayah": "31.73.08"}, Q(wilayah__kode__startswith="31.73.08")),
    ({"wilayah": "31.73.08.1001", "kategori": "listrik"}, Q(wilayah="31.73.08.1001", kategori__kode="listrik")),
    ({"kategori": "apk", "prioritas": "kritis"}, Q(kategori__kode="apk", prioritas="kritis")),
]  # fmt: skip


@pytest.mark.parametrize("who", SIGNED_IN)
def test_the_index_finds_what_the_filters_say(beragam: World, indexed: None, who: str) -> None:
    aktor, now = beragam.aktor(who), timezone.now()
    seen = Laporan.objects.visible_to(aktor)
    for query, rule in FILTERS:
        chosen = Saringan.read(QueryDict(urlencode(EVER | query)), aktor)
        if set(chosen.nilai) != set(query):  # not among this person's choices
            continue
        assert chosen.asked(aktor) is not None
        found = [row["id"] for row in halaman.read_page(chosen, aktor, now, {}, 50).baris]
        assert found == list(seen.filter(rule).order_by("-id").values_list("pk", flat=True)), query


@pytest.mark.usefixtures("indexed")
def test_what_an_agency_leads_or_was_sent(beragam: World) -> None:
    """Also of an agency that leads no kind, as a live page may ask."""
    aktor = beragam.aktor("operator.dki")
    lead = Kategori.objects.get(pemilihan=beragam.edisi, kode="listrik").instansi_utama
    assert lead is not None
    for kode, rule in (
        ("polres", Q(kategori__kode="data_pemilih", penerusan_terbuka__len__gt=0)),
        (lead.kode, Q(kategori__instansi_utama=lead)),
    ):
        asked = QueryDict(urlencode(EVER | {"instansi": kode}))
        chosen = Saringan.read(asked, aktor, Pilihan(dibaca=False))
        found = {row["id"] for row in halaman.read_page(chosen, aktor, timezone.now(), {}, 50).baris}
        assert found == set(Laporan.objects.filter(rule).values_list("pk", flat=True)) != set(), kode


@pytest.mark.usefixtures("indexed")
def test_a_reclassified_report_stands_under_its_new_kind(beragam: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    changed = Laporan.objects.get(prioritas="kritis", kategori__kode="listrik").nomor
    assert changed in rows(client, f"?{urlencode(EVER | {'kategori': 'listrik', 'prioritas': 'kritis'})}")
    assert changed not in rows(client, f"?{urlencode(EVER | {'kategori': 'banjir'})}")


def test_pages_and_neighbours_go_on_where_the_walk_ends(
    beragam: World, masuk: Masuk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pertanyaan, "BERJALAN", 3)
    aktor, now = beragam.aktor("operator.dki"), timezone.now()
    chosen = Saringan.read(QueryDict(urlencode(EVER | {"jenis": "kejadian"})), aktor)
    expected = list(Laporan.objects.filter(jenis="kejadian").order_by("-id").values_list("pk", flat=True))
    seen: list[int] = []
    place: dict[str, str] = {}
    while len(seen) < len(expected):
        page = halaman.read_page(chosen, aktor, now, place, 2)
        seen += [row["id"] for row in page.baris]
        place = page.lama
        if not place:
            break
    assert seen == expected
    numbers = [Laporan.objects.get(pk=pk).nomor for pk in expected]
    for n, pk in enumerate(expected):
        sides = halaman.neighbours(chosen, aktor, now, {}, Laporan.objects.get(pk=pk))
        assert sides == (numbers[n - 1] if n else "", numbers[n + 1] if n + 1 < len(numbers) else "")


def test_closed_reports_wait_for_nobody(dunia: World, masuk: Masuk) -> None:
    closed = dunia.file(kategori="banjir")
    Laporan.objects.filter(pk=closed.pk).update(status="ditutup")
    waiting = dunia.file(kategori="banjir")
    assert rows(masuk(KETUA), f"?{urlencode(EVER | {'tindakan': 'saya'})}") == [waiting.nomor]


@pytest.mark.parametrize("value", ["31'", "' | '#j1", "31.73\\", "", "31.73.08.1006.1"])
def test_a_live_list_takes_no_other_area(beragam: World, masuk: Masuk, value: str) -> None:
    """A live page asks with an address whose values nobody checks again."""
    query = urlencode(EVER | {"wilayah": value, "kategori": value})
    assert masuk(KETUA).get(f"/laporan/?{query}", headers={"HX-Request": "true"}).status_code == 200


def test_existing_rows_are_marked_as_new_ones_are(beragam: World) -> None:
    def lexemes() -> dict[int, str]:
        return dict(IndeksCari.objects.values_list("laporan", "vektor"))

    before = lexemes()
    mark: Any = importlib.import_module("laporan.migrations.0011_cari_sifat").MARK
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE laporan_indekscari SET vektor = ts_delete(vektor, ARRAY(SELECT lexeme FROM unnest(vektor)"
            " WHERE lexeme ~ '^#[cptwi]'))"
        )
        assert lexemes() != before
        cursor.execute(mark, [0, 1 << 62])
        assert lexemes() == before
        cursor.execute(mark, [0, 1 << 62])  # again changes nothing
    assert lexemes() == before
