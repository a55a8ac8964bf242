"""What a filling would do, for the eye: who is placed, how fair that is by agency, what stays empty and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from piket.lembar import seats_of
from piket.models import Piket
from piket.pengisian import Rencana
from piket.roster import Beban, Kosong, Sebab
from posko.models import Kursi, Pengguna

SHOWN = 100
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


class BarisKosong(NamedTuple):
    piket: Piket
    instansi: str
    kurang: int
    sebab: str


@dataclass
class Tampilan:
    """Everything the preview shows."""

    rencana: Rencana
    baris: list[BarisAdil]
    kosong: list[BarisKosong]

    @property
    def giliran(self) -> int:
        return len({i.giliran for i in self.rencana.baru})

    @property
    def dipotong(self) -> int:
        """How many lines of empty places are not shown."""
        return len(self.rencana.hasil.kosong) - len(self.kosong)


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
    scale = {
        what: max(
            [getattr(b, what) for row in (*before.values(), *after.values()) for b in row.values()] or [0]
        )
        for what, _ in UKURAN
    }
    rows = []
    for pk, kursi in seats.items():
        if pk not in asked:
            continue
        old, load = before.get(pk, {}), after.get(pk, {})
        row = BarisAdil(kursi, len(load), new[pk], empty[pk])
        for what, nama in UKURAN if load else ():
            row.ukuran.append(
                Ukuran(
                    nama, *(_bar([getattr(b, what) for b in m.values()], scale[what]) for m in (old, load))
                )
            )
        row.beban = sorted((names[orang], old[orang], load[orang]) for orang in load) if load else []
        rows.append(row)
    return Tampilan(rencana, rows, _gaps(rencana, seats))


def _bar(counts: list[int], most: int) -> Batang:
    low, high = min(counts), max(counts)
    unit = (WIDTH - 6) / max(most, 1)
    return Batang(low, high, round(low * unit), round((high - low) * unit) + 6)


def _gaps(rencana: Rencana, seats: dict[int, Kursi]) -> list[BarisKosong]:
    shown = rencana.hasil.kosong[:SHOWN]
    shifts = Piket.objects.in_bulk([gap.giliran for gap in shown])
    for shift in shifts.values():
        shift.posko = rencana.minta.posko
    return [
        BarisKosong(shifts[gap.giliran], str(seats[gap.kursi].instansi), gap.kurang, reasons(gap))
        for gap in shown
        if gap.giliran in shifts
    ]


def reasons(gap: Kosong) -> str:
    """Why a place stays empty, as words."""
    if gap.sebab[0][0] is Sebab.TANPA_ANGGOTA:
        return str(Sebab.TANPA_ANGGOTA)
    return ", ".join(f"{count} {reason}" for reason, count in gap.sebab)
