"""Giving back what a file took away, when its Pembuatan is undone: read from the history the database keeps.

All that one confirmation changed stands in the history under one context, the request's. What somebody has changed
again since then stays as it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from piket.models import Pembuatan, Penugasan, Piket
from posko.models import Anggota


class Dulu(NamedTuple):
    """An assignment the file removed or gave another koordinator: before it, and right after it."""

    sebelum: Any
    sesudah: Any


def taken_away(batch: Pembuatan) -> list[Dulu]:
    """What undoing the batch would give back. Three queries; made outside a request it has no context: nothing."""
    made = _events(Pembuatan).filter(pgh_obj=batch.pk, pgh_label="insert", pgh_context__isnull=False)
    context = made.values_list("pgh_context", flat=True).first()
    if batch.jenis != Pembuatan.Jenis.EXCEL or context is None:
        return []
    first: dict[int, Any] = {}
    last: dict[int, Any] = {}
    for event in _events(Penugasan).filter(pgh_context=context).order_by("pgh_id"):
        first.setdefault(event.id, event)
        last[event.id] = event
    changed = [pk for pk, event in first.items() if event.pgh_label != "insert"]
    if not changed:
        return []
    earlier = _events(Penugasan).filter(
        pgh_obj__in=changed, pgh_id__lt=min(first[pk].pgh_id for pk in changed)
    )
    before = earlier.order_by("id", "-pgh_id").distinct("id")
    return [Dulu(row, last[row.id]) for row in before if row.pgh_label != "delete"]


def give_back(taken: list[Dulu]) -> int:
    """Put them back, inside the transaction that undoes the batch; returns how many. The constraints decide."""
    rows = Penugasan.objects.filter(pk__in=[t.sebelum.id for t in taken]).select_for_update().order_by("pk")
    there = {row.pk: row for row in rows}
    kept = [t for t in taken if _unchanged(there.get(t.sebelum.id), t.sesudah)]
    # First who no longer leads, then who does: one koordinator a shift at every step.
    for leads in (False, True):
        again = [t.sebelum.id for t in kept if t.sebelum.koordinator is leads]
        Penugasan.objects.filter(pk__in=again).update(koordinator=leads, status=Penugasan.Status.DIJADWALKAN)
    gone = [t.sebelum for t in taken if t.sebelum.id not in there and t.sesudah.pgh_label == "delete"]
    return len(kept) + len(Penugasan.objects.bulk_create(_anew(gone)))


def _anew(rows: list[Any]) -> list[Penugasan]:
    """Deleted assignments once more, with the hours and people of today; not who is on the shift again already."""
    shifts = Piket.objects.in_bulk({row.piket_id for row in rows})
    members = Anggota.objects.in_bulk({row.anggota_id for row in rows})
    present = set(Penugasan.objects.live().filter(piket__in=shifts).values_list("piket", "anggota"))
    return [
        Penugasan(
            piket=shift, anggota=member, pengguna_id=member.pengguna_id, pemilihan_id=shift.pemilihan_id,
            waktu=shift.waktu, koordinator=row.koordinator, keterangan=row.keterangan, terkunci=row.terkunci,
            pembuatan_id=row.pembuatan_id,
        )
        for row in rows
        if (shift := shifts.get(row.piket_id)) and (member := members.get(row.anggota_id))
        and (shift.pk, member.pk) not in present
    ]  # fmt: skip


def _unchanged(row: Penugasan | None, after: Any) -> bool:
    return row is not None and (row.status, row.koordinator) == (after.status, after.koordinator)


def _events(model: type[Any]) -> Any:
    return model._meta.get_field("events").related_model.objects
