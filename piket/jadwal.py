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

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from piket.lembar import Lembar, Petugas, monday_of, seats_of, shift_labels
from piket.models import Penugasan, Piket
from posko.models import Anggota, Kursi, Posko

MINGGU, BULAN = "minggu", "bulan"


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
        self.mark = {s.pk: str(conditional_escape(label[s.nama, s.jam])) for s in lembar.piket}
        self.kelas = {d.i: d.kelas for d in days}
        self.duties: dict[tuple[int, dt.date], list[str]] = defaultdict(list)
        date_of = {s.pk: (s.tanggal, s.waktu.lower) for s in lembar.piket}
        for duty in sorted(lembar.petugas, key=lambda d: date_of[d.piket][1]):
            mark = self.mark[duty.piket]
            self.duties[duty.anggota, date_of[duty.piket][0]].append(
                f"<b>{mark}*</b>" if duty.koordinator else mark
            )

    def of_person(self, anggota: Anggota) -> SafeString:
        cells = []
        for day in self.days:
            marks = self.duties.get((anggota.pk, day.tanggal))
            outside = not anggota.mulai <= day.tanggal <= (anggota.selesai or day.tanggal)
            if marks:
                cells.append(self._cell(f"a{anggota.pk}.{day.i}", " ".join(marks), day, "isi"))
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


# --- the panel of the chosen cell ---------------------------------------------------------------------


@dataclass
class Calon:
    """A member who could be added, and what stands in the way."""

    anggota: Anggota
    sebab: str = ""
    dipilih: bool = False


@dataclass
class PanelGiliran:
    piket: Piket
    butuh: int
    petugas: list[Petugas]
    calon: list[Calon]
    koordinator: Petugas | None

    @property
    def kurang(self) -> int:
        return max(self.butuh - len(self.petugas), 0)


@dataclass
class Panel:
    kursi: Kursi
    tanggal: dt.date
    giliran: list[PanelGiliran]
    orang: Anggota | None
    rekan: list[Anggota]
    tujuan: list[tuple[str, list[Piket]]]


def build_panel(kisi: Kisi) -> Panel | None:
    """What can be done in the chosen cell; None when nothing (or nothing any more) is chosen. One query."""
    pilih = kisi.pilih
    if pilih is None:
        return None
    row, person = _find(kisi, pilih)
    if row is None:
        return None
    day = kisi.hari[pilih.i]
    crew = [o.anggota for o in row.orang]
    busy = _busy(kisi.lembar.posko, crew, day.giliran)
    shifts = [_panel_shift(kisi, row.kursi, s, crew, busy, person) for s in day.giliran]
    targets = [(f"{d.tanggal:%d-%m}", d.giliran) for d in kisi.hari if d.giliran]
    return Panel(row.kursi, day.tanggal, shifts, person, crew, targets)


def _find(kisi: Kisi, pilih: Pilihan) -> tuple[BarisInstansi | None, Anggota | None]:
    for row in kisi.baris:
        if pilih.jenis == "k" and row.kursi.pk == pilih.id:
            return row, None
        for person in row.orang:
            if pilih.jenis == "a" and person.anggota.pk == pilih.id:
                return row, person.anggota
    return None, None


def _busy(posko: Posko, crew: list[Anggota], shifts: list[Piket]) -> list[Penugasan]:
    """Duties anywhere in the edition of these people that touch these shifts."""
    if not shifts:
        return []
    span = DateTimeTZRange(min(s.waktu.lower for s in shifts), max(s.waktu.upper for s in shifts))
    return list(
        Penugasan.objects.live()
        .filter(pengguna__in={a.pengguna_id for a in crew}, pemilihan=posko.pemilihan_id, waktu__overlap=span)
        .select_related("piket__posko__wilayah")
    )


def _panel_shift(
    kisi: Kisi, kursi: Kursi, shift: Piket, crew: list[Anggota], busy: list[Penugasan], person: Anggota | None
) -> PanelGiliran:
    there = kisi.lembar.per_sel.get((shift.pk, kursi.pk), [])
    present = {p.pengguna for p in there}
    choices = [
        Calon(a, _obstacle(a, shift, busy), dipilih=person is not None and a.pk == person.pk)
        for a in crew
        if a.pengguna_id not in present
    ]
    leader = next((p for p in kisi.lembar.per_piket.get(shift.pk, ()) if p.koordinator), None)
    return PanelGiliran(shift, kisi.lembar.butuh.get((shift.pk, kursi.pk), 0), there, choices, leader)


def _obstacle(anggota: Anggota, shift: Piket, busy: list[Penugasan]) -> str:
    if not anggota.mulai <= shift.tanggal <= (anggota.selesai or shift.tanggal):
        return "di luar masa tugas"
    for duty in busy:
        w = duty.waktu
        if (
            duty.pengguna_id == anggota.pengguna_id
            and w.lower < shift.waktu.upper
            and shift.waktu.lower < w.upper
        ):
            return f"bertugas di {duty.piket.posko} {duty.piket.jam}"
    return ""
