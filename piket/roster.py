"""Fills what shifts need, agency by agency, fairly and within the rules. Pure: no database, no clock.

`solve` takes what is known (`Masalah`) and a seed, and returns who serves when, what nobody can fill and why, and
the load of everybody. The same input and seed give the same rows. Never broken: no two duties of a person at once,
in whatever post; dates on which somebody cannot come; from–to; days in a row; hours of rest; duties that stand.
Sought: within an agency equal shares of duties, of weekends and holidays, and of nights, spread evenly. A share
is of what fell into one's own time: who joined late, or was away, does not make up for it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from piket.adil import Pembagian

Progress = Callable[[int, int], None]


class Sebab(StrEnum):
    """Why a member cannot take a place."""

    TANPA_ANGGOTA = "belum ada anggota yang dapat dijadwalkan"
    MASA = "di luar masa tugas"
    BERHALANGAN = "berhalangan"
    DI_GILIRAN = "sudah di giliran ini"
    BENTROK = "bertugas pada jam itu"
    ISTIRAHAT = "masih waktu istirahat"
    BERUNTUN = "sudah penuh hari berturut-turut"


@dataclass(frozen=True, slots=True)
class Giliran:
    """A shift. mulai, selesai: aware; tanggal: its local date; berakhir: the local date of its last minute.

    libur: a weekend or holiday; malam: a part of it lies between midnight and five.
    """

    id: int
    mulai: dt.datetime
    selesai: dt.datetime
    tanggal: dt.date
    berakhir: dt.date
    libur: bool = False
    malam: bool = False
    # Seconds since the epoch: counted thousands of times.
    awal: float = field(init=False, compare=False, repr=False)
    akhir: float = field(init=False, compare=False, repr=False)
    hari: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "awal", self.mulai.timestamp())
        object.__setattr__(self, "akhir", self.selesai.timestamp())
        object.__setattr__(self, "hari", self.tanggal.toordinal())


@dataclass(frozen=True, slots=True)
class Calon:
    """A membership that may be put on a shift. pimpinan: of a role that leads shifts first."""

    id: int
    orang: int
    kursi: int
    mulai: dt.date
    selesai: dt.date | None = None
    pimpinan: bool = False
    peserta: bool = False

    def serves(self, day: dt.date) -> bool:
        return self.mulai <= day <= (self.selesai or day)


@dataclass(frozen=True, slots=True)
class Tugas:
    """A duty that stands, in this post or another. kursi: the seat it is done for."""

    orang: int
    kursi: int
    giliran: Giliran
    koordinator: bool = False


@dataclass(frozen=True, slots=True)
class Halangan:
    """Local dates, both included, on which a person cannot come."""

    orang: int
    dari: dt.date
    sampai: dt.date


@dataclass(frozen=True, slots=True)
class Aturan:
    hari_beruntun: int = 6
    jam_istirahat: int = 11


@dataclass(frozen=True)
class Masalah:
    """What is to be filled. butuh: (shift, seat): people; tetap: duties that stand, those on these shifts too."""

    giliran: list[Giliran]
    butuh: Mapping[tuple[int, int], int]
    calon: list[Calon]
    tetap: list[Tugas] = field(default_factory=list)
    halangan: list[Halangan] = field(default_factory=list)
    aturan: Aturan = field(default_factory=Aturan)


@dataclass(frozen=True, slots=True)
class Isian:
    """A new assignment; anggota is the id of the `Calon`."""

    giliran: int
    anggota: int
    orang: int
    kursi: int
    koordinator: bool = False


@dataclass(frozen=True, slots=True)
class Kosong:
    """Places nobody can take; sebab: how many members each reason keeps away, the commonest first."""

    giliran: int
    kursi: int
    kurang: int
    sebab: tuple[tuple[Sebab, int], ...]


@dataclass(slots=True)
class Beban:
    """The duties of one person for one seat."""

    tugas: int = 0
    libur: int = 0
    malam: int = 0


Muatan = dict[int, dict[int, Beban]]  # seat: person: load


@dataclass
class Hasil:
    isian: list[Isian]
    kosong: list[Kosong]
    sesudah: Muatan


def solve(masalah: Masalah, benih: int, progress: Progress | None = None) -> Hasil:
    """Fill the places. benih: the seed. progress: called with (agencies done, agencies) after each."""
    diary = Agenda(masalah)
    seats = sorted({kursi for _, kursi in masalah.butuh})
    shares = []
    for done, kursi in enumerate(seats, 1):
        lots = Random(f"{benih}:{kursi}")  # noqa: S311  # nosec B311 - fair, not secret
        share = Pembagian(diary, kursi, lots)
        share.fill()
        shares.append(share)
        if progress:
            progress(done, len(seats))
    made = [
        Isian(g.id, diary.membership(orang, share.kursi, g).id, orang, share.kursi)
        for share in shares
        for g, orang in share.placed()
    ]
    made.sort(key=lambda i: (diary.shift[i.giliran].mulai, i.giliran, i.kursi, i.anggota))
    empty = [gap for share in shares for gap in _gaps(diary, share)]
    empty.sort(key=lambda k: (diary.shift[k.giliran].mulai, k.giliran, k.kursi))
    duties = [*masalah.tetap, *(Tugas(i.orang, i.kursi, diary.shift[i.giliran]) for i in made)]
    return Hasil(_with_leaders(masalah, made), empty, load_of(duties, masalah.calon))


def load_of(tugas: Iterable[Tugas], calon: Iterable[Calon]) -> Muatan:
    """The load of each person who may serve for a seat; who has no duty stands there with none."""
    load: Muatan = defaultdict(dict)
    for c in calon:
        load[c.kursi][c.orang] = Beban()
    for duty in tugas:
        beban = load.get(duty.kursi, {}).get(duty.orang)
        if beban:
            beban.tugas += 1
            beban.libur += duty.giliran.libur
            beban.malam += duty.giliran.malam
    return dict(load)


class Agenda:
    """Everybody's duties in order of time, and whether one more fits."""

    def __init__(self, masalah: Masalah) -> None:
        self.masalah = masalah
        self.rest = dt.timedelta(hours=masalah.aturan.jam_istirahat).total_seconds()
        self.shift = {g.id: g for g in masalah.giliran}
        self.crew: dict[int, dict[int, list[Calon]]] = defaultdict(lambda: defaultdict(list))
        for c in sorted(masalah.calon, key=lambda c: (c.kursi, not c.pimpinan, c.id)):
            self.crew[c.kursi][c.orang].append(c)
        self.away: dict[int, set[int]] = defaultdict(set)
        for h in masalah.halangan:
            self.away[h.orang].update(range(h.dari.toordinal(), h.sampai.toordinal() + 1))
        self.start: dict[int, list[float]] = defaultdict(list)
        self.duty: dict[int, list[tuple[float, int]]] = defaultdict(list)  # beside start: end, shift
        self.days: dict[int, Counter[int]] = defaultdict(Counter)
        for duty in masalah.tetap:
            self.add(duty.orang, duty.giliran)

    def add(self, orang: int, g: Giliran) -> None:
        at = bisect_left(self.start[orang], g.awal)
        self.start[orang].insert(at, g.awal)
        self.duty[orang].insert(at, (g.akhir, g.id))
        self.days[orang][g.hari] += 1

    def remove(self, orang: int, g: Giliran) -> None:
        at = bisect_left(self.start[orang], g.awal)
        del self.start[orang][at], self.duty[orang][at]
        self.days[orang][g.hari] -= 1
        if not self.days[orang][g.hari]:
            del self.days[orang][g.hari]

    def serves(self, orang: int, kursi: int, g: Giliran) -> bool:
        """In from–to, and not away on any date the shift touches."""
        return self._absence(orang, kursi, g) is None

    def membership(self, orang: int, kursi: int, g: Giliran) -> Calon:
        return next(c for c in self.crew[kursi][orang] if c.serves(g.tanggal))

    def _absence(self, orang: int, kursi: int, g: Giliran) -> Sebab | None:
        if not any(c.serves(g.tanggal) for c in self.crew[kursi][orang]):
            return Sebab.MASA
        away = self.away.get(orang)
        if away and not away.isdisjoint(range(g.hari, g.berakhir.toordinal() + 1)):
            return Sebab.BERHALANGAN
        return None

    def clash(self, orang: int, g: Giliran) -> Sebab | None:
        """What among the person's duties stands in the way."""
        starts, duties = self.start[orang], self.duty[orang]
        at = bisect_left(starts, g.awal)
        before = g.awal - duties[at - 1][0] if at else self.rest
        after = starts[at] - g.akhir if at < len(starts) else self.rest
        if before < 0 or after < 0:
            other = duties[at - 1 if before < 0 else at][1]
            return Sebab.DI_GILIRAN if other == g.id else Sebab.BENTROK
        if before < self.rest or after < self.rest:
            return Sebab.ISTIRAHAT
        return Sebab.BERUNTUN if self._run_with(orang, g) > self.masalah.aturan.hari_beruntun else None

    def _run_with(self, orang: int, g: Giliran) -> int:
        """Days in a row around this date, with it; a second duty on a day makes no run longer."""
        days, day = self.days[orang], g.hari
        if day in days:
            return 0
        first = last = day
        while first - 1 in days:
            first -= 1
        while last + 1 in days:
            last += 1
        return last - first + 1

    def obstacle(self, orang: int, kursi: int, g: Giliran) -> Sebab | None:
        return self._absence(orang, kursi, g) or self.clash(orang, g)


def _gaps(diary: Agenda, share: Pembagian) -> Iterable[Kosong]:
    for g_id, short in Counter(g.id for g in share.unfilled()).items():
        why = Counter(
            reason
            for orang in share.people
            if (reason := diary.obstacle(orang, share.kursi, diary.shift[g_id]))
        )
        reasons = sorted(why.items(), key=lambda r: (-r[1], r[0])) or [(Sebab.TANPA_ANGGOTA, 0)]
        yield Kosong(g_id, share.kursi, short, tuple(reasons))


def _with_leaders(masalah: Masalah, made: list[Isian]) -> list[Isian]:
    """Each shift nobody leads yet gets a koordinator among the new: leaders by role first, who led least first."""
    members = {c.id: c for c in masalah.calon}
    led = Counter(d.orang for d in masalah.tetap if d.koordinator)
    has = {d.giliran.id for d in masalah.tetap if d.koordinator}
    chosen: set[tuple[int, int]] = set()
    per_shift: dict[int, list[Isian]] = defaultdict(list)
    for i in made:
        if i.giliran not in has and not members[i.anggota].peserta:
            per_shift[i.giliran].append(i)
    for shift, people in per_shift.items():
        leader = min(
            people, key=lambda i: (not members[i.anggota].pimpinan, led[i.orang], i.kursi, i.anggota)
        )
        led[leader.orang] += 1
        chosen.add((shift, leader.anggota))
    return [
        Isian(i.giliran, i.anggota, i.orang, i.kursi, koordinator=True)
        if (i.giliran, i.anggota) in chosen
        else i
        for i in made
    ]
