"""The map page in a browser: marks, groups, shading, TPS rawan, popups that hold text only, and the list beside."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from posko.models import Batas, Wilayah
from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR

pytestmark = pytest.mark.django_db(transaction=True)
EVIL = "<img src=x onerror=alert(1)> di TPS 054"


def reports(dunia: World) -> None:
    Wilayah.objects.filter(kode__startswith="31").update(lintang=-6.19, bujur=106.74)
    ring = {"type": "Polygon", "coordinates": [[[106.7, -6.2], [106.8, -6.2], [106.8, -6.1], [106.7, -6.2]]]}
    Batas.objects.create(wilayah_id="31.73.08.1006", geojson=ring)
    for n in range(4):
        dunia.file(PELAPOR, "listrik", lintang=-6.19 + n / 5000, bujur=106.74)
    dunia.file(PELAPOR, "banjir", lintang=-6.15, bujur=106.78, lokasi=EVIL)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_map_passes_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    reports(dunia)
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    page.goto("/laporan/peta/")
    expect(page.locator(".peta-gugus, .peta .peta-tanda").first).to_be_visible()
    expect(page.locator("path.peta-isi-2")).to_have_count(1)
    check_page(page)
    page.locator(".peta-ikon .peta-kritis").click()
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_contain_text("Banjir atau TPS roboh")
    expect(popup).to_contain_text("<img src=x")
    expect(popup.locator("img")).to_have_count(0)
    page.get_by_label("Tampilkan TPS rawan").check()
    expect(page.get_by_text("Belum ada daftar TPS rawan.")).to_be_visible()
    page.locator(".peta-daftar [data-nomor] a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("header[data-nomor]")).to_be_visible()


def test_without_script_the_list_is_the_map(dunia: World, open_page: OpenPage, login: Login) -> None:
    reports(dunia)
    page = open_page(js=False)
    login(page, KETUA)
    page.goto("/laporan/peta/")
    expect(page.locator(".peta-daftar [data-nomor]")).to_have_count(5)
    page.locator(".saring-lipat > summary").click()
    page.locator("[name=prioritas][value=kritis]").check()
    page.get_by_role("button", name="Terapkan saringan").click()
    expect(page).to_have_url(re.compile("/laporan/peta/.*prioritas=kritis"))
    expect(page.locator(".peta-daftar [data-nomor]")).to_have_count(1)
