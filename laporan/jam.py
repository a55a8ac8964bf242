"""Clocks: until when a report wants its first answer (jam tanggap) and its action (jam tindak).

Source: the severity table of the field guide (kritis 5 and 15 minutes, tinggi 15 minutes and 1 hour, sedang
1 hour and the same shift, rendah the same day). It is our proposal, not a decreed standard.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from posko.models import Posko

# prioritas → minutes to answer and to act; None means by the end of the post's day.
MENIT: dict[str, tuple[int | None, int | None]] = {
    "kritis": (5, 15),
    "tinggi": (15, 60),
    "sedang": (60, None),
    "rendah": (None, None),
}
SEKETIKA = frozenset({"kritis", "tinggi"})
_NAIK = {"rendah": "sedang", "sedang": "tinggi", "tinggi": "kritis", "kritis": "kritis"}


def raised(prioritas: str) -> str:
    """One step up: on a voting day whatever stops the voting is more urgent, for the window is six hours."""
    return _NAIK[prioritas]


def deadlines(
    posko: Posko,
    prioritas: str,
    at: dt.datetime,
    menit_tanggap: int | None = None,
    menit_tindak: int | None = None,
) -> tuple[dt.datetime, dt.datetime]:
    """The two deadlines (aware) of a report that reaches `posko` at `at` (aware).

    menit_tanggap, menit_tindak: the category's own minutes, which go before those of the prioritas. Kritis and
    tinggi run at once and around the clock; the others only in the post's open hours.
    """
    default_answer, default_act = MENIT[prioritas]
    start = at if prioritas in SEKETIKA else working_start(posko, at)
    answer = _after(posko, start, menit_tanggap or default_answer, prioritas)
    act = _after(posko, start, menit_tindak or default_act, prioritas)
    return answer, max(answer, act)


def _after(posko: Posko, start: dt.datetime, minutes: int | None, prioritas: str) -> dt.datetime:
    if minutes is None:
        return end_of_day(posko, start)
    span = dt.timedelta(minutes=minutes)
    return start + span if prioritas in SEKETIKA else add_working(posko, start, span)


def resumed(
    posko: Posko, prioritas: str, deadline: dt.datetime, paused: dt.datetime, now: dt.datetime
) -> dt.datetime:
    """A deadline (aware) whose clock rested from `paused` to `now`: what was left then is left now.

    One that had passed before the clock was stopped stays passed.
    """
    if deadline <= paused:
        return deadline
    if prioritas in SEKETIKA:
        return deadline + (now - paused)
    return add_working(posko, now, working_between(posko, paused, deadline))


def add_working(posko: Posko, start: dt.datetime, span: dt.timedelta) -> dt.datetime:
    """`start` (aware) plus `span` of the post's open hours."""
    at = working_start(posko, start)
    while span > (left := end_of_day(posko, at) - at):
        span -= left
        at = working_start(posko, end_of_day(posko, at))
    return at + span


def working_between(posko: Posko, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """How much of the span from `start` to `end` (aware) lies in the post's open hours."""
    found = dt.timedelta()
    at = working_start(posko, start)
    while at < end:
        closing = end_of_day(posko, at)
        found += min(closing, end) - at
        at = working_start(posko, closing)
    return found


def working_start(posko: Posko, at: dt.datetime) -> dt.datetime:
    """`at` itself within the post's hours, else the next opening. Dates of opening do not matter here."""
    local = timezone.localtime(at, posko.zona)
    opening = dt.datetime.combine(local.date(), posko.jam_buka, posko.zona)
    if local < opening and not _runs_past_midnight(posko, local.time()):
        return opening
    if local >= end_of_day(posko, at):
        return opening + dt.timedelta(days=1)
    return at


def end_of_day(posko: Posko, at: dt.datetime) -> dt.datetime:
    """When the post's working day that contains (or follows) `at` ends."""
    local = timezone.localtime(at, posko.zona)
    closing = dt.datetime.combine(local.date(), posko.jam_tutup, posko.zona)
    if posko.jam_tutup <= posko.jam_buka and local.time() >= posko.jam_tutup:
        closing += dt.timedelta(days=1)
    return closing


def _runs_past_midnight(posko: Posko, clock: dt.time) -> bool:
    return posko.jam_tutup <= posko.jam_buka and clock < posko.jam_tutup
