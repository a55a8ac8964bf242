"""Choosing several reports in a browser: with and without script, at every width, and around a live refresh."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import KETUA, bring, perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("width", "theme", "js"), [(360, "light", True), (1280, "dark", True), (360, "light", False)]
)
def test_from_ticks_to_the_summary(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str, js: bool
) -> None:
    rows = [bring(dunia, "baru") for _ in range(3)]
    page = open_page(width=width, theme=theme, js=js)
    login(page, KETUA)
    page.goto("/laporan/")
    page.get_by_text("Pilih beberapa laporan").click()
    for row in rows[:2]:
        page.get_by_label(f"Pilih {row.nomor}").check()
    if js:
        expect(page.locator("[data-terpilih]")).to_have_text("2 dipilih")
        check_page(page)
    perform(dunia, rows[1], "ask", KETUA, teks="TPS mana?")
    page.get_by_role("button", name="Ubah klasifikasi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ubah klasifikasi: 1 laporan")
    page.get_by_role("button", name="Ubah klasifikasi").click()
    expect(page.locator(".ringkas-galat")).to_be_visible()
    page.get_by_text("Kritis", exact=True).last.click()
    page.locator("[name=teks]").fill("Meluas ke RW lain.")
    page.get_by_role("button", name="Ubah klasifikasi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ubah klasifikasi: 1 dari 2 laporan")
    expect(page.locator("#gagal")).to_contain_text("Berubah sejak Anda memilihnya")
    expect(page.locator(f"#berhasil [data-nomor='{rows[0].nomor}']")).to_be_visible()
    if js:
        check_page(page)


def test_ticks_survive_a_live_refresh_and_keep_the_version_seen(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    ticked, other = bring(dunia, "baru"), bring(dunia, "baru")
    page = open_page(width=1280)
    login(page, KETUA)
    page.clock.install()
    page.goto("/laporan/")
    page.wait_for_load_state("networkidle")
    page.get_by_text("Pilih beberapa laporan").click()
    box = page.get_by_label(f"Pilih {ticked.nomor}")
    box.check()
    for row in (ticked, other):
        perform(dunia, row, "ask", KETUA, teks="TPS mana?")
    page.clock.run_for(15_000)
    expect(page.locator(f"[data-nomor='{ticked.nomor}']")).to_have_attribute(
        "data-status", "perlu_dilengkapi"
    )
    expect(box).to_be_checked()
    expect(box).to_have_value(f"{ticked.pk}.1")
    expect(page.get_by_label(f"Pilih {other.nomor}")).to_have_value(f"{other.pk}.2")
