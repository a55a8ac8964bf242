"""Reading a post's roster for a range of days: shifts, needs, people. Always three queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from piket.models import Kebutuhan, Penugasan, Piket
from posko.models import Anggota, Kursi, Posko, Unsur

UNSUR = [str(u) for u in Unsur.values]
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 3), dt.date(2099, 12, 31)


def parse_day(text: str | None, default: dt.date) -> dt.date:
    """A date of an address (YYYY-MM-DD); anything else is the default. Far dates are drawn near."""
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return default
    return min(max(day, FIRST_DAY), LAST_DAY)


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


class Petugas(NamedTuple):
    """One live assignment, flat. Who reads only places (`read_places`) has no names and no attendance."""

    id: int
    piket: int
    kursi: int
    anggota: int
    pengguna: int
    nama: str = ""
    koordinator: bool = False
    keterangan: str = ""
    telepon: str = ""
    unsur: str = ""
    instansi: str = ""
    urutan: int = 0
    kehadiran: str = ""
    datang: dt.datetime | None = None
    pulang: dt.datetime | None = None
    terkunci: bool = False

    @property
    def ada(self) -> bool:
        """Came, and has not gone home."""
        return self.datang is not None and self.pulang is None

    @property
    def kata(self) -> str:
        """The state of attendance in words."""
        return Penugasan.Kehadiran(self.kehadiran).label

    @property
    def kata_umum(self) -> str:
        """The state in words for everybody: why somebody is not there is personal."""
        there = self.kehadiran in ("", "hadir", "terlambat")
        return self.kata if there else "Tidak hadir"

    @property
    def tel(self) -> str:
        """The number as a link dials it."""
        return "".join(c for c in self.telepon if c.isdigit() or c == "+")

    @property
    def tempat(self) -> tuple[bool, int, int, str, str]:
        """Order on a list: the koordinator, then as agencies stand on paper, then by name."""
        return (not self.koordinator, UNSUR.index(self.unsur), self.urutan, self.instansi, self.nama)


_PETUGAS = (
    "id", "piket_id", "anggota__kursi_id", "anggota_id", "pengguna_id", "pengguna__nama", "koordinator",
    "keterangan", "pengguna__telepon", "anggota__kursi__instansi__unsur", "nama_instansi",
    "anggota__kursi__instansi__urutan", "kehadiran", "datang", "pulang", "terkunci",
)  # fmt: skip


# An agency's short name, else its name: what `str(instansi)` says, for queries. path: lookup to the agency.
def agency_name(path: str) -> Coalesce:
    return Coalesce(NullIf(F(f"{path}singkatan"), Value("")), F(f"{path}nama"))


@dataclass
class Lembar:
    """The roster of one post from one date to another."""

    posko: Posko
    dari: dt.date
    sampai: dt.date
    piket: list[Piket]
    butuh: dict[tuple[int, int], int]  # (shift, seat): how many
    petugas: list[Petugas]

    @classmethod
    def read(
        cls,
        posko: Posko,
        dari: dt.date,
        sampai: dt.date,
        *,
        needs: bool = True,
        drafts: bool = True,
        seats: Mapping[int, int] | None = None,
    ) -> Lembar:
        """drafts: also shifts not published yet, which only who edits the roster may see. seats: members, so far as
        known, and their seats: then only where people are is read, not who they are and whether they came."""
        known = Piket.objects.filter(posko=posko).on_dates(dari, sampai)
        shifts = list((known if drafts else known.announced()).order_by("tanggal", "waktu", "id"))
        for shift in shifts:
            shift.posko = posko
        ids = [s.pk for s in shifts]
        people = read_people(ids) if seats is None else read_places(ids, seats)
        return cls(posko, dari, sampai, shifts, read_needs(ids) if needs else {}, people)

    @cached_property
    def per_hari(self) -> dict[dt.date, list[Piket]]:
        days: dict[dt.date, list[Piket]] = defaultdict(list)
        for shift in self.piket:
            days[shift.tanggal].append(shift)
        return days

    @cached_property
    def per_sel(self) -> dict[tuple[int, int], list[Petugas]]:
        """(shift, seat): the people, the koordinator first, then by name."""
        cells: dict[tuple[int, int], list[Petugas]] = defaultdict(list)
        for duty in self.petugas:
            cells[duty.piket, duty.kursi].append(duty)
        return cells

    @cached_property
    def per_piket(self) -> dict[int, list[Petugas]]:
        shifts: dict[int, list[Petugas]] = defaultdict(list)
        for duty in self.petugas:
            shifts[duty.piket].append(duty)
        return shifts

    def missing(self, piket_id: int, kursi_id: int) -> int:
        """How many people of an agency a shift still lacks."""
        return max(
            self.butuh.get((piket_id, kursi_id), 0) - len(self.per_sel.get((piket_id, kursi_id), ())), 0
        )

    @cached_property
    def terkunci(self) -> int:
        """How many of the assignments are locked."""
        return sum(p.terkunci for p in self.petugas)

    @cached_property
    def kurang(self) -> int:
        """How many places are empty in the whole range."""
        there = self.per_sel
        return sum(max(need - len(there.get(cell, ())), 0) for cell, need in self.butuh.items())

    @cached_property
    def rancangan(self) -> int:
        """How many of the shifts are drafts."""
        return sum(not s.is_announced() for s in self.piket)

    def days(self) -> list[dt.date]:
        return [self.dari + dt.timedelta(days=n) for n in range((self.sampai - self.dari).days + 1)]


def read_needs(shifts: list[int]) -> dict[tuple[int, int], int]:
    rows = Kebutuhan.objects.filter(piket__in=shifts).values_list("piket_id", "kursi_id", "jumlah")
    return {(piket, kursi): jumlah for piket, kursi, jumlah in rows}


def read_people(shifts: list[int]) -> list[Petugas]:
    rows = Penugasan.objects.live().filter(piket__in=shifts).order_by("-koordinator", "pengguna__nama", "id")
    named = rows.annotate(nama_instansi=agency_name("anggota__kursi__instansi__"))
    return [Petugas(*row) for row in named.values_list(*_PETUGAS)]


def read_places(shifts: list[int], seats: Mapping[int, int]) -> list[Petugas]:
    """Who stands where, for a month of cells: a third of what `read_people` costs.

    seats: members and their seats. One query, another for those on duty who are not among them.
    """
    rows = Penugasan.objects.live().filter(piket__in=shifts).order_by()
    places = list(rows.values_list("id", "piket_id", "anggota_id", "pengguna_id", "koordinator", "terkunci"))
    if others := {member for _, _, member, *_ in places}.difference(seats):
        found = Anggota.objects.filter(pk__in=others).order_by().values_list("pk", "kursi_id")
        seats = {**seats, **dict(found)}
    unknown = Petugas(0, 0, 0, 0, 0)[7:-1]
    # A month has thousands: naming each field again for each takes longer than reading them.
    return [
        Petugas._make((pk, shift, seats[member], member, person, "", leads, *unknown, locked))
        for pk, shift, member, person, leads, locked in places
    ]


def able_members(posko: Posko, dari: dt.date, sampai: dt.date) -> QuerySet[Anggota]:
    """Members of a post who may be put on duty between two dates, both included."""
    return Anggota.objects.filter(
        Q(selesai=None) | Q(selesai__gte=dari),
        kursi__posko=posko, mulai__lte=sampai, pengguna__is_active=True,
    ).exclude(peran__in=("admin", "pengarah"))  # fmt: skip


def seats_of(posko: Posko, used: set[int]) -> list[Kursi]:
    """Seats of a post in the order on paper: the active ones, and others that stand in the roster."""
    seats = Kursi.objects.filter(posko=posko).select_related("instansi")
    found = list(seats.filter(aktif=True))
    if others := used.difference(k.pk for k in found):
        found += seats.filter(pk__in=others)
    agencies = ((k, k.instansi) for k in found)
    place = {k.pk: _place_on_paper(a.unsur, a.urutan, a.nomor_urut, a.nama) for k, a in agencies}
    return sorted(found, key=lambda k: place[k.pk])


def seat_names(posko: Posko, used: set[int]) -> list[tuple[int, str]]:
    """`seats_of` as ids with the names of the agencies, for who needs no more: at half its cost."""
    seats = Kursi.objects.filter(posko=posko).order_by().annotate(sebutan=agency_name("instansi__"))
    rows = seats.values_list(
        "pk", "sebutan", "instansi__unsur", "instansi__urutan", "instansi__nomor_urut", "instansi__nama"
    )
    found = list(rows.filter(aktif=True))
    if others := used.difference(pk for pk, *_ in found):
        found += rows.filter(pk__in=others)
    return [(pk, name) for pk, name, *_ in sorted(found, key=lambda row: _place_on_paper(*row[2:]))]


def _place_on_paper(unsur: str, urutan: int, nomor: int | None, nama: str) -> tuple[int, int, bool, int, str]:
    return (UNSUR.index(unsur), urutan, nomor is None, nomor or 0, nama)


def shift_labels(shifts: list[Piket]) -> dict[tuple[str, str], str]:
    """A short label for each kind of shift (name and hours): its initial, or more to tell them apart."""
    kinds = list(dict.fromkeys((s.nama, s.jam) for s in sorted(shifts, key=lambda s: (s.jam, s.nama))))
    labels: dict[tuple[str, str], str] = {}
    for kind in kinds:
        words = kind[0].split() or ["?"]
        options = [words[0][:1].upper(), *(f"{words[0][:1].upper()}{w[:1].upper()}" for w in words[1:])]
        options += [f"{options[0]}{n}" for n in range(2, len(kinds) + 2)]
        labels[kind] = next(o for o in options if o not in labels.values())
    return labels
