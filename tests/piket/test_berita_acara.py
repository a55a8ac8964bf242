"""The berita acara as PDF: its words and tables, tagged, marked until confirmed, and for readers of the book only."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader

from piket import serah
from piket.berita_acara import date_in_words
from piket.models import SerahTerima
from posko.models import Anggota
from tests.cast import World
from tests.laporan.langkah import bring_to
from tests.laporan.test_visible import put
from tests.piket.shifts import assign, ending_soon
from tests.piket.test_serah import CANARY, KETUA, LAPANGAN, PIKET, READERS, SIGNED_IN, given

pytestmark = pytest.mark.django_db
Masuk = Callable[[str], Client]


def pdf(client: Client, made: SerahTerima, query: str = "") -> PdfReader:
    answer = client.get(f"/piket/serah-terima/{made.pk}.pdf{query}")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    return PdfReader(io.BytesIO(answer.content))


def words(read: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


@pytest.mark.parametrize(
    ("day", "said"),
    [(dt.date(2024, 2, 14), "Rabu, tanggal empat belas, bulan Februari, tahun dua ribu dua puluh empat"),
     (dt.date(2024, 11, 27), "Rabu, tanggal dua puluh tujuh, bulan November, tahun dua ribu dua puluh empat"),
     (dt.date(2029, 1, 1), "Senin, tanggal satu, bulan Januari, tahun dua ribu dua puluh sembilan")],
)  # fmt: skip
def test_the_date_in_words(day: dt.date, said: str) -> None:
    assert date_in_words(day) == said


def test_parties_words_tables_and_signatures(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    assign(dunia, piket, KETUA, koordinator=True)
    assign(dunia, sore, PIKET)
    Anggota.objects.filter(pengguna=dunia.orang[KETUA]).update(nip="198001012005011001")
    sent = bring_to(dunia, "diteruskan")
    made = given(dunia, piket, nomor="BA-7/2024", ringkasan="Air #naik *deras* $x$ [a] @b")
    serah.confirm(
        SerahTerima.objects.for_detail().get(), by=dunia.aktor(PIKET), catatan="Kunci lemari lengkap."
    )
    read = pdf(masuk(KETUA), made, "?rangkap=3")
    text = words(read)
    for part in (
        "BERITA ACARA SERAH TERIMA PIKET", "Nomor: BA-7/2024", "Pada hari ini", date_in_words(piket.posko.local_time().date()),
        "PIHAK KESATU", "PIHAK KEDUA", "198001012005011001", dunia.orang[KETUA].nama, dunia.orang[PIKET].nama, "Ketua posko kelurahan",
        "Air #naik *deras* $x$ [a] @b", "Genset panas.", sent.nomor, "Polres", "rangkap 3 (tiga)", "SAKSI", "Kunci lemari lengkap.",
        "Dikonfirmasi di aplikasi", "GLADI", "Laporan terbuka", "Sarpras", "NIHIL",
    ):  # fmt: skip
        assert part in text, part
    assert "BELUM DIKONFIRMASI" not in text
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "id"
    assert b"pdfuaid" in read.xmp_metadata.stream.get_data()


@pytest.mark.parametrize("query", ["", "?rangkap=0", "?rangkap=x", "?rangkap=99", "?rangkap="])
def test_marked_until_confirmed_and_two_copies_without_a_number(
    dunia: World, masuk: Masuk, query: str
) -> None:
    piket, _ = ending_soon(dunia)
    text = words(pdf(masuk(KETUA), given(dunia, piket), query))
    assert "BELUM DIKONFIRMASI" in text and "rangkap 2 (dua)" in text
    assert "Nomor: ...." in text and "Tidak ada laporan terbuka." in text


def test_letters_without_a_glyph_do_not_stop_it(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    assert "selesai" in words(
        pdf(masuk(KETUA), given(dunia, piket, ringkasan="Aman 👍 \x01 \x0b 中文 selesai"))
    )


def test_only_readers_and_nothing_hidden(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    put(dunia.file(), akses="rahasia", ringkasan=CANARY)
    terbatas = dunia.file(kategori="apk", atas_nama="Ibu Kartini")
    later = put(dunia.file(kategori="data_pemilih"), ringkasan="Menjadi rahasia")
    assign(dunia, piket, PIKET, kehadiran="sakit")
    made = given(dunia, piket)
    put(later, akses="rahasia")
    for who in SIGNED_IN:
        client = masuk(who)
        if who not in READERS:
            assert client.get(f"/piket/serah-terima/{made.pk}.pdf").status_code == 404, who
            continue
        text = words(pdf(client, made))
        assert terbatas.nomor in text.replace(" ", ""), who
        for secret in (CANARY, "Kartini", dunia.orang[LAPANGAN].nama):
            assert secret not in text, (who, secret)
        assert ("Menjadi rahasia" in text) == (who == KETUA), who
        assert ("Sakit" in text) == (who != PIKET), who
    assert masuk(KETUA).get("/piket/serah-terima/0.pdf").status_code == 404
    assert masuk(KETUA).post(f"/piket/serah-terima/{made.pk}.pdf").status_code == 405


def test_a_long_one_keeps_its_heads(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    for n in range(30):
        dunia.file(
            uraian=f"Laporan ke-{n} dengan uraian yang cukup panjang untuk dua baris di dalam tabelnya."
        )
    made = given(dunia, piket, ringkasan="\n".join(f"Baris {n}" for n in range(40)))
    read = pdf(masuk(KETUA), made)
    assert len(read.pages) > 2
    assert all("BELUM DIKONFIRMASI" in page.extract_text().replace("\n", " ") for page in read.pages)
