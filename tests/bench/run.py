"""``make bench``: Posko's pages beside a bare Django floor, on this machine, over loopback, for a bounded time.

Prints, for a province official, a kelurahan operator, an agency's member and a contestant's member, the median
of p50 latencies with 10,000 and 1,000,000 reports (3,000 open), the ratio to the floor measured in alternation, and
the growth between both sizes, and whether each target is met. wrk comes from Debian. A smaller part:
``make bench UKUR="--sizes 10000 --pages daftar,rinci --viewers provinsi --seconds 1 --rounds 3 --roster 0"``; the
roster alone: ``UKUR="--sizes 0"``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
from psycopg import sql

from posko.embedded import Cluster, make_data_dir
from posko.host import free_port
from tests.bench.data import ROOT, ensure_drill, ensure_floor, ensure_roster, ensure_scale, python

VIEWERS = {
    "provinsi": "operator.dki",
    "kelurahan": "ketua.kembangan-selatan",
    "instansi": "polres.jakbar",
    "peserta": "partai.jakbar",
}
PELAPOR = VIEWERS["kelurahan"]
# Pages of reports and how many times the floor's list they may take; of some only the growth is bounded.
TARGETS: dict[str, float | None] = {
    "daftar": 2.0, "saring": None, "riwayat": None, "segar": None, "cari": 2.0, "mirip": 2.0, "rinci": 2.5,
    "beranda": 3.0, "lapor": 4.0,
}  # fmt: skip
GROWTH = 1.3
# Pages of the roster, who opens them, and how many times the floor's list they may take; only the month grid has one.
# Measured with other sizes: assignments, up to 318 posts × 25 people × 52 days.
PIKET = {
    "hari-ini": ("/piket/hari-ini/", "provinsi", None),
    "layar": ("/layar/piket/", "provinsi", None),
    "pekan": ("/piket/", "kelurahan", None),
    "kosong": ("/piket/kosong/", "provinsi", None),
    "saya": ("/piket/saya/", "instansi", None),
    "tukar": ("/piket/tukar/", "kota", None),
    "ganti": ("/piket/pengganti/", "kota", None),
    "giliran": ("/piket/{giliran}/", "kota", None),
    "rekap": ("/piket/rekap/", "kota", None),
    "buku": ("/piket/buku/", "kota", None),
    "tamu": ("/piket/tamu/", "kota", None),
    "kisi": ("/admin/piket/jadwal/{kota}/?rentang=bulan", "admin", 4.0),
    "riwayat": ("/admin/piket/jadwal/{kota}/riwayat/", "admin", None),
    "beranda-p": ("/", "provinsi", None),
}
PIKET_VIEWERS = VIEWERS | {"kota": "ketua.jakbar", "admin": "admin.jakbar"}


@dataclass
class Server:
    """One gunicorn with one worker and one thread, the same settings for the floor and for Posko."""

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
    """Measured p50s, in milliseconds, of one page for one viewer and of its floor, by size."""

    page: str
    viewer: str
    own: dict[int, list[float]] = field(default_factory=dict)
    floor: dict[int, list[float]] = field(default_factory=dict)

    def alternate(self, size: int, rounds: int, floor: Callable[[], float], own: Callable[[], float]) -> None:
        """Measure both in turn, so that whatever else the machine does weighs on both."""
        own()  # the first page of a server loads what later ones find loaded
        for _ in range(rounds):
            self.floor.setdefault(size, []).append(floor())
            self.own.setdefault(size, []).append(own())

    def ratio(self, size: int) -> float:
        """Pair by pair, so that drift of the machine cancels."""
        return statistics.median(a / b for a, b in zip(self.own[size], self.floor[size], strict=True))

    def growth(self, sizes: list[int]) -> float:
        return self.ratio(sizes[-1]) / self.ratio(sizes[0])


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
    server = Server(port, process)
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{server.origin}/", timeout=5)  # noqa: S310
            return server
        except urllib.error.HTTPError:
            return server
        except OSError:
            time.sleep(0.2)
    server.stop()
    raise SystemExit(f"Peladen {wsgi} tidak menjawab.")


def wrk(
    url: str, cookies: dict[str, str], seconds: float, body: str = "", headers: dict[str, str] | None = None
) -> float:
    """p50 in milliseconds of one connection for `seconds`; stops when anything but 2xx or 3xx came back."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = ["wrk", "-t1", "-c1", f"-d{seconds}s", "--latency"]
    environ = dict(os.environ)
    if body:
        parts = urlsplit(url)
        environ |= {
            "BENCH_BODY": body, "BENCH_COOKIE": cookie, "BENCH_ORIGIN": f"{parts.scheme}://{parts.netloc}",
            "BENCH_SEED": str(secrets.randbits(31)),
        }  # fmt: skip
        command += ["-s", str(ROOT / "tests/bench/post.lua")]
    else:
        for name, value in {"Cookie": cookie, "Host": "localhost", **(headers or {})}.items():
            command += ["-H", f"{name}: {value}"]
    out = subprocess.run([*command, url], env=environ, capture_output=True, text=True, check=True).stdout
    found = re.search(r"50%\s+([\d.]+)(us|ms|s)", out)
    if "Non-2xx" in out or not found:
        raise SystemExit(f"{url}: {out}")
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def refresh(url: str, cookies: dict[str, str], seconds: float) -> float:
    """p50 of asking, as an open page does, whether anything on it has changed, while nothing has."""
    asks = {"HX-Request": "true"}
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    page = urllib.request.Request(url, headers={"Cookie": cookie, **asks})  # noqa: S310
    with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310
        tag = answer.headers["ETag"]
    return wrk(url, cookies, seconds, headers={**asks, "If-None-Match": tag})


def filing(info: dict[str, Any], token: str) -> str:
    """The form of a filing without photo: a meeting recorded by the kelurahan's ketua."""
    return urlencode(
        {
            "csrfmiddlewaretoken": token, "kunci": "UUID", "jenis": "kegiatan", "kategori": info["kategori"],
            "wilayah": "31.73.08.1006", "uraian": "Rapat persiapan dengan panitia setempat, berjalan tertib dan selesai.",
            "baru_saja": "1", "sumber": "saya_lihat", "serupa_dilihat": "1",
        }
    )  # fmt: skip


def measure(base: str, options: argparse.Namespace) -> list[Row]:
    """All rows asked for, at all sizes."""
    rows: dict[tuple[str, str], Row] = {}
    ensure_drill(base)
    floor_url = ensure_floor(base)
    floor_cookies = json.loads(python("-m", "tests.bench.floor.prepare", url=floor_url))
    with ExitStack() as stack:
        floor = serve(floor_url, "tests.bench.floor.settings", "tests.bench.floor.wsgi")
        stack.callback(floor.stop)
        for size in options.sizes:
            url = ensure_scale(base, size)
            info = json.loads(python("-m", "tests.bench.sign_in", *VIEWERS.values(), url=url))
            print(f"Mengukur dengan {info['jumlah']:,} laporan …".replace(",", "."), flush=True)
            with ExitStack() as inner:
                own = serve(url, "posko.settings", "posko.wsgi")
                inner.callback(own.stop)
                measure_pages(rows, size, options, (floor, floor_cookies), (own, info))
                if "lapor" in options.pages:
                    with growing(url, "laporan_laporan"), growing(floor_url, "floor_item"):
                        measure_filing(rows, size, options, (floor, floor_cookies), (own, info))
    return list(rows.values())


def measure_roster(base: str, options: argparse.Namespace) -> list[Row]:
    """The pages of the roster at all its sizes."""
    rows: dict[str, Row] = {}
    ensure_drill(base)
    floor_url = ensure_floor(base)
    cookies = json.loads(python("-m", "tests.bench.floor.prepare", url=floor_url))
    with ExitStack() as stack:
        floor = serve(floor_url, "tests.bench.floor.settings", "tests.bench.floor.wsgi")
        stack.callback(floor.stop)
        lists = partial(wrk, f"{floor.origin}/", cookies, options.seconds)
        for size in options.roster:
            url = ensure_roster(base, size)
            info = json.loads(python("-m", "tests.bench.sign_in", *PIKET_VIEWERS.values(), url=url))
            print(f"Mengukur dengan {size:,} penugasan …".replace(",", "."), flush=True)
            with ExitStack() as inner:
                own = serve(url, "posko.settings", "posko.wsgi")
                inner.callback(own.stop)
                for page in (page for page in PIKET if page in options.roster_pages):
                    path, viewer, _ = PIKET[page]
                    person = info["people"][PIKET_VIEWERS[viewer]]
                    address = own.origin + path.format_map(info)
                    shown = partial(wrk, address, person["cookies"], options.seconds)
                    rows.setdefault(page, Row(page, viewer)).alternate(size, options.rounds, lists, shown)
    return list(rows.values())


def measure_pages(
    rows: dict[tuple[str, str], Row], size: int, options: argparse.Namespace,
    floor: tuple[Server, dict[str, str]], own: tuple[Server, dict[str, Any]],
) -> None:  # fmt: skip
    """List (filtered; all of a kind ever; asking whether it changed), search (a word, a typo), detail and beranda of each
    viewer against the floor's list."""
    base = partial(wrk, f"{floor[0].origin}/", floor[1], options.seconds)
    for viewer in options.viewers:
        person = own[1]["people"][VIEWERS[viewer]]
        paths = {
            "daftar": "/laporan/", "rinci": f"/laporan/{person['nomor']}/", "beranda": "/", "segar": "/laporan/",
            "saring": "/laporan/?prioritas=tinggi&kategori=banjir_roboh&terlambat=1",
            "riwayat": "/laporan/?lingkup=semua&hari=semua&kategori=banjir_roboh",
            "cari": "/laporan/?cari=banjir", "mirip": "/laporan/?cari=bnajir",
        }  # fmt: skip
        for page in (page for page in paths if page in options.pages):
            measure_one = refresh if page == "segar" else wrk
            shown = partial(measure_one, own[0].origin + paths[page], person["cookies"], options.seconds)
            rows.setdefault((page, viewer), Row(page, viewer)).alternate(size, options.rounds, base, shown)


def measure_filing(
    rows: dict[tuple[str, str], Row], size: int, options: argparse.Namespace,
    floor: tuple[Server, dict[str, str]], own: tuple[Server, dict[str, Any]],
) -> None:  # fmt: skip
    """Filing without photo against the floor's insert. Last, because it adds reports."""
    cookies = own[1]["people"][PELAPOR]["cookies"]
    insert = urlencode(
        {"csrfmiddlewaretoken": floor[1]["csrftoken"], "nomor": "UUID", "judul": "Ukur", "tempat": "Kembangan",
         "status": "baru", "prioritas": "sedang"}
    )  # fmt: skip
    body = filing(own[1], cookies["csrftoken"])
    base = partial(wrk, f"{floor[0].origin}/baru/", floor[1], options.seconds, insert)
    sent = partial(wrk, f"{own[0].origin}/laporan/baru/", cookies, options.seconds, body)
    rows.setdefault(("lapor", "kelurahan"), Row("lapor", "kelurahan")).alternate(
        size, options.rounds, base, sent
    )


@contextmanager
def growing(url: str, table: str) -> Iterator[None]:
    """Stop when nothing was added: a form that comes back with errors is fast too."""
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    with psycopg.connect(url, autocommit=True) as connection:
        before = connection.execute(count).fetchone()
        yield
        if connection.execute(count).fetchone() == before:
            raise SystemExit(f"{table}: tidak ada baris yang bertambah.")


def report(rows: list[Row], sizes: list[int]) -> bool:
    """Print the table; whether every target is met."""
    head = "".join(f"{f'{size:,}'.replace(',', '.'):>14} ms{'× lantai':>10}" for size in sizes)
    print(f"\n{'halaman':9}{'siapa':11}{head}{'target':>8}{'tumbuh':>8}{'target':>8}")
    met = True
    for row in rows:
        cells = "".join(f"{statistics.median(row.own[s]):>17.2f}{row.ratio(s):>10.2f}" for s in sizes)
        growth, target = row.growth(sizes), TARGETS[row.page] if row.page in TARGETS else PIKET[row.page][2]
        ok = (target is None or max(row.ratio(s) for s in sizes) <= target) and growth <= GROWTH
        met = met and ok
        words = "tercapai" if ok else "TIDAK"
        wanted = f"{target:.1f}" if target else "–"
        print(f"{row.page:9}{row.viewer:11}{cells}{wanted:>8}{growth:>8.2f}{GROWTH:>8.1f}  {words}")
    floors = {
        "daftar": [ms for row in rows if row.page != "lapor" for s in sizes for ms in row.floor[s]],
        "isi": [ms for row in rows if row.page == "lapor" for s in sizes for ms in row.floor[s]],
    }
    parts = [f"{name} {statistics.median(found):.2f} ms" for name, found in floors.items() if found]
    print(f"Lantai: {', '.join(parts)} (median p50)")
    return met


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )

    def words(text: str) -> list[str]:
        return text.split(",")

    def numbers(text: str) -> list[int]:
        return [int(word) for word in words(text)]

    parser.add_argument("--sizes", type=numbers, default=[10_000, 1_000_000])
    parser.add_argument("--pages", type=words, default=list(TARGETS))
    parser.add_argument("--viewers", type=words, default=list(VIEWERS))
    parser.add_argument("--roster", type=numbers, default=[10_000, 413_400])
    parser.add_argument("--roster-pages", type=words, default=list(PIKET))
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if unknown := (set(options.pages) - set(TARGETS)) | (set(options.viewers) - set(VIEWERS)):
        parser.error(f"tidak dikenal: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    options = read_options()
    if not shutil.which("wrk"):
        raise SystemExit("Alat ukur wrk belum ada; pasang dengan: apt-get install wrk")
    began = time.monotonic()
    with ExitStack() as stack:
        base = os.environ.get("DATABASE_URL", "")
        if not base:
            make_data_dir()
            cluster = Cluster("pg-ukur")
            base = cluster.start()
            stack.callback(cluster.stop)
        met = True
        if options.pages and options.sizes != [0]:
            rows = sorted(measure(base, options), key=lambda row: list(TARGETS).index(row.page))
            met = report(rows, options.sizes)
        if options.roster != [0]:
            met = report(measure_roster(base, options), options.roster) and met
    print(f"{time.monotonic() - began:.0f} detik")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
