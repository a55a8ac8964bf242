"""Lapor on a phone: draft, small photos, a lost answer, no script, and thirty seconds on a bad network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from laporan.models import Laporan
from tests.browser.conftest import Login, OpenPage, check_axe, check_page
from tests.cast import World

pytestmark = pytest.mark.django_db(transaction=True)
LAPOR = "lapor.kembangan-selatan"
TEXT = "Air masuk ke TPS setinggi lutut, kotak suara dipindahkan ya."
# Counts the bytes of the photos that leave the phone.
COUNT_PHOTOS = """
    window.ukuranFoto = [];
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (data) {
        for (const photo of data.getAll("foto")) window.ukuranFoto.push(photo.size);
        return send.call(this, data);
    };
"""
# The first report arrives, but its answer does not.
LOSE_FIRST_ANSWER = """
    const send = XMLHttpRequest.prototype.send;
    let sent = 0;
    XMLHttpRequest.prototype.send = function (data) {
        if (sent++ === 0) { const lost = this.onerror; this.onload = () => lost(); }
        return send.call(this, data);
    };
"""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of about 3 MB, as noisy as a real one."""
    path = tmp_path / "besar.jpg"
    Image.effect_noise((2600, 1950), 60).convert("RGB").save(path, "JPEG", quality=86)
    return path


def write(page: Page) -> None:
    page.locator("label:has([name=kategori][value=banjir])").click()
    page.locator("#id_uraian").fill(TEXT)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "username"), [(360, LAPOR), (1280, "operator.jakbar")])
def test_form_and_receipt_pass_every_check(
    open_page: OpenPage, login: Login, width: int, username: str, theme: str
) -> None:
    page = open_page(width=width, theme=theme)
    login(page, username)
    page.goto("/laporan/baru/")
    check_page(page)
    if username != LAPOR:
        page.locator("#id_wilayah").select_option("31.73.08.1006")
    write(page)
    page.locator(".lapor-kirim button").click()
    expect(page.locator(".resi")).to_be_visible()
    check_page(page)


def test_draft_comes_back_and_goes_after_sending(
    open_page: OpenPage, login: Login, dunia: World, photo: Path
) -> None:
    flood = dunia.kategori["banjir"]
    flood.isian = [{"nama": "tinggi_air", "label": "Tinggi air", "jenis": "angka", "per_tps": True}]
    flood.save()
    earlier = dunia.file()
    page = open_page()
    page.add_init_script(COUNT_PHOTOS)
    login(page, LAPOR)
    page.goto("/laporan/baru/")
    write(page)
    expect(page.locator(f"#serupa [data-nomor='{earlier.nomor}']")).to_be_visible()
    page.locator("#id_tps").fill("054, 055")
    page.locator("#id_rincian-055-tinggi_air").fill("40")
    page.reload()
    expect(page.locator("#kabar-draf")).to_be_visible()
    expect(page.locator("#id_uraian")).to_have_value(TEXT)
    expect(page.locator("#id_rincian-055-tinggi_air")).to_have_value("40")
    page.locator("#id_foto").set_input_files(photo)
    expect(page.locator("#foto-pilihan img")).to_have_count(1)
    check_axe(page)
    page.locator(".lapor-kirim button").dblclick()
    expect(page.locator(".resi")).to_be_visible()
    sizes = page.evaluate("window.ukuranFoto")
    assert len(sizes) == 1 and sizes[0] <= 300_000
    laporan = Laporan.objects.exclude(pk=earlier.pk).get()
    assert laporan.lampiran.count() == 1
    facts = {row.tps.nomor: row.rincian for row in laporan.tps.select_related("tps")}
    assert facts == {54: {}, 55: {"tinggi_air": 40}}
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_lost_answer_is_asked_again_and_stays_one_report(open_page: OpenPage, login: Login) -> None:
    page = open_page()
    page.add_init_script(LOSE_FIRST_ANSWER)
    login(page, LAPOR)
    page.goto("/laporan/baru/")
    write(page)
    page.locator(".lapor-kirim button").click()
    expect(page.locator("#kiriman-kata")).to_have_text("Menunggu sinyal… akan dikirim ulang")
    expect(page.locator(".resi")).to_be_visible()
    assert Laporan.objects.count() == 1


def test_works_without_script(open_page: OpenPage, login: Login) -> None:
    page = open_page(js=False)
    login(page, LAPOR)
    page.goto("/laporan/baru/")
    write(page)
    page.locator(".lapor-kirim button").click()
    expect(page.locator(".resi")).to_be_visible()


def test_thirty_seconds_on_a_slow_phone(open_page: OpenPage, login: Login, photo: Path) -> None:
    """400 kbit/s, 400 ms, a processor four times slower, 60 letters and a 3 MB photo."""
    page = open_page()
    login(page, LAPOR)
    page.set_default_timeout(60_000)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    rate = 400_000 / 8
    cdp.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": rate, "uploadThroughput": rate},
    )
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    begin = time.monotonic()
    page.goto("/laporan/baru/")
    page.locator("label:has([name=kategori][value=banjir])").click()
    page.locator("#id_foto").set_input_files(photo)
    page.locator("#id_uraian").press_sequentially(TEXT)
    page.locator(".lapor-kirim button").click()
    expect(page.locator(".resi")).to_be_visible(timeout=60_000)
    took = time.monotonic() - begin
    print(f"lapor: {took:.1f} s")
    assert took <= 30
