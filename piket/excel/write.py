"""Writing a post's roster as XLSX: the grid to change, what its letters mean, whom one may put in it.

Every text is written as a string, so nothing in it runs as a formula. A hidden sheet says which post, range and
version of the roster the file is; hidden columns carry the ids by which it is read back.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from piket.excel.bentuk import (
    ANGGOTA,
    DATA,
    JADWAL,
    KEPALA,
    LEGENDA,
    TETAP,
    VERSI,
    Kertas,
    Macam,
    Susunan,
    fingerprint,
    kinds_of,
    labels_of,
    written_names,
)
from piket.excel.keadaan import Keadaan
from piket.lembar import Petugas
from posko.models import Anggota, Kursi
from posko.templatetags.posko import tanggal

# Excel's numbers of paper sizes.
PAPER = {Kertas.A4: 9, Kertas.FOLIO: 14}
HINTS = {
    Susunan.HARI: "Isi sel dengan label giliran (lihat lembar Legenda), * untuk koordinator: P, P*, P M. "
    "Kosongkan untuk mengeluarkan.",
    Susunan.TANGGAL: "Satu nama satu baris dalam sel (Alt+Enter) atau dipisah titik koma, * untuk koordinator: "
    "Budi*; Siti.",
}


def workbook(keadaan: Keadaan, susunan: str, kertas: str = Kertas.A4) -> bytes:
    """The roster as an XLSX file, in one of the two orientations. No query."""
    whole = io.BytesIO()
    with xlsxwriter.Workbook(whole, {"in_memory": True}) as book:
        _Buku(book, keadaan).write(susunan, PAPER[Kertas(kertas)])
    return whole.getvalue()


class _Buku:
    """The workbook while it is written."""

    def __init__(self, book: Any, keadaan: Keadaan) -> None:
        self.book, self.lembar = book, keadaan.lembar
        self.seats, self.crews = keadaan.kursi, keadaan.anggota
        self.kinds: dict[int, Macam] = kinds_of(self.lembar.piket)
        self.labels = labels_of(self.lembar.piket)
        self.names = written_names(self.crews)
        self.tops = _seat_names(self.seats)
        box = {"border": 1, "border_color": "#9AA5AD", "valign": "top", "text_wrap": True}
        wide = {**box, "align": "center", "text_wrap": False}
        grey, bold = {"bg_color": "#EEF2F4"}, {"bold": True}
        make = book.add_format
        self.title, self.hint = make({"bold": True, "font_size": 14}), make({"font_color": "#46545F"})
        self.head = make({**box, **grey, **bold})
        # 421: days in Indonesian, whatever language Excel speaks.
        self.day = make({**wide, **grey, **bold, "num_format": "[$-421]ddd\nd/m", "text_wrap": True})
        self.side, self.agency = make(box), make({**box, "font_color": "#46545F"})
        self.cell = {False: make(wide), True: make({**wide, **grey})}
        self.names_cell = {False: make(box), True: make({**box, **grey})}
        self.outside = make({**box, "pattern": 14, "fg_color": "#B8C2C9", "bg_color": "#FFFFFF"})
        self.date = make({**box, "num_format": "[$-421]ddd dd-mm-yyyy", "align": "left"})
        self.bold = make({"bold": True})

    def write(self, susunan: str, paper: int) -> None:
        sheet = self.book.add_worksheet(JADWAL)
        lembar = self.lembar
        words = f"Jadwal piket {lembar.posko}, {tanggal(lembar.dari)} – {tanggal(lembar.sampai)}"
        sheet.write_string(0, 0, words, self.title)
        sheet.write_string(1, 0, HINTS[Susunan(susunan)], self.hint)
        rows, columns = self._days_across(sheet) if susunan == Susunan.HARI else self._dates_down(sheet)
        sheet.freeze_panes(KEPALA, TETAP)
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, KEPALA - 1)
        sheet.print_area(0, 0, max(rows, KEPALA) - 1, columns - 1)
        # & begins a code of Excel's in a footer.
        sheet.set_footer(f"&L{str(lembar.posko).replace('&', '&&')[:120]}&RHalaman &P dari &N")
        self._legend()
        self._members()
        self._data(susunan)

    def _days_across(self, sheet: Any) -> tuple[int, int]:
        days = self.lembar.days()
        self._heads(sheet, ("Instansi", 18), ("Nama", 30))
        for i, day in enumerate(days, start=TETAP):
            sheet.write_datetime(KEPALA - 1, i, dt.datetime.combine(day, dt.time()), self.day)
        sheet.set_column(TETAP, TETAP + len(days) - 1, 6)
        sheet.set_row(KEPALA - 1, 32)
        cells = self._cells()
        row = KEPALA
        for seat in self.seats:
            for member in self.crews[seat.pk]:
                sheet.write_string(row, 0, self.tops[seat.pk], self.agency)
                sheet.write_string(row, 1, self.names[member.pk], self.side)
                sheet.write_number(row, 2, member.pk)
                for i, day in enumerate(days, start=TETAP):
                    self._day(sheet, row, i, day, member, cells.get((member.pk, day), ""))
                row += 1
        return row, TETAP + len(days)

    def _day(self, sheet: Any, row: int, i: int, day: dt.date, member: Anggota, text: str) -> None:
        inside = member.mulai <= day <= (member.selesai or day)
        form = self.cell[day.weekday() > 4] if inside else self.outside
        if text:
            sheet.write_string(row, i, text, form)
        else:
            sheet.write_blank(row, i, None, form)

    def _cells(self) -> dict[tuple[int, dt.date], str]:
        """(membership, date): what its cell says."""
        marks: dict[tuple[int, dt.date], list[str]] = defaultdict(list)
        for shift in self.lembar.piket:
            label = self.labels[self.kinds[shift.pk]]
            for duty in self.lembar.per_piket.get(shift.pk, ()):
                marks[duty.anggota, shift.tanggal].append(f"{label}*" if duty.koordinator else label)
        return {place: " ".join(labels) for place, labels in marks.items()}

    def _dates_down(self, sheet: Any) -> tuple[int, int]:
        self._heads(sheet, ("Tanggal", 16), ("Giliran", 22))
        for i, seat in enumerate(self.seats, start=TETAP):
            sheet.write_string(KEPALA - 1, i, self.tops[seat.pk], self.head)
        sheet.set_column(TETAP, TETAP + max(len(self.seats), 1) - 1, 24)
        for row, shift in enumerate(self.lembar.piket, start=KEPALA):
            sheet.write_datetime(row, 0, dt.datetime.combine(shift.tanggal, dt.time()), self.date)
            sheet.write_string(row, 1, kind_words(self.kinds[shift.pk]), self.side)
            sheet.write_number(row, 2, shift.pk)
            form = self.names_cell[shift.tanggal.weekday() > 4]
            for i, seat in enumerate(self.seats, start=TETAP):
                there = self.lembar.per_sel.get((shift.pk, seat.pk), [])
                sheet.write_string(row, i, "\n".join(self._name(d) for d in there), form)
        return KEPALA + len(self.lembar.piket), TETAP + len(self.seats)

    def _name(self, duty: Petugas) -> str:
        return self.names.get(duty.anggota, f"#{duty.anggota}") + ("*" if duty.koordinator else "")

    def _heads(self, sheet: Any, *columns: tuple[str, int]) -> None:
        for i, (words, width) in enumerate(columns):
            sheet.set_column(i, i, width)
            sheet.write_string(KEPALA - 1, i, words, self.head)
        sheet.write_string(KEPALA - 1, TETAP - 1, "ID", self.head)
        sheet.set_column(TETAP - 1, TETAP - 1, 8, None, {"hidden": True})

    def _legend(self) -> None:
        sheet = self.book.add_worksheet(LEGENDA)
        sheet.set_column(0, 0, 10)
        sheet.set_column(1, 1, 44)
        rows = [("Label", "Giliran"), *((label, kind_words(k)) for k, label in self.labels.items())]
        rows += [("*", "koordinator giliran"), ("", "")]
        rows += [
            ("", "Hari, giliran, instansi, dan orang yang tidak ada di berkas dibiarkan apa adanya."),
            ("", "Giliran yang sudah dimulai, dikunci, atau sudah ada kehadirannya tidak dapat diubah."),
            (
                "",
                "Nama yang sama di satu instansi dibedakan dengan nomor, seperti Budi #12; lihat lembar Anggota.",
            ),
            ("", "Baris baru boleh ditambahkan: tulis instansi dan nama seperti di lembar Anggota."),
        ]
        for row, (label, words) in enumerate(rows):
            sheet.write_string(row, 0, label, self.bold)
            sheet.write_string(row, 1, words, self.bold if row == 0 else None)

    def _members(self) -> None:
        """Whom the roster may name, spelled as the reader wants it."""
        sheet = self.book.add_worksheet(ANGGOTA)
        for i, (words, width) in enumerate(
            (("Instansi", 24), ("Nama", 36), ("Jabatan", 36), ("Masa tugas", 36))
        ):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, words, self.bold)
        sheet.freeze_panes(1, 0)
        members = [(seat, member) for seat in self.seats for member in self.crews[seat.pk]]
        for row, (seat, member) in enumerate(members, start=1):
            term = f"{tanggal(member.mulai)} – {tanggal(member.selesai) or 'seterusnya'}"
            texts = (self.tops[seat.pk], self.names[member.pk], member.jabatan, term)
            for i, text in enumerate(texts):
                sheet.write_string(row, i, text)

    def _data(self, susunan: str) -> None:
        """What the file is, for the reader."""
        sheet = self.book.add_worksheet(DATA)
        lembar = self.lembar
        rows = [
            ("versi", VERSI), ("posko", str(lembar.posko.pk)), ("kode", lembar.posko.wilayah_id),
            ("dari", lembar.dari.isoformat()), ("sampai", lembar.sampai.isoformat()), ("susunan", susunan),
            ("sidik", fingerprint(lembar)),
            *(("label", label, *map(str, kind)) for kind, label in self.labels.items()),
            *(("kursi", self.tops[seat.pk], str(seat.pk)) for seat in self.seats),
        ]  # fmt: skip
        for row, texts in enumerate(rows):
            for i, text in enumerate(texts):
                sheet.write_string(row, i, text)
        sheet.hide()


def kind_words(kind: Macam) -> str:
    """``Pagi 08.00–16.00``."""
    nama, jam, jenis, nth = kind
    siaga = " (siaga)" if jenis == "siaga" else ""
    return f"{nama} {jam}{siaga}" + (f" ke-{nth + 1}" if nth else "")


def _seat_names(seats: Sequence[Kursi]) -> dict[int, str]:
    """Seat: its agency's name, with a number where two agencies have the same."""
    said = [str(seat.instansi) for seat in seats]
    return {
        seat.pk: name if said.count(name) == 1 else f"{name} #{seat.pk}"
        for seat, name in zip(seats, said, strict=True)
    }
