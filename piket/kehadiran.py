"""Attendance: the table of its states, and the only code that changes them.

`TABEL` says which act leads from which state to which, whose right it is (a rule of `posko.access`) and what it needs.
"Digantikan" is no state of attendance but of the assignment (`Penugasan.status`): who was replaced is not expected.
Each change keeps who marked it, when and how; the history in the database keeps every former state with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from piket.models import Penugasan, Piket
from piket.penugasan import Basi, Ditolak
from posko import access
from posko.models import Pengguna
from posko.templatetags.posko import waktu as moment

if TYPE_CHECKING:
    from posko.access import Aktor

K = Penugasan.Kehadiran
Cara = Penugasan.Cara
HADIR = frozenset({K.HADIR, K.TERLAMBAT})
BERALASAN = frozenset({K.SAKIT, K.IZIN, K.CUTI, K.DINAS_LUAR})
TERCATAT = frozenset(set(K) - {K.BELUM})

# From when on one may arrive: people come early for the roll call; what is earlier belongs to another shift.
BUKA_SEBELUM = dt.timedelta(minutes=60)
# After this one is late: the walk from the gate and the queue before the screen are not held against anybody.
TENGGANG = dt.timedelta(minutes=15)
# Until when one may leave: handing over and voting nights run long; what is later was forgotten, and is corrected.
PULANG_SETELAH = dt.timedelta(hours=4)

FIELDS = ("kehadiran", "datang", "pulang", "cara", "ditandai_oleh", "ditandai_pada")


@dataclass(frozen=True)
class Langkah:
    """One row of the table. butuh: bukti (a code or link), catatan, alasan, mulai (the shift has begun)."""

    nama: str
    dari: frozenset[str]
    ke: frozenset[str]
    hak: str
    butuh: frozenset[str] = frozenset()

    def allows(self, dari: str, ke: str) -> bool:
        return dari in self.dari and ke in self.ke


def _row(nama: str, dari: Iterable[str], ke: Iterable[str], hak: str, *butuh: str) -> Langkah:
    return Langkah(nama, frozenset(dari), frozenset(ke), hak, frozenset(butuh))


OPEN = (K.BELUM, K.TANPA_KETERANGAN)
# Whether somebody who comes is hadir or terlambat is no choice: the hour decides (`present_state`).
TABEL: dict[str, Langkah] = {
    row.nama: row
    for row in (
        _row("check_in", OPEN, HADIR, "check_in", "bukti"),
        _row("check_out", HADIR, HADIR, "check_in", "bukti"),
        _row("mark_present", OPEN, HADIR, "mark_attendance"),
        _row("mark_left", HADIR, HADIR, "mark_attendance"),
        # A reason for staying away is personal: who writes it down for another says where it comes from.
        _row("mark_excused", OPEN, BERALASAN, "mark_attendance", "catatan"),
        _row("mark_missing", (K.BELUM,), (K.TANPA_KETERANGAN,), "mark_attendance", "mulai"),
        _row("correct", TERCATAT, set(K), "mark_attendance", "alasan"),
    )
}


def present_state(shift: Piket | Penugasan, datang: dt.datetime) -> str:
    """Hadir or terlambat, by when the person came."""
    return K.HADIR if datang <= shift.waktu.lower + TENGGANG else K.TERLAMBAT


def act_for(ke: str) -> Langkah:
    """The row by which a koordinator writes down a state for the first time."""
    if ke in HADIR:
        return TABEL["mark_present"]
    return TABEL["mark_missing" if ke == K.TANPA_KETERANGAN else "mark_excused"]


@dataclass
class Perubahan:
    """What is to become of one duty. datang, pulang: aware; alasan: note or reason, kept in the history."""

    langkah: Langkah
    ke: str
    datang: dt.datetime | None = None
    pulang: dt.datetime | None = None
    alasan: str = ""


def lock(duties: Any) -> list[Penugasan]:
    """Inside a transaction: these duties with their shift and person, locked in one order."""
    rows = duties.select_for_update(of=("self",), no_key=True)
    return list(
        rows.select_related("piket__posko__wilayah", "pengguna", "anggota__kursi__instansi").order_by("pk")
    )


def change(duty: Penugasan, new: Perubahan, *, at: dt.datetime, oleh: Pengguna, cara: str) -> None:
    """Set a locked duty's attendance by the table, without saving. Raises `Ditolak` in words.

    The right is the caller's to ask for; everything else is judged here.
    """
    _require(duty, new, at)
    duty.kehadiran, duty.datang, duty.pulang = new.ke, new.datang, new.pulang
    duty.cara, duty.ditandai_oleh, duty.ditandai_pada = cara, oleh, at


def save(duties: list[Penugasan], alasan: str = "") -> None:
    """Write changed duties in one statement; the reason goes into their history."""
    with pghistory.context(alasan=alasan) if alasan else nullcontext():
        Penugasan.objects.bulk_update(duties, FIELDS)


def _require(duty: Penugasan, new: Perubahan, at: dt.datetime) -> None:
    who, row = duty.pengguna.nama, new.langkah
    if duty.status not in Penugasan.LIVE:
        raise Ditolak(f"{who} tidak lagi bertugas di giliran ini ({duty.get_status_display().lower()}).")
    if not row.allows(duty.kehadiran, new.ke):
        raise Ditolak(_out_of_place(duty, new))
    if row.butuh & {"catatan", "alasan"} and not new.alasan.strip():
        raise Ditolak(
            "Tulis alasan perubahan."
            if "alasan" in row.butuh
            else "Tulis catatan: dari siapa keterangan ini."
        )
    if "mulai" in row.butuh and at < duty.waktu.lower + TENGGANG:
        starts = moment(duty.waktu.lower + TENGGANG, duty.piket.zona)
        raise Ditolak(f"Tanpa keterangan baru dapat dicatat mulai {starts}.")
    _require_times(duty, new, at)


def _out_of_place(duty: Penugasan, new: Perubahan) -> str:
    """Why this act does not fit the state."""
    if new.langkah.nama in ("check_out", "mark_left"):
        return f"{duty.pengguna.nama} belum tercatat datang; catat datang lebih dahulu."
    said = duty.get_kehadiran_display().lower()
    if new.langkah.nama == "check_in":
        return f"Anda sudah tercatat {said}. Minta koordinator memperbaikinya."
    return f"{duty.pengguna.nama} sudah tercatat {said}. Pakai Perbaiki bila keliru."


def _require_times(duty: Penugasan, new: Perubahan, at: dt.datetime) -> None:
    """Times only for who came, within the shift's own hours, never in the future."""
    if new.ke not in HADIR:
        if new.datang or new.pulang:
            raise Ditolak("Jam datang dan pulang hanya untuk yang hadir atau terlambat.")
        return
    if new.datang is None:
        raise Ditolak("Isi jam datang.")
    start, end, zone = duty.waktu.lower, duty.waktu.upper, duty.piket.zona
    if new.datang < start - BUKA_SEBELUM:
        raise Ditolak(f"Terlalu dini: kehadiran dibuka {moment(start - BUKA_SEBELUM, zone)}.")
    if new.datang >= end:
        then = (
            "minta koordinator mencatat kehadiran Anda" if "bukti" in new.langkah.butuh
            else "isi jam datang yang sebenarnya"
        )  # fmt: skip
        raise Ditolak(f"Giliran ini sudah selesai {moment(end, zone)}; {then}.")
    if new.ke != present_state(duty, new.datang):
        raise Ditolak("Hadir atau terlambat mengikuti jam datang.")
    if new.datang > at or (new.pulang and new.pulang > at):
        raise Ditolak("Jam datang dan pulang tidak boleh sesudah saat ini.")
    if new.pulang and new.pulang < new.datang:
        raise Ditolak("Jam pulang tidak boleh sebelum jam datang.")
    if new.pulang and new.pulang > end + PULANG_SETELAH:
        raise Ditolak(
            f"Pulang dicatat paling lambat {moment(end + PULANG_SETELAH, zone)}; minta koordinator memperbaikinya."
        )


# --- by who runs the shift ----------------------------------------------------------------------------


@dataclass
class Hasil:
    """What became of marking several people: names that were marked, that were so already, and refusals."""

    dicatat: list[str] = field(default_factory=list)
    sudah: list[str] = field(default_factory=list)
    ditolak: list[str] = field(default_factory=list)


def mark(
    shift: Piket,
    ids: Iterable[int],
    nilai: str,
    *,
    by: Aktor,
    at: dt.datetime | None = None,
    datang: dt.datetime | None = None,
    catatan: str = "",
) -> Hasil:
    """Write down the same state for one or many people of a shift.

    nilai: "hadir" (hadir or terlambat, by `datang`, default `at`), "pulang", or a reason for absence. One
    transaction; who cannot be marked is named with the reason, the others are. Three queries.
    """
    if not access.can(by, "run_shift", shift):
        raise PermissionDenied
    now, done = at or timezone.now(), Hasil()
    with transaction.atomic():
        changed = []
        for duty in lock(Penugasan.objects.filter(piket=shift, pk__in=list(ids))):
            duty.piket = shift
            try:
                if _mark_one(duty, nilai, by, now, datang, catatan):
                    changed.append(duty)
            except Ditolak as refused:
                done.ditolak.append(str(refused))
            else:
                (done.dicatat if duty in changed else done.sudah).append(duty.pengguna.nama)
        save(changed, catatan.strip())
    return done


def _mark_one(
    duty: Penugasan, nilai: str, by: Aktor, at: dt.datetime, datang: dt.datetime | None, catatan: str
) -> bool:
    """Whether something changed; marking the same again changes nothing."""
    if not access.can(by, "mark_attendance", duty):
        raise Ditolak("Kehadiran Anda sendiri dicatat dengan kode di posko, atau oleh orang lain.")
    if nilai == "pulang":
        if duty.pulang:
            return False
        new = Perubahan(TABEL["mark_left"], duty.kehadiran, duty.datang, at)
    elif nilai in HADIR:
        if duty.kehadiran in HADIR:
            return False
        came = datang or at
        new = Perubahan(TABEL["mark_present"], present_state(duty, came), came)
    else:
        if duty.kehadiran == nilai:
            return False
        new = Perubahan(act_for(nilai), nilai, alasan=catatan)
    change(duty, new, at=at, oleh=by.pengguna, cara=Cara.KOORDINATOR)
    return True


def correct(
    duty_id: int, new: Perubahan, *, by: Aktor, seen: dt.datetime | None, at: dt.datetime | None = None
) -> Penugasan:
    """Repair what was written down, with a reason. `new.langkah` is chosen here.

    seen: `ditandai_pada` of the state that was looked at; another one meanwhile is `Basi` (409).
    """
    now = at or timezone.now()
    with transaction.atomic():
        found = lock(Penugasan.objects.filter(pk=duty_id))
        if not found:
            raise Basi("Penugasan ini sudah tidak ada.")
        duty = found[0]
        if not access.can(by, "mark_attendance", duty):
            raise PermissionDenied
        if duty.ditandai_pada != seen:
            marked = f"{duty.get_kehadiran_display()} oleh {duty.ditandai_oleh}"
            raise Basi(f"Kehadiran {duty.pengguna.nama} baru saja dicatat: {marked}.")
        new.langkah = TABEL["correct"] if duty.kehadiran else act_for(new.ke)
        change(duty, new, at=now, oleh=by.pengguna, cara=Cara.KOORDINATOR)
        save([duty], new.alasan.strip())
    return duty
