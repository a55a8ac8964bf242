"""Reading back a roster that people changed in Excel. The file is theirs: nothing in it is believed.

Two steps: `read_file` makes bounded rows of the bytes, `understand` makes of them what is wanted (`Harapan`) with the
help of the roster as it is now. What cannot be understood is told cell by cell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from piket.excel.bentuk import (
    DATA,
    JADWAL,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_DAYS,
    MAX_ROWS,
    MAX_UNPACKED,
    TETAP,
    VERSI,
    Macam,
    Susunan,
)
from piket.lembar import FIRST_DAY, LAST_DAY
from posko.lembar import LembarTidakTerbaca, open_book

FOREIGN = "Berkas ini bukan unduhan jadwal dari halaman ini. Unduh jadwalnya, ubah isinya, lalu unggah lagi."
# How far down the titles of the columns are looked for: people like to add a heading.
HEADING_ROWS = 12
GRID_FROM = TETAP + 1
HEADS = {("instansi", "nama"): Susunan.HARI, ("tanggal", "giliran"): Susunan.TANGGAL}
_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")

Nilai = str | dt.date


@dataclass(frozen=True)
class Galat:
    """What is wrong, and in which cell (empty: not in one)."""

    sel: str
    alasan: str

    def __str__(self) -> str:
        return f"Lembar {JADWAL}, sel {self.sel}: {self.alasan}" if self.sel else self.alasan


def cell_name(row: int, column: int) -> str:
    """``D7`` for row 7, column 4."""
    return f"{get_column_letter(column)}{row}"


@dataclass
class Isi:
    """What the file holds: whose roster it says to be, and the filled rows of its grid.

    kepala: the titles by column number; baris: row number to its cells; both as Excel counts them, from 1.
    """

    susunan: str
    posko: int
    kode: str
    dari: dt.date
    sampai: dt.date
    sidik: str
    label: dict[str, Macam]
    kursi: dict[str, int]
    baris_kepala: int = 0
    kepala: dict[int, Nilai] = field(default_factory=dict)
    baris: dict[int, dict[int, Nilai]] = field(default_factory=dict)
    galat: list[Galat] = field(default_factory=list)


def read_file(isi: bytes) -> Isi:
    """The file as rows. Raises LembarTidakTerbaca when it is no roster of ours, damaged, too large or with macros."""
    book = open_book(isi, MAX_BYTES, MAX_UNPACKED)
    try:
        sheets = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
        data, grid = sheets.get(DATA.casefold()), sheets.get(JADWAL.casefold())
        if grid is None:
            raise LembarTidakTerbaca(f"Berkas ini tidak punya lembar {JADWAL}.")
        if data is None:
            raise LembarTidakTerbaca(FOREIGN)
        about = _about(data)
        _read_grid(grid, about)
    except LembarTidakTerbaca:
        raise
    except Exception as error:  # a damaged sheet fails in many ways inside the parser
        raise LembarTidakTerbaca(
            "Lembar ini rusak. Simpan ulang dari Excel sebagai .xlsx, lalu coba lagi."
        ) from error
    finally:
        book.close()
    return about


def _about(sheet: Any) -> Isi:
    """The hidden sheet: whose roster, which days, which labels."""
    sheet.reset_dimensions()  # what the file claims about itself is not trusted
    said: dict[str, str] = {}
    labels: dict[str, Macam] = {}
    seats: dict[str, int] = {}
    for cells in sheet.iter_rows(max_row=MAX_ROWS, max_col=6, values_only=True):
        key, *rest = (str(value) if value is not None else "" for value in (*cells, *[None] * 6)[:6])
        if key == "label":
            labels[rest[0].casefold()] = (rest[1], rest[2], rest[3], as_id(rest[4]))
        elif key == "kursi":
            seats[rest[0]] = as_id(rest[1])
        elif key:
            said[key] = rest[0]
    if said.get("versi") != VERSI:
        raise LembarTidakTerbaca(FOREIGN)
    try:
        dari, sampai = dt.date.fromisoformat(said["dari"]), dt.date.fromisoformat(said["sampai"])
    except (KeyError, ValueError) as error:
        raise LembarTidakTerbaca(FOREIGN) from error
    if not (FIRST_DAY <= dari <= sampai <= LAST_DAY and (sampai - dari).days < MAX_DAYS):
        raise LembarTidakTerbaca(FOREIGN)
    return Isi(
        "", as_id(said.get("posko", "")), said.get("kode", "")[:20], dari, sampai, said.get("sidik", "")[:64],
        labels, seats,
    )  # fmt: skip


def as_id(text: str) -> int:
    """An id, or 0, which nothing has."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _read_grid(sheet: Any, about: Isi) -> None:
    sheet.reset_dimensions()
    # One row and column more than allowed, so that "too many" is noticed without walking a million.
    rows = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1)
    for number, cells in enumerate(rows, start=1):
        found = dict(_values(number, cells, about))
        if number > MAX_ROWS and found:
            raise LembarTidakTerbaca(f"Lembar {JADWAL} lebih dari {MAX_ROWS} baris.")
        if found and max(found) > MAX_COLUMNS:
            raise LembarTidakTerbaca(f"Lembar {JADWAL} lebih dari {MAX_COLUMNS} kolom.")
        if about.kepala:
            if found:
                about.baris[number] = found
            continue
        first = tuple(str(found.get(place, "")).strip().casefold() for place in (1, 2))
        if first in HEADS:
            about.susunan, about.baris_kepala, about.kepala = HEADS[first], number, found
        elif number >= HEADING_ROWS:
            break
    if not about.kepala:
        raise LembarTidakTerbaca(
            f"Judul kolom lembar {JADWAL} tidak ditemukan: Instansi dan Nama, atau Tanggal dan Giliran."
        )


def _values(number: int, cells: Any, about: Isi) -> Iterator[tuple[int, Nilai]]:
    for place, cell in enumerate(cells, start=1):
        try:
            value = _value(cell)
        except ValueError as error:
            about.galat.append(Galat(cell_name(number, place), str(error)))
        else:
            if value != "":
                yield place, value


def _value(cell: Any) -> Nilai:
    """What a cell says: text or a date. Formulas are refused: what they show depends on who computes it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError("Rumus tidak diterima; tempel nilainya saja.")
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool | dt.time | dt.timedelta) or cell.data_type == "e":
        raise ValueError("Isi sel ini tidak dikenal; tulis sebagai teks.")
    if isinstance(value, int | float):
        if value != value or abs(value) > 10**15 or value != int(value):
            raise ValueError("Angka ini tidak dikenal; tulis sebagai teks.")
        return str(int(value))
    return str(value).strip()


def as_date(value: Nilai | None) -> dt.date | None:
    """A date as Excel has it, or written as 14-02-2024, 14/2/2024 or 2024-02-14; anything else is None."""
    if isinstance(value, dt.date) or value is None:
        return value
    try:
        if match := _DATE.fullmatch(value):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
