"""How questions reach PostgreSQL: with their values in the text, as Django sends them, or prepared.

A question for one thing by its key is the same on every page and joins many tables: planning it costs more than
answering it, so PostgreSQL plans it once a connection (``with asked_often():``; psycopg prepares what it is asked five
times). Lists, searches and counts are not among these: their best plan depends on the values, such as the statuses
that a partial index holds. Nor are changes, before which pghistory and pgtrigger put a statement of their own.
https://www.psycopg.org/psycopg3/docs/advanced/prepare.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import ClientCursor, Cursor

_often: ContextVar[bool] = ContextVar("asked_often", default=False)


@contextmanager
def asked_often() -> Iterator[None]:
    """Within: questions (SELECT) are prepared by the server. For those that find a row by its key."""
    token = _often.set(True)
    try:
        yield
    finally:
        _often.reset(token)


class Kursor(ServerBindingCursor, Cursor[Any]):
    """Django's cursor that knows both ways."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Self:
        if _often.get() and isinstance(query, str) and _is_question(query):
            return super().execute(query, params, prepare=prepare, binary=binary)
        if params is not None:
            query, params = ClientCursor(self.connection).mogrify(query, params), None
        return super().execute(query, params, prepare=False, binary=binary)


def _is_question(query: str) -> bool:
    """Not a change with the statement that pghistory puts before it."""
    return query.startswith("SELECT") and not query.startswith("SELECT set_config(")
