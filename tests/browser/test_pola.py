"""From a pattern to a published roster, and undone, in the admin's pages."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from piket.models import Piket
from tests.browser.conftest import LOOKS, Login, OpenPage, check_axe, check_html, check_reflow
from tests.browser.test_piket import keep
from tests.cast import World
from tests.piket.test_pola import make_pattern, need


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_apply_publish_undo(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    posko = dunia.posko["31.73"]
    need(
        make_pattern(dunia, ("Pagi", 8, 16), ("Malam", 20, 4), posko="31.73"),
        instansi=dunia.instansi["polres"],
    )
    first = posko.local_time().date() + dt.timedelta(days=1)
    page = open_page(width=width, theme=theme)
    login(page, "admin.jakbar")

    def look(name: str) -> None:
        keep(page, name, width, theme)
        check_reflow(page)
        check_axe(page, preload=False)

    page.goto(f"/admin/piket/jadwal/{posko.pk}/pola/?dari={first}&sampai={first + dt.timedelta(days=6)}")
    check_html(page.request.get(page.url).text())
    look("pola")
    page.get_by_role("button", name="Lihat pratinjau").click()
    expect(page.get_by_text("14 giliran baru")).to_be_visible()
    look("pola-pratinjau")
    page.get_by_role("button", name="Terapkan pola").click()
    expect(page.get_by_text("dibuat sebagai rancangan")).to_be_visible()
    page.goto(f"/admin/piket/jadwal/{posko.pk}/terbit/?dari={first}&sampai={first + dt.timedelta(days=6)}")
    check_html(page.request.get(page.url).text())
    look("terbit")
    page.get_by_role("button", name="Terbitkan jadwal").click()
    expect(page.get_by_text("Jadwal versi 1 terbit")).to_be_visible()
    page.goto(f"/admin/piket/jadwal/{posko.pk}/pembuatan/")
    check_html(page.request.get(page.url).text())
    look("pembuatan")
    page.get_by_role("link", name="Batalkan…").click()
    look("batalkan")
    page.get_by_role("button", name="Batalkan pembuatan ini").click()
    expect(page.get_by_role("cell", name="dibatalkan")).to_be_visible()
    assert not Piket.objects.exists()
    for name, url in {
        "pola-daftar": "/admin/piket/polapiket/",
        "pola-tambah": "/admin/piket/polapiket/add/",
    }.items():
        page.goto(url)
        look(name)
