"""Piket saya and the calendar: one's own announced duties, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from piket import kalender
from piket.models import LanggananKalender, Penugasan, Piket
from posko.models import Anggota
from tests.cast import World
from tests.piket.test_tukar import colleague, duty, offered

pytestmark = pytest.mark.django_db
MINE = "/piket/saya/"
Masuk = Callable[[str], Client]


def test_next_duties_first_and_only_mine(dunia: World, masuk: Masuk) -> None:
    mine = duty(dunia, days=2)
    duty(dunia, days=3, who="kpu.jakbar")
    page = masuk("polres.jakbar").get(MINE)
    assert [d.pk for d in page.context["s"].berikut] == [mine.pk]
    assert "08.00–16.00 WIB" in page.content.decode()


def test_drafts_are_not_mine_yet(dunia: World, masuk: Masuk) -> None:
    made = duty(dunia)
    Piket.objects.filter(pk=made.piket_id).update(terbit_pada=None)
    assert masuk("polres.jakbar").get(MINE).context["s"].berikut == []
    token = kalender.subscribe(dunia.orang["polres.jakbar"])
    assert b"VEVENT" not in Client().get(f"/piket/ics/{token}.ics").content
    Piket.objects.filter(pk=made.piket_id).update(terbit_pada=timezone.now())
    assert b"VEVENT" in Client().get(f"/piket/ics/{token}.ics").content


def test_what_runs_now_and_what_is_behind(dunia: World, masuk: Masuk) -> None:
    now = dunia.put_on_duty("polres.jakbar")
    old = dunia.put_on_duty("polres.jakbar", timezone.now() - dt.timedelta(days=3))
    Penugasan.objects.filter(pk=old.pk).update(kehadiran="terlambat", datang=old.waktu.lower)
    assert [d.pk for d in masuk("polres.jakbar").get(MINE).context["s"].kini] == [now.pk]
    past = masuk("polres.jakbar").get(f"{MINE}?lama=1")
    assert [d.pk for d in past.context["baris"]] == [old.pk] and "Terlambat" in past.content.decode()


def test_offers_of_colleagues_are_mine_to_take(dunia: World, masuk: Masuk) -> None:
    colleague(dunia)
    made = offered(dunia)
    assert [t.pk for t in masuk("rekan").get(MINE).context["s"].terbuka] == [made.pk]
    assert masuk("kpu.jakbar").get(MINE).context["s"].terbuka == []
    assert [t.pk for t in masuk("polres.jakbar").get(MINE).context["s"].tawaran] == [made.pk]


def test_queries_do_not_grow(
    dunia: World, masuk: Masuk, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = masuk("polres.jakbar")
    for days in range(2, 8):
        duty(dunia, days=days)
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        client.get(MINE)
    for days in range(8, 30):
        duty(dunia, days=days)
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        page = client.get(MINE)
    assert len(page.context["s"].berikut) == 20 and page.context["s"].lebih


# --- calendar -----------------------------------------------------------------------------------------


def events(client: Client, token: str) -> list[dict[str, object]]:
    return [dict(e) for e in Calendar.from_ical(client.get(f"/piket/ics/{token}.ics").content).walk("VEVENT")]


def test_the_feed_holds_own_duties_in_utc(dunia: World) -> None:
    mine = duty(dunia, koordinator=True)
    duty(dunia, days=3, who="kpu.jakbar")
    token = kalender.subscribe(dunia.orang["polres.jakbar"])
    (event,) = Calendar.from_ical(Client().get(f"/piket/ics/{token}.ics").content).walk("VEVENT")
    assert event["uid"] == f"penugasan-{mine.pk}@posko"
    assert event["dtstart"].dt == mine.waktu.lower and event["dtend"].dt == mine.waktu.upper
    assert "koordinator" in event["description"] and "WIB" in event["description"]


def test_only_the_hash_is_kept_and_a_new_address_ends_the_old(dunia: World) -> None:
    person = dunia.orang["polres.jakbar"]
    first = kalender.subscribe(person)
    assert not LanggananKalender.objects.filter(sidik__contains=first[:10]).exists()
    second = kalender.subscribe(person)
    anybody = Client()
    assert anybody.get(f"/piket/ics/{first}.ics").status_code == 404
    assert anybody.get(f"/piket/ics/{second}.ics").status_code == 200
    kalender.revoke(person)
    assert anybody.get(f"/piket/ics/{second}.ics").status_code == 404
    assert anybody.get("/piket/ics/x.ics").status_code == 404


def test_no_feed_for_who_no_longer_serves(dunia: World) -> None:
    person = dunia.orang["polres.jakbar"]
    token = kalender.subscribe(person)
    Anggota.objects.filter(pengguna=person).update(selesai=timezone.localdate() - dt.timedelta(days=1))
    assert Client().get(f"/piket/ics/{token}.ics").status_code == 404


def test_the_address_is_shown_once(dunia: World, masuk: Masuk) -> None:
    client = masuk("polres.jakbar")
    assert client.post("/piket/kalender/").status_code == 302
    assert ".ics" in client.get(MINE).content.decode()
    assert ".ics" not in client.get(MINE).content.decode()
    assert client.post("/piket/kalender/cabut/").status_code == 302
    assert not LanggananKalender.objects.filter(dicabut_pada=None).exists()


def test_reading_the_feed_writes_at_most_once_an_hour(
    dunia: World, django_assert_num_queries: Callable[..., object]
) -> None:
    token = kalender.subscribe(dunia.orang["polres.jakbar"])
    kalender.find(token)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]
        kalender.find(token)
