"""The roster in a browser: grid, week, today and the printed list; a person added, moved and removed by keyboard."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from piket.models import Penugasan, Piket
from tests.browser.conftest import LOOKS, Login, OpenPage, check_axe, check_html, check_page, check_reflow
from tests.cast import World

SHOTS = os.environ.get("FOTO_HALAMAN", "")
SELATAN = "31.73.08.1006"


def keep(page: Page, name: str, width: int, theme: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)


def fill_roster(dunia: World) -> None:
    for n in range(4):
        dunia.put_on_duty("piket.kembangan-selatan", timezone.now() + dt.timedelta(days=n))
    dunia.put_on_duty("ketua.kembangan-selatan")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_of_the_roster(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    fill_roster(dunia)
    page = open_page(width=width, theme=theme)
    login(page, "ketua.kembangan-selatan")
    pages = {
        "minggu": "/piket/",
        "hari-ini": "/piket/hari-ini/",
        "siapa": f"/piket/hari-ini/?posko=kembangan&tanggal={timezone.localdate()}&jam=09:00",
        "siapa-salah": "/piket/hari-ini/?posko=mbangan&tanggal=kemarin&jam=",
        "kosong": "/piket/kosong/",
        "layar": "/layar/piket/?nama=1",
        "cetak": "/piket/cetak/",
    }
    for name, url in pages.items():
        page.goto(url)
        keep(page, name, width, theme)
        check_page(page)


def test_the_tab_one_is_on_shows_on_a_phone(dunia: World, open_page: OpenPage, login: Login) -> None:
    page = open_page(width=360)
    login(page, "ketua.kembangan-selatan")
    for url in ("/piket/saya/", "/piket/buku/", "/piket/tamu/"):
        page.goto(url)
        expect(page.locator(".tab [aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_boards_of_a_city(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    fill_roster(dunia)
    dunia.put_on_duty("polres.jakbar")
    page = open_page(width=width, theme=theme)
    login(page, "operator.jakbar")
    for name, url in {"hari-ini-kota": "/piket/hari-ini/", "layar-kota": "/layar/piket/"}.items():
        page.goto(url)
        keep(page, name, width, theme)
        check_page(page)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_grid(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    fill_roster(dunia)
    page = open_page(width=width, theme=theme)
    login(page, "admin.jakbar")
    for rentang in ("minggu", "bulan"):
        page.goto(f"/admin/piket/jadwal/{dunia.posko[SELATAN].pk}/?rentang={rentang}")
        check_html(page.request.get(page.url).text())
        for chosen in (False, True):
            if chosen:
                page.locator("td.kini button").first.click()
                expect(page.locator("#panel h2")).to_be_visible()
            keep(page, f"kisi-{rentang}-{'panel' if chosen else 'kosong'}", width, theme)
            check_reflow(page)
            check_axe(page, preload=False)


def test_adding_moving_and_removing_by_keyboard_never_leaves_the_grid(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    today = timezone.localdate()
    days = [today, today + dt.timedelta(days=1)]
    posko = dunia.posko[SELATAN]
    shifts = []
    for day in days:
        start = dt.datetime.combine(day, dt.time(23), posko.zona)
        waktu = (start, start + dt.timedelta(minutes=50))
        shifts.append(Piket.objects.create(posko=posko, tanggal=day, waktu=waktu))
    page = open_page(width=1280)
    login(page, "admin.jakbar")
    page.goto(f"/admin/piket/jadwal/{posko.pk}/?dari={today}")
    address = page.url
    anggota = dunia.orang["piket.kembangan-selatan"].keanggotaan.get()
    row = page.locator(f"#a{anggota.pk}")
    row.locator("td.kini button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    add = page.get_by_role("button", name="Tambah", exact=True)
    tab_to(page, add)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("ditambahkan")
    assert Penugasan.objects.live().get().piket == shifts[0]

    move = page.get_by_label("Pindah ke giliran")
    tab_to(page, move)
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Pindahkan", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("dipindahkan")
    assert Penugasan.objects.live().get().piket == shifts[1]

    page.keyboard.press("Escape")  # back to the cell the panel was opened from
    expect(row.locator("td.kini button")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name=re.compile("^Keluarkan"))
    expect(remove).to_be_visible()
    tab_to(page, remove)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("dikeluarkan")
    assert not Penugasan.objects.live().exists() and page.url == address


def tab_to(page: Page, target: object, most: int = 12) -> None:
    """Press Tab until the control has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("(e) => e === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError(f"{target} tidak tercapai dengan Tab")
