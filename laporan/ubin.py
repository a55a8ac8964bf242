"""The tiles of the filing page: the kinds that are frequent in the stage that runs today, the rest below."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from laporan.models import Jenis, Kategori, Kelompok
from posko.models import Pemilihan
from posko.models.pemilihan import Tahapan

MOST_TILES = 8
# Icons of the tiles, by group (static/img/ikon.svg).
IKON = {
    Kelompok.KEGIATAN: "kegiatan", Kelompok.TEKNIS: "teknis", Kelompok.LOGISTIK: "logistik",
    Kelompok.KEAMANAN: "keamanan", Kelompok.BENCANA: "banjir", Kelompok.KESEHATAN: "kesehatan",
    Kelompok.PELANGGARAN: "pelanggaran", Kelompok.NETRALITAS: "netralitas", Kelompok.INFORMASI: "informasi",
    Kelompok.HASIL: "hasil",
}  # fmt: skip
# A kind may have a sign of its own.
IKON_KODE = {"rapat": "rapat", "patroli": "patroli", "pemantauan": "patroli", "listrik": "kegiatan"}
LAST = frozenset({Kelompok.PELANGGARAN, Kelompok.NETRALITAS})


@dataclass(frozen=True)
class Ubin:
    kode: str
    nama: str
    ikon: str


@dataclass(frozen=True)
class KelompokUbin:
    """The tiles of one jenis: the frequent ones, and what "Lainnya" opens."""

    jenis: str
    nama: str
    utama: tuple[Ubin, ...]
    lain: tuple[Ubin, ...]


def running_stages(edisi: Pemilihan, today: dt.date) -> set[str]:
    """Codes of the stages that run on `today` (the edition's local date)."""
    stages = Tahapan.objects.filter(pemilihan=edisi, mulai__lte=today, selesai__gte=today)
    return set(stages.values_list("kode", flat=True))


def tiles(kategori: list[Kategori], stages: set[str]) -> list[KelompokUbin]:
    """Tiles per jenis: kinds of the running stages first, dugaan pelanggaran last, at most eight in sight."""
    groups = []
    for jenis in Jenis:
        kinds = sorted((k for k in kategori if k.jenis == jenis), key=lambda k: _rank(k, stages))
        seen = [k for k in kinds if k.ubin is not None][:MOST_TILES] or kinds[:MOST_TILES]
        seen.sort(key=lambda k: k.kelompok in LAST)
        rest = [k for k in kinds if k not in seen]
        if kinds:
            groups.append(KelompokUbin(jenis, jenis.label, tuple(map(_tile, seen)), tuple(map(_tile, rest))))
    return groups


def _rank(kategori: Kategori, stages: set[str]) -> tuple[bool, int, int, str]:
    frequent = kategori.ubin if kategori.ubin is not None else 9_999
    return (not stages & set(kategori.tahapan), frequent, kategori.urutan, kategori.nama)


def _tile(kategori: Kategori) -> Ubin:
    return Ubin(kategori.kode, kategori.nama, IKON_KODE.get(kategori.kode, IKON[Kelompok(kategori.kelompok)]))


def for_script(kategori: list[Kategori]) -> dict[str, dict[str, Any]]:
    """What the page's script needs of each kind: its example, its extra fields, whether it wants TPS."""
    return {
        k.kode: {"contoh": k.contoh, "isian": k.isian, "tps": k.wajib_tps, "nama": k.nama}
        for k in kategori
        if k.contoh or k.isian or k.wajib_tps
    }
