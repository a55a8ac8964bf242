"""The health page: says whether the database answers, to anybody, without touching a session."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_healthy_takes_one_query(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    connection.ensure_connection()
    with django_assert_num_queries(1):
        response = client.get("/sehat/")
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_unreachable_database_is_503(client: Client) -> None:
    def refuse(*args: object) -> object:
        raise OperationalError("terputus")

    with connection.execute_wrapper(refuse):
        response = client.get("/sehat/")
    assert response.status_code == 503


@pytest.mark.django_db
def test_only_reads(client: Client) -> None:
    assert client.post("/sehat/").status_code == 405
