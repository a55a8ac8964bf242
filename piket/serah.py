"""Serah terima: the end of a shift, handed to the next one. Leaving does not wait for the confirmation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from piket.buku import KunciBentrok
from piket.models import Piket, SerahTerima
from piket.models.buku import following
from posko import access
from posko.templatetags.posko import waktu

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from piket.models.buku import SerahTerimaQuerySet
    from posko.access import Aktor
    from posko.models import Posko

OPENS_BEFORE_END = dt.timedelta(minutes=60)
CLOSES_AFTER_END = dt.timedelta(hours=12)
# What a page lists of those that wait, or were given lately.
LINES = 8


@dataclass(frozen=True)
class Isian:
    """What the form hands over, checked."""

    kunci: UUID
    ringkasan: str
    catatan: str = ""
    nomor: str = ""


class SudahDiserahkan(Exception):
    """The shift was handed over before, by somebody else or in other words: 409."""

    def __init__(self, serah: SerahTerima) -> None:
        super().__init__("Giliran ini sudah diserahkan.")
        self.serah = serah


def hand_over(
    piket: Piket, *, by: Aktor, isian: Isian, snapshot: Callable[[Posko, Piket, dt.datetime], dict[str, Any]],
    at: dt.datetime | None = None,
) -> SerahTerima:  # fmt: skip
    """Hand a shift over; the same `kunci` with the same words returns the first one.

    snapshot: how things stand, asked once under the shift's lock and stored for good. at: aware, default now.
    Raises PermissionDenied, ValidationError outside the hours in which it is offered, KunciBentrok and
    SudahDiserahkan. One transaction.
    """
    now = at or timezone.now()
    with transaction.atomic():
        # Two who hand over the same shift stand in line here: one is first.
        Piket.objects.select_for_update(no_key=True).values_list("pk").get(pk=piket.pk)
        made = SerahTerima.objects.filter(piket=piket).select_related("oleh__pengguna").first()
        if made is not None and made.oleh.pengguna_id == by.pengguna.pk:
            return _same(made, isian)
        if not access.can(by, "hand_over_shift", piket):
            raise PermissionDenied
        if made is not None:
            raise SudahDiserahkan(made)
        if reason := not_now(piket, now):
            raise ValidationError(reason)
        seat = _seat(by, piket)
        if SerahTerima.objects.filter(oleh=seat, kunci=isian.kunci).exists():
            raise KunciBentrok(SerahTerima.objects.get(oleh=seat, kunci=isian.kunci))
        return SerahTerima.objects.create(
            piket=piket, berikut=following(piket), ringkasan=isian.ringkasan, catatan=isian.catatan,
            nomor=isian.nomor, keadaan=snapshot(piket.posko, piket, now), kunci=isian.kunci, oleh_id=seat, pada=now,
        )  # fmt: skip


def _same(made: SerahTerima, isian: Isian) -> SerahTerima:
    if made.kunci != isian.kunci:
        raise SudahDiserahkan(made)
    if (made.ringkasan, made.catatan, made.nomor) != (isian.ringkasan, isian.catatan, isian.nomor):
        raise KunciBentrok(made)
    return made


def not_now(piket: Piket, at: dt.datetime) -> str:
    """Why this shift cannot be handed over at `at` (aware); empty when it can."""
    opens, closes = piket.waktu.upper - OPENS_BEFORE_END, piket.waktu.upper + CLOSES_AFTER_END
    if at < opens:
        return f"Serah terima dapat diisi mulai {waktu(opens, piket.zona)}, satu jam sebelum giliran selesai."
    if at > closes:
        return f"Serah terima hanya dapat diisi sampai {waktu(closes, piket.zona)}, 12 jam sesudah giliran selesai."
    return ""


def _seat(by: Aktor, piket: Piket) -> int:
    """The membership a person signs with: the one on the shift, the one acted for, one that runs the post, any."""
    own = [m for m in by.pelaku if m.posko_id == piket.posko_id]
    if not own:
        raise PermissionDenied
    duties = piket.penugasan.live().filter(pengguna=by.pengguna)  # type: ignore[attr-defined]
    assigned = set(duties.values_list("anggota", flat=True))
    own.sort(key=lambda m: (m.id not in assigned, m != by.pos, not m.memimpin))
    return own[0].id


def confirm(
    serah: SerahTerima, *, by: Aktor, catatan: str = "", at: dt.datetime | None = None
) -> tuple[SerahTerima, bool]:
    """Take the shift over. Returns it and whether it was this call that confirmed it; again changes nothing.

    Raises PermissionDenied. One transaction; of two at once, one is first.
    """
    if not access.can(by, "confirm_hand_over", serah):
        raise PermissionDenied
    with transaction.atomic():
        found = SerahTerima.objects.select_for_update(of=("self",)).select_related("piket").get(pk=serah.pk)
        if found.diterima_pada is not None:
            return found, False
        next_shift = serah.giliran_berikut
        seat = _seat(by, next_shift or found.piket)
        found.berikut, found.diterima_oleh_id = next_shift, seat  # type: ignore[attr-defined]
        found.diterima_pada, found.catatan_penerima = at or timezone.now(), catatan
        found.save(update_fields=["berikut", "diterima_oleh", "diterima_pada", "catatan_penerima"])
    return found, True


# --- what pages list ----------------------------------------------------------------------------------


def lately(posko: Posko) -> list[SerahTerima]:
    """The handovers of a post that wait, then the newest ones. One query."""
    return list(SerahTerima.objects.filter(piket__posko=posko).for_line()[:LINES])


def waiting_for(aktor: Aktor) -> list[SerahTerima]:
    """What waits for a confirmation in the posts this person works in, newest first. One query."""
    posts = sorted({m.posko_id for m in aktor.pelaku})
    rows: SerahTerimaQuerySet = SerahTerima.objects.visible_to(aktor).waiting()
    rows = rows.filter(piket__posko__in=posts).exclude(oleh__pengguna=aktor.pengguna)
    return list(rows.for_line()[:LINES])


def due(posko: Posko, at: dt.datetime) -> list[Piket]:
    """Shifts of a post that may be handed over at `at` (aware) and have not been, the earliest first. One query."""
    ends = {"waktu__endswith__gte": at - CLOSES_AFTER_END, "waktu__endswith__lte": at + OPENS_BEFORE_END}
    days = Piket.objects.on_dates(*_near(posko, at)).announced(at)
    rows = days.filter(posko=posko, serah_terima=None, **ends)
    return list(rows.select_related("posko__wilayah").order_by("tanggal", "waktu", "id"))


def _near(posko: Posko, at: dt.datetime) -> tuple[dt.date, dt.date]:
    """Duty dates a shift that ends about now can have: it may have begun yesterday, and be as long as a day."""
    local = posko.local_time(at).date()
    return local - dt.timedelta(days=3), local + dt.timedelta(days=1)
