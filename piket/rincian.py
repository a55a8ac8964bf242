"""One shift as its page shows it: who is on it agency by agency, with attendance, gaps and what was changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from piket.kehadiran import BERALASAN, HADIR
from piket.lembar import Petugas, read_needs, read_people
from piket.models import Penugasan, Piket
from posko.models import Kursi

K = Penugasan.Kehadiran
IKON = {
    K.BELUM: "jam", K.HADIR: "centang", K.TERLAMBAT: "lewat", K.SAKIT: "kesehatan", K.IZIN: "dokumen",
    K.CUTI: "kalender", K.DINAS_LUAR: "kirim", K.TANPA_KETERANGAN: "tanya",
}  # fmt: skip
ABSENT = BERALASAN | {K.TANPA_KETERANGAN}


class Keadaan(NamedTuple):
    """A state of attendance in words and an icon."""

    kata: str
    ikon: str


def state_words(kehadiran: str, *, full: bool) -> Keadaan:
    """A state in words. Why somebody is not there is personal: without `full` only that they are not."""
    if kehadiran in ABSENT and not full:
        return Keadaan("Tidak hadir", "kurang")
    return Keadaan(K(kehadiran).label, IKON[K(kehadiran)])


class Orang(NamedTuple):
    """A person on the shift, as this reader may know."""

    petugas: Petugas
    keadaan: Keadaan
    saya: bool


@dataclass
class Kelompok:
    """An agency on the shift."""

    nama: str
    unsur: str
    orang: list[Orang]
    kurang: int


@dataclass
class Digantikan:
    """Who was on the shift and was replaced, and by whom if that is known."""

    nama: str
    instansi: str
    oleh: str


@dataclass
class Giliran:
    """What the page shows of a shift."""

    piket: Piket
    petugas: list[Petugas]
    kelompok: list[Kelompok]
    digantikan: list[Digantikan]

    @cached_property
    def koordinator(self) -> Petugas | None:
        return next((p for p in self.petugas if p.koordinator), None)

    @property
    def hadir(self) -> int:
        return sum(p.kehadiran in HADIR for p in self.petugas)

    @property
    def kurang(self) -> int:
        return sum(k.kurang for k in self.kelompok)


def build_shift(piket: Piket, people: list[Petugas], pengguna: int, *, full: bool) -> Giliran:
    """The shift for one reader. people: as `read_shift`; full: with the reasons for absence. Three queries."""
    needs = {kursi: n for (_, kursi), n in read_needs([piket.pk]).items()}
    by_seat: dict[int, list[Petugas]] = {}
    for person in people:
        by_seat.setdefault(person.kursi, []).append(person)
    groups = []
    for seat in _seats(set(by_seat) | set(needs)):
        there = by_seat.get(seat.pk, [])
        rows = [_person(p, pengguna, full) for p in there]
        lack = max(needs.get(seat.pk, 0) - len(there), 0)
        groups.append(Kelompok(str(seat.instansi), seat.instansi.get_unsur_display(), rows, lack))
    return Giliran(piket, people, groups, _replaced(piket))


def read_shift(piket: Piket) -> list[Petugas]:
    """The people of a shift in the order on paper; tells the shift who leads it. One query."""
    people = sorted(read_people([piket.pk]), key=lambda p: p.tempat)
    piket.pemimpin_id = next((p.pengguna for p in people if p.koordinator), None)
    return people


def _person(person: Petugas, pengguna: int, full: bool) -> Orang:
    me = person.pengguna == pengguna
    return Orang(person, state_words(person.kehadiran, full=full or me), me)


def _seats(ids: set[int]) -> list[Kursi]:
    from piket.lembar import UNSUR

    seats = Kursi.objects.filter(pk__in=ids).select_related("instansi")
    order = ("instansi__urutan", "instansi__nomor_urut", "instansi__nama")
    return sorted(seats.order_by(*order), key=lambda k: UNSUR.index(k.instansi.unsur))


def _replaced(piket: Piket) -> list[Digantikan]:
    rows = (
        Penugasan.objects.filter(piket=piket, status=Penugasan.Status.DIGANTIKAN)
        .select_related("pengguna", "anggota__kursi__instansi")
        .prefetch_related("pengganti__pengguna")
        .order_by("pengguna__nama", "id")
    )
    return [
        Digantikan(
            d.pengguna.nama,
            str(d.anggota.kursi.instansi),
            ", ".join(p.pengguna.nama for p in d.pengganti.all()),
        )
        for d in rows
    ]


class Riwayat(NamedTuple):
    """One change of somebody's attendance: what it became, by whom, how, when, and why."""

    nama: str
    keadaan: Keadaan
    datang: dt.datetime | None
    pulang: dt.datetime | None
    oleh: str
    cara: str
    pada: dt.datetime
    alasan: str


def history(piket: Piket, duty: int | None = None) -> list[Riwayat]:
    """Changes of attendance on a shift (or of one duty of it), the oldest first. One query."""
    events: Any = Penugasan._meta.get_field("events").related_model
    ids = Penugasan.objects.filter(piket=piket).values("pk") if duty is None else [duty]
    rows = (
        events.objects.filter(pgh_obj__in=ids, ditandai_pada__isnull=False)
        .order_by("pgh_id")
        .values_list(
            "pgh_obj_id", "pengguna__nama", "kehadiran", "datang", "pulang", "ditandai_oleh__nama", "cara",
            "ditandai_pada", "pgh_context__metadata",
        )
    )  # fmt: skip
    seen: dict[int, dt.datetime] = {}
    found = []
    for pk, nama, state, came, left, by, how, at, metadata in rows:
        if seen.get(pk) == at:  # something else about the assignment changed
            continue
        seen[pk] = at
        words = Penugasan.Cara(how).label if how else ""
        reason = (metadata or {}).get("alasan", "")
        found.append(Riwayat(nama, state_words(state, full=True), came, left, by or "", words, at, reason))
    return found
