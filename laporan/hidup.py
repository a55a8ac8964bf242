"""Live pages: whether anything a page shows has changed, asked every few seconds and so cheap.

A page carries a tag of what it shows; while it is open it asks the same address again with that tag. Sequences are
not in commit order, so the tag hashes the ids and versions shown, and which of them are late, never the newest id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.utils import timezone

from laporan.models import Laporan, Pelimpahan, Saran
from laporan.saringan import waiting_for
from piket.kosong import uncovered
from piket.models import Penugasan
from posko.denyut import Denyut, ask, digest, mark, unchanged
from posko.models import Posko, Sarpras, Tahapan

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from posko.access import Aktor

__all__ = [
    "Denyut",
    "mark",
    "pulse_of_beranda",
    "pulse_of_page",
    "pulse_of_report",
    "pulse_of_rows",
    "tag_of",
    "tag_of_version",
    "unchanged",
    "waiting",
]

# The badge counts no further: "99+".
MOST_WAITING = 100
# Words such as "12 menit lalu" and posts that open by the clock: beranda is new at least this often.
BERANDA_STALE = dt.timedelta(minutes=5)
NEWEST = 7


def tag_of(rows: Iterable[tuple[int, int, dt.datetime | None]], now: dt.datetime) -> str:
    """The tag of reports as (id, versi, deadline) in any order; `now` (aware) says which are late."""
    shown = sorted((pk, versi, deadline is not None and deadline < now) for pk, versi, deadline in rows)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:24]


def pulse_of_rows(rows: QuerySet[Any], aktor: Aktor, now: dt.datetime) -> Denyut:
    """The pulse of a list whose page is `rows` (ordered, cut, as id, versi and deadline). One query."""
    return pulse_of_page(rows, aktor, now)[0]


def pulse_of_page(rows: QuerySet[Any], aktor: Aktor, now: dt.datetime) -> tuple[Denyut, int]:
    """`pulse_of_rows`, and how many rows there are."""
    found = ask(rows, _waiting(aktor, now))
    return Denyut(tag_of(found[0], now), len(found[1])), len(found[0])


def pulse_of_report(nomor: str, aktor: Aktor) -> Denyut | None:
    """The pulse of one report's page: its version. None when the person does not see it. One query."""
    one = Laporan.objects.visible_to(aktor).filter(nomor=nomor).order_by()
    found = ask(one.values_list("pk", "versi", "batas_waktu"), _waiting(aktor, timezone.now()))
    return Denyut(tag_of_version(found[0][0][1]), len(found[1])) if found[0] else None


def tag_of_version(versi: int) -> str:
    return f"v{versi}"


def waiting(aktor: Aktor, now: dt.datetime) -> int:
    """How many open reports wait for this person at `now` (aware), counted up to MOST_WAITING. One query."""
    return len(ask(_waiting(aktor, now))[0])


def pulse_of_beranda(aktor: Aktor, now: dt.datetime, *, counted: bool = True) -> Denyut:
    """The pulse of beranda: everything it shows but the words of the clock. One query.

    counted: also how many reports wait; a page that is just opened asks for that by itself.
    """
    late = ExpressionWrapper(Q(batas_waktu__lt=now), output_field=BooleanField())
    seen = Laporan.objects.visible_to(aktor)
    duty = Penugasan.objects.visible_to(aktor).live().filter(waktu__contains=now).order_by()
    hashes, counts = digest(
        [
            seen.terbuka().order_by().annotate(lewat=late).values_list("pk", "versi", "lewat"),
            seen.order_by("-id").values_list("pk", "versi")[:NEWEST],
            duty.values_list("pk", "status"),
            Posko.objects.visible_to(aktor).order_by().values_list("pk", "status", "jam_buka", "jam_tutup"),
            uncovered(aktor, now).order_by().values_list("pk"),
            Saran.objects.given_by(aktor).answered().order_by().values_list("pk"),
            Tahapan.objects.filter(pemilihan=aktor.edisi).order_by().values_list("pk", "nama", "mulai", "selesai"),
            _changes_of(Sarpras),
            # What nobody accepted in time is shown one tier higher.
            Pelimpahan.objects.filter(status="menunggu", batas_terima__lt=now).order_by().values_list("pk"),
        ],
        _waiting(aktor, now) if counted else Laporan.objects.none(),
    )  # fmt: skip
    stale = int(now.timestamp() // BERANDA_STALE.total_seconds())
    return Denyut(hashlib.sha256(f"{stale} {hashes}".encode()).hexdigest()[:24], counts)


def _changes_of(model: Any) -> QuerySet[Any]:
    """The last entry of a model's history: thousands of rows that rarely change are not looked through."""
    events = model._meta.get_field("events").related_model
    found: QuerySet[Any] = events.objects.order_by("-pgh_id").values_list("pgh_id")[:1]
    return found


def _waiting(aktor: Aktor, now: dt.datetime) -> QuerySet[Any]:
    """Reports that wait, to be counted: no column that the index of open ones lacks."""
    rows = Laporan.objects.visible_to(aktor).terbuka().filter(waiting_for(aktor, now)).order_by()
    return rows.values_list("pk", Value(0), "batas_waktu")[:MOST_WAITING]
