"""What leaves and what comes in by chat, in a browser: from a pasted chat to reports; copy for WhatsApp; readers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from laporan.models import Laporan
from posko.access import RAHASIA
from tests.browser.conftest import (
    LOOKS,
    Login,
    OpenPage,
    check_axe,
    check_html,
    check_page,
    check_reflow,
    check_targets,
)
from tests.cast import World
from tests.laporan.test_paste import FLOOD, POWER, chat

pytestmark = pytest.mark.django_db(transaction=True)
WHO, KETUA = "piket.kembangan-selatan", "ketua.kembangan-selatan"


@pytest.mark.parametrize("js", [True, False])
def test_from_a_pasted_chat_to_reports(open_page: OpenPage, login: Login, dunia: World, js: bool) -> None:
    earlier = dunia.file(KETUA, "listrik")
    page = open_page(js=js)
    login(page, WHO)
    page.goto("/laporan/tempel/")
    page.locator("#id_percakapan").fill(chat(FLOOD, POWER, "Budi: Siap"))
    page.get_by_role("button", name="Baca percakapan").click()
    expect(page.locator("[data-draf]")).to_have_count(3)
    ticks = page.locator("[name=pilih]")
    assert [ticks.nth(n).is_checked() for n in range(3)] == [True, False, False]
    expect(page.locator("[data-draf='2']")).to_contain_text(earlier.nomor)
    page.locator("#d1-lokasi").fill("RT 03")
    page.get_by_role("button", name="Catat yang dicentang").last.click()
    expect(page.locator("[data-draf='1'] [data-nomor]")).to_be_visible()
    filed = Laporan.objects.exclude(pk=earlier.pk).get()
    assert (filed.lokasi, filed.atas_nama, filed.sumber) == ("RT 03", "Pak RT 03", "orang_lain")
    page.locator("[data-draf='2'] [name=satu]").click()
    expect(page.locator("[data-draf='2'] [data-nomor]")).to_be_visible()
    assert Laporan.objects.count() == 3


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_pass_every_check(
    open_page: OpenPage, login: Login, dunia: World, width: int, theme: str
) -> None:
    biasa, secret = dunia.file(), dunia.file()
    Laporan.objects.filter(pk=secret.pk).update(akses=RAHASIA)
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    for path in ("tempel/", f"{biasa.nomor}/whatsapp/", f"{secret.nomor}/", ""):
        page.goto(f"/laporan/{path}")
        check_page(page)
    expect(page.locator("a[href^='/laporan/ekspor.csv']")).to_have_count(1)
    page.goto("/laporan/tempel/")
    page.locator("#id_percakapan").fill(chat(FLOOD, POWER, "Budi: Siap"))
    page.get_by_role("button", name="Baca percakapan").click()
    expect(page.locator("[data-draf]")).to_have_count(3)

    check_html(page.content())
    check_reflow(page)
    check_targets(page)
    check_axe(page)
    page.set_viewport_size({"width": 320, "height": 800})
    check_reflow(page)


def test_the_message_is_copied(open_page: OpenPage, login: Login, dunia: World) -> None:
    laporan = dunia.file()
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    login(page, KETUA)
    page.goto(f"/laporan/{laporan.nomor}/")
    page.get_by_role("link", name="Salin untuk WhatsApp").click()
    page.get_by_role("button", name="Salin pesan").click()
    expect(page.locator("#umum")).to_have_text("Pesan tersalin.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#teks").input_value()


def test_without_script_the_message_is_there_to_copy(open_page: OpenPage, login: Login, dunia: World) -> None:
    laporan = dunia.file()
    page = open_page(js=False)
    login(page, KETUA)
    page.goto(f"/laporan/{laporan.nomor}/whatsapp/")
    expect(page.locator("#teks")).to_contain_text(laporan.nomor)
    expect(page.get_by_role("button", name="Salin pesan")).to_be_hidden()
