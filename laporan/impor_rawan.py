"""Import of TPS rawan from Excel or CSV: Bawaslu's indicators and Polri's classes; all rows or none.

One file holds the complete list of a source for each kelurahan it names: what it leaves out there is ended, not
deleted. Importing the same file again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from laporan.models import KelasRawan, SumberRawan, TPSRawan
from laporan.rawan import variables
from posko import access
from posko.access import Aktor
from posko.impor import KODE, ImporDitolak, Kolom, decode_text, read_rows, teks
from posko.lembar import MAX_ROWS, Baris, Galat, LembarTidakTerbaca, read_sheets
from posko.models import TPS, Pemilihan

SHEET, LEGEND, CSV = "TPS rawan", "Petunjuk", "CSV"
COLUMNS = ("kode", "tps", "sumber", "kelas", "variabel", "indikator", "frekuensi", "per_tanggal")
_ZIP = b"PK\x03\x04"
_BATCH = 5000
_CLASSES = {str(label).casefold(): str(value) for value, label in KelasRawan.choices} | {
    str(value): str(value) for value, _ in KelasRawan.choices
}
Kunci = tuple[int, str, str, str, dt.date]


def read_rows_of(isi: bytes, most: int | None = MAX_ROWS) -> tuple[list[Baris], list[Galat]]:
    """The filled rows of an .xlsx or CSV file, and cells that cannot be read. most: rows allowed in a CSV.

    Raises LembarTidakTerbaca for a file that cannot be read as a whole.
    """
    if isi.startswith(_ZIP):
        return read_sheets(isi, (SHEET,), COLUMNS, ignore=(LEGEND,), dates=("per_tanggal",))
    rows: list[Baris] = []
    errors: list[Galat] = []
    columns = [Kolom(name, teks(200), boleh_kosong=True) for name in COLUMNS]
    try:
        for line, row in read_rows(decode_text(isi), columns):
            if most is not None and len(rows) >= most:
                raise LembarTidakTerbaca(
                    f"Paling banyak {most} baris sekali impor. Bagi menjadi beberapa berkas."
                )
            read = _csv_row(line, row, columns, errors)
            rows.append(read)
    except ImporDitolak as refusal:
        raise LembarTidakTerbaca("; ".join(str(one) for one in refusal.galat[:3])) from refusal
    return rows, errors


def _csv_row(line: int, row: dict[str, str], columns: Sequence[Kolom], errors: list[Galat]) -> Baris:
    cells: dict[str, object] = {}
    for column in columns:
        try:
            text = column.value(row) or ""
            cells[column.nama] = (
                (dt.date.fromisoformat(text) if text else None) if column.nama == "per_tanggal" else text
            )
        except ValueError as error:
            reason = "Tanggal ditulis seperti 2024-02-14." if column.nama == "per_tanggal" else f"{error}."
            errors.append(Galat(CSV, line, column.nama, reason))
            cells[column.nama] = None if column.nama == "per_tanggal" else ""
    return Baris(CSV, line, cells, {})


@dataclass
class Rencana:
    """What importing would do: nothing is written before `carry_out`."""

    baru: list[TPSRawan] = field(default_factory=list)
    ubah: list[TPSRawan] = field(default_factory=list)
    berakhir: list[int] = field(default_factory=list)
    tetap: int = 0
    galat: list[Galat] = field(default_factory=list)

    @property
    def kosong(self) -> bool:
        return not (self.baru or self.ubah or self.berakhir)


class Perencana:
    """Checks rows against the edition's stations and what is known of them, in three queries."""

    def __init__(self, edisi: Pemilihan, rows: list[Baris], aktor: Aktor | None) -> None:
        self.edisi, self.rows, self.aktor = edisi, rows, aktor
        self.plan = Rencana()
        self.variabel = variables(edisi.jenis)
        codes = {row.isi["kode"] for row in rows}
        found = TPS.objects.filter(pemilihan=edisi, wilayah__in=codes).values_list("wilayah", "nomor", "pk")
        self.stations = {(kode, nomor): pk for kode, nomor, pk in found}
        self.known: dict[Kunci, TPSRawan] = {}
        self.lists: dict[tuple[str, str], dt.date] = {}
        for one in TPSRawan.objects.filter(pemilihan=edisi, wilayah__in=codes):
            self.known[one.tps_id, one.sumber, one.variabel, one.indikator, one.per_tanggal] = one
            if one.berlaku:
                self.lists[one.wilayah_id, one.sumber] = one.per_tanggal
        self.dates: dict[tuple[str, str], dt.date] = {}
        self.lines: dict[Kunci, int] = {}

    def run(self) -> Rencana:
        """Check every row, then see which rows of older lists end."""
        for row in self.rows:
            self._row(row)
        kept = set(self.lines)
        self.plan.berakhir = [
            one.pk
            for key, one in self.known.items()
            if one.berlaku and (one.wilayah_id, one.sumber) in self.dates and key not in kept
        ]
        return self.plan

    def _fail(self, row: Baris, kolom: str, alasan: str) -> None:
        self.plan.galat.append(row.galat(kolom, alasan))

    def _row(self, row: Baris) -> None:
        before = len(self.plan.galat)
        station = self._station(row)
        reason = self._reason(row)
        date = self._date(row)
        if len(self.plan.galat) > before or station is None or date is None:
            return
        one = TPSRawan(
            pemilihan=self.edisi, tps_id=station, wilayah_id=row.isi["kode"], per_tanggal=date, **reason
        )
        self._place(row, one)

    def _station(self, row: Baris) -> int | None:
        kode, nomor = row.isi["kode"], row.isi["tps"]
        if not KODE.fullmatch(kode) or kode.count(".") != 3:
            self._fail(row, "kode", "Bukan kode kelurahan seperti 31.73.08.1006.")
            return None
        if self.aktor and not access.can(self.aktor, "import_rawan", kode):
            self._fail(row, "kode", "Kelurahan ini di luar wilayah yang Anda kelola.")
            return None
        digits = nomor.casefold().removeprefix("tps").strip()
        found = (
            self.stations.get((kode, int(digits)))
            if digits.isascii() and digits.isdigit() and len(digits) < 5
            else None
        )
        if found is None:
            self._fail(row, "tps", f"Tidak ada TPS {nomor or '(kosong)'} di kelurahan {kode} pada edisi ini.")
        return found

    def _reason(self, row: Baris) -> dict[str, object]:
        """The fields that say why, by source."""
        isi = row.isi
        source = isi["sumber"].casefold()
        if source not in SumberRawan.values:
            self._fail(row, "sumber", "Tulis bawaslu atau polri.")
            return {}
        if source == SumberRawan.POLRI:
            kelas = _CLASSES.get(isi["kelas"].casefold(), "")
            if not kelas:
                self._fail(row, "kelas", "Tulis kurang rawan, rawan, atau sangat rawan.")
            for kolom in ("variabel", "indikator", "frekuensi"):
                if isi[kolom]:
                    self._fail(row, kolom, "Hanya untuk sumber bawaslu; kosongkan.")
            return {"sumber": source, "kelas": kelas}
        return {"sumber": source} | self._indicator(row)

    def _indicator(self, row: Baris) -> dict[str, object]:
        isi = row.isi
        variabel = isi["variabel"].casefold().replace(" ", "_").replace("-", "_")
        if variabel not in self.variabel:
            self._fail(row, "variabel", f"Tulis salah satu dari: {', '.join(self.variabel)}.")
        if isi["kelas"]:
            self._fail(row, "kelas", "Hanya untuk sumber polri; kosongkan.")
        if isi["frekuensi"] not in ("", "1", "2", "3"):
            self._fail(row, "frekuensi", "Tulis 1, 2, atau 3, atau kosongkan.")
            return {}
        if len(isi["indikator"]) > 200:
            self._fail(row, "indikator", "Paling panjang 200 huruf.")
        return {
            "variabel": variabel, "indikator": isi["indikator"],
            "frekuensi": int(isi["frekuensi"]) if isi["frekuensi"] else None,
        }  # fmt: skip

    def _date(self, row: Baris) -> dt.date | None:
        """One date for each list, not older than the list that is known, and not in the future."""
        date, key = row.isi["per_tanggal"], (row.isi["kode"], row.isi["sumber"].casefold())
        if date is None:
            self._fail(row, "per_tanggal", "Tulis keadaan per tanggal berapa.")
        elif date > timezone.localdate():
            self._fail(row, "per_tanggal", "Tanggal ini belum tiba.")
        elif (known := self.lists.get(key)) and known > date:
            self._fail(row, "per_tanggal", f"Sudah ada daftar yang lebih baru, per {known.isoformat()}.")
        elif self.dates.setdefault(key, date) != date:
            self._fail(row, "per_tanggal", "Satu kelurahan dan sumber hanya satu tanggal dalam satu berkas.")
        return date

    def _place(self, row: Baris, one: TPSRawan) -> None:
        key = (one.tps_id, one.sumber, one.variabel, one.indikator, one.per_tanggal)
        first = self.lines.setdefault(key, row.nomor)
        if first != row.nomor:
            self._fail(row, "tps", f"Sama dengan baris {first}.")
            return
        same = self.known.get(key)
        if same is None:
            self.plan.baru.append(one)
        elif not same.berlaku or (same.kelas, same.frekuensi) != (one.kelas, one.frekuensi):
            same.berlaku, same.kelas, same.frekuensi = True, one.kelas, one.frekuensi
            self.plan.ubah.append(same)
        else:
            self.plan.tetap += 1


def plan_import(
    edisi: Pemilihan, isi: bytes, aktor: Aktor | None = None, most: int | None = MAX_ROWS
) -> Rencana:
    """What importing this file would do. aktor: whose area bounds it; None for the command, which may do all.

    Raises LembarTidakTerbaca for a file that cannot be read.
    """
    rows, errors = read_rows_of(isi, most)
    if not rows and not errors:
        raise LembarTidakTerbaca("Berkas ini tidak berisi satu baris pun.")
    unread = {(error.lembar, error.baris) for error in errors}
    plan = Perencana(edisi, [row for row in rows if (row.lembar, row.nomor) not in unread], aktor).run()
    plan.galat = sorted(errors + plan.galat, key=lambda one: one.baris)
    return plan


def carry_out(
    edisi: Pemilihan, isi: bytes, aktor: Aktor | None = None, most: int | None = MAX_ROWS
) -> Rencana:
    """Plan again and write, in one transaction: all rows or none."""
    with transaction.atomic():
        # Two imports at once: the second sees what the first wrote.
        Pemilihan.objects.select_for_update(no_key=True).get(pk=edisi.pk)
        plan = plan_import(edisi, isi, aktor, most)
        if plan.galat:
            return plan
        TPSRawan.objects.bulk_create(plan.baru, batch_size=_BATCH)
        TPSRawan.objects.bulk_update(plan.ubah, ["berlaku", "kelas", "frekuensi"], batch_size=1000)
        for start in range(0, len(plan.berakhir), _BATCH):
            ended = Q(pk__in=plan.berakhir[start : start + _BATCH])
            TPSRawan.objects.filter(ended).update(berlaku=False)
    return plan


# --- template ----------------------------------------------------------------------------------------

_EXAMPLES = (
    ("31.73.08.1006", "054", "bawaslu", "", "lokasi", "nama indikator menurut Bawaslu", "1", "2024-02-10"),
    ("31.73.08.1006", "054", "polri", "rawan", "", "", "", "2024-02-10"),
)


def write_template(edisi: Pemilihan) -> bytes:
    """An empty workbook: the sheet to fill in, and a page that explains the columns."""
    book = Workbook(write_only=True)
    legend = book.create_sheet(LEGEND)
    legend.column_dimensions["A"].width, legend.column_dimensions["B"].width = 22, 80
    lines: list[tuple[str, ...]] = [
        ("Impor TPS rawan",),
        (
            "Satu baris untuk satu alasan. Berkas memuat daftar lengkap tiap kelurahan dan sumber yang disebutnya.",
        ),
        (),
        COLUMNS,
        *_EXAMPLES,
        (),
        ("kode", "Kode Kemendagri kelurahan, misalnya 31.73.08.1006"),
        ("tps", "Nomor TPS, misalnya 054"),
        ("sumber", "bawaslu atau polri"),
        ("kelas", "Hanya polri: kurang rawan, rawan, atau sangat rawan"),
        ("variabel", f"Hanya bawaslu: {', '.join(variables(edisi.jenis))}"),
        ("indikator", "Hanya bawaslu: nama indikatornya; boleh kosong"),
        ("frekuensi", "Hanya bawaslu: kelas frekuensi 1 (paling sering), 2, atau 3; boleh kosong"),
        ("per_tanggal", "Keadaan per tanggal, seperti 2024-02-10"),
    ]
    for number, line in enumerate(lines):
        legend.append([as_text(legend, value, bold=number in (0, 3)) for value in line])
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 18
    sheet.append([as_text(sheet, column, bold=True) for column in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_text(sheet: Any, value: str, *, bold: bool = False) -> WriteOnlyCell:
    """A text cell in a text column: codes keep their zeros."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type, cell.number_format, cell.font = "s", "@", Font(bold=bold)
    return cell
