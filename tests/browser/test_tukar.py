"""A duty changes hands on a phone: offered, taken, approved; and who cannot come says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from piket.models import Penugasan, TukarPiket
from posko.models import Anggota, Pengguna
from tests.browser.conftest import LOOKS, Login, OpenPage, check_page
from tests.browser.test_piket import keep
from tests.cast import World, _hashed
from tests.piket.test_tukar import duty


def colleague(dunia: World) -> Anggota:
    mine = Anggota.objects.get(pengguna=dunia.orang["polres.jakbar"])
    person = Pengguna.objects.create(username="rekan", nama="Rekan Polres", password=_hashed())
    return Anggota.objects.create(pengguna=person, kursi=mine.kursi, peran="piket", mulai=mine.mulai)


def test_swap_from_offer_to_approval(dunia: World, open_page: OpenPage, login: Login) -> None:
    colleague(dunia)
    made = duty(dunia)
    page = open_page(width=360)
    login(page, "polres.jakbar")
    page.goto("/piket/saya/")
    page.get_by_role("link", name="Tawarkan tugas ini").click()
    page.get_by_label("Alasan").fill("Ada acara keluarga")
    page.get_by_role("button", name="Tawarkan tugas").click()
    expect(page.get_by_text("Ditawarkan", exact=True)).to_be_visible()
    address = page.url
    other = open_page(width=360)
    dunia.orang["rekan"] = Pengguna.objects.get(username="rekan")
    login(other, "rekan")
    other.goto("/piket/saya/")
    other.get_by_role("link", name="08.00–16.00").click()
    other.get_by_role("button", name="Ambil tugas ini").click()
    expect(other.get_by_text("Menunggu persetujuan", exact=True)).to_be_visible()
    leader = open_page(width=360)
    login(leader, "operator.jakbar")
    leader.goto("/piket/saya/")
    leader.get_by_role("link", name="Lihat pertukaran").click()
    leader.goto(address)
    leader.get_by_role("button", name="Setujui pertukaran").click()
    expect(leader.get_by_text("Disetujui", exact=True)).to_be_visible()
    made.refresh_from_db()
    assert made.status == "digantikan"
    assert Penugasan.objects.get(menggantikan=made).pengguna.username == "rekan"
    other.goto("/piket/saya/")
    expect(other.get_by_role("heading", name="Tugas berikutnya")).to_be_visible()
    expect(other.locator(".saya-tugas")).to_have_count(1)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_pages_of_my_duty(dunia: World, open_page: OpenPage, login: Login, width: int, theme: str) -> None:
    colleague(dunia)
    first = duty(dunia)
    duty(dunia, days=3)
    dunia.put_on_duty("polres.jakbar")
    swap = TukarPiket.objects.create(penugasan=first, oleh=dunia.orang["polres.jakbar"], kunci="0" * 32)
    page = open_page(width=width, theme=theme)
    login(page, "polres.jakbar")
    pages = {
        "saya": "/piket/saya/",
        "saya-lama": "/piket/saya/?lama=1",
        "berhalangan": "/piket/berhalangan/",
        "tawarkan": f"/piket/tugas/{first.pk}/tawarkan/",
        "tukar": "/piket/tukar/",
        "tukar-satu": f"/piket/tukar/{swap.pk}/",
    }
    for name, url in pages.items():
        page.goto(url)
        keep(page, name, width, theme)
        check_page(page)
    page.goto("/piket/saya/")
    page.get_by_role("button", name="Buat alamat kalender").click()
    expect(page.get_by_label("Alamat kalender")).to_be_visible()
    keep(page, "saya-kalender", width, theme)
    check_page(page)
    leader = open_page(width=width, theme=theme)
    login(leader, "operator.jakbar")
    for name, url in {
        "pengganti": "/piket/pengganti/",
        "ganti": f"/piket/tugas/{first.pk}/pengganti/",
    }.items():
        leader.goto(url)
        keep(leader, name, width, theme)
        check_page(leader)
