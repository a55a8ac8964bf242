"""Admin in a browser: every page accessible, no wider than the screen, light and dark, nothing in the console."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from posko.bentuk import furnish
from posko.models import Anggota
from tests.browser.conftest import LOOKS, Login, OpenPage, check_axe, check_reflow, check_targets
from tests.cast import World

SHOTS = os.environ.get("FOTO_HALAMAN", "")


def look(page: Page, url: str, name: str) -> None:
    """Check a page of admin; with FOTO_HALAMAN=folder also keep a picture of it."""
    page.goto(url)
    if SHOTS:
        width = page.evaluate("innerWidth")
        theme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)
    check_reflow(page)
    check_targets(page)
    check_axe(page, preload=False)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_of_an_areas_admin(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    furnish(dunia.posko.values())
    dunia.put_on_duty("piket.kembangan-selatan")
    page = open_page(width=width, theme=theme)
    login(page, "admin.jakbar")
    member = Anggota.objects.get(pengguna=dunia.orang["piket.kembangan-selatan"])
    pages = {
        "beranda": "/admin/",
        "anggota": "/admin/posko/anggota/",
        "anggota-baru": "/admin/posko/anggota/add/",
        "anggota-ubah": f"/admin/posko/anggota/{member.pk}/change/",
        "posko": "/admin/posko/posko/",
        "posko-ubah": f"/admin/posko/posko/{dunia.posko['31.73.08.1006'].pk}/change/",
        "pengguna-ubah": f"/admin/posko/pengguna/{member.pengguna_id}/change/",
        "piket": "/admin/piket/piket/",
    }
    for name, url in pages.items():
        look(page, url, name)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_reports_and_categories_in_admin(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    one = dunia.file()
    one.verify(by=dunia.aktor("ketua.kembangan-selatan"), versi=one.versi)
    dunia.file(kategori="apk")
    page = open_page(width=width, theme=theme)
    login(page, "admin")
    look(page, "/admin/laporan/laporan/", "laporan")
    look(page, f"/admin/laporan/laporan/{one.pk}/change/", "laporan-rinci")
    look(page, "/admin/laporan/kategori/", "kategori")
    look(page, f"/admin/laporan/kategori/{dunia.kategori['banjir'].pk}/change/", "kategori-ubah")


def test_a_shorter_term_is_agreed_to_in_the_form(dunia: World, open_page: OpenPage, login: Login) -> None:
    duty = dunia.put_on_duty("piket.kembangan-selatan")
    page = open_page(width=360)
    login(page, "admin.jakbar")
    page.goto(f"/admin/posko/anggota/{duty.anggota_id}/change/")
    expect(page.get_by_text("1 tugas piket mendatang")).to_be_visible()
    page.get_by_label("Berlaku sampai").fill(
        f"{duty.piket.tanggal.replace(year=duty.piket.tanggal.year - 1)}"
    )
    page.get_by_label("Berlaku mulai").fill(f"{duty.piket.tanggal.replace(year=duty.piket.tanggal.year - 2)}")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("1 tugas piket tidak lagi tercakup")).to_be_visible()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "anggota-gugur-360-light.png", full_page=True)
    check_axe(page, preload=False)
    page.get_by_label("Batalkan tugas piket di luar masa tugas").check()
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_text("1 tugas piket Petugas Piket Kembangan Selatan dibatalkan")).to_be_visible()
    duty.refresh_from_db()
    assert duty.status == "dibatalkan"
