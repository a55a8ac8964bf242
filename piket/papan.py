"""Who is on duty now: the person's own posts fully, the posts below as one table, those with nobody first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

from piket.lembar import Petugas, agency_name, read_people
from piket.models import Kebutuhan, Penugasan, Piket
from posko import access
from posko.models import Posko

if TYPE_CHECKING:
    from posko.access import Aktor

ROWS = 30
DAY = dt.timedelta(days=1)


@dataclass
class GiliranKini:
    """One shift with its people and the agencies that are missing."""

    piket: Piket
    petugas: list[Petugas]
    kurang: list[tuple[str, int]]


@dataclass
class PoskoKini:
    """One of the person's posts now."""

    posko: Posko
    buka: bool
    kontak: bool
    giliran: list[GiliranKini]
    siaga: list[GiliranKini]
    berikut: list[GiliranKini]
    kelola: bool


@dataclass
class PoskoBawah:
    """A post below, as numbers."""

    posko: Posko
    buka: bool
    bertugas: int
    butuh: int

    @property
    def keadaan(self) -> str:
        if not self.buka:
            return "tutup"
        return "kosong" if not self.bertugas else "kurang" if self.bertugas < self.butuh else "lengkap"

    @property
    def tempat(self) -> tuple[int, str]:
        return (("kosong", "kurang", "lengkap", "tutup").index(self.keadaan), self.posko.wilayah_id)


@dataclass
class Papan:
    saat: dt.datetime
    milik: list[PoskoKini]
    bawah: list[PoskoBawah]
    lebih: int

    @property
    def kosong(self) -> int:
        return sum(b.keadaan == "kosong" for b in self.bawah)


def board(aktor: Aktor, at: dt.datetime, *, semua: bool = False) -> Papan:
    """The duty board at `at`. At most six queries, whatever the number of posts and people."""
    own_ids = {m.posko_id for m in aktor.keanggotaan}
    posts = Posko.objects.visible_to(aktor).filter(_own_and_below(aktor)).select_related("wilayah")
    own: list[Posko] = []
    below: list[Posko] = []
    for posko in posts.order_by("wilayah_id"):
        (own if posko.pk in own_ids else below).append(posko)
    rows = sorted(_below_now(below, at), key=lambda r: r.tempat)
    shown = rows if semua else rows[:ROWS]
    return Papan(at, _own_now(aktor, own, at), shown, len(rows) - len(shown))


def _own_and_below(aktor: Aktor) -> Q:
    if aktor.superuser:
        return Q()
    rules = Q(pk__in={m.posko_id for m in aktor.keanggotaan})
    if not aktor.peserta:
        for kode in {m.posko_kode for m in aktor.keanggotaan}:
            rules |= Q(wilayah__gte=f"{kode}.", wilayah__lt=f"{kode}/")
    return rules


def _near(at: dt.datetime) -> tuple[dt.date, dt.date]:
    """Duty dates in any zone whose shifts may run at `at`: a shift lasts up to a day."""
    return at.date() - 2 * DAY, at.date() + DAY


def _below_now(posts: list[Posko], at: dt.datetime) -> list[PoskoBawah]:
    if not posts:
        return []
    running = Piket.objects.filter(posko__in=posts).on_dates(*_near(at)).now(at)
    live = Count("penugasan", filter=Q(penugasan__status__in=Penugasan.LIVE))
    there = dict(running.order_by().values_list("posko").annotate(n=live))
    needs = Kebutuhan.objects.filter(piket__in=running.order_by())
    need = dict(needs.order_by().values_list("piket__posko").annotate(n=Sum("jumlah")))
    return [PoskoBawah(p, p.is_open(at), there.get(p.pk, 0), need.get(p.pk, 0)) for p in posts]


def _own_now(aktor: Aktor, posts: list[Posko], at: dt.datetime) -> list[PoskoKini]:
    """Shifts running at `at`, and those that begin until tomorrow night (shown: the next beginning)."""
    first, last = _near(at)
    by_post: dict[int, list[Piket]] = defaultdict(list)
    known = {p.pk: p for p in posts}
    shifts = list(
        Piket.objects.filter(posko__in=posts)
        .on_dates(first, last + DAY)
        .filter(waktu__endswith__gt=at)
        .announced(at)
    )
    for shift in sorted(shifts, key=lambda s: (s.waktu.lower, s.waktu.upper, s.pk)):
        shift.posko = known[shift.posko_id]
        by_post[shift.posko_id].append(shift)
    people: dict[int, list[Petugas]] = defaultdict(list)
    for person in sorted(read_people([s.pk for s in shifts]), key=lambda p: p.tempat):
        people[person.piket].append(person)
    missing = _missing([s.pk for s in shifts], people)
    full = {s.pk: GiliranKini(s, people[s.pk], missing[s.pk]) for s in shifts}
    order = sorted(posts, key=lambda p: (p.pk != (aktor.pos.posko_id if aktor.pos else None), p.wilayah_id))
    return [_one_post(aktor, p, [full[s.pk] for s in by_post[p.pk]], at) for p in order]


def _one_post(aktor: Aktor, posko: Posko, shifts: list[GiliranKini], at: dt.datetime) -> PoskoKini:
    running = [g for g in shifts if g.piket.waktu.lower <= at]
    ahead = [g for g in shifts if g.piket.waktu.lower > at]
    return PoskoKini(
        posko,
        posko.is_open(at),
        access.can(aktor, "see_contacts", posko),
        [g for g in running if g.piket.jenis == Piket.Jenis.GILIRAN],
        [g for g in running if g.piket.jenis == Piket.Jenis.SIAGA],
        [g for g in ahead if g.piket.waktu.lower == ahead[0].piket.waktu.lower],
        access.can(aktor, "manage_piket", posko),
    )


def _missing(shifts: list[int], people: dict[int, list[Petugas]]) -> dict[int, list[tuple[str, int]]]:
    """Shift: which agencies lack how many, in the order on paper."""
    needs = Kebutuhan.objects.filter(piket__in=shifts).annotate(nama=agency_name("kursi__instansi__"))
    rows = needs.order_by("kursi__instansi__urutan", "kursi__instansi__nomor_urut", "nama")
    missing: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for piket, kursi, nama, jumlah in rows.values_list("piket_id", "kursi_id", "nama", "jumlah"):
        if (lack := jumlah - sum(p.kursi == kursi for p in people[piket])) > 0:
            missing[piket].append((nama, lack))
    return missing
