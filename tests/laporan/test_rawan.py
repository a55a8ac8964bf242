"""TPS rawan: import from Excel and CSV, two sources side by side, and nothing for who stands elsewhere."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from laporan.impor_rawan import COLUMNS, LEGEND, SHEET, carry_out, plan_import, write_template
from laporan.models import TPSRawan
from laporan.rawan import variables
from posko.lembar import LembarTidakTerbaca
from posko.models import TPS, Pemilihan, Wilayah
from tests.cast import CAST, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk

URL = "/admin/laporan/tpsrawan/impor/"
SELATAN = "31.73.08.1006"
KANARI = "kenari-indikator-9024"
LALU = "2024-02-10"
BAWASLU = {"kode": SELATAN, "tps": "054", "sumber": "bawaslu", "variabel": "lokasi", "indikator": KANARI,
           "frekuensi": "1", "per_tanggal": LALU}  # fmt: skip
POLRI = {"kode": SELATAN, "tps": "54", "sumber": "polri", "kelas": "sangat rawan", "per_tanggal": LALU}
OUT = {"lama.jakbar", "nonaktif.jakbar"}


def as_csv(*rows: dict[str, str]) -> bytes:
    lines = [",".join(COLUMNS), *(",".join(row.get(c, "") for c in COLUMNS) for row in rows)]
    return "\n".join(lines).encode()


def as_xlsx(*rows: dict[str, Any], sheet: str = SHEET) -> bytes:
    book = Workbook()
    book.active.title = sheet
    book.active.append(COLUMNS)
    for row in rows:
        book.active.append([row.get(c, "") for c in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(dunia: World, *rows: dict[str, str]) -> None:
    assert carry_out(dunia.edisi, as_csv(*rows)).galat == []


def valid() -> list[tuple[int, str, str]]:
    rows = TPSRawan.objects.valid().order_by("tps__nomor", "sumber")
    return list(rows.values_list("tps__nomor", "sumber", "kelas"))


# --- import -------------------------------------------------------------------------------------------


def test_the_variables_are_those_of_the_sources() -> None:
    assert len(variables("pemilu")) == 7 == len(variables("gladi")) and len(variables("pilkada")) == 8
    assert {"politik_uang", "sara"} <= variables("pilkada").keys() - variables("pemilu").keys()


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_both_sources_stand_side_by_side_and_again_changes_nothing(dunia: World, make: Any) -> None:
    isi = make(BAWASLU, POLRI)
    plan = carry_out(dunia.edisi, isi)
    assert plan.galat == [] and len(plan.baru) == 2
    assert valid() == [(54, "bawaslu", ""), (54, "polri", "sangat_rawan")]
    again = carry_out(dunia.edisi, isi)
    assert (again.kosong, again.tetap) == (True, 2)


def test_a_newer_list_of_a_kelurahan_ends_the_older_one_of_its_source(dunia: World) -> None:
    load(dunia, BAWASLU, POLRI)
    load(dunia, POLRI | {"tps": "55", "kelas": "rawan", "per_tanggal": "2024-02-12"})
    assert valid() == [(54, "bawaslu", ""), (55, "polri", "rawan")]
    assert TPSRawan.objects.count() == 3  # nothing is deleted
    old = plan_import(dunia.edisi, as_csv(POLRI))
    assert [(g.baris, g.kolom) for g in old.galat] == [(2, "per_tanggal")]
    load(dunia, POLRI | {"tps": "55", "kelas": "kurang rawan", "per_tanggal": "2024-02-12"})
    assert valid() == [(54, "bawaslu", ""), (55, "polri", "kurang_rawan")]
    assert list(TPSRawan.objects.valid().marking().values_list("tps__nomor", flat=True)) == [54]


@pytest.mark.parametrize(
    ("wrong", "kolom"),
    [
        ({"kode": "31.73.08"}, "kode"), ({"kode": "x"}, "kode"), ({"kode": "31.73.08.1001"}, "tps"),
        ({"tps": "800"}, "tps"), ({"tps": ""}, "tps"), ({"tps": "lima"}, "tps"), ({"tps": "٥٤"}, "tps"),
        ({"sumber": "panwas"}, "sumber"), ({"kelas": "rawan"}, "kelas"), ({"variabel": "cuaca"}, "variabel"),
        ({"variabel": ""}, "variabel"), ({"frekuensi": "4"}, "frekuensi"), ({"per_tanggal": ""}, "per_tanggal"),
        ({"per_tanggal": "kemarin"}, "per_tanggal"), ({"indikator": "x" * 201}, "indikator"),
        ({"per_tanggal": (timezone.localdate() + dt.timedelta(days=2)).isoformat()}, "per_tanggal"),
        ({"sumber": "polri", "kelas": "rawan"}, "variabel"),
        ({"sumber": "polri", "variabel": "", "indikator": "", "frekuensi": "", "kelas": "bahaya"}, "kelas"),
    ],
)  # fmt: skip
def test_one_bad_row_and_nothing_is_loaded(dunia: World, wrong: dict[str, str], kolom: str) -> None:
    for make in (as_csv, as_xlsx):
        plan = carry_out(dunia.edisi, make(POLRI, BAWASLU | wrong))
        assert kolom in [g.kolom.split()[-1] for g in plan.galat], plan.galat
        assert {g.baris for g in plan.galat} == {3}
    assert not TPSRawan.objects.exists()


def test_the_same_row_twice_and_two_dates_for_one_list_are_errors(dunia: World) -> None:
    twice = plan_import(dunia.edisi, as_csv(BAWASLU, BAWASLU))
    assert [(g.baris, g.kolom) for g in twice.galat] == [(3, "tps")]
    dates = plan_import(dunia.edisi, as_csv(POLRI, POLRI | {"tps": "55", "per_tanggal": "2024-02-09"}))
    assert [(g.baris, g.kolom) for g in dates.galat] == [(3, "per_tanggal")]


@pytest.mark.parametrize(
    "isi", [b"", b"\x00\x01", b"PK\x03\x04rusak", "ké\xff".encode("latin-1"), b"a,b\n1,2", as_csv()]
)
def test_unreadable_files_are_refused_in_words(dunia: World, isi: bytes) -> None:
    with pytest.raises(LembarTidakTerbaca):
        plan_import(dunia.edisi, isi)


def test_formula_in_a_cell_is_an_error_and_our_own_quote_is_stripped(dunia: World) -> None:
    plan = plan_import(dunia.edisi, as_xlsx(BAWASLU | {"indikator": "=1+1"}))
    assert [g.kolom.split()[-1] for g in plan.galat] == ["indikator"]
    load(dunia, BAWASLU | {"indikator": "'=1+1"})
    assert TPSRawan.objects.get().indikator == "=1+1"


def test_command_loads_or_lists_what_is_wrong(dunia: World, tmp_path: Path, capsys: Any) -> None:
    good, bad = tmp_path / "baik.csv", tmp_path / "buruk.csv"
    good.write_bytes(as_csv(BAWASLU, POLRI))
    bad.write_bytes(as_csv(BAWASLU, POLRI | {"kelas": "bahaya"}))
    with pytest.raises(CommandError):
        call_command("impor_rawan", str(bad), edisi="gladi")
    assert "baris 3: kelas" in capsys.readouterr().err
    with pytest.raises(CommandError, match="Edisi lain tidak ada"):
        call_command("impor_rawan", str(good), edisi="lain")
    call_command("impor_rawan", str(good), edisi="gladi")
    assert "2 baru" in capsys.readouterr().out and len(valid()) == 2
    Pemilihan.objects.get().close()
    with pytest.raises(CommandError, match="sudah ditutup"):
        call_command("impor_rawan", str(good), edisi="gladi")


def test_plan_costs_the_same_for_any_number_of_rows(dunia: World) -> None:
    for count in (1, 60):
        rows = [POLRI | {"tps": str(n)} for n in range(1, count + 1)]
        with CaptureQueriesContext(connection) as seen:
            assert plan_import(dunia.edisi, as_csv(*rows)).galat == []
        assert len(seen) == 2


# --- the import page in admin ---------------------------------------------------------------------------


def upload(client: Client, isi: bytes, name: str = "rawan.csv") -> Any:
    return client.post(URL, {"berkas": SimpleUploadedFile(name, isi)})


def test_admin_previews_then_writes_within_the_own_area(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    preview = upload(client, as_xlsx(BAWASLU, POLRI), "rawan.xlsx")
    assert preview.status_code == 200 and not TPSRawan.objects.exists()
    [sealed] = re.findall(r'name="isi" value="([^"]+)"', preview.content.decode())
    assert client.post(URL, {"isi": sealed + "x"}).status_code == 422
    assert masuk("admin").post(URL, {"isi": sealed}).status_code == 422  # somebody else's preview
    assert client.post(URL, {"isi": sealed}).status_code == 302
    assert len(valid()) == 2
    listed = client.get("/admin/laporan/tpsrawan/").content.decode()
    assert KANARI in listed and "Impor TPS rawan" in listed
    assert "Tidak ada yang berubah" in upload(client, as_csv(BAWASLU, POLRI)).content.decode()
    assert client.get("/admin/laporan/tpsrawan/add/").status_code == 403


def test_admin_of_another_area_is_refused_row_by_row(dunia: World, masuk: Masuk) -> None:
    Wilayah.objects.create(kode="31.75.01", nama="Matraman", jenis="kecamatan", tingkat=3, induk_id="31.75")
    Wilayah.objects.create(
        kode="31.75.01.1001", nama="Pal", jenis="kelurahan", tingkat=4, induk_id="31.75.01"
    )
    TPS.objects.create(pemilihan=dunia.edisi, wilayah_id="31.75.01.1001", nomor=1)
    foreign = POLRI | {"kode": "31.75.01.1001", "tps": "1"}
    answer = upload(masuk("admin.jakbar"), as_csv(BAWASLU, foreign))
    assert answer.status_code == 422 and "di luar wilayah yang Anda kelola" in answer.content.decode()
    load(dunia, foreign)
    assert "Pal" not in masuk("admin.jakbar").get("/admin/laporan/tpsrawan/").content.decode()
    assert "Pal" in masuk("admin").get("/admin/laporan/tpsrawan/").content.decode()


def test_template_can_be_filled_in_and_imported(dunia: World) -> None:
    book = load_workbook(io.BytesIO(write_template(dunia.edisi)))
    assert book.sheetnames == [LEGEND, SHEET]
    book[SHEET].append([BAWASLU.get(c, "") for c in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    assert plan_import(dunia.edisi, out.getvalue()).galat == []


# --- the page and the map -------------------------------------------------------------------------------


def test_only_members_whose_posts_cover_the_area_see_it(dunia: World, masuk: Masuk) -> None:
    """Canary over the page, the map data and the report's page; contestants and other areas find nothing."""
    load(dunia, BAWASLU, POLRI)
    tps = TPS.objects.get(nomor=54)
    laporan = dunia.file(kategori="data_pemilih", tps=((tps, {}),))
    readers = {
        "admin", "admin.jakbar", "pengarah.dki", "operator.dki", "ketua.jakbar", "operator.jakbar", "piket.jakbar",
        "polres.jakbar", "kpu.jakbar", "bawaslu.jakbar", ATASAN, KETUA, "piket.kembangan-selatan", PELAPOR,
    }  # fmt: skip
    for who in CAST:
        if who in OUT:
            continue
        client = masuk(who)
        pages = ["/laporan/rawan/", f"/laporan/rawan/?wilayah={SELATAN}", "/laporan/rawan.json", "/",
                 f"/laporan/{laporan.nomor}/"]  # fmt: skip
        texts = [client.get(page) for page in pages]
        shown = any(
            KANARI in t.content.decode() or "Kembangan Selatan" in t.content.decode() for t in texts[:3]
        )
        assert shown is (who in readers), who
        assert texts[0].status_code == (403 if who == "partai.jakbar" else 200), who
        if who not in readers:
            assert all(KANARI not in t.content.decode() for t in texts), who


def test_page_narrows_by_area_source_class_and_variable(dunia: World, masuk: Masuk) -> None:
    load(
        dunia, BAWASLU, POLRI, POLRI | {"tps": "55", "kelas": "rawan"}, POLRI | {"tps": "56", "kelas": "kurang rawan"},
        BAWASLU | {"tps": "57", "variabel": "keamanan", "frekuensi": ""},
    )  # fmt: skip
    client = masuk("operator.jakbar")

    def shown(query: str) -> list[int]:
        answer = client.get(f"/laporan/rawan/{query}")
        assert answer.status_code == 200
        return [int(n) for n in re.findall(r'data-tps="(\d+)"', answer.content.decode())]

    assert shown("") == [54, 55, 57]  # "kurang rawan" marks nothing
    assert shown("?sumber=polri") == [54, 55] and shown("?sumber=bawaslu") == [54, 57]
    assert shown("?kelas=sangat_rawan") == [54] and shown("?variabel=keamanan") == [57]
    assert shown("?wilayah=31.73.08") == [54, 55, 57] and shown("?wilayah=31.75") == []
    assert shown("?sesudah=31.73.08.1006-54") == [55, 57] and shown("?sesudah=31.73.08.1001-900") == [
        54,
        55,
        57,
    ]
    for odd in ("?sumber=x", "?sesudah=x", "?kelas=%27", "?variabel=lokasi&kelas=rawan"):
        client.get(f"/laporan/rawan/{odd}")
    text = client.get("/laporan/rawan/").content.decode()
    assert "per 10 Februari 2024" in text and "kelas frekuensi 1" in text and "Sangat rawan" in text


def test_map_data_counts_stations_per_kelurahan(dunia: World, masuk: Masuk) -> None:
    Wilayah.objects.filter(kode=SELATAN).update(lintang=-6.18, bujur=106.74)
    load(dunia, BAWASLU, BAWASLU | {"variabel": "keamanan"}, POLRI, POLRI | {"tps": "55", "kelas": "rawan"})
    answer = masuk(KETUA).get("/laporan/rawan.json")
    assert answer.json() == {"kelurahan": [[-6.18, 106.74, SELATAN, "Kembangan Selatan", 1, 2, 1]]}
    assert answer["Cache-Control"] == "private, no-store"
    assert masuk("operator.jaktim").get("/laporan/rawan.json").json() == {"kelurahan": []}


def test_page_names_open_reports_the_person_may_see(dunia: World, masuk: Masuk) -> None:
    load(dunia, BAWASLU)
    tps = TPS.objects.get(nomor=54)
    seen = dunia.file(kategori="data_pemilih", tps=((tps, {}),))
    hidden = dunia.file(KETUA, kategori="apk", tps=((tps, {}),))
    text = masuk(KETUA).get("/laporan/rawan/").content.decode()
    assert seen.nomor in text and hidden.nomor in text
    text = masuk(PELAPOR).get("/laporan/rawan/").content.decode()
    assert seen.nomor in text and hidden.nomor not in text


@pytest.mark.parametrize("who", [KETUA, "operator.jakbar", "admin"])
def test_page_costs_the_same_whatever_there_is(dunia: World, masuk: Masuk, who: str) -> None:
    client = masuk(who)
    load(dunia, BAWASLU)
    counts = []
    for rows in ([BAWASLU], [BAWASLU | {"tps": str(n)} for n in range(1, 70)]):
        load(dunia, *rows)
        dunia.file(kategori="data_pemilih", tps=tuple((t, {}) for t in TPS.objects.filter(nomor__lt=9)))
        client.get("/laporan/rawan/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/laporan/rawan/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7
