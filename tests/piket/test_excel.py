"""The Excel round trip: what comes back unchanged changes nothing, each edit does what it says, bad files say why."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import threading
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from piket import penugasan
from piket.excel.apply import Berubah, apply, preview
from piket.excel.bentuk import DATA, JADWAL, labels_of, same_name, split_number, tidy
from piket.excel.keadaan import Keadaan
from piket.excel.read import read_file
from piket.excel.write import workbook
from piket.giliran import create_shifts, fill_by_turn
from piket.models import Berhalangan, Kebutuhan, Pembuatan, Penugasan, Piket, TukarPiket
from piket.pembuatan import content_of, undo
from piket.penugasan import Ditolak
from piket.views.excel import SALT
from posko.lembar import LembarTidakTerbaca
from posko.models import Anggota, Kursi, Pengguna, Posko
from tests.cast import World, build_world
from tests.piket.test_jadwal import _crowd
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at

Masuk = Callable[[str], Client]
HARI, TANGGAL = "hari", "tanggal"
BOTH = pytest.mark.parametrize("susunan", [HARI, TANGGAL])
DAYS = 3


@pytest.fixture
def posko(dunia: World) -> Posko:
    """Jakarta Barat with a morning and an evening shift on the next three days; the operator leads the mornings."""
    posko = dunia.posko[JAKBAR]
    for n in range(DAYS):
        day = tomorrow(posko) + dt.timedelta(days=n)
        morning = make_shift(posko, 8, 16, day, nama="Pagi")
        make_shift(posko, 16, 22, day, nama="Sore")
        Penugasan.objects.create(piket=morning, anggota=member(dunia), koordinator=True)
        Penugasan.objects.create(piket=morning, anggota=member(dunia, "polres.jakbar"))
    return posko


def tomorrow(posko: Posko) -> dt.date:
    return posko.local_time().date() + dt.timedelta(days=1)


def shift_of(posko: Posko, nama: str = "Pagi", n: int = 0) -> Piket:
    return Piket.objects.get(posko=posko, nama=nama, tanggal=tomorrow(posko) + dt.timedelta(days=n))


def download(posko: Posko, susunan: str = HARI, days: int = DAYS) -> Any:
    first = tomorrow(posko)
    keadaan = Keadaan.read(posko, first, first + dt.timedelta(days=days - 1))
    return load_workbook(io.BytesIO(workbook(keadaan, susunan)))


def saved(book: Any) -> bytes:
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def place(book: Any, down: str, across: str) -> Any:
    """The cell of a row whose first three columns hold `down`, under the title `across`."""
    sheet = book[JADWAL]
    row = next(r for r in range(4, sheet.max_row + 1) if down in [sheet.cell(r, c).value for c in (1, 2, 3)])
    column = next(c for c in range(1, sheet.max_column + 1) if _title(sheet.cell(3, c).value) == across)
    return sheet.cell(row, column)


def _title(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, dt.datetime) else value


def cell_of(dunia: World, book: Any, posko: Posko, username: str, nama: str = "Pagi", n: int = 0) -> Any:
    """Where a person's duty of a day stands, in either orientation."""
    anggota, day = member(dunia, username), tomorrow(posko) + dt.timedelta(days=n)
    if book[JADWAL].cell(3, 1).value == "Instansi":
        return place(book, anggota.pk, day.isoformat())
    return place(book, shift_of(posko, nama, n).pk, str(anggota.kursi.instansi))


def send(client: Client, posko: Posko, isi: bytes | Any, name: str = "jadwal.xlsx") -> Any:
    isi = isi if isinstance(isi, bytes) else saved(isi)
    berkas = SimpleUploadedFile(name, isi)
    return client.post(reverse("jadwal:excel", args=[posko.pk]), {"berkas": berkas})


def sealed(answer: Any) -> str:
    return re.search(r'name="isi" value="([^"]+)"', answer.content.decode())[1]


def confirm(client: Client, posko: Posko, isi: str) -> Any:
    return client.post(reverse("jadwal:excel_apply", args=[posko.pk]), {"isi": isi})


def words(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@BOTH
def test_unchanged_there_is_no_difference(dunia: World, masuk: Masuk, posko: Posko, susunan: str) -> None:
    client = masuk("admin.jakbar")
    span = {"dari": tomorrow(posko), "sampai": tomorrow(posko) + dt.timedelta(days=30), "susunan": susunan}
    for kertas in ("a4", "folio"):
        file = client.get(reverse("jadwal:excel_file", args=[posko.pk]), span | {"kertas": kertas})
        assert file.status_code == 200 and f"-{susunan}.xlsx" in file["Content-Disposition"]
        for isi in (file.content, saved(load_workbook(io.BytesIO(file.content)))):
            answer = send(client, posko, isi)
            assert answer.status_code == 200 and "Tidak ada perbedaan" in words(answer)
            assert 'name="isi"' not in words(answer)
    assert not Pembuatan.objects.exists()


@BOTH
def test_the_file_is_fit_to_read_and_print(dunia: World, posko: Posko, susunan: str) -> None:
    book = download(posko, susunan)
    sheet = book[JADWAL]
    assert sheet.freeze_panes == "D4" and sheet.page_setup.orientation == "landscape"
    assert sheet.print_area and sheet.print_title_rows == "$1:$3" and sheet.page_setup.paperSize in (9, "9")
    assert sheet.column_dimensions["C"].hidden and book[DATA].sheet_state == "hidden"
    assert "Operator Jakarta Barat" in [c.value for c in book["Anggota"]["B"]]
    assert "Pagi 08.00–16.00" in [c.value for c in book["Legenda"]["B"]]
    leader = cell_of(dunia, book, posko, "operator.jakbar").value
    assert leader == ("P*" if susunan == HARI else "Operator Jakarta Barat*")


def _there(posko: Posko) -> set[tuple[Any, ...]]:
    rows = Penugasan.objects.live().filter(piket__posko=posko)
    return set(rows.values_list("piket", "anggota", "koordinator", "terkunci", "keterangan", "waktu"))


def test_undoing_gives_back_what_the_file_took(dunia: World, masuk: Masuk, posko: Posko) -> None:
    """Added people go, removed ones return, the old koordinator leads again; what was changed since then stays."""
    client, book, polres = masuk("admin.jakbar"), download(posko), member(dunia, "polres.jakbar")
    offered = Penugasan.objects.get(anggota=polres, piket=shift_of(posko, n=2))
    TukarPiket.objects.create(penugasan=offered, oleh=polres.pengguna, kunci=uuid.uuid4())
    Penugasan.objects.filter(anggota=polres, piket=shift_of(posko)).update(keterangan="Membawa kunci")
    before = _there(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    cell_of(dunia, book, posko, "polres.jakbar").value = None
    cell_of(dunia, book, posko, "polres.jakbar", n=2).value = None
    cell_of(dunia, book, posko, "operator.jakbar", n=1).value = "P"
    cell_of(dunia, book, posko, "polres.jakbar", n=1).value = "P*"
    confirm(client, posko, sealed(send(client, posko, book)))
    assert _there(posko) != before
    batch = Pembuatan.objects.get()
    assert content_of(batch).kembali == 4
    said = undo(batch.pk, by=dunia.aktor("admin.jakbar"))
    assert said == "0 giliran dan 1 penugasan dibatalkan, 4 penugasan dikembalikan."
    assert _there(posko) == before
    confirm(client, posko, sealed(send(client, posko, book)))
    penugasan.add(posko, shift_of(posko).pk, polres.pk, by=dunia.aktor("admin.jakbar"))
    undo(Pembuatan.objects.latest("id").pk, by=dunia.aktor("admin.jakbar"))
    again = _there(posko)
    assert {row[:4] for row in again} == {row[:4] for row in before}  # put back by hand meanwhile: not twice


@BOTH
def test_add_remove_and_another_koordinator(dunia: World, masuk: Masuk, posko: Posko, susunan: str) -> None:
    client, book = masuk("admin.jakbar"), download(posko, susunan)
    if susunan == HARI:
        cell_of(dunia, book, posko, "kpu.jakbar").value = "p"
        cell_of(dunia, book, posko, "polres.jakbar").value = None
        cell_of(dunia, book, posko, "operator.jakbar", n=1).value = "P"
        cell_of(dunia, book, posko, "polres.jakbar", n=1).value = "P*"
        cell_of(dunia, book, posko, "polres.jakbar", n=2).value = "P, S"
    else:
        cell_of(dunia, book, posko, "kpu.jakbar").value = (
            member(dunia, "kpu.jakbar").pengguna.nama.upper() + " "
        )
        cell_of(dunia, book, posko, "polres.jakbar").value = None
        cell_of(dunia, book, posko, "operator.jakbar", n=1).value = "Operator Jakarta Barat"
        cell_of(dunia, book, posko, "polres.jakbar", n=1).value = (
            member(dunia, "polres.jakbar").pengguna.nama + "*"
        )
        cell_of(dunia, book, posko, "polres.jakbar", "Sore", 2).value = member(
            dunia, "polres.jakbar"
        ).pengguna.nama
    seen = send(client, posko, book)
    beda = seen.context["beda"]
    assert seen.status_code == 200 and (beda.ditambah, beda.dikeluarkan, beda.koordinator) == (2, 1, 2)
    assert [len(rows) for _, rows in beda.per_hari] == [2, 2, 1]
    assert Penugasan.objects.count() == 2 * DAYS  # so far only shown
    isi = sealed(seen)
    answer = confirm(client, posko, isi)
    assert answer.status_code == 302 and "rentang=bulan" in answer["Location"]
    batch = Pembuatan.objects.get()
    assert batch.jenis == "excel" and batch.oleh == dunia.orang["admin.jakbar"]
    assert batch.penugasan.count() == 2 and "2 ditambahkan, 1 dikeluarkan" in batch.ringkasan
    there = Penugasan.objects.live().filter(piket__posko=posko)
    assert not there.filter(piket=shift_of(posko), anggota=member(dunia, "polres.jakbar")).exists()
    leader = there.get(piket=shift_of(posko, n=1), koordinator=True)
    assert leader.anggota == member(dunia, "polres.jakbar")
    again = confirm(client, posko, isi)  # pressed twice
    assert again.status_code == 302 and Pembuatan.objects.count() == 1
    assert "Tidak ada perbedaan" in words(send(client, posko, book))
    assert "Tidak ada perbedaan" in words(send(client, posko, download(posko, susunan)))


def test_a_new_row_and_what_is_left_out(dunia: World, masuk: Masuk, posko: Posko) -> None:
    """A person without a row is written by name; rows, columns and headings taken away change nothing."""
    client, book = masuk("admin.jakbar"), download(posko)
    sheet = book[JADWAL]
    row = place(book, member(dunia, "kpu.jakbar").pk, "ID").row
    agency, name = sheet.cell(row, 1).value, sheet.cell(row, 2).value
    sheet.delete_rows(row)
    sheet.delete_rows(place(book, member(dunia, "polres.jakbar").pk, "ID").row)
    sheet.delete_cols(5)
    sheet.insert_rows(1)
    below = sheet.max_row + 2
    for column, value in ((1, agency.lower()), (2, f"  {name} "), (4, "S")):
        sheet.cell(below, column).value = value
    beda = send(client, posko, book).context["beda"]
    assert [(u.jenis, u.nama, u.piket.nama, u.sel) for u in beda.ubahan] == [
        ("tambah", name, "Sore", f"D{below}")
    ]


@pytest.mark.parametrize(
    ("username", "value", "said"),
    [
        ("kpu.jakbar", "X", "Label X tidak dikenal; yang ada: P, S."),
        ("kpu.jakbar", "P P", "disebut dua kali"),
        ("kpu.jakbar", "P*", "sudah punya koordinator di berkas ini"),
        ("partai.jakbar", "S*", "peserta pemilihan tidak menjadi koordinator"),
        ("kpu.jakbar", "=1+1", "Rumus tidak diterima"),
        ("kpu.jakbar", True, "Isi sel ini tidak dikenal"),
        ("kpu.jakbar", 1.5, "Angka ini tidak dikenal"),
        ("kpu.jakbar", 7, "Label 7 tidak dikenal"),
        ("kpu.jakbar", "*", "Label * tidak dikenal"),
        ("kpu.jakbar", dt.date(2027, 1, 1), "tulis label giliran"),
    ],
)
def test_wrong_cells_days_across(
    dunia: World, masuk: Masuk, posko: Posko, username: str, value: Any, said: str
) -> None:
    book = download(posko)
    cell = cell_of(dunia, book, posko, username)
    cell.value = value
    answer = send(masuk("admin.jakbar"), posko, book)
    assert answer.status_code == 422 and said in words(answer) and 'name="isi"' not in words(answer)
    # Which of two koordinator is wrong depends on who stands first.
    assert re.search(rf"Lembar Jadwal, sel {cell.coordinate[0]}\d+: ", words(answer))
    if "koordinator di" not in said:
        assert f"Lembar Jadwal, sel {cell.coordinate}: " in words(answer)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Budi", "Budi bukan anggota posko ini."),
        ("Budi #999999", "bukan anggota KPU di posko ini"),
        ("Operator Jakarta Barat", "Operator Jakarta Barat bukan anggota KPU, melainkan"),
        ("{kpu}; {kpu}", "disebut dua kali"),
        ("{kpu}*", "sudah punya koordinator di berkas ini"),
        ("=HYPERLINK(1)", "Rumus tidak diterima"),
        ("<b>Budi</b>", "<b>Budi</b> bukan anggota posko ini."),
    ],
)
def test_wrong_cells_dates_down(dunia: World, masuk: Masuk, posko: Posko, value: str, said: str) -> None:
    book = download(posko, TANGGAL)
    cell = cell_of(dunia, book, posko, "kpu.jakbar")
    cell.value = value.replace("{kpu}", member(dunia, "kpu.jakbar").pengguna.nama)
    answer = send(masuk("admin.jakbar"), posko, book)
    assert answer.status_code == 422 and said in words(answer) and "<b>Budi" not in answer.content.decode()
    assert re.search(r"Lembar Jadwal, sel [A-Z]+4: ", words(answer))


@pytest.mark.parametrize(
    ("susunan", "row", "column", "value", "said"),
    [
        (HARI, 3, 4, "besok", "besok bukan tanggal"),
        (HARI, 3, 4, dt.date(2031, 1, 1), "di luar rentang berkas ini"),
        (HARI, 3, 5, None, "Kolom ini tidak bertanggal"),
        (HARI, 4, 2, "Orang Lain", "namanya tidak boleh diganti"),
        (HARI, 4, 3, 999999, "bukan lagi anggota posko ini"),
        (HARI, 40, 4, "P", "Nama kosong"),
        (TANGGAL, 3, 4, "Kementerian", "Instansi Kementerian tidak ada di posko ini"),
        (TANGGAL, 4, 1, "kapan saja", "tanggalnya tidak boleh diganti"),
        (TANGGAL, 4, 3, 999999, "sudah dihapus dari jadwal"),
        (TANGGAL, 40, 4, "Budi", "Tanggal tidak dikenal"),
        (TANGGAL, 40, 1, dt.date(2031, 1, 1), "Tidak ada giliran"),
    ],
)
def test_wrong_titles_and_rows(
    dunia: World, masuk: Masuk, posko: Posko, susunan: str, row: int, column: int, value: Any, said: str
) -> None:
    book = download(posko, susunan)
    sheet = book[JADWAL]
    sheet.cell(row, column).value = value
    if value is None:
        sheet.cell(4, column).value = "P"
    answer = send(masuk("admin.jakbar"), posko, book)
    assert answer.status_code == 422 and said in words(answer), words(answer)
    assert not Pembuatan.objects.exists()


def test_the_same_row_day_and_agency_twice(dunia: World, posko: Posko) -> None:
    book = download(posko)
    sheet = book[JADWAL]
    for column in (1, 2, 3):
        sheet.cell(40, column).value = sheet.cell(4, column).value
    sheet.cell(3, 5).value = sheet.cell(3, 4).value
    said = [str(g) for g in preview(posko, read_file(saved(book))).beda.galat]
    assert any("sel B40" in g and "sudah ada di baris 4" in g for g in said)
    assert any("sel E3" in g and "sudah ada di kolom lain" in g for g in said)
    book = download(posko, TANGGAL)
    sheet = book[JADWAL]
    for column in (1, 2, 3):
        sheet.cell(40, column).value = sheet.cell(4, column).value
    sheet.cell(3, 5).value = sheet.cell(3, 4).value
    said = [str(g) for g in preview(posko, read_file(saved(book))).beda.galat]
    assert any("sel B40" in g and "sudah ada di baris 4" in g for g in said)
    assert any("sel E3" in g and "sudah ada di kolom lain" in g for g in said)


def _namesake(dunia: World, name: str = "Budi") -> tuple[Anggota, Anggota]:
    kursi = dunia.kursi(JAKBAR, "kpu")
    made = []
    for n in (1, 2):
        orang = Pengguna.objects.create(username=f"budi{n}", nama=name)
        made.append(
            Anggota.objects.create(
                pengguna=orang, kursi=kursi, peran="piket", jabatan=f"Staf {n}", mulai=dunia.edisi.dibuka
            )
        )
    return made[0], made[1]


def test_two_people_of_one_name(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, (one, two) = masuk("admin.jakbar"), _namesake(dunia)
    Penugasan.objects.create(piket=shift_of(posko), anggota=two)
    for susunan in (HARI, TANGGAL):
        assert "Tidak ada perbedaan" in words(send(client, posko, download(posko, susunan)))
    book = download(posko, TANGGAL)
    cell = cell_of(dunia, book, posko, "kpu.jakbar")
    assert cell.value == f"Budi #{two.pk}"
    cell.value = "Budi"
    answer = send(client, posko, book)
    assert answer.status_code == 422
    assert (
        f"Ada 2 orang bernama Budi di KPU. Tulis Budi #{one.pk} (Staf 1) atau Budi #{two.pk} (Staf 2)."
        in words(answer)
    )
    cell.value = f"budi #{one.pk}\nBudi #{two.pk}*"
    beda = send(client, posko, book).context["beda"]
    assert beda.galat and "koordinator" in str(beda.galat[0])
    cell.value = f"budi #{one.pk}\nBudi #{two.pk}"
    beda = send(client, posko, book).context["beda"]
    assert [(u.jenis, u.anggota) for u in beda.ubahan] == [("tambah", one.pk)]


@pytest.mark.parametrize(
    "nama", ["=cmd|' /C calc'!A0", "Budi; Siti", "Bintang *", "Budi #5", "@SUM(1)", "A\u200bB", "Andi, S.H."]
)
@BOTH
def test_odd_names_come_back(dunia: World, posko: Posko, susunan: str, nama: str) -> None:
    orang = Pengguna.objects.create(username="aneh", nama=nama)
    kursi = dunia.kursi(JAKBAR, "kpu")
    anggota = Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
    Penugasan.objects.create(piket=shift_of(posko), anggota=anggota)
    book = download(posko, susunan)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not preview(posko, read_file(saved(book))).beda.ubahan


def test_clashes_here_and_elsewhere(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client = masuk("admin.jakbar")
    make_shift(posko, 9, 12, tomorrow(posko), nama="Rapat")
    elsewhere = seat_at(dunia, "kpu.jakbar", JAKTIM)
    Penugasan.objects.create(
        piket=make_shift(dunia.posko[JAKTIM], 10, 11, tomorrow(posko)), anggota=elsewhere
    )
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    cell_of(dunia, book, posko, "bawaslu.jakbar").value = "P R"
    cell_of(dunia, book, posko, "polres.jakbar").value = "P R"
    answer = send(client, posko, book)
    text = words(answer)
    assert answer.status_code == 422 and len(answer.context["beda"].galat) == 3
    assert "bertugas di Posko Kota Jakarta Timur 10.00–11.00" in text
    assert (
        text.count("bertugas di Posko Kota Jakarta Barat 08.00–16.00") == 2
    )  # one was kept, one is the file's own


def test_moving_from_one_shift_to_an_overlapping_one(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client = masuk("admin.jakbar")
    make_shift(posko, 9, 12, tomorrow(posko), nama="Rapat")
    book = download(posko)
    cell_of(dunia, book, posko, "polres.jakbar").value = "R"
    assert confirm(client, posko, sealed(send(client, posko, book))).status_code == 302
    duty = Penugasan.objects.live().get(
        anggota=member(dunia, "polres.jakbar"), piket__tanggal=tomorrow(posko)
    )
    assert duty.piket.nama == "Rapat" and duty.waktu == duty.piket.waktu


def test_outside_the_membership(dunia: World, posko: Posko) -> None:
    Anggota.objects.filter(pk=member(dunia, "kpu.jakbar").pk).update(selesai=tomorrow(posko))
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar", n=1).value = "P"
    said = [str(g) for g in preview(posko, read_file(saved(book))).beda.galat]
    assert len(said) == 1 and "di luar masa tugas" in said[0] and "sel E" in said[0]


@BOTH
def test_locked_attended_and_past_duties_stay(dunia: World, posko: Posko, susunan: str) -> None:
    duties = Penugasan.objects.filter(anggota=member(dunia, "polres.jakbar"))
    locked, attended = duties.get(piket=shift_of(posko)), duties.get(piket=shift_of(posko, n=1))
    Penugasan.objects.filter(pk=locked.pk).update(terkunci=True)
    Penugasan.objects.filter(pk=attended.pk).update(kehadiran="sakit")
    book = download(posko, susunan)
    for n in (0, 1):
        cell_of(dunia, book, posko, "polres.jakbar", n=n).value = None
    said = " ".join(str(g) for g in preview(posko, read_file(saved(book))).beda.galat)
    assert "penugasan ini dikunci" in said and "kehadirannya sudah dicatat" in said
    yesterday = tomorrow(posko) - dt.timedelta(days=2)
    past = make_shift(posko, 8, 16, yesterday, nama="Pagi")
    Penugasan.objects.create(piket=past, anggota=member(dunia, "polres.jakbar"))
    book = load_workbook(io.BytesIO(workbook(Keadaan.read(posko, yesterday, yesterday), susunan)))
    assert not preview(posko, read_file(saved(book))).beda.ubahan
    sheet = book[JADWAL]
    for row in sheet.iter_rows(min_row=4, min_col=4):
        for cell in row:
            cell.value = None
    said = " ".join(str(g) for g in preview(posko, read_file(saved(book))).beda.galat)
    assert "giliran ini sudah dimulai" in said


def test_who_said_not_to_be_able_to_come_is_named(dunia: World, masuk: Masuk, posko: Posko) -> None:
    kpu = member(dunia, "kpu.jakbar")
    Berhalangan.objects.create(
        pemilihan=dunia.edisi, pengguna=kpu.pengguna, dari=tomorrow(posko), sampai=tomorrow(posko), alasan="sakit",
        kunci=uuid.uuid4(), oleh=kpu.pengguna,
    )  # fmt: skip
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    answer = send(masuk("admin.jakbar"), posko, book)
    assert answer.status_code == 200 and ": berhalangan." in words(answer) and "sakit" not in words(answer)


def test_more_than_a_shift_needs_is_said(dunia: World, masuk: Masuk, posko: Posko) -> None:
    Kebutuhan.objects.create(piket=shift_of(posko), kursi=dunia.kursi(JAKBAR, "polres"), jumlah=1)
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    cell_of(dunia, book, posko, "kpu.jakbar", n=1).value = "P"  # asks for nothing: no limit
    answer = send(masuk("admin.jakbar"), posko, book)
    assert answer.status_code == 200 and "KPU menjadi 1 orang, dibutuhkan 0" in words(answer)
    assert len(answer.context["beda"].peringatan) == 1


def test_changed_since_the_download_and_since_the_preview(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, by = masuk("admin.jakbar"), dunia.aktor("admin.jakbar")
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    penugasan.add(posko, shift_of(posko, "Sore").pk, member(dunia, "bawaslu.jakbar").pk, by=by)
    stale = send(client, posko, book)
    assert "Jadwal sudah berubah sejak berkas ini diunduh" in words(stale)
    assert {(u.jenis, u.instansi) for u in stale.context["beda"].ubahan} == {
        ("tambah", "KPU"),
        ("keluar", "Bawaslu"),
    }
    book = download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    fresh = send(client, posko, book)
    assert "Jadwal sudah berubah" not in words(fresh)
    penugasan.add(posko, shift_of(posko, "Sore", 1).pk, member(dunia, "bawaslu.jakbar").pk, by=by)
    before = set(Penugasan.objects.values_list("pk", flat=True))
    late = confirm(client, posko, sealed(fresh))
    assert late.status_code == 409 and "berubah sejak pratinjau" in words(late)
    assert set(Penugasan.objects.values_list("pk", flat=True)) == before and not Pembuatan.objects.exists()
    assert confirm(client, posko, sealed(late)).status_code == 302  # seen and confirmed again


def test_what_became_impossible_meanwhile_writes_nothing(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, book = masuk("admin.jakbar"), download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    cell_of(dunia, book, posko, "bawaslu.jakbar").value = "P"
    isi = sealed(send(client, posko, book))
    elsewhere = seat_at(dunia, "kpu.jakbar", JAKTIM)
    Penugasan.objects.create(piket=make_shift(dunia.posko[JAKTIM], 9, 12), anggota=elsewhere)
    answer = confirm(client, posko, isi)
    assert answer.status_code == 409 and "Posko Kota Jakarta Timur" in words(answer)
    assert not Penugasan.objects.filter(anggota=member(dunia, "bawaslu.jakbar")).exists()
    with pytest.raises(Berubah):
        apply(posko, preview(posko, read_file(saved(book))).harapan, "lain", by=dunia.aktor("admin.jakbar"))


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_one_batch() -> None:
    """Ten admins confirm what they saw: half add a person here, half there at the same hour; one of them wins."""
    dunia = build_world()
    here, there = dunia.posko[JAKBAR], dunia.posko[JAKTIM]
    by, day = dunia.aktor("admin"), tomorrow(here)
    twice = seat_at(dunia, "kpu.jakbar", JAKTIM)
    wishes = []
    for posko, anggota in ((here, member(dunia, "kpu.jakbar")), (there, twice)):
        make_shift(posko, 8, 16, day, nama="Pagi")
        book = load_workbook(io.BytesIO(workbook(Keadaan.read(posko, day, day), HARI)))
        place(book, anggota.pk, day.isoformat()).value = "P"
        found = preview(posko, read_file(saved(book)))
        wishes.append((posko, found.harapan, found.beda.sidik))
    said: list[str] = []
    gate = threading.Barrier(10)

    def press(n: int) -> None:
        try:
            gate.wait()
            posko, harapan, shown = wishes[n % 2]
            said.append("menang" if apply(posko, harapan, shown, by=by) else "sudah")
        except Ditolak as refused:
            said.append(f"ditolak {type(refused).__name__}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["ditolak Berubah"] * 5 + ["menang"] + ["sudah"] * 4
    assert Penugasan.objects.live().count() == Pembuatan.objects.count() == 1


def test_an_offered_duty_is_cancelled_not_deleted(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, polres = masuk("admin.jakbar"), member(dunia, "polres.jakbar")
    duty = Penugasan.objects.get(anggota=polres, piket=shift_of(posko))
    TukarPiket.objects.create(penugasan=duty, oleh=polres.pengguna, kunci=uuid.uuid4())
    book = download(posko)
    cell_of(dunia, book, posko, "polres.jakbar").value = None
    assert confirm(client, posko, sealed(send(client, posko, book))).status_code == 302
    duty.refresh_from_db()
    assert duty.status == "dibatalkan"


def test_a_foreign_or_tampered_preview_is_refused(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, book = masuk("admin.jakbar"), download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    isi = sealed(send(client, posko, book))
    for bad in (
        "",
        "palsu",
        isi[:-2],
        signing.dumps([1, 2, "x", []], salt="lain"),
        signing.dumps([1, 2, "x", []], salt=SALT),
    ):
        answer = confirm(client, posko, bad)
        assert answer.status_code == 422 and "tidak berlaku" in words(answer)
    assert confirm(masuk("admin"), posko, isi).status_code == 422  # somebody else's preview
    assert confirm(client, dunia.posko["31.73.08"], isi).status_code == 422  # another post's
    assert client.get(reverse("jadwal:excel_apply", args=[posko.pk])).status_code == 405
    assert not Pembuatan.objects.exists()


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("admin.jakbar", "31.73", 200),
        ("admin.jakbar", "31", 403),
        ("admin.jakbar", "31.75", 404),
        ("admin", "31.75", 200),
        ("operator.jakbar", "31.73", 302),
        ("ketua.jakbar", "31.73", 302),
        ("partai.jakbar", "31.73", 302),
    ],
)
def test_who_may(dunia: World, masuk: Masuk, username: str, kode: str, status: int) -> None:
    client, there = masuk(username), dunia.posko[kode]
    span = {"dari": "2027-01-01", "sampai": "2027-01-31", "susunan": "hari", "kertas": "a4"}
    assert client.get(reverse("jadwal:excel", args=[there.pk])).status_code == status
    assert client.get(reverse("jadwal:excel_file", args=[there.pk]), span).status_code == status
    sent = send(client, there, b"bukan")
    assert sent.status_code == (422 if status == 200 else status)
    assert confirm(client, there, "x").status_code == (422 if status == 200 else status)


def test_the_page_begins_with_the_days_of_the_grid(dunia: World, masuk: Masuk) -> None:
    client, address = masuk("admin.jakbar"), reverse("jadwal:excel", args=[dunia.posko[JAKBAR].pk])
    text = words(client.get(address, {"dari": "2027-02-01", "sampai": "2027-02-28"}))
    assert 'value="2027-02-01"' in text and 'value="2027-02-28"' in text
    assert client.get(address, {"dari": "x", "sampai": "9999-99-99"}).status_code == 200


def test_a_closed_edition_is_read_only(dunia: World, masuk: Masuk, posko: Posko) -> None:
    client, book = masuk("admin.jakbar"), download(posko)
    cell_of(dunia, book, posko, "kpu.jakbar").value = "P"
    isi = sealed(send(client, posko, book))
    dunia.edisi.close()
    assert send(client, posko, book).status_code == 403
    assert confirm(client, posko, isi).status_code == 403 and not Pembuatan.objects.exists()


def test_another_posts_file(dunia: World, masuk: Masuk, posko: Posko) -> None:
    answer = send(masuk("admin"), dunia.posko[JAKTIM], download(posko))
    assert answer.status_code == 422 and "jadwal posko lain (kode 31.73)" in words(answer)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("dari=2027-02-01&sampai=2027-01-01&susunan=hari&kertas=a4", "sebelum tanggal awal"),
        ("dari=2027-01-01&sampai=2027-12-31&susunan=hari&kertas=a4", "Paling banyak 62 hari"),
        ("dari=x&sampai=2027-01-01&susunan=zig&kertas=a9", "Masukkan"),
        ("", "errorlist"),
    ],
)
def test_odd_downloads_are_refused_at_the_field(dunia: World, masuk: Masuk, query: str, said: str) -> None:
    address = reverse("jadwal:excel_file", args=[dunia.posko[JAKBAR].pk])
    answer = masuk("admin.jakbar").get(f"{address}?{query}")
    assert answer.status_code == 422 and said in words(answer)


# --- files that are no roster ---------------------------------------------------------------------------


def _zipped(**parts: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, isi in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), isi)
    return whole.getvalue()


def _with_part(isi: bytes, name: str, part: bytes) -> bytes:
    """The file with one part added or put in another's place."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(isi)) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return whole.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><sst>&b;</sst>'


def _bad_files() -> Iterator[tuple[str, bytes, str]]:
    plain = Workbook()
    plain.active.title = JADWAL
    no_grid = Workbook()
    yield "a.xlsx", b"", "kosong"
    yield "a.xlsx", b"PK\x03\x04rusak", "bukan lembar Excel"
    yield "a.xlsx", b"\xd0\xcf\x11\xe0lama", "bukan lembar Excel"
    yield "a.xls", b"\xd0\xcf\x11\xe0lama", "Hanya berkas .xlsx"
    yield "a.xlsm", saved(plain), "Hanya berkas .xlsx"
    yield "a.xlsx", _with_part(saved(plain), "xl/vbaProject.bin", b"x"), "makro"
    yield (
        "a.xlsx",
        _zipped(xl__worksheets__sheet1_dot_xml=b"0" * (45 * 1024 * 1024)),
        "terlalu besar setelah dibuka",
    )
    repeated = b"<sst>" + b"<si><t>x</t></si>" * 300_000 + b"</sst>"
    yield "a.xlsx", _with_part(saved(plain), "xl/sharedStrings.xml", repeated), "terlalu besar setelah dibuka"
    yield "a.xlsx", _zipped(**{f"f{n}": b"" for n in range(300)}), "terlalu besar setelah dibuka"
    yield "a.xlsx", _with_part(saved(plain), "xl/sharedStrings.xml", LAUGHS), "bukan lembar Excel"
    yield "a.xlsx", b"0" * (5 * 1024 * 1024 + 1), "lebih dari 5 MB"
    yield "a.xlsx", saved(plain), "bukan unduhan jadwal"
    yield "a.xlsx", saved(no_grid), "tidak punya lembar Jadwal"


@pytest.mark.parametrize(("name", "isi", "said"), list(_bad_files()))
def test_bad_files_are_refused_in_words(dunia: World, masuk: Masuk, name: str, isi: bytes, said: str) -> None:
    answer = send(masuk("admin.jakbar"), dunia.posko[JAKBAR], isi, name)
    assert answer.status_code == 422 and said in words(answer) and "errorlist" in words(answer)


def test_macros_by_another_name(posko: Posko) -> None:
    isi = saved(download(posko))
    with zipfile.ZipFile(io.BytesIO(isi)) as archive:
        types = archive.read("[Content_Types].xml")
    macro = types.replace(b"spreadsheetml.sheet.main+xml", b"x.ms-excel.sheet.macroEnabled.main+xml")
    assert macro != types
    with pytest.raises(LembarTidakTerbaca, match="makro"):
        read_file(_with_part(isi, "[Content_Types].xml", macro))


@pytest.mark.parametrize(
    ("row", "value"),
    [(1, "lain-1"), (4, "kapan"), (5, "2099-12-31"), (5, "1999-01-01")],
)
def test_the_hidden_sheet_is_not_believed(posko: Posko, row: int, value: str) -> None:
    book = download(posko)
    book[DATA].cell(row, 2).value = value
    with pytest.raises(LembarTidakTerbaca, match="bukan unduhan"):
        read_file(saved(book))


def test_too_many_rows_columns_and_no_titles(posko: Posko) -> None:
    book = download(posko)
    book[JADWAL].cell(1501, 1).value = "x"
    with pytest.raises(LembarTidakTerbaca, match="1500 baris"):
        read_file(saved(book))
    book = download(posko)
    book[JADWAL].cell(4, 121).value = "x"
    with pytest.raises(LembarTidakTerbaca, match="120 kolom"):
        read_file(saved(book))
    book = download(posko)
    book[JADWAL].cell(3, 2).value = "Petugas"
    with pytest.raises(LembarTidakTerbaca, match="Judul kolom"):
        read_file(saved(book))


_CELLS = st.one_of(
    st.none(), st.integers(), st.floats(), st.booleans(), st.dates(dt.date(1900, 3, 1)),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.sampled_from(["P", "P*", "S,P", "*", "#", "#1", ";", "Budi #", "\n", "P**", "="]),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    susunan=st.sampled_from([HARI, TANGGAL]),
    edits=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8), _CELLS), min_size=1, max_size=6),
)
def test_whatever_is_typed_is_understood_or_explained(
    dunia: World, posko: Posko, susunan: str, edits: list[tuple[int, int, Any]]
) -> None:
    book = download(posko, susunan)
    for row, column, value in edits:
        book[JADWAL].cell(row, column).value = value
    try:
        beda = preview(posko, read_file(saved(book))).beda
    except LembarTidakTerbaca:
        return
    assert all(str(g) for g in beda.galat)
    assert all(u.piket.posko_id == posko.pk for u in beda.ubahan)


@given(st.text())
def test_names_are_compared_as_they_are_written(text: str) -> None:
    assert same_name(tidy(text)) == same_name(text)
    assert split_number(f"{tidy(text)} #7") == (tidy(text), 7)


def test_labels_can_be_read_back(dunia: World) -> None:
    posko = dunia.posko[JAKBAR]
    names = [("* Pagi", 6), ("=Pagi", 8), ("Pagi", 9), ("P", 10), ("Sore", 15)]
    labels = labels_of([make_shift(posko, hour, hour + 1, nama=name) for name, hour in names]).values()
    assert len(set(labels)) == 5 and all(label.isalnum() for label in labels)


def _trip(client: Client, posko: Posko, susunan: str) -> list[int]:
    first = dt.date(2027, 1, 1)
    span = {"dari": first, "sampai": dt.date(2027, 1, 31), "susunan": susunan, "kertas": "a4"}
    with CaptureQueriesContext(connection) as down:
        isi = client.get(reverse("jadwal:excel_file", args=[posko.pk]), span).content
    book = load_workbook(io.BytesIO(isi))
    for row in book[JADWAL].iter_rows(min_row=4, min_col=4, max_col=12):
        for cell in row:
            cell.value = None
    with CaptureQueriesContext(connection) as up:
        seen = send(client, posko, book)
    assert seen.status_code == 200 and seen.context["beda"].dikeluarkan
    with CaptureQueriesContext(connection) as done:
        assert confirm(client, posko, sealed(seen)).status_code == 302
    with CaptureQueriesContext(connection) as back:
        seen = send(client, posko, isi)
    assert seen.context["beda"].basi and seen.context["beda"].ditambah
    with CaptureQueriesContext(connection) as again:
        assert confirm(client, posko, sealed(seen)).status_code == 302
    assert "Tidak ada perbedaan" in words(send(client, posko, isi))
    return [len(one) for one in (down, up, done, back, again)]


@BOTH
def test_queries_do_not_grow(dunia: World, masuk: Masuk, susunan: str) -> None:
    """A month of 25 agencies, downloaded, emptied by a third, and filled again from the first file."""
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    Penugasan.objects.create(piket=make_shift(posko, day=dt.date(2027, 1, 1)), anggota=member(dunia))
    few = _trip(client, posko, susunan)
    _crowd(dunia, posko, 25 - Kursi.objects.filter(posko=posko).count(), 4)
    needs = dict.fromkeys(Kursi.objects.filter(posko=posko), 1)
    shifts = create_shifts(
        posko, dt.date(2027, 1, 1), dt.date(2027, 1, 31), [("Piket", dt.time(8), dt.time(16))], needs
    )
    assert len(fill_by_turn(shifts)) > 700
    many = _trip(client, posko, susunan)
    assert many == few and many[0] <= 11 and many[1] <= 12 and many[3] <= 14 and many[4] <= 45, many
