"""Pytest's entry: the tests' own database first, then Django, then the fixtures every test has.

Without DATABASE_URL the tests run on a throw-away cluster of the embedded PostgreSQL. It must exist before settings
are read, so this file, not pytest.ini, names the settings module. Workers of pytest-xdist inherit the address.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

import django
import pytest

from posko.embedded import StartError, throwaway

_cluster = ExitStack()
if not os.environ.get("DATABASE_URL"):
    try:
        os.environ["DATABASE_URL"] = _cluster.enter_context(throwaway())
    except StartError as error:
        pytest.exit(str(error), returncode=1)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posko.settings")
django.setup()

pytest_plugins = ["tests.fixtures"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster unless another test run still uses it; workers never started one."""
    _cluster.close()
