"""Buku Piket and Serah terima in a browser: an entry in one box and one button, a shift handed over and taken over."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from piket.models import CatatanPiket, SerahTerima
from posko.models import Sarpras
from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import bring_to
from tests.piket.shifts import assign, ending_soon
from tests.piket.test_serah import KETUA, PIKET, given

SHOTS = os.environ.get("FOTO_HALAMAN", "")
LOOKS = [(320, "dark"), (1280, "light")]


def keep(page: Page, name: str, width: int, theme: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)


def fill_book(dunia: World) -> SerahTerima:
    """A book with struck and plain entries, open reports, missing sarpras, and a handover that waits."""
    piket, sore = ending_soon(dunia)
    assign(dunia, piket, PIKET, kehadiran="hadir", datang=timezone.now() - dt.timedelta(hours=7))
    assign(dunia, sore, KETUA)
    bring_to(dunia, "diteruskan")
    dunia.file(kategori="apk")
    Sarpras.objects.create(posko=piket.posko, kode="genset", nama="Genset/UPS", dibutuhkan=1, ada=0)
    struck = {
        "dicoret_pada": timezone.now(),
        "dicoret_oleh": dunia.orang[KETUA],
        "alasan_coret": "Jam keliru",
    }
    for n, more in enumerate(({}, struck, {})):
        CatatanPiket.objects.create(
            posko=piket.posko, piket=piket, isi=f"Patroli ke-{n} bersama Satgas Pol PP ke TPS 012 sampai 015, aman.",
            oleh=dunia.orang[PIKET], pada=timezone.now() - dt.timedelta(minutes=9 - n), kunci=uuid.uuid4(), **more,
        )  # fmt: skip
    return given(dunia, piket, PIKET)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    made = fill_book(dunia)
    strike = f"/piket/buku/{CatatanPiket.objects.latest('id').pk}/coret/"
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    pages = {
        "buku": "/piket/buku/",
        "buku-kosong": "/piket/buku/?tanggal=2020-01-01",
        "buku-cetak": "/piket/buku/cetak/",
        "coret": strike,
        "serah-terima": made.get_absolute_url(),
        "giliran": f"/piket/{made.piket_id}/",
        "hari-ini": "/piket/hari-ini/",
    }
    for name, url in pages.items():
        page.goto(url)
        keep(page, name, width, theme)
        check_page(page)


@pytest.mark.parametrize("js", [True, False])
def test_an_entry_and_a_handover_on_a_phone(
    dunia: World, open_page: OpenPage, login: Login, js: bool
) -> None:
    piket, sore = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    assign(dunia, sore, KETUA)
    giver = open_page(width=360, js=js)
    login(giver, PIKET)
    giver.goto("/piket/buku/")
    box, button = (
        giver.get_by_label("Apa yang terjadi?"),
        giver.get_by_role("button", name="Catat", exact=True),
    )
    for control in (box, button):  # both on the first screen
        assert control.bounding_box()["y"] + control.bounding_box()["height"] < 800  # type: ignore[index]
    box.fill("Patroli ke TPS 012, aman.")
    button.click()
    expect(giver.get_by_text("Patroli ke TPS 012, aman.")).to_be_visible()
    giver.get_by_role("link", name="Serahkan Pagi").click()
    giver.get_by_role("button", name="Serahkan giliran").click()
    expect(giver.get_by_role("alert")).to_contain_text("Tulis ringkasan giliran ini")
    giver.get_by_label("Ringkasan giliran").fill("Aman terkendali.")
    if js:
        keep(giver, "serahkan-salah", 360, "light")
    giver.get_by_role("button", name="Serahkan giliran").click()
    expect(giver.get_by_text("Belum dikonfirmasi.")).to_be_visible()
    taker = open_page(width=360, js=js)
    login(taker, KETUA)
    taker.goto("/piket/hari-ini/")
    taker.get_by_role("link", name="Pagi").first.click()
    taker.get_by_label("Catatan penerima").fill("Kunci lengkap.")
    taker.get_by_role("button", name="Terima giliran").click()
    expect(taker.get_by_text("Kunci lengkap.")).to_be_visible()
    assert SerahTerima.objects.get().diterima_oleh.pengguna == dunia.orang[KETUA]


def test_the_form_of_a_handover(dunia: World, open_page: OpenPage, login: Login) -> None:
    piket, _ = ending_soon(dunia)
    for width, theme in LOOKS[:2]:
        page = open_page(width=width, theme=theme)
        login(page, KETUA)
        page.goto(f"/piket/{piket.pk}/serah-terima/")
        keep(page, "serahkan", width, theme)
        check_page(page)
