"""Second factor: set up, asked, remembered on a trusted device, required in MODE=produksi."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from posko.akun import perangkat
from posko.models import Anggota, Pengguna
from tests.cast import PASSWORD, World

LOGIN = "/akun/login/"


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def give_totp(orang: Pengguna) -> str:
    secret = generate_totp_secret()
    Authenticator.objects.create(user=orang, type="totp", data={"secret": encrypt(secret)})
    return secret


def password_step(client: Client, login: str = "operator.jakbar", **other: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": PASSWORD, **other})


@pytest.fixture
def produksi(settings: Any) -> None:
    settings.PRODUKSI = True


def test_setting_up_an_app_is_asked_at_the_next_login(dunia: World, masuk: Callable[[str], Client]) -> None:
    client = Client()
    password_step(client)
    page = client.get("/akun/2fa/totp/activate/")
    html = page.content.decode()
    assert (
        'inputmode="numeric"' in html
        and 'autocomplete="one-time-code"' in html
        and "data:image/svg+xml" in html
    )
    secret = page.context["form"].secret
    assert client.post("/akun/2fa/totp/activate/", {"code": "000000"}).status_code == 422
    done = client.post("/akun/2fa/totp/activate/", {"code": code_of(secret)})
    assert done.status_code == 302 and done["Location"] == "/akun/2fa/recovery-codes/"
    assert len(re.findall(r"<li>\d{8}</li>", client.get("/akun/2fa/recovery-codes/").content.decode())) == 10

    again = Client()
    assert password_step(again)["Location"] == "/akun/2fa/authenticate/"
    assert again.get("/akun/").status_code == 302
    assert again.post("/akun/2fa/authenticate/", {"code": "000000"}).status_code == 422
    assert (
        again.post("/akun/2fa/authenticate/", {"code": code_of(secret, 1)})["Location"] == "/akun/2fa/trust/"
    )
    assert again.post("/akun/2fa/trust/", {"action": "skip"})["Location"] == "/"
    assert again.get("/akun/").status_code == 200


def test_a_trusted_device_is_not_asked_again_until_the_password_changes(dunia: World) -> None:
    secret, client = give_totp(dunia.orang["operator.jakbar"]), Client()
    password_step(client)
    client.post("/akun/2fa/authenticate/", {"code": code_of(secret)})
    client.post("/akun/2fa/trust/", {"action": "trust"})
    assert client.cookies["posko_tepercaya"]["max-age"] == 30 * 24 * 3600
    client.post("/akun/logout/")
    assert password_step(client)["Location"] == "/"
    client.post("/akun/logout/")
    orang = Pengguna.objects.get(username="operator.jakbar")
    orang.set_password(PASSWORD)
    orang.save()
    assert password_step(client)["Location"] == "/akun/2fa/authenticate/"


def test_a_shared_computer_is_never_trusted(dunia: World) -> None:
    secret, client = give_totp(dunia.orang["operator.jakbar"]), Client()
    password_step(client, bersama="on")
    assert client.post("/akun/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/"
    assert "posko_tepercaya" not in client.cookies and "posko_perangkat" not in client.cookies


def test_codes_cannot_be_guessed_or_used_twice(dunia: World) -> None:
    secret = give_totp(dunia.orang["operator.jakbar"])
    first, second = Client(), Client()
    password_step(first)
    password_step(second)
    code = code_of(secret)
    assert first.post("/akun/2fa/authenticate/", {"code": code}).status_code == 302
    assert second.post("/akun/2fa/authenticate/", {"code": code}).status_code == 422
    for n in range(5):
        second.post("/akun/2fa/authenticate/", {"code": f"{n:06}"})
    refused = second.post("/akun/2fa/authenticate/", {"code": code_of(secret, 1)})
    assert refused.status_code == 422 and "Tunggu 5 menit" in refused.content.decode()


def test_a_recovery_code_works_once(dunia: World) -> None:
    client = Client()
    password_step(client)
    secret = client.get("/akun/2fa/totp/activate/").context["form"].secret
    client.post("/akun/2fa/totp/activate/", {"code": code_of(secret)})
    code = re.findall(r"<li>(\d{8})</li>", client.get("/akun/2fa/recovery-codes/").content.decode())[0]
    for expected in (302, 422):
        other = Client()
        password_step(other)
        assert other.post("/akun/2fa/authenticate/", {"code": code}).status_code == expected


def test_secrets_are_unreadable_in_the_database(dunia: World) -> None:
    secret = give_totp(dunia.orang["operator.jakbar"])
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored and base64.b32decode(secret).hex() not in stored and decrypt(stored) == secret


def test_a_rotated_key_still_reads_them(dunia: World, settings: Any) -> None:
    secret = give_totp(dunia.orang["operator.jakbar"])
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "kunci-baru-" * 6
    assert decrypt(Authenticator.objects.get().data["secret"]) == secret


@pytest.mark.parametrize(
    "who", ["admin", "admin.jakbar", "ketua.jakbar", "operator.jakbar", "operator.kembangan"]
)
def test_required_roles_set_up_a_factor_first(
    dunia: World, produksi: None, masuk: Callable[[str], Client], who: str
) -> None:
    client = masuk(who)
    for path in ("/", "/akun/", "/admin/"):
        assert client.get(path)["Location"] == "/akun/2fa/"
    assert client.post("/akun/sessions/")["Location"] == "/akun/2fa/"
    assert client.get("/akun/2fa/").status_code == 200
    assert client.get("/sehat/").status_code == 200
    assert client.post("/akun/logout/")["Location"] == LOGIN


@pytest.mark.parametrize("who", ["piket.jakbar", "polres.jakbar", "partai.jakbar", "lapor.kembangan-selatan"])
def test_other_roles_need_none(
    dunia: World, produksi: None, masuk: Callable[[str], Client], who: str
) -> None:
    assert masuk(who).get("/akun/").status_code == 200


def test_nobody_needs_one_outside_produksi(dunia: World, masuk: Callable[[str], Client]) -> None:
    assert masuk("ketua.jakbar").get("/akun/").status_code == 200


def test_after_setting_up_all_pages_open_at_once(dunia: World, produksi: None) -> None:
    client = Client()
    password_step(client)
    secret = client.get("/akun/2fa/totp/activate/").context["form"].secret
    client.post("/akun/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/akun/").status_code == 200


def test_removing_the_factor_closes_them_again(dunia: World, produksi: None) -> None:
    client = Client()
    password_step(client)
    secret = client.get("/akun/2fa/totp/activate/").context["form"].secret
    client.post("/akun/2fa/totp/activate/", {"code": code_of(secret)})
    client.get("/akun/")
    assert client.post("/akun/2fa/totp/deactivate/")["Location"] == "/akun/2fa/"
    assert client.get("/akun/")["Location"] == "/akun/2fa/"


def test_a_session_from_before_the_factor_proves_it(dunia: World, produksi: None) -> None:
    """Somebody with only the password stays out, also in a session that is older than the factor."""
    client = Client()
    password_step(client)
    secret = give_totp(dunia.orang["operator.jakbar"])
    assert client.get("/akun/")["Location"] == "/akun/2fa/reauthenticate/?next=%2Fakun%2F"
    done = client.post("/akun/2fa/reauthenticate/?next=/akun/", {"code": code_of(secret)})
    assert done["Location"] == "/akun/"
    assert client.get("/akun/").status_code == 200


def test_a_new_role_requires_it_at_the_next_request(
    dunia: World, produksi: None, masuk: Callable[[str], Client]
) -> None:
    client = masuk("piket.jakbar")
    assert client.get("/akun/").status_code == 200
    Anggota.objects.filter(pengguna__username="piket.jakbar").update(peran="ketua")
    assert client.get("/akun/")["Location"] == "/akun/2fa/"


def test_the_check_costs_no_query_once_met(dunia: World, settings: Any) -> None:
    secret, client = give_totp(dunia.orang["operator.jakbar"]), Client()
    password_step(client)
    client.post("/akun/2fa/authenticate/", {"code": code_of(secret)})
    client.post("/akun/2fa/trust/", {"action": "skip"})
    counts = []
    for required in (False, True, True):
        settings.PRODUKSI = required
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/akun/sessions/").status_code == 200
        counts.append(len(queries))
    assert counts[2] == counts[0]


def test_admin_has_no_login_of_its_own(dunia: World) -> None:
    client = Client()
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    answer = client.post("/admin/login/", {"username": "admin", "password": PASSWORD})
    assert answer.status_code in (302, 403, 405) and "_auth_user_id" not in client.session


def test_only_ones_own_keys_can_be_removed(dunia: World, masuk: Callable[[str], Client]) -> None:
    key = Authenticator.objects.create(
        user=dunia.orang["ketua.jakbar"], type="webauthn", data={"name": "x", "credential": {}}
    )
    client = Client()
    password_step(client)
    assert client.post(f"/akun/2fa/webauthn/keys/{key.pk}/remove/").status_code == 404


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


# --- a lost second factor ---------------------------------------------------------------------------------


def reset_page(orang: Pengguna) -> str:
    return f"/admin/posko/pengguna/{orang.pk}/hapus-faktor/"


def test_an_admin_removes_a_members_lost_factor(dunia: World, masuk: Callable[[str], Client]) -> None:
    orang = dunia.orang["operator.jakbar"]
    secret, device, other = give_totp(orang), Client(), Client()
    password_step(device)
    device.post("/akun/2fa/authenticate/", {"code": code_of(secret)})
    device.post("/akun/2fa/trust/", {"action": "trust"})
    assert device.get("/akun/").status_code == 200
    client = masuk("admin.jakbar")
    assert reset_page(orang) in client.get(f"/admin/posko/pengguna/{orang.pk}/change/").content.decode()
    asked = client.get(reset_page(orang)).content.decode()
    assert "Hapus faktor kedua" in asked and "benar orangnya" in asked
    assert client.post(reset_page(orang), {}).status_code == 200
    assert Authenticator.objects.filter(user=orang).exists()
    assert client.post(reset_page(orang), {"putuskan": "ya"}).status_code == 302
    assert not Authenticator.objects.filter(user=orang).exists()
    assert device.get("/akun/")["Location"].startswith("/akun/login/")
    # The browser trusted before is asked again once there is a new factor.
    secret = give_totp(orang)
    assert password_step(device)["Location"] == "/akun/2fa/authenticate/"
    assert password_step(other)["Location"] == "/akun/2fa/authenticate/"
    history = client.get(f"/admin/posko/pengguna/{orang.pk}/history/").content.decode()
    assert "Faktor kedua dihapus" in history and dunia.orang["admin.jakbar"].nama in history
    assert client.get("/akun/").status_code == 200  # whoever did it stays signed in


def test_a_removed_factor_ends_known_devices(dunia: World, masuk: Callable[[str], Client], rf: Any) -> None:
    orang, device = dunia.orang["operator.jakbar"], Client()
    password_step(device)
    asked = {"username": "operator.jakbar"}

    def known() -> bool:
        request = rf.post(LOGIN)
        request.COOKIES["posko_perangkat"] = device.cookies["posko_perangkat"].value
        return perangkat.may_try(request, asked)

    assert known()
    give_totp(orang)
    masuk("admin.jakbar").post(reset_page(orang), {"putuskan": "ya"})
    assert not known()


@pytest.mark.parametrize("username", ["admin", "admin.jakbar"])
def test_nobody_removes_their_own_factor(dunia: World, masuk: Callable[[str], Client], username: str) -> None:
    orang = dunia.orang[username]
    give_totp(orang)
    client = masuk(username)
    assert reset_page(orang) not in client.get(f"/admin/posko/pengguna/{orang.pk}/change/").content.decode()
    assert client.get(reset_page(orang)).status_code == 403
    assert client.post(reset_page(orang), {"putuskan": "ya"}).status_code == 403
    assert Authenticator.objects.filter(user=orang).exists()


def test_only_whoever_manages_every_post_of_a_person_removes_the_factor(
    dunia: World, masuk: Callable[[str], Client]
) -> None:
    client = masuk("admin.jakbar")
    elsewhere, also = dunia.orang["operator.jaktim"], dunia.orang["operator.jakbar"]
    Anggota.objects.create(
        pengguna=also, kursi=dunia.kursi("31", "bakesbangpol"), peran="operator", mulai=dunia.edisi.dibuka
    )
    give_totp(elsewhere)
    give_totp(also)
    assert client.post(reset_page(elsewhere), {"putuskan": "ya"}).status_code == 404
    assert client.post(reset_page(also), {"putuskan": "ya"}).status_code == 403
    assert masuk("operator.dki").post(reset_page(also), {"putuskan": "ya"}).status_code in (302, 403)
    assert Authenticator.objects.count() == 2
    assert masuk("admin").post(reset_page(also), {"putuskan": "ya"}).status_code == 302
    assert Authenticator.objects.get().user == elsewhere
