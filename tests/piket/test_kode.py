"""The code at the post: whose it is, how long it is good, that it works once, that guessing is limited."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from piket import hadir, kode
from piket.models import KodeTerpakai, Penugasan, Piket
from piket.penugasan import Ditolak
from posko.models import Anggota, Kursi, Pengguna
from tests.cast import World, build_world
from tests.piket.test_halaman import Masuk

PAGE = "/piket/hadir/"
SECOND = dt.timedelta(seconds=1)


def start_of_tick() -> dt.datetime:
    """The moment the newest code appeared."""
    return dt.datetime.fromtimestamp(kode.tick(timezone.now()) * kode.DETAK, dt.UTC)


def test_code_is_of_one_shift_and_one_moment() -> None:
    at = start_of_tick()
    shown = kode.shown(7, at)
    assert len(shown.angka) == kode.ANGKA and shown.angka.isdigit() and shown.sisa == kode.DETAK * 1000
    assert kode.shown(7, at + 4.9 * SECOND).angka == shown.angka
    codes = {kode.digits(shift, tick) for shift in range(30) for tick in range(30)}
    assert len(codes) > 890  # of 900: hardly two alike, so neither another shift nor another moment will do
    assert kode.shown(7, at + 5 * SECOND).angka != shown.angka


@pytest.mark.parametrize(
    ("later", "good"), [(0, True), (5, True), (29.9, True), (30, False), (300, False), (-5, False)]
)
def test_good_for_thirty_seconds_from_when_it_was_shown(later: float, good: bool) -> None:
    at = start_of_tick()
    text = kode.shown(7, at).angka
    assert bool(kode.match(7, text, at + later * SECOND)) is good
    assert kode.is_stale(7, text, at + later * SECOND) is (later >= 30)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("123.456", "123456"), ("12345", ""), ("1234567", ""),
     ("١٢٣٤٥٦", ""), ("abcdef", ""), ("", "")],
)  # fmt: skip
def test_what_people_type(typed: str, digits: str) -> None:
    assert kode.clean(typed) == digits


def post(client: Client, text: str, aksi: str = "datang") -> object:
    return client.post(PAGE, {"kode": text, "aksi": aksi})


def test_check_in_and_out(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar", timezone.now() + dt.timedelta(hours=1, minutes=55))
    client = masuk("piket.jakbar")
    answer = post(client, kode.shown(duty.piket_id, timezone.now()).angka)
    assert answer.status_code == 302 and answer["Location"] == f"/piket/hadir/{duty.pk}/"
    duty.refresh_from_db()
    assert (duty.kehadiran, duty.cara, duty.ditandai_oleh) == ("hadir", "kode", dunia.orang["piket.jakbar"])
    assert abs(duty.datang - timezone.now()) < dt.timedelta(seconds=5) and duty.ditandai_pada == duty.datang
    page = client.get(answer["Location"]).content.decode()
    assert (
        "Hadir" in page
        and f"{duty.datang.astimezone(duty.piket.zona):%H.%M}" in page
        and "Kode di posko" in page
    )
    # The same code again is used, also by oneself; the next one lets go.
    assert (
        post(client, kode.digits(duty.piket_id, KodeTerpakai.objects.get().detak), "pulang").status_code
        == 422
    )
    fresh = next(
        kode.digits(duty.piket_id, kode.tick(timezone.now()) - n)
        for n in range(5)
        if not KodeTerpakai.objects.filter(detak=kode.tick(timezone.now()) - n).exists()
    )
    assert post(client, fresh, "pulang").status_code == 302
    duty.refresh_from_db()
    assert duty.pulang and duty.kehadiran == "hadir"
    assert KodeTerpakai.objects.count() == 2


def test_late_after_the_grace(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    assert post(masuk("piket.jakbar"), kode.shown(duty.piket_id, timezone.now()).angka).status_code == 302
    duty.refresh_from_db()
    assert duty.kehadiran == "terlambat"


def test_double_tap_is_one_arrival(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    text = kode.shown(duty.piket_id, timezone.now()).angka
    client = masuk("piket.jakbar")
    first, second = post(client, text), post(client, text)
    assert first["Location"] == second["Location"]
    assert KodeTerpakai.objects.count() == 1
    events = Penugasan._meta.get_field("events").related_model
    assert events.objects.filter(pgh_obj_id=duty.pk, kehadiran="terlambat").count() == 1


def test_get_never_checks_in(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    text = kode.shown(duty.piket_id, timezone.now()).angka
    page = masuk("piket.jakbar").get(PAGE, {"kode": text, "aksi": "datang"})
    assert page.status_code == 200 and f'value="{text}"' in page.content.decode()
    duty.refresh_from_db()
    assert duty.kehadiran == "" and not KodeTerpakai.objects.exists()


def test_reused_by_somebody_else(dunia: World, masuk: Masuk) -> None:
    first, second = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("polres.jakbar")
    assert first.piket_id == second.piket_id
    text = kode.shown(first.piket_id, timezone.now()).angka
    assert post(masuk("piket.jakbar"), text).status_code == 302
    answer = post(masuk("polres.jakbar"), text)
    assert answer.status_code == 422 and "Kode sudah dipakai" in answer.content.decode()
    second.refresh_from_db()
    assert second.kehadiran == "" and second.datang is None


def test_stale_wrong_and_others_codes(dunia: World, masuk: Masuk) -> None:
    duty, other = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("operator.jaktim")
    now = timezone.now()
    later = Piket.objects.create(
        posko=duty.piket.posko, tanggal=duty.piket.tanggal, nama="Lain",
        waktu=(duty.waktu.lower, duty.waktu.upper + dt.timedelta(minutes=30)),
    )  # fmt: skip
    client = masuk("piket.jakbar")
    cases = {
        kode.digits(duty.piket_id, kode.tick(now) - 20): "sudah lewat 30 detik",
        kode.shown(other.piket_id, now).angka: "milik giliran lain",
        kode.shown(later.pk, now).angka: "milik giliran lain",
        "12345": "Ketik enam angka",
        "": "Ketik enam angka",
    }
    for text, words in cases.items():
        answer = post(client, text)
        assert answer.status_code == 422 and words in answer.content.decode(), text
    duty.refresh_from_db()
    assert duty.kehadiran == "" and not KodeTerpakai.objects.exists()


def test_who_is_not_on_the_shift(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    answer = post(masuk("polres.jakbar"), kode.shown(duty.piket_id, timezone.now()).angka)
    assert answer.status_code == 422 and "Anda tidak bertugas sekarang" in answer.content.decode()
    assert masuk("piket.jakbar").post(PAGE, {"kode": "123456"}).status_code == 422
    assert Client().post(PAGE, {"kode": "123456", "aksi": "datang"}).status_code == 403


@pytest.mark.parametrize(
    ("starts_in", "said"),
    [
        (61, "kehadiran dibuka"),
        (59, ""),
        (-8 * 60 + 5, ""),
        (-8 * 60 - 5, "sudah selesai"),
        (-13 * 60, "tidak bertugas"),
    ],
)
def test_only_within_the_hours(dunia: World, masuk: Masuk, starts_in: int, said: str) -> None:
    now = timezone.now()
    duty = dunia.put_on_duty("piket.jakbar", now + dt.timedelta(minutes=starts_in, hours=2))
    answer = post(masuk("piket.jakbar"), kode.shown(duty.piket_id, now).angka)
    duty.refresh_from_db()
    if said:
        assert answer.status_code == 422 and said in answer.content.decode() and not duty.kehadiran
    else:
        assert answer.status_code == 302 and duty.kehadiran


def test_two_shifts_that_touch_are_told_apart_by_their_codes(dunia: World) -> None:
    now = timezone.now()
    ending = dunia.put_on_duty("piket.jakbar", now - dt.timedelta(hours=5, minutes=58))
    coming = dunia.put_on_duty("piket.jakbar", now + dt.timedelta(hours=2, minutes=3))
    by = dunia.aktor("piket.jakbar")
    assert list(hadir.own_duties(by, now)) == [ending, coming]
    assert hadir.check(by, kode.shown(coming.piket_id, now).angka, "datang", now) == coming
    assert hadir.check(by, kode.shown(ending.piket_id, now).angka, "datang", now).kehadiran == "terlambat"


def test_draft_is_no_duty_until_it_begins(dunia: World) -> None:
    now = timezone.now()
    duty = dunia.put_on_duty("piket.jakbar", now + dt.timedelta(hours=2, minutes=30))
    Piket.objects.filter(pk=duty.piket_id).update(terbit_pada=None)
    with pytest.raises(Ditolak, match="tidak bertugas"):
        hadir.check(dunia.aktor("piket.jakbar"), kode.shown(duty.piket_id, now).angka, "datang", now)


def test_guessing_is_limited_per_person(dunia: World, masuk: Masuk) -> None:
    cache.clear()
    duty = dunia.put_on_duty("piket.jakbar")
    dunia.put_on_duty("polres.jakbar")
    good = {kode.digits(duty.piket_id, kode.tick(timezone.now()) + n) for n in range(-6, 20)}
    wrong = [text for text in (f"{n:06d}" for n in range(40)) if text not in good]
    client = masuk("piket.jakbar")
    assert [post(client, text).status_code for text in wrong[:11]] == [422] * 10 + [429]
    answer = post(client, kode.shown(duty.piket_id, timezone.now()).angka)
    assert answer.status_code == 429 and "5 menit" in answer.content.decode()
    assert post(masuk("polres.jakbar"), kode.shown(duty.piket_id, timezone.now()).angka).status_code == 302


def test_screen_of_the_post(dunia: World, masuk: Masuk, django_assert_num_queries: object) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    url = f"/piket/{duty.piket_id}/kode/"
    client = masuk("operator.jakbar")
    text = client.get(url).content.decode()
    shown = {kode.digits(duty.piket_id, kode.tick(timezone.now()) - n) for n in (0, 1)}
    assert any(f'data-kode="{angka}"' in text for angka in shown)
    assert "<svg" in text and 'http-equiv="refresh" content="5"' in text
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<div") and "hx-get" in part and "<html" not in part
    assert client.get(url)["Cache-Control"].startswith("max-age=0")
    with django_assert_num_queries(4):  # session, person, who is asking, the shift
        client.get(url, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("username", "status"),
    [("operator.jakbar", 200), ("ketua.jakbar", 200), ("piket.jakbar", 403), ("partai.jakbar", 403),
     ("operator.dki", 403), ("admin.jakbar", 403), ("operator.jaktim", 404)],
)  # fmt: skip
def test_who_shows_the_code(dunia: World, masuk: Masuk, username: str, status: int) -> None:
    duty = dunia.put_on_duty("kpu.jakbar")
    assert masuk(username).get(f"/piket/{duty.piket_id}/kode/").status_code == status


def test_koordinator_shows_the_code_of_the_own_shift_only(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    Penugasan.objects.filter(pk=duty.pk).update(koordinator=True)
    other = Piket.objects.create(
        posko=duty.piket.posko, tanggal=duty.piket.tanggal, nama="Lain",
        waktu=(duty.waktu.lower, duty.waktu.upper + dt.timedelta(minutes=30)),
    )  # fmt: skip
    client = masuk("piket.jakbar")
    assert client.get(f"/piket/{duty.piket_id}/kode/").status_code == 200
    assert client.get(f"/piket/{other.pk}/kode/").status_code == 403


def test_no_code_outside_the_hours(dunia: World, masuk: Masuk) -> None:
    early = dunia.put_on_duty("piket.jakbar", timezone.now() + dt.timedelta(hours=4))
    over = dunia.put_on_duty("polres.jakbar", timezone.now() - dt.timedelta(hours=11))
    client = masuk("operator.jakbar")
    for duty, words in ((early, "Belum waktunya"), (over, "sudah selesai")):
        text = client.get(f"/piket/{duty.piket_id}/kode/").content.decode()
        assert words in text and "data-kode" not in text


@pytest.mark.django_db(transaction=True)
def test_twenty_with_one_code_one_wins() -> None:
    """Twenty people type the same digits at once: one is checked in, nineteen are told to wait for the next code."""
    dunia = build_world()
    first = dunia.put_on_duty("piket.jakbar")
    kursi = Kursi.objects.get(pk=first.anggota.kursi_id)
    people = []
    for n in range(20):
        orang = Pengguna.objects.create(username=f"orang{n}", nama=f"Orang {n}")
        anggota = Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
        Penugasan.objects.create(piket=first.piket, anggota=anggota)
        dunia.orang[orang.username] = orang
        people.append(dunia.aktor(orang.username))
    now = timezone.now()
    text = kode.shown(first.piket_id, now).angka
    said: list[str] = []
    gate = threading.Barrier(20)

    def attempt(by: object) -> None:
        try:
            gate.wait()
            hadir.check(by, text, "datang", now)
            said.append("menang")
        except kode.KodeDipakai as taken:
            said.append(str(taken))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 20 and said.count("menang") == 1
    assert all("Kode sudah dipakai" in words for words in said if words != "menang")
    assert Penugasan.objects.exclude(kehadiran="").count() == KodeTerpakai.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_of_one_person_are_one_arrival() -> None:
    dunia = build_world()
    duty = dunia.put_on_duty("piket.jakbar")
    now, by = timezone.now(), dunia.aktor("piket.jakbar")
    text = kode.shown(duty.piket_id, now).angka
    done: list[int] = []
    gate = threading.Barrier(20)

    def tap() -> None:
        try:
            gate.wait()
            done.append(hadir.check(by, text, "datang", now).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [duty.pk] * 20
    assert KodeTerpakai.objects.count() == 1
