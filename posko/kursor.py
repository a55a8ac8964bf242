"""How statements reach PostgreSQL: questions prepared, changes sent whole.

A page asks the same few questions with many joins over and over, and planning them costs as much as answering them;
prepared, PostgreSQL plans each once a connection (https://www.psycopg.org/psycopg3/docs/advanced/prepare.html).
Changes go as Django sends everything by default, parameters merged in: pghistory and pgtrigger put a statement of
their own before them, and only one statement can be prepared.
"""

from __future__ import annotations

from typing import Any, Self

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import ClientCursor, Cursor

_INJECTED = "SELECT set_config("


class Kursor(ServerBindingCursor, Cursor[Any]):
    """Django's cursor, except for SELECT statements: PostgreSQL gets their parameters apart."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Self:
        if isinstance(query, str) and _is_question(query):
            return super().execute(query, params, prepare=prepare, binary=binary)
        if params is not None:
            query, params = ClientCursor(self.connection).mogrify(query, params), None
        return super().execute(query, params, prepare=False, binary=binary)


def _is_question(query: str) -> bool:
    return query.startswith(("SELECT", "(SELECT")) and not query.startswith(_INJECTED)
