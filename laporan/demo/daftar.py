"""`demo --json`: one report number per person of the cast × akses × status × relation, for checking from outside."""

from __future__ import annotations

from typing import Any

from laporan.models import Laporan
from piket.aktor import build_aktor
from posko.access import Aktor, is_penanggung_jawab
from posko.models import Pemilihan, Pengguna


def directory(edition: Pemilihan, usernames: list[str]) -> dict[str, Any]:
    """``{username: {akses: {status: {relation: nomor}}}}``; relations: see `relation`.

    A person who cannot sign in (expired, deactivated) is related to nothing: everything is "tidak_terlihat".
    """
    reports = list(Laporan.objects.filter(pemilihan=edition).select_related("posko").order_by("id"))
    found: dict[str, Any] = {}
    for person in Pengguna.objects.filter(username__in=usernames).order_by("username"):
        aktor = build_aktor(person)
        barred = not person.is_active or (aktor.edisi is None and not aktor.superuser)
        seen = set() if barred else set(Laporan.objects.visible_to(aktor).values_list("pk", flat=True))
        table: dict[str, dict[str, dict[str, str]]] = {}
        for laporan in reports:
            rows = table.setdefault(laporan.akses, {}).setdefault(laporan.status, {})
            rows.setdefault(relation(aktor, laporan, visible=laporan.pk in seen), laporan.nomor)
        found[person.username] = table
    return found


def relation(aktor: Aktor, laporan: Laporan, *, visible: bool) -> str:
    """How a person stands to a report: the strongest that applies, or that they do not see it."""
    if not visible:
        return "tidak_terlihat"
    if laporan.pelapor_id == aktor.pengguna.pk:
        return "pelapor"
    if is_penanggung_jawab(aktor, laporan.posko_id):
        return "penanggung_jawab"
    if aktor.pengguna.pk in laporan.disebut:
        return "disebut"
    if any(m.kursi_id in laporan.diteruskan for m in aktor.pelaku):
        return "diteruskan"
    if any(m.posko_id == laporan.posko_id for m in aktor.pelaku):
        return "anggota_posko"
    return "jejak"
