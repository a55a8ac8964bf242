"""How questions reach PostgreSQL: with their values in the text, as Django sends them, or prepared.

A question for one thing by its key is the same on every page and joins many tables: planning it costs more than
answering it, so PostgreSQL plans it once a connection (``with asked_often():``; psycopg prepares what it is asked five
times). Lists, searches and counts are not among these: their best plan depends on the values, such as the statuses
that a partial index holds. Nor are changes, before which pghistory and pgtrigger put a statement of their own, and
only one statement can be prepared.
https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.postgresql.base import Cursor, ServerBindingCursor
from psycopg import Connection

_often: ContextVar[bool] = ContextVar("asked_often", default=False)


@contextmanager
def asked_often() -> Iterator[None]:
    """Within: what is asked is prepared by the server. For questions (SELECT) that find rows by their key, and only
    for these: a change would be refused."""
    token = _often.set(True)
    try:
        yield
    finally:
        _often.reset(token)


def new_cursor(connection: Connection[Any], **options: Any) -> Any:
    """The `cursor_factory` of every connection: Django's cursor of the one or the other kind."""
    kind: Any = ServerBindingCursor if _often.get() else Cursor
    return kind(connection, **options)
