"""From the rows of a file to what it wants: labels become shifts, names become members, each error its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator

from piket.excel.bentuk import Susunan, kinds_of, same_name, split_number, tidy
from piket.excel.harapan import Harapan
from piket.excel.keadaan import Keadaan
from piket.excel.read import GRID_FROM, Galat, Isi, Nilai, as_date, as_id, cell_name
from piket.excel.write import kind_words
from piket.models import Piket
from posko.models import Anggota
from posko.templatetags.posko import hari

_LABELS = re.compile(r"[\s,;/+]+")
_NAMES = re.compile(r"[\n;]+")
LONGEST = 60


def understand(isi: Isi, keadaan: Keadaan) -> tuple[Harapan, list[Galat]]:
    """What the file wants of this post's roster, and what is wrong with it. No query.

    keadaan: the roster of the file's range as it is now.
    """
    reader = (_Hari if isi.susunan == Susunan.HARI else _Tanggal)(isi, keadaan)
    reader.read()
    return reader.harapan, isi.galat + reader.galat


class _Pembaca:
    """What both orientations need: who and which shift is meant."""

    def __init__(self, isi: Isi, keadaan: Keadaan) -> None:
        self.isi, self.lembar, self.crews = isi, keadaan.lembar, keadaan.anggota
        lembar = keadaan.lembar
        self.agency = {seat.pk: str(seat.instansi) for seat in keadaan.kursi}
        self.harapan = Harapan(isi.susunan, isi.dari, isi.sampai, isi.sidik)
        self.galat: list[Galat] = []
        self.kinds = kinds_of(lembar.piket)
        self.shifts = {s.pk: s for s in lembar.piket}
        self.on_day = {(s.tanggal, self.kinds[s.pk]): s for s in lembar.piket}
        self.members = keadaan.members()
        # As the file spells the agencies; failing that, as they are called now.
        self.seats = {same_name(name): seat for seat, name in self.agency.items()}
        self.seats |= {same_name(text): seat for text, seat in isi.kursi.items() if seat in self.crews}
        self.leaders: dict[int, int] = {}
        self.present: dict[int, set[int]] = defaultdict(set)
        for duty in lembar.petugas:
            self.present[duty.piket].add(duty.anggota)

    def wrong(self, row: int, column: int, words: str) -> None:
        self.galat.append(Galat(cell_name(row, column), words))

    def wrong_head(self, column: int, words: str) -> None:
        self.wrong(self.isi.baris_kepala, column, words)

    def seat_of(self, value: Nilai | None) -> int | None:
        """The seat an agency's name means; only seats of this post are known here."""
        text = str(value or "")
        _, number = split_number(text)
        if number in self.crews:
            return number
        return self.seats.get(same_name(text))

    def member_of(self, text: str, seat: int, day: dt.date | None = None, shift: int = 0) -> Anggota | str:
        """The member a name means among an agency's, or why that cannot be told."""
        name, number = split_number(text)
        crew, agency = self.crews[seat], self.agency[seat]
        if number is not None:
            member = next((m for m in crew if m.pk == number), None)
            if member is None or (name and same_name(name) != same_name(member.pengguna.nama)):
                return (
                    f"{text[:LONGEST]} bukan anggota {agency} di posko ini. Nomornya ada di lembar Anggota."
                )
            return member
        found = [m for m in crew if same_name(m.pengguna.nama) == same_name(name)]
        if not found:
            return self._stranger(name, agency)
        if len({m.pengguna_id for m in found}) > 1:
            choices = " atau ".join(
                f"{tidy(m.pengguna.nama)} #{m.pk}" + (f" ({m.jabatan})" if m.jabatan else "") for m in found
            )
            return f"Ada {len(found)} orang bernama {name[:LONGEST]} di {agency}. Tulis {choices}."
        # One person in two roles: the one who is there, else one whose term covers the day.
        found.sort(key=lambda m: (m.pk not in self.present[shift], not _serves(m, day), m.pk))
        return found[0]

    def _stranger(self, name: str, agency: str) -> str:
        shown = tidy(name)[:LONGEST]
        elsewhere = (m for m in self.members.values() if same_name(m.pengguna.nama) == same_name(name))
        if other := next(elsewhere, None):
            return f"{shown} bukan anggota {agency}, melainkan {self.agency[other.kursi_id]}."
        return f"{shown} bukan anggota posko ini."

    def want(self, shift: Piket, member: Anggota, leads: bool, row: int, column: int) -> None:
        key = (shift.pk, member.pk)
        if key in self.harapan.tugas:
            self.wrong(row, column, f"{member.pengguna} disebut dua kali pada {_shift_words(shift)}.")
            return
        if leads and self.leaders.setdefault(shift.pk, member.pk) != member.pk:
            other = self.members[self.leaders[shift.pk]]
            words = f"{_shift_words(shift)} sudah punya koordinator di berkas ini, {other.pengguna}."
            self.wrong(row, column, words)
            return
        self.harapan.tugas[key] = leads


class _Hari(_Pembaca):
    """Days across, people down; a cell holds labels of shifts."""

    def read(self) -> None:
        days = self._days()
        self.harapan.kolom = {day.toordinal(): column for column, day in days.items()}
        wanted = set(self.isi.label.values())
        self.harapan.piket = {
            s.pk
            for s in self.lembar.piket
            if s.tanggal.toordinal() in self.harapan.kolom and self.kinds[s.pk] in wanted
        }
        for row, cells in self.isi.baris.items():
            grid = {column: value for column, value in cells.items() if column >= GRID_FROM}
            for column in grid.keys() - days.keys():
                self.wrong(
                    row, column, "Kolom ini tidak bertanggal; tulis tanggalnya di judul, atau kosongkan."
                )
            member = self._person(row, cells, bool(grid))
            if member is None:
                continue
            if member.pk in self.harapan.baris:
                first = self.harapan.baris[member.pk]
                self.wrong(
                    row, 2, f"{member.pengguna} sudah ada di baris {first}. Gabungkan menjadi satu baris."
                )
                continue
            self.harapan.baris[member.pk] = row
            for column, value in grid.items():
                if column in days:
                    self._cell(row, column, days[column], member, value)

    def _days(self) -> dict[int, dt.date]:
        days: dict[int, dt.date] = {}
        for column, value in self.isi.kepala.items():
            if column < GRID_FROM:
                continue
            day = as_date(value)
            if day is None:
                self.wrong_head(column, f"{str(value)[:LONGEST]} bukan tanggal.")
            elif not self.isi.dari <= day <= self.isi.sampai:
                self.wrong_head(column, f"{hari(day)} di luar rentang berkas ini.")
            elif day in days.values():
                self.wrong_head(column, f"{hari(day)} sudah ada di kolom lain.")
            else:
                days[column] = day
        return days

    def _person(self, row: int, cells: dict[int, Nilai], filled: bool) -> Anggota | None:
        """Whose row it is; None when nobody's, which is an error only where something is filled in."""
        name, number = str(cells.get(2, "")), as_id(str(cells.get(3, "")))
        if number:
            member = self.members.get(number)
            if member is None:
                self.wrong(row, 2, f"{tidy(name)[:LONGEST] or 'Orang ini'} bukan lagi anggota posko ini.")
            elif same_name(split_number(name)[0]) != same_name(member.pengguna.nama):
                self.wrong(
                    row,
                    2,
                    f"Baris ini milik {member.pengguna}; namanya tidak boleh diganti. "
                    "Pindahkan isinya ke baris orang yang dimaksud.",
                )
            else:
                return member
            return None
        if not name:
            if filled:
                self.wrong(row, 2, "Nama kosong. Tulis namanya seperti di lembar Anggota.")
            return None
        seat = self.seat_of(cells.get(1))
        if seat is None:
            words = f"Instansi {str(cells.get(1, ''))[:LONGEST] or '(kosong)'} tidak ada di posko ini."
            self.wrong(row, 1, words)
            return None
        found = self.member_of(name, seat)
        if isinstance(found, str):
            self.wrong(row, 2, found)
            return None
        return found

    def _cell(self, row: int, column: int, day: dt.date, member: Anggota, value: Nilai) -> None:
        if isinstance(value, dt.date):
            self.wrong(row, column, "Isi sel ini tanggal; tulis label giliran.")
            return
        for text in filter(None, _LABELS.split(value.strip())):
            label = text.rstrip("*")
            kind = self.isi.label.get(label.casefold())
            if kind is None:
                known = ", ".join(sorted(name.upper() for name in self.isi.label)) or "belum ada giliran"
                self.wrong(row, column, f"Label {label[:LONGEST] or '*'} tidak dikenal; yang ada: {known}.")
                continue
            shift = self.on_day.get((day, kind))
            if shift is None:
                self.wrong(row, column, f"Tidak ada giliran {kind_words(kind)} pada {hari(day)}.")
                continue
            self.want(shift, member, text != label, row, column)


class _Tanggal(_Pembaca):
    """Dates down, agencies across; a cell holds names."""

    def read(self) -> None:
        seats = self._seats()
        self.harapan.kolom = {seat: column for column, seat in seats.items()}
        for row, cells in self.isi.baris.items():
            grid = {column: value for column, value in cells.items() if column >= GRID_FROM}
            shift = self._shift(row, cells, bool(grid))
            if shift is None:
                continue
            if shift.pk in self.harapan.baris:
                first = self.harapan.baris[shift.pk]
                self.wrong(row, 2, f"Giliran ini sudah ada di baris {first}. Gabungkan menjadi satu baris.")
                continue
            self.harapan.baris[shift.pk] = row
            self.harapan.piket.add(shift.pk)
            for column, value in grid.items():
                if column in seats:
                    self._cell(row, column, shift, seats[column], value)
                else:
                    self.wrong(row, column, "Kolom ini tidak berjudul instansi posko ini.")

    def _seats(self) -> dict[int, int]:
        seats: dict[int, int] = {}
        for column, value in self.isi.kepala.items():
            if column < GRID_FROM:
                continue
            seat, shown = self.seat_of(value), str(value)[:LONGEST]
            if seat is None:
                self.wrong_head(column, f"Instansi {shown} tidak ada di posko ini.")
            elif seat in seats.values():
                self.wrong_head(column, f"Instansi {shown} sudah ada di kolom lain.")
            else:
                seats[column] = seat
        return seats

    def _shift(self, row: int, cells: dict[int, Nilai], filled: bool) -> Piket | None:
        day, text, number = as_date(cells.get(1)), str(cells.get(2, "")), as_id(str(cells.get(3, "")))
        if number:
            shift = self.shifts.get(number)
            if shift is None:
                self.wrong(row, 2, f"Giliran {text[:LONGEST]} sudah dihapus dari jadwal.")
            elif day != shift.tanggal:
                self.wrong(row, 1, f"Baris ini milik {_shift_words(shift)}; tanggalnya tidak boleh diganti.")
                shift = None
            return shift
        if not (filled or text or cells.get(1)):
            return None
        if day is None:
            self.wrong(row, 1, "Tanggal tidak dikenal; tulis seperti 14-02-2024.")
            return None
        for (date, kind), shift in self.on_day.items():
            labels = (name for name, known in self.isi.label.items() if known == kind)
            if date == day and same_name(text) in (same_name(kind_words(kind)), *labels):
                return shift
        self.wrong(row, 2, f"Tidak ada giliran {text[:LONGEST]} pada {hari(day)}.")
        return None

    def _cell(self, row: int, column: int, shift: Piket, seat: int, value: Nilai) -> None:
        for text, leads in _people(str(value)):
            found = self.member_of(text, seat, shift.tanggal, shift.pk)
            if isinstance(found, str):
                self.wrong(row, column, found)
            else:
                self.want(shift, found, leads, row, column)


def _people(text: str) -> Iterator[tuple[str, bool]]:
    for part in _NAMES.split(text.replace("\r", "\n")):
        name = part.strip()
        if stripped := name.rstrip("* "):
            yield stripped, name.endswith("*")


def _serves(member: Anggota, day: dt.date | None) -> bool:
    return day is None or member.mulai <= day <= (member.selesai or day)


def _shift_words(shift: Piket) -> str:
    return f"{shift.nama} {shift.jam}, {hari(shift.tanggal)}"
