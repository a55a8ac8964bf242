"""Changing who is on a shift: add, move, replace, remove, appoint the koordinator.

Each is one transaction with its history (pghistory). Repeating one changes nothing and says so; one that
comes too late, because somebody else was faster, is answered in words (`Basi`). The database has the last
word.

A locked assignment (`terkunci`) is neither moved, replaced nor removed until it is unlocked. Nobody is put on a shift
beyond what it needs of their agency unless that is said (`lebih`): counted under the shift's lock, so that of many who
race for the last place one wins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from piket.models import Kebutuhan, Penugasan, Piket
from posko import access
from posko.models import Anggota, Pengguna
from posko.templatetags.posko import hari
from posko.templatetags.posko import waktu as moment

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models import Posko

TRIGGER_WORDS = {
    "piket_tanggal_setempat": "Tanggal piket adalah tanggal setempat saat giliran mulai.",
    "piket_tugas_sah": "Ada petugas yang masa tugasnya tidak mencakup tanggal itu.",
    "penugasan_anggota_sah": "Masa tugas orang ini di posko ini tidak mencakup tanggal giliran.",
    "penugasan_koordinator_sah": "Anggota peserta pemilihan tidak menjadi koordinator piket.",
    "kebutuhan_kursi_sah": "Instansi ini tidak duduk di posko giliran ini.",
}


class Ditolak(Exception):
    """An edit that cannot be done; the message says why."""


class Basi(Ditolak):
    """An edit of something that has changed meanwhile."""


class Penuh(Ditolak):
    """Nobody more of that agency is needed on the shift; may be done all the same when said so."""


def words_for(error: IntegrityError) -> str:
    """What the database refused, as a sentence: the violated constraint's own words."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    for model in (Penugasan, Piket, Kebutuhan):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return TRIGGER_WORDS.get(name, "Jadwal baru saja diubah orang lain. Muat ulang halaman, lalu coba lagi.")


@contextmanager
def one_edit() -> Iterator[None]:
    """A transaction whose refusal is a sentence."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as refused:
        raise Ditolak(" ".join(refused.messages)) from refused
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error


def _save(duty: Penugasan) -> None:
    """Validate for the words, write for the truth; between the two somebody else may have won."""
    duty.queue_for_person()
    duty.clean()
    try:
        with transaction.atomic():
            duty.save()
    except IntegrityError:
        duty.clean()  # now the winner is visible and named
        raise


def lock_shift(piket_id: int) -> None:
    """Inside a transaction: whoever edits the people of this shift waits here, before anybody is locked."""
    Piket.objects.select_for_update(no_key=True).filter(pk=piket_id).values_list("pk").first()


def _shift(posko: Posko, piket_id: int, by: Aktor) -> Piket:
    """The shift, locked against deletion and other edits of the same shift."""
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    shift = (
        Piket.objects.select_for_update(of=("self",), no_key=True)
        .select_related("posko__wilayah")
        .filter(pk=piket_id, posko=posko)
        .first()
    )
    if shift is None:
        raise Basi("Giliran ini sudah dihapus. Jadwal di bawah adalah yang terbaru.")
    return shift


def _duty(posko: Posko, penugasan_id: int, by: Aktor) -> Penugasan:
    """The live assignment, locked; gone meanwhile: who took it away, and when."""
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    duty = (
        Penugasan.objects.live()
        .select_for_update(of=("self",))
        .select_related(
            "piket__posko__wilayah", "anggota__pengguna", "anggota__kursi__posko", "anggota__kursi__instansi"
        )
        .filter(pk=penugasan_id, piket__posko=posko)
        .first()
    )
    if duty is None:
        raise Basi(_gone(posko, penugasan_id))
    return duty


def _shift_and_duty(posko: Posko, penugasan_id: int, by: Aktor) -> tuple[Piket, Penugasan]:
    """A live assignment and its shift, both locked: the shift first, as everywhere. Two edits that lock in different
    order would wait for each other."""
    shift_id = Penugasan.objects.filter(pk=penugasan_id).values_list("piket", flat=True).first()
    shift = _shift(posko, shift_id, by) if shift_id else None
    duty = _duty(posko, penugasan_id, by)
    if shift is None or duty.piket_id != shift.pk:
        raise Basi(f"{duty.anggota.pengguna} baru saja dipindahkan ke giliran lain.")
    return shift, duty


def refuse_locked(duty: Penugasan) -> None:
    """Raise Ditolak when the assignment is locked."""
    if duty.terkunci:
        raise Ditolak(
            f"{duty.anggota.pengguna} terkunci di {duty.piket.nama}, {hari(duty.piket.tanggal)} pukul"
            f" {duty.piket.jam}. Buka kuncinya lebih dahulu."
        )


def refuse_full(shift: Piket, member: Anggota) -> None:
    """Under the shift's lock: refuse one more than it needs of the member's agency.

    A shift that says no needs at all has no limit; one that says some needs nobody of the agencies it leaves out.
    """
    needs = dict(Kebutuhan.objects.filter(piket=shift).values_list("kursi", "jumlah"))
    if not needs:
        return
    need = needs.get(member.kursi_id, 0)
    there = Penugasan.objects.live().filter(piket=shift, anggota__kursi=member.kursi_id).count()
    if there >= need:
        raise Penuh(
            f"{shift.nama} {shift.jam} membutuhkan {need} orang {member.kursi.instansi} dan sudah terisi {there}."
            f" Pilih “di luar kebutuhan” bila {member.pengguna} tetap ditempatkan."
        )


def _gone(posko: Posko, penugasan_id: int) -> str:
    """Who removed an assignment, from the history the database keeps."""
    events: Any = Penugasan._meta.get_field("events").related_model
    event = (
        events.objects.filter(id=penugasan_id, anggota__kursi__posko=posko)
        .select_related("pgh_context", "anggota__pengguna")
        .order_by("-pgh_id")
        .first()
    )
    if event is None:
        return "Penugasan ini sudah tidak ada. Jadwal di bawah adalah yang terbaru."
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    actor = Pengguna.objects.filter(pk=metadata.get("user") or 0).first()
    at = moment(event.pgh_created_at, posko.zona)
    return f"{event.anggota.pengguna} sudah dikeluarkan dari giliran ini oleh {actor or 'sistem'} pada {at}."


def _member(posko: Posko, anggota_id: int) -> Anggota:
    member = (
        Anggota.objects.select_related("pengguna", "kursi__posko", "kursi__instansi")
        .filter(pk=anggota_id, kursi__posko=posko)
        .first()
    )
    if member is None or not member.pengguna.is_active or not member.kursi.aktif:
        raise Basi("Orang ini bukan lagi anggota aktif posko ini.")
    return member


def add(posko: Posko, piket_id: int, anggota_id: int, *, by: Aktor, lebih: bool = False) -> str:
    """Put a member on a shift; already there is fine. Returns what happened, as a sentence.

    lebih: also beyond what the shift needs of the agency. Raises Penuh without it, Ditolak and Basi with the reason.
    """
    with one_edit():
        shift = _shift(posko, piket_id, by)
        member = _member(posko, anggota_id)
        if Penugasan.objects.live().filter(piket=shift, pengguna=member.pengguna).exists():
            return f"{member.pengguna} sudah ada di giliran {shift.nama} {shift.jam}."
        if not lebih:
            refuse_full(shift, member)
        _save(Penugasan(piket=shift, anggota=member))
    return f"{member.pengguna} ditambahkan ke {shift.nama} {shift.jam}."


def move(posko: Posko, penugasan_id: int, piket_id: int, *, by: Aktor, lebih: bool = False) -> str:
    """Move an assignment to another shift of the post. The koordinator's task stays behind."""
    with one_edit():
        shift = _shift(posko, piket_id, by)
        duty = _duty(posko, penugasan_id, by)
        if duty.piket_id != shift.pk:
            refuse_locked(duty)
            if not lebih:
                refuse_full(shift, duty.anggota)
            duty.piket, duty.koordinator = shift, False
            _save(duty)
    return f"{duty.anggota.pengguna} dipindahkan ke {shift.nama} {shift.tanggal:%d-%m-%Y} {shift.jam}."


def replace(posko: Posko, penugasan_id: int, anggota_id: int, *, by: Aktor) -> str:
    """Let another member of the post take over an assignment."""
    with one_edit():
        shift, duty = _shift_and_duty(posko, penugasan_id, by)
        before, member = duty.anggota.pengguna, _member(posko, anggota_id)
        if duty.anggota_id != member.pk:
            refuse_locked(duty)
            if duty.anggota.kursi_id != member.kursi_id:
                refuse_full(shift, member)
            duty.anggota = member
            duty.koordinator = duty.koordinator and not member.peserta
            _save(duty)
    return f"{before} diganti {member.pengguna}."


def remove(posko: Posko, penugasan_id: int, *, by: Aktor) -> str:
    """Take a person off a shift. One that has begun, or was offered, is kept as dibatalkan; history keeps both."""
    with one_edit():
        try:
            duty = _duty(posko, penugasan_id, by)
        except Basi as gone:
            return str(gone)  # what was asked for is already so
        refuse_locked(duty)
        if duty.waktu.lower <= timezone.now() or not _deleted(duty):
            duty.status, duty.koordinator = Penugasan.Status.DIBATALKAN, False
            duty.save()
    return f"{duty.anggota.pengguna} dikeluarkan dari {duty.piket.nama} {duty.piket.jam}."


def _deleted(duty: Penugasan) -> bool:
    """Delete an assignment that nothing was built on (an offer, somebody's cover, a link); whether it was."""
    try:
        with transaction.atomic():
            duty.delete()
    except ProtectedError:
        return False
    return True


def lost_with(members: Iterable[Anggota]) -> list[Penugasan]:
    """Duties not over yet that these memberships' terms no longer cover, in order of time. One query.

    The terms are those set on the objects, saved or not: what the trigger piket_batalkan_di_luar_masa cancels once
    they are saved, told to the admin before.
    """
    terms = {member.pk: (member.mulai, member.selesai) for member in members}
    upcoming = (
        Penugasan.objects.live()
        .filter(anggota__in=terms, waktu__endswith__gt=timezone.now())
        .select_related("piket__posko__wilayah", "anggota__pengguna")
        .order_by("waktu", "id")
    )
    return [duty for duty in upcoming if not _covers(terms[duty.anggota_id], duty.piket.tanggal)]


def _covers(term: tuple[dt.date, dt.date | None], day: dt.date) -> bool:
    return term[0] <= day <= (term[1] or day)


def appoint(posko: Posko, penugasan_id: int, *, by: Aktor, koordinator: bool = True) -> str:
    """Make this person the koordinator of the shift (whoever was it no longer is), or no longer."""
    with one_edit():
        _, duty = _shift_and_duty(posko, penugasan_id, by)
        if koordinator:
            # One row after the other: the partial unique index is checked at once.
            for other in (
                Penugasan.objects.live().filter(piket=duty.piket_id, koordinator=True).exclude(pk=duty.pk)
            ):
                other.koordinator = False
                other.save()
        duty.koordinator = koordinator
        _save(duty)
    return (
        f"{duty.anggota.pengguna} {'menjadi' if koordinator else 'bukan lagi'} koordinator {duty.piket.nama}."
    )
