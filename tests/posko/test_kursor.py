"""Questions asked often are prepared, nothing else is; changes go with what pghistory puts before them."""

from __future__ import annotations

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posko.kursor import asked_often
from posko.models import Pengguna

pytestmark = pytest.mark.django_db


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%"telepon" = $%username%'],
        )
        return int(cursor.fetchone()[0])


def test_only_a_question_said_to_be_asked_often_is_prepared_and_once() -> None:
    for name in "abcdefgh":
        assert not Pengguna.objects.filter(telepon=name, username=name).exists()
    assert prepared() == 0
    with asked_often():
        for name in "abcdefgh":
            assert not Pengguna.objects.filter(telepon=name, username=name).exists()
    assert prepared() == 1


def test_changes_keep_their_history_and_its_context() -> None:
    with pghistory.context(sebab="100 % 'uji'"):
        person = Pengguna.objects.create(username="siapa", nama="Siapa 100 % 'ini'")
        same = Pengguna.objects.filter(pk=person.pk).values_list("nama", flat=True)
        assert list(same.union(same, all=True)) == ["Siapa 100 % 'ini'"] * 2
        Pengguna.objects.filter(pk=person.pk).update(nama="Lain")
    events = person.events.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [e.nama for e in events] == ["Siapa 100 % 'ini'", "Lain"]
    assert {e.pgh_context.metadata["sebab"] for e in events} == {"100 % 'uji'"}


def test_the_log_of_questions_shows_their_values() -> None:
    with CaptureQueriesContext(connection) as asked:
        Pengguna.objects.filter(username="siapa").first()
    assert "'siapa'" in asked[0]["sql"]
