"""The stations of a main event: its own and those of the reports merged into it, each once, with sums."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.models import Laporan
from posko.models import TPS
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk
from tests.laporan.test_rawan import BAWASLU, POLRI, load

ISIAN = [
    {"nama": "rt_rw", "label": "RT/RW", "jenis": "teks", "per_tps": True},
    {"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True},
    {"nama": "pindah_ke", "label": "Dipindahkan ke", "jenis": "teks", "per_tps": True},
    {
        "nama": "pemilih_terdampak",
        "label": "DPT terdampak",
        "jenis": "angka",
        "per_tps": True,
        "dijumlah": True,
    },
]
Flood = Callable[..., Laporan]


@pytest.fixture
def flood(dunia: World) -> Flood:
    """``flood({54: {"tinggi_air": 40}})``: a flood that names these stations with these facts."""
    dunia.kategori["banjir"].isian = ISIAN
    dunia.kategori["banjir"].save()

    def make(stations: dict[int, dict[str, object]], who: str = PELAPOR, **other: object) -> Laporan:
        found = {tps.nomor: tps for tps in TPS.objects.filter(nomor__in=stations)}
        return dunia.file(
            who, "banjir", tps=tuple((found[n], facts) for n, facts in stations.items()), **other
        )

    return make


def merge(dunia: World, laporan: Laporan, utama: Laporan) -> None:
    laporan.merge(by=dunia.aktor(KETUA), versi=laporan.versi, utama=utama)


def rows(client: Client, laporan: Laporan) -> tuple[list[int], str]:
    answer = client.get(f"/laporan/{laporan.nomor}/tps/")
    assert answer.status_code == 200
    text = answer.content.decode()
    return [int(n) for n in re.findall(r'data-tps="(\d+)"', text)], text


def test_each_station_once_with_the_newest_facts_and_their_sum(
    dunia: World, masuk: Masuk, flood: Flood
) -> None:
    main = flood({54: {"tinggi_air": 40, "pemilih_terdampak": 200, "rt_rw": "004/07"}})
    second = flood({54: {"tinggi_air": 60}, 55: {"pemilih_terdampak": 1050, "pindah_ke": "SDN 03"}, 901: {}})
    merge(dunia, second, main)
    numbers, text = rows(masuk(KETUA), main)
    assert numbers == [54, 55, 901]
    assert "1.250" in text and "SDN 03" in text and "004/07" in text
    assert re.search(r">60<", text) and not re.search(
        r">40<", text
    )  # the newer height; heights are not summed
    page = masuk(KETUA).get(f"/laporan/{main.nomor}/").content.decode()
    assert "DPT terdampak: 1.250" in page
    assert rows(masuk(KETUA), second)[0] == [54, 55, 901]  # the merged one shows its own


def test_main_event_with_160_stations(dunia: World, masuk: Masuk, flood: Flood) -> None:
    TPS.objects.bulk_create(
        TPS(pemilihan=dunia.edisi, wilayah_id="31.73.08.1001", nomor=n) for n in range(1, 65)
    )
    main = flood({1: {"pemilih_terdampak": 10}}, "operator.kembangan")
    for n in range(2, 97):
        merge(dunia, flood({n: {"pemilih_terdampak": 10}}), main) if n < 6 else None
    rest = flood({n: {"pemilih_terdampak": 10} for n in range(6, 97)})
    merge(dunia, rest, main)
    north = TPS.objects.filter(wilayah="31.73.08.1001")
    wide = dunia.file(
        "operator.kembangan", "banjir", wilayah=dunia.posko["31.73.08"].wilayah,
        tps=tuple((tps, {"pemilih_terdampak": 10}) for tps in north),
    )  # fmt: skip
    wide.verify(by=dunia.aktor("operator.jakbar"), versi=wide.versi)
    wide.merge(by=dunia.aktor("operator.kembangan"), versi=wide.versi, utama=main)
    numbers, text = rows(masuk("operator.jakbar"), main)
    assert len(numbers) == 160 and "1.600" in text and "Kembangan Utara" in text
    page = masuk("operator.jakbar").get(f"/laporan/{main.nomor}/").content.decode()
    assert page.count("data-tps=") == 20 and "Semua 160 TPS" in page


def test_stations_of_a_hidden_merged_report_are_left_out(dunia: World, masuk: Masuk, flood: Flood) -> None:
    main = flood({54: {}})
    hidden = flood({77: {"pemilih_terdampak": 5}})
    merge(dunia, hidden, main)
    assert rows(masuk(PELAPOR), main)[0] == rows(masuk("operator.jakbar"), main)[0] == [54, 77]
    for akses, kept in (("terbatas", {"operator.jakbar"}), ("rahasia", set())):
        Laporan.objects.filter(pk=hidden.pk).update(
            akses=akses, pelapor=dunia.orang[KETUA]
        )  # as if reclassified
        for who in (PELAPOR, "operator.jakbar", KETUA if akses == "rahasia" else "admin"):
            numbers, text = rows(masuk(who), main)
            seen = who in kept or (who == "admin" and akses == "terbatas")
            assert (77 in numbers) is ("077" in text) is seen, (akses, who)


def test_rawan_stations_are_marked_for_who_may_know(dunia: World, masuk: Masuk, flood: Flood) -> None:
    load(dunia, BAWASLU, POLRI)
    laporan = flood({54: {}, 55: {}})
    for path in ("", "tps/"):
        text = masuk(KETUA).get(f"/laporan/{laporan.nomor}/{path}").content.decode()
        assert text.count("TPS rawan</span>") == 1
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Polri: Sangat rawan (10 Februari 2024)" in page and BAWASLU["indikator"] in page


def test_costs_the_same_whatever_it_holds(dunia: World, masuk: Masuk, flood: Flood) -> None:
    load(dunia, BAWASLU, POLRI)
    client, counts = masuk(KETUA), []
    main = flood({54: {}})
    for n in (1, 5):
        for _ in range(n):
            merge(dunia, flood({k: {"tinggi_air": 4} for k in range(50, 50 + 4 * n)}), main)
        rows(client, main)
        with CaptureQueriesContext(connection) as seen:
            rows(client, main)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 5
