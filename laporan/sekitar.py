"""What surrounds a report on its page: assessment, the potensi that foresaw it, saran, and probable duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from laporan import alur, serupa
from laporan.models import Dampak, Kemungkinan, Laporan, PenilaianPotensi, Saran
from laporan.serupa import Mirip
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor

MOST_LINKED = 20


@dataclass(slots=True)
class Sekitar:
    """mirip: probable duplicates, for who may merge. potensi, terjadi: linked reports the person may see."""

    penilaian: PenilaianPotensi | None = None
    matriks: list[tuple[str, list[tuple[str, bool]]]] = field(default_factory=list)
    potensi: list[dict[str, Any]] = field(default_factory=list)
    terjadi: list[dict[str, Any]] = field(default_factory=list)
    saran: int = 0
    boleh_saran: bool = False
    mirip: list[Mirip] = field(default_factory=list)


def columns(aktor: Aktor) -> dict[str, Any]:
    """Columns for the report's own query, so that its surroundings cost none: all as this person may see them."""
    words = JSONObject(pk="pk", nomor="nomor", ringkasan="ringkasan", status="status")
    linked = Laporan.objects.visible_to(aktor).filter(Q(pk=OuterRef("potensi")) | Q(potensi=OuterRef("pk")))
    advice = Saran.objects.visible_to(aktor).filter(laporan=OuterRef("pk")).order_by().values("laporan")
    counted = Subquery(advice.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return {
        "jumlah_saran": Coalesce(counted, 0),
        "terkait": ArraySubquery(linked.order_by("-id").values(isi=words)[: MOST_LINKED + 1]),
    }


def around(laporan: Any, aktor: Aktor) -> Sekitar:
    """The surroundings of a report read with `columns`. One query for who may merge it, none for others."""
    assessed = getattr(laporan, "penilaian", None)
    merges = alur.fits(alur.ACTS["merge"], laporan) and access.can(aktor, "merge", laporan)
    return Sekitar(
        penilaian=assessed,
        matriks=_matrix(assessed) if assessed else [],
        potensi=[row for row in laporan.terkait if row["pk"] == laporan.potensi_id],
        terjadi=[row for row in laporan.terkait if row["pk"] != laporan.potensi_id][:MOST_LINKED],
        saran=laporan.jumlah_saran,
        boleh_saran=access.can(aktor, "advise"),
        mirip=serupa.likely_same(laporan, aktor) if merges else [],
    )


def _matrix(assessed: PenilaianPotensi) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Rows of the small matrix: likelihood, most likely first, and for each impact whether it is this one."""
    return [
        (
            str(likely.label),
            [
                (
                    str(grave.label).partition(":")[0],
                    (likely, grave) == (assessed.kemungkinan, assessed.dampak),
                )
                for grave in Dampak
            ],
        )
        for likely in reversed(Kemungkinan)
    ]
