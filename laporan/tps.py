"""The polling stations of a report as a table; for a main report also those of the reports merged into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from laporan import samaran
from laporan.models import Laporan, LaporanTPS
from laporan.rawan import Tanda, marks, marks_subquery
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models import TPS

# So many stations are on the report's own page; all of them are on a page of their own.
MOST_ON_PAGE = 20


@dataclass(slots=True)
class BarisTPS:
    """One station. berlabel: its facts in words beside the columns' labels; asal: merged reports that name it."""

    tps: TPS
    fakta: dict[str, Any] = field(default_factory=dict)
    berlabel: list[tuple[str, str]] = field(default_factory=list)
    asal: list[str] = field(default_factory=list)
    tanda: list[Tanda] = field(default_factory=list)

    @property
    def nomor(self) -> str:
        return f"{self.tps.nomor:03d}"


@dataclass(slots=True)
class TabelTPS:
    """kolom: labels of the facts any station has. jumlah: sums beside them, empty where summing means nothing.

    wilayah: whether the stations lie in more than one kelurahan, so that each row says which.
    """

    kolom: list[str]
    baris: list[BarisTPS]
    jumlah: list[str]
    wilayah: bool

    @property
    def berjumlah(self) -> bool:
        return any(self.jumlah)

    @property
    def berlabel(self) -> list[tuple[str, str]]:
        """For each column its label and sum."""
        return list(zip(self.kolom, self.jumlah, strict=True))

    @property
    def sel(self) -> list[tuple[str, str]]:
        """The sums there are, with their labels."""
        return [(label, value) for label, value in self.berlabel if value]

    @property
    def awal(self) -> list[BarisTPS]:
        """The rows that fit the report's own page."""
        return self.baris[:MOST_ON_PAGE]

    @property
    def sisa(self) -> int:
        return max(len(self.baris) - MOST_ON_PAGE, 0)

    @property
    def rawan(self) -> list[BarisTPS]:
        """The stations that Bawaslu or Polri call rawan, as far as the person may know."""
        return [row for row in self.baris if row.tanda]


def stations(laporan: Laporan, aktor: Aktor) -> TabelTPS:
    """The stations that `laporan` (with `for_detail`) and the reports merged into it name, each once.

    Hidden reports are left out, and rahasia ones: to read those they are opened, which is journalled. Where several
    reports give the same fact of a station, the newest report's counts. Health facts are masked as on its page.
    One query, none where `with_trail` says that there are no stations.
    """
    if not (getattr(laporan, "punya_tps", True) or getattr(laporan, "punya_gabungan", True)):
        return _table([], {}, hidden=False)
    merged = Laporan.objects.visible_to(aktor).filter(utama=laporan.pk).exclude(akses=access.RAHASIA)
    found = (
        LaporanTPS.objects.filter(Q(laporan=laporan.pk) | Q(laporan__in=merged.values("pk")))
        .select_related("tps__wilayah", "laporan__kategori", "laporan__posko")
        .annotate(tanda=marks_subquery(aktor))
        .order_by("tps__wilayah", "tps__nomor", "laporan_id")
    )
    rows: dict[int, BarisTPS] = {}
    hidden = False
    for one in found:
        row = rows.setdefault(one.tps_id, BarisTPS(one.tps, tanda=marks(one.tanda, laporan.pemilihan.jenis)))
        row.fakta |= {name: value for name, value in one.rincian.items() if value not in (None, "")}
        hidden = hidden or samaran.hides_health(one.laporan, aktor)
        if one.laporan_id != laporan.pk:
            row.asal.append(one.laporan.nomor)
    return _table(list(rows.values()), samaran.asked_of(laporan), hidden)


def _table(rows: list[BarisTPS], asked: dict[str, dict[str, Any]], hidden: bool) -> TabelTPS:
    names = list(dict.fromkeys([*asked, *(n for row in rows for n in row.fakta)]))
    used = [name for name in names if any(name in row.fakta for row in rows)]
    labels = [samaran.label(name, asked) for name in used]
    for row in rows:
        cells = (samaran.cell(row.fakta.get(name), hidden) for name in used)
        row.berlabel = list(zip(labels, cells, strict=True))
    return TabelTPS(
        kolom=labels,
        baris=rows,
        jumlah=[
            _sum(rows, name) if asked.get(name, {}).get("dijumlah") and not hidden else "" for name in used
        ],
        wilayah=len({row.tps.wilayah_id for row in rows}) > 1,
    )


def _sum(rows: list[BarisTPS], name: str) -> str:
    """A sum as numbers are written here; what is no number counts nothing."""
    values = [row.fakta[name] for row in rows if isinstance(row.fakta.get(name), int | float)]
    return f"{sum(values):,}".translate({44: ".", 46: ","}) if values else ""
