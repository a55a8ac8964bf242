"""Importers: loads, updates, refuses with line and reason, and never loads a part."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from posko import impor, impor_batas
from posko.models import TPS, Batas, Pemilihan, Wilayah

DKI = impor.DATA / "wilayah_dki.csv"
HEAD = "kode,nama,tingkat,induk,lintang,bujur\n"
PAPUA = HEAD + "94,Papua Tengah,provinsi,,-3.9,136.4\n94.01,Kabupaten Nabire,kabupaten,94,-3.5,135.5\n"


@pytest.fixture
def write(tmp_path: Path, db: None) -> Any:
    def write(content: str | bytes, name: str = "berkas.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def edisi(db: None) -> Pemilihan:
    call_command("impor_wilayah", DKI, stdout=io.StringIO(), stderr=io.StringIO())
    day = dt.date(2024, 1, 9)
    return Pemilihan.objects.create(
        kode="uji-2024", nama="Uji 2024", jenis="pemilu", wilayah_id="31", dibuka=day, ditutup=day
    )


def run(command: str, *args: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def refusal(command: str, *args: Any, **options: Any) -> str:
    errors = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(command, *args, stdout=io.StringIO(), stderr=errors, **options)
    assert refused.value.returncode == 1
    return errors.getvalue() + str(refused.value)


# --- areas -------------------------------------------------------------------------------------------


def test_dki_loads_and_again_changes_nothing(db: None) -> None:
    assert "318 baru, 0 diperbarui, 0 tetap" in run("impor_wilayah", DKI)
    assert "0 baru, 0 diperbarui, 318 tetap" in run("impor_wilayah", DKI)
    kembangan = Wilayah.objects.get(kode="31.73.08")
    assert (kembangan.nama, kembangan.tingkat, kembangan.induk_id) == ("Kembangan", 3, "31.73")
    assert kembangan.zona_waktu == "Asia/Jakarta"


def test_a_newer_file_updates_and_deletes_nothing(write: Any) -> None:
    run("impor_wilayah", write(PAPUA))
    Wilayah.objects.filter(kode="94.01").update(aktif=False)
    out = run("impor_wilayah", write(HEAD + "94.01,Nabire,kabupaten,94,,\n"))
    assert "0 baru, 1 diperbarui, 0 tetap" in out
    assert Wilayah.objects.count() == 2
    nabire = Wilayah.objects.get(kode="94.01")
    assert (nabire.nama, nabire.lintang, nabire.aktif) == ("Nabire", None, False)
    assert nabire.zona_waktu == "Asia/Jayapura"


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + PAPUA.encode(),
        PAPUA.replace("\n", "\r\n").encode(),
        PAPUA.replace(",", ";").encode(),
        gzip.compress(PAPUA.encode()),
        (PAPUA + "\n,,,,,\n").encode(),
    ],
    ids=["bom", "crlf", "titik-koma", "gzip", "baris-kosong"],
)
def test_files_as_people_save_them(write: Any, content: bytes) -> None:
    assert "2 baru" in run("impor_wilayah", write(content, "data.bin"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("94.1,Salah,kabupaten,94,,", "bukan kode wilayah"),
        ("94.02,,kabupaten,94,,", "nama kosong"),
        ("94.02,Salah,kecamatan,94,,", "tidak sesuai dengan kode"),
        ("94.02,Salah,distrik,94,,", "bukan salah satu dari"),
        ("94.02,Salah,kabupaten,93,,", "bukan induk dari"),
        ("94.02,Salah,kabupaten,,,", "bukan induk dari"),
        ("94.02.01,Salah,kecamatan,94.02,,", "tidak ada di berkas ini maupun"),
        ("94.01,Nabire,kabupaten,94,,", "sudah ada di baris 3"),
        ("94.02,Salah,kabupaten,94,-3.5,", "keduanya"),
        ("94.02,Salah,kabupaten,94,48.8,2.3", "di luar Indonesia"),
        ("94.02,Salah,kabupaten,94,nan,136", "di luar Indonesia"),
        ("94.02,Sa\tlah,kabupaten,94,,", "tidak dapat dicetak"),
        ("88,Antah Berantah,provinsi,,,", "zona waktu provinsi 88"),
        ("94.02,Salah,kabupaten,94,,,lebih", "jumlah kolom"),
        ("٩٤.02,Salah,kabupaten,94,,", "bukan kode wilayah"),
        ("94.02," + "x" * 101 + ",kabupaten,94,,", "lebih dari 100 huruf"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(write: Any, row: str, reason: str) -> None:
    message = refusal("impor_wilayah", write(PAPUA + row + "\n"))
    assert "baris 4: " in message
    assert reason in message
    assert "tidak ada yang dimuat" in message
    assert not Wilayah.objects.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "tidak ada; kepala berkas"),
        (b"kode,nama\n31,DKI\n", "kolom tingkat, induk tidak ada"),
        (HEAD.encode(), "tidak berisi satu baris pun"),
        (b"\xff\xfe\x00\x01", "bukan teks UTF-8"),
        (HEAD.encode() + b"94,Pap\x00ua,provinsi,,,\n", "NUL"),
        (HEAD.encode() + b'94,"Papua,provinsi,,,\n', "bukan CSV yang sah"),
        (gzip.compress(PAPUA.encode())[:-9], "rusak atau terpotong"),
    ],
)
def test_a_file_that_is_no_such_file_is_refused_in_words(write: Any, content: bytes, reason: str) -> None:
    assert reason in refusal("impor_wilayah", write(content))


def test_missing_file_is_one_sentence(db: None, tmp_path: Path) -> None:
    assert "tidak dapat dibaca" in refusal("impor_wilayah", tmp_path / "tidak-ada.csv")


def test_a_gzip_bomb_stops_at_the_limit(write: Any) -> None:
    bomb = write(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(impor.ImporDitolak, match="lebih dari 1 MB"):
        impor.read_bytes(bomb, limit=1024 * 1024)


# --- polling stations --------------------------------------------------------------------------------


def test_tps_of_dki_from_counts(edisi: Pemilihan) -> None:
    assert "30766 baru" in run("impor_tps", DKI, edisi="uji-2024")
    assert "0 baru, 0 diperbarui, 30766 tetap" in run("impor_tps", DKI, edisi="uji-2024")
    assert TPS.objects.filter(khusus=True).count() == 80
    assert TPS.objects.filter(wilayah="31.75.03.1008", nomor__in=[153, 901, 933]).count() == 3
    assert not TPS.objects.filter(wilayah="31.75.03.1008", nomor=154).exists()


def test_tps_one_a_line(edisi: Pemilihan, write: Any) -> None:
    path = write("kode,nomor,alamat\n31.73.08.1002,001,Balai RW 01\n31.73.08.1002,901,'=Lapas\n")
    assert "2 baru" in run("impor_tps", path, edisi="uji-2024")
    assert list(TPS.objects.values_list("nomor", "khusus", "alamat")) == [
        (1, False, "Balai RW 01"),
        (901, True, "=Lapas"),
    ]
    again = run("impor_tps", write("kode,nomor\n31.73.08.1002,1\n"), edisi="uji-2024")
    assert "1 tetap" in again
    assert TPS.objects.get(nomor=1).alamat == "Balai RW 01"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("kode,nomor\n31.73.08.1002,0\n", "bilangan bulat 1 sampai 999"),
        ("kode,nomor\n31.73.08,1\n", "bukan kelurahan"),
        ("kode,nomor\n32.01.01.1001,1\n", "bukan kelurahan"),
        ("kode,nomor\n31.73.08.1002,1\n31.73.08.1002,001\n", "baris 3: TPS 001"),
        ("kode,tps_biasa,tps_khusus,khusus_dari,khusus_sampai\n31.73.08.1002,5,3,901,902\n", "tps_khusus 3"),
        ("kode,tps_biasa,tps_khusus,khusus_dari,khusus_sampai\n31.73.08.1002,,0,,\n", "tps_biasa kosong"),
        ("kode,tps_biasa,tps_khusus,khusus_dari,khusus_sampai\n31.73.08.1002,901,0,,\n", "0 sampai 900"),
    ],
)
def test_bad_tps_are_refused(edisi: Pemilihan, write: Any, content: str, reason: str) -> None:
    assert reason in refusal("impor_tps", write(content), edisi="uji-2024")
    assert not TPS.objects.exists()


def test_tps_need_an_open_edition(edisi: Pemilihan) -> None:
    assert "tidak ada" in refusal("impor_tps", DKI, edisi="lain")
    edisi.close()
    assert "sudah ditutup" in refusal("impor_tps", DKI, edisi="uji-2024")


# --- boundaries --------------------------------------------------------------------------------------

SQUARE = [[106.7, -6.2], [106.8, -6.2], [106.8, -6.1], [106.7, -6.2]]


def feature(kode: Any = "31.73", coordinates: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"kode": kode}, "geometry": geometry}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def test_boundaries_load_and_again_replace(edisi: Pemilihan, write: Any) -> None:
    path = write(collection(feature(), feature("31.74", [[SQUARE]], "MultiPolygon")))
    assert "2 baru" in run("impor_batas", path, sumber="BIG")
    high = [[*point, 12.5] for point in SQUARE]
    assert "0 baru, 1 diperbarui" in run(
        "impor_batas", write(collection(feature(coordinates=[high]))), sumber="Baru"
    )
    batas = Batas.objects.get(wilayah="31.73")
    assert batas.geojson == {"type": "Polygon", "coordinates": [SQUARE]}
    assert batas.sumber == "Baru"
    assert Batas.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("bukan json", "bukan JSON"),
        ("[" * 100_000, "bukan JSON"),
        (json.dumps(feature()), "FeatureCollection"),
        (collection(), "tidak berisi satu fitur"),
        (collection(feature(), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::32748"}}), "bukan WGS84"),
        (collection(None), "bukan wilayah yang dikenal"),
        (collection(feature("99.99")), "bukan wilayah yang dikenal"),
        (collection(feature(31)), "bukan wilayah yang dikenal"),
        (collection(feature(), feature()), "sudah ada di berkas"),
        (collection(feature(kind="Point", coordinates=[106, -6])), "Polygon atau MultiPolygon"),
        (collection(feature(coordinates=[])), "kosong"),
        (collection(feature(coordinates=[SQUARE[:3]])), "tertutup"),
        (collection(feature(coordinates=[[*SQUARE[:3], [106.9, -6.2]]])), "tertutup"),
        (collection(feature(coordinates=[[[p[1], p[0]] for p in SQUARE]])), "di luar Indonesia"),
        (collection(feature(coordinates=[[["106", "-6"]] * 4])), "bukan angka"),
        (collection(feature(coordinates=[[[10**400, -6]] * 4])), "bukan angka"),
        (collection(feature(coordinates=[[[float("nan"), -6.0]] * 4])), "bukan JSON"),
        (collection(feature(coordinates=[[SQUARE[0]] * 20_001])), "20001 titik"),
    ],
)
def test_bad_boundaries_are_refused(edisi: Pemilihan, write: Any, content: str, reason: str) -> None:
    assert reason in refusal("impor_batas", write(content))
    assert not Batas.objects.exists()


def test_boundary_files_have_a_size_limit(
    edisi: Pemilihan, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impor_batas, "MAX_BYTES", 100)
    assert "lebih dari 100 byte" in refusal("impor_batas", write(collection(feature())))


def test_columns_of_the_shipped_file_are_what_the_importers_read() -> None:
    with DKI.open(encoding="utf-8") as shipped:
        header = set(next(csv.reader(shipped)))
    for importer in (impor.ImporWilayah, impor.ImporTPSRingkas):
        assert {column.nama for column in importer.kolom} <= header
