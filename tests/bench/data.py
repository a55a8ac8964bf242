"""Databases to measure on: the drill once, and a copy of it for each number of reports.

They are kept for the next run and made anew when they no longer fit: another day (the drill is relative to today),
other migrations, another loader, another floor.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
FLOOR, DRILL, SCALE, ROSTER = "posko_ukur_dasar", "posko_ukur_gladi", "posko_ukur_{}", "posko_ukur_piket_{}"


def python(*arguments: str, url: str, settings: str = "posko.settings") -> str:
    """Run Python in demo mode on the database at `url`; what it printed. Its errors go to the terminal."""
    environ = os.environ | {"DATABASE_URL": url, "MODE": "demo", "DJANGO_SETTINGS_MODULE": settings}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def ensure_floor(base: str) -> str:
    """The floor's database; `tests.bench.floor.prepare` fills it."""
    if not _fits(base, FLOOR):
        _make(base, FLOOR, template="template0")
        _say_fitting(base, FLOOR)
    return with_database(base, FLOOR)


def ensure_drill(base: str) -> str:
    """The drill's database and the static files its pages name."""
    url = with_database(base, DRILL)
    fits = _fits(base, DRILL)
    if not fits:
        print("Menyiapkan gladi …", flush=True)
        _make(base, DRILL, template="template0")
    python("manage.py", "siapkan", url=url)
    if not fits:
        _say_fitting(base, DRILL)
    return url


def ensure_scale(base: str, size: int) -> str:
    """A copy of the drill with `size` more reports."""
    return _ensure_filled(base, SCALE.format(size), "--skala", size, "laporan")


def ensure_roster(base: str, size: int) -> str:
    """A copy of the drill with `size` more assignments."""
    return _ensure_filled(base, ROSTER.format(size), "--skala-piket", size, "penugasan")


def _ensure_filled(base: str, name: str, option: str, size: int, of: str) -> str:
    url = with_database(base, name)
    if _fits(base, name):
        return url
    print(f"Menyiapkan {size:,} {of} …".replace(",", "."), flush=True)
    began = time.monotonic()
    _make(base, name, template=DRILL)
    python("manage.py", "demo", option, str(size), url=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    _say_fitting(base, name)
    print(f"  {time.monotonic() - began:.0f} detik", flush=True)
    return url


def _fits(base: str, name: str) -> bool:
    """Whether a finished database of this name was made for today by this code."""
    with psycopg.connect(base, autocommit=True) as connection:
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        found = connection.execute(query, [name]).fetchone()
    return found is not None and found[0] == _fingerprint()


def _make(base: str, name: str, template: str) -> None:
    database = sql.Identifier(name)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(template))
        )


def _say_fitting(base: str, name: str) -> None:
    with psycopg.connect(base, autocommit=True) as connection:
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(_fingerprint())))


def _fingerprint() -> str:
    digest = hashlib.sha256(time.strftime("%F").encode())
    for path in (
        *sorted(ROOT.glob("*/migrations/*.py")),
        *sorted(ROOT.glob("laporan/demo/*.py")),
        *sorted(ROOT.glob("tests/bench/floor/*.py")),
        *sorted(ROOT.glob("posko/data/*.csv")),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
