"""One report as PDF: tagged, with timeline, photos and seal, masked as on its page."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from laporan.models import CatatanAkses, Laporan
from posko.models import TPS, Berkas
from tests.cast import CAST, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk
from tests.laporan.test_catatan import photo
from tests.laporan.test_privacy import CONDITION, MAY, PLACE, ill, readers  # noqa: F401
from tests.laporan.test_visible import put


def pdf(client: Client, laporan: Laporan) -> PdfReader:
    answer = client.get(f"/laporan/{laporan.nomor}.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    return PdfReader(io.BytesIO(answer.content))


def words(client: Client, laporan: Laporan) -> str:
    """The text of the PDF with its line breaks as spaces."""
    return " ".join(" ".join(page.extract_text() for page in pdf(client, laporan).pages).split())


def test_holds_facts_timeline_photos_and_seal(dunia: World, masuk: Masuk) -> None:
    tps = tuple((t, {"air": "40 cm"}) for t in TPS.objects.filter(nomor__in=(54, 901)).order_by("nomor"))
    laporan = dunia.file(
        kategori="data_pemilih", foto=(photo(dunia),), tps=tps, lokasi="RT 04", rincian={"rumah": 12},
        uraian="Air #naik *deras* _sekali_ $x$ [a] @b\nBaris kedua.", lintang=-6.18, bujur=106.74,
    )  # fmt: skip
    laporan.ask(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Berapa #rumah?")
    read = pdf(masuk(KETUA), laporan)
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for part in (
        laporan.nomor, "Air #naik *deras* _sekali_ $x$ [a] @b", "Baris kedua.", "RT 04", "40 cm", "901 (khusus)", "Rumah 12",
        "Foto 1 dari 1", "Meminta kelengkapan", "Berapa #rumah?", "Perlu dilengkapi", laporan.jurnal_kepala,
        "GLADI", dunia.orang[PELAPOR].nama, f"Diunduh oleh {dunia.orang[KETUA].nama}", "-6.18000, 106.74000",
    ):  # fmt: skip
        assert part in text, part
    assert sum(len(page.images) for page in read.pages) == 1
    assert read.metadata.title == f"{laporan.nomor} Data pemilih"
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "id"
    assert b"pdfuaid" in read.xmp_metadata.stream.get_data()


def test_letters_without_a_glyph_do_not_stop_it(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(uraian="Aman 👍 \x01 \x0b 中文 selesai")
    assert "selesai" in words(masuk(KETUA), laporan)


def test_a_photo_lost_from_disk_does_not_stop_it(dunia: World, masuk: Masuk) -> None:
    lost = Berkas.objects.create(
        sha256="a" * 64, ukuran=1, lebar=4, tinggi=3, pengunggah=dunia.orang[PELAPOR]
    )
    laporan = dunia.file(foto=(lost,))
    text = words(masuk(KETUA), laporan)
    assert "Linimasa" in text and "1 foto" in text


def test_reporter_is_masked_as_on_the_page(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="apk", atas_nama="Ibu Kartini")
    name = dunia.orang[PELAPOR].nama
    for who in (ATASAN, "polres.jakbar", "admin"):
        text = words(masuk(who), laporan)
        assert name not in text and "Kartini" not in text and "FKDM" not in text, who
        assert text.count("Pelapor disamarkan") == 2, who
    assert "Ibu Kartini" in words(masuk(KETUA), laporan)


def test_health_details_only_for_who_may_read_them(dunia: World, masuk: Masuk, ill: Laporan) -> None:  # noqa: F811
    told = {
        who for who in readers(dunia, ill) if CONDITION in (text := words(masuk(who), ill)) and PLACE in text
    }
    assert told == MAY


def test_every_pdf_is_journalled_before_it_leaves(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file()
    pdf(masuk(KETUA), laporan)
    note = CatatanAkses.objects.get()
    assert (note.jenis, note.bentuk, note.laporan, note.pengguna) == (
        "ekspor",
        "pdf",
        laporan,
        dunia.orang[KETUA],
    )


@pytest.mark.parametrize("akses", ["biasa", "terbatas", "rahasia"])
def test_hidden_is_404_like_missing(dunia: World, masuk: Masuk, akses: str) -> None:
    laporan = put(dunia.file(), akses=akses)
    for who in sorted(set(CAST) - {"lama.jakbar", "nonaktif.jakbar"}):
        sees = Laporan.objects.visible_to(dunia.aktor(who)).filter(pk=laporan.pk).exists()
        client = masuk(who)
        assert client.get(f"/laporan/{laporan.nomor}.pdf").status_code == (200 if sees else 404), who
        assert client.get(f"/laporan/{laporan.nomor[:-4]}9999.pdf").status_code == 404


def test_costs_the_same_whatever_it_holds(dunia: World, masuk: Masuk) -> None:
    small = dunia.file()
    large = dunia.file(tps=tuple((t, {"air": "1"}) for t in TPS.objects.all()), foto=(photo(dunia),))
    for n in range(6):
        large.reclassify(
            by=dunia.aktor(KETUA), versi=large.versi, teks="Berubah.", akses="biasa", kategori=large.kategori,
            prioritas=("tinggi", "sedang")[n % 2],
        )  # fmt: skip
    client, counts = masuk(KETUA), []
    pdf(client, small)
    for laporan in (small, large):
        with CaptureQueriesContext(connection) as seen:
            pdf(client, laporan)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
