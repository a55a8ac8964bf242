"""Reference data shipped as files: agencies, stages, equipment, hours. Loading again adds what is missing."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path

from posko.models import Instansi, JamTingkat, Pemilihan, Tahapan, Tingkat
from posko.models.pemilihan import DEFAULT_HOURS

DATA = Path(__file__).resolve().parent / "data"
TIERS = {
    "provinsi": Tingkat.PROVINSI,
    "kota": Tingkat.KOTA,
    "kecamatan": Tingkat.KECAMATAN,
    "kelurahan": Tingkat.KELURAHAN,
}
# The edition whose contestants and stages a rehearsal borrows.
MODEL_EDITION = "pemilu-2024"


@cache
def read_csv(nama: str) -> tuple[dict[str, str], ...]:
    """Rows of one file in posko/data."""
    with (DATA / nama).open(newline="", encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def load_reference(pemilihan: Pemilihan, *, peserta: str | None = None) -> dict[str, int]:
    """Everything an edition starts with; how many rows of each kind are new.

    peserta: code of the edition in the files whose contestants and stages are taken (default: the edition's
    own code; a rehearsal takes those of Pemilu 2024).
    """
    source = peserta or (MODEL_EDITION if pemilihan.gladi else pemilihan.kode)
    return {
        "instansi": load_agencies(pemilihan, source),
        "tahapan": 0 if pemilihan.gladi else load_stages(pemilihan, source),
        "jam": load_hours(pemilihan),
    }


def load_agencies(pemilihan: Pemilihan, source: str) -> int:
    """Permanent agencies (shared by all editions) and the edition's contestants."""
    known = set(Instansi.objects.filter(pemilihan=None).values_list("kode", flat=True))
    known |= set(Instansi.objects.filter(pemilihan=pemilihan).values_list("kode", flat=True))
    new = []
    for row in read_csv("instansi.csv"):
        contestant = row["unsur"] == "peserta"
        if row["kode"] in known or (contestant and row["edisi"] != source):
            continue
        new.append(_agency(row, pemilihan if contestant else None))
    return len(Instansi.objects.bulk_create(new, ignore_conflicts=True))


def _agency(row: dict[str, str], pemilihan: Pemilihan | None) -> Instansi:
    return Instansi(
        kode=row["kode"],
        nama=row["nama"],
        singkatan=row["singkatan"],
        unsur=row["unsur"],
        rumpun=row["rumpun"],
        tingkat=[TIERS[word] for word in row["tingkat"].split()],
        pemilihan=pemilihan,
        nomor_urut=int(row["nomor_urut"]) if row["nomor_urut"] else None,
        urutan=int(row["urutan"] or 0),
    )


def load_stages(pemilihan: Pemilihan, source: str) -> int:
    """Stages of the edition with their real dates."""
    new = [
        Tahapan(
            pemilihan=pemilihan, kode=row["kode"], nama=row["nama"], sumber=row["sumber"][:200],
            mulai=dt.date.fromisoformat(row["mulai"]), selesai=dt.date.fromisoformat(row["selesai"]),
        )
        for row in read_csv("tahapan.csv")
        if row["edisi"] == source
    ]  # fmt: skip
    known = set(pemilihan.tahapan.values_list("kode", flat=True))
    return len(Tahapan.objects.bulk_create([t for t in new if t.kode not in known], ignore_conflicts=True))


def load_hours(pemilihan: Pemilihan) -> int:
    """Opening hours per tier, where the edition has none yet."""
    known = set(pemilihan.jam_tingkat.values_list("tingkat", flat=True))
    new = [
        JamTingkat(pemilihan=pemilihan, tingkat=tier, buka=opens, tutup=closes)
        for tier, (opens, closes) in DEFAULT_HOURS.items()
        if tier not in known
    ]
    return len(JamTingkat.objects.bulk_create(new, ignore_conflicts=True))
