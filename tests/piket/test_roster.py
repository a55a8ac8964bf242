"""The filler alone: what it must never do, whatever it is given, and how fair it is when it can be."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piket.roster import (
    Aturan,
    Beban,
    Calon,
    Giliran,
    Halangan,
    Hasil,
    Isian,
    Masalah,
    Sebab,
    Tugas,
    solve,
)

WIB = dt.timezone(dt.timedelta(hours=7))
MONDAY = dt.date(2024, 1, 1)
ALWAYS = dt.date(2023, 1, 1)
DAYTIME, THREE = ((8, 16),), ((8, 14), (14, 20), (20, 8))


def shift(number: int, day: dt.date, hours: tuple[int, int]) -> Giliran:
    start, end = (dt.datetime.combine(day, dt.time(h % 24), WIB) for h in hours)
    if end <= start:
        end += dt.timedelta(days=1)
    last = (end - dt.timedelta(seconds=1)).date()
    return Giliran(number, start, end, day, last, libur=day.weekday() > 4, malam=last > day or start.hour < 5)


def shifts_of(days: int, hours: tuple[tuple[int, int], ...]) -> list[Giliran]:
    dates = [MONDAY + dt.timedelta(days=n) for n in range(days)]
    return [shift(n, *pair) for n, pair in enumerate((day, h) for day in dates for h in hours)]


def crew(kursi: int, count: int, **more: Any) -> list[Calon]:
    return [Calon(100 * kursi + n, 100 * kursi + n, kursi, ALWAYS, **more) for n in range(count)]


def problem(days: int, members: int, need: int = 1, hours: Any = DAYTIME, **more: Any) -> Masalah:
    shifts = shifts_of(days, hours)
    return Masalah(shifts, {(g.id, 1): need for g in shifts}, crew(1, members), **more)


# --- what is never done -------------------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn) -> Masalah:
    """Two agencies and a few people, some with two seats; odd hours, absences, terms, duties that stand."""
    hours = draw(
        st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)), min_size=1, max_size=3, unique=True)
    )
    shifts = shifts_of(draw(st.integers(1, 9)), tuple(hours))
    day = st.integers(-2, 10).map(lambda n: MONDAY + dt.timedelta(days=n))
    members = []
    for n in range(draw(st.integers(0, 7))):
        begin, end = draw(day), draw(st.none() | day)
        members.append(
            Calon(
                n, draw(st.integers(0, 5)), draw(st.integers(1, 2)), min(begin, end or begin),
                max(begin, end) if end else None, draw(st.booleans()), draw(st.booleans()),
            )
        )  # fmt: skip
    needs = {(g.id, k): draw(st.integers(0, 2)) for g in shifts for k in (1, 2)}
    away = [
        Halangan(draw(st.integers(0, 5)), d, d + dt.timedelta(days=draw(st.integers(0, 2))))
        for d in draw(st.lists(day, max_size=3))
    ]
    rules = Aturan(draw(st.integers(1, 6)), draw(st.integers(0, 24)))
    elsewhere = [
        Tugas(
            draw(st.integers(0, 5)),
            99,
            shift(1000 + n, d, (draw(st.integers(0, 23)), draw(st.integers(0, 23)))),
        )
        for n, d in enumerate(draw(st.lists(day, max_size=3, unique=True)))
    ]
    locked = [
        Tugas(m.orang, m.kursi, draw(st.sampled_from(shifts)), draw(st.booleans()) and not m.peserta)
        for m in members[: draw(st.integers(0, 2))]
    ]
    return Masalah(shifts, needs, members, _without_overlaps(elsewhere + locked), away, rules)


def _without_overlaps(duties: list[Tugas]) -> list[Tugas]:
    """As the database keeps them: nobody twice at once, one koordinator a shift."""
    kept: list[Tugas] = []
    for duty in duties:
        g = duty.giliran
        if any(
            (k.orang == duty.orang and k.giliran.mulai < g.selesai and g.mulai < k.giliran.selesai)
            or (k.koordinator and duty.koordinator and k.giliran.id == g.id)
            for k in kept
        ):
            continue
        kept.append(duty)
    return kept


def run_through(days: set[int], day: int) -> int:
    first = last = day
    while first - 1 in days:
        first -= 1
    while last + 1 in days:
        last += 1
    return last - first + 1


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(0, 2**40))
def test_rules_are_never_broken(masalah: Masalah, benih: int) -> None:
    outcome = solve(masalah, benih)
    shifts, members = {g.id: g for g in masalah.giliran}, {c.id: c for c in masalah.calon}
    duties: dict[int, list[tuple[Giliran, bool]]] = defaultdict(list)
    for duty in masalah.tetap:
        duties[duty.orang].append((duty.giliran, False))
    for made in outcome.isian:
        g, member = shifts[made.giliran], members[made.anggota]
        assert (member.orang, member.kursi) == (made.orang, made.kursi)
        assert member.serves(g.tanggal)
        assert not any(
            h.orang == made.orang and h.dari <= g.berakhir and h.sampai >= g.tanggal for h in masalah.halangan
        )
        duties[made.orang].append((g, True))
    rest = dt.timedelta(hours=masalah.aturan.jam_istirahat)
    for rows in duties.values():
        rows.sort(key=lambda r: r[0].mulai)
        for (a, new_a), (b, new_b) in pairwise(rows):
            assert not (new_a or new_b) or b.mulai - a.selesai >= rest
        days = {g.tanggal.toordinal() for g, _ in rows}
        standing = {g.tanggal.toordinal() for g, new in rows if not new}
        for g, new in rows:
            if new and g.tanggal.toordinal() not in standing:
                assert run_through(days, g.tanggal.toordinal()) <= masalah.aturan.hari_beruntun


@settings(max_examples=100, deadline=None)
@given(problems(), st.integers(0, 2**40))
def test_places_are_neither_overfilled_nor_given_up(masalah: Masalah, benih: int) -> None:
    """Places taken and left are together what was needed; each place left has a reason for every member."""
    outcome = solve(masalah, benih)
    there = Counter((d.giliran.id, d.kursi) for d in masalah.tetap)
    made = Counter((i.giliran, i.kursi) for i in outcome.isian)
    empty = {(k.giliran, k.kursi): k.kurang for k in outcome.kosong}
    people = {k: len({c.orang for c in masalah.calon if c.kursi == k}) for k in (1, 2)}
    for place, need in masalah.butuh.items():
        assert made[place] + empty.get(place, 0) == max(need - there[place], 0)
    for gap in outcome.kosong:
        count = sum(n for _, n in gap.sebab)
        assert count == people[gap.kursi]
        assert (gap.sebab[0][0] is Sebab.TANPA_ANGGOTA) == (count == 0)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 2**40))
def test_one_koordinator_a_shift_and_no_contestant(masalah: Masalah, benih: int) -> None:
    outcome = solve(masalah, benih)
    members = {c.id: c for c in masalah.calon}
    led = Counter(d.giliran.id for d in masalah.tetap if d.koordinator)
    new: dict[int, list[Isian]] = defaultdict(list)
    for made in outcome.isian:
        new[made.giliran].append(made)
    for piket, rows in new.items():
        leaders = [i for i in rows if i.koordinator]
        able = [i for i in rows if not members[i.anggota].peserta]
        assert len(leaders) == (0 if led[piket] or not able else 1)
        for leader in leaders:
            assert not members[leader.anggota].peserta
            if any(members[i.anggota].pimpinan for i in able):
                assert members[leader.anggota].pimpinan


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 2**40), st.randoms(use_true_random=False))
def test_same_seed_same_rows(masalah: Masalah, benih: int, rng: Any) -> None:
    """In whatever order the same is given."""
    first = solve(masalah, benih)

    def mixed(rows: list[Any]) -> list[Any]:
        return list(rng.sample(rows, len(rows)))

    needs = dict(rng.sample(list(masalah.butuh.items()), len(masalah.butuh)))
    other = Masalah(
        mixed(masalah.giliran),
        needs,
        mixed(masalah.calon),
        mixed(masalah.tetap),
        mixed(masalah.halangan),
        masalah.aturan,
    )
    again = solve(other, benih)
    assert again.isian == first.isian and again.kosong == first.kosong


def test_another_seed_is_another_arrangement() -> None:
    assert len({tuple(solve(problem(28, 6), n).isian) for n in range(5)}) == 5


def test_again_changes_nothing() -> None:
    masalah = problem(28, 6)
    shifts = {g.id: g for g in masalah.giliran}
    made = [Tugas(i.orang, i.kursi, shifts[i.giliran], i.koordinator) for i in solve(masalah, 1).isian]
    again = solve(Masalah(masalah.giliran, masalah.butuh, masalah.calon, made), 2)
    assert again.isian == [] and again.kosong == []


# --- fairness -----------------------------------------------------------------------------------------


def spreads(outcome: Hasil, kursi: int = 1) -> list[int]:
    def spread(what: str) -> int:
        counts = [getattr(b, what) for b in outcome.sesudah[kursi].values()]
        return int(max(counts) - min(counts))

    return [spread(f) for f in Beban.__slots__]  # type: ignore[attr-defined]


# The same examples every day: a crew without anybody to spare may end two apart, and rests are what stands in the way.
@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    hours=st.sampled_from([DAYTIME, ((8, 20), (20, 8)), ((7, 15), (15, 23)), THREE]),
    days=st.integers(1, 35),
    need=st.integers(1, 2),
    spare=st.integers(1, 5),
    benih=st.integers(0, 2**40),
)
def test_shares_differ_by_one_at_most_when_all_can_come(
    hours: tuple[tuple[int, int], ...], days: int, need: int, spare: int, benih: int
) -> None:
    masalah = problem(days, need * (len(hours) + 1) + spare, need, hours)
    outcome = solve(masalah, benih)
    assert outcome.kosong == []
    assert max(spreads(outcome)) <= 1


def test_fairness_goes_on_from_what_was_done_before() -> None:
    """Who served more in the weeks before serves less now, until all are even."""
    masalah = problem(12, 4)
    before = [
        Tugas(100, 1, shift(500 + n, MONDAY - dt.timedelta(days=30 - 3 * n), (8, 16))) for n in range(4)
    ]
    outcome = solve(Masalah(masalah.giliran, masalah.butuh, masalah.calon, before), 3)
    assert {b.tugas for b in outcome.sesudah[1].values()} == {4}
    assert not any(i.orang == 100 for i in outcome.isian)


def test_who_was_away_does_not_make_up_for_it() -> None:
    masalah = problem(28, 4, halangan=[Halangan(100, MONDAY, MONDAY + dt.timedelta(days=13))])
    outcome = solve(masalah, 3)
    loads = {orang: b.tugas for orang, b in outcome.sesudah[1].items()}
    assert outcome.kosong == [] and 3 <= loads[100] <= 4
    assert all(i.orang != 100 for i in outcome.isian if i.giliran < 14)
    assert max(loads.values()) - min(n for orang, n in loads.items() if orang != 100) <= 1


def test_duties_are_spread_evenly() -> None:
    """Four people in turn: nobody serves two days in a row, nor waits for more than six."""
    outcome = solve(problem(40, 4), 5)
    days: dict[int, list[int]] = defaultdict(list)
    for made in outcome.isian:
        days[made.orang].append(made.giliran)
    gaps = [b - a for row in days.values() for a, b in pairwise(row)]
    assert min(gaps) >= 2 and sorted(gaps)[len(gaps) // 10] >= 3 and max(gaps) <= 6


def test_leading_is_shared_among_those_with_the_role() -> None:
    shifts = shifts_of(20, DAYTIME)
    members = [*crew(1, 2, pimpinan=True), *crew(2, 2, pimpinan=True), *crew(3, 3), *crew(4, 2, peserta=True)]
    outcome = solve(Masalah(shifts, {(g.id, k): 1 for g in shifts for k in (1, 2, 3, 4)}, members), 1)
    led = Counter(i.orang for i in outcome.isian if i.koordinator)
    assert set(led) == {100, 101, 200, 201} and sum(led.values()) == 20
    assert max(led.values()) - min(led.values()) <= 1


# --- what could not be filled, and why ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("masalah", "sebab"),
    [
        (problem(1, 0), Sebab.TANPA_ANGGOTA),
        (problem(1, 1, need=2), Sebab.DI_GILIRAN),
        (problem(1, 1, hours=((8, 16), (15, 20))), Sebab.BENTROK),
        (problem(1, 1, hours=((8, 16), (16, 22))), Sebab.ISTIRAHAT),
        (problem(7, 1), Sebab.BERUNTUN),
        (problem(1, 1, halangan=[Halangan(100, MONDAY, MONDAY)]), Sebab.BERHALANGAN),
        # a night ends on the day one is away
        (
            problem(1, 1, hours=((20, 8),), halangan=[Halangan(100, *[MONDAY + dt.timedelta(days=1)] * 2)]),
            Sebab.BERHALANGAN,
        ),
        (
            Masalah(
                shifts_of(1, DAYTIME), {(0, 1): 1}, [Calon(1, 1, 1, ALWAYS, MONDAY - dt.timedelta(days=1))]
            ),
            Sebab.MASA,
        ),
    ],
)
def test_a_place_left_says_why(masalah: Masalah, sebab: Sebab) -> None:
    gaps = solve(masalah, 1).kosong
    assert sum(g.kurang for g in gaps) == 1
    assert gaps[0].sebab[0][0] is sebab


def test_somebody_makes_room_when_that_fills_a_place() -> None:
    """Only 100 may come on the second day, and needs the first day free for it: 101 takes that."""
    members = [Calon(100, 100, 1, ALWAYS), Calon(101, 101, 1, ALWAYS, MONDAY)]
    shifts = shifts_of(2, DAYTIME)
    for benih in range(6):
        outcome = solve(Masalah(shifts, {(g.id, 1): 1 for g in shifts}, members, aturan=Aturan(1, 11)), benih)
        assert [(i.giliran, i.orang) for i in outcome.isian] == [(0, 101), (1, 100)]


def test_progress_is_told_agency_by_agency() -> None:
    shifts = shifts_of(3, DAYTIME)
    seen: list[tuple[int, int]] = []
    members = [*crew(1, 2), *crew(2, 2)]
    solve(
        Masalah(shifts, {(g.id, k): 1 for g in shifts for k in (1, 2)}, members),
        1,
        lambda *step: seen.append(step),
    )
    assert seen == [(1, 2), (2, 2)]
