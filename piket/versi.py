"""Which publication of a roster a printed list shows, and whether the roster was changed after it.

What stood in the roster when it was published is read from the history the database keeps: nothing is stored twice.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from piket.lembar import Lembar
from piket.models import Penerbitan, Penugasan, Piket


class Versi(NamedTuple):
    """A publication. diubah: whether what it published of these dates is no longer so."""

    nomor: int
    pada: dt.datetime
    diubah: bool

    @property
    def kata(self) -> str:
        """``Versi 3``, or ``Diubah sesudah versi 3``."""
        return f"Diubah sesudah versi {self.nomor}" if self.diubah else f"Versi {self.nomor}"


def version_of(lembar: Lembar) -> Versi | None:
    """The newest publication of any of these dates; None when they were never published. At most three queries."""
    published = Penerbitan.objects.filter(
        posko=lembar.posko, dari__lte=lembar.sampai, sampai__gte=lembar.dari
    ).order_by("-versi")
    newest = published.first()
    if newest is None:
        return None
    changed = _then(lembar, newest.dibuat_pada) != _now(lembar)
    return Versi(newest.versi, newest.dibuat_pada, changed)


def _now(lembar: Lembar) -> set[tuple[Any, ...]]:
    shifts = [s for s in lembar.piket if s.terbit_pada]
    known = {s.pk for s in shifts}
    said: set[tuple[Any, ...]] = {(s.pk, s.nama, s.jenis, s.tanggal, s.waktu, s.catatan) for s in shifts}
    return said | {
        (d.piket, d.anggota, d.koordinator, d.keterangan) for d in lembar.petugas if d.piket in known
    }


def _then(lembar: Lembar, at: dt.datetime) -> set[tuple[Any, ...]]:
    """The same at another time: of each row the last event until then, unless that is its deletion."""
    shifts = {
        row.id: row
        for row in _last(_events(Piket).filter(posko=lembar.posko), at)
        if row.terbit_pada and lembar.dari <= row.tanggal <= lembar.sampai
    }
    said: set[tuple[Any, ...]] = {
        (s.id, s.nama, s.jenis, s.tanggal, s.waktu, s.catatan) for s in shifts.values()
    }
    here = _events(Penugasan).filter(piket__in=shifts)
    # All events of these assignments: one that was moved away since stands elsewhere in its last one.
    duties = _last(_events(Penugasan).filter(pgh_obj__in=here.values("pgh_obj")), at)
    return said | {
        (d.piket_id, d.anggota_id, d.koordinator, d.keterangan)
        for d in duties
        if d.piket_id in shifts and d.status in Penugasan.LIVE
    }


def _events(model: type[Any]) -> Any:
    return model._meta.get_field("events").related_model.objects


def _last(events: Any, at: dt.datetime) -> list[Any]:
    newest = events.filter(pgh_created_at__lte=at).order_by("id", "-pgh_id").distinct("id")
    return [row for row in newest if row.pgh_label != "delete"]
