"""THE workflow of a saran: one table of acts. Nowhere else.

Received, discussed in the post's evaluation meeting, then carried out or not, with the reason and who decided.
Who may act is `posko.access`'s question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models

from laporan.alur import TidakBoleh, TidakSesuai
from posko import access

if TYPE_CHECKING:
    from laporan.models import Saran


class StatusSaran(models.TextChoices):
    """Where a saran stands."""

    DITERIMA = "diterima", "Diterima"
    DIBAHAS = "dibahas", "Dibahas"
    DIJALANKAN = "dijalankan", "Dijalankan"
    TIDAK_DIJALANKAN = "tidak_dijalankan", "Tidak dijalankan"


# Saran that still wait for a decision: what the evaluation meeting talks about.
MENUNGGU = (StatusSaran.DITERIMA, StatusSaran.DIBAHAS)


@dataclass(frozen=True)
class ActSaran:
    """One row of the table.

    name: method on Saran, URL name and rule in `posko.access`. slug: the path. label: the button. lampau: the word
    in its history. dari, ke: statuses. alasan: whether the act needs a reason.
    """

    name: str
    slug: str
    label: str
    lampau: str
    dari: frozenset[str]
    ke: str
    alasan: bool = True


S = StatusSaran
_ROWS = (
    ActSaran("discuss_advice", "bahas", "Bahas saran", "Membahas",
             frozenset({S.DITERIMA}), S.DIBAHAS, alasan=False),
    ActSaran("adopt_advice", "jalankan", "Jalankan saran", "Memutuskan dijalankan",
             frozenset({S.DIBAHAS}), S.DIJALANKAN),
    ActSaran("reject_advice", "tidak-dijalankan", "Tidak dijalankan", "Memutuskan tidak dijalankan",
             frozenset({S.DIBAHAS}), S.TIDAK_DIJALANKAN),
)  # fmt: skip
ACTS: dict[str, ActSaran] = {act.name: act for act in _ROWS}
LAMPAU = {act.name: act.lampau for act in _ROWS} | {"advise": "Memberi saran"}


def acts_for(aktor: access.Aktor, saran: Saran) -> list[ActSaran]:
    """The acts this person may do to this saran now, the usual next one first."""
    return [act for act in ACTS.values() if saran.status in act.dari and access.can(aktor, act.name, saran)]


def require(aktor: access.Aktor, act: ActSaran, saran: Saran) -> None:
    """Refuse an act that is not this person's (`TidakBoleh`, 403) or does not fit any more (`TidakSesuai`, 409)."""
    if not access.can(aktor, act.name, saran):
        raise TidakBoleh(f"Anda tidak berwenang: {act.label.lower()}.")
    if saran.status not in act.dari:
        raise TidakSesuai(
            f"“{act.label}” tidak dapat dilakukan karena saran ini berstatus {saran.get_status_display()}."
        )
