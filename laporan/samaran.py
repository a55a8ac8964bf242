"""What of a report a person may read: the reporter's name and health details are masked in one place.

Page, PDF and export all ask here, so that what is masked on screen is masked everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from laporan.models import Kelompok
from posko import access

if TYPE_CHECKING:
    from collections.abc import Iterable

    from laporan.models import Laporan
    from posko.access import Aktor

DISAMARKAN = "Pelapor disamarkan"
TERTUTUP = "Disamarkan"


def reporter(laporan: Laporan, aktor: Aktor) -> dict[str, str]:
    """Who filed, and in whose name, as this person may know it."""
    if not access.can(aktor, "see_reporter", laporan):
        return {"nama": DISAMARKAN, "instansi": "", "atas_nama": ""}
    private = access.can(aktor, "see_private", laporan)
    return {
        "nama": laporan.pelapor.nama,
        "instansi": str(laporan.kursi_pelapor.instansi),
        "atas_nama": laporan.atas_nama if private or not laporan.atas_nama else TERTUTUP,
    }


def hides_health(laporan: Laporan, aktor: Aktor) -> bool:
    """Whether the facts are a patient's and this person may not read them."""
    about_health = laporan.kategori.kelompok == Kelompok.KESEHATAN
    return about_health and not access.can(aktor, "see_private", laporan)


def facts(laporan: Laporan, aktor: Aktor) -> list[tuple[str, str]]:
    """The report's extra facts with the words its category asks for them."""
    asked = asked_of(laporan)
    found = laporan.rincian
    order = [name for name in asked if name in found] + [name for name in found if name not in asked]
    hidden = hides_health(laporan, aktor)
    return [
        (label(name, asked), TERTUTUP if hidden else _words(found[name]))
        for name in order
        if found[name] not in ("", None)
    ]


def stations(
    laporan: Laporan, rows: Iterable[tuple[int, bool, dict[str, Any]]], aktor: Aktor
) -> dict[str, Any]:
    """The polling stations named, as a table whose columns are the facts any of them has.

    rows: (number, special, facts) in order. ``kolom``: labels; ``baris``: (number, special, values).
    """
    rows = list(rows)
    asked, hidden = asked_of(laporan), hides_health(laporan, aktor)
    names = dict.fromkeys([*asked, *(name for _, _, found in rows for name in found)])
    used = [name for name in names if any(found.get(name) not in (None, "") for _, _, found in rows)]
    return {
        "kolom": [label(name, asked) for name in used],
        "baris": [
            (f"{number:03d}", special, [cell(found.get(name), hidden) for name in used])
            for number, special, found in rows
        ],
    }


def asked_of(laporan: Laporan) -> dict[str, dict[str, Any]]:
    """The extra fields of the report's category, by name."""
    return {one["nama"]: one for one in laporan.kategori.isian}


def label(name: str, asked: dict[str, dict[str, Any]]) -> str:
    """What the category calls a fact."""
    return str(asked.get(name, {}).get("label") or name.replace("_", " ").capitalize())


def cell(value: Any, hidden: bool) -> str:
    """A fact in words, or that it is masked; nothing for nothing."""
    if value in (None, ""):
        return ""
    return TERTUTUP if hidden else _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)
