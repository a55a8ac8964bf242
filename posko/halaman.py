"""Lists by arrival, a page at a time. The position is a row's own id (`?sesudah=<id>`): nothing is counted."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

_M = TypeVar("_M", bound=Model)
_Rows = TypeVar("_Rows", bound=QuerySet[Any])
LARGEST_ID = 2**63 - 1


def after(rows: _Rows, mark: str) -> _Rows:
    """Rows older than the position `mark`; anything that is no id is the first page."""
    if mark.isascii() and mark.isdigit() and int(mark) <= LARGEST_ID:
        return rows.filter(pk__lt=int(mark))
    return rows


def read_page(rows: QuerySet[_M], mark: str, size: int) -> tuple[list[_M], Any]:
    """At most `size` rows (ordered by ``-pk``) after the position, and the position of the next page or None."""
    found = list(after(rows, mark)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None
