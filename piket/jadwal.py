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

from django.db.models import Q
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from piket.lembar import Lembar, monday_of, seats_of, shift_labels
from piket.models import Piket
from posko.models import Anggota, Kursi, Posko

MINGGU, BULAN = "minggu", "bulan"
RANCANGAN = "°"  # beside the mark of a shift that is not published; said in the legend


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
    def rancangan(self) -> bool:
        """Whether a shift of the day is not published yet."""
        return any(not s.is_announced() for s in self.giliran)

    @property
    def kelas(self) -> str:
        return " ".join(w for w, on in (("kini", self.kini), ("libur", self.tanggal.weekday() > 4)) if on)


@dataclass
class BarisOrang:
    anggota: Anggota
    sel: SafeString


@dataclass
class BarisInstansi:
    kursi: Kursi
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

    @property
    def terkunci(self) -> int:
        """How many of the assignments are locked."""
        return sum(p.terkunci for p in self.lembar.petugas)


def build_grid(
    posko: Posko, rentang: Rentang, pilih: Pilihan | None = None, *, bentrok: bool = False
) -> Kisi:
    """The grid of a post. bentrok: the chosen cell's edit was refused, mark it. Five queries."""
    lembar = Lembar.read(posko, rentang.dari, rentang.sampai)
    seats = seats_of(posko, {p.kursi for p in lembar.petugas} | {kursi for _, kursi in lembar.butuh})
    crews = crews_of(lembar)
    today = posko.local_time().date()
    days = [Hari(i, d, d == today, lembar.per_hari.get(d, [])) for i, d in enumerate(lembar.days())]
    cells = _Cells(lembar, days, shift_labels(lembar.piket), pilih, bentrok)
    rows = []
    for kursi in seats:
        row = BarisInstansi(kursi, cells.of_seat(kursi), cells.missing(kursi))
        row.orang = [BarisOrang(a, cells.of_person(a)) for a in crews[kursi.pk]]
        rows.append(row)
    return Kisi(lembar, rentang, days, cells.label, rows, pilih)


def crews_of(lembar: Lembar) -> dict[int, list[Anggota]]:
    """Seat: members who may serve in the range or stand in it. One line a person, also with two roles."""
    used = {p.anggota for p in lembar.petugas}
    members = (
        Anggota.objects.filter(kursi__posko=lembar.posko)
        .filter(
            Q(pk__in=used)
            | Q(
                Q(selesai=None) | Q(selesai__gte=lembar.dari),
                mulai__lte=lembar.sampai,
                pengguna__is_active=True,
            )
        )
        .exclude(~Q(pk__in=used), peran__in=("admin", "pengarah"))
        .select_related("pengguna")
        .order_by("pengguna__nama", "id")
    )
    crews: dict[int, list[Anggota]] = defaultdict(list)
    for member in members:
        crews[member.kursi_id].append(member)
    return crews


class _Cells:
    """Puts the cells of a row together."""

    def __init__(
        self,
        lembar: Lembar,
        days: list[Hari],
        label: dict[tuple[str, str], str],
        pilih: Pilihan | None,
        bentrok: bool,
    ) -> None:
        self.lembar, self.days, self.label = lembar, days, label
        self.chosen = {str(pilih): " bentrok" if bentrok else ""} if pilih else {}
        self.mark = {
            s.pk: str(conditional_escape(label[s.nama, s.jam])) + ("" if s.is_announced() else RANCANGAN)
            for s in lembar.piket
        }
        self.kelas = {d.i: d.kelas for d in days}
        self.duties: dict[tuple[int, dt.date], list[str]] = defaultdict(list)
        self.locked: set[tuple[int, dt.date]] = set()
        date_of = {s.pk: (s.tanggal, s.waktu.lower) for s in lembar.piket}
        for duty in sorted(lembar.petugas, key=lambda d: date_of[d.piket][1]):
            mark = self.mark[duty.piket]
            self.duties[duty.anggota, date_of[duty.piket][0]].append(
                f"<b>{mark}*</b>" if duty.koordinator else mark
            )
            if duty.terkunci:
                self.locked.add((duty.anggota, date_of[duty.piket][0]))

    def of_person(self, anggota: Anggota) -> SafeString:
        cells = []
        for day in self.days:
            marks = self.duties.get((anggota.pk, day.tanggal))
            outside = not anggota.mulai <= day.tanggal <= (anggota.selesai or day.tanggal)
            if marks:
                kelas = "isi kunci" if (anggota.pk, day.tanggal) in self.locked else "isi"
                cells.append(self._cell(f"a{anggota.pk}.{day.i}", " ".join(marks), day, kelas))
            elif outside or not day.giliran:
                cells.append(self._empty(day, "luar" if outside else ""))
            else:
                cells.append(self._cell(f"a{anggota.pk}.{day.i}", "·", day, ""))
        return mark_safe("".join(cells))  # nosec B308 B703 - each cell is format_html

    def of_seat(self, kursi: Kursi) -> SafeString:
        cells = []
        for day in self.days:
            if not day.giliran:
                cells.append(self._empty(day, ""))
                continue
            there = sum(len(self.lembar.per_sel.get((s.pk, kursi.pk), ())) for s in day.giliran)
            need = sum(self.lembar.butuh.get((s.pk, kursi.pk), 0) for s in day.giliran)
            gap = any(self.lembar.missing(s.pk, kursi.pk) for s in day.giliran)
            text = f"{there}/{need}" if need else str(there or "·")
            cells.append(self._cell(f"k{kursi.pk}.{day.i}", text, day, "sementara" if gap else ""))
        return mark_safe("".join(cells))  # nosec B308 B703 - each cell is format_html

    def missing(self, kursi: Kursi) -> int:
        return sum(self.lembar.missing(s.pk, kursi.pk) for s in self.lembar.piket)

    def _class(self, day: Hari, kelas: str) -> str:
        words = f"{self.kelas[day.i]} {kelas}".strip()
        return f' class="{words}"' if words else ""

    def _empty(self, day: Hari, kelas: str) -> str:
        return f"<td{self._class(day, kelas)}></td>"

    def _cell(self, value: str, text: str, day: Hari, kelas: str) -> str:
        if value in self.chosen:
            kelas = f"{kelas} terpilih{self.chosen[value]}".strip()
        return f'<td{self._class(day, kelas)}><button name="p" value="{value}">{text}</button></td>'
