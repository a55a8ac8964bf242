"""The pages around the grid in a browser: copying, replacing, history, locks; by keyboard and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from piket.lembar import monday_of
from piket.models import Kebutuhan, Penugasan, Piket
from posko.models import Anggota, Posko
from tests.browser.conftest import LOOKS, Login, OpenPage, check_axe, check_html, check_reflow
from tests.browser.test_piket import keep
from tests.cast import World
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at
from tests.piket.test_kisi import HARI, colleague


def fill_week(dunia: World) -> dt.date:
    """Drafts of next week, some locked; whoever leads is elsewhere a week later. Returns that Monday."""
    posko = dunia.posko[JAKBAR]
    senin = monday_of(posko.local_time().date()) + 7 * HARI
    for n in range(4):
        shift = make_shift(posko, day=senin + n * HARI, terbit_pada=None)
        for username in ("operator.jakbar", "polres.jakbar"):
            own = member(dunia, username)
            Kebutuhan.objects.create(piket=shift, kursi=own.kursi)
            leads = username == "operator.jakbar"
            Penugasan.objects.create(piket=shift, anggota=own, koordinator=leads, terkunci=n == 1)
    elsewhere = seat_at(dunia, "operator.jakbar", JAKTIM)
    there = make_shift(dunia.posko[JAKTIM], 9, 12, senin + 7 * HARI)
    Penugasan.objects.create(piket=there, anggota=elsewhere)
    colleague(dunia)
    return senin


def check(page: Page, name: str, width: int, theme: str) -> None:
    keep(page, name, width, theme)
    check_html(page.request.get(page.url).text())
    check_reflow(page)
    check_axe(page, preload=False)


def addresses(dunia: World, posko: Posko, senin: dt.date) -> dict[str, str]:
    base = f"/admin/piket/jadwal/{posko.pk}/"
    lama = member(dunia, "polres.jakbar")
    days = [(senin + n * HARI).isoformat() for n in (0, 6, 7, 13)]
    other = Anggota.objects.exclude(pk=lama.pk).get(kursi=lama.kursi_id)
    return {
        "salin": f"{base}salin/",
        "salin-pratinjau": f"{base}salin/?lihat=1&dari={days[0]}&sampai={days[1]}&mulai={days[2]}&hingga={days[3]}",
        "salin-galat": f"{base}salin/?lihat=1&dari={days[2]}&sampai={days[1]}&mulai=&hingga=",
        "ganti": f"{base}ganti/",
        "ganti-pratinjau": (
            f"{base}ganti/?lihat=1&lama={lama.pk}&baru={other.pk}&dari={days[0]}&sampai={days[3]}"
        ),
        "riwayat": f"{base}riwayat/",
        "isi": f"{base}isi/",
        "isi-pratinjau": f"{base}isi/?dari={days[0]}&sampai={days[1]}&cara=sisa",
        "isi-galat": f"{base}isi/?dari={days[1]}&sampai={days[0]}&cara=sisa",
        "kisi-kunci": f"{base}?dari={days[0]}&p=a{lama.pk}.1",
    }


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_around_the_grid(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    senin = fill_week(dunia)
    page = open_page(width=width, theme=theme)
    login(page, "admin.jakbar")
    for name, url in addresses(dunia, dunia.posko[JAKBAR], senin).items():
        page.goto(url)
        check(page, name, width, theme)


def test_copy_lock_and_unlock_without_javascript(dunia: World, open_page: OpenPage, login: Login) -> None:
    senin, posko = fill_week(dunia), dunia.posko[JAKBAR]
    page = open_page(width=360, js=False)
    login(page, "admin.jakbar")
    page.goto(f"/admin/piket/jadwal/{posko.pk}/?dari={senin}")
    page.get_by_role("link", name="Salin minggu").click()
    page.get_by_label("Diulang hingga tanggal").fill((senin + 13 * HARI).isoformat())
    page.get_by_role("button", name="Lihat pratinjau").click()
    expect(page.get_by_text("bertugas di Posko Kota Jakarta Timur 09.00–12.00")).to_be_visible()
    page.get_by_role("button", name="Salin 7 penugasan").click()
    expect(page.get_by_text("4 giliran dan 7 penugasan disalin")).to_be_visible()
    assert Piket.objects.filter(posko=posko).count() == 8
    own = member(dunia, "polres.jakbar")
    page.goto(f"/admin/piket/jadwal/{posko.pk}/?dari={senin}&p=a{own.pk}.1")
    page.get_by_role("button", name=f"Buka kunci {own.pengguna.nama}").click()
    expect(page.get_by_text("dibuka.")).to_be_visible()
    page.get_by_role("button", name="Kunci semua tugas hari ini").click()
    expect(page.get_by_text("tugas pada", exact=False)).to_be_visible()
    assert Penugasan.objects.filter(piket__tanggal=senin + HARI, terkunci=True).count() == 2


def test_the_grid_by_keyboard_says_what_a_cell_is(dunia: World, open_page: OpenPage, login: Login) -> None:
    senin, posko = fill_week(dunia), dunia.posko[JAKBAR]
    own = member(dunia, "polres.jakbar")
    page = open_page(width=1280)
    login(page, "admin.jakbar")
    page.goto(f"/admin/piket/jadwal/{posko.pk}/?dari={senin}&p=a{own.pk}.0")
    row = page.locator(f"#a{own.pk}")
    expect(row.locator("td.terpilih button")).to_have_attribute("tabindex", "0")
    row.locator("td.terpilih button").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_accessible_name(
        f"{own.pengguna.nama}, {page.locator('thead th').nth(2).get_attribute('data-hari')}: P rancangan, terkunci"
    )
    page.keyboard.press("PageUp")
    expect(page.locator(":focus")).to_have_attribute("value", f"k{own.kursi_id}.1")
    page.keyboard.press("Home")
    expect(page.locator(":focus")).to_have_attribute("value", f"k{own.kursi_id}.0")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    assert page.locator("td button[tabindex='0']").count() == 1
