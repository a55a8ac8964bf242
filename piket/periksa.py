"""What stands in the way of a person on a shift, for whoever plans: read once, asked for many.

The database forbids an overlap and a date outside the membership (`keras`); the others are warnings that an admin may
override: too little rest, too many days in a row, a declared absence. Filling has its own solver; this is for edits.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from piket.models import AturanPiket, Berhalangan, Penugasan
from piket.models.pola import HARI_BERUNTUN, JAM_ISTIRAHAT
from posko.templatetags.posko import tanggal as date_words

if TYPE_CHECKING:
    from piket.models import Piket
    from posko.models import Anggota


class Tugas(NamedTuple):
    """A duty somebody has, or would have. nama: where and when, for people. id: 0 while only planned."""

    id: int
    waktu: DateTimeTZRange
    tanggal: dt.date
    nama: str


class Sebab(NamedTuple):
    """Why not. keras: the database refuses it; else a warning."""

    kata: str
    keras: bool


class Absen(NamedTuple):
    dari: dt.date
    sampai: dt.date
    alasan: str


@dataclass
class Kesibukan:
    """What people of an edition already do around some dates, and when they cannot come."""

    tugas: dict[int, list[Tugas]] = field(default_factory=lambda: defaultdict(list))
    absen: dict[int, list[Absen]] = field(default_factory=lambda: defaultdict(list))
    hari_beruntun: int = HARI_BERUNTUN
    jam_istirahat: int = JAM_ISTIRAHAT
    # Whether the reason of an absence may be said.
    alasan: bool = False

    @classmethod
    def read(
        cls, pemilihan_id: int, pengguna: Collection[int], dari: dt.date, sampai: dt.date, *, alasan: bool
    ) -> Kesibukan:
        """Of these people, for shifts on local dates dari–sampai. Three queries."""
        rules = AturanPiket.objects.filter(pemilihan=pemilihan_id).first()
        known = cls(alasan=alasan)
        if rules:
            known.hari_beruntun, known.jam_istirahat = rules.hari_beruntun, rules.jam_istirahat
        margin = dt.timedelta(days=max(known.hari_beruntun, known.jam_istirahat // 24 + 1) + 1)
        duties = Penugasan.objects.live().filter(pengguna__in=pengguna, pemilihan=pemilihan_id)
        span = DateTimeTZRange(
            dt.datetime.combine(dari - margin, dt.time(), dt.UTC),
            dt.datetime.combine(sampai + margin + dt.timedelta(days=1), dt.time(), dt.UTC),
        )
        for duty in duties.filter(waktu__overlap=span).select_related("piket__posko__wilayah"):
            known.add(duty.pengguna_id, duty.piket, duty.pk)
        absences = Berhalangan.objects.live().filter(
            pengguna__in=pengguna, pemilihan=pemilihan_id, dari__lte=sampai, sampai__gte=dari
        )
        for row in absences:
            known.absen[row.pengguna_id].append(Absen(row.dari, row.sampai, row.get_alasan_display()))
        return known

    def add(self, pengguna_id: int, piket: Piket, penugasan_id: int = 0) -> None:
        """From now on this person also does that."""
        name = f"{piket.posko} {piket.jam}{'' if piket.is_announced() else ' (rancangan)'}"
        self.tugas[pengguna_id].append(Tugas(penugasan_id, piket.waktu, piket.tanggal, name))

    def without(self, pengguna_id: int, penugasan_id: int) -> Kesibukan:
        """The same, but for one duty of one person."""
        rest = [t for t in self.tugas[pengguna_id] if t.id != penugasan_id]
        return replace(self, tugas=defaultdict(list, {pengguna_id: rest}))

    def problems(self, anggota: Anggota, waktu: DateTimeTZRange, tanggal: dt.date) -> list[Sebab]:
        """Everything that stands in the way of this member at that time, the hard ones first."""
        if not anggota.mulai <= tanggal <= (anggota.selesai or tanggal):
            return [Sebab("di luar masa tugas", True)]
        duties = self.tugas[anggota.pengguna_id]
        for duty in duties:
            if duty.waktu.lower < waktu.upper and waktu.lower < duty.waktu.upper:
                when = "" if duty.tanggal == tanggal else f", {date_words(duty.tanggal)}"
                return [Sebab(f"bertugas di {duty.nama}{when}", True)]
        found = [self._absence(anggota.pengguna_id, tanggal), self._rest(duties, waktu)]
        found.append(self._run({d.tanggal for d in duties}, tanggal))
        return [Sebab(words, False) for words in found if words]

    def _absence(self, pengguna_id: int, tanggal: dt.date) -> str:
        for absence in self.absen[pengguna_id]:
            if absence.dari <= tanggal <= absence.sampai:
                return f"berhalangan: {absence.alasan.lower()}" if self.alasan else "berhalangan"
        return ""

    def _rest(self, duties: Iterable[Tugas], waktu: DateTimeTZRange) -> str:
        gaps = [
            waktu.lower - d.waktu.upper if d.waktu.upper <= waktu.lower else d.waktu.lower - waktu.upper
            for d in duties
        ]
        least = min(gaps, default=None)
        if least is None or least >= dt.timedelta(hours=self.jam_istirahat):
            return ""
        hours = f"{least / dt.timedelta(hours=1):.1f}".removesuffix(".0").replace(".", ",")
        return f"istirahat {hours} jam, kurang dari {self.jam_istirahat} jam"

    def _run(self, days: set[dt.date], tanggal: dt.date) -> str:
        """How many days in a row it would be."""
        run, one = 1, dt.timedelta(days=1)
        for step in (-one, one):
            day = tanggal + step
            while day in days and run <= self.hari_beruntun:
                run, day = run + 1, day + step
        if run <= self.hari_beruntun:
            return ""
        return f"lebih dari {self.hari_beruntun} hari berturut-turut"
