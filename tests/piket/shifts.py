"""Shifts for the tests of the Buku Piket and the Serah terima: one that ends soon, and the one that follows."""

from __future__ import annotations

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from piket.models import Penugasan, Piket
from posko.models import Anggota, Posko
from tests.cast import World

SELATAN = "31.73.08.1006"
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def shift(posko: Posko, start: dt.datetime, hours: float, nama: str = "Piket") -> Piket:
    """A shift of the post from an aware moment on."""
    return Piket.objects.create(
        posko=posko,
        nama=nama,
        tanggal=posko.local_time(start).date(),
        waktu=DateTimeTZRange(start, start + dt.timedelta(hours=hours)),
    )


def assign(dunia: World, piket: Piket, username: str, **more: object) -> Penugasan:
    """Put one of the cast on a shift of their post."""
    anggota = Anggota.objects.get(pengguna=dunia.orang[username], kursi__posko=piket.posko)
    return Penugasan.objects.create(piket=piket, anggota=anggota, **more)


def ending_soon(dunia: World, kode: str = SELATAN) -> tuple[Piket, Piket]:
    """A shift that ends in 30 minutes, and the one that follows it."""
    posko = dunia.posko[kode]
    end = (timezone.now() + 30 * MINUTE).replace(microsecond=0)
    return shift(posko, end - 8 * HOUR, 8, "Pagi"), shift(posko, end, 8, "Sore")
