"""Fixtures shared by all tests: the world with its cast, and a client signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from laporan.cari import pertanyaan
from tests.cast import World, build_world


@pytest.fixture
def dunia(db: None) -> World:
    """A small running edition with the cast (see tests/cast.py)."""
    return build_world()


@pytest.fixture
def masuk(dunia: World) -> Callable[[str], Client]:
    """``masuk("operator.jakbar")``: a client signed in as one of the cast."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(
            dunia.orang[username], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return sign_in


@pytest.fixture(autouse=True)
def own_minute() -> None:
    """What the search remembers for a minute is of another test's reports."""
    for name in ("_ends", "_heard", "_in_names", "_similar_words"):
        getattr(pertanyaan, name).cache_clear()


@pytest.fixture(autouse=True)
def own_files(settings: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test keeps its photos in a folder of its own."""
    settings.BERKAS_DIR = tmp_path_factory.mktemp("berkas")  # type: ignore[attr-defined]
