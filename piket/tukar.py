"""Duties that change hands: offered to colleagues of the same agency, taken, approved; or covered at once.

Who may do which act from which state is this one table. An offer is bound to its assignment: one that was moved,
cancelled, given to somebody else or attended meanwhile can no longer change hands, and whoever tries is told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from piket.models import Berhalangan, Penugasan, TukarPiket, clash_message
from piket.penugasan import Basi, Ditolak, words_for
from posko import access
from posko.models import Anggota, Pengguna
from posko.templatetags.posko import hari

if TYPE_CHECKING:
    from posko.access import Aktor

Status = TukarPiket.Status


@dataclass(frozen=True, slots=True)
class ActTukar:
    """One act. dari: states it is done from; aturan: the rule of posko.access; catatan: whether words are needed."""

    name: str
    slug: str
    label: str
    lampau: str
    dari: frozenset[str]
    ke: str
    aturan: str
    catatan: bool = False


ACTS = {
    act.name: act
    for act in (
        ActTukar("take", "ambil", "Ambil tugas ini", "Anda mengambil tugas ini; menunggu persetujuan koordinator",
                 frozenset({Status.DITAWARKAN}), Status.DIAMBIL, "take_swap"),
        ActTukar("release", "lepas", "Tidak jadi mengambil", "Tugas ini ditawarkan lagi",
                 frozenset({Status.DIAMBIL}), Status.DITAWARKAN, "release_swap"),
        ActTukar("cancel", "batal", "Batalkan tawaran", "Tawaran dibatalkan; tugas tetap milik Anda",
                 frozenset({Status.DITAWARKAN, Status.DIAMBIL}), Status.DIBATALKAN, "cancel_swap"),
        ActTukar("approve", "setujui", "Setujui pertukaran", "Pertukaran disetujui dan jadwal sudah diubah",
                 frozenset({Status.DIAMBIL}), Status.DISETUJUI, "decide_swap"),
        ActTukar("refuse", "tolak", "Tidak setujui", "Pertukaran tidak disetujui",
                 frozenset({Status.DIAMBIL}), Status.TIDAK_DISETUJUI, "decide_swap", catatan=True),
    )
}  # fmt: skip


def acts_for(aktor: Aktor, tukar: TukarPiket) -> list[ActTukar]:
    """What this person can do now with a swap they see."""
    return [a for a in ACTS.values() if tukar.status in a.dari and access.can(aktor, a.aturan, tukar)]


@contextmanager
def _one_change() -> Iterator[None]:
    """A transaction whose refusal is a sentence."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as refused:
        raise Ditolak(" ".join(refused.messages)) from refused
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error


def offer(duty_id: int, *, kunci: uuid.UUID, alasan: str = "", by: Aktor) -> TukarPiket:
    """Offer one's own duty. The same `kunci` again is the same offer; of another duty: `Basi`."""
    with _one_change():
        before = TukarPiket.objects.filter(oleh=by.pengguna.pk, kunci=kunci).first()
        if before is not None:
            if (before.penugasan_id, before.alasan) != (duty_id, alasan):
                raise Basi("Kiriman ini sudah tercatat dengan isi lain. Muat ulang halaman.")
            return before
        duty = _locked([duty_id])[duty_id]
        if not access.can(by, "offer_swap", duty):
            raise PermissionDenied
        _require_free(duty)
        if duty.tukar.open().exists():  # type: ignore[attr-defined]
            raise Ditolak("Tugas ini sudah ditawarkan.")
        return TukarPiket.objects.create(penugasan=duty, oleh=by.pengguna, kunci=kunci, alasan=alasan)


def act(name: str, tukar_id: int, *, by: Aktor, catatan: str = "", balasan: int | None = None) -> TukarPiket:
    """Do an act of the table. balasan: when taking, one's own duty given in return.

    `PermissionDenied` when it is not this person's to do, `Basi` when somebody was faster or the duty is another now,
    `Ditolak` when it cannot be done.
    """
    chosen = ACTS[name]
    with _one_change():
        tukar = (
            TukarPiket.objects.select_for_update(of=("self",))
            .select_related(
                "penugasan__piket__posko__wilayah", "penugasan__anggota__kursi", "pengambil__pengguna"
            )
            .get(pk=tukar_id)
        )
        if not access.can(by, chosen.aturan, tukar):
            raise PermissionDenied
        if tukar.status == chosen.ke and name in ("cancel", "refuse"):
            return tukar
        if tukar.status not in chosen.dari:
            raise Basi(f"Tawaran ini sudah berubah: {tukar.get_status_display().lower()}.")
        if chosen.catatan and not catatan.strip():
            raise Ditolak("Tulis alasannya.")
        {"take": _take, "release": _release, "approve": _approve}.get(name, _close)(tukar, by, balasan)
        tukar.status, tukar.catatan = chosen.ke, catatan.strip() or tukar.catatan
        if name in ("approve", "refuse", "cancel"):
            tukar.diputus_oleh, tukar.diputus_pada = by.pengguna, timezone.now()
        tukar.save()
    return tukar


def _close(tukar: TukarPiket, by: Aktor, balasan: int | None) -> None:
    """Nothing but the state changes."""


def _take(tukar: TukarPiket, by: Aktor, balasan: int | None) -> None:
    duties = _locked([tukar.penugasan_id, *([balasan] if balasan else [])])
    duty = _bound(duties.get(tukar.penugasan_id), tukar)
    member = _member_of_seat(by, duty)
    given = duties.get(balasan) if balasan else None
    if balasan and (
        given is None or given.pengguna_id != by.pengguna.pk or given.anggota.kursi_id != member.kursi_id
    ):
        raise Ditolak("Tugas balasan harus tugas Anda sendiri di instansi dan posko yang sama.")
    if given is not None:
        _require_free(given)
    _require_able(member, duty, without=given)
    tukar.pengambil, tukar.balasan, tukar.diambil_pada = member, given, timezone.now()


def _release(tukar: TukarPiket, by: Aktor, balasan: int | None) -> None:
    tukar.pengambil = tukar.balasan = tukar.diambil_pada = None


def _approve(tukar: TukarPiket, by: Aktor, balasan: int | None) -> None:
    """Both old assignments end first, then both new ones begin: two duties at the same hour may change places."""
    assert tukar.pengambil is not None  # noqa: S101 - tukarpiket_pengambil_ada
    _queue([tukar.oleh_id, tukar.pengambil.pengguna_id])
    duties = _locked([tukar.penugasan_id, *([tukar.balasan_id] if tukar.balasan_id else [])])
    duty = _bound(duties.get(tukar.penugasan_id), tukar)
    handed = [(duty, tukar.pengambil)]
    if tukar.balasan_id:
        given = duties.get(tukar.balasan_id)
        if (
            given is None
            or given.pengguna_id != tukar.pengambil.pengguna_id
            or given.status not in Penugasan.LIVE
        ):
            raise Basi("Tugas balasan sudah berubah sejak diambil. Minta mereka menawarkan lagi.")
        _require_free(given)
        handed.append((given, duty.anggota))
    _hand_over(handed)


def cover(duty_id: int, anggota_id: int, *, by: Aktor) -> Penugasan:
    """Let a colleague of the same seat take a duty over at once; returns the new assignment ("digantikan")."""
    with _one_change():
        duty = _locked([duty_id]).get(duty_id)
        if duty is None or duty.status not in Penugasan.LIVE:
            raise Basi("Tugas ini sudah diganti atau dibatalkan.")
        if not access.can(by, "arrange_cover", duty.piket.posko):
            raise PermissionDenied
        member = (
            Anggota.objects.select_related("pengguna", "kursi__posko__wilayah")
            .filter(pk=anggota_id, kursi=duty.anggota.kursi_id, pengguna__is_active=True)
            .first()
        )
        if member is None or member.pengguna_id == duty.pengguna_id:
            raise Ditolak("Pilih anggota lain dari instansi yang sama.")
        _queue([duty.pengguna_id, member.pengguna_id])
        _require_free(duty, begun=True)
        _require_able(member, duty)
        return _hand_over([(duty, member)])[0]


def _hand_over(handed: list[tuple[Penugasan, Anggota]]) -> list[Penugasan]:
    led = [duty.koordinator for duty, _ in handed]
    for duty, _ in handed:
        duty.status, duty.koordinator = Penugasan.Status.DIGANTIKAN, False
        duty.save()
    made = []
    for (duty, member), lead in zip(handed, led, strict=True):
        new = Penugasan(
            piket=duty.piket, anggota=member, menggantikan=duty, koordinator=lead and not member.peserta,
            terkunci=duty.terkunci,
        )  # fmt: skip
        new.clean()
        new.save()
        made.append(new)
    return made


# --- what must be so ----------------------------------------------------------------------------------


def _queue(people: Iterable[int]) -> None:
    """Whoever assigns one of these people waits here, in one order: never two in a circle."""
    list(
        Pengguna.objects.select_for_update(no_key=True)
        .filter(pk__in=set(people))
        .order_by("pk")
        .values_list("pk")
    )


def _locked(ids: list[int]) -> dict[int, Penugasan]:
    rows = (
        Penugasan.objects.select_for_update(of=("self",))
        .select_related(
            "piket__posko__wilayah", "piket__posko__pemilihan", "anggota__kursi__posko", "anggota__pengguna"
        )
        .filter(pk__in=ids)
        .order_by("pk")
    )
    return {duty.pk: duty for duty in rows}


def _bound(duty: Penugasan | None, tukar: TukarPiket) -> Penugasan:
    """The assignment, if it still is the one that was offered."""
    if duty is None or duty.pengguna_id != tukar.oleh_id or duty.status not in Penugasan.LIVE:
        raise Basi("Tugas ini sudah dipindahkan, diganti, atau dibatalkan sejak ditawarkan.")
    _require_free(duty)
    return duty


def _require_free(duty: Penugasan, *, begun: bool = False) -> None:
    """Whether a duty may change hands at all.

    begun: also while it runs, when the person has not come, and though it is locked: a lock holds a place for somebody,
    and an operator who arranges cover gives up that very thing on purpose.
    """
    if duty.status not in Penugasan.LIVE:
        raise Basi("Tugas ini sudah diganti atau dibatalkan.")
    if duty.datang is not None:
        raise Ditolak("Petugas sudah tercatat datang, jadi tugasnya tidak dapat berpindah.")
    if duty.terkunci and not begun:
        raise Ditolak("Tugas ini dikunci oleh pengatur jadwal. Minta mereka membuka kuncinya lebih dulu.")
    now = timezone.now()
    if duty.waktu.upper <= now or (not begun and duty.waktu.lower <= now):
        raise Ditolak("Giliran ini sudah mulai atau sudah lewat.")


def _require_able(member: Anggota, duty: Penugasan, without: Penugasan | None = None) -> None:
    """Term, unavailability and other duties of who would take it over; said by name, post and hour."""
    if reason := member_problem(member, duty, without):
        raise Ditolak(reason)


def member_problem(member: Anggota, duty: Penugasan, without: Penugasan | None = None) -> str:
    """Why this member cannot take over `duty` (empty: nothing). without: a duty they would give away for it."""
    trial = Penugasan(piket=duty.piket, anggota=member)
    if reason := trial.anggota_problem(duty.piket):
        return reason
    if away := away_on(member.pengguna_id, duty.pemilihan_id, duty.piket.tanggal):
        return f"{member.pengguna} berhalangan pada {hari(away.dari)}."
    clash = (
        Penugasan.objects.clashing_with(member, duty.piket.waktu)
        .exclude(pk__in=[d.pk for d in (duty, without) if d is not None])
        .first()
    )
    if clash is None:
        return ""
    return clash_message(clash)


def away_on(pengguna_id: int, pemilihan_id: int, day: dt.date) -> Berhalangan | None:
    """The unavailability of a person that covers a local date, if there is one."""
    rows = Berhalangan.objects.live().filter(pengguna=pengguna_id, pemilihan=pemilihan_id)
    return rows.filter(dari__lte=day, sampai__gte=day).first()


def _member_of_seat(by: Aktor, duty: Penugasan) -> Anggota:
    members = Anggota.objects.select_related("pengguna", "kursi__posko__wilayah").filter(
        pengguna=by.pengguna.pk, kursi=duty.anggota.kursi_id
    )
    fitting: list[Any] = [
        m for m in members if m.mulai <= duty.piket.tanggal <= (m.selesai or duty.piket.tanggal)
    ]
    if not fitting:
        raise Ditolak("Masa tugas Anda tidak mencakup tanggal giliran ini.")
    return fitting[0]
