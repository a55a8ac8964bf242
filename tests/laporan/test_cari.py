"""The search: what it finds, in which order, page by page, and what it never tells."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.cari import indeks, kata
from laporan.cari.pertanyaan import Pertanyaan
from laporan.models import IndeksCari, Kosakata, Laporan
from laporan.models.tambahan import Cocok
from laporan.saringan import Saringan
from posko import access
from posko.access import RAHASIA, TERBATAS
from posko.models import TPS, Anggota
from tests.cast import CAST, World
from tests.laporan.langkah import JALAN, KETUA, PELAPOR, Masuk, bring
from tests.laporan.test_list import rows

SIGNED_IN = [who for who in CAST if who not in ("lama.jakbar", "nonaktif.jakbar")]


def find(client: Client, asked: str, other: str = "") -> list[str]:
    """Numbers found, in order."""
    return rows(client, f"?cari={quote(asked)}{other}")


def put(laporan: Laporan, **fields: object) -> Laporan:
    """Set fields past the acts, and index what came of it."""
    Laporan.objects.filter(pk=laporan.pk).update(**fields)
    indeks.write([laporan.pk])
    return laporan


# --- what it finds ------------------------------------------------------------------------------------


def test_every_part_of_a_report_is_found(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "ditindaklanjuti", kategori="listrik", lokasi="depan gereja", atas_nama="Pak Wiryo",
                    uraian="Gardu meledak dekat bilik.")  # fmt: skip
    dunia.file(kategori="banjir", wilayah=dunia.posko["31.73.08.1001"].wilayah, uraian="Air masuk.")
    client = masuk("operator.jakbar")
    reporter, officer = dunia.orang[PELAPOR].nama, dunia.orang[KETUA].nama
    for asked in (
        laporan.nomor, laporan.nomor[1:], "gardu",
        "meledakkan", "gereja", "kembangan selatan", "kembanganselatan", "listrik padam", "KPU gardu", "wiryo", reporter,
        f"{officer} gardu", "jakarta barat gardu", "gadru", "gard",
    ):  # fmt: skip
        assert find(client, asked)[:1] == [laporan.nomor], asked
    assert find(client, "gardu sungai") == []
    for part in (laporan.nomor.partition("-")[2], laporan.nomor.rpartition("-")[2]):
        assert laporan.nomor in find(client, part), part


def test_words_of_the_journal_are_found(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    client = masuk("operator.jakbar")
    assert find(client, "traktor") == []
    laporan.ask(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Apakah jalan tertutup traktor?")
    assert find(client, "traktor") == [laporan.nomor]
    laporan.complete(by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Bukan, gerobak.")
    assert find(client, "gerobak traktor") == [laporan.nomor]


def test_all_stations_are_found_by_number(dunia: World, masuk: Masuk) -> None:
    stations: tuple[tuple[TPS, dict[str, str]], ...] = tuple(
        (tps, {}) for tps in TPS.objects.filter(nomor__in=range(20, 40))
    )
    laporan = dunia.file(kategori="banjir", tps=stations, uraian="Tergenang.")
    dunia.file(kategori="banjir", uraian="Sekitar 39 orang mengungsi.")
    client = masuk(KETUA)
    for asked in ("TPS 039", "tps 39", "TPS039", "TPS 020 kembangan"):
        assert find(client, asked)[0] == laporan.nomor, asked
    assert find(client, "TPS 041") == []


def test_combines_with_the_other_filters(dunia: World, masuk: Masuk) -> None:
    flood = dunia.file(kategori="banjir", uraian="Pompa air rusak.")
    power = dunia.file(kategori="listrik", uraian="Pompa mati.")
    done = bring(dunia, "selesai", uraian="Pompa diperbaiki.")
    client = masuk("operator.jakbar")
    assert find(client, "pompa") == [done.nomor, power.nomor, flood.nomor]
    assert find(client, "pompa", "&prioritas=kritis") == [flood.nomor]
    assert find(client, "pompa", "&lingkup=terbuka") == [power.nomor, flood.nomor]
    assert find(client, "pompa", "&status=selesai") == [done.nomor]
    assert find(client, "pompa", "&wilayah=31.73.08.1001") == []
    old = timezone.now() - timedelta(days=40)
    put(flood, waktu_lapor=old, waktu_kejadian=old)
    assert flood.nomor in find(client, "pompa") and flood.nomor not in find(client, "pompa", "&hari=30")


def test_the_question_is_a_chip_and_survives_filters(dunia: World, masuk: Masuk) -> None:
    dunia.file(uraian="Pompa rusak.")
    page = masuk(KETUA).get("/laporan/?cari=pompa&prioritas=kritis").content.decode()
    chips = re.findall(r'<a class="keping keping-saring" href="([^"]+)"><span>([^<]+)', page)
    assert [words for _, words in chips] == ["Cari: pompa", "Prioritas: Kritis"]
    assert "cari" not in chips[0][0] and "cari=pompa" in chips[1][0]
    assert '<input type="hidden" name="cari" value="pompa">' in page  # the filter form keeps it
    assert '<input type="hidden" name="prioritas" value="kritis">' in page  # the search box keeps filters


@pytest.mark.parametrize(
    "asked", ["", "   ", "yang di", "???", "%00", "a", "&|!:*()'\\", "'; --", "x" * 5000, "<b>"]
)
def test_any_text_can_be_asked(dunia: World, masuk: Masuk, asked: str) -> None:
    dunia.file()
    assert masuk(KETUA).get("/laporan/", {"cari": asked}).status_code == 200
    assert (
        masuk(KETUA).get("/laporan/", {"cari": asked, "urut": "terbaru", "lingkup": "terbuka"}).status_code
        == 200
    )


def test_nothing_found_says_so_and_offers_more(dunia: World, masuk: Masuk) -> None:
    dunia.file(uraian="Pompa rusak.")
    client = masuk(KETUA)
    assert "cocok dengan “zebra”" in client.get("/laporan/?cari=zebra").content.decode()
    page = client.get("/laporan/?cari=pompa&prioritas=rendah").content.decode()
    assert "Cari di semua laporan" in page and "cari=pompa" in page


# --- order and pages ----------------------------------------------------------------------------------


def _many(laporan: Laporan, count: int, start: int = 5000) -> None:
    """Copies of a report, for pages only: their journal is not theirs."""
    copies = []
    for n in range(count):
        copy = Laporan.objects.get(pk=laporan.pk)
        copy.pk, copy._state.adding = None, True
        copy.nomor, copy.kunci = f"{laporan.nomor[:-4]}{start + n}", uuid.uuid4()
        copies.append(copy)
    indeks.write(copy.pk for copy in Laporan.objects.bulk_create(copies))


def _pages(client: Client, query: str, rel: str = "next") -> list[list[str]]:
    found: list[list[str]] = []
    while query and len(found) < 20:
        page = client.get(f"/laporan/{query}").content.decode()
        found.append(re.findall(r'<li data-nomor="([^"]+)"', page))
        link = re.search(rf'href="(\?[^"]+)" rel="{rel}"', page)
        query = link[1].replace("&amp;", "&") if link else ""
    return found


def test_best_answers_stand_first(dunia: World, masuk: Masuk) -> None:
    named = dunia.file(kategori="listrik", uraian="Lampu mati di aula.")
    mentioned = dunia.file(kategori="banjir", uraian="Air masuk; listrik masih menyala.")
    client = masuk(KETUA)
    assert find(client, "listrik") == [named.nomor, mentioned.nomor]
    assert find(client, "listrik", "&urut=terbaru") == [mentioned.nomor, named.nomor]


@pytest.mark.parametrize("order", ["", "&urut=terbaru", "&urut=batas&lingkup=terbuka"])
def test_paging_shows_every_answer_once(dunia: World, masuk: Masuk, order: str) -> None:
    _many(dunia.file(kategori="listrik", uraian="Gardu meledak."), 459)
    dunia.file(kategori="banjir", uraian="Air masuk.")
    pages = _pages(masuk(KETUA), f"?cari=gardu{order}")
    size = 50 if order else 25
    assert [len(page) for page in pages] == [size] * (450 // size) + [10]
    assert len({n for page in pages for n in page}) == 460


@pytest.mark.parametrize("order", ["", "&urut=terbaru"])
def test_paging_goes_back_to_the_newest(dunia: World, masuk: Masuk, order: str) -> None:
    _many(dunia.file(kategori="listrik", uraian="Gardu meledak."), 459)
    client, query, there = masuk(KETUA), f"?cari=gardu{order}", []
    last = query
    while query:
        page = client.get(f"/laporan/{query}").content.decode()
        there.append(re.findall(r'<li data-nomor="([^"]+)"', page))
        last, link = query, re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = link[1].replace("&amp;", "&") if link else ""
    back = _pages(client, last, "prev")
    assert len(back) == len(there)
    assert {n for page in back for n in page} == {n for page in there for n in page}
    assert set(back[-1]) == set(there[0])


# --- typos --------------------------------------------------------------------------------------------


def test_typos_are_met_and_said(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="listrik", uraian="Gardu meledak.")
    page = masuk(KETUA).get("/laporan/?cari=meldak").content.decode()
    assert laporan.nomor in page and "<b>meledak</b>" in page


def test_five_exact_answers_need_no_guesses(dunia: World, masuk: Masuk) -> None:
    for _ in range(5):
        dunia.file(kategori="listrik", uraian="Banjar.")
    dunia.file(kategori="listrik", uraian="Banjir.")
    page = masuk(KETUA).get("/laporan/?cari=banjar").content.decode()
    assert len(re.findall(r'<li data-nomor="', page)) == 5 and "mirip" not in page


@pytest.mark.parametrize(
    ("family", "away"),
    [
        ("keterlambatan terlambat lambat", "lampau"), ("pemilihan pemilih memilih dipilih pilih", "pilu"),
        ("kerusakan rusak merusak", "rusa"), ("penertiban menertibkan ditertibkan tertib", "tebing"),
        ("pencoblosan tercoblos mencoblos menyoblos", "blok"), ("kebanjiran banjir", "banjar"),
        ("pengiriman mengirim kirim", "kiri"), ("pelanggaran melanggar langgar", "langgeng"),
    ],
)  # fmt: skip
def test_forms_of_one_word_meet(family: str, away: str) -> None:
    words = family.split()
    for asked in words:
        assert all(kata.stem(written) in kata.variants(asked) for written in words), asked
        assert kata.stem(away) not in kata.variants(asked)


@pytest.mark.parametrize(("a", "b", "typos"), [("bnajir", "banjir", 1), ("banjr", "banjir", 1), ("banjir", "banjir", 0),
                                               ("", "tps", 3), ("sirekap", "sirakep", 2)])  # fmt: skip
def test_typos_are_counted(a: str, b: str, typos: int) -> None:
    assert kata.distance(a, b) == kata.distance(b, a) == typos


# --- what it never tells ------------------------------------------------------------------------------


def test_the_keys_never_hide_what_may_be_seen(dunia: World) -> None:
    """`search_keys` only narrows: whoever sees a report finds it, and nobody else does."""
    made = [dunia.file(kategori=k, uraian="Kenari.") for k in ("banjir", "apk", "rapat")]
    seat = Anggota.objects.get(pengguna=dunia.orang["partai.jakbar"]).kursi_id
    made.append(put(dunia.file(KETUA, "listrik", uraian="Kenari."), diteruskan=[seat]))
    made.append(
        put(
            dunia.file(KETUA, "listrik", uraian="Kenari."),
            akses=RAHASIA,
            disebut=[dunia.orang["polres.jakbar"].pk],
        )
    )
    for who in SIGNED_IN:
        aktor = dunia.aktor(who)
        visible = Laporan.objects.visible_to(aktor).filter(pk__in=[one.pk for one in made])
        asked = Pertanyaan.read("kenari")
        found = set(asked.filter(Laporan.objects.visible_to(aktor), aktor).values_list("pk", flat=True))
        assert found == set(visible.values_list("pk", flat=True)), who


@pytest.mark.parametrize("who", SIGNED_IN)
def test_canary(dunia: World, masuk: Masuk, who: str) -> None:
    """A word that only a hidden report holds changes nothing on the page of who may not see it."""
    decoy = dunia.file(kategori="rapat", uraian="Kenaru bernyanyi di balai.")
    aktor, client = dunia.aktor(who), masuk(who)
    if not access.can(aktor, "read_laporan"):
        return
    pages = {}
    for moment in ("sebelum", "sesudah"):
        if moment == "sesudah":
            hidden = put(dunia.file(KETUA, "banjir", uraian="Kenari kenarr sangkar."), akses=RAHASIA)
            if Laporan.objects.visible_to(aktor).filter(pk=hidden.pk).exists():
                return
        pages[moment] = [
            re.sub(
                r'name="csrfmiddlewaretoken" value="[^"]+"',
                "",
                client.get(f"/laporan/?cari={word}").content.decode(),
            )
            for word in ("kenari", "kenarr", "kenaro", "sangkar", "kenar", "sangkr")
        ]
    assert pages["sebelum"] == pages["sesudah"]
    assert decoy.nomor


@pytest.mark.parametrize("akses", ["biasa", TERBATAS, RAHASIA])
def test_a_masked_reporter_is_never_found_by_name(dunia: World, masuk: Masuk, akses: str) -> None:
    person = dunia.orang[PELAPOR]
    person.nama = "Kasuari Merpati"
    person.save()
    laporan = dunia.file(kategori="banjir", atas_nama="Cenderawasih", uraian="Air masuk.")
    put(laporan, akses=akses, disebut=[dunia.orang["polres.jakbar"].pk])
    for who in SIGNED_IN:
        aktor = dunia.aktor(who)
        seen = Laporan.objects.visible_to(aktor).filter(pk=laporan.pk).first()
        known = seen is not None and access.can(aktor, "see_reporter", seen)
        if not access.can(aktor, "read_laporan"):
            continue
        for asked in ("kasuari", "Kasuari Merpati", "kasuri", "kasua", "cenderawasih", "banjir kasuari"):
            assert (laporan.nomor in find(masuk(who), asked)) is known, (who, asked)


def test_the_order_does_not_tell_a_masked_name(dunia: World, masuk: Masuk) -> None:
    """A name that would raise a report's rank raises it only for who may know it."""
    person = dunia.orang[PELAPOR]
    person.nama = "Kasuari"
    person.save()
    masked = dunia.file(PELAPOR, kategori="apk", uraian="Kasuari di pohon.")
    other = dunia.file("piket.kembangan-selatan", kategori="apk", uraian="Kasuari di pohon.")
    assert find(masuk(KETUA), "kasuari") == [masked.nomor, other.nomor]  # P knows the reporter
    assert find(masuk("operator.jakbar"), "kasuari") == [other.nomor, masked.nomor]  # others: by arrival


def test_reporter_filter_is_the_reporter_rule(dunia: World) -> None:
    for kategori in ("banjir", "apk", "rapat"):
        dunia.file(kategori=kategori)
        dunia.file(KETUA, kategori=kategori, menyangkut_posko=kategori == "apk")
    for who in SIGNED_IN:
        aktor = dunia.aktor(who)
        known = set(Laporan.objects.filter(access.reporter_visible_to(aktor)).values_list("pk", flat=True))
        everything = Laporan.objects.select_related("posko")
        assert known == {one.pk for one in everything if access.can(aktor, "see_reporter", one)}, who


def test_guesses_shown_stand_on_the_page(dunia: World, masuk: Masuk) -> None:
    """The vocabulary holds words of hidden reports; the page names only those its rows show."""
    put(dunia.file(KETUA, "banjir", uraian="Merpata."), akses=RAHASIA)
    dunia.file(kategori="banjir", uraian="Merpati.")
    page = masuk("operator.jakbar").get("/laporan/?cari=merpato").content.decode()
    assert "merpati" in page and "merpata" not in page.lower()


# --- the index ----------------------------------------------------------------------------------------


def test_the_index_follows_every_act(dunia: World) -> None:
    """What an act wrote is what a rebuild would write."""
    made = [bring(dunia, status) for status in JALAN]
    made[0].reclassify(
        by=dunia.aktor(KETUA), versi=made[0].versi, teks="Ternyata listrik.", prioritas="tinggi", akses="biasa",
        kategori=dunia.kategori["listrik"],
    )  # fmt: skip
    before = dict(IndeksCari.objects.values_list("pk", "vektor"))
    assert set(before) == {one.pk for one in made}
    call_command("indeks_cari", verbosity=0)
    assert dict(IndeksCari.objects.values_list("pk", "vektor")) == before
    found = IndeksCari.objects.filter(Cocok(F("vektor"), "'listrik'"))
    assert made[0].pk in set(found.values_list("pk", flat=True))


def test_rebuilding_only_what_is_missing_and_the_vocabulary(dunia: World, masuk: Masuk) -> None:
    one, two = dunia.file(uraian="Pompa."), dunia.file(uraian="Gardu.")
    IndeksCari.objects.filter(pk=one.pk).delete()
    Kosakata.objects.create(kata="tertinggal", akar="tinggal")
    call_command("indeks_cari", kurang=True, verbosity=0)
    assert find(masuk(KETUA), "pompa") == [one.nomor] and Kosakata.objects.filter(pk="tertinggal").exists()
    call_command("indeks_cari", kosakata=True, verbosity=0)
    assert (
        not Kosakata.objects.filter(pk="tertinggal").exists() and Kosakata.objects.filter(pk="gardu").exists()
    )
    assert two.pk in IndeksCari.objects.values_list("pk", flat=True)


@pytest.mark.parametrize(("asked", "limit"), [("gardu", 7), ("gadru", 10), ("zzzz", 10)])
@pytest.mark.parametrize("who", ["operator.jakbar", KETUA, "polres.jakbar", "partai.jakbar"])
def test_costs_the_same_however_many_there_are(
    dunia: World, masuk: Masuk, who: str, asked: str, limit: int
) -> None:
    first, client, counts = dunia.file(kategori="rapat", uraian="Gardu meledak."), masuk(who), []
    _many(first, 8)
    client.get("/laporan/")
    for more in (0, 60):
        if more:
            _many(first, more, start=7000)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/laporan/?cari={asked}").status_code == 200
        counts.append(len(seen))
    assert max(counts) <= limit, counts


def test_a_filter_for_exports_finds_the_same(dunia: World, masuk: Masuk) -> None:
    """`Saringan.apply` and the pages agree, typos included."""
    from django.http import QueryDict

    for n in range(3):
        dunia.file(kategori="listrik", uraian=f"Gardu ke-{n} meledak.")
    dunia.file(kategori="banjir", uraian="Air masuk.")
    aktor = dunia.aktor(KETUA)
    for asked in ("gardu", "gadru", "listrik", "tps 054"):
        chosen = Saringan.read(QueryDict(f"cari={quote(asked)}"), aktor)
        found = chosen.apply(Laporan.objects.visible_to(aktor), aktor, timezone.now())
        assert set(found.values_list("nomor", flat=True)) == set(find(masuk(KETUA), asked)), asked
