"""Saran, potensi, TPS rawan and the stations of a main event in a browser: across people, and every check."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from laporan.models import Laporan, PenilaianPotensi, Saran
from posko.models import TPS
from tests.browser.conftest import Login, OpenPage, check_page
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR
from tests.laporan.test_rawan import BAWASLU, POLRI, load

pytestmark = pytest.mark.django_db(transaction=True)


def test_saran_is_given_answered_and_told(dunia: World, open_page: OpenPage, login: Login) -> None:
    laporan = dunia.file()
    adviser, ketua = open_page(width=360), open_page(width=1280)
    login(adviser, PELAPOR)
    login(ketua, KETUA)
    adviser.goto(f"/laporan/{laporan.nomor}/")
    adviser.get_by_role("link", name="Beri saran").click()
    adviser.get_by_label("Saran").fill("Pinjam pompa dari kelurahan sebelah.")
    adviser.get_by_role("button", name="Kirim saran").click()
    expect(adviser.get_by_text("Saran Anda tercatat")).to_be_visible()
    ketua.goto("/laporan/saran/")
    ketua.get_by_role("link", name="Pinjam pompa").click()
    ketua.get_by_role("link", name="Bahas saran").click()
    ketua.get_by_role("button", name="Bahas saran").click()
    ketua.get_by_role("link", name="Jalankan saran").click()
    ketua.get_by_role("button", name="Jalankan saran").click()
    expect(ketua.get_by_text("Belum tersimpan")).to_be_visible()
    ketua.get_by_label("Alasan dan langkahnya").fill("Pompa datang pukul 10.00.")
    ketua.get_by_role("button", name="Jalankan saran").click()
    expect(ketua.get_by_role("heading", name="Keputusan: Dijalankan")).to_be_visible()
    adviser.goto("/")
    adviser.get_by_role("link", name="Baca jawabannya").click()
    expect(adviser.get_by_text("Pompa datang pukul 10.00.")).to_be_visible()


def test_potensi_is_assessed_and_comes_true(dunia: World, open_page: OpenPage, login: Login) -> None:
    potensi, laporan = dunia.file(kategori="potensi_banjir"), dunia.file()
    page = open_page(width=360)
    login(page, KETUA)
    page.goto(f"/laporan/{potensi.nomor}/nilai-potensi/")
    check_page(page)
    page.locator("label", has_text="Mungkin terjadi").click()
    page.locator("label", has_text="Berat: pemungutan terhenti").click()
    page.get_by_label("Pencegahan").fill("Pompa disiapkan di RW 04.")
    page.get_by_label("Penanggung jawab").select_option(label="Lurah")
    page.get_by_label("Ditinjau lagi pada").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Simpan penilaian").click()
    expect(page.locator("#penilaian")).to_contain_text("Mungkin terjadi")
    check_page(page)
    page.goto(f"/laporan/{laporan.nomor}/kaitkan-potensi/")
    check_page(page)
    page.get_by_role("link", name=potensi.nomor).click()
    page.get_by_role("button", name="Kaitkan dengan potensi").click()
    expect(page.get_by_role("heading", name="Sudah diperkirakan")).to_be_visible()
    assert PenilaianPotensi.objects.get().laporan == potensi
    assert Laporan.objects.get(pk=laporan.pk).potensi == potensi


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_pages_pass_every_check(
    dunia: World, open_page: OpenPage, login: Login, width: int, theme: str
) -> None:
    load(dunia, BAWASLU, POLRI, POLRI | {"tps": "55", "kelas": "rawan"})
    kategori = dunia.kategori["banjir"]
    kategori.isian = [
        {"nama": "rt_rw", "label": "RT/RW", "jenis": "teks", "per_tps": True},
        {"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True},
        {
            "nama": "kondisi",
            "label": "Kondisi TPS",
            "jenis": "pilihan",
            "per_tps": True,
            "pilihan": ["Sudah pindah"],
        },
        {"nama": "pindah_ke", "label": "Dipindahkan ke", "jenis": "teks", "per_tps": True},
        {
            "nama": "pemilih_terdampak",
            "label": "DPT terdampak",
            "jenis": "angka",
            "per_tps": True,
            "dijumlah": True,
        },
    ]
    kategori.save()
    facts = {
        "rt_rw": "004/07", "tinggi_air": 40, "kondisi": "Sudah pindah", "pindah_ke": "SDN Kembangan Selatan 03 Pagi",
        "pemilih_terdampak": 245,
    }  # fmt: skip
    laporan = dunia.file(tps=tuple((tps, facts) for tps in TPS.objects.all()))
    dunia.file(tps=((TPS.objects.get(nomor=54), facts),))
    aktor = dunia.aktor(KETUA)
    for n in range(2):
        saran = Saran.objects.give(
            aktor,
            posko=laporan.posko,
            laporan=laporan if n else None,
            teks="Tambah pompa.",
            kunci=uuid.uuid4(),
        )
    saran.discuss_advice(by=aktor)
    saran.adopt_advice(by=aktor, teks="Segera dilakukan.")
    page = open_page(width=width, theme=theme)
    login(page, KETUA)
    for url in (
        "/laporan/rawan/", "/laporan/rawan/?kelas=rawan", "/laporan/saran/", "/laporan/saran/saya/", "/laporan/saran/baru/",
        saran.get_absolute_url(), f"/laporan/{laporan.nomor}/saran/", f"/laporan/{laporan.nomor}/tps/",
        f"/laporan/{laporan.nomor}/",
    ):  # fmt: skip
        page.goto(url)
        check_page(page)
    page.goto(f"/laporan/{laporan.nomor}/tps/")
    page.emulate_media(media="print")
    expect(page.get_by_text("23.765").first).to_be_visible()
