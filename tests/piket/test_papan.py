"""The boards: who is on duty now or at a moment, the wall screen, and shifts with nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from piket.models import Kebutuhan, Penugasan, Piket, shift_range
from piket.papan import agencies, board, wall
from posko.models import Anggota, Posko
from tests.cast import World

pytestmark = pytest.mark.django_db
TODAY, SCREEN, EMPTY = "/piket/hari-ini/", "/layar/piket/", "/piket/kosong/"
JAKBAR = "31.73"
HOUR = dt.timedelta(hours=1)
Masuk = Callable[[str], Client]


def make_shift(posko: Posko, start: dt.datetime, hours: float = 8, **more: object) -> Piket:
    local = timezone.localtime(start.replace(microsecond=0), posko.zona)
    waktu = shift_range(posko.zona, local.date(), local.time(), (local + dt.timedelta(hours=hours)).time())
    return Piket.objects.create(posko=posko, tanggal=local.date(), waktu=waktu, **more)


def test_numbers_per_tier_and_who_comes_and_goes(dunia: World) -> None:
    now = timezone.now()
    duty = dunia.put_on_duty("piket.kembangan-selatan")
    kelurahan = duty.piket.posko
    Kebutuhan.objects.create(piket=duty.piket, kursi=duty.anggota.kursi, jumlah=2)
    soon = make_shift(kelurahan, now + HOUR / 2, 4, nama="Berikut")
    Penugasan.objects.create(
        piket=soon, anggota=Anggota.objects.get(pengguna=dunia.orang["ketua.kembangan-selatan"])
    )
    Penugasan.objects.filter(pk=duty.pk).update(kehadiran="hadir", datang=now)
    papan = board(dunia.aktor("operator.jakbar"), now)
    tier = next(t for t in papan.tingkat if t.tingkat == 4)
    assert (tier.posko, tier.kosong, tier.kurang, tier.lengkap) == (2, 1, 1, 0)
    assert (tier.bertugas, tier.butuh, tier.hadir, tier.datang, tier.pulang) == (1, 2, 1, 1, 0)
    gone_soon = board(dunia.aktor("operator.jakbar"), duty.piket.waktu.upper - HOUR / 2)
    assert next(t for t in gone_soon.tingkat if t.tingkat == 4).pulang >= 1


def test_agencies_say_what_they_lack(dunia: World) -> None:
    duty = dunia.put_on_duty("polres.jakbar")
    Kebutuhan.objects.create(piket=duty.piket, kursi=duty.anggota.kursi, jumlah=1)
    Kebutuhan.objects.create(piket=duty.piket, kursi=dunia.kursi(JAKBAR, "kpu"), jumlah=2)
    rows = {
        r.nama: (r.butuh, r.bertugas, r.kurang) for r in agencies(dunia.aktor("operator.dki"), timezone.now())
    }
    assert rows == {"KPU": (2, 0, 2), "Polres": (1, 1, 0)}


def test_the_wall_names_nobody_unless_asked_by_who_may(dunia: World, masuk: Masuk) -> None:
    name = dunia.put_on_duty("polres.jakbar").pengguna.nama
    for username in ("operator.dki", "operator.jakbar", "partai.jakbar", "admin"):
        assert name not in masuk(username).get(SCREEN).content.decode()
    assert name in masuk("operator.jakbar").get(f"{SCREEN}?nama=1").content.decode()
    assert name not in masuk("partai.jakbar").get(f"{SCREEN}?nama=1").content.decode()


def test_who_is_on_duty_there_then(dunia: World, masuk: Masuk) -> None:
    posko = dunia.posko[JAKBAR]
    day = posko.local_time().date() + dt.timedelta(days=3)
    shift = make_shift(posko, dt.datetime.combine(day, dt.time(8), posko.zona), nama="Pagi")
    duty = Penugasan.objects.create(
        piket=shift, anggota=Anggota.objects.get(pengguna=dunia.orang["polres.jakbar"])
    )
    asked = {"posko": "Jakarta Barat", "tanggal": day.isoformat(), "jam": "09:30"}
    page = masuk("operator.jakbar").get(TODAY, asked)
    assert page.status_code == 200 and duty.pengguna.nama in page.content.decode()
    outside = masuk("operator.jakbar").get(TODAY, asked | {"jam": "19:30"}).content.decode()
    assert duty.pengguna.nama not in outside and "Tidak ada yang bertugas" in outside
    Piket.objects.filter(pk=shift.pk).update(terbit_pada=None)
    assert duty.pengguna.nama not in masuk("operator.jakbar").get(TODAY, asked).content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"posko": "Tidak Ada", "tanggal": "2026-01-01", "jam": "08:00"}, "Tidak ada posko dengan nama"),
        ({"posko": "Kembangan U", "tanggal": "kemarin", "jam": "08:00"}, "tanggal"),
        ({"posko": "Kembangan", "tanggal": "2026-01-01", "jam": "99:99"}, "Kembangan"),
        ({"posko": "kelurahan\x00", "tanggal": "2026-01-01", "jam": "08:00"}, "Posko"),
    ],
)
def test_bad_questions_are_answered_at_the_field(
    dunia: World, masuk: Masuk, asked: dict[str, str], words: str
) -> None:
    page = masuk("operator.jakbar").get(TODAY, asked)
    assert page.status_code in (400, 422) and words in page.content.decode()


def test_a_name_that_fits_several_posts_offers_them(dunia: World, masuk: Masuk) -> None:
    page = masuk("operator.jakbar").get(
        TODAY, {"posko": "kembangan ", "tanggal": "2026-01-01", "jam": "08:00"}
    )
    assert page.status_code == 200  # the whole name of the kecamatan
    page = masuk("operator.jakbar").get(TODAY, {"posko": "mbangan", "tanggal": "2026-01-01", "jam": "08:00"})
    assert page.status_code == 422 and page.content.decode().count("31.73.08") >= 3


def test_another_citys_post_is_not_there(dunia: World, masuk: Masuk) -> None:
    asked = {"posko": "31.73", "tanggal": "2026-01-01", "jam": "08:00"}
    assert masuk("operator.jaktim").get(TODAY, asked).status_code == 422


def test_empty_shifts_of_the_next_days_are_counted_and_listed(dunia: World, masuk: Masuk) -> None:
    posko, now = dunia.posko["31.73.08.1006"], timezone.now()
    make_shift(posko, now + 5 * HOUR, 2, nama="G-satu")
    make_shift(posko, now + 30 * HOUR, 2, nama="G-dua", terbit_pada=None)
    make_shift(posko, now + 100 * HOUR, 2, nama="G-tiga")
    filled = make_shift(posko, now + 12 * HOUR, 2, nama="G-empat")
    duty = Penugasan.objects.create(
        piket=filled, anggota=Anggota.objects.get(pengguna=dunia.orang["piket.kembangan-selatan"])
    )
    Kebutuhan.objects.create(piket=filled, kursi=duty.anggota.kursi, jumlah=3)
    text = masuk("operator.jakbar").get("/").content.decode()
    assert 'data-angka="giliran_kosong">2<' in text
    listed = masuk("operator.jakbar").get(EMPTY).content.decode()
    assert [word in listed for word in ("G-satu", "G-dua", "G-tiga", "G-empat")] == [True, True, False, False]
    few = masuk("operator.jakbar").get(f"{EMPTY}?kurang=1").content.decode()
    assert "1 dari 3" in few
    assert "G-satu" not in masuk("operator.jaktim").get(EMPTY).content.decode()


def test_empty_shifts_are_paged_by_where_they_stand(dunia: World, masuk: Masuk) -> None:
    posko, now = dunia.posko[JAKBAR], timezone.now()
    for n in range(60):
        make_shift(posko, now + HOUR + dt.timedelta(minutes=n), 1, nama=f"G{n:02d}")
    client = masuk("operator.jakbar")
    first = client.get(EMPTY)
    second = client.get(EMPTY + first.context["lama"])
    seen = [b.piket.nama for page in (first, second) for b in page.context["baris"]]
    assert sorted(seen) == [f"G{n:02d}" for n in range(60)] and not second.context["lama"]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (TODAY, 12),
        (SCREEN, 10),
        (f"{SCREEN}?nama=1", 15),
        (EMPTY, 6),
        (f"{TODAY}?posko=31.73&tanggal=2026-01-01&jam=08:00", 8),
    ],
)
def test_queries_do_not_grow(
    dunia: World, masuk: Masuk, django_assert_max_num_queries: Callable[..., object], path: str, most: int
) -> None:
    now = timezone.now()
    client = masuk("operator.jakbar")

    def count() -> int:
        with django_assert_max_num_queries(most) as seen:  # type: ignore[attr-defined]
            assert client.get(path).status_code == 200
        return len(seen)

    before = count()
    for posko in dunia.posko.values():
        for n in range(4):
            make_shift(posko, now - HOUR + n * 3 * HOUR, 2, nama=f"Giliran {n}")
    dunia.put_on_duty("polres.jakbar")
    assert count() <= before + 4  # people, needs and handovers are only asked for where there are shifts


def test_open_boards_stay_current(dunia: World, masuk: Masuk) -> None:
    client = masuk("operator.jakbar")
    for path in (TODAY, SCREEN):
        tag = client.get(path).context["hidup"]
        asks = {"HTTP_HX_REQUEST": "true", "HTTP_X_HIDUP": "1", "HTTP_IF_NONE_MATCH": f'"{tag}"'}
        same = client.get(path, **asks)
        assert same.status_code == 304 and "X-Menunggu" in same.headers
        duty = dunia.put_on_duty("polres.jakbar")
        fresh = client.get(path, **asks)
        assert fresh.status_code == 200 and "<html" not in fresh.content.decode()
        duty.delete()


def test_the_wall_counts_every_post_of_the_area(dunia: World) -> None:
    tiers, posts = wall(dunia.aktor("operator.dki"), timezone.now())
    assert [t.posko for t in tiers] == [1, 2, 1, 2] and len(posts) == 6
    assert {b.posko.wilayah_id for b in wall(dunia.aktor("partai.jakbar"), timezone.now())[1]} == {JAKBAR}
