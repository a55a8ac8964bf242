"""The grid in which admins edit a post's roster: days across, agencies and under them people down.

A month of 25 agencies has some 4,000 cells, each a button of one form: the cells are put together here, not
in a template, so that the page stays small and quick. Everything works without JavaScript.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from piket.lembar import Lembar, able_members, monday_of, seat_names, shift_labels
from piket.models import Piket
from posko.models import Anggota, Posko
from posko.templatetags.posko import hari

MINGGU, BULAN = "minggu", "bulan"
RANCANGAN = "°"  # beside the mark of a shift that is not published; said in the legend
BEBAS = "·"  # in a cell that says nothing yet
KUNCI = "\0"  # stands for a row's key while its cells are put together; no text of the database can hold it


@dataclass(frozen=True)
class Pilihan:
    """The chosen cell, an agency's or a person's day; in addresses ``k12.3`` or ``a34.3`` (3 days on)."""

    jenis: str
    id: int
    i: int

    @classmethod
    def parse(cls, text: str | None, days: int) -> Pilihan | None:
        match = re.fullmatch(r"([ka])(\d{1,18})\.(\d{1,2})", text or "")
        if match and int(match[3]) < days:
            return cls(match[1], int(match[2]), int(match[3]))
        return None

    def __str__(self) -> str:
        return f"{self.jenis}{self.id}.{self.i}"


@dataclass(frozen=True)
class Rentang:
    """What the grid shows: a week from Monday, or a calendar month."""

    dari: dt.date
    jenis: str = MINGGU

    @classmethod
    def around(cls, day: dt.date, jenis: str | None) -> Rentang:
        return cls(day.replace(day=1), BULAN) if jenis == BULAN else cls(monday_of(day), MINGGU)

    @property
    def sampai(self) -> dt.date:
        if self.jenis == BULAN:
            return self.dari.replace(day=calendar.monthrange(self.dari.year, self.dari.month)[1])
        return self.dari + dt.timedelta(days=6)

    @property
    def kata(self) -> str:
        return "bulan ini" if self.jenis == BULAN else "minggu ini"

    @property
    def sebelum(self) -> dt.date:
        return Rentang.around(self.dari - dt.timedelta(days=1), self.jenis).dari

    @property
    def sesudah(self) -> dt.date:
        return self.sampai + dt.timedelta(days=1)


@dataclass
class Hari:
    i: int
    tanggal: dt.date
    kini: bool
    giliran: list[Piket]

    @property
    def kata(self) -> str:
        return hari(self.tanggal)

    @property
    def rancangan(self) -> bool:
        """Whether a shift of the day is not published yet."""
        return any(not s.is_announced() for s in self.giliran)

    @cached_property
    def kelas(self) -> str:
        return " ".join(w for w, on in (("kini", self.kini), ("libur", self.tanggal.weekday() > 4)) if on)


@dataclass
class BarisOrang:
    """A member's line; id: of the membership."""

    id: int
    nama: str
    sel: SafeString


@dataclass
class BarisInstansi:
    """An agency's line with those of its people; id: of its seat."""

    id: int
    nama: str
    sel: SafeString
    kurang: int
    orang: list[BarisOrang] = field(default_factory=list)


@dataclass
class Kisi:
    """Everything the grid page shows."""

    lembar: Lembar
    rentang: Rentang
    hari: list[Hari]
    label: dict[tuple[str, str], str]
    baris: list[BarisInstansi]
    pilih: Pilihan | None

    @property
    def legenda(self) -> list[tuple[str, str, str]]:
        return [(label, nama, jam) for (nama, jam), label in self.label.items()]


def build_grid(
    posko: Posko, rentang: Rentang, pilih: Pilihan | None = None, *, bentrok: bool = False
) -> Kisi:
    """The grid of a post. bentrok: the chosen cell's edit was refused, mark it. Five queries, up to three more
    when seats or members that serve no more stand in it."""
    crew = read_crew(posko, rentang.dari, rentang.sampai)
    # Names are in the crew; only the panel of a chosen cell says more of who is on duty.
    known = None if pilih else {one.id: one.kursi for one in crew}
    lembar = Lembar.read(posko, rentang.dari, rentang.sampai, seats=known)
    crews: dict[int, list[Orang]] = defaultdict(list)
    for one in _with_others(crew, {p.anggota for p in lembar.petugas}):
        crews[one.kursi].append(one)
    seats = seat_names(posko, {kursi for cells in (lembar.per_sel, lembar.butuh) for _, kursi in cells})
    today = posko.local_time().date()
    days = [Hari(i, d, d == today, lembar.per_hari.get(d, [])) for i, d in enumerate(lembar.days())]
    cells = _Cells(lembar, days, shift_labels(lembar.piket), pilih, bentrok)
    rows = []
    for seat, name in seats:
        people = [BarisOrang(one.id, one.nama, cells.of_person(one)) for one in crews[seat]]
        rows.append(BarisInstansi(seat, name, cells.of_seat(seat), cells.kurang[seat], people))
    return Kisi(lembar, rentang, days, cells.label, rows, pilih)


class Orang(NamedTuple):
    """A member as a line of the grid prints them: when they serve, and at which seat."""

    id: int
    kursi: int
    nama: str
    mulai: dt.date
    selesai: dt.date | None


_ORANG = ("id", "kursi_id", "pengguna__nama", "mulai", "selesai")


def read_crew(posko: Posko, dari: dt.date, sampai: dt.date) -> list[Orang]:
    """Who may serve at the post between two dates, by name. One query."""
    able = able_members(posko, dari, sampai).order_by("pengguna__nama", "id")
    return [Orang._make(row) for row in able.values_list(*_ORANG)]


def _with_others(crew: list[Orang], assigned: set[int]) -> list[Orang]:
    """The crew and those who stand in the roster without belonging to it (any more), by name.

    Asked apart, and seldom: hundreds of ids in one condition take longer to write down than to answer.
    """
    others = assigned.difference(one.id for one in crew)
    if not others:
        return crew
    more = Anggota.objects.filter(pk__in=others).order_by().values_list(*_ORANG)
    return sorted([*crew, *map(Orang._make, more)], key=lambda one: (one.nama, one.id))


class _Cells:
    """Puts the cells of a row together.

    A month has some 4,000 cells and most say nothing, so each row begins as the row of empty cells; what is there,
    gathered once for all rows, is put in its place, and the row's key is filled in last.
    """

    def __init__(
        self,
        lembar: Lembar,
        days: list[Hari],
        label: dict[tuple[str, str], str],
        pilih: Pilihan | None,
        bentrok: bool,
    ) -> None:
        self.lembar, self.days, self.label = lembar, days, label
        self.pilih, self.kelas_pilih = pilih, "terpilih bentrok" if bentrok else "terpilih"
        self.kelas = [day.kelas for day in days]
        self.kosong = [self._cell(d.i, BEBAS) if d.giliran else self._bare(d.i) for d in days]
        self.luar = [self._bare(d.i, "luar") for d in days]
        self.day_of = {shift.pk: day.i for day in days for shift in day.giliran}
        # Seat: day: how many are there, how many are needed, and whether a shift of the day lacks some.
        self.hitung: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
        self.kurang: dict[int, int] = defaultdict(int)  # seat: how many are missing in all
        self._count()
        # Member: day: marks of the shifts, in their order.
        self.tanda: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.terkunci: set[tuple[int, int]] = set()
        self._mark()

    def _count(self) -> None:
        cells = self.lembar.per_sel
        for (shift, seat), people in cells.items():
            self.hitung[seat][self.day_of[shift]][0] += len(people)
        for (shift, seat), number in self.lembar.butuh.items():
            counts = self.hitung[seat][self.day_of[shift]]
            counts[1] += number
            missing = number - len(cells.get((shift, seat), ()))
            if missing > 0:
                counts[2] = 1
                self.kurang[seat] += missing

    def _mark(self) -> None:
        """By member and day: the shifts, and whether one is locked."""
        for shift in sorted(self.lembar.piket, key=lambda s: s.waktu.lower):
            mark = str(conditional_escape(self.label[shift.nama, shift.jam]))
            mark += "" if shift.is_announced() else RANCANGAN
            leads, day = f"<b>{mark}*</b>", self.day_of[shift.pk]
            for duty in self.lembar.per_piket.get(shift.pk, ()):
                self.tanda[duty.anggota][day].append(leads if duty.koordinator else mark)
                if duty.terkunci:
                    self.terkunci.add((duty.anggota, day))

    def of_person(self, anggota: Orang) -> SafeString:
        key = anggota.id
        said = {
            day: (" ".join(marks), "isi kunci" if (key, day) in self.terkunci else "isi")
            for day, marks in self.tanda.get(key, {}).items()
        }
        # Days before and after the membership; negative ends would count from the right.
        begins = max((anggota.mulai - self.lembar.dari).days, 0)
        ends = max((anggota.selesai - self.lembar.dari).days + 1, 0) if anggota.selesai else len(self.days)
        cells = self.luar[:begins] + self.kosong[begins:ends] + self.luar[max(begins, ends) :]
        return self._row(f"a{key}", cells, said)

    def of_seat(self, key: int) -> SafeString:
        said = {
            day: (f"{there}/{need}" if need else f"{there}", "sementara" if lacking else "")
            for day, (there, need, lacking) in self.hitung.get(key, {}).items()
        }
        return self._row(f"k{key}", self.kosong.copy(), said)

    def _row(self, key: str, cells: list[str], said: dict[int, tuple[str, str]]) -> SafeString:
        """The cells with what is said in some of them, as (text, class)."""
        for day, (text, kelas) in said.items():
            cells[day] = self._cell(day, text, kelas)
        if self.pilih and f"{self.pilih.jenis}{self.pilih.id}" == key:
            day = self.pilih.i
            if "<button" in cells[day]:  # one without cannot be chosen
                text, kelas = said.get(day, (BEBAS, ""))
                cells[day] = self._cell(day, text, f"{kelas} {self.kelas_pilih}".strip())
        return mark_safe("".join(cells).replace(KUNCI, key))  # nosec B308 B703 - marks are escaped

    def _cell(self, day: int, text: str, kelas: str = "") -> str:
        return f'{self._open(day, kelas)}<button name="p" value="{KUNCI}.{day}">{text}</button></td>'

    def _bare(self, day: int, kelas: str = "") -> str:
        return f"{self._open(day, kelas)}</td>"

    def _open(self, day: int, kelas: str) -> str:
        words = f"{self.kelas[day]} {kelas}".strip()
        return f'<td class="{words}">' if words else "<td>"
