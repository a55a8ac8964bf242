"""One report's page: facts, acts, timeline, masks, and what it costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan import alur
from laporan.models import Laporan
from posko.models import TPS, Berkas
from tests.cast import World
from tests.laporan.langkah import ATASAN, JALAN, KETUA, PELAPOR, Masuk, bring


def page(client: Client, laporan: Laporan) -> str:
    answer = client.get(f"/laporan/{laporan.nomor}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("status", JALAN)
def test_shows_exactly_the_acts_one_may_do(dunia: World, masuk: Masuk, status: str) -> None:
    laporan = bring(dunia, status)
    for who in (KETUA, ATASAN, PELAPOR, "polres.jakbar", "admin"):
        shown = re.findall(r'data-act="([^"]+)"', page(masuk(who), laporan))
        assert shown == [act.name for act in alur.acts_for(dunia.aktor(who), laporan)], who


def test_facts_say_what_where_when_first(dunia: World, masuk: Masuk) -> None:
    kategori = dunia.kategori["banjir"]
    kategori.isian = [
        {"nama": "tinggi_air", "label": "Tinggi air", "jenis": "teks", "per_tps": True},
        {"nama": "rumah", "label": "Rumah terendam", "jenis": "angka"},
    ]
    kategori.save()
    stations = tuple(
        (tps, {"tinggi_air": "40 cm"}) for tps in TPS.objects.filter(nomor__in=(54, 901)).order_by("nomor")
    )
    laporan = dunia.file(
        tps=stations, rincian={"rumah": 12, "lama": "ya"}, lokasi="RT 04", lintang=-6.18, bujur=106.74
    )
    text = page(masuk(KETUA), laporan)
    positions = [
        text.index(words) for words in ("Air masuk ke TPS", "Di mana", "Kapan", "Rumah terendam", "Sumber")
    ]
    assert positions == sorted(positions)
    assert "Tinggi air" in text and text.count("40 cm") == 2 and "901" in text and "khusus" in text
    assert "Lama" in text and 'href="geo:-6.18,106.74"' in text and "RT 04" in text


def test_timeline_says_who_what_and_why(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    ketua = dunia.aktor(KETUA)
    laporan.reclassify(
        by=ketua,
        versi=laporan.versi,
        teks="Meluas ke RW lain.",
        prioritas="tinggi",
        akses="terbatas",
        kategori=laporan.kategori,
    )
    laporan.decline(by=ketua, versi=laporan.versi, alasan="bukan_wewenang", teks="Ditangani KPU.")
    text = page(masuk(KETUA), laporan)
    line = text[text.index('id="linimasa"') :]
    for words in (
        "Prioritas: Sedang → Tinggi", "Akses: Biasa → Terbatas", "Meluas ke RW lain.", "Alasan: Bukan wewenang", "Ditangani KPU.",
        "Posko Kelurahan Kembangan Selatan", "Status: Baru → Tidak dilanjutkan",
    ):  # fmt: skip
        assert words in line, words
    order = re.findall(r'data-tindakan="([^"]+)"', line)
    assert order == ["file", "reclassify", "decline"]
    assert laporan.jurnal_kepala[:8] in line


def test_reporter_is_masked_everywhere_for_who_may_not_know(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="apk", atas_nama="Ibu Kartini Rahasia")
    laporan.ask(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Di mana?")
    laporan.complete(by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Dekat pasar.")
    laporan.decline(by=dunia.aktor(KETUA), versi=laporan.versi, alasan="kurang_jelas", teks="Belum jelas.")
    laporan.request_reopen(by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Sudah jelas.")
    name = dunia.orang[PELAPOR].nama
    for who in (ATASAN, "polres.jakbar", "pengarah.dki", "admin", "ketua.jakbar"):
        text = page(masuk(who), laporan)
        assert name not in text and "Kartini" not in text and "FKDM" not in text, who
        assert text.count("Pelapor disamarkan") == 4, who
    for who in (KETUA, PELAPOR):
        text = page(masuk(who), laporan)
        assert name in text and "Ibu Kartini Rahasia" in text and "disamarkan" not in text, who


def test_phones_of_people_on_duty_only_for_who_may_see_them(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(PELAPOR, "rapat", wilayah=dunia.posko["31.73"].wilayah)
    orang = dunia.orang["piket.jakbar"]
    orang.telepon = "0812-0000-1111"
    orang.save()
    dunia.put_on_duty("piket.jakbar")
    assert "0812-0000-1111" in page(masuk("operator.jakbar"), laporan)
    party = page(masuk("partai.jakbar"), laporan)
    assert orang.nama in party and "0812-0000-1111" not in party


def test_hidden_and_missing_answer_exactly_alike(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="apk")
    client = masuk("operator.jaktim")
    bodies = set()
    for nomor in (laporan.nomor, laporan.nomor[:-4] + "9999", "apa-saja", "G31-1-1"):
        answer = client.get(f"/laporan/{nomor}/")
        assert answer.status_code == 404
        bodies.add(re.sub(rb'(csrfmiddlewaretoken" value="|name="next" value=")[^"]+', b"", answer.content))
    assert len(bodies) == 1
    for act in alur.ACTS.values():
        assert client.post(f"/laporan/{laporan.nomor}/{act.slug}/").status_code == 404


def test_visitors_go_to_the_login_page(dunia: World) -> None:
    laporan = dunia.file()
    for path in ("", f"{laporan.nomor}/", f"{laporan.nomor}/verifikasi/"):
        answer = Client().get(f"/laporan/{path}")
        assert answer.status_code == 302 and "/akun/login/" in answer["Location"]


def test_says_why_the_next_act_is_somebody_elses(dunia: World, masuk: Masuk) -> None:
    own = dunia.file(KETUA, "data_pemilih")
    assert "orang lain yang memverifikasi" in page(masuk(KETUA), own)
    assert "orang lain yang menutup" in page(masuk(KETUA), bring(dunia, "selesai"))


def test_shows_text_only_as_text(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(
        uraian="<script>alert(1)</script> & 'kutip'", lokasi="<b>RT</b>", rincian={"<i>x</i>": "<u>y</u>"}
    )
    text = page(masuk(KETUA), laporan)
    assert "<script>alert(1)" not in text and "<b>RT</b>" not in text and "<u>y</u>" not in text
    assert "<script>alert(1)" not in masuk(KETUA).get("/laporan/").content.decode()


@pytest.mark.parametrize(("who", "limit"), [("operator.jakbar", 8), (KETUA, 9), ("admin", 9)])
def test_costs_the_same_whatever_it_holds(dunia: World, masuk: Masuk, who: str, limit: int) -> None:
    photos = tuple(
        Berkas.objects.create(
            sha256=f"{n:064x}", ukuran=1, lebar=4, tinggi=3, pengunggah=dunia.orang[PELAPOR]
        )
        for n in range(6)
    )
    stations = tuple((t, {"air": "1"}) for t in TPS.objects.all())
    bare = dunia.file(kategori="banjir")
    small = dunia.file(kategori="banjir", foto=photos[:1], tps=stations[:1])
    large = dunia.file(kategori="banjir", foto=photos[1:], tps=stations)
    dunia.put_on_duty("piket.kembangan-selatan")
    ketua = dunia.aktor(KETUA)
    for n in range(12):
        large.reclassify(
            by=ketua, versi=large.versi, teks="Berubah.", akses="biasa", kategori=large.kategori,
            prioritas=("tinggi", "sedang")[n % 2],
        )  # fmt: skip
    client = masuk(who)
    client.get(f"/laporan/{small.nomor}/")
    counts = []
    for laporan in (small, large, bare):
        with CaptureQueriesContext(connection) as seen:
            page(client, laporan)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= limit
    assert counts[2] == counts[0] - 2  # neither photos nor stations are asked for when there are none
