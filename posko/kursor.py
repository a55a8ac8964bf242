"""How statements reach PostgreSQL: questions prepared, changes sent whole.

A page asks the same few questions with many joins over and over, and planning them costs as much as answering them;
prepared, PostgreSQL plans each once a connection (https://www.psycopg.org/psycopg3/docs/advanced/prepare.html).
Changes go as Django sends everything by default, parameters merged in: pghistory and pgtrigger put a statement of
their own before them, and only one statement can be prepared.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import ClientCursor

_INJECTED = "SELECT set_config("


class Kursor(ServerBindingCursor):  # type: ignore[misc]
    """Django's cursor, except for SELECT statements: PostgreSQL gets their parameters apart."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Kursor:
        if isinstance(query, str) and _is_question(query):
            return super().execute(query, params, **options)  # type: ignore[no-any-return]
        if params is not None:
            query, params = ClientCursor(self.connection).mogrify(query, params), None
        return super().execute(query, params, prepare=False)  # type: ignore[no-any-return]


def _is_question(query: str) -> bool:
    return query.startswith(("SELECT", "(SELECT")) and not query.startswith(_INJECTED)
