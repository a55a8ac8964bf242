"""The receipt: the page to screenshot, for who filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from posko.templatetags.posko import waktu
from tests.cast import World

SignIn = Callable[[str], Client]
LAPOR = "lapor.kembangan-selatan"


def page(client: Client, nomor: str) -> str:
    answer = client.get(f"/laporan/{nomor}/tanda-terima/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_receipt_says_number_time_who_and_until_when(masuk: SignIn, dunia: World) -> None:
    posko = dunia.posko["31.73.08.1006"]
    posko.hotline = "021-5555112"
    posko.save()
    laporan = dunia.file(bahaya=True)
    shown = page(masuk(LAPOR), laporan.nomor)
    for words in (
        laporan.nomor,
        waktu(laporan.waktu_lapor),
        "Posko Kelurahan Kembangan Selatan",
        "tel:021-5555112",
    ):
        assert words in shown
    assert waktu(laporan.batas_tanggap) in shown and "112</a>" in shown
    assert f'href="/laporan/{laporan.nomor}/"' in shown and "Buat laporan lagi" in shown
    assert f'data-nomor="{laporan.nomor}" data-status="baru"' in shown


def test_violation_is_no_formal_report(masuk: SignIn, dunia: World) -> None:
    words = "Ini bukan laporan resmi ke Bawaslu; paling lambat 7 hari sejak diketahui."
    client = masuk(LAPOR)
    assert words in page(client, dunia.file(kategori="apk").nomor)
    assert words not in page(client, dunia.file().nomor)


def test_kegiatan_has_no_deadline(masuk: SignIn, dunia: World) -> None:
    shown = page(masuk(LAPOR), dunia.file(kategori="rapat").nomor)
    assert "Kegiatan tercatat" in shown and "paling lambat" not in shown


@pytest.mark.parametrize(
    "username", ["ketua.kembangan-selatan", "operator.jaktim", "admin", "piket.kembangan-selatan"]
)
def test_receipt_is_for_who_filed(masuk: SignIn, dunia: World, username: str) -> None:
    nomor = dunia.file().nomor
    assert masuk(username).get(f"/laporan/{nomor}/tanda-terima/").status_code == 404
    assert masuk(LAPOR).get("/laporan/G0000-000000-0001/tanda-terima/").status_code == 404


def test_receipt_takes_at_most_5_queries(masuk: SignIn, dunia: World) -> None:
    client, nomor = masuk(LAPOR), dunia.file().nomor
    with CaptureQueriesContext(connection) as queries:
        page(client, nomor)
    assert len(queries) <= 5


def test_outside_hours_the_receipt_names_the_post_that_is_open(masuk: SignIn, dunia: World) -> None:
    own = dunia.posko["31.73.08.1006"]
    local = timezone.localtime(timezone.now(), own.zona)
    own.jam_buka = (local + dt.timedelta(hours=2)).time()
    own.jam_tutup = (local + dt.timedelta(hours=3)).time()
    own.save()
    client = masuk(LAPOR)
    urgent = page(client, dunia.file(kategori="listrik").nomor)
    assert (
        "diterima Posko Kecamatan Kembangan, posko terdekat yang sedang buka" in urgent
        and "112</a>" in urgent
    )
    # What can wait stays with the own post, whose clock starts when it opens.
    calm = page(client, dunia.file(kategori="data_pemilih").nomor)
    assert "posko terdekat" not in calm and "112</a>" not in calm
