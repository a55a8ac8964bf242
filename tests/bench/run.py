"""``make bench``: Posko's pages beside a bare Django floor, on this machine, over loopback, for a bounded time.

Prints, for a province official, a kelurahan operator, an agency's member and a contestant's member, the median
of p50 latencies with 10,000 and 1,000,000 reports (3,000 open), the ratio to the floor measured in alternation, and
the growth between both sizes. wrk comes from Debian. Options: ``--sizes 10000,1000000 --seconds 4 --rounds 3``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg

from posko.embedded import Cluster, make_data_dir
from posko.host import free_port

ROOT = Path(__file__).resolve().parents[2]
VIEWERS = {
    "operator.dki": "provinsi",
    "ketua.kembangan-selatan": "kelurahan",
    "polres.jakbar": "instansi",
    "partai.jakbar": "peserta",
}
TARGETS = {"daftar": 2.0, "rinci": 2.5, "beranda": 3.0, "lapor": 4.0}
GROWTH = 1.3


@dataclass
class Server:
    """One gunicorn, the same settings for the floor and for Posko."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@dataclass
class Row:
    """Measured medians, in milliseconds, of one page and its floor, by size."""

    page: str
    viewer: str
    own: dict[int, list[float]] = field(default_factory=dict)
    floor: dict[int, list[float]] = field(default_factory=dict)

    def ratio(self, size: int) -> float:
        """Pair by pair, so that drift of the machine cancels."""
        return statistics.median(a / b for a, b in zip(self.own[size], self.floor[size], strict=True))


def python(*arguments: str, url: str, settings: str = "posko.settings") -> str:
    environ = os.environ | {"DATABASE_URL": url, "MODE": "demo", "DJANGO_SETTINGS_MODULE": settings}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def serve(url: str, settings: str, wsgi: str) -> Server:
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": url, "MODE": "demo", "DJANGO_SETTINGS_MODULE": settings, "BIND": f"127.0.0.1:{port}",
        "WORKERS": "1", "THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", "python:posko.gunicorn", wsgi]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/", timeout=5)
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.2)
    return Server(port, process)


def wrk(url: str, cookies: dict[str, str], seconds: int, body: str = "") -> float:
    """p50 in milliseconds of one connection for `seconds`; stops when anything but 2xx or 3xx came back."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = [
        "wrk",
        "-t1",
        "-c1",
        f"-d{seconds}s",
        "--latency",
        "-H",
        f"Cookie: {cookie}",
        "-H",
        "Host: localhost",
    ]
    environ = dict(os.environ)
    if body:
        parts = urlsplit(url)
        environ |= {
            "BENCH_BODY": body,
            "BENCH_COOKIE": cookie,
            "BENCH_ORIGIN": f"{parts.scheme}://{parts.netloc}",
        }
        command = [
            "wrk",
            "-t1",
            "-c1",
            f"-d{seconds}s",
            "--latency",
            "-s",
            str(ROOT / "tests/bench/post.lua"),
        ]
    out = subprocess.run([*command, url], env=environ, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"{url}: {out}")
    found = re.search(r"50%\s+([\d.]+)(us|ms|s)", out)
    if not found:
        raise SystemExit(f"{url}: {out}")
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def ensure_data(base: str, size: int) -> str:
    """A database with the drill and `size` reports, made once and kept for the next run."""
    name = f"posko_ukur_{size}"
    url = with_database(base, name)
    with psycopg.connect(base, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return url
        print(f"Menyiapkan {size:,} laporan …".replace(",", "."), flush=True)
        connection.execute(f'CREATE DATABASE "{name}_baru"')
    fresh = with_database(base, f"{name}_baru")
    python("manage.py", "migrate", "-v", "0", url=fresh)
    python("manage.py", "createcachetable", url=fresh)
    python("manage.py", "demo", url=fresh)
    python("manage.py", "demo", "--skala", str(size), url=fresh)
    with psycopg.connect(fresh, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}_baru" RENAME TO "{name}"')
    return url


def filing(info: dict[str, Any], token: str) -> str:
    """The form of a filing without photo: a meeting recorded by the kelurahan's ketua."""
    return urlencode(
        {
            "csrfmiddlewaretoken": token, "kunci": "UUID", "jenis": "kegiatan", "kategori": info["kategori"],
            "wilayah": "31.73.08.1006", "uraian": "Rapat persiapan dengan panitia setempat, berjalan tertib dan selesai.",
            "kapan": "baru_saja", "sumber": "saya_lihat", "serupa_dilihat": "1",
        }
    )  # fmt: skip


def measure(base: str, sizes: list[int], seconds: int, rounds: int) -> list[Row]:
    rows: dict[tuple[str, str], Row] = {}
    floor_url = ensure_floor(base)
    floor_cookies = json.loads(python("-m", "tests.bench.floor.prepare", url=floor_url))
    insert = urlencode(
        {"csrfmiddlewaretoken": floor_cookies["csrftoken"], "nomor": "UUID", "judul": "Ukur", "tempat": "Kembangan",
         "status": "baru", "prioritas": "sedang"}
    )  # fmt: skip
    with ExitStack() as stack:
        floor = serve(floor_url, "tests.bench.floor.settings", "tests.bench.floor.wsgi")
        stack.callback(floor.stop)
        for size in sizes:
            url = ensure_data(base, size)
            info = json.loads(python("-m", "tests.bench.sign_in", *VIEWERS, url=url))
            with ExitStack() as inner:
                own = serve(url, "posko.settings", "posko.wsgi")
                inner.callback(own.stop)
                for username, viewer in VIEWERS.items():
                    person = info["people"][username]
                    pages = {"daftar": "/laporan/", "rinci": f"/laporan/{person['nomor']}/", "beranda": "/"}
                    for page, path in pages.items():
                        row = rows.setdefault((page, viewer), Row(page, viewer))
                        wrk(own.origin + path, person["cookies"], 1)
                        for _ in range(rounds):
                            row.floor.setdefault(size, []).append(
                                wrk(floor.origin + "/", floor_cookies, seconds)
                            )
                            row.own.setdefault(size, []).append(
                                wrk(own.origin + path, person["cookies"], seconds)
                            )
                person = info["people"]["ketua.kembangan-selatan"]
                row = rows.setdefault(("lapor", "kelurahan"), Row("lapor", "kelurahan"))
                body = filing(info, person["cookies"]["csrftoken"])
                for _ in range(rounds):
                    row.floor.setdefault(size, []).append(
                        wrk(floor.origin + "/baru/", floor_cookies, seconds, insert)
                    )
                    row.own.setdefault(size, []).append(
                        wrk(own.origin + "/laporan/baru/", person["cookies"], seconds, body)
                    )
    return list(rows.values())


def ensure_floor(base: str) -> str:
    with psycopg.connect(base, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'posko_ukur_dasar'").fetchone():
            connection.execute("CREATE DATABASE posko_ukur_dasar")
    return with_database(base, "posko_ukur_dasar")


def report(rows: list[Row], sizes: list[int]) -> None:
    head = "".join(f"{f'{size:,} ms'.replace(',', '.'):>16}{'× lantai':>10}" for size in sizes)
    print(f"\n{'halaman':9}{'siapa':11}{head}{'tumbuh':>8}{'target':>9}")
    for row in rows:
        cells = "".join(f"{statistics.median(row.own[s]):>16.2f}{row.ratio(s):>10.2f}" for s in sizes)
        growth = row.ratio(sizes[-1]) / row.ratio(sizes[0])
        ok = (
            row.ratio(sizes[0]) <= TARGETS[row.page]
            and row.ratio(sizes[-1]) <= TARGETS[row.page]
            and growth <= GROWTH
        )
        print(
            f"{row.page:9}{row.viewer:11}{cells}{growth:>8.2f}{TARGETS[row.page]:>6.1f} {'ya' if ok else 'TIDAK'}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,1000000")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("Alat ukur wrk belum ada; pasang dengan: apt-get install wrk")
    sizes = [int(size) for size in options.sizes.split(",")]
    with ExitStack() as stack:
        base = os.environ.get("DATABASE_URL", "")
        if not base:
            make_data_dir()
            cluster = Cluster("pg-ukur")
            base = cluster.start()
            stack.callback(cluster.stop)
        report(measure(base, sizes, options.seconds, options.rounds), sizes)


if __name__ == "__main__":
    main()
