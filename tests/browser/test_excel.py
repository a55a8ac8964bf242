"""The Excel round trip in a browser: download, change, see the differences, confirm; also without JavaScript."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from piket.models import Pembuatan, Penugasan
from tests.browser.conftest import Login, OpenPage, check_axe, check_html, check_reflow
from tests.cast import World
from tests.piket.test_kebenaran import make_shift, member

SELATAN = "31.73.08.1006"


def check_admin_page(page: Page) -> None:
    check_reflow(page)
    check_axe(page, preload=False)


@pytest.mark.parametrize(
    ("width", "theme", "js"), [(320, "light", True), (360, "dark", True), (1280, "light", False)]
)
def test_round_trip(
    dunia: World, open_page: OpenPage, login: Login, tmp_path: Path, width: int, theme: str, js: bool
) -> None:
    posko, anggota = dunia.posko[SELATAN], member(dunia, "piket.kembangan-selatan")
    day = posko.local_time().date() + dt.timedelta(days=2)
    shift = make_shift(posko, 8, 16, day, nama="Pagi")
    page = open_page(width=width, theme=theme, js=js, accept_downloads=True)
    login(page, "admin.jakbar")
    page.goto(f"/admin/piket/jadwal/{posko.pk}/excel/?dari={day}&sampai={day}")
    check_html(page.request.get(page.url).text())
    check_reflow(page)
    with page.expect_download() as found:
        page.get_by_role("button", name="Unduh berkas Excel").click()
    file = tmp_path / found.value.suggested_filename
    found.value.save_as(file)
    book = load_workbook(file)
    sheet = book["Jadwal"]
    row = next(r for r in range(4, sheet.max_row + 1) if sheet.cell(r, 3).value == anggota.pk)
    for text, said in (("Z", "Label Z tidak dikenal"), ("P", "1 ditambahkan")):
        sheet.cell(row, 4).value = text
        book.save(file)
        page.get_by_label("Berkas Excel (.xlsx)").set_input_files(file)
        page.get_by_role("button", name="Periksa perbedaan").click()
        expect(page.locator(".jadwal-excel")).to_contain_text(said)
        check_html(page.content())
        check_reflow(page)
        if js:
            check_admin_page(page)
    page.get_by_role("button", name="Terapkan ke jadwal").click()
    expect(page.locator(".messagelist")).to_contain_text("Jadwal diubah dari Excel: 1 ditambahkan")
    assert Penugasan.objects.get().piket == shift and Pembuatan.objects.get().jenis == "excel"
