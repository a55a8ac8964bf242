"""What a file wants the roster to be, and the part of the roster it speaks of.

Whom and what a file does not mention stays as it is: shifts and people (days across) or shifts and agencies (dates
down) are compared only where both are in the file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from piket.excel.bentuk import Susunan
from piket.excel.read import cell_name
from piket.models import Piket


@dataclass
class Harapan:
    """baris, kolom: where people and days stand in the grid (days across), or shifts and agencies (dates down).

    piket: the shifts spoken of. tugas: (shift, membership): whether as koordinator. sidik: the roster the file was
    downloaded from.
    """

    susunan: str
    dari: dt.date
    sampai: dt.date
    sidik: str
    piket: set[int] = field(default_factory=set)
    baris: dict[int, int] = field(default_factory=dict)
    kolom: dict[int, int] = field(default_factory=dict)
    tugas: dict[tuple[int, int], bool] = field(default_factory=dict)

    def covers(self, piket: int, anggota: int, kursi: int) -> bool:
        """Whether the file says if this person is on this shift."""
        known = anggota in self.baris if self.susunan == Susunan.HARI else kursi in self.kolom
        return piket in self.piket and known

    def place(self, shift: Piket, anggota: int, kursi: int) -> str:
        """The cell that says it, such as ``D7``; empty when none does."""
        if self.susunan == Susunan.HARI:
            row, column = self.baris.get(anggota), self.kolom.get(shift.tanggal.toordinal())
        else:
            row, column = self.baris.get(shift.pk), self.kolom.get(kursi)
        return cell_name(row, column) if row and column else ""

    def pack(self) -> list[Any]:
        """As plain lists, to travel signed through a page."""
        return [
            self.susunan, self.dari.toordinal(), self.sampai.toordinal(), self.sidik, sorted(self.piket),
            list(self.baris.items()), list(self.kolom.items()),
            [[piket, anggota, int(leads)] for (piket, anggota), leads in self.tugas.items()],
        ]  # fmt: skip

    @classmethod
    def unpack(cls, packed: list[Any]) -> Harapan:
        """What `pack` was given. Only for what we signed ourselves."""
        susunan, dari, sampai, sidik, piket, baris, kolom, tugas = packed
        return cls(
            susunan, dt.date.fromordinal(dari), dt.date.fromordinal(sampai), sidik, set(piket),
            dict(map(tuple, baris)), dict(map(tuple, kolom)), {(p, a): bool(leads) for p, a, leads in tugas},
        )  # fmt: skip
