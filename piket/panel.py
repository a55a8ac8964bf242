"""The panel of the grid's chosen cell: who is there, who could come, and what stands in the way of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from piket.jadwal import BarisInstansi, Kisi, Pilihan
from piket.lembar import Petugas
from piket.models import Piket
from piket.periksa import Kesibukan, Sebab
from posko import access
from posko.models import Anggota, Kursi

if TYPE_CHECKING:
    from posko.access import Aktor


@dataclass
class Calon:
    """A member who could be added, and what stands in the way."""

    anggota: Anggota
    sebab: list[Sebab] = field(default_factory=list)
    dipilih: bool = False

    @property
    def kata(self) -> str:
        return "; ".join(s.kata for s in self.sebab)


@dataclass
class Hadirin:
    """Somebody on the shift, and what an admin should know of it."""

    petugas: Petugas
    sebab: str = ""


@dataclass
class PanelGiliran:
    piket: Piket
    butuh: int
    dibatasi: bool  # the shift says what it needs
    petugas: list[Hadirin]
    calon: list[Calon]
    koordinator: Petugas | None

    @property
    def kurang(self) -> int:
        return max(self.butuh - len(self.petugas), 0)

    @property
    def penuh(self) -> bool:
        """One more would be beyond what is needed."""
        return self.dibatasi and not self.kurang


@dataclass
class Panel:
    kursi: Kursi
    tanggal: dt.date
    giliran: list[PanelGiliran]
    orang: Anggota | None
    rekan: list[Anggota]
    tujuan: list[tuple[str, list[Piket]]]
    # How many assignments are locked, and how many there are: everybody's that day, the person's in the range.
    kunci_hari: tuple[int, int]
    kunci_orang: tuple[int, int]


def build_panel(kisi: Kisi, by: Aktor) -> Panel | None:
    """What can be done in the chosen cell; None when nothing (or nothing any more) is chosen. Five queries."""
    pilih = kisi.pilih
    row = _find(kisi.baris, pilih) if pilih else None
    if pilih is None or row is None:
        return None
    day, posko = kisi.hari[pilih.i], kisi.lembar.posko
    seat = Kursi.objects.select_related("instansi").get(pk=row.id)
    crew = _crew(row)
    person = next((a for a in crew if pilih.jenis == "a" and a.pk == pilih.id), None)
    known = Kesibukan.read(
        posko.pemilihan_id,
        {a.pengguna_id for a in crew},
        day.tanggal,
        day.tanggal,
        alasan=access.can(by, "read_attendance", posko),
    )
    shifts = [_shift(kisi, seat, s, crew, known, person) for s in day.giliran]
    targets = [(f"{d.tanggal:%d-%m}", d.giliran) for d in kisi.hari if d.giliran]
    on_day = [p for s in day.giliran for p in kisi.lembar.per_piket.get(s.pk, ())]
    own = [p for p in kisi.lembar.petugas if person is not None and p.anggota == person.pk]
    return Panel(seat, day.tanggal, shifts, person, crew, targets, _locked(on_day), _locked(own))


def _locked(duties: list[Petugas]) -> tuple[int, int]:
    return sum(d.terkunci for d in duties), len(duties)


def _find(rows: list[BarisInstansi], pilih: Pilihan) -> BarisInstansi | None:
    """The line of the chosen agency, or that of the chosen person's agency."""
    if pilih.jenis == "k":
        return next((row for row in rows if row.id == pilih.id), None)
    return next((row for row in rows if any(one.id == pilih.id for one in row.orang)), None)


def _crew(row: BarisInstansi) -> list[Anggota]:
    """The people of a line, in its order."""
    known = Anggota.objects.select_related("pengguna").in_bulk([one.id for one in row.orang])
    return [known[one.id] for one in row.orang]


def _shift(
    kisi: Kisi, kursi: Kursi, shift: Piket, crew: list[Anggota], known: Kesibukan, person: Anggota | None
) -> PanelGiliran:
    there = kisi.lembar.per_sel.get((shift.pk, kursi.pk), [])
    present = {p.pengguna for p in there}
    choices = [
        Calon(a, known.problems(a, shift.waktu, shift.tanggal), person is not None and a.pk == person.pk)
        for a in crew
        if a.pengguna_id not in present
    ]
    choices.sort(key=lambda c: (any(s.keras for s in c.sebab), len(c.sebab)))  # stable: by name within
    by_id = {a.pk: a for a in crew}
    people = [Hadirin(p, _warnings(by_id.get(p.anggota), p, shift, known)) for p in there]
    leader = next((p for p in kisi.lembar.per_piket.get(shift.pk, ()) if p.koordinator), None)
    needs = kisi.lembar.butuh
    limited = any(piket == shift.pk for piket, _ in needs)
    return PanelGiliran(shift, needs.get((shift.pk, kursi.pk), 0), limited, people, choices, leader)


def _warnings(anggota: Anggota | None, duty: Petugas, shift: Piket, known: Kesibukan) -> str:
    if anggota is None:
        return ""
    others = known.without(duty.pengguna, duty.id)
    return "; ".join(s.kata for s in others.problems(anggota, shift.waktu, shift.tanggal))
