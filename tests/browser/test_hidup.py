"""Live pages in a browser: they change by themselves, around whatever the reader is doing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, bring, perform

pytestmark = pytest.mark.django_db(transaction=True)
# Time passes by the browser's clock, not ours.
PULSE = 13_000


def open_live(page: Page, url: str) -> None:
    page.clock.install()
    page.goto(url)
    page.wait_for_load_state("networkidle")


def pass_time(page: Page) -> None:
    page.clock.run_for(PULSE)


def test_the_list_grows_and_half_typed_text_stays(dunia: World, open_page: OpenPage, login: Login) -> None:
    rows = [bring(dunia, "baru", "listrik") for _ in range(30)]
    page = open_page(width=1280)
    login(page, KETUA)
    open_live(page, "/laporan/")
    page.locator(".saring-lipat > summary").click()
    page.locator("[name=prioritas][value=tinggi]").check()
    link = page.locator(f"[data-nomor='{rows[3].nomor}'] a")
    link.focus()
    before = link.bounding_box()
    new = bring(dunia, "baru", "listrik")
    perform(dunia, rows[4], "ask", KETUA, teks="TPS mana?")
    pass_time(page)
    expect(page.locator(f"[data-nomor='{new.nomor}']")).to_be_attached()
    expect(page.locator(f"[data-nomor='{rows[4].nomor}']")).to_have_attribute(
        "data-status", "perlu_dilengkapi"
    )
    expect(link).to_be_focused()
    expect(page.locator(".saring-lipat")).to_have_attribute("open", "")
    expect(page.locator("[name=prioritas][value=tinggi]")).to_be_checked()
    expect(page.locator("#umum")).to_have_text("Daftar laporan diperbarui.")
    after = link.bounding_box()
    assert before and after and abs(after["y"] - before["y"]) < 2, "the row in focus stays where it is"
    check_page(page)


def test_a_focused_row_that_would_go_waits_for_the_reader(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    gone, _ = bring(dunia, "baru"), bring(dunia, "baru")
    page = open_page()
    login(page, KETUA)
    open_live(page, "/laporan/")
    row = page.locator(f"[data-nomor='{gone.nomor}']")
    row.locator("a").focus()
    perform(dunia, gone, "decline", KETUA, alasan="tidak_benar", teks="Tidak ditemukan.")
    pass_time(page)
    expect(page.get_by_role("button", name="Ada pembaruan, tampilkan")).to_be_visible()
    expect(row.locator("a")).to_be_focused()
    check_page(page)
    page.get_by_role("button", name="Ada pembaruan, tampilkan").click()
    expect(row).to_have_count(0)


def test_rests_in_a_hidden_tab_and_on_request(dunia: World, open_page: OpenPage, login: Login) -> None:
    bring(dunia, "baru")
    page = open_page()
    login(page, KETUA)
    open_live(page, "/laporan/")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "x-hidup" in r.headers else None)
    hide = "(on) => { Object.defineProperty(document, 'hidden', {value: on, configurable: true});" \
        " document.dispatchEvent(new Event('visibilitychange')); }"  # fmt: skip
    page.evaluate(hide, True)
    page.clock.run_for(PULSE * 5)
    assert asked == []
    with page.expect_response(lambda r: "/laporan/" in r.url):
        page.evaluate(hide, False)
    page.get_by_role("button", name="Jeda pembaruan").click()
    asked.clear()
    page.clock.run_for(PULSE * 5)
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Lanjutkan pembaruan")).to_be_visible()
    asked.clear()
    page.clock.run_for(PULSE * 5)
    assert asked == []
    with page.expect_response(lambda r: r.status == 304):
        page.get_by_role("button", name="Lanjutkan pembaruan").click()


def test_a_report_that_changed_says_so_and_keeps_the_words(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    laporan = bring(dunia, "baru")
    page = open_page()
    login(page, KETUA)
    open_live(page, f"{laporan.get_absolute_url()}minta-kelengkapan/")
    page.locator("[name=teks]").fill("TPS mana, dan berapa")
    perform(dunia, laporan, "verify", KETUA)
    pass_time(page)
    expect(page.get_by_text("Laporan ini berubah sejak Anda membukanya.")).to_be_visible()
    expect(page.locator("[name=teks]")).to_have_value("TPS mana, dan berapa")
    expect(page.locator("[name=teks]")).to_be_focused()
    check_page(page)


def test_beranda_renews_its_numbers_and_the_badge(dunia: World, open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280)
    login(page, KETUA)
    open_live(page, "/")
    expect(page.locator("[data-angka=belum_diverifikasi]")).to_have_text("0")
    dunia.file(PELAPOR, "listrik")
    pass_time(page)
    expect(page.locator("[data-angka=belum_diverifikasi]")).to_have_text("1")
    expect(page.locator(".sisi [data-menunggu]")).to_contain_text("1")
    expect(page.locator("#peta")).to_be_visible()
    check_page(page)


def test_without_script_nothing_promises_to_renew(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "baru")
    page = open_page(js=False)
    login(page, KETUA)
    for url in ("/", "/laporan/", laporan.get_absolute_url()):
        page.goto(url)
        expect(page.locator("[data-jeda]")).to_have_count(0 if "-" in url else 1)
        expect(page.locator("[data-jeda]:visible")).to_have_count(0)
