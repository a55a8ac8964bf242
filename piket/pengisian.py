"""Filling a post's roster from the database: read what is known, show what would be done, do it.

Nothing is written before `apply`; it reads everything again under locks and refuses when anything that `plan` saw is
different by then. Shifts that have begun are left as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils import timezone

from piket.giliran import LEADERSHIP, NOT_ROSTERED
from piket.models import (
    AturanPiket,
    Berhalangan,
    HariLibur,
    Kebutuhan,
    Pembuatan,
    Penugasan,
    Piket,
    TautanHadir,
    TukarPiket,
)
from piket.penugasan import Basi, Ditolak, words_for
from piket.roster import (
    Aturan,
    Calon,
    Giliran,
    Halangan,
    Hasil,
    Isian,
    Masalah,
    Muatan,
    Progress,
    Tugas,
    load_of,
    solve,
)
from posko import access
from posko.access import Aktor
from posko.models import Anggota, Pengguna, Posko

NIGHT_ENDS = dt.time(5)
MAX_DAYS = 100
MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class Permintaan:
    """What is asked for. kursi: seats, none for all; ulang: unlocked duties of drafts are arranged anew.

    giliran: only these shifts, also those that have begun (None: all of the dates that have not begun).
    """

    posko: Posko
    dari: dt.date
    sampai: dt.date
    kursi: frozenset[int] = frozenset()
    ulang: bool = False
    benih: int = 0
    giliran: frozenset[int] | None = None


class Lama(NamedTuple):
    """A duty that is arranged anew."""

    id: int
    anggota: int
    tugas: Tugas


@dataclass(frozen=True)
class Bahan:
    """What was read for a request."""

    masalah: Masalah
    lama: list[Lama]

    @cached_property
    def sidik(self) -> str:
        """A fingerprint of everything the outcome depends on."""
        return hashlib.sha256(repr((self.masalah, self.lama)).encode()).hexdigest()[:32]

    def load(self) -> Muatan:
        """Loads as they stand now."""
        duties = [*self.masalah.tetap, *(row.tugas for row in self.lama)]
        return load_of(duties, self.masalah.calon)


@dataclass
class Rencana:
    """What would be done."""

    minta: Permintaan
    bahan: Bahan
    hasil: Hasil
    baru: list[Isian] = field(default_factory=list)
    hilang: list[Lama] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Duties arranged anew that come out the same stay untouched."""
        same = Counter((r.tugas.giliran.id, r.anggota, r.tugas.koordinator) for r in self.bahan.lama)
        kept: set[tuple[int, int, bool]] = set()
        for made in self.hasil.isian:
            key = (made.giliran, made.anggota, made.koordinator)
            if key in same:
                kept.add(key)
            else:
                self.baru.append(made)
        self.hilang = [
            r for r in self.bahan.lama if (r.tugas.giliran.id, r.anggota, r.tugas.koordinator) not in kept
        ]

    @property
    def sidik(self) -> str:
        return self.bahan.sidik

    @property
    def kurang(self) -> int:
        """How many places stay empty."""
        return sum(gap.kurang for gap in self.hasil.kosong)

    @property
    def berubah(self) -> bool:
        return bool(self.baru or self.hilang)


def plan(minta: Permintaan, progress: Progress | None = None) -> Rencana:
    """What filling would do; writes nothing. Seven queries. progress: see `roster.solve`."""
    bahan = read(minta)
    return Rencana(minta, bahan, solve(bahan.masalah, minta.benih, progress))


def apply(
    minta: Permintaan, sidik: str | None, *, by: Aktor, progress: Progress | None = None
) -> Pembuatan | None:
    """Do what `plan` showed under this fingerprint (None: whatever comes out now), in one transaction.

    Returns what it was made in; None when nothing is to be done. Sent twice, the first is returned again. Raises
    Basi when the roster, the people or their absences are different by now, Ditolak in the database's words.
    """
    if not access.can(by, "manage_piket", minta.posko):
        raise PermissionDenied
    rencana = plan(minta, progress)
    try:
        with transaction.atomic():
            _lock(minta, rencana)
            now = read(minta).sidik
            if sidik not in (None, now):
                if done := _done_before(minta, by):
                    return done
                raise Basi("Jadwal, anggota, atau halangan berubah sejak pratinjau ini dibuat.")
            if now != rencana.sidik:
                raise Basi("Jadwal baru saja diubah orang lain. Coba sekali lagi.")
            return _write(rencana, by) if rencana.berubah else None
    except ProtectedError as error:
        raise Ditolak("Ada catatan lain yang menunjuk tugas yang akan disusun ulang.") from error
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error


def fill_shifts(posko: Posko, shifts: Collection[Piket], *, by: Aktor, benih: int = 0) -> int:
    """Fill just these shifts of a post. Returns how many were placed."""
    if not shifts:
        return 0
    days = [shift.tanggal for shift in shifts]
    ids = frozenset(shift.pk for shift in shifts)
    made = apply(Permintaan(posko, min(days), max(days), benih=benih, giliran=ids), None, by=by)
    return Penugasan.objects.filter(pembuatan=made).count() if made else 0


def _done_before(minta: Permintaan, by: Aktor) -> Pembuatan | None:
    """The same request by the same person, already done: the seed is drawn for one preview."""
    return Pembuatan.objects.filter(
        posko=minta.posko, jenis=Pembuatan.Jenis.ISI, benih=minta.benih, oleh=by.pengguna,
        dari=minta.dari, sampai=minta.sampai, dibatalkan_pada=None,
    ).first()  # fmt: skip


def _lock(minta: Permintaan, rencana: Rencana) -> None:
    """The post, then the shifts, then the people, each in order: as single edits lock, so none waits for another."""
    Posko.objects.select_for_update(no_key=True, of=("self",)).get(pk=minta.posko.pk)
    shifts = [g.id for g in rencana.bahan.masalah.giliran]
    list(Piket.objects.select_for_update(no_key=True).filter(pk__in=shifts).order_by("pk").values_list("pk"))
    old = [row.id for row in rencana.hilang]
    list(
        Penugasan.objects.select_for_update(of=("self",)).filter(pk__in=old).order_by("pk").values_list("pk")
    )
    people = {c.orang for c in rencana.bahan.masalah.calon}
    rows = Pengguna.objects.select_for_update(no_key=True).filter(pk__in=people)
    list(rows.order_by("pk").values_list("pk"))


def _write(rencana: Rencana, by: Aktor) -> Pembuatan:
    minta, shift = rencana.minta, {g.id: g for g in rencana.bahan.masalah.giliran}
    gone = len(rencana.hilang)
    words = f"{len(rencana.baru)} penugasan dibuat" + (f", {gone} yang lama dilepas" if gone else "")
    made = Pembuatan.objects.create(
        pemilihan_id=minta.posko.pemilihan_id, posko=minta.posko, jenis=Pembuatan.Jenis.ISI, dari=minta.dari,
        sampai=minta.sampai, ringkasan=words, benih=minta.benih, oleh=by.pengguna,
    )  # fmt: skip
    Penugasan.objects.filter(pk__in=[row.id for row in rencana.hilang]).delete()
    Penugasan.objects.bulk_create(
        (
            Penugasan(
                piket_id=i.giliran, anggota_id=i.anggota, pengguna_id=i.orang,
                pemilihan_id=minta.posko.pemilihan_id, koordinator=i.koordinator, pembuatan=made,
                waktu=DateTimeTZRange(shift[i.giliran].mulai, shift[i.giliran].selesai),
            )
            for i in rencana.baru
        ),
        batch_size=2000,
    )  # fmt: skip
    return made


# --- reading ------------------------------------------------------------------------------------------


def read(minta: Permintaan) -> Bahan:
    """Everything the filling depends on, in a fixed order. Seven queries."""
    posko, zona = minta.posko, minta.posko.zona
    edition = posko.pemilihan_id
    rule = AturanPiket.objects.filter(pemilihan=edition).first()
    holidays = set(HariLibur.objects.filter(pemilihan=edition).values_list("tanggal", flat=True))
    as_shift = _shifts_as(zona, holidays)
    chosen = Piket.objects.filter(posko=posko).on_dates(minta.dari, minta.sampai)
    if minta.giliran is None:
        chosen = chosen.filter(waktu__startswith__gt=timezone.now())
    else:
        chosen = chosen.filter(pk__in=minta.giliran)
    shifts = list(chosen.order_by("waktu", "pk").values_list("pk", "waktu", "tanggal", "terbit_pada"))
    drafts = {pk for pk, _, _, published in shifts if published is None}
    needs = Kebutuhan.objects.filter(piket__in=[s[0] for s in shifts], kursi__aktif=True)
    if minta.kursi:
        needs = needs.filter(kursi__in=minta.kursi)
    rows = needs.order_by("piket", "kursi").values_list("piket", "kursi", "jumlah")
    wanted = {(piket, kursi): jumlah for piket, kursi, jumlah in rows}
    members = _members({kursi for _, kursi in wanted}, minta.dari, minta.sampai)
    people = {c.orang for c in members}
    standing, old = _duties(minta, people, [s[0] for s in shifts], set(wanted), drafts, as_shift)
    away = Berhalangan.objects.live().filter(pemilihan=edition, pengguna__in=people)
    absences = away.filter(sampai__gte=minta.dari).order_by("pk").values_list("pengguna", "dari", "sampai")
    masalah = Masalah(
        [as_shift(pk, waktu, day) for pk, waktu, day, _ in shifts],
        wanted,
        members,
        standing,
        [Halangan(*row) for row in absences],
        Aturan(rule.hari_beruntun, rule.jam_istirahat) if rule else Aturan(),
    )
    return Bahan(masalah, old)


AsShift = Callable[[int, DateTimeTZRange, dt.date], Giliran]


def _shifts_as(zona: ZoneInfo, holidays: set[dt.date]) -> AsShift:
    """How a shift looks on this zone's wall clock."""

    def as_shift(pk: int, waktu: DateTimeTZRange, day: dt.date) -> Giliran:
        begin = timezone.localtime(waktu.lower, zona)
        last = timezone.localtime(waktu.upper, zona) - dt.timedelta(microseconds=1)
        night = begin.time() < NIGHT_ENDS or last.date() > begin.date()
        free = day.weekday() > 4 or day in holidays
        return Giliran(pk, waktu.lower, waktu.upper, day, last.date(), libur=free, malam=night)

    return as_shift


def _members(seats: set[int], dari: dt.date, sampai: dt.date) -> list[Calon]:
    """Who may be rostered on at least one of these dates."""
    rows = (
        Anggota.objects.filter(kursi__in=seats, pengguna__is_active=True, mulai__lte=sampai)
        .filter(Q(selesai=None) | Q(selesai__gte=dari))
        .exclude(peran__in=NOT_ROSTERED)
        .order_by("pk")
        .values_list("pk", "pengguna", "kursi", "mulai", "selesai", "peran", "peserta")
    )
    return [
        Calon(pk, orang, kursi, mulai, selesai, pimpinan=peran in LEADERSHIP, peserta=peserta)
        for pk, orang, kursi, mulai, selesai, peran, peserta in rows
    ]


def _duties(
    minta: Permintaan,
    people: set[int],
    shifts: list[int],
    wanted: set[tuple[int, int]],
    drafts: set[int],
    as_shift: AsShift,
) -> tuple[list[Tugas], list[Lama]]:
    """Duties of these people anywhere in the edition and of anybody on these shifts: those that stand, the others.

    Arranged anew is only what nobody has locked, arranged a cover for, offered, attended or been sent a link to.
    """
    rows = (
        Penugasan.objects.live()
        .filter(Q(pengguna__in=people, pemilihan=minta.posko.pemilihan_id) | Q(piket__in=shifts))
        .annotate(
            _terikat=Exists(TukarPiket.objects.filter(Q(penugasan=OuterRef("pk")) | Q(balasan=OuterRef("pk"))))
            | Exists(TautanHadir.objects.filter(penugasan=OuterRef("pk")))
        )
        .order_by("pk")
        .values_list(
            "pk", "piket", "anggota", "anggota__kursi", "pengguna", "waktu", "piket__tanggal", "koordinator",
            "terkunci", "kehadiran", "menggantikan", "_terikat",
        )
    )  # fmt: skip
    standing, old = [], []
    for pk, piket, anggota, kursi, orang, waktu, day, leads, *bound in rows:
        duty = Tugas(orang, kursi, as_shift(piket, waktu, day), leads)
        if minta.ulang and piket in drafts and (piket, kursi) in wanted and not any(bound):
            old.append(Lama(pk, anggota, duty))
        else:
            standing.append(duty)
    return standing, old
