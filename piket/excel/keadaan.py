"""The roster as it is now, with everybody a file may name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from piket.jadwal import crews_of
from piket.lembar import Lembar, seats_of
from posko.models import Anggota, Kursi, Posko


@dataclass
class Keadaan:
    """anggota: by seat, in the order of names; every seat has its entry, and every member its seat loaded."""

    lembar: Lembar
    kursi: list[Kursi]
    anggota: dict[int, list[Anggota]]

    @classmethod
    def read(cls, posko: Posko, dari: dt.date, sampai: dt.date) -> Keadaan:
        """A post's roster from one date to another, both included, drafts too. Five queries."""
        lembar = Lembar.read(posko, dari, sampai)
        seats = seats_of(posko, {p.kursi for p in lembar.petugas})
        crews = crews_of(lembar)
        for seat in seats:
            for member in crews.get(seat.pk, ()):
                member.kursi = seat
        return cls(lembar, seats, {seat.pk: crews.get(seat.pk, []) for seat in seats})

    def members(self) -> dict[int, Anggota]:
        """By id."""
        return {m.pk: m for crew in self.anggota.values() for m in crew}
