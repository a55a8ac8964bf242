"""Attendance over a range of dates: counts of each state and hours, per person, agency or post.

Counted in the database with one GROUP BY. Persons only of one post at a time, so that no page grows with the province.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from piket.lembar import agency_name
from piket.models import Penugasan
from posko.models import Posko
from posko.models.posko import post_name
from posko.rumus import neutralise

K = Penugasan.Kehadiran
Status = Penugasan.Status
# No edition's posts are open longer than two months: a longer range is a typing error in a year.
PALING_LAMA = 62
ORANG, INSTANSI, POSKO = "orang", "instansi", "posko"
KELOMPOK = {ORANG: "Orang", INSTANSI: "Instansi", POSKO: "Posko"}
# Column: state. "" is what should have been written down and was not.
KEADAAN = {
    "hadir": K.HADIR, "terlambat": K.TERLAMBAT, "sakit": K.SAKIT, "izin": K.IZIN, "cuti": K.CUTI,
    "dinas_luar": K.DINAS_LUAR, "tanpa_keterangan": K.TANPA_KETERANGAN, "belum": K.BELUM,
}  # fmt: skip
JUDUL = {name: str(state.label) for name, state in KEADAAN.items()} | {
    "tugas": "Tugas", "digantikan": "Digantikan", "jam": "Jam bertugas",
}  # fmt: skip
ANGKA = ("tugas", *KEADAAN, "digantikan", "jam")


@dataclass(frozen=True)
class Pilihan:
    """What is counted: one post, or with `bawah` also those below it; two local dates, both included."""

    posko: Posko
    dari: dt.date
    sampai: dt.date
    kelompok: str
    bawah: bool


@dataclass
class Baris:
    """One line. kunci: id of the member, agency, or code of the post; `jam` in hours, of those who also left."""

    kunci: Any
    nama: str
    ket: str
    angka: dict[str, Any]

    @property
    def nilai(self) -> list[Any]:
        return [self.angka[name] for name in ANGKA]


def _duties(asked: Pilihan, visible: Q, at: dt.datetime) -> Any:
    """Duties that have begun, of these posts and dates, among what the reader may read."""
    kode = asked.posko.wilayah_id
    place = Q(piket__posko=asked.posko)
    if asked.bawah:
        place |= Q(piket__posko__wilayah__gte=f"{kode}.", piket__posko__wilayah__lt=f"{kode}/")
        place &= Q(piket__posko__pemilihan=asked.posko.pemilihan_id)
    return Penugasan.objects.filter(
        visible, place, piket__tanggal__gte=asked.dari, piket__tanggal__lte=asked.sampai, waktu__startswith__lte=at,
        status__in=(Status.DIJADWALKAN, Status.DIGANTIKAN),
    ).order_by()  # fmt: skip


def _counts() -> dict[str, Any]:
    live = Q(status=Status.DIJADWALKAN)
    return {
        "tugas": Count("pk", filter=live),
        **{name: Count("pk", filter=live & Q(kehadiran=state.value)) for name, state in KEADAAN.items()},
        "digantikan": Count("pk", filter=Q(status=Status.DIGANTIKAN)),
        "lama": Sum(F("pulang") - F("datang"), filter=live),
    }


_KEYS: dict[str, tuple[str, ...]] = {
    ORANG: ("anggota", "pengguna__nama", "nama_instansi"),
    INSTANSI: ("anggota__kursi__instansi", "nama_instansi", "anggota__kursi__instansi__unsur"),
    POSKO: ("piket__posko__wilayah", "piket__posko__wilayah__jenis", "piket__posko__wilayah__nama"),
}
_ORDER = {
    ORANG: ("pengguna__nama", "anggota"),
    INSTANSI: ("anggota__kursi__instansi__urutan", "nama_instansi", "anggota__kursi__instansi"),
    POSKO: ("piket__posko__wilayah",),
}


def recap(asked: Pilihan, visible: Q, at: dt.datetime | None = None) -> list[Baris]:
    """The lines of a recap. visible: the posts the reader may read, as a filter on Penugasan. One query."""
    keys = _KEYS[asked.kelompok]
    rows = _duties(asked, visible, at or timezone.now())
    if asked.kelompok != POSKO:
        rows = rows.annotate(nama_instansi=agency_name("anggota__kursi__instansi__"))
    found = rows.values(*keys).annotate(**_counts()).order_by(*_ORDER[asked.kelompok])
    return [_line(row, asked.kelompok, keys) for row in found]


def _line(row: dict[str, Any], kelompok: str, keys: tuple[str, ...]) -> Baris:
    first, second, third = (row[name] for name in keys)
    numbers = {name: row[name] for name in ANGKA if name != "jam"} | {"jam": _hours(row["lama"])}
    if kelompok == POSKO:
        return Baris(first, post_name(second, third), "", numbers)
    return Baris(first, second, third if kelompok == ORANG else "", numbers)


def _hours(span: dt.timedelta | None) -> float:
    return round(span.total_seconds() / 3600, 1) if span else 0


def total(rows: list[Baris]) -> Baris:
    """All lines together."""
    numbers = {name: sum(row.angka[name] for row in rows) for name in ANGKA}
    return Baris(None, "Jumlah", "", numbers | {"jam": round(numbers["jam"], 1)})


def duties_of(asked: Pilihan, visible: Q, anggota: int, at: dt.datetime | None = None) -> list[Penugasan]:
    """The duties behind a person's line, in order of time: at most one a shift of the range. One query."""
    rows = _duties(asked, visible, at or timezone.now()).filter(anggota=anggota)
    rows = rows.select_related("piket__posko__wilayah", "pengguna", "ditandai_oleh")
    return list(rows.order_by("waktu", "id"))


# --- as a file ----------------------------------------------------------------------------------------


def table(asked: Pilihan, rows: list[Baris]) -> list[list[Any]]:
    """Heading and lines as a spreadsheet has them."""
    heading = [KELOMPOK[asked.kelompok], "Keterangan", *(JUDUL[name] for name in ANGKA)]
    return [heading, *([row.nama, row.ket, *row.nilai] for row in rows)]


def csv_bytes(cells: list[list[Any]]) -> bytes:
    """UTF-8 CSV with the byte order mark Excel looks for; text like a formula gets a ' before it."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [neutralise(cell) if isinstance(cell, str) else cell for cell in row] for row in cells
    )
    return ("\ufeff" + text.getvalue()).encode()


def xlsx_file(cells: list[list[Any]]) -> IO[bytes]:
    """An XLSX file at its beginning; every text cell is a string, so nothing is run as a formula."""
    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True})
    sheet = book.add_worksheet("Rekap")
    bold = book.add_format({"bold": True})
    for number, row in enumerate(cells):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell, bold if number == 0 else None)
            else:
                sheet.write_number(number, place, cell)
    sheet.set_column(0, 1, 28)
    sheet.freeze_panes(1, 1)
    book.close()
    whole.seek(0)
    return whole
