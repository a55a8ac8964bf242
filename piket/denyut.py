"""Whether a roster page that is open shows what is so: the tag of who is on duty."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from piket.models import Kebutuhan, Penugasan, Piket
from piket.papan import DEKAT, near
from posko.denyut import digest

if TYPE_CHECKING:
    from posko.access import Aktor

# "Arriving" and "leaving" move with the clock: the board is new at least this often.
BASI = dt.timedelta(minutes=5)


def tag_of_duty(aktor: Aktor, at: dt.datetime) -> str:
    """The tag of who is on duty at `at` (aware) or soon, in the posts this person may open. One query."""
    shifts = (
        Piket.objects.visible_to(aktor).on_dates(*near(at)).filter(waktu__overlap=(at, at + DEKAT)).order_by()
    )
    duties = Penugasan.objects.filter(piket__in=shifts).order_by()
    parts: list[QuerySet[Any]] = [
        shifts.values_list("pk", "waktu", "terbit_pada", "catatan"),
        Kebutuhan.objects.filter(piket__in=shifts).order_by().values_list("pk", "jumlah"),
        duties.values_list("pk", "status", "anggota", "koordinator", "kehadiran", "datang", "pulang"),
    ]
    hashes, _ = digest(parts, Penugasan.objects.none().values_list("pk"))
    return hashlib.sha256(f"{int(at.timestamp() // BASI.total_seconds())} {hashes}".encode()).hexdigest()[:24]
