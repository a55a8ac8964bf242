"""System checks of posko: what must hold before MODE=produksi serves anybody."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

TAG = "posko"


@register(Tags.database)
def no_demo_people(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The demo cast has a public password: a production database that holds it is open to everybody."""
    if not settings.PRODUKSI or not databases:
        return []
    people = apps.get_model("posko", "Pengguna")
    try:
        found = any(
            people._default_manager.using(alias).filter(demo=True, is_active=True).exists()
            for alias in databases
        )
    except DatabaseError:
        for alias in databases:
            connections[alias].close()
        return []  # not migrated yet; the next start looks again
    if not found:
        return []
    hint = "Pakai basis data yang tidak pernah memuat gladi, atau nonaktifkan semua pengguna demo."
    return [
        Error(
            "Basis data memuat pengguna demo dengan kata sandi yang diketahui umum.",
            hint=hint,
            id="posko.E001",
        )
    ]


@register(TAG)
def files_outside_static(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Photos under the static tree would be served to anybody who guesses their name."""
    static, files = Path(settings.STATIC_ROOT).resolve(), Path(settings.BERKAS_DIR).resolve()
    if files == static or static in files.parents:
        hint = "Pilih folder di luar STATIC_ROOT."
        return [Error("BERKAS_DIR berada di dalam folder berkas statis.", hint=hint, id="posko.E002")]
    return []


@register(TAG)
def loopback_only(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Demo and dev have public secrets, so they serve this machine only (gunicorn's own guard: posko/gunicorn.py)."""
    if settings.PRODUKSI:
        return []
    asked = os.environ.get("BIND", "").split(",")
    if "runserver" in sys.argv[1:2]:
        asked += [argument for argument in sys.argv[2:] if not argument.startswith("-")]
    local = ("127.", "localhost", "[::1]")
    if any(":" in address and not address.startswith(local) for address in asked):
        hint = "Hapus BIND atau pakai MODE=produksi."
        return [Error(f"MODE={settings.MODE} hanya boleh melayani komputer ini.", hint=hint, id="posko.E003")]
    return []
