"""Handling across people and tiers in a browser: forward to closed, support, hand-over, merging."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from laporan.models import Laporan, Pelimpahan
from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import ATASAN, KEADAAN, KETUA, PELAPOR, POLRES, bring, bring_to

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, act: str) -> None:
    """Press an act on a report's page, opening "Tindakan lain" when it is there."""
    button = page.locator(f"main [data-act={act}]").first
    if not button.is_visible():
        page.locator(".rinci-lain > summary").click()
    button.click()


def send(page: Page, act: str, text: str = "") -> None:
    """Write the words of an act's own page and send it."""
    if text:
        page.locator("#id_teks").fill(text)
    page.locator(f"main button[data-act={act}]").click()
    expect(page.locator("header[data-status]")).to_be_visible()


def test_forward_accept_finish_close(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "terverifikasi")
    url = laporan.get_absolute_url()
    ketua, polres, atasan = open_page(), open_page(width=1280), open_page(width=1280)
    for page, who in ((ketua, KETUA), (polres, POLRES), (atasan, ATASAN)):
        login(page, who)

    ketua.goto(url)
    press(ketua, "forward")
    ketua.locator("#id_kursi").select_option(label="Polres (Koordinasi)")
    send(ketua, "forward", "Mohon petugas ke lokasi.")
    expect(ketua.locator("[data-penerusan]")).to_have_attribute("data-status", "terkirim")

    polres.goto("/")
    polres.locator(f"[data-nomor='{laporan.nomor}'] [data-act=receive]").click()
    expect(polres.locator("main")).to_contain_text("Mohon petugas ke lokasi.")
    send(polres, "receive")
    press(polres, "finish")
    send(polres, "finish", "Petugas sudah di lokasi, keadaan tertib.")
    expect(polres.locator("[data-penerusan]")).to_have_attribute("data-status", "selesai")

    ketua.goto(url)
    expect(ketua.locator("#penerusan")).to_contain_text("keadaan tertib")
    press(ketua, "resolve")
    send(ketua, "resolve", "Situasi tertib.")
    atasan.goto(url)
    press(atasan, "close")
    expect(atasan.locator("header[data-status]")).to_have_attribute("data-status", "ditutup")


def test_support_is_asked_and_answered(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = bring(dunia, "terverifikasi")
    ketua, atasan = open_page(), open_page(width=1280)
    login(ketua, KETUA)
    login(atasan, ATASAN)
    ketua.goto(laporan.get_absolute_url())
    press(ketua, "ask_support")
    ketua.locator("#id_jumlah").fill("2")
    send(ketua, "ask_support", "Perahu karet sebelum sore.")
    expect(ketua.locator("#tindakan")).to_contain_text("Menunggu jawaban Posko Kecamatan Kembangan")
    atasan.goto("/")
    atasan.locator(f"[data-nomor='{laporan.nomor}'] [data-act=answer_support]").click()
    expect(atasan.locator("main")).to_contain_text("Perahu karet sebelum sore.")
    atasan.get_by_label("Dipenuhi sebagian").check()
    send(atasan, "answer_support", "Satu perahu berangkat sekarang.")
    ketua.reload()
    expect(ketua.locator("#linimasa")).to_contain_text("Satu perahu berangkat sekarang.")


def test_hand_over_nobody_accepts_is_seen_by_the_province(
    dunia: World, open_page: OpenPage, login: Login
) -> None:
    laporan = bring(dunia, "terverifikasi")
    ketua, province = open_page(), open_page(width=1280)
    login(ketua, KETUA)
    login(province, "operator.dki")
    ketua.goto(laporan.get_absolute_url())
    press(ketua, "hand_over")
    ketua.locator("#id_tujuan").select_option(label="Posko Kota Jakarta Barat")
    send(ketua, "hand_over", "Perlu keputusan wali kota.")
    expect(ketua.locator(".jalur-posko [aria-current]")).to_contain_text("menunggu menerima")
    province.goto("/")
    expect(province.locator(f"[data-nomor='{laporan.nomor}']")).to_have_count(0)
    Pelimpahan.objects.update(batas_terima=timezone.now() - dt.timedelta(minutes=1))
    Laporan.objects.filter(pk=laporan.pk).update(batas_terima=timezone.now() - dt.timedelta(minutes=1))
    province.goto("/")
    expect(province.locator(f"[data-nomor='{laporan.nomor}']")).to_contain_text("Pelimpahan belum diterima")


def test_merge_and_undo(dunia: World, open_page: OpenPage, login: Login) -> None:
    main, other = bring(dunia, "terverifikasi"), bring(dunia, "baru")
    page = open_page()
    login(page, KETUA)
    page.goto(f"{other.get_absolute_url()}gabung/?utama={main.nomor}")
    check_page(page)
    send(page, "merge")
    expect(page.locator("header[data-status]")).to_have_attribute("data-status", "digabung")
    page.goto(main.get_absolute_url())
    expect(page.locator("#gabungan")).to_contain_text(other.nomor)
    page.goto(other.get_absolute_url())
    press(page, "unmerge")
    send(page, "unmerge", "Ternyata kejadian lain.")
    expect(page.locator("header[data-status]")).to_have_attribute("data-status", "baru")


def test_ready_made_words_go_into_the_text(dunia: World, open_page: OpenPage, login: Login) -> None:
    from laporan.models import TemplatPesan

    laporan = bring(dunia, "terverifikasi")
    TemplatPesan.objects.create(kategori=laporan.kategori, judul="Minta cek", isi="Mohon dicek ke lokasi.")
    page = open_page()
    login(page, KETUA)
    page.goto(f"{laporan.get_absolute_url()}teruskan/")
    page.locator("#id_teks").fill("Yang terhormat,")
    page.locator(".templat > summary").click()
    check_page(page)
    page.get_by_role("button", name="Pakai").click()
    expect(page.locator("#id_teks")).to_have_value("Yang terhormat,\nMohon dicek ke lokasi.")


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_every_new_page_passes_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    rows = {name: bring_to(dunia, name) for name in KEADAAN}
    page = open_page(width=width, theme=theme)
    for who, pages in {
        KETUA: [
            *(row.get_absolute_url() for row in rows.values()), "/laporan/penerusan/", "/laporan/penerusan/?lingkup=semua",
            f"{rows['minta_dukungan'].get_absolute_url()}teruskan/", f"{rows['minta_dukungan'].get_absolute_url()}limpahkan/",
            f"{rows['diteruskan'].get_absolute_url()}minta-dukungan/", f"{rows['digabung'].get_absolute_url()}pisah/",
            f"{rows['diteruskan'].get_absolute_url()}selesai/",
        ],
        POLRES: [
            rows["diteruskan"].get_absolute_url(), "/laporan/penerusan/",
            *(f"{rows['diteruskan'].get_absolute_url()}{slug}/" for slug in ("terima", "kemajuan", "tuntas", "kembalikan")),
        ],
        ATASAN: [
            f"{rows['dilimpahkan'].get_absolute_url()}{slug}/" for slug in ("terima-pelimpahan", "kembalikan-pelimpahan")
        ] + [f"{rows['minta_dukungan'].get_absolute_url()}jawab-dukungan/"],
        PELAPOR: [rows["digabung"].get_absolute_url()],
    }.items():  # fmt: skip
        login(page, who)
        for url in pages:
            page.goto(url)
            check_page(page)
