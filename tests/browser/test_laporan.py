"""The list and one report in a browser: every check, weight, the keyboard's way to an act, acts without script."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Page, Response, expect

from laporan.models import Laporan
from tests.browser.conftest import LOOKS, Login, OpenPage, check_page, check_reflow
from tests.cast import World
from tests.laporan.langkah import JALAN, KETUA, PELAPOR, bring

pytestmark = pytest.mark.django_db(transaction=True)


def every_status(dunia: World) -> list[Laporan]:
    """One report in each status, a long one among them, and one kegiatan."""
    rows = [bring(dunia, status) for status in JALAN]
    rows.append(dunia.file(PELAPOR, "apk", uraian="Spanduk menutup rambu lalu lintas. " * 30))
    return [*rows, dunia.file(PELAPOR, "rapat")]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_list_passes_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    every_status(dunia)
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    for url in (
        "/laporan/",
        "/laporan/?lingkup=semua&hari=semua",
        "/laporan/?terlambat=1",
        "/laporan/?prioritas=tinggi&prioritas=sedang&status=baru",
    ):
        page.goto(url)
        check_page(page)
    page.locator(".saring-lipat > summary").click()
    check_page(page)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_report_passes_every_check_in_every_status(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    rows = every_status(dunia)
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    for laporan in rows:
        page.goto(laporan.get_absolute_url())
        expect(page.locator("header[data-status]")).to_have_attribute("data-status", laporan.status)
        check_page(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_acts_pass_every_check(dunia: World, open_page: OpenPage, login: Login, width: int) -> None:
    page = open_page(width=width)
    login(page, KETUA)
    fresh, handled, done = (bring(dunia, status) for status in ("baru", "ditindaklanjuti", "selesai"))
    for laporan, slugs in (
        (fresh, ["verifikasi", "minta-kelengkapan", "tidak-dilanjutkan", "ubah"]),
        (handled, ["selesai"]),
        (done, ["buka-kembali"]),
    ):
        for slug in slugs:
            page.goto(f"{laporan.get_absolute_url()}{slug}/")
            expect(page.locator("form[data-sekali] button")).to_be_visible()
            check_page(page)


@pytest.mark.parametrize("scale", [1, 2])
def test_reflows_at_320_and_with_text_doubled(
    dunia: World, open_page: OpenPage, login: Login, scale: int
) -> None:
    laporan = bring(dunia, "ditindaklanjuti")
    page = open_page(width=320, height=640)
    login(page, KETUA)
    for url in ("/", "/laporan/", laporan.get_absolute_url(), "/laporan/baru/"):
        page.goto(url)
        page.evaluate("(s) => { document.documentElement.style.fontSize = `${16 * s}px`; }", scale)
        check_reflow(page)


def press_until(page: Page, selector: str, limit: int = 60) -> None:
    """Tab until the focus is on an element of `selector`."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector}: tidak tercapai dengan Tab")


def test_keyboard_leads_from_the_list_to_an_act(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "baru")
    page = open_page(width=1280)
    login(page, KETUA)
    page.goto("/laporan/")
    press_until(page, f"[data-nomor='{laporan.nomor}'] a")
    page.keyboard.press("Enter")
    expect(page.locator("header[data-nomor]")).to_have_attribute("data-nomor", laporan.nomor)
    press_until(page, "[data-act='decline']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tidak-dilanjutkan/")
    press_until(page, "[name='alasan']")
    page.keyboard.press("Space")
    press_until(page, "[name='teks']")
    page.keyboard.type("Lokasi di luar wilayah posko ini.")
    press_until(page, "form[data-sekali] button")
    page.keyboard.press("Enter")
    expect(page.locator("header[data-status]")).to_have_attribute("data-status", "tidak_dilanjutkan")


def test_acts_need_no_script(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "baru")
    page = open_page(js=False)
    login(page, KETUA)
    page.goto(laporan.get_absolute_url())
    page.locator("[data-act='verify']").click()
    expect(page.locator("header[data-status]")).to_have_attribute("data-status", "terverifikasi")
    page.locator("[data-act='handle']").click()
    page.locator("[data-act='resolve']").click()
    page.get_by_role("button", name="Nyatakan selesai").click()
    expect(page.locator(".isian-galat").first).to_be_visible()
    page.locator("[name='teks']").fill("Sudah surut, pelayanan berjalan lagi.")
    page.get_by_role("button", name="Nyatakan selesai").click()
    expect(page.locator("header[data-status]")).to_have_attribute("data-status", "selesai")


def test_the_report_comes_before_its_acts_on_a_phone(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "baru")
    page = open_page()
    login(page, KETUA)
    page.goto(laporan.get_absolute_url())
    tops = page.evaluate(
        "[...document.querySelectorAll('.rinci-uraian, #tindakan, #linimasa')]"
        ".map((e) => [e.id || 'uraian', e.getBoundingClientRect().top]).sort((a, b) => a[1] - b[1]).map((e) => e[0])"
    )
    assert tops == ["uraian", "tindakan", "linimasa"]


def weigh(page: Page, url: str) -> int:
    """Bytes of a first visit: pages as sent, static text compressed as whitenoise keeps it."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return sum(
        len(gzip.compress(a.body()) if "/static/" in a.url and not a.url.endswith(".png") else a.body())
        for a in answers
        if a.status == 200  # a live page's 204 and 304 have no body to ask for
    )


def test_a_first_visit_is_light(dunia: World, open_page: OpenPage, login: Login) -> None:
    for _ in range(50):
        dunia.file(
            PELAPOR, "data_pemilih", uraian="Pemilih menanyakan lokasi TPS, sudah dijelaskan petugas. " * 3
        )
    for url, limit in (("/laporan/", 150_000), ("/laporan/baru/", 100_000)):
        page = open_page()
        login(page, KETUA)
        assert weigh(page, url) <= limit, url
