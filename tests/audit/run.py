"""``make audit``: Lighthouse (mobile) on Posko's main pages, and what a first visit to each of them weighs.

Starts a demo of its own (throw-away database, photos, free port), hands its pages with a signed-in session to
``run.mjs``, stops everything, and exits 1 when a score is too low or a page too heavy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from posko.embedded import DATABASE, StartError, throwaway
from tests.bench.data import python, with_database
from tests.bench.run import serve

# The operator reads and verifies; the field staff's phone shows the lightest frame and the longest form.
OPERATOR, FIELD = "operator.jakbar", "lapor.kembangan-selatan"
SCORES = {"performance": 95, "accessibility": 100, "best-practices": 95}
FORM_BYTES, LIST_BYTES = 100_000, 150_000


def pages(people: dict[str, dict[str, str]]) -> list[dict[str, object]]:
    """The pages to measure: name, path, cookies and, where it is limited, the weight in bytes."""
    operator, field = people[OPERATOR], people[FIELD]
    return [
        {"name": "login", "path": "/akun/login/", "cookies": {}},
        {"name": "beranda", "path": "/", "cookies": operator["cookies"]},
        {"name": "list", "path": "/laporan/", "cookies": operator["cookies"], "bytes": LIST_BYTES},
        {"name": "form", "path": "/laporan/baru/", "cookies": field["cookies"], "bytes": FORM_BYTES},
        {"name": "detail", "path": f"/laporan/{operator['nomor']}/", "cookies": operator["cookies"]},
    ]


def audit(base: str) -> int:
    """Run against a new database on the server at `base`; the exit code."""
    url = with_database(base, f"uji_audit_{os.getpid()}")
    with psycopg.connect(with_database(base, DATABASE), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{url.rpartition("/")[2]}"')
    print("Menyiapkan gladi untuk diaudit …", flush=True)
    python("manage.py", "siapkan", url=url)
    people = json.loads(python("-m", "tests.bench.sign_in", OPERATOR, FIELD, url=url))["people"]
    server = serve(url, "posko.settings", "posko.wsgi")
    try:
        task = {"origin": server.origin, "pages": pages(people), "scores": SCORES}
        script = Path(__file__).with_name("run.mjs")
        return subprocess.run(["node", script], input=json.dumps(task), text=True).returncode
    finally:
        server.stop()


def main() -> int:
    try:
        with throwaway() as base, tempfile.TemporaryDirectory() as photos:
            os.environ["BERKAS_DIR"] = photos
            return audit(base)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
