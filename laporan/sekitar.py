"""What surrounds a report on its page: assessment, the potensi that foresaw it, saran, and probable duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

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


def around(laporan: Any, aktor: Aktor) -> Sekitar:
    """The surroundings of a report read with `with_trail`, as this person may see them.

    One query for who may merge it, one for a potensi, one each when there are saran or linked reports: most reports
    have none.
    """
    assessed = _assessment(laporan)
    merges = alur.fits(alur.ACTS["merge"], laporan) and access.can(aktor, "merge", laporan)
    linked = _linked(laporan, aktor) if laporan.potensi_id or laporan.punya_terkait else []
    return Sekitar(
        penilaian=assessed,
        matriks=_matrix(assessed) if assessed else [],
        potensi=[row for row in linked if row["pk"] == laporan.potensi_id],
        terjadi=[row for row in linked if row["pk"] != laporan.potensi_id][:MOST_LINKED],
        saran=Saran.objects.visible_to(aktor).filter(laporan=laporan.pk).count()
        if laporan.punya_saran
        else 0,
        boleh_saran=access.can(aktor, "advise"),
        mirip=serupa.likely_same(laporan, aktor) if merges else [],
    )


def _assessment(laporan: Any) -> PenilaianPotensi | None:
    if laporan.jenis != "potensi":
        return None
    return PenilaianPotensi.objects.select_related("pemilik__instansi").filter(laporan=laporan.pk).first()


def _linked(laporan: Any, aktor: Aktor) -> list[dict[str, Any]]:
    rows = (
        Laporan.objects.visible_to(aktor)
        .filter(Q(pk=laporan.potensi_id) | Q(potensi=laporan.pk))
        .order_by("-id")
    )
    return [dict(row) for row in rows.values("pk", "nomor", "ringkasan", "status")[: MOST_LINKED + 1]]


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
