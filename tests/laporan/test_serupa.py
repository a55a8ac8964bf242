"""Probable duplicates on a report's page: what must be found, what must not, and the reasons in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.models import Laporan
from laporan.serupa import likely_same
from posko.models import TPS
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk

TEKS = "Air masuk ke TPS 054 setinggi lutut, kotak suara dipindahkan ke mushala."
MIRIP = "TPS 054 kemasukan air setinggi lutut, kotak suara sudah dipindahkan ke mushala RW."
LAIN = "Warga mengeluh daftar pemilih tetap tidak ditempel di papan pengumuman kantor."


def near(minutes: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=minutes)


def file(dunia: World, teks: str = TEKS, tps: int | None = None, minutes: int = 20, **other: Any) -> Laporan:
    named: Any = ((TPS.objects.get(nomor=tps), {}),) if tps else ()
    who = other.pop("who", PELAPOR)
    kategori = other.pop("kategori", "banjir")
    return dunia.file(who, kategori, uraian=teks, tps=named, waktu_kejadian=near(minutes), **other)


def found(dunia: World, laporan: Laporan, who: str = KETUA) -> list[tuple[str, str]]:
    read = Laporan.objects.for_detail().get(pk=laporan.pk)
    return [(one.laporan.nomor, one.alasan) for one in likely_same(read, dunia.aktor(who))]


def test_same_station_near_in_time_with_like_words(dunia: World) -> None:
    first = file(dunia, MIRIP, 54, minutes=32)
    laporan = file(dunia, TEKS, 54, minutes=20)
    assert found(dunia, laporan) == [
        (first.nomor, "TPS 054 sama, jenis sama, 12 menit lebih dulu, isi mirip")
    ]
    assert found(dunia, first) == [(laporan.nomor, "TPS 054 sama, jenis sama, 12 menit kemudian, isi mirip")]


@pytest.mark.parametrize(
    "other",
    [
        {"teks": LAIN, "kategori": "banjir"},  # same kelurahan only
        {"teks": TEKS, "tps": 54, "kategori": "listrik"},  # another group
        {"teks": TEKS, "tps": 54, "minutes": 20 + 13 * 60},  # long before
        {"teks": LAIN, "tps": 55, "minutes": 20 + 10 * 60},
    ],
)
def test_other_events_are_not_suggested(dunia: World, other: dict[str, Any]) -> None:
    file(dunia, **other)
    assert found(dunia, file(dunia, TEKS, 54)) == []


def test_short_distance_and_like_words_across_a_border(dunia: World) -> None:
    north = dunia.posko["31.73.08.1001"].wilayah
    first = file(dunia, MIRIP, who="operator.kembangan", wilayah=north, lintang=-6.19, bujur=106.74)
    laporan = file(dunia, TEKS, lintang=-6.1905, bujur=106.7402)
    [(nomor, reason)] = found(dunia, laporan, "operator.kembangan")
    assert nomor == first.nomor and "jarak 60 m" in reason and "isi mirip" in reason


def test_likeliest_first_and_three_are_enough(dunia: World) -> None:
    for n in range(4):
        file(dunia, MIRIP, minutes=60 * n + 21)
    best = file(dunia, TEKS, 54, minutes=20)
    shown = found(dunia, file(dunia, TEKS, 54))
    assert len(shown) == 3 and shown[0][0] == best.nomor and "isi sama" in shown[0][1]


def test_hidden_and_closed_reports_are_not_suggested(dunia: World) -> None:
    first, laporan = file(dunia, TEKS, 54), file(dunia, TEKS, 54)
    assert found(dunia, laporan, "operator.jaktim") == []
    first.decline(by=dunia.aktor(KETUA), versi=first.versi, alasan="tidak_benar", teks="Keliru.")
    assert found(dunia, laporan) == []


def test_page_offers_merging_to_p_alone(dunia: World, masuk: Masuk) -> None:
    first, laporan = file(dunia, MIRIP, 54), file(dunia, TEKS, 54)
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Mungkin laporan yang sama" in page and "TPS 054 sama" in page
    link = f"/laporan/{laporan.nomor}/gabung/?utama={first.nomor}"
    assert link in page and masuk(KETUA).get(link).status_code == 200
    for who in (PELAPOR, "operator.jakbar", "polres.jakbar", "admin"):
        assert (
            "Mungkin laporan yang sama" not in masuk(who).get(f"/laporan/{laporan.nomor}/").content.decode()
        ), who


def test_one_query_whatever_the_number(dunia: World) -> None:
    laporan = Laporan.objects.for_detail().get(pk=file(dunia, TEKS, 54).pk)
    aktor = dunia.aktor(KETUA)
    for _ in range(2):
        file(dunia, MIRIP, 54)
        with CaptureQueriesContext(connection) as seen:
            [str(one.laporan.tempat) for one in likely_same(laporan, aktor)]
        assert len(seen) == 1
