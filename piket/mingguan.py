"""The week of a post as people read it: days across, agencies down, people as chips, gaps hatched."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from piket.lembar import Lembar, Petugas, monday_of, seats_of
from piket.models import Piket
from posko.models import Kursi, Posko
from posko.templatetags.posko import BULAN, HARI


@dataclass
class Hari:
    tanggal: dt.date
    kini: bool
    dipilih: bool
    giliran: list[Piket]

    @property
    def nama(self) -> str:
        """``Rabu, 14 Feb``."""
        return f"{HARI[self.tanggal.weekday()]}, {self.tanggal.day} {BULAN[self.tanggal.month - 1][:3]}"


@dataclass
class Bagian:
    """One shift's part of a cell; `label` only where a day has several shifts."""

    label: str
    petugas: list[Petugas]
    kurang: int


@dataclass
class Sel:
    hari: Hari
    bagian: list[Bagian]

    @property
    def kurang(self) -> int:
        return sum(b.kurang for b in self.bagian)


@dataclass
class Baris:
    kursi: Kursi
    sel: list[Sel]


@dataclass
class Minggu:
    """What the page shows."""

    posko: Posko
    senin: dt.date
    hari: list[Hari]
    kelompok: list[tuple[str, list[Baris]]]
    tanpa: list[Kursi]
    lembar: Lembar

    @property
    def dipilih(self) -> Hari:
        return next(h for h in self.hari if h.dipilih)


def build_week(posko: Posko, senin: dt.date, dipilih: dt.date, *, drafts: bool = False) -> Minggu:
    """The week that begins on `senin`; `dipilih` is the day a phone shows. Four queries.

    drafts: also shifts not published yet.
    """
    lembar = Lembar.read(posko, senin, senin + dt.timedelta(days=6), drafts=drafts)
    today = posko.local_time().date()
    days = [Hari(d, d == today, d == dipilih, lembar.per_hari.get(d, [])) for d in lembar.days()]
    used = {p.kursi for p in lembar.petugas} | {kursi for _, kursi in lembar.butuh}
    groups: dict[str, list[Baris]] = {}
    idle = []
    for kursi in seats_of(posko, used):
        if kursi.pk in used:
            row = Baris(kursi, [Sel(day, _parts(lembar, day, kursi)) for day in days])
            groups.setdefault(kursi.instansi.get_unsur_display(), []).append(row)
        else:
            idle.append(kursi)
    return Minggu(posko, monday_of(senin), days, list(groups.items()), idle, lembar)


def _parts(lembar: Lembar, day: Hari, kursi: Kursi) -> list[Bagian]:
    several = len(day.giliran) > 1
    names = [s.nama for s in day.giliran]
    parts = []
    for shift in day.giliran:
        people, lack = lembar.per_sel.get((shift.pk, kursi.pk), []), lembar.missing(shift.pk, kursi.pk)
        label = shift.nama if names.count(shift.nama) == 1 else f"{shift.nama} {shift.jam}"
        if people or lack:
            parts.append(Bagian(label if several else "", people, lack))
    return parts
