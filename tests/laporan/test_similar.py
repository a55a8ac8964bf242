"""Similar open reports before sending: near, recent, of the same kind, and never what the person may not see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.models import Kategori, Laporan
from laporan.pelaporan import file
from laporan.serupa import similar
from posko.models import TPS
from tests.cast import World
from tests.laporan.test_file import LAPOR, URL, filed, typed

SignIn = Callable[[str], Client]


def found(
    dunia: World, username: str = "piket.kembangan-selatan", kategori: str = "banjir", **other: Any
) -> list[str]:
    """Numbers suggested to one of the cast who writes about Kembangan Selatan now."""
    given = {
        "wilayah": dunia.posko["31.73.08.1006"].wilayah, "tps": (), "titik": None, "at": timezone.now()
    } | other  # fmt: skip
    return [one.nomor for one in similar(dunia.aktor(username), dunia.kategori[kategori], **given)]


def test_same_kind_same_kelurahan(dunia: World) -> None:
    flood = dunia.file()
    dunia.file(kategori="listrik")
    dunia.file(kategori="potensi_banjir")
    assert found(dunia) == [flood.nomor]
    assert found(dunia, kategori="data_pemilih") != []  # same group: teknis
    assert found(dunia, wilayah=dunia.posko["31.73.08.1001"].wilayah) == []


def test_within_500_metres_across_a_border(dunia: World) -> None:
    flood = dunia.file("operator.kembangan", lintang=-6.1900, bujur=106.7400)
    elsewhere = dunia.posko["31.73.08.1001"].wilayah
    who = "operator.kembangan"
    assert found(dunia, who, wilayah=elsewhere, titik=(-6.1930, 106.7420)) == [flood.nomor]
    assert found(dunia, who, wilayah=elsewhere, titik=(-6.1960, 106.7400)) == []


def test_same_tps_comes_first_and_five_are_enough(dunia: World) -> None:
    tps = TPS.objects.get(nomor=54)
    first = dunia.file(tps=((tps, {}),))
    others = [dunia.file().nomor for _ in range(6)]
    shown = found(dunia, tps=[tps])
    assert shown == [first.nomor, *reversed(others[2:])]


def test_only_open_ones_of_the_last_12_hours(dunia: World) -> None:
    flood = dunia.file()
    assert found(dunia, at=timezone.now() + dt.timedelta(hours=11, minutes=55)) == [flood.nomor]
    assert found(dunia, at=timezone.now() + dt.timedelta(hours=12, minutes=5)) == []
    flood.decline(
        by=dunia.aktor("ketua.kembangan-selatan"), versi=flood.versi, alasan="tidak_benar", teks="Keliru."
    )
    assert found(dunia) == []


@pytest.mark.parametrize(
    ("username", "sees"),
    [
        ("piket.kembangan-selatan", True), ("operator.jakbar", True), (LAPOR, False), ("partai.jakbar", False),
        ("operator.jaktim", False),
    ],
)  # fmt: skip
def test_hidden_reports_are_not_suggested(dunia: World, username: str, sees: bool) -> None:
    hidden = dunia.file("ketua.kembangan-selatan", kategori="apk")
    assert (hidden.nomor in found(dunia, username, "apk")) is sees


def test_report_about_the_post_is_not_suggested_to_it(dunia: World) -> None:
    file(dunia.aktor(LAPOR), dunia.isian(menyangkut_posko=True))
    assert found(dunia, "ketua.kembangan-selatan") == []
    assert len(found(dunia, "operator.kembangan")) == 1


def test_fragment_shows_them_and_stays_empty_while_little_is_chosen(masuk: SignIn, dunia: World) -> None:
    flood = dunia.file()
    client = masuk(LAPOR)
    query = {"kategori": "banjir", "wilayah": "31.73.08.1006", "tps": "054", "lintang": "", "bujur": ""}
    page = client.get("/laporan/serupa/", query).content.decode()
    assert flood.nomor in page and "<html" not in page
    for less in ({}, {"kategori": "banjir"}, query | {"kategori": "ż"}, query | {"wilayah": "31.75"}):
        answer = client.get("/laporan/serupa/", less)
        assert answer.status_code == 200 and answer.content.strip() == b""
    assert masuk("admin.jakbar").get("/laporan/serupa/", query).status_code == 403
    assert client.post("/laporan/serupa/", query).status_code == 405


def test_without_script_they_are_shown_once_before_sending(masuk: SignIn, dunia: World) -> None:
    client = masuk(LAPOR)
    sent = typed(periksa_serupa="1")
    first = filed(client.post(URL, sent))  # nothing similar: no extra page
    sent = typed(periksa_serupa="1")
    answer = client.post(URL, sent)
    page = answer.content.decode()
    assert answer.status_code == 200 and first.nomor in page and 'name="tetap_kirim"' in page
    assert sent["kunci"] in page and Laporan.objects.count() == 1
    filed(client.post(URL, sent | {"tetap_kirim": "1"}))


def test_one_query_whatever_the_number(dunia: World) -> None:
    aktor = dunia.aktor("operator.jakbar")
    where, tps = dunia.posko["31.73.08.1006"].wilayah, list(TPS.objects.filter(nomor__lt=5))
    flood = Kategori.objects.get(kode="banjir")
    for _ in range(2):
        dunia.file()
        with CaptureQueriesContext(connection) as queries:
            similar(aktor, flood, where, tps, (-6.19, 106.74), timezone.now())
        assert len(queries) == 1
