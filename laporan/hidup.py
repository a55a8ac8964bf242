"""Live pages: whether anything a page shows has changed, asked every few seconds and so cheap.

A page carries a tag of what it shows; while it is open it asks the same address again with that tag. Sequences are
not in commit order, so the tag hashes the ids and versions shown, and which of them are late, never the newest id.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone

from laporan.models import Laporan
from laporan.saringan import waiting_for
from piket.models import Penugasan
from posko.models import Posko

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from posko.access import Aktor
    from posko.permintaan import Permintaan

# The badge counts no further: "99+".
MOST_WAITING = 100
# Words such as "12 menit lalu" and posts that open by the clock: beranda is new at least this often.
BERANDA_STALE = dt.timedelta(minutes=5)
NEWEST = 7


@dataclass(frozen=True, slots=True)
class Denyut:
    """The answer to one question of a live page. tag: of what is shown; menunggu: how many reports wait."""

    tag: str
    menunggu: int


def tag_of(rows: Iterable[tuple[int, int, dt.datetime | None]], now: dt.datetime) -> str:
    """The tag of reports as (id, versi, deadline) in any order; `now` (aware) says which are late."""
    shown = sorted((pk, versi, deadline is not None and deadline < now) for pk, versi, deadline in rows)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:24]


def pulse_of_rows(rows: QuerySet[Any], aktor: Aktor, now: dt.datetime) -> Denyut:
    """The pulse of a list whose page is `rows` (ordered, cut, as id, versi and deadline). One query."""
    found = _ask(rows, _waiting(aktor, now))
    return Denyut(tag_of(found[0], now), len(found[1]))


def pulse_of_report(nomor: str, aktor: Aktor) -> Denyut | None:
    """The pulse of one report's page: its version. None when the person does not see it. One query."""
    one = Laporan.objects.visible_to(aktor).filter(nomor=nomor).order_by()
    found = _ask(one.values_list("pk", "versi", "batas_waktu"), _waiting(aktor, timezone.now()))
    return Denyut(tag_of_version(found[0][0][1]), len(found[1])) if found[0] else None


def tag_of_version(versi: int) -> str:
    return f"v{versi}"


def waiting(aktor: Aktor, now: dt.datetime) -> int:
    """How many open reports wait for this person at `now` (aware), counted up to MOST_WAITING. One query."""
    return len(_ask(_waiting(aktor, now))[0])


def pulse_of_beranda(aktor: Aktor, now: dt.datetime) -> Denyut:
    """The pulse of beranda: open reports, the newest ones, who is on duty and the posts. One query."""
    late = ExpressionWrapper(Q(batas_waktu__lt=now), output_field=BooleanField())
    seen = Laporan.objects.visible_to(aktor)
    duty = Penugasan.objects.visible_to(aktor).live().filter(waktu__contains=now).order_by()
    posts = Posko.objects.visible_to(aktor).order_by().values_list("pk", "status")
    hashes, counts = _digest(
        [
            seen.terbuka().order_by().annotate(lewat=late).values_list("pk", "versi", "lewat"),
            seen.order_by("-id").values_list("pk", "versi")[:NEWEST],
            duty.values_list("pk", "status"),
            posts,
        ],
        _waiting(aktor, now),
    )  # fmt: skip
    stale = int(now.timestamp() // BERANDA_STALE.total_seconds())
    return Denyut(hashlib.sha256(f"{stale} {hashes}".encode()).hexdigest()[:24], counts)


def _waiting(aktor: Aktor, now: dt.datetime) -> QuerySet[Any]:
    rows = Laporan.objects.visible_to(aktor).terbuka().filter(waiting_for(aktor, now)).order_by()
    return rows.values_list("pk", "versi", "batas_waktu")[:MOST_WAITING]


def _ask(*parts: QuerySet[Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of several querysets of the same columns, in one query.

    Here and in `_digest` every piece was compiled by the ORM; nothing of a request is in its text.
    """
    found: list[list[tuple[Any, ...]]] = [[] for _ in parts]
    pieces: list[str] = []
    given: list[Any] = []
    for n, part in enumerate(parts):
        try:
            statement, values = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        pieces.append(f"SELECT {n}, q{n}.* FROM ({statement}) q{n}")  # noqa: S608 # nosec B608
        given += values
    if not pieces:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(pieces), given)
        for n, *row in cursor.fetchall():
            found[n].append(tuple(row))
    return found


def _digest(parts: list[QuerySet[Any]], counted: QuerySet[Any]) -> tuple[list[int | None], int]:
    """A hash of the rows of each queryset, and how many rows `counted` has: in one query, however many rows.

    Rows are told apart by their key, so their hashes may be folded in any order: thousands need no sorting.
    """
    columns: list[str] = []
    given: list[Any] = []
    for part in parts:
        try:
            statement, values = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        columns.append(f"(SELECT bit_xor(hash_record_extended(q, 0)) FROM ({statement}) q)")  # noqa: S608 # nosec B608
        given += values
    try:
        statement, values = counted.query.sql_with_params()
        columns.append(f"(SELECT count(*) FROM ({statement}) q)")  # noqa: S608 # nosec B608
        given += values
    except EmptyResultSet:
        columns.append("0")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", given)  # nosec B608
        *hashes, count = cursor.fetchone() or (0,)
    return hashes, count


# --- the answer -------------------------------------------------------------------------------------------


def unchanged(request: Permintaan, denyut: Denyut) -> HttpResponse | None:
    """304 when the page already shows this; else None, and the page is made anew."""
    if request.headers.get("If-None-Match", "").strip('" ') != denyut.tag:
        return None
    return mark(HttpResponseNotModified(), denyut.tag, denyut.menunggu)


def mark(response: HttpResponse, tag: str, menunggu: int) -> HttpResponse:
    """Say with an answer what it shows and how many reports wait; it is never stored in place of the page."""
    response["ETag"] = f'"{tag}"'
    response["X-Menunggu"] = str(menunggu)
    response["Cache-Control"] = "private, no-store"
    response["Vary"] = "HX-Request, Cookie"
    return response
