"""Reports as a table for CSV and XLSX: what the person may see of the current filter, a few hundred rows at a time.

Nothing grows with the number of rows: rows are read by keyset, without a transaction that stays open while a slow
phone downloads. The export is journalled before its first row is read, each rahasia row before it is handed on.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter
from django.utils import timezone

from laporan import samaran
from laporan.models import CatatanAkses, Laporan, LaporanTPS
from posko.rumus import neutralise
from posko.templatetags.posko import zone_word

if TYPE_CHECKING:
    from laporan.models.laporan import LaporanQuerySet
    from laporan.saringan import Saringan
    from posko.access import Aktor

CHUNK = 500
# A sheet holds 1,048,576 rows; a cell 32,767 letters.
MOST_XLSX_ROWS, MOST_CELL_LETTERS = 1_000_000, 32_000

Nilai = str | float | dt.datetime | None
KOLOM = (
    "nomor", "jenis", "kategori", "prioritas", "akses", "status", "waktu_kejadian", "waktu_lapor", "batas_waktu",
    "zona", "kode_wilayah", "wilayah", "tps", "lokasi", "lintang", "bujur", "uraian", "rincian", "sumber", "pelapor",
    "instansi_pelapor", "atas_nama", "instansi", "posko", "belum_terverifikasi", "gladi",
)  # fmt: skip
LEBAR = {"nomor": 20, "kategori": 28, "uraian": 60, "rincian": 40, "posko": 32, "pelapor": 24, "lokasi": 24}


class TerlaluBanyak(Exception):
    """More rows than a sheet holds."""


@dataclass(frozen=True)
class Ekspor:
    """One export that has been journalled. baris: how many rows there were at that moment."""

    aktor: Aktor
    bentuk: str
    catatan: CatatanAkses
    reports: LaporanQuerySet
    baris: int

    def chunks(self) -> Iterator[list[list[Nilai]]]:
        """Rows in the order of `KOLOM`, newest report first, a few hundred at a time."""
        below = None
        while True:
            rows = self.reports if below is None else self.reports.filter(id__lt=below)
            found = list(rows.order_by("-id")[:CHUNK])
            if not found:
                return
            CatatanAkses.objects.note_readings(self.aktor, found, self.bentuk, self.catatan)
            stations = _stations(found)
            yield [_row(one, stations.get(one.pk, []), self.aktor) for one in found]
            if len(found) < CHUNK:
                return
            below = found[-1].pk


def start(aktor: Aktor, chosen: Saringan, bentuk: str, now: dt.datetime) -> Ekspor:
    """Count and journal the export of a filter. Reports that arrive later than this are not in it.

    now: aware; decides what is late and how old. Raises `TerlaluBanyak` before anything is journalled.
    """
    reports = chosen.apply(Laporan.objects.visible_to(aktor), aktor, now).filter(waktu_lapor__lte=now)
    count = reports.count()
    if bentuk == CatatanAkses.Bentuk.XLSX and count > MOST_XLSX_ROWS:
        raise TerlaluBanyak
    note = CatatanAkses.objects.note_export(aktor, bentuk, count, chosen.in_words)
    return Ekspor(aktor, bentuk, note, reports.for_export(), count)


def csv_lines(ekspor: Ekspor) -> Iterator[bytes]:
    """The export as UTF-8 CSV with the byte order mark Excel looks for; text like a formula gets a ' before it."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(KOLOM)
    for rows in ekspor.chunks():
        writer.writerows([[_plain(value) for value in row] for row in rows])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()
    yield line.getvalue().encode()


def xlsx_file(ekspor: Ekspor) -> IO[bytes]:
    """The export as an open, nameless XLSX file at its beginning. Every text cell is a string.

    Rows go to disk as they come (constant_memory); the parts are zipped together at the end.
    """
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with tempfile.TemporaryDirectory() as parts:
        book = xlsxwriter.Workbook(whole, {"constant_memory": True, "tmpdir": parts})
        sheet = book.add_worksheet("Laporan")
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for place, name in enumerate(KOLOM):
            sheet.set_column(place, place, LEBAR.get(name, 16))
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 1)
        number = 0
        for rows in ekspor.chunks():
            for row in rows:
                number += 1
                _write(sheet, number, row, moment)
        book.close()
    whole.seek(0)
    return whole


def _write(sheet: Any, number: int, row: list[Nilai], moment: Any) -> None:
    for place, value in enumerate(row):
        if isinstance(value, str):
            if value:
                sheet.write_string(number, place, value[:MOST_CELL_LETTERS])
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(number, place, value, moment)
        elif value is not None:
            sheet.write_number(number, place, value)


def _plain(value: Nilai) -> str | float:
    if isinstance(value, str):
        return neutralise(value)
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value


def _stations(found: list[Laporan]) -> dict[int, list[tuple[int, bool, dict[str, Any]]]]:
    """The polling stations of these reports. One query."""
    rows = LaporanTPS.objects.filter(laporan__in=[one.pk for one in found]).order_by("laporan", "tps__nomor")
    stations: dict[int, list[tuple[int, bool, dict[str, Any]]]] = {}
    for pk, *station in rows.values_list("laporan", "tps__nomor", "tps__khusus", "rincian"):
        stations.setdefault(pk, []).append((station[0], station[1], station[2]))
    return stations


def _row(laporan: Laporan, stations: list[tuple[int, bool, dict[str, Any]]], aktor: Aktor) -> list[Nilai]:
    who = samaran.reporter(laporan, aktor)
    zone = laporan.posko.zona
    local = [
        timezone.localtime(at, zone).replace(tzinfo=None) if at else None
        for at in (laporan.waktu_kejadian, laporan.waktu_lapor, laporan.batas_waktu)
    ]
    unverified = laporan.sebelum_verifikasi and not laporan.diverifikasi_oleh_id
    return [
        laporan.nomor, laporan.get_jenis_display(), laporan.kategori_nama, laporan.get_prioritas_display(),
        laporan.get_akses_display(), laporan.get_status_display(), *local,
        zone_word(timezone.localtime(laporan.waktu_lapor, zone)), laporan.wilayah_id, laporan.wilayah.nama,
        ", ".join(f"{number:03d}" for number, _, _ in stations), laporan.lokasi, laporan.lintang, laporan.bujur,
        laporan.uraian, _facts(laporan, stations, aktor), laporan.get_sumber_display(), who["nama"], who["instansi"],
        who["atas_nama"], laporan.instansi_nama, laporan.posko.nama, "ya" if unverified else "tidak",
        "ya" if laporan.dalam_gladi else "tidak",
    ]  # fmt: skip


def _facts(laporan: Laporan, stations: list[tuple[int, bool, dict[str, Any]]], aktor: Aktor) -> str:
    """Extra facts on one line: ``Tinggi air: 40; TPS 054 Kondisi: Terendam``."""
    parts = [f"{label}: {value}" for label, value in samaran.facts(laporan, aktor)]
    if any(facts for _, _, facts in stations):
        table = samaran.stations(laporan, stations, aktor)
        parts += [
            f"TPS {number} {label}: {value}"
            for number, _, values in table["baris"]
            for label, value in zip(table["kolom"], values, strict=True)
            if value
        ]
    return "; ".join(parts)
