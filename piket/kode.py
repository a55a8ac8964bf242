"""The code at the post: six digits on the post's screen, with which who is there checks in and out.

Nothing is stored until a code is used: the digits are an HMAC of the shift and of the few seconds in which they are
newest. So a code belongs to one shift of one post, is good for half a minute of the server's clock, and a used one is
remembered (`KodeTerpakai`, unique) so that nobody uses it again.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from piket.models import KodeTerpakai, Penugasan
from piket.penugasan import Ditolak

SALT = "posko.piket.kode"
ANGKA = 6
# How often the screen shows a new code: whoever waits behind somebody waits no longer than this.
DETAK = 5
# How long a code is good: time to read it across a room, unlock a phone and type it; too short to send it to a friend
# who is still at home and have it typed there.
BERLAKU = 30
# How far back a code is still recognised as one that was shown, only to say that it is too old.
DIINGAT = 600


class KodeSalah(Ditolak):
    """Digits that are not a code of this shift now. Counted: guessing is limited."""


class KodeDipakai(Ditolak):
    """A code that was right, and that somebody was faster with."""


class Tampilan(NamedTuple):
    """What the screen shows: the digits, and in how many milliseconds newer ones come."""

    angka: str
    sisa: int

    @property
    def terbaca(self) -> str:
        """In two groups, as people read them out: ``123 456``."""
        return f"{self.angka[:3]} {self.angka[3:]}"


def tick(at: dt.datetime) -> int:
    """Serial of the few seconds in which `at` (aware) lies."""
    return int(at.timestamp()) // DETAK


def digits(piket_id: int, detak: int) -> str:
    """The code of a shift that is newest during one tick."""
    mac = salted_hmac(SALT, f"{piket_id}:{detak}", algorithm="sha256").hexdigest()
    return f"{int(mac, 16) % 10**ANGKA:0{ANGKA}d}"


def shown(piket_id: int, at: dt.datetime) -> Tampilan:
    """What the screen of a shift shows at `at` (aware)."""
    detak = tick(at)
    return Tampilan(digits(piket_id, detak), round(((detak + 1) * DETAK - at.timestamp()) * 1000))


def clean(text: str) -> str:
    """The digits of what was typed (people add spaces and dots); empty when it cannot be a code."""
    bare = re.sub(r"[\s.\-]", "", text)
    return bare if re.fullmatch(rf"[0-9]{{{ANGKA}}}", bare) else ""


def match(piket_id: int, text: str, at: dt.datetime) -> list[int]:
    """Ticks whose code is `text` and still good at `at`, the newest first; nearly always one or none."""
    now = tick(at)
    return _matching(piket_id, text, range(now, now - BERLAKU // DETAK, -1))


def is_stale(piket_id: int, text: str, at: dt.datetime) -> bool:
    """Whether `text` was a code of this shift some minutes before `at`."""
    now = tick(at)
    return bool(_matching(piket_id, text, range(now - BERLAKU // DETAK, now - DIINGAT // DETAK, -1)))


def _matching(piket_id: int, text: str, ticks: range) -> list[int]:
    return [t for t in ticks if hmac.compare_digest(digits(piket_id, t), text)]


def use(duty: Penugasan, ticks: Sequence[int]) -> None:
    """Inside a transaction: take one of these ticks' codes for a duty. Raises `KodeDipakai` when all are taken.

    Of two people who type the same code at once, the second waits here for the first and is then refused.
    """
    for detak in ticks:
        try:
            with transaction.atomic():
                KodeTerpakai.objects.create(piket_id=duty.piket_id, detak=detak, penugasan=duty)
        except IntegrityError:
            continue
        return
    raise KodeDipakai("Kode sudah dipakai. Tunggu kode berikutnya di layar posko, beberapa detik lagi.")
