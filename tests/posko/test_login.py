"""Signing in: who may, what is said to whom, waiting after failures, known devices, ended sessions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from posko.akun import perangkat
from posko.akun.kunci import MOST_NAMES, wait_words
from posko.akun.orang import client_ip, client_network
from posko.akun.sesi import describe_browser
from posko.models import Anggota, Pengguna
from tests.cast import PASSWORD, World

LOGIN = "/akun/login/"
WRONG = "Nama pengguna atau kata sandi salah."


def sign_in(client: Client, login: str = "operator.jakbar", password: str = PASSWORD, **other: str) -> int:
    extra = {"REMOTE_ADDR": other.pop("dari", "10.0.0.1")}
    return client.post(LOGIN, {"login": login, "password": password, **other}, **extra).status_code


def test_login_by_username_leads_to_next_or_beranda(dunia: World) -> None:
    client = Client()
    page = client.get("/akun/")
    assert page.status_code == 302 and page["Location"] == f"{LOGIN}?next=%2Fakun%2F"
    answer = client.post(LOGIN, {"login": "Operator.Jakbar ", "password": PASSWORD, "next": "/akun/"})
    assert (answer.status_code, answer["Location"]) == (302, "/akun/")
    assert Client().post(LOGIN, {"login": "operator.jakbar", "password": PASSWORD})["Location"] == "/"


def test_login_by_email_in_any_case(dunia: World) -> None:
    Pengguna.objects.filter(username="operator.jakbar").update(email="Operator@Jakbar.example")
    assert sign_in(Client(), "operator@JAKBAR.example") == 302


def test_next_to_another_site_is_ignored(dunia: World) -> None:
    data = {"login": "operator.jakbar", "password": PASSWORD, "next": "https://jahat.example/"}
    assert Client().post(LOGIN, data)["Location"] == "/"


def test_login_page_works_with_password_managers(dunia: World) -> None:
    html = Client().get(LOGIN).content.decode()
    assert 'autocomplete="username"' in html and 'autocomplete="current-password"' in html
    assert "onpaste" not in html and 'autocomplete="off"' not in html
    assert html.count("<h1") == 1 and "<script>" not in html


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "password/set/", "password/reset/", "confirm-email/", "login/code/", "3rdparty/", "inactive/",
     "2fa/webauthn/login/", "2fa/webauthn/signup/", "social/login/error/"],
)  # fmt: skip
def test_pages_we_do_not_offer_do_not_exist(dunia: World, path: str) -> None:
    assert Client().get(f"/akun/{path}").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_unknown_name_and_wrong_password_answer_alike(dunia: World) -> None:
    known = Client().post(LOGIN, {"login": "operator.jakbar", "password": "salah-sekali"})
    unknown = Client().post(LOGIN, {"login": "tidak.ada", "password": "salah-sekali"})
    assert known.status_code == unknown.status_code == 422
    strip = re.compile(r'(csrfmiddlewaretoken" value|name="login" value)="[^"]*"')
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    assert WRONG in known.content.decode() and 'value="operator.jakbar"' in known.content.decode()


def test_unknown_name_still_costs_a_password_hash(dunia: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    original = Pengguna.set_password
    monkeypatch.setattr(Pengguna, "set_password", lambda self, raw: hashed.append(raw) or original(self, raw))
    sign_in(Client(), "tidak.ada", "salah-sekali")
    assert hashed == ["salah-sekali"]


@pytest.mark.parametrize("login", ["operator.jakbar", "tidak.ada", "nonaktif.jakbar"])
def test_after_five_failures_the_pair_waits(dunia: World, login: str) -> None:
    codes = [sign_in(Client(), login, f"salah-{n}") for n in range(5)]
    assert codes == [422, 422, 422, 422, 429]
    answer = Client().post(LOGIN, {"login": login, "password": PASSWORD}, REMOTE_ADDR="10.0.0.1")
    assert answer.status_code == 429 and f'value="{login}"' in answer.content.decode()
    assert 290 < int(answer["Retry-After"]) <= 300 and "Tunggu" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


def test_waiting_ends_after_five_minutes_and_is_not_prolonged(dunia: World) -> None:
    for n in range(8):
        sign_in(Client(), password=f"salah-{n}")
    assert AccessAttempt.objects.get().failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=5, seconds=1))
    assert sign_in(Client()) == 302


def test_other_browsers_names_do_not_evade_the_wait(dunia: World) -> None:
    for n in range(5):
        Client(headers={"user-agent": f"peramban {n}"}).post(
            LOGIN, {"login": "operator.jakbar", "password": "salah"}, REMOTE_ADDR="10.0.0.1"
        )
    assert sign_in(Client()) == 429


def test_only_that_person_at_that_address_waits(dunia: World) -> None:
    for n in range(5):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(Client(), "ketua.jakbar") == 302
    assert sign_in(Client(), dari="10.0.0.2") == 302
    assert sign_in(Client()) == 429


def test_username_and_email_are_one_person(dunia: World) -> None:
    Pengguna.objects.filter(username="operator.jakbar").update(email="op@jakbar.example")
    names = [
        "operator.jakbar",
        "op@jakbar.example",
        "OPERATOR.JAKBAR",
        "OP@jakbar.example",
        "operator.jakbar",
    ]
    assert [sign_in(Client(), name, "salah") for name in names][-1] == 429
    assert sign_in(Client(), "op@jakbar.example") == 429


def test_success_forgets_the_failures(dunia: World) -> None:
    for n in range(4):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(Client()) == 302
    assert sign_in(Client(), password="salah") == 422


def test_no_name_or_password_is_stored_with_a_failure(dunia: World) -> None:
    sign_in(Client(), password="rahasia-sekali", next="/laporan/")
    row = AccessAttempt.objects.get()
    assert "rahasia-sekali" not in row.post_data and "operator" not in row.post_data


def test_known_device_enters_while_the_pair_waits(dunia: World) -> None:
    mine = Client()
    assert sign_in(mine) == 302
    mine.post("/akun/logout/")
    for n in range(5):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(Client()) == 429
    assert sign_in(mine, password="salah") == 429
    assert sign_in(mine) == 302


def test_known_device_belongs_to_its_person(dunia: World) -> None:
    mine = Client()
    sign_in(mine, "ketua.jakbar")
    mine.post("/akun/logout/")
    for n in range(5):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(mine) == 429


def test_known_device_is_no_way_to_guess(dunia: World) -> None:
    mine = Client()
    sign_in(mine)
    mine.post("/akun/logout/")
    for n in range(21):
        sign_in(mine, password=f"salah-{n}")
    assert sign_in(mine) == 429


def test_known_device_ends_with_the_password(dunia: World) -> None:
    mine = Client()
    sign_in(mine)
    mine.post("/akun/logout/")
    orang = Pengguna.objects.get(username="operator.jakbar")
    orang.set_password("lain-sekali-2024")
    orang.save()
    for n in range(5):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(mine, password="lain-sekali-2024") == 429


def test_device_cookie_is_closed_to_scripts_and_tampering(dunia: World) -> None:
    mine = Client()
    sign_in(mine)
    cookie = mine.cookies[perangkat.COOKIE]
    assert cookie["httponly"] and cookie["path"] == "/akun/" and "operator" not in cookie.value
    mine.post("/akun/logout/")
    mine.cookies[perangkat.COOKIE] = cookie.value[:-2] + "xx"
    for n in range(5):
        sign_in(Client(), password=f"salah-{n}")
    assert sign_in(mine) == 429


def test_sixty_people_behind_one_address_sign_in(dunia: World) -> None:
    password = dunia.orang["operator.jakbar"].password
    kursi = Anggota.objects.get(pengguna=dunia.orang["polres.jakbar"]).kursi
    for n in range(60):
        orang = Pengguna.objects.create(username=f"giliran.{n}", nama=f"Giliran {n}", password=password)
        Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
    assert [sign_in(Client(), f"giliran.{n}") for n in range(60)] == [302] * 60


def test_no_lock_keeps_a_shift_change_out(dunia: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy rate limiter answers like a full one: signing in must not ask it."""

    @contextmanager
    def busy(key: str) -> Iterator[bool]:
        yield False

    monkeypatch.setattr("allauth.core.internal.ratelimit.cache_lock", busy)
    assert sign_in(Client()) == 302


def test_address_that_tries_very_many_names_waits(dunia: World) -> None:
    known = Client()
    sign_in(known)
    known.post("/akun/logout/")
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"nama.{n}", ip_address="10.0.0.1", user_agent="", failures_since_start=1)
        for n in range(MOST_NAMES - 1)
    )
    assert sign_in(Client()) == 302
    assert sign_in(Client(), "nama.lain", "salah") in (422, 429)
    assert sign_in(Client()) == 429
    assert sign_in(known) == 302
    assert sign_in(Client(), dari="10.0.0.2") == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(seconds=61))
    assert sign_in(Client()) == 302


@pytest.mark.parametrize(
    ("login", "why"),
    [("nonaktif.jakbar", "sudah dinonaktifkan"), ("lama.jakbar", "Masa tugas Anda sudah berakhir")],
)
def test_refusal_is_explained_only_to_who_knows_the_password(dunia: World, login: str, why: str) -> None:
    wrong = Client().post(LOGIN, {"login": login, "password": "salah-sekali"})
    assert wrong.status_code == 422 and WRONG in wrong.content.decode() and why not in wrong.content.decode()
    client = Client()
    right = client.post(LOGIN, {"login": login, "password": PASSWORD})
    assert right.status_code == 422 and why in right.content.decode()
    assert client.get("/akun/").status_code == 302


def test_deactivated_person_is_out_at_the_next_request(dunia: World) -> None:
    client = Client()
    sign_in(client)
    assert client.get("/akun/").status_code == 200
    Pengguna.objects.filter(username="operator.jakbar").update(is_active=False)
    answer = client.get("/akun/")
    assert answer.status_code == 302 and answer["Location"].startswith(LOGIN)


def test_expired_person_is_out_at_the_next_request(dunia: World) -> None:
    client = Client()
    sign_in(client)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Anggota.objects.filter(pengguna__username="operator.jakbar").update(selesai=yesterday)
    answer = client.get("/akun/", follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    assert "Masa tugas Anda sudah berakhir" in answer.content.decode()


def test_changed_password_ends_other_sessions(dunia: World) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    new = "kembangan-banjir-lagi"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/akun/password/change/", data)["Location"] == "/akun/"
    assert here.get("/akun/").status_code == 200
    assert there.get("/akun/").status_code == 302


def test_weak_new_password_is_refused_at_its_field(dunia: World) -> None:
    client = Client()
    sign_in(client)
    answer = client.post(
        "/akun/password/change/", {"oldpassword": PASSWORD, "password1": "12345", "password2": "1"}
    )
    html = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_password1_error"' in html and "aria-invalid" in html


def test_sessions_are_listed_and_ended(dunia: World) -> None:
    here, there, third = (
        Client(),
        Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 13) Chrome/109"}),
        Client(),
    )
    for client in (here, there, third):
        sign_in(client)
    html = here.get("/akun/sessions/").content.decode()
    assert "Chrome di Android" in html and html.count("10.0.0.1") == 3
    target = re.findall(r"/akun/sesi/(\d+)/akhiri/", html)
    assert len(target) == 2
    assert here.post(f"/akun/sesi/{target[0]}/akhiri/").status_code == 302
    assert [c.get("/akun/").status_code for c in (there, third)].count(302) == 1
    here.post("/akun/sessions/")
    assert {c.get("/akun/").status_code for c in (there, third)} == {302}
    assert here.get("/akun/").status_code == 200


def test_nobody_ends_another_persons_session(dunia: World) -> None:
    mine, other = Client(), Client()
    sign_in(mine)
    sign_in(other, "ketua.jakbar")
    html = mine.get("/akun/sessions/").content.decode()
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.get(user__username="ketua.jakbar")
    assert mine.post(f"/akun/sesi/{theirs.pk}/akhiri/").status_code == 404 and html.count("10.0.0.1") == 1
    assert other.get("/akun/").status_code == 200


def test_logout_needs_a_post(dunia: World, masuk: Callable[[str], Client]) -> None:
    client = masuk("operator.jakbar")
    assert client.get("/akun/logout/").status_code == 200
    assert client.post("/akun/logout/")["Location"] == LOGIN
    assert "sesi=berakhir" not in client.get("/akun/")["Location"]


def test_what_was_typed_survives_an_ended_session(dunia: World) -> None:
    client = Client()
    sign_in(client)
    client.session.delete()
    typed = {"uraian": "Air masuk <b>TPS 054</b>", "password": "rahasia", "kunci": "0b1c", "kosong": ""}
    answer = client.post("/akun/sessions/", typed)
    html = answer.content.decode()
    assert answer.status_code == 403 and answer["Cache-Control"] == "no-store"
    assert "Air masuk &lt;b&gt;TPS 054&lt;/b&gt;</textarea>" in html and "Uraian" in html
    assert "rahasia" not in html and "0b1c" not in html
    assert "?next=%2Fakun%2Fsessions%2F" in html


def test_what_was_typed_survives_a_stale_token(dunia: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        dunia.orang["operator.jakbar"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.post("/akun/sessions/", {"uraian": "Listrik padam", "csrfmiddlewaretoken": "x" * 64})
    html = answer.content.decode()
    assert answer.status_code == 403 and "Listrik padam</textarea>" in html and "kedaluwarsa" in html


def test_ended_session_is_said_at_login(dunia: World) -> None:
    client = Client()
    sign_in(client)
    client.session.delete()
    answer = client.get("/akun/", follow=True)
    assert "sesi=berakhir" in answer.redirect_chain[-1][0] and "Sesi Anda berakhir" in answer.content.decode()


def test_account_page_says_who_and_where(masuk: Callable[[str], Client]) -> None:
    html = masuk("operator.jakbar").get("/akun/").content.decode()
    assert "Operator Jakarta Barat" in html and "operator.jakbar" in html and "seterusnya" in html


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.2.3.4", "10.9.9.9"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.5", "1.2.3.4"),
        (2, "1.2.3.4", "10.9.9.9"),
        (1, "bukan alamat", "10.9.9.9"),
        (1, "", "10.9.9.9"),
    ],
)
def test_address_is_believed_only_from_own_proxies(
    settings: pytest.FixtureRequest, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXY_COUNT = proxies  # type: ignore[attr-defined]
    request = RequestFactory().get("/", REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_ip(request) == expected


def test_an_ipv6_network_counts_as_one_address() -> None:
    requests = [RequestFactory().get("/", REMOTE_ADDR=a) for a in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")]
    assert {client_network(r) for r in requests} == {"2001:db8:1:2::"}
    assert client_network(RequestFactory().get("/", REMOTE_ADDR="::ffff:10.0.0.1")) == "10.0.0.1"


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 detik"), (60, "1 menit"), (252, "4 menit 12 detik")])
def test_wait_words(seconds: int, words: str) -> None:
    assert wait_words(seconds) == words


def test_describe_browser() -> None:
    assert (
        describe_browser("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120") == "Edge di Windows"
    )
    assert describe_browser("") == "Peramban lain"
