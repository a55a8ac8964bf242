"""The map: what is drawn is what the person may see, filtered like the list, with the same rows beside it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laporan.models import Laporan
from posko.models import Batas, Wilayah
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk, bring

CANARY = "KENARI-KUNING"


@pytest.fixture
def titik(dunia: World) -> None:
    Wilayah.objects.filter(kode__startswith="31").update(lintang=-6.19, bujur=106.74)


def listed(html: str) -> list[str]:
    return re.findall(r'<li data-nomor="([^"]+)"', html)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?prioritas=kritis",
        "?status=selesai",
        "?lingkup=semua",
        "?wilayah=31.73.08.1006",
        "?kategori=listrik",
    ],
)
def test_map_list_and_marks_show_the_same(dunia: World, titik: None, masuk: Masuk, query: str) -> None:
    bring(dunia, "selesai")
    for kind in ("banjir", "listrik", "rapat"):
        dunia.file(kategori=kind)
    client = masuk(KETUA)
    page = client.get(f"/laporan/peta/{query}").content.decode()
    source = re.search(r'data-titik="([^"]+)"', page)
    assert source
    data = client.get(source[1].replace("&amp;", "&")).json()
    marks = [row[3] for row in data["titik"]]
    assert marks == listed(page) == listed(client.get(f"/laporan/{query}").content.decode())
    assert sum(data["wilayah"].values()) == len(marks)


@pytest.mark.parametrize("who", CAST)
def test_what_is_hidden_is_nowhere_on_the_map(dunia: World, titik: None, masuk: Masuk, who: str) -> None:
    laporan = dunia.file(
        "piket.jakbar", "data_pemilih", uraian=f"{CANARY} di gudang.", wilayah=dunia.posko["31.73"].wilayah,
        lokasi=CANARY,
    )  # fmt: skip
    laporan.reclassify(
        by=dunia.aktor("ketua.jakbar"), versi=laporan.versi, teks="Menyangkut keselamatan.", prioritas="kritis",
        akses="rahasia", kategori=laporan.kategori, pejabat_kedua=dunia.orang["operator.jakbar"],
    )  # fmt: skip
    if dunia.orang[who].is_active is False or who == "lama.jakbar":
        return
    sees = Laporan.objects.visible_to(dunia.aktor(who)).filter(pk=laporan.pk).exists()
    client = masuk(who)
    for url in (
        "/laporan/peta/",
        "/laporan/peta/?prioritas=kritis",
        "/laporan/peta.json",
        "/laporan/peta.json?wilayah=31.73",
    ):
        body = client.get(url).content.decode()
        assert ((CANARY in body) or (laporan.nomor in body)) == sees, url
    if not sees:
        assert client.get("/laporan/peta.json").json()["wilayah"] == {}


def test_costs_the_same_with_many_rows(dunia: World, titik: None, masuk: Masuk) -> None:
    client, counts = masuk(KETUA), []
    client.get("/laporan/peta/")  # the words of the filters are now at hand
    for _ in range(2):
        for _ in range(6):
            dunia.file(PELAPOR, "listrik")
        for url, limit in (("/laporan/peta/", 6), ("/laporan/peta.json?prioritas=tinggi", 5)):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            assert len(seen) <= limit, [q["sql"][:80] for q in seen]
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


def test_boundaries_of_kelurahan_for_any_tier(dunia: World, masuk: Masuk) -> None:
    ring = {"type": "Polygon", "coordinates": [[[106.7, -6.2], [106.8, -6.2], [106.8, -6.1], [106.7, -6.2]]]}
    for kode in ("31.73.08", "31.73.08.1006"):
        Batas.objects.create(wilayah_id=kode, geojson=ring)
    client = masuk("operator.jakbar")
    for query, kode in (("", "31.73.08"), ("?tingkat=4", "31.73.08.1006"), ("?tingkat=9", "31.73.08")):
        got = client.get(f"/posko/batas.json{query}").json()["features"]
        assert [f["properties"]["kode"] for f in got] == [kode]
