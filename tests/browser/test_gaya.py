"""The design system: every component, both themes, phone to desktop, no script, print, forced colours."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from posko.middleware import SESSION_SHARED
from tests.browser.conftest import Login, OpenPage, check_axe, check_page, check_reflow


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_components_pass_axe(open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    check_page(page)
    page.locator("details[data-menu] > summary:visible").first.click()
    check_axe(page)


@pytest.mark.parametrize("scale", [1, 2])
def test_reflows_at_320_and_with_text_doubled(open_page: OpenPage, login: Login, scale: int) -> None:
    page = open_page(width=320, height=640)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.evaluate("(s) => { document.documentElement.style.fontSize = `${16 * s}px`; }", scale)
    check_reflow(page)


def test_focus_is_never_covered_by_the_bars(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=360, height=640)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.locator("#kosong_ringkasan").focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => { const e = document.activeElement; const bar = document.querySelector(".bawah");
            if (bar.contains(e) || e === document.body) return false;
            const box = e.getBoundingClientRect();  // of a tall text box chromium shows the line with the caret
            return box.top + Math.min(box.height, 72) > bar.getBoundingClientRect().top; }"""
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_first_tab_offers_the_way_to_the_content(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"


def test_menus_open_without_script(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280, js=False)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.locator(".orang > summary").click()
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()


def test_menu_closes_on_escape_and_returns_focus(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    summary = page.locator(".orang > summary")
    summary.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keluar")).to_be_hidden()
    expect(summary).to_be_focused()


def test_paper_has_no_frame(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280, theme="dark")
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.emulate_media(media="print")
    for part in [".atas", ".sisi", ".bawah", ".tombol"]:
        expect(page.locator(part).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_forced_colors_keep_the_marks(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=360, forced_colors="active")
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    border = page.locator(".keping").first.evaluate("(e) => getComputedStyle(e).borderTopWidth")
    assert border == "1px"
    check_reflow(page)


def test_logging_out_erases_drafts(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=1280)
    login(page, "operator.jakbar")
    page.goto("/gaya/")
    page.evaluate("localStorage.setItem('posko:draf:1', 'x'); localStorage.setItem('lain', 'y')")
    page.locator(".orang > summary").click()
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/akun/login/**")
    assert page.evaluate("Object.keys(localStorage)") == ["lain"]


def test_shared_computer_warns_before_the_session_ends(open_page: OpenPage, login: Login) -> None:
    page = open_page(width=360)
    login(page, "operator.jakbar")
    [cookie] = [c for c in page.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME]
    session = SessionStore(cookie["value"])
    session[SESSION_SHARED] = True
    session.save()
    page.clock.install()
    page.goto("/gaya/")
    page.clock.run_for(841_000)
    stay = page.get_by_role("button", name="Tetap masuk").and_(page.locator("dialog button"))
    expect(stay).to_be_visible()
    stay.click()
    expect(stay).to_be_hidden()
    page.clock.run_for(902_000)
    page.wait_for_url("**/akun/login/?sesi=berakhir**")
