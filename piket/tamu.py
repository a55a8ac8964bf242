"""The buku tamu of a post: who came, from where, for what, when they left. Struck through when wrong, never lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from piket.models import Tamu
from piket.penugasan import Ditolak
from posko import access
from posko.models import Posko

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from posko.access import Aktor

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class IsianTamu:
    """What is written down of a guest. `kunci` comes from the device."""

    kunci: UUID
    nama: str
    asal: str
    keperluan: str
    bertemu: str = ""


class TamuBentrok(Exception):
    """The same `kunci` was used before with other content (409)."""


def guests_on(posko: Posko, day: dt.date) -> QuerySet[Tamu]:
    """Guests who came to a post on a local date, the newest first."""
    start = dt.datetime.combine(day, dt.time(0), posko.zona)
    end = dt.datetime.combine(day + DAY, dt.time(0), posko.zona)
    rows = Tamu.objects.filter(posko=posko, datang__gte=start, datang__lt=end)
    return rows.select_related("oleh", "dicoret_oleh").order_by("-id")


def receive(posko: Posko, isian: IsianTamu, *, by: Aktor, at: dt.datetime | None = None) -> Tamu:
    """Write a guest down. The same `kunci` with the same content is the same guest; with other: `TamuBentrok`."""
    if not access.can(by, "receive_guest", posko):
        raise PermissionDenied
    fields = {"nama": isian.nama, "asal": isian.asal, "keperluan": isian.keperluan, "bertemu": isian.bertemu}
    try:
        with transaction.atomic():
            return Tamu.objects.create(
                posko=posko, oleh=by.pengguna, kunci=isian.kunci, datang=at or timezone.now(), **fields
            )
    except IntegrityError as error:
        first = Tamu.objects.filter(oleh=by.pengguna, kunci=isian.kunci).first()
        if first is None:
            raise
        if first.posko_id != posko.pk or any(getattr(first, name) != text for name, text in fields.items()):
            raise TamuBentrok from error
        return first


def leave(tamu_id: int, *, by: Aktor, at: dt.datetime | None = None) -> Tamu:
    """The guest has gone; said again, the first hour stays."""
    now = at or timezone.now()
    with transaction.atomic():
        guest = _locked(tamu_id, by)
        if guest.dicoret_pada:
            raise Ditolak("Catatan tamu ini sudah dicoret.")
        if guest.pulang is None:
            guest.pulang = now
            guest.save(update_fields=["pulang"])
    return guest


def strike(tamu_id: int, *, by: Aktor, at: dt.datetime | None = None) -> Tamu:
    """Strike a wrong line through: it stays readable, with who did it and when."""
    now = at or timezone.now()
    with transaction.atomic():
        guest = _locked(tamu_id, by)
        if guest.dicoret_pada is None:
            guest.dicoret_pada, guest.dicoret_oleh = now, by.pengguna
            guest.save(update_fields=["dicoret_pada", "dicoret_oleh"])
    return guest


def _locked(tamu_id: int, by: Aktor) -> Tamu:
    rows = Tamu.objects.select_for_update(of=("self",)).select_related("posko__wilayah")
    guest = rows.filter(pk=tamu_id).first()
    if guest is None:
        raise Tamu.DoesNotExist
    if not access.can(by, "receive_guest", guest.posko):
        raise PermissionDenied
    return guest
