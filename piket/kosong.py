"""Shifts of the next days to which nobody is assigned, and shifts that still lack some agencies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from piket.models import Kebutuhan, Penugasan, Piket
from piket.models.piket import PiketQuerySet
from posko.models import Posko

if TYPE_CHECKING:
    from posko.access import Aktor

# How far ahead an empty shift is worth a warning on beranda.
KE_DEPAN = dt.timedelta(days=3)


@dataclass
class GiliranKosong:
    """A shift with how many people it has and needs."""

    piket: Piket
    bertugas: int
    butuh: int


def coming_shifts(aktor: Aktor, at: dt.datetime) -> PiketQuerySet:
    """Shifts at active posts this person may open that begin within three days of `at` (aware), drafts included:
    an empty draft is as empty as any other shift."""
    day = at.date()
    return (
        Piket.objects.visible_to(aktor)
        .on_dates(day - dt.timedelta(days=1), day + KE_DEPAN + dt.timedelta(days=1))
        .filter(
            posko__status=Posko.Status.AKTIF, waktu__startswith__gt=at, waktu__startswith__lte=at + KE_DEPAN
        )
    )


def uncovered(aktor: Aktor, at: dt.datetime) -> PiketQuerySet:
    """Those of `coming_shifts` with nobody assigned."""
    return coming_shifts(aktor, at).filter(~Exists(Penugasan.objects.live().filter(piket=OuterRef("pk"))))


def incomplete(aktor: Aktor, at: dt.datetime) -> PiketQuerySet:
    """Those of `coming_shifts` with somebody, but fewer people than needed."""
    there = (
        Penugasan.objects.live()
        .filter(piket=OuterRef("pk"))
        .order_by()
        .values("piket")
        .annotate(n=Count("pk"))
    )
    need = Kebutuhan.objects.filter(piket=OuterRef("pk")).order_by().values("piket").annotate(n=Sum("jumlah"))
    rows = coming_shifts(aktor, at).annotate(ada=there.values("n"), perlu=need.values("n"))
    return rows.filter(ada__isnull=False, perlu__gt=F("ada"))


def page_of(
    rows: PiketQuerySet, after: tuple[dt.date, int] | None, size: int
) -> tuple[list[GiliranKosong], bool]:
    """At most `size` shifts after the position (duty date, id), and whether there are more. Three queries."""
    ordered = rows.select_related("posko__wilayah").order_by("tanggal", "id")
    if after:
        ordered = ordered.filter(Q(tanggal__gt=after[0]) | Q(tanggal=after[0], id__gt=after[1]))
    found = list(ordered[: size + 1])
    ids = [shift.pk for shift in found[:size]]
    there = dict(
        Penugasan.objects.live().filter(piket__in=ids).order_by().values_list("piket").annotate(n=Count("pk"))
    )
    needs = Kebutuhan.objects.filter(piket__in=ids).order_by().values_list("piket").annotate(n=Sum("jumlah"))
    need = dict(needs)
    shown = [GiliranKosong(s, there.get(s.pk, 0), need.get(s.pk, 0)) for s in found[:size]]
    return shown, len(found) > size
