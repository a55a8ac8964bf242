"""Shared computers: fifteen idle minutes, a warning, nothing left behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD, World


def sign_in(**other: str) -> Client:
    client = Client()
    assert (
        client.post("/akun/login/", {"login": "piket.jakbar", "password": PASSWORD, **other}).status_code
        == 302
    )
    return client


def idle_end(client: Client) -> dt.timedelta:
    return Session.objects.get(pk=client.session.session_key).expire_date - timezone.now()


def move_end(client: Client, **delta: float) -> None:
    Session.objects.filter(pk=client.session.session_key).update(
        expire_date=timezone.now() + dt.timedelta(**delta)
    )


def test_a_shared_session_ends_after_fifteen_idle_minutes(dunia: World) -> None:
    client = sign_in(bersama="on")
    assert dt.timedelta(minutes=14) < idle_end(client) <= dt.timedelta(minutes=15)
    assert int(client.cookies["posko_sesi"]["max-age"]) == 900
    move_end(client, seconds=-1)
    assert client.get("/akun/")["Location"].startswith("/akun/login/")


def test_each_request_and_the_ping_move_the_end(dunia: World) -> None:
    client = sign_in(bersama="on")
    for ping in (lambda: client.get("/akun/"), lambda: client.post("/akun/perpanjang/")):
        move_end(client, minutes=1)
        assert ping().status_code in (200, 204)
        assert idle_end(client) > dt.timedelta(minutes=14)


def test_the_ping_says_when_it_is_too_late() -> None:
    assert Client().post("/akun/perpanjang/").status_code == 401


def test_the_page_knows_and_leaves_without_script(dunia: World) -> None:
    html = sign_in(bersama="on").get("/akun/").content.decode()
    assert 'data-sesi-sisa="900"' in html
    leave = "905;url=/akun/login/?sesi=berakhir&amp;next=%2Fakun%2F"
    assert f'<noscript><meta http-equiv="refresh" content="{leave}"></noscript>' in html


def test_ones_own_browser_stays_for_two_weeks(dunia: World) -> None:
    client = sign_in()
    assert idle_end(client) > dt.timedelta(days=13)
    html = client.get("/akun/").content.decode()
    assert "data-sesi-sisa" not in html and 'http-equiv="refresh"' not in html


def test_a_shared_computer_becomes_no_known_device(dunia: World) -> None:
    assert "posko_perangkat" in sign_in().cookies
    assert "posko_perangkat" not in sign_in(bersama="on").cookies


def test_the_choice_does_not_stick_to_the_next_person(dunia: World) -> None:
    client = sign_in(bersama="on")
    client.post("/akun/logout/")
    client.post("/akun/login/", {"login": "polres.jakbar", "password": PASSWORD})
    assert idle_end(client) > dt.timedelta(days=13)


def test_who_is_signed_in_is_on_every_page(dunia: World, masuk: Callable[[str], Client]) -> None:
    for path in ("/akun/", "/akun/sessions/", "/akun/2fa/"):
        assert "Petugas Piket Jakarta Barat" in masuk("piket.jakbar").get(path).content.decode()
