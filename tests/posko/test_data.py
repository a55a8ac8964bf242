"""The facts in posko/data: counts, spelling, and that every code they mention exists."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "posko" / "data"


def rows(name: str) -> list[dict[str, str]]:
    raw = (DATA / name).read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(raw.decode().splitlines()))


def codes(name: str, column: str = "kode") -> set[str]:
    return {row[column] for row in rows(name)}


def test_wilayah_dki_counts() -> None:
    wilayah = rows("wilayah_dki.csv")
    assert Counter(row["kode"].count(".") for row in wilayah) == {0: 1, 1: 6, 2: 44, 3: 267}
    assert all(not row["induk"] or row["kode"].rpartition(".")[0] == row["induk"] for row in wilayah)
    assert all(-7 < float(row["lintang"]) < -5 and 106 < float(row["bujur"]) < 107.1 for row in wilayah)


def test_tps_of_kelurahan_add_up() -> None:
    wilayah = rows("wilayah_dki.csv")
    kelurahan = [row for row in wilayah if row["tingkat"] == "kelurahan"]
    for row in kelurahan:
        assert int(row["tps_biasa"]) + int(row["tps_khusus"]) == int(row["jumlah_tps"])
    special = [row for row in kelurahan if row["tps_khusus"] != "0"]
    assert sum(int(row["jumlah_tps"]) for row in kelurahan) == 30_766 == int(wilayah[0]["jumlah_tps"])
    assert sum(int(row["tps_khusus"]) for row in special) == 80
    assert len(special) == 15
    for row in special:
        first, last = int(row["khusus_dari"]), int(row["khusus_sampai"])
        assert first >= 901
        assert last - first + 1 == int(row["tps_khusus"])


def test_zona_waktu_covers_all_provinces() -> None:
    zones = Counter(row["zona_waktu"] for row in rows("zona_waktu.csv"))
    assert zones == {"Asia/Jakarta": 18, "Asia/Makassar": 12, "Asia/Jayapura": 8}


def test_instansi() -> None:
    instansi = rows("instansi.csv")
    assert len({row["kode"] for row in instansi}) == len(instansi)
    assert {row["unsur"] for row in instansi} == {
        "forkopimko",
        "penyelenggara",
        "pemda",
        "peserta",
        "masyarakat",
    }
    for row in instansi:
        assert row["tingkat"]
        assert set(row["tingkat"].split()) <= {"provinsi", "kota", "kecamatan", "kelurahan"}
        assert bool(row["edisi"]) == (row["unsur"] == "peserta") == bool(row["nomor_urut"])
        assert row["sumber"]
    peserta = [row for row in instansi if row["unsur"] == "peserta"]
    parties = [int(row["nomor_urut"]) for row in peserta if row["kode"].startswith("partai_")]
    assert parties == [*range(1, 18), 24]
    assert sum(row["kode"].startswith("tim_") for row in peserta) == 3
    at_kota = {row["kode"] for row in instansi if "kota" in row["tingkat"].split()}
    assert {"polres", "kpu", "bawaslu", "satpol_pp", "kodim", "suban_kesbangpol"} <= at_kota
    assert 20 <= len(at_kota - {row["kode"] for row in peserta}) <= 26


def test_tahapan() -> None:
    tahapan = rows("tahapan.csv")
    assert {row["edisi"] for row in tahapan} == {"pemilu-2024", "pilkada-2024"}
    for row in tahapan:
        assert dt.date.fromisoformat(row["mulai"]) <= dt.date.fromisoformat(row["selesai"])
    voting = {row["edisi"]: row["mulai"] for row in tahapan if row["kode"] == "pemungutan"}
    assert voting == {"pemilu-2024": "2024-02-14", "pilkada-2024": "2024-11-27"}


def test_sarpras() -> None:
    sarpras = rows("sarpras.csv")
    assert len(sarpras) == len({row["kode"] for row in sarpras}) >= 20
    for row in sarpras:
        assert all(row[tier].isdigit() for tier in ("provinsi", "kota", "kecamatan", "kelurahan"))


def test_kategori_spelling_and_references() -> None:
    kategori, instansi, stages = rows("kategori.csv"), codes("instansi.csv"), codes("tahapan.csv")
    assert len({row["kode"] for row in kategori}) == len(kategori)
    confidential = {"pelanggaran", "netralitas", "keamanan", "kesehatan", "hasil"}
    for row in kategori:
        assert row["prioritas"] in {"kritis", "tinggi", "sedang", "rendah"}
        assert row["akses"] == ("terbatas" if row["kelompok"] in confidential else "biasa"), row["kode"]
        assert {row["instansi_utama"], *row["instansi_pendukung"].split()} <= instansi, row["kode"]
        assert set(row["tahapan"].split()) <= stages, row["kode"]
        assert {row["wajib_tps"], row["menghentikan_pemungutan"]} <= {"ya", "tidak"}
        assert row["contoh"]
        assert len(row["contoh"]) <= 200


@pytest.mark.parametrize("jenis", ["kegiatan", "kejadian", "potensi"])
def test_tiles_of_a_jenis_are_ordered(jenis: str) -> None:
    tiles = [int(row["ubin"]) for row in rows("kategori.csv") if row["jenis"] == jenis and row["ubin"]]
    assert sorted(tiles) == list(range(1, len(tiles) + 1))


def test_every_group_has_a_kejadian_and_a_potensi() -> None:
    groups = {
        "teknis",
        "logistik",
        "keamanan",
        "bencana",
        "kesehatan",
        "pelanggaran",
        "netralitas",
        "informasi",
    }
    groups.add("hasil")
    for jenis in ("kejadian", "potensi"):
        assert {row["kelompok"] for row in rows("kategori.csv") if row["jenis"] == jenis} == groups


def test_extra_fields_are_well_formed() -> None:
    for row in rows("kategori.csv"):
        fields = json.loads(row["isian"])
        names = [field["nama"] for field in fields]
        assert len(set(names)) == len(names)
        for field in fields:
            assert field["jenis"] in {"teks", "angka", "pilihan", "ya_tidak"}
            assert (field["jenis"] == "pilihan") == bool(field.get("pilihan")), (row["kode"], field)
            assert isinstance(field["wajib"], bool)
            assert isinstance(field["per_tps"], bool)
            assert field["nama"].isidentifier()
            assert field["nama"].islower()
            assert field["label"]


def test_illness_never_asks_for_a_name() -> None:
    for row in rows("kategori.csv"):
        if row["kelompok"] == "kesehatan":
            labels = " ".join(field["label"].lower() for field in json.loads(row["isian"]))
            assert "nama" not in labels
            assert "nik" not in labels
