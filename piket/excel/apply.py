"""Making the roster what a file wants: all of it or nothing, under locks, as one Pembuatan that can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from piket.excel.diff import Beda, Jenis, Ubahan, compare
from piket.excel.harapan import Harapan
from piket.excel.keadaan import Keadaan
from piket.excel.read import Isi
from piket.excel.understand import understand
from piket.models import KodeTerpakai, Pembuatan, Penugasan, Piket, TautanHadir, TukarPiket
from piket.penugasan import Basi, Ditolak, words_for
from posko import access
from posko.models import Anggota, Pengguna, Posko

if TYPE_CHECKING:
    from posko.access import Aktor

CHANGED = "Jadwal berubah sejak pratinjau ini dibuat. Inilah perbandingan dengan jadwal yang sekarang."


class Berubah(Basi):
    """The roster has changed since the preview; `beda` is what the file would do now."""

    def __init__(self, beda: Beda) -> None:
        super().__init__(CHANGED)
        self.beda = beda


@dataclass
class Pratinjau:
    """What a file wants and what it would change; with errors nothing is done."""

    harapan: Harapan
    beda: Beda


def preview(posko: Posko, isi: Isi) -> Pratinjau:
    """What a file would change in this post's roster. Eight queries, whatever its size.

    Raises Ditolak for another post's file.
    """
    if isi.posko != posko.pk:
        raise Ditolak(f"Berkas ini jadwal posko lain (kode {isi.kode or 'tidak disebut'}).")
    keadaan = Keadaan.read(posko, isi.dari, isi.sampai)
    harapan, errors = understand(isi, keadaan)
    beda = Beda(galat=errors) if errors else compare(keadaan, harapan, timezone.now())
    return Pratinjau(harapan, beda)


def apply(posko: Posko, harapan: Harapan, shown: str, *, by: Aktor) -> Pembuatan | None:
    """Do what was previewed. None when there is nothing (any more) to do: pressing twice changes nothing.

    shown: the `sidik` of the comparison that was confirmed. Raises Berubah when the comparison is another by now,
    Ditolak when the database refuses.
    """
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    try:
        with transaction.atomic():
            _lock(posko, harapan)
            keadaan = Keadaan.read(posko, harapan.dari, harapan.sampai)
            beda = compare(keadaan, harapan, timezone.now())
            if not (beda.ubahan or beda.galat):
                return None
            if beda.galat or beda.sidik != shown:
                raise Berubah(beda)
            return _write(posko, harapan, beda, keadaan.members(), by)
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error


def _lock(posko: Posko, harapan: Harapan) -> None:
    """Shifts, assignments, people, each by id: as every other edit, so that no two wait for each other."""
    shifts = Piket.objects.filter(posko=posko, pk__in=harapan.piket).order_by("pk")
    list(shifts.select_for_update(no_key=True).values_list("pk", flat=True))
    duties = Penugasan.objects.live().filter(piket__in=harapan.piket, piket__posko=posko).order_by("pk")
    list(duties.select_for_update(of=("self",)).values_list("pk", flat=True))
    members = {anggota for _, anggota in harapan.tugas}
    people = Pengguna.objects.filter(
        pk__in=Anggota.objects.filter(pk__in=members, kursi__posko=posko).values("pengguna")
    )
    list(people.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))


def _write(posko: Posko, harapan: Harapan, beda: Beda, members: dict[int, Anggota], by: Aktor) -> Pembuatan:
    """First who goes and who no longer leads, then who comes and who leads: the constraints hold at every step."""
    batch = Pembuatan.objects.create(
        pemilihan_id=posko.pemilihan_id, posko=posko, jenis=Pembuatan.Jenis.EXCEL, dari=harapan.dari,
        sampai=harapan.sampai, ringkasan=beda.ringkas, oleh=by.pengguna,
    )  # fmt: skip
    _remove([u.penugasan for u in beda.ubahan if u.jenis == Jenis.KELUAR and u.penugasan])
    _lead([u for u in beda.ubahan if u.jenis == Jenis.BUKAN], leads=False)
    Penugasan.objects.bulk_create(
        [
            Penugasan(
                piket=u.piket, anggota_id=u.anggota, pengguna_id=members[u.anggota].pengguna_id,
                pemilihan_id=posko.pemilihan_id, waktu=u.piket.waktu, koordinator=u.koordinator, pembuatan=batch,
            )
            for u in beda.ubahan if u.jenis == Jenis.TAMBAH
        ],
        batch_size=2000,
    )  # fmt: skip
    _lead([u for u in beda.ubahan if u.jenis == Jenis.JADI], leads=True)
    return batch


def _lead(changes: list[Ubahan], *, leads: bool) -> None:
    Penugasan.objects.filter(pk__in=[u.penugasan for u in changes]).update(koordinator=leads)


def _remove(duties: list[int]) -> None:
    """Delete what nothing refers to; an assignment somebody offered, or got a link for, is kept as cancelled."""
    rows = Penugasan.objects.filter(pk__in=duties)
    swaps = TukarPiket.objects.filter(Q(penugasan__in=duties) | Q(balasan__in=duties))
    kept: set[int] = {pk for pair in swaps.values_list("penugasan", "balasan") for pk in pair if pk}
    kept |= set(TautanHadir.objects.filter(penugasan__in=duties).values_list("penugasan", flat=True))
    kept |= set(KodeTerpakai.objects.filter(penugasan__in=duties).values_list("penugasan", flat=True))
    replaced = Penugasan.objects.filter(menggantikan__in=duties).values_list("menggantikan", flat=True)
    kept |= {pk for pk in replaced if pk}
    rows.filter(pk__in=kept).update(status=Penugasan.Status.DIBATALKAN, koordinator=False)
    rows.exclude(pk__in=kept).delete()
