"""Signing in with a real browser: password, code, security key, shared computer, and how the pages look."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from playwright.sync_api import Page, expect

from posko.akun import invitation_url
from tests.browser.conftest import LOOKS, OpenPage, check_page
from tests.cast import PASSWORD, World

SHOTS = os.environ.get("FOTO_HALAMAN", "")


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def sign_in(
    page: Page, who: str = "operator.jakbar", password: str = PASSWORD, next_: str = "/akun/"
) -> None:
    page.goto(f"/akun/login/?next={next_}")
    page.get_by_label("Nama pengguna atau surel").fill(who)
    page.get_by_label("Kata sandi", exact=True).fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()


def look(page: Page, name: str, width: int, theme: str) -> None:
    """Check the page; with FOTO_HALAMAN=folder also keep a picture of it."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)
    check_page(page)


def add_key_device(page: Page) -> None:
    """Give the browser a security key that always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_before_signing_in(
    dunia: World, open_page: OpenPage, rf: object, width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme)
    page.goto("/akun/login/?sesi=berakhir&next=/akun/")
    look(page, "masuk", width, theme)
    sign_in(page, password="salah-sekali")
    expect(page.get_by_role("alert")).to_contain_text("Nama pengguna atau kata sandi salah.")
    expect(page.get_by_label("Nama pengguna atau surel")).to_have_value("operator.jakbar")
    look(page, "masuk-salah", width, theme)
    for _ in range(4):
        page.get_by_label("Kata sandi", exact=True).fill("salah-sekali")
        page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("Tunggu [45] menit"))
    look(page, "masuk-tunggu", width, theme)
    page.goto(
        invitation_url(rf.get("/"), dunia.orang["lapor.kembangan-selatan"]).removeprefix("http://testserver")
    )  # type: ignore[attr-defined]
    look(page, "undangan", width, theme)
    page.goto("/akun/undangan/1-salah/")
    look(page, "undangan-salah", width, theme)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_of_ones_account(dunia: World, open_page: OpenPage, width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun saya")
    look(page, "akun", width, theme)
    for name, path in (
        ("sesi", "/akun/sessions/"),
        ("sandi", "/akun/password/change/"),
        ("mfa", "/akun/2fa/"),
        ("totp", "/akun/2fa/totp/activate/"),
        ("kunci-baru", "/akun/2fa/webauthn/add/"),
        ("keluar", "/akun/logout/"),
    ):
        page.goto(path)
        look(page, name, width, theme)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_sign_in_with_a_code(dunia: World, open_page: OpenPage, width: int, theme: str) -> None:
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=dunia.orang["operator.jakbar"], type="totp", data={"secret": encrypt(secret)}
    )
    page = open_page(width=width, theme=theme)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Verifikasi dua langkah")
    look(page, "kode", width, theme)
    page.get_by_label("Kode").fill("000000")
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_text("Kode salah")).to_be_visible()
    page.get_by_label("Kode").fill(code_of(secret))
    page.get_by_role("button", name="Masuk", exact=True).click()
    look(page, "percaya", width, theme)
    page.get_by_role("button", name="Ya, percayai 30 hari").click()
    expect(page).to_have_url(re.compile("/akun/$"))


def test_set_up_an_app_and_keep_the_codes(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, next_="/akun/2fa/")
    page.get_by_role("link", name="Aktifkan aplikasi").click()
    secret = page.locator(".kode-rahasia").inner_text()
    page.get_by_label("Kode 6 angka dari aplikasi").fill(code_of(secret))
    page.get_by_role("button", name="Aktifkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    expect(page.locator(".kode-pulih li")).to_have_count(10)
    look(page, "pemulihan", 360, "light")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh kode").click()
    assert len(download.value.path().read_text().split()) == 10


def test_register_and_use_a_security_key(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, next_="/akun/2fa/webauthn/add/")
    add_key_device(page)
    page.get_by_label("Nama kunci").fill("Ponsel dinas")
    page.get_by_role("button", name="Daftarkan kunci").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode pemulihan")
    page.goto("/akun/2fa/webauthn/")
    expect(page.get_by_role("rowheader", name="Ponsel dinas")).to_be_visible()
    look(page, "kunci", 360, "light")
    page.goto("/akun/logout/")
    page.get_by_role("main").get_by_role("button", name="Keluar").click()
    sign_in(page)
    page.get_by_role("button", name="Pakai kunci keamanan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Percayai perangkat ini 30 hari?")
    page.get_by_role("button", name="Tidak, tanya lagi nanti").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun saya")


def test_a_failing_key_is_explained(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script(
        "navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    sign_in(page, next_="/akun/2fa/webauthn/add/")
    page.get_by_role("button", name="Daftarkan kunci").click()
    expect(page.locator("[data-galat-kunci]")).to_contain_text("Coba lagi")


def test_the_password_can_be_seen_and_is_sent_hidden(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/akun/login/")
    password = page.get_by_label("Kata sandi", exact=True)
    password.fill(PASSWORD)
    page.get_by_role("button", name="Tampilkan kata sandi").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sembunyikan kata sandi").click()
    expect(password).to_have_attribute("type", "password")


def test_signing_in_needs_no_script(dunia: World, open_page: OpenPage) -> None:
    page = open_page(js=False)
    page.goto("/akun/login/?next=/akun/")
    expect(page.locator("[data-lihat-sandi]")).to_be_hidden()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun saya")


def test_a_shared_computer_warns_then_leaves(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    page.goto("/akun/login/?next=/akun/")
    page.get_by_label("Ini komputer bersama").check()
    sign_in_here(page)
    page.clock.fast_forward("14:05")
    expect(page.get_by_role("dialog")).to_contain_text("Masih di sini?")
    page.get_by_role("button", name="Tetap masuk").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.context.clear_cookies(name="posko_sesi")
    page.clock.fast_forward("15:05")
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk ke Posko")
    expect(page.get_by_text("Sesi Anda berakhir")).to_be_visible()


def sign_in_here(page: Page) -> None:
    page.get_by_label("Nama pengguna atau surel").fill("operator.jakbar")
    page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun saya")


def test_two_tabs_of_a_shared_computer_share_their_idle_time(dunia: World, open_page: OpenPage) -> None:
    first = open_page()
    first.clock.install()
    first.goto("/akun/login/?next=/akun/")
    first.get_by_label("Ini komputer bersama").check()
    sign_in_here(first)
    second = first.context.new_page()
    second.goto("/akun/")
    first.clock.fast_forward("10:00")
    with second.expect_response("**/akun/perpanjang/"):
        second.keyboard.press("Shift")  # used here; the other tab only lies open
    first.clock.fast_forward("10:00")
    first.clock.run_for(2_000)
    expect(first.get_by_role("heading", level=1)).to_have_text("Akun saya")
    expect(first.get_by_role("dialog")).to_be_hidden()
    first.clock.fast_forward("04:05")
    expect(first.get_by_role("dialog")).to_contain_text("Masih di sini?")
    second.get_by_role("dialog").get_by_role("button", name="Tetap masuk").click()
    first.clock.run_for(2_000)
    expect(first.get_by_role("dialog")).to_be_hidden()
    expect(second.get_by_role("dialog")).to_be_hidden()


def test_leaving_in_one_tab_of_a_shared_computer_leaves_in_all(dunia: World, open_page: OpenPage) -> None:
    first = open_page()
    first.goto("/akun/login/?next=/akun/")
    first.get_by_label("Ini komputer bersama").check()
    sign_in_here(first)
    second = first.context.new_page()
    second.goto("/akun/")
    first.goto("/akun/logout/")
    first.get_by_role("main").get_by_role("button", name="Keluar").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Masuk ke Posko")


def test_the_invitation_link_can_be_copied(dunia: World, open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "admin.jakbar")
    orang = dunia.orang["lapor.kembangan-selatan"]
    page.evaluate(
        """(path) => {
            const form = document.querySelector("form[data-keluar]").cloneNode(true);
            form.action = path; form.removeAttribute("data-keluar"); document.body.append(form); form.submit();
        }""",
        f"/akun/undangan/{orang.pk}/",
    )
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tautan untuk")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "undangan-buat-360-light.png", full_page=True)
    page.get_by_role("button", name="Salin").click()
    assert (
        page.evaluate("navigator.clipboard.readText()") == page.get_by_label("Tautan undangan").input_value()
    )


def test_what_was_typed_is_shown_when_the_session_ended(dunia: World, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, next_="/akun/sessions/")
    page.goto("/akun/password/change/")
    page.evaluate(
        """() => {
            const form = document.querySelector("main form"), area = document.createElement("textarea");
            area.name = "uraian"; area.value = "Air masuk ke TPS 054"; form.append(area); form.noValidate = true;
        }"""
    )
    page.context.clear_cookies(name="posko_sesi")
    page.get_by_role("button", name="Simpan kata sandi").click()
    expect(page.get_by_label("Uraian")).to_have_value("Air masuk ke TPS 054")
    page.get_by_role("link", name="Masuk lagi").click()
    expect(page).to_have_url(re.compile("next="))
