"""TPS rawan as pages need it: Bawaslu's variables, and the marks of a station with both sources side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from laporan.models import KelasRawan, SumberRawan, TPSRawan
from posko.access import Aktor
from posko.models import Pemilihan
from posko.rujukan import read_csv
from posko.templatetags.posko import format_date

# Whose variables an edition uses: a rehearsal borrows those of a Pemilu.
_PILKADA = Pemilihan.Jenis.PILKADA
_PEMILU = Pemilihan.Jenis.PEMILU


@cache
def variables(jenis: str) -> dict[str, str]:
    """Bawaslu's variables for a kind of edition: code → name (posko/data/rawan_variabel.csv)."""
    kind = str(_PILKADA if jenis == _PILKADA else _PEMILU)
    return {row["kode"]: row["nama"] for row in read_csv("rawan_variabel.csv") if row["jenis"] == kind}


@dataclass(frozen=True, slots=True)
class Tanda:
    """Why one source calls a station rawan, in words, and as of when."""

    sumber: str
    nama: str
    kata: str
    per_tanggal: dt.date
    berat: bool

    @property
    def kalimat(self) -> str:
        """``Polri: Sangat rawan (10 Februari 2024)``."""
        return f"{self.nama}: {self.kata} ({format_date(self.per_tanggal)})"


def marks_subquery(aktor: Aktor, tps: str = "tps") -> ArraySubquery:
    """The valid marks of the station that `tps` of the outer row points at, as far as this person may see them."""
    rows = (
        TPSRawan.objects.visible_to(aktor).valid().marking()
        .filter(tps=OuterRef(tps)).order_by("sumber", "variabel", "indikator")
        .values(isi=JSONObject(
            sumber="sumber", kelas="kelas", variabel="variabel", indikator="indikator", frekuensi="frekuensi",
            per="per_tanggal",
        ))
    )  # fmt: skip
    return ArraySubquery(rows)


def marks(found: list[dict[str, Any]], jenis: str) -> list[Tanda]:
    """What `marks_subquery` found, in words. jenis: the kind of the edition."""
    names = variables(jenis)
    return [_mark(row, names) for row in found]


def _mark(row: dict[str, Any], names: dict[str, str]) -> Tanda:
    source = SumberRawan(row["sumber"])
    if source == SumberRawan.POLRI:
        words, heavy = KelasRawan(row["kelas"]).label, row["kelas"] == KelasRawan.SANGAT_RAWAN
    else:
        words = names.get(row["variabel"], row["variabel"].replace("_", " ").capitalize())
        words += f", {row['indikator']}" if row["indikator"] else ""
        words += f" (kelas frekuensi {row['frekuensi']})" if row["frekuensi"] else ""
        heavy = row["frekuensi"] == 1
    return Tanda(str(source), source.label, words, dt.date.fromisoformat(row["per"]), heavy)
