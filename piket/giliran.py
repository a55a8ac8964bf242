"""Making and unmaking shifts: a range of days at once, what they need, and a first filling by turns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from piket.models import Kebutuhan, Pembuatan, Penugasan, Piket, shift_range
from piket.penugasan import Basi, Ditolak, words_for
from posko import access
from posko.models import Anggota, Kursi, Posko

if TYPE_CHECKING:
    from posko.access import Aktor

Giliran = tuple[str, dt.time, dt.time]
EVERY_DAY = frozenset(range(7))
MAX_DAYS = 200  # no edition is open longer; a typing error in a year is


def days_between(dari: dt.date, sampai: dt.date) -> list[dt.date]:
    """Both dates and all between."""
    return [dari + dt.timedelta(days=n) for n in range((sampai - dari).days + 1)]


def create_shifts(
    posko: Posko,
    dari: dt.date,
    sampai: dt.date,
    giliran: Sequence[Giliran],
    kebutuhan: Mapping[Kursi, int] | None = None,
    *,
    weekdays: Collection[int] = EVERY_DAY,
    jenis: str = Piket.Jenis.GILIRAN,
    pembuatan: Pembuatan | None = None,
    draft: bool = False,
) -> list[Piket]:
    """Shifts of a post for a range of local dates, each with its needs. Returns those created.

    giliran: (name, from, to) on the post's wall clock; an end at or before the start is on the next day.
    weekdays: Monday is 0. pembuatan: what they are made in. draft: not yet published.
    A shift of the same hours that is already there stays: again changes nothing.
    """
    zona = posko.zona
    wanted = {
        shift_range(zona, day, mulai, selesai): (nama, day)
        for day in days_between(dari, sampai)
        if day.weekday() in weekdays
        for nama, mulai, selesai in giliran
    }
    with transaction.atomic():
        # Two admins who press at once: the second waits, then finds the shifts there.
        Posko.objects.select_for_update(no_key=True, of=("self",)).get(pk=posko.pk)
        there = set(
            Piket.objects.filter(posko=posko, jenis=jenis)
            .on_dates(dari, sampai)
            .values_list("waktu", flat=True)
        )
        made = Piket.objects.bulk_create(
            Piket(
                posko=posko,
                pemilihan_id=posko.pemilihan_id,
                jenis=jenis,
                nama=nama,
                tanggal=day,
                waktu=waktu,
                pembuatan=pembuatan,
                terbit_pada=None if draft else timezone.now(),
            )
            for waktu, (nama, day) in wanted.items()
            if waktu not in there
        )
        Kebutuhan.objects.bulk_create(
            Kebutuhan(piket=piket, kursi=kursi, jumlah=jumlah)
            for piket in made
            for kursi, jumlah in (kebutuhan or {}).items()
            if jumlah > 0
        )
    return made


def fill_by_turn(shifts: Iterable[Piket]) -> list[Penugasan]:
    """Fill what the shifts still need, agency by agency, each member in turn. Returns the new assignments.

    Members who are on duty at that hour anywhere, or whose from–to does not cover the date, are passed over;
    what nobody can fill stays a gap. The first member of the post's own leadership on a shift leads it.
    """
    shifts = sorted(shifts, key=lambda s: (s.waktu.lower, s.pk))
    needs = Kebutuhan.objects.filter(piket__in=shifts).order_by("kursi__instansi__urutan", "kursi_id")
    needed: dict[int, list[Kebutuhan]] = defaultdict(list)
    for need in needs:
        needed[need.piket_id].append(need)
    members: dict[int, list[Anggota]] = defaultdict(list)
    seats = {n.kursi_id for rows in needed.values() for n in rows}
    for member in (
        Anggota.objects.filter(kursi__in=seats, kursi__aktif=True, pengguna__is_active=True)
        .exclude(peran__in=NOT_ROSTERED)
        .order_by("pengguna__nama", "id")
    ):
        members[member.kursi_id].append(member)
    plan = _Plan(members, shifts)
    made = [duty for shift in shifts for duty in plan.fill(shift, needed[shift.pk])]
    return Penugasan.objects.bulk_create(made, batch_size=2000)


NOT_ROSTERED = ("admin", "pengarah", "petugas_lapangan")
LEADERSHIP = ("koordinator", "operator", "ketua")


class _Plan:
    """Who is busy when, and whose turn it is, while `fill_by_turn` runs."""

    def __init__(self, members: Mapping[int, list[Anggota]], shifts: Sequence[Piket]) -> None:
        self.members = members
        self.turn: dict[int, count[int]] = defaultdict(count)
        self.busy: dict[int, list[DateTimeTZRange]] = defaultdict(list)
        self.present: dict[tuple[int, int], int] = defaultdict(int)
        self.led: set[int] = set()
        people = {m.pengguna_id for rows in members.values() for m in rows}
        if not shifts:
            return
        span = DateTimeTZRange(shifts[0].waktu.lower, max(s.waktu.upper for s in shifts))
        duties = Penugasan.objects.live().filter(
            pengguna__in=people, pemilihan=shifts[0].pemilihan_id, waktu__overlap=span
        )
        for duty in duties.select_related("anggota"):
            self.busy[duty.pengguna_id].append(duty.waktu)
            self.present[duty.piket_id, duty.anggota.kursi_id] += 1
            if duty.koordinator:
                self.led.add(duty.piket_id)

    def fill(self, shift: Piket, needs: Iterable[Kebutuhan]) -> list[Penugasan]:
        made = []
        for need in needs:
            for _ in range(need.jumlah - self.present[shift.pk, need.kursi_id]):
                member = self._next(need.kursi_id, shift)
                if member is None:
                    break
                self.busy[member.pengguna_id].append(shift.waktu)
                made.append(
                    Penugasan(
                        piket=shift, anggota=member, pengguna_id=member.pengguna_id,
                        pemilihan_id=shift.pemilihan_id, waktu=shift.waktu,
                    )
                )  # fmt: skip
        if shift.pk not in self.led:
            leaders = sorted(
                (d for d in made if not d.anggota.peserta), key=lambda d: d.anggota.peran not in LEADERSHIP
            )
            for leader in leaders[:1]:
                leader.koordinator = True
        return made

    def _next(self, kursi_id: int, shift: Piket) -> Anggota | None:
        crew = self.members[kursi_id]
        for _ in crew:
            member = crew[next(self.turn[kursi_id]) % len(crew)]
            served = member.mulai <= shift.tanggal <= (member.selesai or shift.tanggal)
            if served and not any(_overlap(r, shift.waktu) for r in self.busy[member.pengguna_id]):
                return member
        return None


def _overlap(a: DateTimeTZRange, b: DateTimeTZRange) -> bool:
    return a.lower < b.upper and b.lower < a.upper


def delete_shift(posko: Posko, piket_id: int, *, by: Aktor) -> str:
    """Delete a shift nobody was ever assigned to; already gone is fine."""
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    try:
        with transaction.atomic():
            shift = Piket.objects.select_for_update().filter(pk=piket_id, posko=posko).first()
            if shift is None:
                return "Giliran ini sudah dihapus."
            if Penugasan.objects.filter(piket=shift).exists():
                raise Ditolak(
                    "Giliran ini masih berisi petugas. Keluarkan atau pindahkan mereka lebih dahulu."
                )
            shift.posko = posko
            words = f"Giliran {shift.nama} {shift.jam} dihapus."
            shift.delete()
    except IntegrityError as error:
        raise Ditolak("Baru saja ada petugas yang ditambahkan ke giliran ini.") from error
    return words


def set_need(posko: Posko, piket_id: int, kursi_id: int, jumlah: int, *, by: Aktor) -> str:
    """How many people of an agency a shift needs; 0 takes the need away."""
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    try:
        with transaction.atomic():
            shift = Piket.objects.select_for_update(no_key=True).filter(pk=piket_id, posko=posko).first()
            kursi = Kursi.objects.select_related("instansi").filter(pk=kursi_id, posko=posko).first()
            if shift is None or kursi is None:
                raise Basi("Giliran ini sudah dihapus. Jadwal di bawah adalah yang terbaru.")
            if jumlah <= 0:
                Kebutuhan.objects.filter(piket=shift, kursi=kursi).delete()
            else:
                Kebutuhan.objects.update_or_create(piket=shift, kursi=kursi, defaults={"jumlah": jumlah})
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error
    return f"Kebutuhan {kursi.instansi}: {max(jumlah, 0)} orang."
