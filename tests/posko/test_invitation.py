"""Invitation links: who may make one, what it opens, and that it opens once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client

from posko.akun import invitation_url
from posko.akun.undangan import may_invite
from posko.models import Anggota, Pengguna
from tests.cast import PASSWORD, World

NEW = "banjir-di-kembangan-surut"


@pytest.fixture
def baru(dunia: World) -> Pengguna:
    """A member of Kembangan Selatan who has no password yet."""
    orang = Pengguna(username="siti.baru", nama="Siti Aminah")
    orang.set_unusable_password()
    orang.save()
    seat = Anggota.objects.get(pengguna=dunia.orang["lapor.kembangan-selatan"]).kursi
    Anggota.objects.create(pengguna=orang, kursi=seat, peran="petugas_lapangan", mulai=dunia.edisi.dibuka)
    return orang


def link_from(response: Any) -> str:
    found = re.search(r'value="(http://testserver(/akun/undangan/[^"]+))"', response.content.decode())
    assert found
    return found.group(2)


def test_an_invited_person_sets_a_password_and_enters(baru: Pengguna, masuk: Callable[[str], Client]) -> None:
    page = masuk("admin.jakbar").post(f"/akun/undangan/{baru.pk}/")
    assert (
        page.status_code == 200
        and "no-store" in page["Cache-Control"]
        and "WhatsApp" in page.content.decode()
    )
    link, guest = link_from(page), Client()
    form = guest.get(link, follow=True)
    assert "Selamat datang, Siti Aminah" in form.content.decode() and "siti.baru" in form.content.decode()
    action = form.redirect_chain[-1][0]
    assert link.split("-")[-1] not in action
    weak = guest.post(action, {"password1": "12345", "password2": "12345"})
    html = weak.content.decode()
    assert weak.status_code == 422 and 'id="id_password1_error"' in html and "Selamat datang" in html
    differ = guest.post(action, {"password1": NEW, "password2": NEW + "x"})
    assert differ.status_code == 422 and 'id="id_password2_error"' in differ.content.decode()
    assert guest.post(action, {"password1": NEW, "password2": NEW}, follow=True).status_code == 200
    assert guest.post("/akun/login/", {"login": "siti.baru", "password": NEW}).status_code == 302


def test_the_link_opens_once(baru: Pengguna, masuk: Callable[[str], Client]) -> None:
    link = link_from(masuk("admin.jakbar").post(f"/akun/undangan/{baru.pk}/"))
    guest = Client()
    action = guest.get(link, follow=True).redirect_chain[-1][0]
    guest.post(action, {"password1": NEW, "password2": NEW})
    again = Client().get(link, follow=True)
    assert "tidak berlaku lagi" in again.content.decode()


def test_a_newer_link_replaces_the_older(baru: Pengguna, masuk: Callable[[str], Client]) -> None:
    admin = masuk("admin.jakbar")
    old, new = (link_from(admin.post(f"/akun/undangan/{baru.pk}/")) for _ in range(2))
    assert "tidak berlaku lagi" in Client().get(old, follow=True).content.decode()
    assert "Selamat datang" in Client().get(new, follow=True).content.decode()


@pytest.mark.parametrize(("days", "works"), [(2.9, True), (3.1, False)])
def test_the_link_lasts_three_days(
    baru: Pengguna, rf: Any, monkeypatch: pytest.MonkeyPatch, days: float, works: bool
) -> None:
    url = invitation_url(rf.get("/"), baru).removeprefix("http://testserver")
    later = dt.datetime.now() + dt.timedelta(days=days)  # noqa: DTZ005  the generator counts in naive local time
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert ("Selamat datang" in Client().get(url, follow=True).content.decode()) is works


def test_a_forgotten_password_holds_until_the_new_one_is_set(
    dunia: World, masuk: Callable[[str], Client]
) -> None:
    orang = dunia.orang["lapor.kembangan-selatan"]
    masuk("admin.jakbar").post(f"/akun/undangan/{orang.pk}/")
    assert Client().post("/akun/login/", {"login": orang.username, "password": PASSWORD}).status_code == 302


def test_the_new_password_ends_the_wait(dunia: World, masuk: Callable[[str], Client]) -> None:
    orang = dunia.orang["lapor.kembangan-selatan"]
    for n in range(5):
        Client().post("/akun/login/", {"login": orang.username, "password": f"salah-{n}"})
    guest = Client()
    action = guest.get(link_from(masuk("admin.jakbar").post(f"/akun/undangan/{orang.pk}/")), follow=True)
    guest.post(action.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert guest.post("/akun/login/", {"login": orang.username, "password": NEW}).status_code == 302


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("admin.jakbar", "lapor.kembangan-selatan", 200),
        ("admin.jakbar", "operator.kembangan", 200),
        ("admin", "operator.dki", 200),
        ("admin.jakbar", "admin.jakbar", 403),
        ("admin.jakbar", "operator.dki", 403),
        ("admin.jakbar", "nonaktif.jakbar", 403),
        ("admin.jakbar", "operator.jaktim", 404),
        ("admin.jakbar", "admin", 404),
        ("operator.jakbar", "piket.jakbar", 403),
        ("lapor.kembangan-selatan", "piket.kembangan-selatan", 403),
        ("partai.jakbar", "operator.kembangan", 404),
    ],
)
def test_who_may_invite_whom(
    dunia: World, masuk: Callable[[str], Client], who: str, whom: str, status: int
) -> None:
    assert masuk(who).post(f"/akun/undangan/{dunia.orang[whom].pk}/").status_code == status


def test_an_admin_cannot_take_over_who_also_serves_above(dunia: World) -> None:
    orang = dunia.orang["piket.kembangan-selatan"]
    admin = dunia.aktor("admin.jakbar")
    assert may_invite(admin, orang)
    seat = Anggota.objects.get(pengguna=dunia.orang["operator.dki"]).kursi
    Anggota.objects.create(pengguna=orang, kursi=seat, peran="operator", mulai=dunia.edisi.dibuka)
    assert not may_invite(admin, orang)


def test_making_a_link_needs_a_post(baru: Pengguna, masuk: Callable[[str], Client]) -> None:
    assert masuk("admin.jakbar").get(f"/akun/undangan/{baru.pk}/").status_code == 405


def test_who_has_no_password_cannot_sign_in(baru: Pengguna) -> None:
    for password in ("", "!", baru.password):
        assert Client().post("/akun/login/", {"login": "siti.baru", "password": password}).status_code == 422
