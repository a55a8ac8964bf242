"""Attendance in a browser: checked in by the code on the post's screen, marked by who runs the shift, by a link."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from piket import kehadiran, tamu
from piket.models import Kebutuhan, Penugasan
from tests.browser.conftest import Login, OpenPage, check_axe, check_page, check_reflow
from tests.cast import World

SHOTS = os.environ.get("FOTO_HALAMAN", "")
JAKBAR = "31.73"
LOOKS = [(320, "dark"), (1280, "light")]


def keep(page: Page, name: str, width: int, theme: str = "light") -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)


def one_shift(dunia: World) -> list[Penugasan]:
    """A shift that runs, with people of several agencies, one late, one ill, and a gap."""
    names = ("piket.jakbar", "polres.jakbar", "kpu.jakbar", "bawaslu.jakbar")
    duties = [dunia.put_on_duty(name) for name in names]
    dunia.posko[JAKBAR].refresh_from_db()
    Kebutuhan.objects.create(piket=duties[0].piket, kursi=dunia.kursi(JAKBAR, "polres"), jumlah=3)
    Penugasan.objects.filter(pk=duties[0].pk).update(koordinator=True)
    by, shift = dunia.aktor("operator.jakbar"), duties[0].piket
    kehadiran.mark(shift, [duties[2].pk], "hadir", by=by)
    kehadiran.mark(shift, [duties[3].pk], "sakit", by=by, catatan="Surat dokter lewat WhatsApp")
    return duties


def test_check_in_by_the_code_on_the_screen(dunia: World, open_page: OpenPage, login: Login) -> None:
    duty = one_shift(dunia)[1]
    screen, phone = open_page(width=1280), open_page(width=360)
    login(screen, "operator.jakbar")
    login(phone, "polres.jakbar")
    screen.goto(f"/piket/{duty.piket_id}/kode/")
    digits = screen.locator("[data-kode]").get_attribute("data-kode")
    phone.goto(f"/piket/{duty.piket_id}/")
    phone.get_by_role("main").get_by_role("link", name="Catat datang").click()
    check_page(phone)
    keep(phone, "catat", 360)
    phone.get_by_label("Kode di layar posko").fill(digits or "")
    phone.get_by_role("button", name="Catat datang").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kehadiran tercatat")
    expect(phone.locator("[data-kehadiran=terlambat]")).to_be_visible()
    check_page(phone)
    keep(phone, "resi", 360)
    duty.refresh_from_db()
    assert duty.cara == "kode" and duty.datang
    # The used code makes room by itself, and a second person is told to take the next one.
    expect(screen.locator(f"[data-kode='{digits}']")).to_have_count(0, timeout=10_000)
    expect(screen.locator("[data-kode]")).to_be_visible()
    second = open_page(width=360)
    login(second, "piket.jakbar")
    second.goto(f"/piket/hadir/?kode={digits}")
    expect(second.get_by_label("Kode di layar posko")).to_have_value(digits or "")
    second.get_by_role("button", name="Catat datang").click()
    expect(second.get_by_role("alert")).to_contain_text(re.compile("Kode sudah dipakai"))
    check_axe(second)
    check_reflow(second)
    keep(second, "dipakai", 360)


def test_checking_in_and_out_without_javascript(dunia: World, open_page: OpenPage, login: Login) -> None:
    duty = one_shift(dunia)[1]
    screen, phone = open_page(width=1280, js=False), open_page(width=360, js=False)
    login(screen, "operator.jakbar")
    login(phone, "polres.jakbar")
    used = ""
    for button in ("Catat datang", "Catat pulang"):
        screen.goto(f"/piket/{duty.piket_id}/kode/")
        # The screen renews itself; the code that was used goes.
        expect(screen.locator(f"[data-kode]:not([data-kode='{used}'])")).to_be_visible(timeout=12_000)
        used = screen.locator("[data-kode]").get_attribute("data-kode") or ""
        phone.goto("/piket/hadir/")
        phone.get_by_label("Kode di layar posko").fill(used)
        phone.get_by_role("button", name=button).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Kehadiran tercatat")
    duty.refresh_from_db()
    assert duty.pulang


def test_marking_the_rush_at_once(dunia: World, open_page: OpenPage, login: Login) -> None:
    duties = one_shift(dunia)
    page = open_page(width=360)
    login(page, "operator.jakbar")
    page.goto(f"/piket/{duties[0].piket_id}/kehadiran/")
    for duty in duties[:2]:
        page.locator(f"[data-penugasan='{duty.pk}'] input").check()
    page.get_by_role("button", name="Tandai hadir").click()
    expect(page.get_by_role("status").filter(has_text="2 orang dicatat")).to_be_visible()
    assert Penugasan.objects.filter(kehadiran="terlambat").count() == 3


def test_personal_link_without_signing_in(dunia: World, open_page: OpenPage, login: Login) -> None:
    duty = one_shift(dunia)[1]
    desk, phone = open_page(width=360), open_page(width=320)
    login(desk, "operator.jakbar")
    desk.goto(f"/piket/kehadiran/{duty.pk}/")
    desk.get_by_role("button", name="Buat tautan").click()
    check_axe(desk)
    keep(desk, "tautan-dibuat", 360)
    phone.goto(desk.get_by_label("Tautan hadir").input_value())
    check_page(phone)
    keep(phone, "tautan", 320)
    phone.get_by_role("button", name="Saya datang bertugas").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kehadiran tercatat")
    check_axe(phone)
    check_reflow(phone)
    keep(phone, "tautan-tercatat", 320)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    duties = one_shift(dunia)
    shift = duties[0].piket
    for n in range(3):
        isian = tamu.IsianTamu(
            uuid.uuid4(), f"Tamu {n}", "RW 03 Kembangan Selatan", "Melapor APK roboh", "Ketua"
        )
        guest = tamu.receive(dunia.posko[JAKBAR], isian, by=dunia.aktor("operator.jakbar"))
        if n == 1:
            tamu.strike(guest.pk, by=dunia.aktor("operator.jakbar"))
    early = dunia.put_on_duty("ketua.jakbar", timezone.now() + dt.timedelta(days=1))
    page = open_page(width=width, theme=theme)
    login(page, "operator.jakbar")
    pages = {
        "giliran": f"/piket/{shift.pk}/", "kode": f"/piket/{shift.pk}/kode/", "kode-belum": f"/piket/{early.piket_id}/kode/",
        "kehadiran": f"/piket/{shift.pk}/kehadiran/", "perbaiki": f"/piket/kehadiran/{duties[3].pk}/",
        "rekap": "/piket/rekap/", "rekap-posko": "/piket/rekap/?per=posko&bawah=1",
        "rekap-orang": f"/piket/rekap/?anggota={duties[3].anggota_id}", "tamu": "/piket/tamu/", "catat-kosong": "/piket/hadir/",
        "tautan-salah": "/piket/tautan/tidak-ada/",
    }  # fmt: skip
    for name, url in pages.items():
        page.goto(url)
        for fold in page.locator("main details:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        keep(page, name, width, theme)
        check_page(page)


def test_a_printed_code_warns(dunia: World, open_page: OpenPage, login: Login) -> None:
    duty = one_shift(dunia)[0]
    page = open_page(width=1280)
    login(page, "operator.jakbar")
    page.goto(f"/piket/{duty.piket_id}/kode/")
    page.emulate_media(media="print")
    expect(page.get_by_text("Cetakan tidak berguna")).to_be_visible()
    expect(page.locator("[data-kode]")).to_be_hidden()
