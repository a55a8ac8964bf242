"""Contacts and health details behind one permission, and a report about a post that this post never meets."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from laporan.models import Kategori, Laporan
from laporan.serupa import similar
from posko import access
from posko.access import RAHASIA
from posko.models import TPS
from tests.cast import CAST, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk
from tests.laporan.test_catatan import photo
from tests.laporan.test_export import ALL, csv_rows, xlsx_rows
from tests.laporan.test_visible import put

# Who may read contacts and health details of a terbatas report at Kembangan Selatan, forwarded to the city's police.
MAY = {
    PELAPOR, KETUA, "piket.kembangan-selatan", ATASAN, "operator.jakbar", "ketua.jakbar", "operator.dki",
    "pengarah.dki", "polres.jakbar",
}  # fmt: skip
CONDITION, PLACE = "Patah tulang kenari", "RS Kenari"


@pytest.fixture
def ill(dunia: World) -> Laporan:
    """A terbatas report about somebody's health."""
    kategori = Kategori.objects.create(
        pemilihan=dunia.edisi, kode="sakit", nama="Petugas sakit", jenis="kejadian", kelompok="kesehatan",
        prioritas="kritis", akses="terbatas", ubin=3,
        isian=[
            {"nama": "kondisi", "label": "Kondisi"}, {"nama": "dirujuk_ke", "label": "Dirujuk ke", "per_tps": True},
        ],
    )  # fmt: skip
    dunia.kategori["sakit"] = kategori
    tps = ((TPS.objects.get(nomor=54), {"dirujuk_ke": PLACE}),)
    laporan = dunia.file(kategori="sakit", rincian={"kondisi": CONDITION}, tps=tps)
    return put(laporan, diteruskan=[dunia.kursi("31.73", "polres").pk])


def readers(dunia: World, laporan: Laporan) -> list[str]:
    visible = (who for who in CAST if who not in ("lama.jakbar", "nonaktif.jakbar"))
    return [w for w in visible if Laporan.objects.visible_to(dunia.aktor(w)).filter(pk=laporan.pk).exists()]


def test_health_details_on_page_and_in_exports(dunia: World, masuk: Masuk, ill: Laporan) -> None:
    seen = set()
    for who in readers(dunia, ill):
        client = masuk(who)
        page = client.get(f"/laporan/{ill.nomor}/").content.decode()
        row, cells = csv_rows(client)[0], xlsx_rows(client)[0]
        told = {CONDITION in text for text in (page, row["rincian"], cells["rincian"].value)}
        told |= {PLACE in text for text in (page, row["rincian"], cells["rincian"].value)}
        assert len(told) == 1, who
        if told.pop():
            seen.add(who)
        else:
            assert "Kondisi: Disamarkan" in row["rincian"] and "Disamarkan" in page
    assert seen == MAY


def test_atas_nama_of_an_open_report(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(atas_nama="Ibu Kartini 0812")
    seen = set()
    for who in readers(dunia, laporan):
        client = masuk(who)
        told = {
            "Kartini" in client.get(f"/laporan/{laporan.nomor}/").content.decode(),
            "Kartini" in csv_rows(client)[0]["atas_nama"],
        }
        assert len(told) == 1, who
        seen |= {who} if told.pop() else set()
    assert seen == MAY - {"polres.jakbar"}


def test_one_permission_for_contestants_and_superusers(dunia: World, ill: Laporan) -> None:
    put(ill, diteruskan=[dunia.kursi("31.73", "partai_uji").pk])
    ill.refresh_from_db()
    for who in ("partai.jakbar", "admin", "admin.jakbar", "polres.jakbar", "operator.jaktim"):
        assert not access.can(dunia.aktor(who), "see_private", ill), who
    put(ill, akses=RAHASIA, disebut=[dunia.orang["kpu.jakbar"].pk])
    ill.refresh_from_db()
    assert access.can(dunia.aktor("kpu.jakbar"), "see_private", ill)
    assert not access.can(dunia.aktor("bawaslu.jakbar"), "see_private", ill)


# --- "menyangkut posko ini" -----------------------------------------------------------------------------

CANARY = "kenari-posko-9b2c"
BELOW = (KETUA, "piket.kembangan-selatan")


@pytest.fixture
def concerning(dunia: World) -> Laporan:
    """A report about the post of Kembangan Selatan, filed there, with a photo."""
    return dunia.file(
        kategori="banjir", menyangkut_posko=True, uraian=f"{CANARY} kotak dibuka.", lokasi=CANARY,
        rincian={"catatan": CANARY}, lintang=-6.18, bujur=106.74, foto=(photo(dunia),), tps=((TPS.objects.get(nomor=54), {}),),
    )  # fmt: skip


@pytest.mark.parametrize("who", BELOW)
def test_the_post_below_never_meets_it(dunia: World, masuk: Masuk, concerning: Laporan, who: str) -> None:
    client, nomor = masuk(who), concerning.nomor
    for path in (
        "/", "/laporan/", f"/laporan/{ALL}", "/laporan/?urut=batas", "/laporan/?kategori=banjir", "/laporan/peta.json",
        "/laporan/serupa/?kategori=banjir&wilayah=31.73.08.1006&tps=054&lintang=-6.18&bujur=106.74",
        "/posko/31.73.08.1006/", "/posko/31.73.08/", "/posko/31.73.08.1006/?q=kenari", f"/laporan/?q={CANARY}",
    ):  # fmt: skip
        text = client.get(path).content.decode()
        assert CANARY not in text and nomor not in text, path
    assert csv_rows(client, ALL) == [] and xlsx_rows(client, ALL) == []
    picture = concerning.lampiran.get().pk
    for path in (
        "",
        "pdf",
        f"lampiran/{picture}/",
        f"lampiran/{picture}/kecil/",
        "verifikasi/",
        "tanda-terima/",
    ):
        url = f"/laporan/{nomor}.pdf" if path == "pdf" else f"/laporan/{nomor}/{path}"
        assert client.get(url).status_code == 404, path
    assert similar(
        dunia.aktor(who), concerning.kategori, concerning.wilayah, [TPS.objects.get(nomor=54)], (-6.18, 106.74),
        timezone.now(),
    ) == []  # fmt: skip


@pytest.mark.parametrize("who", BELOW)
def test_it_moves_no_number_of_the_post_below(dunia: World, masuk: Masuk, who: str) -> None:
    client = masuk(who)
    dunia.file()

    def figures() -> Any:
        import re

        page = client.get("/").content.decode()
        return re.findall(r'data-angka="([^"]+)"[^>]*>\s*(?:<[^>]+>)*([\d.]+)', page)

    before = figures()
    assert before
    dunia.file(kategori="listrik", menyangkut_posko=True)
    assert figures() == before


def test_the_post_above_does_meet_it(dunia: World, masuk: Masuk, concerning: Laporan) -> None:
    client = masuk(ATASAN)
    assert CANARY in client.get(f"/laporan/{concerning.nomor}/").content.decode()
    assert CANARY in csv_rows(client)[0]["uraian"]
    assert concerning.nomor in client.get("/laporan/peta.json").content.decode()
