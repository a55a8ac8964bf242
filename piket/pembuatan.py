"""Undoing what was made of a roster in one go, while nobody has attended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from piket.excel.restore import give_back, taken_away
from piket.models import CatatanPiket, Pembuatan, Penugasan, Piket, SerahTerima, TukarPiket
from piket.penugasan import Ditolak, words_for
from posko import access

if TYPE_CHECKING:
    from piket.models.penugasan import PenugasanQuerySet
    from posko.access import Aktor


@dataclass(frozen=True, slots=True)
class Isi:
    """What undoing a batch would take away, and what stands in the way (empty: nothing)."""

    giliran: int
    penugasan: int
    lain: int  # assignments of others on the shifts of the batch
    sebab: list[str]
    kembali: int  # assignments a file removed or changed, which are given back


def content_of(batch: Pembuatan) -> Isi:
    """What is left of a batch. At most nine queries."""
    shifts = Piket.objects.filter(pembuatan=batch)
    duties = Penugasan.objects.filter(Q(pembuatan=batch) | Q(piket__pembuatan=batch))
    why = []
    if attended := duties.exclude(kehadiran="").count():
        why.append(f"{attended} petugas sudah tercatat kehadirannya.")
    if (
        SerahTerima.objects.filter(piket__in=shifts).exists()
        or CatatanPiket.objects.filter(piket__in=shifts).exists()
    ):
        why.append("Buku Piket atau serah terima sudah diisi pada giliran ini.")
    if TukarPiket.objects.filter(Q(penugasan__in=duties) | Q(balasan__in=duties)).exists():
        why.append("Ada tugas yang sedang atau sudah ditukar.")
    own = duties.filter(pembuatan=batch).count()
    return Isi(shifts.count(), own, duties.count() - own, why, len(taken_away(batch)))


def _given_up(batch: Pembuatan) -> PenugasanQuerySet:
    """Assignments on shifts of others that a replacement of this batch took over: theirs again without it."""
    taken = Penugasan.objects.live().filter(pembuatan=batch, menggantikan__isnull=False)
    return Penugasan.objects.filter(
        pk__in=taken.values("menggantikan"), status=Penugasan.Status.DIGANTIKAN
    ).exclude(piket__pembuatan=batch)


def undo(batch_id: int, *, by: Aktor) -> str:
    """Take away the shifts and assignments of a batch that are still there. Undone already is fine.

    `Ditolak` says what stands in the way; then nothing is taken away. History keeps what was.
    """
    try:
        with transaction.atomic():
            batch = Pembuatan.objects.select_for_update().select_related("posko").get(pk=batch_id)
            if not access.can(by, "manage_piket", batch.posko):
                raise PermissionDenied
            if batch.dibatalkan_pada:
                return "Pembuatan ini sudah dibatalkan."
            # Whoever checks in now waits, or was first and is seen.
            duties = Penugasan.objects.filter(Q(pembuatan=batch) | Q(piket__pembuatan=batch))
            list(duties.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
            found = content_of(batch)
            if found.sebab:
                raise Ditolak(" ".join(found.sebab))
            taken = taken_away(batch)
            given_up = list(_given_up(batch).values_list("pk", flat=True))
            duties.update(menggantikan=None)
            duties.delete()
            Penugasan.objects.filter(pk__in=given_up).update(status=Penugasan.Status.DIJADWALKAN)
            given_back = give_back(taken)
            Piket.objects.filter(pembuatan=batch).delete()
            batch.dibatalkan_oleh, batch.dibatalkan_pada = by.pengguna, timezone.now()
            batch.save(update_fields=["dibatalkan_oleh", "dibatalkan_pada"])
    except ProtectedError as error:
        raise Ditolak("Ada catatan lain yang menunjuk tugas pada pembuatan ini.") from error
    except IntegrityError as error:
        raise Ditolak(words_for(error)) from error
    words = f"{found.giliran} giliran dan {found.penugasan + found.lain} penugasan dibatalkan"
    return f"{words}, {given_back} penugasan dikembalikan." if given_back else f"{words}."
