"""From patterns to shifts: which pattern counts where and when, what it would make, and making it.

Hours are the post's own wall clock (`shift_range`), so a pattern means the same in WIB, WITA and WIT. Everything is
made as drafts, in one `Pembuatan`; what is already there at the same hours stays, so applying again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Q

from piket.giliran import days_between
from piket.models import (
    GiliranPola,
    HariLibur,
    Kebutuhan,
    KebutuhanPola,
    Pembuatan,
    Piket,
    PolaPiket,
    shift_range,
)
from piket.penugasan import Basi
from posko import access
from posko.models import Anggota, HariPemungutan, Kursi, Posko

if TYPE_CHECKING:
    from posko.access import Aktor

BATCH = 2_000
# More shifts than all posts of a province make in a week are made area by area.
PALING_BANYAK = 25_000


@dataclass(slots=True)
class CalonGiliran:
    """A shift a pattern asks for. ada: it is already there. kebutuhan: seat → how many."""

    nama: str
    jenis: str
    tanggal: dt.date
    waktu: DateTimeTZRange
    kebutuhan: dict[int, int]
    ada: bool

    @property
    def tempat(self) -> int:
        """How many people it needs."""
        return sum(self.kebutuhan.values())


@dataclass(slots=True)
class RencanaPosko:
    """What applying would do in one post."""

    posko: Posko
    giliran: list[CalonGiliran] = field(default_factory=list)
    peringatan: list[str] = field(default_factory=list)
    pola: list[str] = field(default_factory=list)

    @property
    def baru(self) -> list[CalonGiliran]:
        return [g for g in self.giliran if not g.ada]

    @property
    def sudah(self) -> int:
        return sum(g.ada for g in self.giliran)

    @property
    def kebutuhan(self) -> int:
        """How many places the new shifts need."""
        return sum(sum(g.kebutuhan.values()) for g in self.baru)


@dataclass(slots=True)
class Rencana:
    """What applying would do in all of them. sidik: changes when the outcome would be another."""

    dari: dt.date
    sampai: dt.date
    posko: list[RencanaPosko]

    @property
    def baru(self) -> int:
        return sum(len(p.baru) for p in self.posko)

    @property
    def sudah(self) -> int:
        return sum(p.sudah for p in self.posko)

    @property
    def kebutuhan(self) -> int:
        return sum(p.kebutuhan for p in self.posko)

    @property
    def sidik(self) -> str:
        said = [
            (
                p.posko.pk,
                [
                    (g.nama, g.jenis, g.waktu.lower, g.waktu.upper, sorted(g.kebutuhan.items()))
                    for g in p.baru
                ],
            )
            for p in self.posko
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


class _Bahan:
    """Everything plans are made of, read in eight queries whatever the number of posts and days."""

    def __init__(self, posts: Sequence[Posko], dari: dt.date, sampai: dt.date) -> None:
        ids = [p.pk for p in posts]
        edition = posts[0].pemilihan_id if posts else 0
        tiers = {int(p.tingkat) for p in posts}
        patterns = PolaPiket.objects.filter(
            Q(posko__in=ids) | Q(tingkat__in=tiers), pemilihan=edition, aktif=True
        )
        self.pola: dict[tuple[str, int], list[PolaPiket]] = defaultdict(list)
        for pattern in patterns:
            key = ("p", pattern.posko_id) if pattern.posko_id else ("t", pattern.tingkat or 0)
            self.pola[key].append(pattern)
        self.giliran: dict[int, list[GiliranPola]] = defaultdict(list)
        rows = GiliranPola.objects.filter(pola__in=patterns).order_by("mulai", "id")
        for row in rows:
            self.giliran[row.pola_id].append(row)
        self.butuh: dict[int, list[KebutuhanPola]] = defaultdict(list)
        for need in KebutuhanPola.objects.filter(giliran__pola__in=patterns).select_related("instansi"):
            self.butuh[need.giliran_id].append(need)
        self.pemungutan = set(
            HariPemungutan.objects.filter(pemilihan=edition).values_list("tanggal", flat=True)
        )
        self.libur = set(HariLibur.objects.filter(pemilihan=edition).values_list("tanggal", flat=True))
        self.kursi: dict[int, list[Kursi]] = defaultdict(list)
        seats = Kursi.objects.filter(posko__in=ids, aktif=True).select_related("instansi")
        for seat in seats.order_by("instansi__urutan", "instansi__nomor_urut", "instansi__nama", "pk"):
            self.kursi[seat.posko_id].append(seat)
        self.ada: dict[int, list[tuple[str, DateTimeTZRange]]] = defaultdict(list)
        around = Piket.objects.filter(posko__in=ids).on_dates(
            dari - dt.timedelta(days=1), sampai + dt.timedelta(days=1)
        )
        for posko, jenis, waktu in around.order_by().values_list("posko_id", "jenis", "waktu"):
            self.ada[posko].append((jenis, waktu))
        crew = Anggota.objects.filter(
            Q(selesai=None) | Q(selesai__gte=dari),
            kursi__posko__in=ids,
            mulai__lte=sampai,
            pengguna__is_active=True,
        ).exclude(peran__in=("admin", "pengarah", "petugas_lapangan"))
        self.anggota = dict(crew.order_by().values_list("kursi").annotate(n=Count("pengguna", distinct=True)))


def pattern_for(patterns: Iterable[PolaPiket], posko: Posko, day: dt.date) -> PolaPiket | None:
    """The pattern that counts for a post on a local date: the post's before its tier's, dated before undated."""
    fitting = [
        p
        for p in patterns
        if (p.posko_id == posko.pk or (p.posko_id is None and p.tingkat == posko.tingkat))
        and (p.dari is None or p.sampai is None or p.dari <= day <= p.sampai)
    ]
    # The narrowest of several dated ones, then the newest.
    return min(fitting, key=lambda p: (p.posko_id is None, _width(p), -p.pk), default=None)


def _width(pattern: PolaPiket) -> int:
    if pattern.dari is None or pattern.sampai is None:
        return 10_000
    return (pattern.sampai - pattern.dari).days


def shifts_of_day(
    giliran: Sequence[GiliranPola], day: dt.date, *, voting: bool, holiday: bool
) -> list[GiliranPola]:
    """The shifts of a pattern on a date. On a voting day only those made for it, where there are some."""
    special = [g for g in giliran if g.berlaku == GiliranPola.Berlaku.PEMUNGUTAN]
    if voting and special:
        return special
    usual = [g for g in giliran if g.berlaku == GiliranPola.Berlaku.BIASA]
    return [g for g in usual if day.weekday() in g.hari and (g.libur or not holiday)]


def plan(posts: Sequence[Posko], dari: dt.date, sampai: dt.date) -> Rencana:
    """What applying the patterns to these posts (of one edition) would do on local dates, both included."""
    stuff = _Bahan(posts, dari, sampai)
    return Rencana(dari, sampai, [_plan_post(stuff, post, dari, sampai) for post in posts])


def _plan_post(stuff: _Bahan, posko: Posko, dari: dt.date, sampai: dt.date) -> RencanaPosko:
    found = RencanaPosko(posko)
    patterns = [*stuff.pola[("p", posko.pk)], *stuff.pola[("t", int(posko.tingkat))]]
    without: list[dt.date] = []
    asked: dict[int, KebutuhanPola] = {}
    for day in days_between(dari, sampai):
        pattern = pattern_for(patterns, posko, day)
        if pattern is None:
            without.append(day)
            continue
        if pattern.nama not in found.pola:
            found.pola.append(pattern.nama)
        shifts = shifts_of_day(
            stuff.giliran[pattern.pk], day, voting=day in stuff.pemungutan, holiday=day in stuff.libur
        )
        for n, shift in enumerate(shifts):
            waktu = shift_range(posko.zona, day, shift.mulai, shift.selesai)
            needs = _needs(stuff, posko, shift, day.toordinal() * len(shifts) + n)
            there = (shift.jenis, waktu) in stuff.ada[posko.pk]
            if not there:
                asked |= {need.pk: need for need in stuff.butuh[shift.pk]}
            found.giliran.append(CalonGiliran(shift.nama, shift.jenis, day, waktu, needs, there))
    found.peringatan = _warnings(stuff, found, without, [asked[pk] for pk in sorted(asked)])
    return found


def _needs(stuff: _Bahan, posko: Posko, shift: GiliranPola, turn: int) -> dict[int, int]:
    """Seat → how many. turn: a serial that goes up by one with each shift, so that agencies of an unsur take turns."""
    needs: dict[int, int] = defaultdict(int)
    for need in stuff.butuh[shift.pk]:
        if need.instansi_id:
            seats = [k for k in stuff.kursi[posko.pk] if k.instansi_id == need.instansi_id]
        else:
            seats = [k for k in stuff.kursi[posko.pk] if k.instansi.unsur == need.unsur]
        if need.instansi_id or need.tiap_instansi:
            for seat in seats:
                needs[seat.pk] += need.jumlah
        elif seats:
            for n in range(need.jumlah):
                needs[seats[(turn * need.jumlah + n) % len(seats)].pk] += 1
    return dict(needs)


def _warnings(
    stuff: _Bahan, found: RencanaPosko, without: list[dt.date], asked: list[KebutuhanPola]
) -> list[str]:
    posko, said = found.posko, []
    if without:
        said.append(f"{len(without)} hari tanpa pola: tidak ada giliran yang dibuat pada hari itu.")
    outside = [g for g in found.baru if not posko.dibuka <= g.tanggal <= posko.ditutup]
    if outside:
        said.append(
            f"{len(outside)} giliran di luar masa buka posko ({posko.dibuka:%d-%m-%Y} s.d. {posko.ditutup:%d-%m-%Y})."
        )
    if posko.status == Posko.Status.DRAF:
        said.append("Posko ini masih draf.")
    seated = {k.instansi_id for k in stuff.kursi[posko.pk]}
    unsur = {k.instansi.unsur for k in stuff.kursi[posko.pk]}
    for need in asked:
        if need.instansi_id and need.instansi_id not in seated:
            said.append(f"{need.instansi} tidak punya kursi aktif di posko ini; kebutuhannya dilewati.")
        if need.unsur and need.unsur not in unsur:
            said.append(
                f"Tidak ada instansi unsur {need.get_unsur_display()} di posko ini; kebutuhannya dilewati."
            )
    if found.baru and not any(g.kebutuhan for g in found.baru):
        said.append("Pola ini belum menyebut kebutuhan: giliran dibuat tanpa tempat untuk diisi.")
    said += _too_few(stuff, found)
    clashing = [g for g in found.baru if _overlaps_another(stuff, posko, g)]
    if clashing:
        said.append(
            f"{len(clashing)} giliran bersinggungan dengan giliran lain yang sudah ada pada jam yang berbeda."
        )
    return said


def _too_few(stuff: _Bahan, found: RencanaPosko) -> list[str]:
    most: dict[int, int] = defaultdict(int)
    for shift in found.baru:
        for seat, n in shift.kebutuhan.items():
            most[seat] = max(most[seat], n)
    names = {k.pk: str(k.instansi) for k in stuff.kursi[found.posko.pk]}
    return [
        f"{names[seat]} hanya punya {stuff.anggota.get(seat, 0)} anggota aktif, dibutuhkan {n} sekaligus."
        for seat, n in most.items()
        if stuff.anggota.get(seat, 0) < n
    ]


def _overlaps_another(stuff: _Bahan, posko: Posko, shift: CalonGiliran) -> bool:
    return any(
        jenis == shift.jenis and w.lower < shift.waktu.upper and shift.waktu.lower < w.upper
        for jenis, w in stuff.ada[posko.pk]
    )


class Berubah(Basi):
    """What was shown is not what would be done now. rencana: what would."""

    def __init__(self, rencana: Rencana) -> None:
        super().__init__("Jadwal atau polanya berubah sejak pratinjau. Periksa lagi lalu terapkan.")
        self.rencana = rencana


def apply(
    posts: Sequence[Posko], dari: dt.date, sampai: dt.date, *, scope: Posko, by: Aktor, sidik: str = ""
) -> Pembuatan | None:
    """Make what `plan` shows, as drafts; None when everything is already there. One transaction.

    scope: the post for whose roster it is done, or in whose area the posts lie. sidik: of the plan that was shown;
    when another would be made now, `Berubah` says so and nothing is made.
    """
    if not all(access.can(by, "manage_piket", post) for post in (scope, *posts)):
        raise PermissionDenied
    with transaction.atomic():
        # Two admins who press at once: the second waits, then finds the shifts there. In order: never in a circle.
        list(
            Posko.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=[p.pk for p in posts])
            .order_by("pk")
        )
        made = plan(posts, dari, sampai)
        if sidik and sidik != made.sidik:
            raise Berubah(made)
        if not made.baru:
            return None
        batch = Pembuatan.objects.create(
            pemilihan_id=scope.pemilihan_id, posko=scope, jenis=Pembuatan.Jenis.POLA, dari=dari, sampai=sampai,
            ringkasan=f"{made.baru} giliran di {len([p for p in made.posko if p.baru])} posko", oleh=by.pengguna,
        )  # fmt: skip
        for one in made.posko:
            _write(one, batch)
    return batch


def _write(one: RencanaPosko, batch: Pembuatan) -> None:
    wanted = one.baru
    shifts = Piket.objects.bulk_create(
        (
            Piket(
                posko=one.posko, pemilihan_id=one.posko.pemilihan_id, jenis=g.jenis, nama=g.nama, tanggal=g.tanggal,
                waktu=g.waktu, pembuatan=batch, terbit_pada=None,
            )
            for g in wanted
        ),
        batch_size=BATCH,
    )  # fmt: skip
    Kebutuhan.objects.bulk_create(
        (
            Kebutuhan(piket=shift, kursi_id=seat, jumlah=n)
            for shift, g in zip(shifts, wanted, strict=True)
            for seat, n in g.kebutuhan.items()
        ),
        batch_size=BATCH,
    )
