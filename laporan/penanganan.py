"""Who has a report: the posts it went through, the agencies it was sent to, and who of them is on duty."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from laporan import alur
from laporan.models import Laporan, Penerusan
from piket.lembar import agency_name
from piket.models import Penugasan, Piket
from posko import access
from posko.models import Posko
from posko.models.posko import open_at, post_name

if TYPE_CHECKING:
    from laporan.alur import Act
    from posko.access import Aktor

# How far ahead the next person on duty is looked for.
AHEAD = dt.timedelta(hours=36)
DAY = dt.timedelta(days=1)
# A shift lasts up to a day, and its date is that of the post's own zone.
LONGEST = 2 * DAY
MOST_DUTIES = 200


class Petugas(NamedTuple):
    """Somebody on duty, or soon to be: who, of which seat and agency, at which post, when (aware, UTC)."""

    nama: str
    telepon: str
    instansi: str
    kursi: int
    posko: int
    jenis: str
    koordinator: bool
    waktu: DateTimeTZRange


@dataclass(slots=True)
class Kartu:
    """One Penerusan on the page. jawab: what this person may answer. kini, nanti: who of the agency is on duty."""

    penerusan: Penerusan
    jawab: list[Act]
    kini: list[Petugas]
    nanti: list[Petugas]
    kontak: bool
    lewat: bool


@dataclass(slots=True)
class Simpul:
    """One post on the report's way through the tiers. pernah: it held the report before. buka: it is open now."""

    pk: int
    kode: str
    nama: str
    hotline: str
    kini: bool
    pernah: bool
    buka: bool


@dataclass(slots=True)
class Penanganan:
    """What the page says about who has the report. darurat: whom to call when the post in charge is closed now."""

    kartu: list[Kartu]
    jalur: list[Simpul]
    bertugas: list[Petugas]
    siaga: list[Petugas]
    gabungan: list[Laporan] = field(default_factory=list)
    utama: Laporan | None = None
    darurat: list[Simpul] = field(default_factory=list)
    atasan_diminta: str = ""


def handling(laporan: Laporan, aktor: Aktor, now: dt.datetime, held: set[str]) -> Penanganan:
    """Everything about who has `laporan` (with `for_detail`, `with_trail`), as `aktor` may see it, at `now` (aware).

    held: names of the posts that held it earlier, from its journal. One query, one more each when it was forwarded, is
    merged, or has merged ones.
    """
    duties = _duties(laporan, aktor, now)
    path = [_step(row, laporan, now, held) for row in laporan.pos_jejak]  # type: ignore[attr-defined]
    own = [d for d in duties if d.posko == laporan.posko_id and _now(d, now)]
    return Penanganan(
        kartu=_cards(laporan, aktor, duties, now) if laporan.diteruskan else [],
        jalur=path,
        bertugas=[d for d in own if d.jenis == Piket.Jenis.GILIRAN],
        siaga=[d for d in own if d.jenis == Piket.Jenis.SIAGA],
        gabungan=_merged(laporan, aktor),
        utama=_main(laporan, aktor),
        darurat=_to_call(laporan, path),
        atasan_diminta=next((step.nama for step in path if step.pk == laporan.dukungan_ke_id), ""),
    )


def _step(row: dict[str, Any], laporan: Laporan, now: dt.datetime, held: set[str]) -> Simpul:
    days = (dt.date.fromisoformat(row["dibuka"]), dt.date.fromisoformat(row["ditutup"]))
    hours = (dt.time.fromisoformat(row["jam_buka"]), dt.time.fromisoformat(row["jam_tutup"]))
    local = timezone.localtime(now, ZoneInfo(row["zona"]))
    nama = post_name(row["jenis"], row["nama"])
    return Simpul(
        row["id"], row["kode"], nama, row["hotline"], row["id"] == laporan.posko_id, nama in held,
        row["status"] == Posko.Status.AKTIF and open_at(local, days, hours),
    )  # fmt: skip


def _duties(laporan: Laporan, aktor: Aktor, now: dt.datetime) -> list[Petugas]:
    """Duties running or beginning soon at the post in charge and at the seats that hold the report."""
    places = Q(piket__posko=laporan.posko_id)
    if laporan.diteruskan:
        places |= Q(anggota__kursi__in=laporan.diteruskan)
    rows = (
        Penugasan.objects.visible_to(aktor)
        .live()
        # By date first: a post's index has the dates, and a year of rosters is not looked through.
        .filter(
            places,
            piket__tanggal__gte=now.date() - LONGEST,
            piket__tanggal__lte=(now + AHEAD).date() + DAY,
            waktu__endswith__gt=now,
            waktu__startswith__lt=now + AHEAD,
        )
        .order_by("waktu", "-koordinator", "anggota__kursi__instansi__urutan", "id")
        .values_list(
            "pengguna__nama",
            "pengguna__telepon",
            agency_name("anggota__kursi__instansi__"),
            "anggota__kursi_id",
            "piket__posko_id",
            "piket__jenis",
            "koordinator",
            "waktu",
        )
    )
    return [Petugas(*row) for row in rows[:MOST_DUTIES]]


def _now(duty: Petugas, now: dt.datetime) -> bool:
    return bool(duty.waktu.lower <= now)


def _cards(laporan: Laporan, aktor: Aktor, duties: list[Petugas], now: dt.datetime) -> list[Kartu]:
    cards = []
    for sent in laporan.penerusan.for_card():
        own = [d for d in duties if d.kursi == sent.kursi_id]
        later = [d for d in own if not _now(d, now)]
        cards.append(
            Kartu(
                sent,
                alur.answers_for(aktor, laporan, sent),
                [d for d in own if _now(d, now)],
                [d for d in later if d.waktu.lower == later[0].waktu.lower][:3],
                access.can(aktor, "see_phones", laporan),
                sent.late(now),
            )
        )
    return cards


def _merged(laporan: Laporan, aktor: Aktor) -> list[Laporan]:
    """Reports merged into this one that the person may see, in the order they came."""
    if not laporan.punya_gabungan:  # type: ignore[attr-defined]
        return []
    merged = Laporan.objects.visible_to(aktor).filter(utama=laporan.pk)
    return list(merged.for_list().order_by("id")[:200])


def _main(laporan: Laporan, aktor: Aktor) -> Laporan | None:
    if laporan.utama_id is None:
        return None
    return Laporan.objects.visible_to(aktor).filter(pk=laporan.utama_id).for_list().first()


def _to_call(laporan: Laporan, path: list[Simpul]) -> list[Simpul]:
    """Hotlines for an urgent open report whose own area's post is closed now: the posts of its way, nearest first."""
    urgent = laporan.prioritas in ("kritis", "tinggi") and laporan.terbuka
    if not urgent or not path or (path[-1].buka and path[-1].kode == laporan.wilayah_id):
        return []
    return [step for step in reversed(path) if step.hotline]
