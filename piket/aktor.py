"""Who is asking: builds `access.Aktor` once a request, from the person's memberships and duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import connection
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from piket.models import Penugasan
from posko.access import Aktor, Keanggotaan
from posko.kursor import asked_often
from posko.models import Anggota, Pemilihan, Pengguna
from posko.models.posko import post_name
from posko.models.wilayah import short_name

SESSION_EDITION = "edisi"
SESSION_POST = "anggota"

_FIELDS = [
    "id", "peran", "peserta", "mulai", "selesai", "kursi_id",
    "kursi__aktif", "kursi__instansi_id", "kursi__instansi__nama", "kursi__instansi__singkatan",
    "kursi__posko_id", "kursi__posko__status", "kursi__posko__wilayah_id",
    "kursi__posko__wilayah__nama", "kursi__posko__wilayah__jenis", "kursi__posko__wilayah__zona_waktu",
    "kursi__posko__wilayah__induk__nama", "kursi__posko__wilayah__induk__induk__nama",
    "kursi__posko__wilayah__induk__induk__induk__nama",
    *(f"kursi__posko__pemilihan__{f.attname}" for f in Pemilihan._meta.concrete_fields),
]  # fmt: skip
# Stand in `_statement` where the person and the moment go.
_SOMEBODY, _SOMETIME = -1, dt.datetime(1, 1, 2, tzinfo=dt.UTC)


def build_aktor(
    pengguna: Pengguna, *, edisi: str | None = None, anggota: int | None = None, at: dt.datetime | None = None
) -> Aktor:
    """The `Aktor` of a person.

    edisi: code of the edition asked for; without one, or when the person has no place in it, the running
    edition in which the person is a member. anggota: id of the membership to act for. at: aware moment at
    which duty is judged (default now). One query, whatever the number of memberships
    (a superuser without any costs one more).
    """
    editions: dict[int, Pemilihan] = {}
    members: dict[int, list[Keanggotaan]] = {}
    duty: dict[int, set[int]] = {}
    for row in _rows(pengguna.pk, at or timezone.now()):
        edition = _edition(row, editions)
        if _is_valid(row, edition):
            members.setdefault(edition.pk, []).append(_membership(row))
            if row["bertugas"]:
                duty.setdefault(edition.pk, set()).add(row["kursi__posko_id"])
    known = {pk: editions[pk] for pk in members}
    chosen = _choose_edition(pengguna, edisi, known)
    own = tuple(members.get(chosen.pk, ())) if chosen else ()
    acting = next((m for m in own if m.id == anggota), None) or _default_post(own)
    return Aktor(
        pengguna=pengguna,
        edisi=chosen,
        keanggotaan=own,
        bertugas=frozenset(duty.get(chosen.pk, ())) if chosen else frozenset(),
        pos=acting,
        semua=tuple(known.values()),
    )


def _rows(pengguna: int, at: dt.datetime) -> list[dict[str, Any]]:
    """The memberships of a person, by the names of `_FIELDS`, with whether they are on duty at `at`."""
    statement, given = _statement()
    now: dict[Any, Any] = {_SOMEBODY: pengguna, _SOMETIME: at}
    with asked_often(), connection.cursor() as cursor:
        cursor.execute(statement, [now.get(value, value) for value in given])
        return [dict(zip((*_FIELDS, "bertugas"), row, strict=True)) for row in cursor.fetchall()]


@lru_cache(maxsize=1)
def _statement() -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of `_rows`, for nobody at no time.

    Every request runs it, and compiling its joins took Django longer than the database takes to answer.
    """
    rows = Anggota.objects.filter(pengguna=_SOMEBODY).annotate(bertugas=_on_duty(_SOMETIME)).order_by("id")
    statement, given = rows.values(*_FIELDS, "bertugas").query.sql_with_params()
    return statement, tuple(given)


def _on_duty(at: dt.datetime) -> Exists:
    """Whether a membership is on duty at `at`: assignments belong to a membership of the shift's own post.

    Person and edition say nothing new, but they lead the index: half a million assignments are not looked through.
    """
    own = Penugasan.objects.live().filter(
        pemilihan=OuterRef("kursi__posko__pemilihan"), pengguna=OuterRef("pengguna"), anggota=OuterRef("pk")
    )
    return Exists(own.filter(waktu__contains=at))


def _edition(row: dict[str, Any], seen: dict[int, Pemilihan]) -> Pemilihan:
    prefix = "kursi__posko__pemilihan__"
    pk = row[f"{prefix}id"]
    if pk not in seen:
        names = [f.attname for f in Pemilihan._meta.concrete_fields]
        seen[pk] = Pemilihan.from_db("default", names, [row[prefix + name] for name in names])
    return seen[pk]


def _is_valid(row: dict[str, Any], edition: Pemilihan) -> bool:
    day = edition.last_valid_day()
    return row["kursi__aktif"] and row["mulai"] <= day and (row["selesai"] is None or row["selesai"] >= day)


def _membership(row: dict[str, Any]) -> Keanggotaan:
    return Keanggotaan(
        id=row["id"],
        peran=row["peran"],
        peserta=row["peserta"],
        kursi_id=row["kursi_id"],
        instansi_id=row["kursi__instansi_id"],
        instansi_nama=row["kursi__instansi__singkatan"] or row["kursi__instansi__nama"],
        posko_id=row["kursi__posko_id"],
        posko_kode=row["kursi__posko__wilayah_id"],
        posko_nama=post_name(row["kursi__posko__wilayah__jenis"], row["kursi__posko__wilayah__nama"]),
        posko_status=row["kursi__posko__status"],
        zona=row["kursi__posko__wilayah__zona_waktu"],
        jalur=_tier_path(row),
    )


def _tier_path(row: dict[str, Any]) -> tuple[str, ...]:
    """Short names from the province down to the post's own area."""
    area = "kursi__posko__wilayah__"
    names = [row[f"{area}{'induk__' * n}nama"] for n in (3, 2, 1, 0)]
    return tuple(short_name(nama) for nama in names if nama)


def _choose_edition(pengguna: Pengguna, edisi: str | None, known: dict[int, Pemilihan]) -> Pemilihan | None:
    if pengguna.is_superuser:
        asked = Pemilihan.objects.filter(kode=edisi).first() if edisi else None
        return asked or Pemilihan.objects.running().first() or Pemilihan.objects.first()
    ordered = sorted(known.values(), key=lambda p: (not p.arsip, p.dibuka, p.pk), reverse=True)
    return next((p for p in ordered if p.kode == edisi), None) or next(iter(ordered), None)


def _default_post(own: tuple[Keanggotaan, ...]) -> Keanggotaan | None:
    """Act for the highest post in which the person does more than administer."""
    return min(own, key=lambda m: (m.peran == "admin", m.tingkat, m.id), default=None)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Set ``request.aktor`` (None for visitors); sign out who no longer has any valid membership."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.aktor = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            aktor = aktor_of(request)
            if aktor.edisi is None and not aktor.superuser:
                logout(request)
                messages.warning(request, "Masa tugas Anda sudah berakhir. Hubungi admin posko Anda.")
                return redirect(settings.LOGIN_URL)
            request.aktor = aktor  # type: ignore[attr-defined]
        return get_response(request)

    return handle


def aktor_of(request: HttpRequest) -> Aktor:
    """The person asking, in the edition of ``?edisi=``, else the remembered one, else the running one."""
    asked = request.GET.get("edisi")
    aktor = build_aktor(
        request.user,  # type: ignore[arg-type]
        edisi=asked or request.session.get(SESSION_EDITION),
        anggota=request.session.get(SESSION_POST),
        at=timezone.now(),
    )
    if asked and aktor.edisi and aktor.edisi.kode == asked and request.session.get(SESSION_EDITION) != asked:
        request.session[SESSION_EDITION] = asked
    return aktor
