"""A person's own duties: the one that runs, the next ones, those behind; and what there is to take from colleagues."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery

from piket.models import Berhalangan, LanggananKalender, Penugasan, Piket, TukarPiket
from piket.models.berhalangan import TukarPiketQuerySet
from piket.models.penugasan import PenugasanQuerySet
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor

SHOWN = 20


@dataclass(slots=True)
class Saya:
    """What "Piket saya" shows. lebih: there are more duties ahead than shown."""

    kini: list[Penugasan]
    berikut: list[Penugasan]
    lebih: bool
    tawaran: list[TukarPiket]
    terbuka: list[TukarPiket]
    keputusan: int
    berhalangan: list[Berhalangan]
    kalender: LanggananKalender | None
    bulan: dict[str, int] = field(default_factory=dict)


def own_duties(aktor: Aktor) -> PenugasanQuerySet:
    """Assignments of this person in the edition that everybody may know: no drafts."""
    known = Piket.objects.announced()
    return Penugasan.objects.filter(pengguna=aktor.pengguna.pk, pemilihan=aktor.edisi, piket__in=known)


def for_page(rows: PenugasanQuerySet) -> PenugasanQuerySet:
    """With what a line prints: the post, who leads, and how many serve with them."""
    leads = Penugasan.objects.live().filter(piket=OuterRef("piket"), koordinator=True)
    together = Penugasan.objects.live().filter(piket=OuterRef("piket")).order_by().values("piket")
    return rows.select_related("piket__posko__wilayah", "anggota__kursi__instansi").annotate(
        pemimpin=Subquery(leads.values("pengguna__nama")[:1]),
        rekan=Subquery(together.annotate(n=Count("pk")).values("n")) - 1,
    )


def overview(aktor: Aktor, at: dt.datetime) -> Saya:
    """Everything of the first screen at `at` (aware). At most seven queries."""
    ahead = list(
        for_page(own_duties(aktor).live().filter(waktu__endswith__gt=at)).order_by("waktu", "pk")[: SHOWN + 1]
    )
    running = [d for d in ahead if d.waktu.lower <= at]
    later = [d for d in ahead if d.waktu.lower > at]
    swaps = list(
        with_words(TukarPiket.objects.visible_to(aktor).open())
        .filter(Q(oleh=aktor.pengguna.pk) | Q(pengambil__pengguna=aktor.pengguna.pk) | _for_my_seats(aktor))
        .filter(penugasan__waktu__startswith__gt=at)
    )
    mine = [t for t in swaps if aktor.pengguna.pk in (t.oleh_id, t.pengambil and t.pengambil.pengguna_id)]
    days = Berhalangan.objects.live().filter(
        pengguna=aktor.pengguna.pk, pemilihan=aktor.edisi, sampai__gte=at.date()
    )
    feed = LanggananKalender.objects.filter(pengguna=aktor.pengguna.pk, dicabut_pada=None).first()
    return Saya(
        kini=running,
        berikut=later[:SHOWN],
        lebih=len(ahead) > SHOWN,
        tawaran=mine,
        terbuka=[t for t in swaps if t not in mine and t.status == TukarPiket.Status.DITAWARKAN],
        keputusan=_to_decide(aktor, at),
        berhalangan=list(days.order_by("dari")),
        kalender=feed,
    )


def past(aktor: Aktor, at: dt.datetime) -> PenugasanQuerySet:
    """Duties behind, the newest first, also those that were given away or cancelled."""
    return for_page(own_duties(aktor).filter(waktu__endswith__lte=at)).order_by("-pk")


def with_words(rows: TukarPiketQuerySet) -> TukarPiketQuerySet:
    """Swaps with what a line prints."""
    return rows.select_related(
        "penugasan__piket__posko__wilayah", "penugasan__anggota__kursi__instansi", "oleh", "pengambil__pengguna",
        "balasan__piket__posko__wilayah",
    )  # fmt: skip


def _for_my_seats(aktor: Aktor) -> Q:
    return Q(penugasan__anggota__kursi__in=sorted({m.kursi_id for m in aktor.pelaku}))


def _to_decide(aktor: Aktor, at: dt.datetime) -> int:
    """How many swaps wait for this person's decision."""
    waiting = TukarPiket.objects.visible_to(aktor).filter(
        status=TukarPiket.Status.DIAMBIL, penugasan__waktu__startswith__gt=at
    )
    others = waiting.exclude(oleh=aktor.pengguna.pk).exclude(pengambil__pengguna=aktor.pengguna.pk)
    return others.filter(access.run_by(aktor, "penugasan__piket__posko__")).count() if aktor.dipimpin else 0
