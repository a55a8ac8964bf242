"""Finding in a browser: the box, kept lists, from report to report, and the keys of triage."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from laporan.models import Tampilan
from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import KETUA


def _three(dunia: World) -> list[str]:
    return [
        dunia.file(kategori="data_pemilih", uraian=text).nomor
        for text in ("Gardu satu.", "Gardu dua.", "Gardu tiga.")
    ]


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_every_page_of_finding_passes_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    numbers = _three(dunia)
    ketua = dunia.aktor(KETUA)
    mine = Tampilan.keep(ketua, "Data pemilih", "kategori=data_pemilih&lingkup=terbuka")
    Tampilan.keep(
        ketua,
        "Semua yang kritis di kelurahan",
        "prioritas=kritis&lingkup=terbuka",
        dunia.posko["31.73.08.1006"].pk,
    )
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    for url in (
        "/laporan/?cari=gadru", "/laporan/?cari=zebra", "/laporan/tampilan/", f"/laporan/tampilan/{mine.pk}/ubah/",
        f"/laporan/tampilan/{mine.pk}/hapus/", "/laporan/tampilan/simpan/?kueri=cari%3Dgardu", "/laporan/",
        f"/laporan/{numbers[1]}/?dari=cari%3Dgardu%26lingkup%3Dsemua",
    ):  # fmt: skip
        page.goto(url)
        check_page(page)


def _search(page: Page, width: int) -> None:
    page.goto("/")
    if width < 768:
        page.get_by_role("link", name="Cari laporan").click()
        page.locator("#cari").fill("gardu dua")
        page.locator("#cari").press("Enter")
    else:
        page.locator("#cari-atas").fill("gardu dua")
        page.locator("#cari-atas").press("Enter")


@pytest.mark.parametrize("width", [360, 1280])
def test_search_keep_and_walk_without_script(
    dunia: World, open_page: OpenPage, login: Login, width: int
) -> None:
    numbers = _three(dunia)
    page = open_page(width=width, js=False)
    login(page, KETUA)
    _search(page, width)
    expect(page.locator("[data-nomor]").first).to_have_attribute("data-nomor", numbers[1])
    page.locator("#cari").fill("gardu")
    page.locator("#cari").press("Enter")
    expect(page.locator(".daftar-laporan > li")).to_have_count(3)
    page.get_by_role("link", name="Simpan tampilan ini").click()
    page.get_by_label("Nama tampilan").fill("Gardu")
    page.get_by_role("button", name="Simpan tampilan").click()
    expect(page.get_by_text("Tampilan “Gardu” tersimpan.")).to_be_visible()
    page.goto("/laporan/")
    page.get_by_role("link", name="Gardu", exact=True).click()
    page.get_by_role("link", name="Gardu tiga.").click()
    page.get_by_role("link", name="Berikutnya").click()
    expect(page.locator("h1 ~ p, .rinci-kepala")).not_to_have_count(0)
    expect(page.locator("[data-nomor]").first).to_have_attribute("data-nomor", numbers[1])
    page.get_by_role("link", name="Kembali ke daftar").click()
    expect(page.locator(".daftar-laporan > li")).to_have_count(3)


def test_triage_by_keyboard(dunia: World, open_page: OpenPage, login: Login) -> None:
    numbers = _three(dunia)[::-1]
    page = open_page(width=1280)
    login(page, KETUA)
    page.goto("/laporan/")

    def focused() -> str:
        return str(page.evaluate("document.activeElement.closest('li')?.dataset.nomor || ''"))

    page.keyboard.press("j")
    assert focused() == numbers[0]
    page.keyboard.press("j")
    assert focused() == numbers[1]
    page.keyboard.press("k")
    assert focused() == numbers[0]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "cari"
    page.keyboard.type("jkov?")
    assert page.locator("#cari").input_value() == "jkov?" and "/laporan/" in page.url
    page.locator("#cari").blur()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/{numbers[0]}/**")
    page.keyboard.press("j")
    page.wait_for_url(f"**/{numbers[1]}/**")
    page.keyboard.press("v")
    assert page.evaluate("document.activeElement.dataset.act") == "verify"
    page.keyboard.press("u")
    page.wait_for_url("**/laporan/?**")
    page.keyboard.press("j")
    page.keyboard.press("v")
    page.wait_for_url(f"**/{numbers[0]}/verifikasi/")


def test_the_keys_explain_themselves_and_can_be_switched_off(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    _three(dunia)
    page = open_page(width=1280)
    login(page, KETUA)
    page.goto("/laporan/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Pintasan papan ketik")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Pakai pintasan di peramban ini").uncheck()
    dialog.get_by_role("button", name="Tutup").click()
    for _ in range(2):
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.tagName") != "A"
        page.reload()
    page.get_by_role("button", name="Pintasan papan ketik").click()
    page.get_by_label("Pakai pintasan di peramban ini").check()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "A"
