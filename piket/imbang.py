"""What a filling would do, for the eye: who is placed, how fair that is by agency, what stays empty and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from piket.lembar import seats_of
from piket.models import Piket
from piket.pengisian import Rencana
from piket.roster import Beban, Kosong, Sebab
from posko.models import Kursi, Pengguna

NAMED = 3
WIDTH = 200


class Batang(NamedTuple):
    """From the fewest to the most duties a person has, as numbers and as a bar in a picture `WIDTH` wide."""

    sedikit: int
    banyak: int
    x: int
    lebar: int

    def __str__(self) -> str:
        return str(self.sedikit) if self.sedikit == self.banyak else f"{self.sedikit}–{self.banyak}"


class Ukuran(NamedTuple):
    nama: str
    sebelum: Batang
    sesudah: Batang


@dataclass
class BarisAdil:
    """One agency."""

    kursi: Kursi
    orang: int
    baru: int
    kosong: int
    ukuran: list[Ukuran] = field(default_factory=list)
    beban: list[tuple[str, Beban, Beban]] = field(default_factory=list)  # name, before, after


@dataclass
class BarisKosong:
    """The places of one agency that stay empty for the same reason; kapan: the first of its shifts."""

    instansi: str
    sebab: str
    kurang: int = 0
    giliran: int = 0
    kapan: list[Piket] = field(default_factory=list)

    @property
    def lagi(self) -> int:
        """How many more shifts there are than are named."""
        return self.giliran - len(self.kapan)


@dataclass
class Tampilan:
    """Everything the preview shows."""

    rencana: Rencana
    baris: list[BarisAdil]
    kosong: list[BarisKosong]
    ukuran: list[str]  # names of what is compared; nights only where there are any

    @property
    def giliran(self) -> int:
        return len({i.giliran for i in self.rencana.baru})


UKURAN = (("tugas", "Tugas"), ("libur", "Akhir pekan dan libur"), ("malam", "Malam"))


def show(rencana: Rencana) -> Tampilan:
    """The preview of a plan. Three queries."""
    seats = {k.pk: k for k in seats_of(rencana.minta.posko, set())}
    before, after = rencana.bahan.load(), rencana.hasil.sesudah
    crew = {orang for kursi in after for orang in after[kursi]}
    names = dict(Pengguna.objects.filter(pk__in=crew).values_list("pk", "nama"))
    new = Counter(i.kursi for i in rencana.baru)
    empty: Counter[int] = Counter()
    for gap in rencana.hasil.kosong:
        empty[gap.kursi] += gap.kurang
    asked = {kursi for _, kursi in rencana.bahan.masalah.butuh}
    loads = [beban for part in (before, after) for load in part.values() for beban in load.values()]
    most = {what: max((getattr(b, what) for b in loads), default=0) for what, _ in UKURAN}
    compared = [(what, nama) for what, nama in UKURAN if most[what]]
    rows = []
    for pk, kursi in seats.items():
        if pk not in asked:
            continue
        old, load = before.get(pk, {}), after.get(pk, {})
        row = BarisAdil(kursi, len(load), new[pk], empty[pk])
        for what, nama in compared if load else ():
            row.ukuran.append(
                Ukuran(nama, *(_bar([getattr(b, what) for b in m.values()], most[what]) for m in (old, load)))
            )
        row.beban = sorted((names[orang], old[orang], load[orang]) for orang in load) if load else []
        rows.append(row)
    return Tampilan(rencana, rows, _gaps(rencana, seats), [nama for _, nama in compared])


def _bar(counts: list[int], most: int) -> Batang:
    low, high = min(counts), max(counts)
    unit = (WIDTH - 6) / max(most, 1)
    return Batang(low, high, round(low * unit), round((high - low) * unit) + 6)


def _gaps(rencana: Rencana, seats: dict[int, Kursi]) -> list[BarisKosong]:
    """By agency in the order on paper, then by reason, the commonest first."""
    groups: dict[tuple[int, str], list[Kosong]] = defaultdict(list)
    for gap in rencana.hasil.kosong:
        groups[gap.kursi, reasons(gap)].append(gap)
    order = {pk: n for n, pk in enumerate(seats)}
    keys = sorted(groups, key=lambda key: (order[key[0]], -len(groups[key]), key[1]))
    shifts = Piket.objects.in_bulk([gap.giliran for key in keys for gap in groups[key][:NAMED]])
    rows = []
    for kursi, why in keys:
        gaps = groups[kursi, why]
        row = BarisKosong(str(seats[kursi].instansi), why, sum(gap.kurang for gap in gaps), len(gaps))
        for gap in gaps[:NAMED]:
            if gap.giliran in shifts:
                shifts[gap.giliran].posko = rencana.minta.posko
                row.kapan.append(shifts[gap.giliran])
        rows.append(row)
    return rows


def reasons(gap: Kosong) -> str:
    """Why a place stays empty, as words."""
    if gap.sebab[0][0] is Sebab.TANPA_ANGGOTA:
        return str(Sebab.TANPA_ANGGOTA)
    return ", ".join(f"{count} {reason}" for reason, count in gap.sebab)
