"""The history of a post's roster: who, when, what before and after; paged by place; only that post's."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from piket.models import Kebutuhan, Penugasan, Piket
from piket.riwayat import Tanda, read_history
from posko.models import Posko
from tests.cast import World
from tests.piket.test_jadwal import Masuk, post
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member


def address(posko: Posko) -> str:
    return reverse("jadwal:history", args=[posko.pk])


def sentences(posko: Posko) -> list[str]:
    return [p.kalimat for k in read_history(posko).kelompok for p in k.perubahan]


def test_every_change_is_told_with_before_and_after(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift = make_shift(posko, day=dt.date(2027, 2, 1))
    evening = make_shift(posko, 16, 22, dt.date(2027, 2, 1), nama="Sore")
    own = member(dunia)
    post(client, posko, "butuh", piket=shift.pk, kursi=own.kursi_id, jumlah=2)
    post(client, posko, "butuh", piket=shift.pk, kursi=own.kursi_id, jumlah=1)
    post(client, posko, "tambah", piket=shift.pk, anggota=own.pk)
    duty = Penugasan.objects.get()
    post(client, posko, "koordinator", penugasan=duty.pk)
    post(client, posko, "kunci", penugasan=duty.pk)
    post(client, posko, "buka", penugasan=duty.pk)
    post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk)
    post(client, posko, "hapus", penugasan=duty.pk)
    post(client, posko, "hapus_giliran", piket=shift.pk)
    assert not Piket.objects.filter(pk=shift.pk).exists()
    told = read_history(posko).kelompok
    assert {k.oleh for k in told} == {"Admin Jakarta Barat", "Sistem"}  # the shifts were made by no request
    page = client.get(address(posko)).content.decode()
    pagi, sore = "Piket 08.00–16.00, Senin, 1 Februari 2027", "Sore 16.00–22.00, Senin, 1 Februari 2027"
    for words in (
        f"{own.pengguna} di {pagi}: ditempatkan",
        f"{own.pengguna} di {sore}: diubah",
        f"Giliran: <del>{pagi}</del> → <ins>{sore}</ins>",
        "Koordinator: <del>tidak</del> → <ins>ya</ins>",
        "Terkunci: <del>tidak</del> → <ins>ya</ins>",
        "Jumlah: <del>2</del> → <ins>1</ins>",
        f"{own.pengguna} di {sore}: dikeluarkan",
        f"{pagi}: giliran dihapus",
        "Admin Jakarta Barat",
    ):
        assert words in page, words


def test_another_posts_history_is_not_told(dunia: World) -> None:
    for kode, username in ((JAKBAR, "operator.jakbar"), (JAKTIM, "operator.jaktim")):
        shift = make_shift(dunia.posko[kode])
        own = member(dunia, username)
        Kebutuhan.objects.create(piket=shift, kursi=own.kursi)
        Penugasan.objects.create(piket=shift, anggota=own)
    for kode, words in ((JAKBAR, "Operator Jakarta Barat"), (JAKTIM, "Operator Jakarta Timur")):
        told = sentences(dunia.posko[kode])
        assert len(told) == 3 and sum(words in s for s in told) == 1


def walk(client: Client, posko: Posko) -> list[str]:
    """All sentences, page after page."""
    found, query = [], ""
    for _ in range(20):
        text = client.get(address(posko) + query).content.decode()
        found += re.findall(r"<li>([^<]*: [a-z ]+)</li>", text)
        link = re.search(r'href="(\?sesudah=[^"]+)" rel="next"', text)
        if link is None:
            return found
        query = link[1]
    raise AssertionError("halaman tidak berakhir")


def test_pages_go_on_where_the_one_before_ended(dunia: World, masuk: Masuk) -> None:
    """Many changes of one moment (the test's transaction): none is lost or told twice."""
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    first = posko.local_time().date() + dt.timedelta(days=1)
    for n in range(45):
        shift = make_shift(posko, day=first + dt.timedelta(days=n), nama=f"Giliran{n}")
        Kebutuhan.objects.create(piket=shift, kursi=member(dunia).kursi)
        Penugasan.objects.create(piket=shift, anggota=member(dunia))
    found = walk(client, posko)
    assert len(found) == len(set(found)) == 135


def test_queries_do_not_grow(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    first = posko.local_time().date() + dt.timedelta(days=1)
    counts = []
    for n in (1, 40):
        for m in range(n):
            shift = make_shift(posko, n // 4, 23, day=first + dt.timedelta(days=60 * (n > 1) + m))
            Kebutuhan.objects.create(piket=shift, kursi=member(dunia).kursi)
            Penugasan.objects.create(piket=shift, anggota=member(dunia))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(posko)).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 14  # a kind that a full page has nothing of is not looked into


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("admin.jakbar", "31.73", 200),
        ("admin.jakbar", "31", 403),
        ("admin.jakbar", "31.75", 404),
        ("operator.jakbar", "31.73", 302),
    ],
)
def test_who_may_read_it(dunia: World, masuk: Masuk, username: str, kode: str, status: int) -> None:
    client = masuk(username)
    assert client.get(address(dunia.posko[kode])).status_code == status
    if status == 200:
        assert client.post(address(dunia.posko[kode])).status_code == 405
        assert "Belum ada perubahan" in client.get(address(dunia.posko[kode])).content.decode()


@pytest.mark.parametrize("text", ["x", "1-9-1", "99999999999999999-0-1", "-1-0-1", "1-0", "1-2-999999999"])
def test_odd_places_show_a_page(dunia: World, masuk: Masuk, text: str) -> None:
    answer = masuk("admin.jakbar").get(address(dunia.posko[JAKBAR]), {"sesudah": text})
    assert answer.status_code == 200


def test_a_place_is_read_back_as_written() -> None:
    place = Tanda(dt.datetime(2027, 2, 14, 1, 2, 3, 456789, tzinfo=dt.UTC), 1, 42)
    assert Tanda.parse(str(place)) == place
