"""One act on many reports: each by its own method, in a transaction of its own, so that one refusal stops no other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.http import QueryDict
from django.utils import timezone

from laporan import alur
from laporan.halaman import placed
from laporan.models import HasilMassal, Laporan, TindakanMassal
from laporan.saringan import Saringan
from posko import access

if TYPE_CHECKING:
    from laporan.alur import Act
    from posko.access import Aktor

MOST = 500
ACTS = ("forward", "reclassify", "merge", "close")
_CHOSEN = re.compile(r"(\d{1,18})\.(\d{1,9})", re.ASCII)
Arguments = Callable[[Laporan], dict[str, Any]]


class Bentrok(Exception):
    """The same `kunci` came with other content before."""


def acts_for(aktor: Aktor) -> list[Act]:
    """The acts this person may do to many reports at once."""
    return [alur.ACTS[name] for name in ACTS if access.can(aktor, "bulk", name)]


def read_chosen(values: Iterable[str]) -> dict[int, int]:
    """``["12.3", …]`` as id → the version the person saw when choosing; what is not that is left out."""
    matches = (_CHOSEN.fullmatch(value) for value in values)
    return {int(m[1]): int(m[2]) for m in matches if m}


def matching(aktor: Aktor, query: str) -> tuple[dict[int, int], bool]:
    """What the list shows for this query string, as `read_chosen` has it; whether it has more than MOST."""
    asked = QueryDict(query.removeprefix("?")[:4000])
    chosen = Saringan.read(asked, aktor)
    rows = chosen.apply(Laporan.objects.visible_to(aktor), aktor, timezone.now())
    found = list(placed(rows, chosen.urut, QueryDict()).values_list("pk", "versi")[: MOST + 1])
    return dict(found[:MOST]), len(found) > MOST


def reports(aktor: Aktor, chosen: dict[int, int]) -> list[Laporan]:
    """The chosen reports this person sees, with what the rules read, newest first. One query."""
    return list(Laporan.objects.visible_to(aktor).for_detail().filter(pk__in=chosen).order_by("-id"))


def why_not(aktor: Aktor, act: Act, laporan: Laporan, versi: int) -> str:
    """Why this act cannot be done to this report as it stands, in words; empty when it can."""
    try:
        alur.require(aktor, act, laporan, versi)
    except (alur.TidakBoleh, alur.TidakSesuai) as refused:
        return _words(refused, laporan)
    return ""


def print_of(act: str, chosen: dict[int, int], typed: dict[str, str]) -> str:
    """SHA-256 of a submission: the same `kunci` with another one is a conflict, not a repeat."""
    return hashlib.sha256(
        json.dumps([act, sorted(chosen.items()), sorted(typed.items())]).encode()
    ).hexdigest()


def perform(
    aktor: Aktor, act: Act, chosen: dict[int, int], arguments: Arguments, *, kunci: UUID, sidik: str
) -> TindakanMassal:
    """Do `act` to each chosen report (id → version seen); a `kunci` known already does nothing again.

    arguments: what the act takes for one report, beside `by` and `versi`. Raises `Bentrok` when the same `kunci`
    came with another `sidik`.
    """
    found = reports(aktor, chosen)
    massal, new = _begin(aktor, act, kunci, sidik, len(chosen), len(chosen) - len(found))
    if not new:
        return massal
    for laporan in reversed(found):
        _one(massal, aktor, act, laporan, chosen[laporan.pk], arguments)
    massal.selesai_pada = timezone.now()
    massal.save(update_fields=["selesai_pada"])
    return massal


def _begin(
    aktor: Aktor, act: Act, kunci: UUID, sidik: str, count: int, missing: int
) -> tuple[TindakanMassal, bool]:
    """The row of this submission, and whether it is new. Committed before the first act: a second tap finds it."""
    given = {
        "pemilihan": aktor.edisi, "sidik": sidik, "tindakan": act.name, "jumlah": count, "tidak_ditemukan": missing,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return TindakanMassal.objects.create(oleh=aktor.pengguna, kunci=kunci, **given), True
    except IntegrityError:
        known = known_already(aktor, kunci, sidik)
        if known is None:
            raise
        return known, False


def known_already(aktor: Aktor, kunci: UUID | str, sidik: str) -> TindakanMassal | None:
    """The submission this person made with this `kunci`, if any; `Bentrok` when it said something else."""
    try:
        key = UUID(str(kunci))
    except ValueError:
        return None
    known = TindakanMassal.objects.filter(oleh=aktor.pengguna.pk, kunci=key).first()
    if known is not None and known.sidik != sidik:
        raise Bentrok
    return known


def _one(
    massal: TindakanMassal, aktor: Aktor, act: Act, laporan: Laporan, versi: int, arguments: Arguments
) -> None:
    """The act on one report and what came of it: both are kept, or neither is."""
    try:
        with transaction.atomic():
            alur.require(aktor, act, laporan, versi)
            getattr(laporan, act.name)(by=aktor, versi=versi, **arguments(laporan))
            HasilMassal.objects.create(massal=massal, laporan=laporan, berhasil=True)
    except (
        alur.TidakBoleh, alur.TidakSesuai, ValidationError, Laporan.DoesNotExist, OperationalError, IntegrityError
    ) as refused:  # fmt: skip
        words = _words(refused, laporan)[:300]
        HasilMassal.objects.create(massal=massal, laporan=laporan, berhasil=False, alasan=words)


def _words(refused: Exception, laporan: Laporan) -> str:
    """A refusal as people say it."""
    if isinstance(refused, alur.Basi):
        return f"Berubah sejak Anda memilihnya; kini berstatus {laporan.get_status_display()}."
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages)
    if isinstance(refused, Laporan.DoesNotExist):
        return "Laporan itu tidak ditemukan."
    if isinstance(refused, OperationalError | IntegrityError):
        return "Sedang diubah orang lain. Coba lagi."
    return str(refused)
