"""Exports: only what the person may see, as masked as on screen, no formula, journalled before the first row."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from laporan import ekspor
from laporan.models import CatatanAkses, Laporan
from posko.access import RAHASIA
from posko.models import TPS
from tests.cast import CAST, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk
from tests.laporan.test_catatan import refuse_entries
from tests.laporan.test_list import _many
from tests.laporan.test_visible import put

ALL = "?lingkup=semua&hari=semua"


def csv_rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/laporan/ekspor.csv{query}")
    assert answer.status_code == 200 and answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def xlsx_rows(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/laporan/ekspor.xlsx{query}")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    head, *lines = sheet.iter_rows()
    return [{h.value: cell for h, cell in zip(head, line, strict=True)} for line in lines]


def numbers(rows: list[dict[str, Any]]) -> list[str]:
    return [getattr(row["nomor"], "value", row["nomor"]) for row in rows]


def test_holds_the_rows_of_the_list_newest_first(dunia: World, masuk: Masuk) -> None:
    flood, power = dunia.file(), dunia.file(kategori="listrik")
    meeting = dunia.file(kategori="rapat")
    client = masuk(KETUA)
    assert numbers(csv_rows(client)) == [power.nomor, flood.nomor]
    assert numbers(csv_rows(client, "?kategori=listrik")) == [power.nomor]
    assert numbers(xlsx_rows(client, ALL)) == [meeting.nomor, power.nomor, flood.nomor]


def test_a_row_says_what_the_page_says(dunia: World, masuk: Masuk) -> None:
    kategori = dunia.kategori["banjir"]
    kategori.isian = [{"nama": "air", "label": "Tinggi air", "jenis": "angka", "per_tps": True}]
    kategori.save()
    tps = tuple((t, {"air": 40}) for t in TPS.objects.filter(nomor__in=(54, 901)).order_by("nomor"))
    laporan = dunia.file(
        tps=tps, lokasi="RT 04", lintang=-6.18, bujur=106.74, uraian='Air naik;\n"deras", cepat'
    )
    [row] = csv_rows(masuk(KETUA))
    assert row["uraian"] == laporan.uraian and row["tps"] == "054, 901" and row["lintang"] == "-6.18"
    assert row["rincian"] == "TPS 054 Tinggi air: 40; TPS 901 Tinggi air: 40"
    assert row["status"] == "Baru" and row["zona"] == "WIB" and row["kode_wilayah"] == "31.73.08.1006"
    assert row["pelapor"] == dunia.orang[PELAPOR].nama and row["posko"] == "Posko Kelurahan Kembangan Selatan"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+62", "-1", "@a", "\tx", "\rx"])
def test_no_text_is_a_formula(dunia: World, masuk: Masuk, text: str) -> None:
    dunia.file(uraian=text, lokasi=text, rincian={"catatan": text}, atas_nama="=A1")
    [row] = csv_rows(masuk(KETUA))
    for name, value in row.items():
        assert value[:1] not in tuple("=+-@\t\r"), name
    assert row["uraian"] == f"'{text}" and row["atas_nama"] == "'=A1"
    [cells] = xlsx_rows(masuk(KETUA))
    assert cells["uraian"].value.replace("_x000D_", "\r").replace("\n", "\r") == text.replace("\n", "\r")
    for name, cell in cells.items():
        assert cell.data_type in ("s", "inlineStr", "d", "n"), name
        assert cell.data_type == "s" or not isinstance(cell.value, str), name


def test_control_letters_and_long_texts_open_in_a_sheet(dunia: World, masuk: Masuk) -> None:
    dunia.file(uraian="a\x0bb\x1f" + "z" * 4990, rincian={f"f{n}": "x" * 290 for n in range(130)})
    [cells] = xlsx_rows(masuk(KETUA))
    assert len(cells["rincian"].value) == ekspor.MOST_CELL_LETTERS
    assert cells["uraian"].value.startswith("a")


@pytest.mark.parametrize("bentuk", ["csv", "xlsx"])
def test_journalled_before_it_leaves(dunia: World, masuk: Masuk, bentuk: str) -> None:
    dunia.file()
    dunia.file(kategori="listrik")
    answer = masuk(KETUA).get(f"/laporan/ekspor.{bentuk}?kategori=listrik")
    note = CatatanAkses.objects.get()  # not a byte of the answer was read yet
    assert (note.jenis, note.bentuk, note.baris) == ("ekspor", bentuk, 1)
    assert note.pengguna == dunia.orang[KETUA] and note.anggota.pengguna == note.pengguna
    assert note.saringan == "Terbuka; Kategori: Listrik padam"
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("bentuk", ["csv", "xlsx"])
def test_what_cannot_be_journalled_does_not_leave(dunia: World, masuk: Masuk, bentuk: str) -> None:
    dunia.file()
    client = masuk(KETUA)
    refuse_entries()
    with pytest.raises(IntegrityError):
        client.get(f"/laporan/ekspor.{bentuk}")


def test_each_rahasia_row_is_journalled_as_read(dunia: World, masuk: Masuk) -> None:
    plain = dunia.file()
    secret = put(dunia.file(), akses=RAHASIA)
    assert set(numbers(csv_rows(masuk(KETUA)))) == {plain.nomor, secret.nomor}
    reading = CatatanAkses.objects.get(jenis="baca")
    assert reading.laporan_id == secret.pk and reading.bentuk == "csv"
    assert reading.ekspor == CatatanAkses.objects.get(jenis="ekspor")
    xlsx_rows(masuk("operator.jakbar"))
    assert CatatanAkses.objects.filter(jenis="baca").count() == 1


def test_reading_is_journalled_before_the_row_is_handed_on(dunia: World) -> None:
    put(dunia.file(), akses=RAHASIA)
    aktor = dunia.aktor(KETUA)
    note = CatatanAkses.objects.note_export(aktor, "csv", 1)
    begun = ekspor.Ekspor(aktor, "csv", note, Laporan.objects.visible_to(aktor).for_export(), 1)
    chunks = begun.chunks()
    assert not CatatanAkses.objects.filter(jenis="baca").exists()
    next(chunks)
    assert CatatanAkses.objects.filter(jenis="baca", ekspor=note).count() == 1


def test_everybody_exports_exactly_what_they_see(dunia: World, masuk: Masuk) -> None:
    made = [dunia.file(kategori=k) for k in ("banjir", "apk", "rapat", "potensi_banjir")]
    put(dunia.file(KETUA), akses=RAHASIA)
    put(made[0], diteruskan=[dunia.kursi("31.73", "partai_uji").pk])
    dunia.file(kategori="apk", menyangkut_posko=True)
    for who in sorted(set(CAST) - {"admin.jakbar", "lama.jakbar", "nonaktif.jakbar"}):
        seen = set(Laporan.objects.visible_to(dunia.aktor(who)).values_list("nomor", flat=True))
        assert set(numbers(csv_rows(masuk(who), ALL))) == seen, who
        assert set(numbers(xlsx_rows(masuk(who), ALL))) == seen, who
    assert masuk("admin.jakbar").get("/laporan/ekspor.csv").status_code == 403


def test_reporter_is_masked_as_on_the_page(dunia: World, masuk: Masuk) -> None:
    dunia.file(kategori="apk", atas_nama="Ibu Kartini")
    for who in (ATASAN, "polres.jakbar", "admin"):
        [row] = csv_rows(masuk(who))
        assert (row["pelapor"], row["instansi_pelapor"], row["atas_nama"]) == (
            "Pelapor disamarkan",
            "",
            "",
        ), who
    for who in (KETUA, PELAPOR):
        [row] = csv_rows(masuk(who))
        assert (row["pelapor"], row["atas_nama"]) == (dunia.orang[PELAPOR].nama, "Ibu Kartini"), who


@pytest.mark.parametrize("count", [ekspor.CHUNK, ekspor.CHUNK + 1])
def test_chunks_hold_every_row_once(dunia: World, masuk: Masuk, count: int) -> None:
    _many(dunia.file(kategori="listrik"), count - 1)
    found = numbers(csv_rows(masuk(KETUA)))
    assert len(found) == len(set(found)) == count


def test_queries_grow_by_the_chunk_not_by_the_row(dunia: World, masuk: Masuk) -> None:
    first = dunia.file(kategori="listrik", tps=tuple((t, {}) for t in TPS.objects.all()[:3]))
    client, counts = masuk(KETUA), []
    csv_rows(client)
    for total in (10, 400):
        _many(first, total - Laporan.objects.count(), start=5000 + Laporan.objects.count())
        with CaptureQueriesContext(connection) as seen:
            assert len(csv_rows(client)) == total
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_too_many_for_a_sheet_is_said_in_words(
    dunia: World, masuk: Masuk, monkeypatch: pytest.MonkeyPatch
) -> None:
    dunia.file()
    monkeypatch.setattr(ekspor, "MOST_XLSX_ROWS", 0)
    answer = masuk(KETUA).get("/laporan/ekspor.xlsx")
    assert answer.status_code == 422 and "unduh CSV" in answer.content.decode()
    assert not CatatanAkses.objects.exists()


def test_the_list_links_its_own_filter(dunia: World, masuk: Masuk) -> None:
    dunia.file()
    page = masuk(KETUA).get("/laporan/?kategori=banjir&urut=batas").content.decode()
    for kind in ("csv", "xlsx"):
        assert f'href="/laporan/ekspor.{kind}?kategori=banjir&amp;lingkup=terbuka&amp;urut=batas"' in page
