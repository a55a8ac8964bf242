"""Forty questions an operator types, and the report each must bring among the first five (posko/data/uji_cari.csv)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from django.core.management import call_command

from laporan.models import Kategori, Laporan
from laporan.pelaporan import file
from laporan.rujukan import load_categories
from posko.models import TPS, Wilayah
from posko.rujukan import load_reference
from tests.cast import World
from tests.laporan.langkah import Masuk
from tests.laporan.test_list import rows

DATA = Path(__file__).resolve().parents[2] / "posko" / "data"
PAIRS = list(csv.DictReader((DATA / "uji_cari.csv").open(newline="", encoding="utf-8")))


def _file_all(dunia: World) -> list[Laporan]:
    """One report a pair, so that each question has the other thirty-nine to get wrong."""
    call_command("impor_wilayah", str(DATA / "wilayah_dki.csv"), verbosity=0)
    load_reference(dunia.edisi)
    Kategori.objects.all().delete()
    load_categories(dunia.edisi)
    kinds = {kategori.kode: kategori for kategori in Kategori.objects.select_related("instansi_utama")}
    made = []
    for pair in PAIRS:
        area = Wilayah.objects.get(kode=pair["wilayah"])
        stations = [
            TPS.objects.get_or_create(pemilihan=dunia.edisi, wilayah=area, nomor=int(n))[0]
            for n in pair["tps"].split()
        ]
        isian = replace(
            dunia.isian(), kategori=kinds[pair["kategori"]], wilayah=area, uraian=pair["uraian"],
            lokasi=pair["lokasi"], tps=tuple((tps, {}) for tps in stations),
        )  # fmt: skip
        made.append(file(dunia.aktor("operator.dki"), isian))
    return made


def test_each_is_among_the_first_five(dunia: World, masuk: Masuk) -> None:
    assert len(PAIRS) == 40
    client, missed = masuk("operator.dki"), {}
    for pair, laporan in zip(PAIRS, _file_all(dunia), strict=True):
        asked = pair["kueri"].format(nomor=laporan.nomor, akhir=laporan.nomor.partition("-")[2])
        found = rows(client, f"?cari={quote(asked)}")
        if laporan.nomor not in found[:5]:
            missed[asked] = found[:5]
    assert missed == {}
