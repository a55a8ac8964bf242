"""Locking assignments: what the filler leaves alone and no edit moves, replaces or removes until it is unlocked.

One assignment, a person's in a range of dates, or everybody's on a day. Doing it again changes nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from piket.models import Penugasan
from piket.penugasan import Basi
from posko import access
from posko.models import Anggota
from posko.templatetags.posko import hari, tanggal

if TYPE_CHECKING:
    from piket.models.penugasan import PenugasanQuerySet
    from posko.access import Aktor
    from posko.models import Posko


def lock_one(posko: Posko, penugasan_id: int, *, by: Aktor, terkunci: bool = True) -> str:
    """Lock or unlock one live assignment. Raises Basi when it is gone."""
    duties = _duties(posko, by).filter(pk=penugasan_id)
    duty = duties.select_related("pengguna", "piket__posko__wilayah").first()
    if duty is None:
        raise Basi("Penugasan ini sudah tidak ada. Jadwal di bawah adalah yang terbaru.")
    _set(duties, terkunci)
    place = f"{duty.piket.nama}, {hari(duty.piket.tanggal)}"
    return (
        f"{duty.pengguna} terkunci di {place}." if terkunci else f"Kunci {duty.pengguna} di {place} dibuka."
    )


def lock_person(
    posko: Posko, anggota_id: int, dari: dt.date, sampai: dt.date, *, by: Aktor, terkunci: bool = True
) -> str:
    """Lock or unlock all of a member's assignments on shifts from one local date to another, both included."""
    duties = _duties(posko, by).filter(
        anggota=anggota_id, piket__tanggal__gte=dari, piket__tanggal__lte=sampai
    )
    person = Anggota.objects.select_related("pengguna").filter(pk=anggota_id, kursi__posko=posko).first()
    if person is None:
        raise Basi("Orang ini bukan lagi anggota posko ini.")
    count = _set(duties, terkunci)
    return (
        f"{count} tugas {person.pengguna} {_word(terkunci)}, {tanggal(dari)} sampai dengan {tanggal(sampai)}."
    )


def lock_day(posko: Posko, day: dt.date, *, by: Aktor, terkunci: bool = True) -> str:
    """Lock or unlock everybody's assignments on the shifts of a local date."""
    count = _set(_duties(posko, by).filter(piket__tanggal=day), terkunci)
    return f"{count} tugas pada {hari(day)} {_word(terkunci)}."


def _duties(posko: Posko, by: Aktor) -> PenugasanQuerySet:
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    return Penugasan.objects.live().filter(piket__posko=posko)


def _set(duties: PenugasanQuerySet, terkunci: bool) -> int:
    """How many changed. In order of their id, so that two who lock the same rows do not wait for each other."""
    with transaction.atomic():
        rows = duties.filter(terkunci=not terkunci).select_for_update(of=("self",)).order_by("pk")
        return Penugasan.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
            terkunci=terkunci
        )


def _word(terkunci: bool) -> str:
    return "dikunci" if terkunci else "dibuka kuncinya"
