"""Pages people read: on duty now, the week, the printed list. Who sees what, and at how many queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from piket.giliran import create_shifts, fill_by_turn
from piket.models import Kebutuhan, Penugasan, Piket, shift_range
from posko.models import Kursi, Posko
from tests.cast import CAST, World
from tests.piket.test_kebenaran import JAKBAR, make_shift, member

Masuk = Callable[[str], Client]
TODAY, WEEK, PRINT = "/piket/hari-ini/", "/piket/", "/piket/cetak/"
SIGNED_IN = [name for name in CAST if name not in ("lama.jakbar", "nonaktif.jakbar")]


@pytest.mark.parametrize("username", SIGNED_IN)
@pytest.mark.parametrize("page", [TODAY, WEEK, PRINT])
def test_everybody_has_the_pages(dunia: World, masuk: Masuk, username: str, page: str) -> None:
    assert masuk(username).get(page).status_code == 200


@pytest.mark.parametrize("page", [TODAY, WEEK, PRINT])
def test_visitors_sign_in_and_nothing_is_posted(dunia: World, masuk: Masuk, page: str) -> None:
    assert Client().get(page).status_code == 302
    assert masuk("operator.jakbar").post(page).status_code == 405


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("operator.jakbar", "31.73.08", 200),
        ("operator.jakbar", "31", 200),
        ("operator.jakbar", "31.75", 404),
        ("operator.jakbar", "31.99", 404),
        ("partai.jakbar", "31.73", 200),
        ("partai.jakbar", "31.73.08", 404),  # a contestant sees only its own post
    ],
)
def test_whose_roster_is_seen(dunia: World, masuk: Masuk, username: str, kode: str, status: int) -> None:
    for page in (WEEK, PRINT):
        assert masuk(username).get(page, {"posko": kode}).status_code == status


def test_on_duty_now_with_phones_for_who_may(dunia: World, masuk: Masuk) -> None:
    orang = dunia.orang["piket.jakbar"]
    orang.telepon = "0812-3456-7890"
    orang.save()
    dunia.put_on_duty("piket.jakbar")
    text = masuk("operator.jakbar").get(TODAY).content.decode()
    assert "Petugas Piket Jakarta Barat" in text and 'href="tel:081234567890"' in text
    party = masuk("partai.jakbar").get(TODAY).content.decode()
    assert "Petugas Piket Jakarta Barat" in party and "tel:" not in party and "3456" not in party
    assert "Petugas Piket Jakarta Barat" not in masuk("operator.jaktim").get(TODAY).content.decode()


def test_missing_agencies_and_lower_posts_with_nobody(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    Kebutuhan.objects.create(piket=duty.piket, kursi=dunia.kursi(JAKBAR, "polres"))
    page = masuk("operator.jakbar").get(TODAY)
    text = page.content.decode()
    assert "Belum terisi di jadwal" in text and "Polres" in text
    papan = page.context["papan"]
    assert [b.posko.wilayah_id for b in papan.bawah] == ["31.73.08", "31.73.08.1001", "31.73.08.1006"]
    assert papan.kosong == 3
    dunia.put_on_duty("operator.kembangan")
    papan = masuk("operator.jakbar").get(TODAY).context["papan"]
    assert papan.bawah[-1].posko.wilayah_id == "31.73.08" and papan.bawah[-1].bertugas == 1
    assert masuk("partai.jakbar").get(TODAY).context["papan"].bawah == []


def test_on_call_when_closed_and_what_comes_next(dunia: World, masuk: Masuk) -> None:
    posko = dunia.posko[JAKBAR]
    Posko.objects.filter(pk=posko.pk).update(status="siap", hotline="021-555")
    closed = masuk("operator.jakbar").get(TODAY).content.decode()
    assert "belum ada petugas siaga" in closed and "021-555" in closed
    duty = dunia.put_on_duty("piket.jakbar")
    Piket.objects.filter(pk=duty.piket_id).update(jenis="siaga")
    soon = posko.local_time() + dt.timedelta(hours=7)
    waktu = shift_range(posko.zona, soon.date(), soon.time(), (soon + dt.timedelta(hours=1)).time())
    Piket.objects.create(posko=posko, nama="Berikutnya", tanggal=soon.date(), waktu=waktu)
    text = masuk("operator.jakbar").get(TODAY).content.decode()
    assert "Petugas siaga" in text and "Giliran berikut" in text and "Berikutnya" in text


def test_shift_past_midnight_is_on_duty_on_both_sides(dunia: World, masuk: Masuk) -> None:
    from piket.papan import board

    posko, day = dunia.posko[JAKBAR], dunia.posko[JAKBAR].local_time().date()
    shift = make_shift(posko, 22, 6, day)
    Penugasan.objects.create(piket=shift, anggota=member(dunia))
    for hour, there in ((21, 0), (22, 1), (29, 1), (30, 0)):
        at = dt.datetime.combine(day, dt.time(0), posko.zona) + dt.timedelta(hours=hour)
        own = next(p for p in board(dunia.aktor("operator.jakbar"), at).milik if p.posko == posko)
        assert len(own.giliran) == there, hour


def test_week_shows_people_and_gaps(dunia: World, masuk: Masuk) -> None:
    posko = dunia.posko[JAKBAR]
    shift = make_shift(posko)
    Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    Kebutuhan.objects.create(piket=shift, kursi=dunia.kursi(JAKBAR, "polres"), jumlah=2)
    page = masuk("kpu.jakbar").get(WEEK, {"hari": shift.tanggal.isoformat()})
    text = page.content.decode()
    assert "Operator Jakarta Barat" in text and "kurang 2" in text
    assert page.context["minggu"].dipilih.tanggal == shift.tanggal
    assert "tempat belum terisi" in text


@pytest.mark.parametrize(
    "query", ["minggu=abc", "hari=2026-13-99", "minggu=9999-12-31", "minggu=0001-01-01", "posko="]
)
def test_odd_addresses_show_the_week(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk("operator.jakbar").get(f"{WEEK}?{query}").status_code == 200


def test_printed_list(dunia: World, masuk: Masuk) -> None:
    shift = make_shift(dunia.posko[JAKBAR], catatan="Apel pagi")
    Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    Penugasan.objects.create(piket=shift, anggota=member(dunia, "polres.jakbar"))
    day = shift.tanggal.isoformat()
    page = masuk("operator.jakbar").get(PRINT, {"dari": day, "sampai": day})
    text = page.content.decode()
    assert "DAFTAR PIKET POSKO BERSAMA GLADI KOTA ADMINISTRASI JAKARTA BARAT" in text
    for words in (
        "Forkopimko",
        "Penyelenggara",
        "Koordinator",
        "Ket.",
        "selaku Ketua Posko",
        "Koordinator Piket",
    ):
        assert words in text
    assert "Ketua Jakarta Barat" in text and "Apel pagi" in text and "tel:" not in text
    version = page.context["daftar"].sidik
    assert version in text
    again = masuk("operator.jakbar").get(PRINT, {"dari": day, "sampai": day}).context["daftar"].sidik
    assert again == version
    Penugasan.objects.filter(koordinator=True).update(keterangan="Membawa kunci")
    changed = masuk("operator.jakbar").get(PRINT, {"dari": day, "sampai": day}).context["daftar"].sidik
    assert changed != version
    long = masuk("operator.jakbar").get(PRINT, {"dari": "2026-01-01", "sampai": "2099-01-01"})
    assert len(long.context["daftar"].baris) == 62 and long.context["daftar"].terpotong


def _counts(client: Client) -> list[int]:
    counts = []
    for page in (TODAY, f"{WEEK}?posko=31.73", f"{PRINT}?posko=31.73"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    return counts


@pytest.mark.parametrize("username", ["operator.jakbar", "pengarah.dki", "admin", "partai.jakbar"])
def test_query_counts_do_not_grow(dunia: World, masuk: Masuk, username: str) -> None:
    client = masuk(username)
    few = _counts(client)
    today = dunia.posko[JAKBAR].local_time().date()
    for posko in dunia.posko.values():
        needs = dict.fromkeys(Kursi.objects.filter(posko=posko), 1)
        hours = [("Pagi", dt.time(0), dt.time(12)), ("Siang", dt.time(12), dt.time(0))]
        days = dt.timedelta(days=8)
        fill_by_turn(create_shifts(posko, today - days, today + days, hours, needs))
    many = _counts(client)
    assert all(n <= most for n, most in zip(many, (11, 10, 10), strict=True)), many
    assert all(n >= m - 2 for n, m in zip(few, many, strict=True))
