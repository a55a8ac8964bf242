"""How long filling takes: 25 agencies, 52 days, up to three shifts a day, on one core, without a database.

    python -m tests.bench.isi

Prints a line a case: places, seconds, places left, and by how much duties, weekends and nights differ at most within
an agency. Exits with 1 when one takes longer than it may.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

from piket.roster import Beban, Calon, Giliran, Hasil, Masalah, solve

AGENCIES, DAYS, LIMIT = 25, 52, 15.0
ZONE = dt.timezone(dt.timedelta(hours=7))
FIRST = dt.date(2024, 1, 1)
ONE, THREE = ((8, 16),), ((8, 14), (14, 20), (20, 8))
# name, hours, members an agency, people an agency and shift
CASES = (
    ("satu giliran", ONE, 4, 1),
    ("tiga giliran", THREE, 8, 1),
    ("tiga giliran, 2 orang", THREE, 12, 2),
    ("tiga giliran, anggota pas-pasan", THREE, 4, 1),
    ("satu giliran, 6 dari 7 orang", ONE, 7, 6),
)


def build(hours: tuple[tuple[int, int], ...], members: int, need: int) -> Masalah:
    shifts: list[Giliran] = []
    for n in range(DAYS):
        day = FIRST + dt.timedelta(days=n)
        for start, end in hours:
            begin = dt.datetime.combine(day, dt.time(start), ZONE)
            until = begin + dt.timedelta(hours=(end - start) % 24)
            last = (until - dt.timedelta(seconds=1)).date()
            shifts.append(
                Giliran(len(shifts), begin, until, day, last, libur=day.weekday() > 4, malam=last > day)
            )
    crew = [
        Calon(100 * kursi + n, 100 * kursi + n, kursi, FIRST, pimpinan=not n)
        for kursi in range(AGENCIES)
        for n in range(members)
    ]
    return Masalah(shifts, {(g.id, kursi): need for g in shifts for kursi in range(AGENCIES)}, crew)


def spread(outcome: Hasil, what: str) -> int:
    """The largest difference between two people of an agency."""
    rows = ([getattr(b, what) for b in load.values()] for load in outcome.sesudah.values())
    return max(max(row) - min(row) for row in rows)


def main() -> int:
    slowest = 0.0
    for name, hours, members, need in CASES:
        masalah = build(hours, members, need)
        started = time.process_time()
        outcome = solve(masalah, 1)
        seconds = time.process_time() - started
        slowest = max(slowest, seconds)
        left = sum(gap.kurang for gap in outcome.kosong)
        spreads = [spread(outcome, what) for what in Beban.__slots__]  # type: ignore[attr-defined]
        places = len(outcome.isian) + left
        print(f"{name:34} {places:6} tempat {seconds:6.2f} detik {left:5} kosong  selisih {spreads}")
    return int(slowest > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
