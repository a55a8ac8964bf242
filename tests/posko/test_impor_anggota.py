"""Excel import of members: preview, all or nothing, errors with their place, scope, limits."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from posko.impor_anggota import COLUMNS, SHEETS, carry_out, plan_import
from posko.lembar import LembarTidakTerbaca
from posko.models import Anggota, Kursi, Pengguna
from tests.cast import World

Masuk = Callable[[str], Client]
URL = "/admin/posko/anggota/impor/"
ROW = {
    "kode_wilayah": "31.73.08.1006", "instansi": "lurah", "peran": "piket", "nama": "Siti Aminah", "username": "siti",
    "surel": "siti@contoh.test", "telepon": "080000001", "jabatan": "Staf", "nip": "1987", "surat_tugas": "ST/1",
    "mulai": "2024-02-01", "selesai": "2024-02-29",
}  # fmt: skip


def book(rows: list[dict[str, Any]], sheet: str = "Kelurahan", columns: tuple[str, ...] = COLUMNS) -> bytes:
    """A workbook with these rows on one sheet."""
    made = Workbook()
    made.remove(made.active)
    page = made.create_sheet(sheet)
    page.append(columns)
    for row in rows:
        page.append([row.get(kolom, "") for kolom in columns])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(client: Client, isi: bytes) -> Any:
    return client.post(URL, {"berkas": SimpleUploadedFile("anggota.xlsx", isi)})


def confirm(client: Client, page: str) -> Any:
    found = re.search(r'name="isi" value="([^"]+)"', page)
    assert found
    return client.post(URL, {"isi": found.group(1)})


def test_import_previews_then_writes_and_again_changes_nothing(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    isi = book(
        [
            ROW,
            ROW
            | {"username": "budi", "nama": "Budi", "surel": "", "mulai": dt.date(2024, 2, 1), "selesai": ""},
        ]
    )
    before = Anggota.objects.count()
    preview = upload(client, isi)
    assert preview.status_code == 200 and Anggota.objects.count() == before
    assert confirm(client, preview.content.decode()).status_code == 302
    assert Anggota.objects.count() == before + 2
    siti = Pengguna.objects.get(username="siti")
    place = siti.keanggotaan.get()
    assert (siti.has_usable_password(), siti.telepon, place.selesai) == (
        False,
        "080000001",
        dt.date(2024, 2, 29),
    )
    again = plan_import(dunia.aktor("admin.jakbar"), isi)
    assert (again.kosong, again.tetap, again.orang_baru, again.galat) == (True, 2, {}, [])
    assert "Tidak ada yang berubah" in upload(client, isi).content.decode()


def test_import_updates_details_of_a_known_membership(dunia: World) -> None:
    aktor = dunia.aktor("admin.jakbar")
    carry_out(aktor, book([ROW]))
    plan = carry_out(aktor, book([ROW | {"jabatan": "Kepala seksi", "selesai": ""}]))
    assert (len(plan.anggota_ubah), plan.anggota_baru) == (1, [])
    place = Anggota.objects.get(pengguna__username="siti")
    assert (place.jabatan, place.selesai) == ("Kepala seksi", None)


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"kode_wilayah": "31.75"}, "kode_wilayah", "bukan tingkat"),
        ({"kode_wilayah": "31.75.01.1001"}, "kode_wilayah", "wilayah yang Anda kelola"),
        ({"kode_wilayah": ""}, "kode_wilayah", "wilayah yang Anda kelola"),
        ({"instansi": "nasa"}, "instansi", "kursi"),
        ({"peran": "raja"}, "peran", "tidak dikenal"),
        ({"peran": "=1+1"}, "peran", "Rumus"),
        ({"nama": ""}, "nama", "harus diisi"),
        ({"username": ""}, "username", "harus diisi"),
        ({"username": "ada spasi!"}, "username", ""),
        ({"username": "polres.jakbar"}, "nama", "tidak sama"),
        ({"username": "admin.jakbar", "nama": ""}, "username", "sendiri"),
        ({"username": "admin", "nama": ""}, "username", "pengelola sistem"),
        ({"surel": "bukan surel"}, "surel", "tidak sah"),
        ({"mulai": "besok"}, "mulai", "2024-02-14"),
        ({"mulai": 45000}, "mulai", "2024-02-14"),
        ({"selesai": "2024-01-01"}, "selesai", "sebelum mulai"),
        ({"nip": 198701012010011001}, "nip", "dibulatkan"),
        ({"jabatan": "x" * 101}, "jabatan", "100"),
    ],
)  # fmt: skip
def test_errors_name_sheet_row_column_and_reason(
    dunia: World, masuk: Masuk, changed: dict[str, Any], column: str, reason: str
) -> None:
    before = (Anggota.objects.count(), Pengguna.objects.count())
    isi = book([ROW, ROW | {"username": "budi", "nama": "Budi", "surel": ""} | changed])
    plan = plan_import(dunia.aktor("admin.jakbar"), isi)
    assert len(plan.galat) == 1, plan.galat
    galat = plan.galat[0]
    assert (galat.lembar, galat.baris) == ("Kelurahan", 3)
    assert galat.kolom.endswith(f" {column}") and reason in galat.alasan
    answer = upload(masuk("admin.jakbar"), isi)
    assert answer.status_code == 422 and galat.kolom in answer.content.decode()
    carry_out(dunia.aktor("admin.jakbar"), isi)
    assert (Anggota.objects.count(), Pengguna.objects.count()) == before


def test_rows_of_one_file_may_not_contradict_each_other(dunia: World) -> None:
    aktor = dunia.aktor("admin.jakbar")
    twice = plan_import(aktor, book([ROW, ROW]))
    assert [g.kolom for g in twice.galat] == ["K mulai"]
    overlap = plan_import(aktor, book([ROW, ROW | {"mulai": "2024-02-20", "selesai": ""}]))
    assert len(overlap.galat) == 1
    same_mail = plan_import(aktor, book([ROW, ROW | {"username": "budi", "nama": "Budi"}]))
    assert "surel" in same_mail.galat[0].kolom
    fine = plan_import(aktor, book([ROW, ROW | {"mulai": "2024-03-01", "selesai": ""}]))
    assert not fine.galat and len(fine.orang_baru) == 1 and len(fine.anggota_baru) == 2


def test_contestants_rows_hold_only_the_two_roles(dunia: World) -> None:
    isi = book([ROW | {"kode_wilayah": "31.73", "instansi": "partai_uji", "peran": "operator"}], sheet="Kota")
    assert "peserta" in plan_import(dunia.aktor("admin.jakbar"), isi).galat[0].alasan
    forced = ROW | {
        "kode_wilayah": "31.73",
        "instansi": "partai_uji",
        "username": "operator.jaktim",
        "nama": "",
    }
    assert (
        "pengelola sistem"
        in plan_import(dunia.aktor("admin.jakbar"), book([forced], sheet="Kota")).galat[0].alasan
    )


def test_only_admins_import(dunia: World, masuk: Masuk) -> None:
    for username in ("operator.jakbar", "partai.jakbar"):
        assert masuk(username).get(URL, follow=True).status_code == 403
    dunia.edisi.close()
    assert masuk("admin.jakbar").get(URL).status_code == 403


@pytest.mark.parametrize("isi", [b"", b"PK\x03\x04rusak", b"kode;nama\n1;2\n", b"\xd0\xcf\x11\xe0lama"])
def test_files_that_are_no_workbook_are_refused_in_words(dunia: World, masuk: Masuk, isi: bytes) -> None:
    answer = upload(masuk("admin.jakbar"), isi)
    assert answer.status_code == 422 and "errorlist" in answer.content.decode()


def test_bombs_wrong_sheets_and_too_many_rows_are_refused(dunia: World) -> None:
    aktor = dunia.aktor("admin.jakbar")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (50 * 1024 * 1024))
    with pytest.raises(LembarTidakTerbaca, match="terlalu besar"):
        plan_import(aktor, bomb.getvalue())
    with pytest.raises(LembarTidakTerbaca, match="1 MB"):
        plan_import(aktor, b"x" * (1024 * 1024 + 1))
    with pytest.raises(LembarTidakTerbaca, match="5000"):
        plan_import(aktor, book([{"kode_wilayah": "31"}] * 5001))
    assert "tidak dikenal" in plan_import(aktor, book([ROW], sheet="Sheet1")).galat[0].alasan
    assert "username" in plan_import(aktor, book([ROW], columns=COLUMNS[:4])).galat[0].alasan


def test_a_tampered_or_foreign_preview_is_refused(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    preview = upload(client, book([ROW])).content.decode()
    assert client.post(URL, {"isi": "palsu"}).status_code == 422
    assert confirm(masuk("admin"), preview).status_code == 422
    assert not Pengguna.objects.filter(username="siti").exists()


def test_the_template_has_a_sheet_for_each_tier_and_imports_as_empty(dunia: World, masuk: Masuk) -> None:
    answer = masuk("admin.jakbar").get(f"{URL}templat/")
    assert answer.status_code == 200
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["Petunjuk", *SHEETS]
    plan = plan_import(dunia.aktor("admin.jakbar"), answer.content)
    assert plan.kosong and not plan.galat


def test_planning_costs_the_same_whatever_the_number_of_rows(dunia: World) -> None:
    aktor = dunia.aktor("admin.jakbar")
    Kursi.objects.get(posko=dunia.posko["31.73.08.1006"], instansi=dunia.instansi["lurah"])

    def cost(count: int) -> int:
        rows = [ROW | {"username": f"orang{n}", "surel": f"o{n}@contoh.test"} for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            plan_import(aktor, book(rows))
        return len(seen)

    assert cost(3) == cost(200)
