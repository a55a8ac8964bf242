"""Live pages, the part all apps share: asking cheaply whether what is shown has changed, and saying so.

A page carries a tag of what it shows; while it is open it asks the same address again with that tag (hidup.js). What
the tag of a page is made of is written where the page is: `laporan.hidup`, `piket.denyut`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.http import HttpResponse, HttpResponseNotModified

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from posko.permintaan import Permintaan


@dataclass(frozen=True, slots=True)
class Denyut:
    """The answer to one question of a live page. tag: of what is shown; menunggu: how many reports wait."""

    tag: str
    menunggu: int


def ask(*parts: QuerySet[Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of several querysets of the same columns, in one query.

    Here and in `digest` every piece was compiled by the ORM; nothing of a request is in its text.
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


def digest(parts: list[QuerySet[Any]], counted: QuerySet[Any]) -> tuple[list[int | None], int]:
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
    columns.append(_counting(counted, given))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", given)  # nosec B608
        *hashes, count = cursor.fetchone() or (0,)
    return hashes, count


def count_each(*rows: QuerySet[Any]) -> list[int]:
    """How many rows each queryset has, in one query."""
    given: list[Any] = []
    columns = [_counting(part, given) for part in rows]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", given)  # nosec B608
        return list(cursor.fetchone() or ())


def _counting(rows: QuerySet[Any], given: list[Any]) -> str:
    """The column that counts `rows`; its parameters go to `given`."""
    try:
        statement, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return "0"
    given += values
    return f"(SELECT count(*) FROM ({statement}) q)"  # noqa: S608 # nosec B608


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
