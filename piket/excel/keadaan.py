"""The roster as it is now, with everybody a file may name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from piket.lembar import Lembar, able_members, seats_of
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
        crews = _crews(lembar)
        for seat in seats:
            for member in crews.get(seat.pk, ()):
                member.kursi = seat
        return cls(lembar, seats, {seat.pk: crews.get(seat.pk, []) for seat in seats})

    def members(self) -> dict[int, Anggota]:
        """By id."""
        return {m.pk: m for crew in self.anggota.values() for m in crew}


def _crews(lembar: Lembar) -> dict[int, list[Anggota]]:
    """Seat: members who may serve in the range or stand in it. One line a person, also with two roles."""
    found = list(able_members(lembar.posko, lembar.dari, lembar.sampai).select_related("pengguna"))
    if others := {p.anggota for p in lembar.petugas}.difference(a.pk for a in found):
        found += Anggota.objects.filter(pk__in=others).select_related("pengguna")
    crews: dict[int, list[Anggota]] = defaultdict(list)
    for member in sorted(found, key=lambda a: (a.pengguna.nama, a.pk)):
        crews[member.kursi_id].append(member)
    return crews
