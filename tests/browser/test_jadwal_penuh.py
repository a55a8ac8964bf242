"""From an empty roster to a published one in a browser: 25 agencies, 52 days, pattern, filling, an edit, published."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from playwright.sync_api import Locator, Page, expect

from piket.models import GiliranPola, KebutuhanPola, Penerbitan, Penugasan, Piket, PolaPiket
from posko.models import Kursi, Pemilihan, Posko
from tests.browser.conftest import Login, OpenPage
from tests.cast import World
from tests.piket.test_jadwal import _crowd
from tests.piket.test_kebenaran import JAKBAR

HARI, INSTANSI, ORANG = 52, 25, 4
PALING_BANYAK = 12


class Tangan:
    """Counts what a person does: every press, every choice, the first address."""

    def __init__(self, page: Page) -> None:
        self.page, self.n = page, 0

    def open(self, url: str) -> None:
        self.n += 1
        self.page.goto(url)

    def press(self, target: Locator) -> None:
        self.n += 1
        target.click(timeout=60_000)


def prepare(dunia: World) -> Posko:
    """A post of 25 agencies, four people each, open for 52 more days; its tier's pattern asks one of each agency."""
    posko = dunia.posko[JAKBAR]
    today = posko.local_time().date()
    posko.ditutup = today + dt.timedelta(days=HARI)
    Pemilihan.objects.filter(pk=dunia.edisi.pk).update(ditutup=posko.ditutup)
    posko.dibuka = today + dt.timedelta(days=1)
    posko.save()
    Kursi.objects.filter(posko=posko).exclude(instansi__kode="suban_kesbangpol").update(aktif=False)
    _crowd(dunia, posko, INSTANSI, ORANG)
    pola = PolaPiket.objects.create(pemilihan=dunia.edisi, tingkat=2, nama="Pola kota")
    giliran = GiliranPola.objects.create(pola=pola, nama="Piket", mulai=dt.time(8), selesai=dt.time(16))
    for kursi in Kursi.objects.filter(posko=posko, instansi__kode__startswith="ramai"):
        KebutuhanPola.objects.create(giliran=giliran, instansi=kursi.instansi)
    return posko


def test_from_empty_to_published(dunia: World, open_page: OpenPage, login: Login) -> None:
    posko = prepare(dunia)
    page = open_page(width=1280)
    page.set_default_navigation_timeout(60_000)
    login(page, "admin.jakbar")
    hand = Tangan(page)

    hand.open(f"/admin/piket/jadwal/{posko.pk}/")
    tools = page.get_by_role("navigation", name="Alat jadwal")
    hand.press(tools.get_by_role("link", name="Terapkan pola"))
    hand.press(page.get_by_role("button", name="Lihat pratinjau"))
    hand.press(page.get_by_role("button", name="Terapkan pola"))
    hand.press(tools.get_by_role("link", name="Isi sisanya"))
    hand.press(page.get_by_role("button", name="Lihat pratinjau"))
    hand.press(page.get_by_role("button", name="Isi jadwal"))
    expect(tools).to_be_visible()
    assert Piket.objects.filter(posko=posko, terbit_pada=None).count() == HARI
    assert Penugasan.objects.live().count() == HARI * INSTANSI

    # Adjust: one person is let off, a colleague comes instead.
    cell = page.locator("td.isi button").first
    hand.press(cell)
    panel = page.locator("#panel")
    hand.press(panel.get_by_role("button", name="Ganti", exact=True))
    expect(panel.get_by_role("status")).to_contain_text("diganti")

    hand.press(tools.get_by_role("link", name="Terbitkan"))
    hand.press(page.get_by_role("button", name="Terbitkan jadwal"))
    expect(page.get_by_text("Jadwal versi 1 terbit")).to_be_visible()
    assert hand.n <= PALING_BANYAK, hand.n

    assert Penerbitan.objects.get(posko=posko).versi == 1
    shifts = Piket.objects.filter(posko=posko)
    assert not shifts.filter(terbit_pada=None).exists()
    full = shifts.annotate(n=Count("penugasan", filter=Q(penugasan__status__in=Penugasan.LIVE)))
    assert set(full.values_list("n", flat=True)) == {INSTANSI}
