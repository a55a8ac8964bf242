"""What a shift hands over with its words: how the post stands at that moment, as one snapshot.

`snapshot` makes it once, without anything rahasia; `shown` is what a reader of the Buku Piket sees of it. What became
rahasia afterwards is left out then: a snapshot opens nothing that its reader may no longer see.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When, Window

from laporan.models import Laporan, Penerusan
from piket.models import CatatanPiket, FotoCatatan, Penugasan
from posko import access
from posko.models import Sarpras

if TYPE_CHECKING:
    from piket.models import Piket
    from posko.access import Aktor
    from posko.models import Posko

Baris = dict[str, Any]
MOST_ROWS = 200
MOST_LETTERS = 500
VERSION = 1
_URGENCY = {"kritis": 0, "tinggi": 1, "sedang": 2, "rendah": 3}
# What may be said of an absence to who may not read the reasons.
TIDAK_HADIR = "Tidak hadir"
_PERSONAL = frozenset({"Sakit", "Izin", "Cuti", "Dinas luar", "Tanpa keterangan"})


def snapshot(posko: Posko, piket: Piket, at: dt.datetime) -> dict[str, Any]:
    """How the post stands at `at` (aware), as JSON: open reports and Penerusan, the shift's entries, its people, what
    is missing of the sarpras.

    Five queries, at most 200 rows each with how many others there are. Moments are ISO 8601 in UTC. Never a rahasia
    report, not even its number or count, and no reporter.
    """
    return {
        "versi": VERSION,
        "saat": _iso(at),
        "laporan": _reports(posko),
        "penerusan": _forwarded(posko),
        "catatan": _entries(piket),
        "petugas": _people(piket),
        "sarpras": _equipment(posko),
    }


def _iso(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else None


def _urgency(path: str = "") -> Case:
    ranks = [When(**{f"{path}prioritas": name, "then": Value(n)}) for name, n in _URGENCY.items()]
    return Case(*ranks, default=Value(9), output_field=IntegerField())


def _cut(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    """The first rows and how many there are beyond them, in one query."""
    found = list(rows.annotate(semua=Window(Count("*")))[:MOST_ROWS])
    return found, (found[0].semua - len(found) if found else 0)


def _part(rows: list[Baris], lain: int) -> dict[str, Any]:
    return {"baris": rows, "lain": lain}


def _reports(posko: Posko) -> dict[str, Any]:
    """Open reports the post is responsible for, the most urgent first."""
    rows = (
        Laporan.objects.terbuka()
        .filter(pemilihan=posko.pemilihan_id, posko=posko, akses__in=(access.BIASA, access.TERBATAS))
        .only("nomor", "ringkasan", "status", "prioritas", "akses", "batas_waktu")
        .order_by(_urgency(), F("batas_waktu").asc(nulls_last=True), "id")
    )
    found, lain = _cut(rows)
    return _part([
        {
            "nomor": one.nomor, "ringkas": one.ringkasan, "status": one.status, "prioritas": one.prioritas,
            "akses": one.akses, "batas": _iso(one.batas_waktu),
        } for one in found
    ], lain)  # fmt: skip


def _forwarded(posko: Posko) -> dict[str, Any]:
    """Penerusan of the post's reports that still want an answer."""
    rows = (
        Penerusan.objects.terbuka()
        .filter(
            laporan__pemilihan=posko.pemilihan_id, laporan__posko=posko,
            laporan__akses__in=(access.BIASA, access.TERBATAS),
        )
        .select_related("laporan", "kursi__instansi")
        .order_by(F("batas_waktu").asc(nulls_last=True), "id")
    )  # fmt: skip
    found, lain = _cut(rows)
    return _part([
        {
            "nomor": one.laporan.nomor, "instansi": str(one.kursi.instansi), "cara": one.get_cara_display(),
            "status": one.get_status_display(), "batas": _iso(one.batas_waktu),
        } for one in found
    ], lain)  # fmt: skip


def _entries(piket: Piket) -> dict[str, Any]:
    """What was written in the Buku Piket during this shift, in order."""
    photos = FotoCatatan.objects.filter(catatan=OuterRef("pk")).order_by().values("catatan")
    count = Subquery(photos.annotate(banyak=Count("pk")).values("banyak"))
    rows = CatatanPiket.objects.filter(piket=piket).select_related("oleh").annotate(banyak_foto=count)
    found, lain = _cut(rows.order_by("id"))
    return _part([
        {
            "pada": _iso(one.pada), "isi": _short(one.isi), "oleh": one.oleh.nama, "foto": one.banyak_foto or 0,
            "dicoret": one.alasan_coret,
        } for one in found
    ], lain)  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rsplit(" ", 1)[0] + "…"


def _people(piket: Piket) -> dict[str, Any]:
    """Who was on the shift and who came; those who were replaced too."""
    shown = (Penugasan.Status.DIJADWALKAN, Penugasan.Status.DIGANTIKAN)
    rows = (
        Penugasan.objects.filter(piket=piket, status__in=shown)
        .select_related("pengguna", "anggota__kursi__instansi")
        .order_by("-koordinator", "anggota__kursi__instansi__urutan", "id")
    )
    found, lain = _cut(rows)
    return _part([
        {
            "nama": one.pengguna.nama, "jabatan": one.anggota.jabatan, "instansi": str(one.anggota.kursi.instansi),
            "koordinator": one.koordinator, "kehadiran": _attendance(one), "datang": _iso(one.datang),
            "pulang": _iso(one.pulang),
        } for one in found
    ], lain)  # fmt: skip


def _attendance(duty: Penugasan) -> str:
    if duty.status == Penugasan.Status.DIGANTIKAN:
        return duty.get_status_display()
    return duty.get_kehadiran_display()


def _equipment(posko: Posko) -> dict[str, Any]:
    """What is missing or broken, and how many kinds are complete."""
    rows = list(Sarpras.objects.filter(posko=posko).order_by("urutan", "nama"))
    missing = [one for one in rows if one.kurang or one.kondisi == Sarpras.Kondisi.RUSAK]
    part = _part([
        {"nama": one.nama, "ada": one.ada, "dibutuhkan": one.dibutuhkan, "kondisi": one.get_kondisi_display()}
        for one in missing[:MOST_ROWS]
    ], max(0, len(missing) - MOST_ROWS))  # fmt: skip
    return part | {"semua": len(rows), "lengkap": len(rows) - len(missing)}


# --- reading ------------------------------------------------------------------------------------------


def shown(kept: dict[str, Any], posko: Posko, aktor: Aktor) -> dict[str, Any]:
    """The snapshot as this person may read it, moments as aware datetimes. At most one query.

    Reports the person may not see by now are left out with their Penerusan; reasons of an absence are for who may
    read the attendance. Whether the person reads the book at all was the question before.
    """
    numbers = {row["nomor"] for part in ("laporan", "penerusan") for row in _rows(kept, part)}
    seen = Laporan.objects.visible_to(aktor).filter(nomor__in=sorted(numbers)) if numbers else None
    visible = set(seen.values_list("nomor", flat=True)) if seen is not None else set()
    reasons = access.can(aktor, "read_attendance", posko)
    return {
        "saat": _moment(kept.get("saat")),
        "laporan": _readable(kept, "laporan", lambda row: row["nomor"] in visible),
        "penerusan": _readable(kept, "penerusan", lambda row: row["nomor"] in visible),
        "catatan": _readable(kept, "catatan"),
        "petugas": _part(
            [row | {"kehadiran": _said(row["kehadiran"], reasons)} for row in _readable(kept, "petugas")["baris"]],
            int(kept.get("petugas", {}).get("lain", 0)),
        ),
        "sarpras": {"semua": 0, "lengkap": 0} | kept.get("sarpras", {"baris": [], "lain": 0}),
    }  # fmt: skip


def _rows(kept: dict[str, Any], part: str) -> list[Baris]:
    rows: list[Baris] = kept.get(part, {}).get("baris", [])
    return rows


def _readable(kept: dict[str, Any], part: str, may: Any = lambda row: True) -> dict[str, Any]:
    moments = ("batas", "pada", "datang", "pulang")
    rows = [row | {name: _moment(row[name]) for name in moments if name in row} for row in _rows(kept, part)]
    return _part([row for row in rows if may(row)], int(kept.get(part, {}).get("lain", 0)))


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _said(word: str, reasons: bool) -> str:
    return TIDAK_HADIR if word in _PERSONAL and not reasons else word
