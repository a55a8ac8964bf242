"""Reading spreadsheets that people send: bounded in size, without formulas, with the place of every error."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from posko.rumus import restore

MB = 1024 * 1024
MAX_BYTES = MB
MAX_UNCOMPRESSED = 40 * 1024 * 1024
MAX_ENTRIES = 200
# Real sheets unpack to some 10 or 20 times their size; what is meant to harm, to hundreds.
DENSE_FROM, MAX_DENSITY = 4 * MB, 100
MAX_ROWS = 5000
# In how many bytes from its start an XML part is searched for declarations.
DECLARATIONS = 64 * 1024
# Above this Excel has already rounded the number: the digits are lost.
MAX_EXACT = 10**15


class LembarTidakTerbaca(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Galat:
    """One thing to repair: sheet, row and column as Excel shows them, and the reason."""

    lembar: str
    baris: int
    kolom: str
    alasan: str


@dataclass(frozen=True)
class Baris:
    """One filled row: where it stands and its cells by column name (text, or date)."""

    lembar: str
    nomor: int
    isi: Mapping[str, Any]
    huruf: Mapping[str, str]

    def galat(self, kolom: str, alasan: str) -> Galat:
        """An error at this row; kolom: the column's name, shown with its letter."""
        return Galat(self.lembar, self.nomor, f"{self.huruf.get(kolom, '')} {kolom}".strip(), alasan)


def read_sheets(
    isi: bytes,
    sheets: Sequence[str],
    columns: Sequence[str],
    *,
    ignore: Sequence[str] = (),
    dates: Sequence[str] = (),
) -> tuple[list[Baris], list[Galat]]:
    """All filled rows of the named sheets, and what is wrong with their cells.

    columns: the header every sheet must begin with, in any order. Raises LembarTidakTerbaca for a file that is
    no XLSX, is too large (also once unpacked), has no known sheet, or more than MAX_ROWS rows.
    """
    book = open_book(isi)
    rows: list[Baris] = []
    errors: list[Galat] = []
    known = {nama.casefold(): nama for nama in sheets}
    try:
        for sheet in book.worksheets:
            nama = known.get(sheet.title.strip().casefold())
            if nama is None:
                if sheet.title not in ignore:
                    errors.append(
                        Galat(sheet.title, 1, "", f"Lembar ini tidak dikenal; pakai {', '.join(sheets)}.")
                    )
                continue
            _read_sheet(sheet, nama, columns, dates, rows, errors)
    except LembarTidakTerbaca:
        raise
    except Exception as error:
        raise LembarTidakTerbaca(
            "Lembar ini rusak. Simpan ulang dari Excel sebagai .xlsx, lalu coba lagi."
        ) from error
    finally:
        book.close()
    return rows, errors


def open_book(isi: bytes, most: int = MAX_BYTES, unpacked: int = MAX_UNCOMPRESSED) -> Any:
    """The workbook, to be read row by row; the caller closes it. most, unpacked: how many bytes it may have.

    Raises LembarTidakTerbaca for what is no XLSX, is too large (also once unpacked), or carries macros.
    """
    _check_archive(isi, most, unpacked)
    try:
        return load_workbook(io.BytesIO(isi), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # a broken archive fails in many ways inside the parser
        raise LembarTidakTerbaca("Berkas ini bukan lembar Excel (.xlsx) yang utuh.") from error


def _check_archive(isi: bytes, most: int, unpacked: int) -> None:
    """Refuse what would be large once unpacked, before anything is unpacked."""
    if len(isi) > most:
        raise LembarTidakTerbaca(f"Berkas lebih dari {most // MB} MB. Bagi menjadi beberapa berkas.")
    try:
        with zipfile.ZipFile(io.BytesIO(isi)) as archive:
            entries = archive.infolist()
            size = sum(e.file_size for e in entries)
            dense = size > DENSE_FROM and size > MAX_DENSITY * len(isi)
            if len(entries) > MAX_ENTRIES or size > unpacked or dense:
                raise LembarTidakTerbaca(
                    "Isi berkas terlalu besar setelah dibuka. Bagi menjadi beberapa berkas."
                )
            _refuse_active(archive, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise LembarTidakTerbaca("Berkas ini bukan lembar Excel (.xlsx).") from error


def _refuse_active(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """No macros, and no XML that defines its own entities: a short text that unpacks into gigabytes."""
    makro = LembarTidakTerbaca("Berkas dengan makro tidak diterima. Simpan sebagai .xlsx biasa.")
    if any(e.filename.lower().endswith("vbaproject.bin") for e in entries):
        raise makro
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            # A declaration stands before the first element; Excel writes UTF-8, where it can be read.
            head = archive.open(entry).read(DECLARATIONS)
            if b"macroEnabled" in head and entry.filename == "[Content_Types].xml":
                raise makro
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
                raise LembarTidakTerbaca("Berkas ini bukan lembar Excel (.xlsx) biasa.")


def _read_sheet(
    sheet: Any,
    nama: str,
    columns: Sequence[str],
    dates: Sequence[str],
    rows: list[Baris],
    errors: list[Galat],
) -> None:
    sheet.reset_dimensions()  # what the file claims about itself is not trusted
    # A few rows and columns more than allowed, so that "too many" is noticed without walking a million.
    cells = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=len(columns) + 20)
    header = [str(cell.value or "").strip().lower() for cell in next(cells, ())]
    missing = [kolom for kolom in columns if kolom not in header]
    if missing:
        errors.append(Galat(nama, 1, "", f"Baris judul harus memuat kolom: {', '.join(missing)}."))
        return
    places = {kolom: header.index(kolom) for kolom in columns}
    letters = {kolom: get_column_letter(place + 1) for kolom, place in places.items()}
    for number, row in enumerate(cells, start=2):
        picked = {kolom: row[place] if place < len(row) else None for kolom, place in places.items()}
        if all(cell is None or cell.value in (None, "") for cell in picked.values()):
            continue
        line = Baris(nama, number, {}, letters)
        values = dict(_values(line, picked, dates, errors))
        rows.append(Baris(nama, number, values, letters))
        if len(rows) > MAX_ROWS:
            raise LembarTidakTerbaca(
                f"Paling banyak {MAX_ROWS} baris sekali impor. Bagi menjadi beberapa berkas."
            )


def _values(
    line: Baris, picked: Mapping[str, Any], dates: Sequence[str], errors: list[Galat]
) -> Iterator[tuple[str, Any]]:
    for kolom, cell in picked.items():
        try:
            yield kolom, _date(cell) if kolom in dates else _text(cell)
        except ValueError as error:
            errors.append(line.galat(kolom, str(error)))
            yield kolom, None if kolom in dates else ""


def _text(cell: Any) -> str:
    """A cell as text. Numbers that Excel has rounded are refused, formulas too."""
    if cell is None or cell.value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("Rumus tidak diterima; tempel nilainya saja.")
    value = cell.value
    if isinstance(value, bool | dt.date | dt.time):
        raise ValueError("Harus berupa teks.")  # noqa: TRY004 - a wrong cell, not a wrong type of ours
    if isinstance(value, int | float):
        if abs(value) >= MAX_EXACT or value != int(value):
            raise ValueError("Angka ini sudah dibulatkan Excel. Ubah sel menjadi teks, lalu tulis ulang.")
        return str(int(value))
    return " ".join(restore(str(value).strip()).split())


def _date(cell: Any) -> dt.date | None:
    """A cell as date: a real Excel date, or text such as 2024-02-14."""
    if cell is None or cell.value in (None, ""):
        return None
    if cell.data_type == "f":
        raise ValueError("Rumus tidak diterima; tempel nilainya saja.")
    value = cell.value
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("Tanggal ditulis seperti 2024-02-14, atau sebagai tanggal Excel.") from None
