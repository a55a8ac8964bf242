"""The journal: nothing in it is changed, and what is changed around its guards is found and named."""

from __future__ import annotations

import datetime as dt
import importlib
import io
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from laporan import jurnal
from laporan.models import Laporan, Perkembangan
from laporan.pemeriksaan import check
from posko.models import TPS, Berkas
from tests.cast import World
from tests.laporan.langkah import KEADAAN, KETUA, POLRES, bring, bring_to, perform

TABLES = (
    "laporan_laporan",
    "laporan_perkembangan",
    "laporan_lampiran",
    "laporan_laporantps",
    "laporan_penghitung",
)


@pytest.fixture
def sql(db: None) -> Iterator[Callable[..., None]]:
    """Raw SQL as somebody with the database's owner rights would run it, all guards off; undone afterwards."""
    before = transaction.savepoint()

    def run(statement: str, *params: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, params)
            cursor.execute("SET session_replication_role = origin")

    yield run
    transaction.savepoint_rollback(before)


@pytest.fixture
def laporan(dunia: World) -> Laporan:
    """A closed report with photos, stations and a text in most entries; another one stands beside it."""
    photos = tuple(
        Berkas.objects.create(
            sha256=mark * 64, ukuran=1, lebar=4, tinggi=3, pengunggah=dunia.orang["lapor.kembangan-selatan"]
        )
        for mark in "ab"
    )
    stations = tuple((tps, {"tinggi_air": "40 cm"}) for tps in TPS.objects.filter(nomor__in=(54, 55)))
    found = bring(dunia, "ditutup", foto=photos[:1], tps=stations, lokasi="RT 04", rincian={"rumah": 12})
    Berkas.objects.create(sha256="c" * 64, ukuran=1, lebar=4, tinggi=3, pengunggah=dunia.orang[KETUA])
    dunia.file()
    return found


def test_whole_journal_passes_and_says_how_much(laporan: Laporan) -> None:
    out = io.StringIO()
    call_command("periksa_jurnal", stdout=out)
    assert out.getvalue().strip() == "Jurnal utuh: 2 laporan, 6 perkembangan"
    for options in ({"nomor": laporan.nomor}, {"pemilihan": "gladi"}):
        call_command("periksa_jurnal", stdout=io.StringIO(), **options)
    with pytest.raises(CommandError, match="Tidak ada"):
        call_command("periksa_jurnal", nomor="3173-000000-0001")


# What an intruder does to the report (%s is its id) → words of the finding that names it.
TAMPER = {
    "status": ("UPDATE laporan_laporan SET status = 'selesai' WHERE id = %s", "status berbeda"),
    "prioritas": ("UPDATE laporan_laporan SET prioritas = 'rendah' WHERE id = %s", "prioritas berbeda"),
    "akses": ("UPDATE laporan_laporan SET akses = 'terbatas' WHERE id = %s", "akses berbeda"),
    "jejak": ("UPDATE laporan_laporan SET jejak = '{1}' WHERE id = %s", "jejak berbeda"),
    "disebut": ("UPDATE laporan_laporan SET disebut = '{1}' WHERE id = %s", "disebut berbeda"),
    "pelapor": (
        "UPDATE laporan_laporan SET pelapor_id = (SELECT id FROM posko_pengguna WHERE username = 'admin') WHERE id = %s",
        "pelapor berbeda",
    ),
    "clock": ("UPDATE laporan_laporan SET batas_waktu = now() WHERE id = %s", "batas_waktu berbeda"),
    "filed at": ("UPDATE laporan_laporan SET waktu_lapor = now() WHERE id = %s", "waktu lapor berbeda"),
    "summary": ("UPDATE laporan_laporan SET ringkasan = 'lain' WHERE id = %s", "ringkasan berbeda"),
    "place": ("UPDATE laporan_laporan SET lokasi = 'RT 05' WHERE id = %s", "lokasi berbeda"),
    "facts": ("UPDATE laporan_laporan SET rincian = '{\"rumah\": 1}' WHERE id = %s", "rincian berbeda"),
    "story": ("UPDATE laporan_laporan SET uraian = 'Tidak ada apa-apa.' WHERE id = %s", "uraian laporan berbeda"),
    "version": ("UPDATE laporan_laporan SET versi = 9 WHERE id = %s", "versi tidak sama"),
    "head": ("UPDATE laporan_laporan SET jurnal_kepala = repeat('0', 64) WHERE id = %s", "segel laporan tidak cocok"),
    "length": ("UPDATE laporan_laporan SET jurnal_panjang = 4 WHERE id = %s", "segel laporan tidak cocok"),
    "report key": ("UPDATE laporan_laporan SET jurnal_kunci_id = 'asing' WHERE id = %s", "“asing” tidak dikenal"),
    "entry": (
        "UPDATE laporan_perkembangan SET isi = replace(isi, 'selesai', 'ditutup') WHERE laporan_id = %s AND urut = 4",
        "perkembangan 4 (resolve): segel tidak cocok",
    ),
    "entry unreadable": ("UPDATE laporan_perkembangan SET isi = '{' WHERE laporan_id = %s AND urut = 2", "tidak terbaca"),
    "entry key": ("UPDATE laporan_perkembangan SET kunci_id = 'asing' WHERE laporan_id = %s AND urut = 2", "“asing” tidak"),
    "when": ("UPDATE laporan_perkembangan SET pada = now() WHERE laporan_id = %s AND urut = 2", "kolom waktu berbeda"),
    "who": (
        "UPDATE laporan_perkembangan SET pengguna_id = (SELECT id FROM posko_pengguna WHERE username = 'admin') "
        "WHERE laporan_id = %s AND urut = 2",
        "kolom pengguna berbeda",
    ),
    "membership": (
        "UPDATE laporan_perkembangan SET anggota_id = NULL WHERE laporan_id = %s AND urut = 2", "kolom anggota berbeda"
    ),
    "act": ("UPDATE laporan_perkembangan SET tindakan = 'handle' WHERE laporan_id = %s AND urut = 2", "kolom tindakan"),
    "middle removed": ("DELETE FROM laporan_perkembangan WHERE laporan_id = %s AND urut = 3", "perkembangan 3 hilang"),
    "last removed": ("DELETE FROM laporan_perkembangan WHERE laporan_id = %s AND urut = 5", "seharusnya 5 perkembangan, ada 4"),
    "last removed, length put right": (
        "WITH gone AS (DELETE FROM laporan_perkembangan WHERE laporan_id = %s AND urut = 5 RETURNING laporan_id) "
        "UPDATE laporan_laporan l SET jurnal_panjang = 4, versi = 4, status = 'selesai', jurnal_kepala = "
        "(SELECT mac FROM laporan_perkembangan WHERE laporan_id = l.id AND urut = 4) FROM gone WHERE l.id = gone.laporan_id",
        "segel laporan tidak cocok",
    ),
    "chain removed": ("DELETE FROM laporan_perkembangan WHERE laporan_id = %s", "seharusnya 5 perkembangan, ada 0"),
    "inserted": (
        "INSERT INTO laporan_perkembangan (laporan_id, urut, pada, pengguna_id, anggota_id, tindakan, isi, kunci_id, mac) "
        "SELECT laporan_id, 6, pada, pengguna_id, anggota_id, tindakan, isi, kunci_id, mac FROM laporan_perkembangan "
        "WHERE laporan_id = %s AND urut = 5",
        "seharusnya 5 perkembangan, ada 6",
    ),
    "text": (
        "UPDATE laporan_teksperkembangan SET teks = 'Lain.' WHERE perkembangan_id = "
        "(SELECT id FROM laporan_perkembangan WHERE laporan_id = %s AND urut = 4)",
        "teks diubah",
    ),
    "story and its text": (
        "WITH told AS (UPDATE laporan_laporan SET uraian = 'Lain.' WHERE id = %s RETURNING id) "
        "UPDATE laporan_teksperkembangan SET teks = 'Lain.' WHERE perkembangan_id = "
        "(SELECT p.id FROM laporan_perkembangan p JOIN told ON told.id = p.laporan_id WHERE urut = 1)",
        "perkembangan 1 (file): teks diubah",
    ),
    "story kept, salt gone": (
        "DELETE FROM laporan_teksperkembangan WHERE perkembangan_id = "
        "(SELECT id FROM laporan_perkembangan WHERE laporan_id = %s AND urut = 1)",
        "uraian laporan masih ada",
    ),
    "photo removed": ("DELETE FROM laporan_lampiran WHERE laporan_id = %s", "lampiran ditambah, dihapus"),
    "photo changed": (
        "UPDATE laporan_lampiran SET berkas_id = (SELECT id FROM posko_berkas WHERE sha256 LIKE 'c%%') WHERE laporan_id = %s",
        "lampiran ditambah, dihapus",
    ),
    "photo added": (
        "INSERT INTO laporan_lampiran (laporan_id, perkembangan_id, berkas_id, urut) SELECT laporan_id, perkembangan_id, "
        "(SELECT id FROM posko_berkas WHERE sha256 LIKE 'c%%'), 2 FROM laporan_lampiran WHERE laporan_id = %s",
        "lampiran ditambah, dihapus",
    ),
    "station": ("UPDATE laporan_laporantps SET rincian = '{}' WHERE laporan_id = %s", "TPS atau keadaannya"),
    "station removed": ("DELETE FROM laporan_laporantps WHERE laporan_id = %s", "TPS atau keadaannya"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPER)
def test_tampering_is_found_and_named(laporan: Laporan, sql: Callable[..., None], what: str) -> None:
    statement, words = TAMPER[what]
    sql(statement, laporan.pk)
    found = check().temuan
    assert any(line.startswith(f"{laporan.nomor}: ") and words in line for line in found), found
    assert all(line.startswith(laporan.nomor) for line in found), found
    with pytest.raises(CommandError, match="TIDAK utuh") as stop:
        call_command("periksa_jurnal", nomor=laporan.nomor, stdout=io.StringIO())
    assert stop.value.returncode == 1


def test_vanished_report_shows_in_the_counter(laporan: Laporan, sql: Callable[..., None]) -> None:
    for table, column in (
        ("perkembangan", "laporan_id"),
        ("lampiran", "laporan_id"),
        ("laporantps", "laporan_id"),
        ("laporan", "id"),
    ):
        sql(f"DELETE FROM laporan_{table} WHERE {column} = %s", laporan.pk)
    prefix = laporan.nomor.rpartition("-")[0]
    assert check().temuan == [f"penghitung {prefix}: 2 nomor diberikan, 1 laporan ada (1 laporan hilang)"]


def test_entries_without_their_report_are_named(laporan: Laporan, sql: Callable[..., None]) -> None:
    sql("DELETE FROM laporan_laporan WHERE id = %s", laporan.pk)
    assert f"{laporan.nomor}: perkembangan tanpa laporan" in check().temuan


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE laporan_penghitung SET terakhir = 1", "segel tidak cocok"),
        ("UPDATE laporan_penghitung SET terakhir = 3", "segel tidak cocok"),
        ("UPDATE laporan_penghitung SET kunci_id = 'asing'", "“asing” tidak dikenal"),
        ("DELETE FROM laporan_penghitung", "hilang"),
    ],
)
def test_changed_counter_is_named(
    laporan: Laporan, sql: Callable[..., None], statement: str, words: str
) -> None:
    sql(statement)
    prefix = laporan.nomor.rpartition("-")[0]
    assert any(line.startswith(f"penghitung {prefix}:") and words in line for line in check().temuan)


def test_erased_words_leave_the_chain_whole(laporan: Laporan, sql: Callable[..., None]) -> None:
    """Salt and text may be erased together with the words on the report; nothing else is lost."""
    sql("DELETE FROM laporan_teksperkembangan WHERE perkembangan_id IN (SELECT id FROM laporan_perkembangan)")
    sql(
        "UPDATE laporan_laporan SET uraian = '', ringkasan = '', lokasi = '', tempat = '', rincian = '{}', atas_nama = ''"
    )
    found = check()
    assert found.temuan == [] and found.teks_dihapus == 3


def test_an_old_key_still_verifies(laporan: Laporan, settings: object) -> None:
    settings.JURNAL_KUNCI = ["baru:kunci-baru", *settings.JURNAL_KUNCI]  # type: ignore[attr-defined]
    assert check().temuan == []
    settings.JURNAL_KUNCI = ["baru:kunci-baru"]  # type: ignore[attr-defined]
    assert any("tidak dikenal" in line for line in check().temuan)


def test_typed_words_are_not_in_the_sealed_content(laporan: Laporan) -> None:
    isi = "".join(Perkembangan.objects.filter(laporan=laporan).values_list("isi", flat=True))
    assert "RT 04" not in isi and "40 cm" not in isi and laporan.uraian[:20] not in isi and "surut" not in isi
    assert jurnal.canonical(Perkembangan.objects.filter(laporan=laporan).first().data) in isi  # type: ignore[union-attr]


@pytest.mark.parametrize("table", ["laporan_perkembangan", "laporan_lampiran"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_database_refuses_to_change_the_journal(laporan: Laporan, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_database_refuses_to_empty_the_journal(laporan: Laporan) -> None:
    """The TRUNCATE guards are left out of test databases, whose flush needs it: install them here and prove them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    migration = importlib.import_module("laporan.migrations.0002_jurnal_tak_terhapus")
    with connection.schema_editor(atomic=False) as editor:
        migration.install(apps, editor, force=True)
    for table in TABLES:
        with (
            pytest.raises(DatabaseError, match="tidak boleh dikosongkan"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {table} CASCADE")
    with connection.schema_editor(atomic=False) as editor:
        migration.remove(apps, editor)


@pytest.mark.parametrize(
    "change", ["status = 'selesai'", "status = 'dikembalikan'", "cara = 'koordinasi', batas_waktu = now()"]
)
def test_a_penerusan_that_differs_from_the_journal_is_named(
    dunia: World, sql: Callable[..., None], change: str
) -> None:
    laporan = bring_to(dunia, "diteruskan")
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", "bawaslu"))
    perform(dunia, laporan, "progress", POLRES, penerusan=1, teks="Dalam perjalanan.")
    assert check().temuan == []
    sql(f"UPDATE laporan_penerusan SET {change} WHERE urut = 2")
    assert check().temuan == [f"{laporan.nomor}: penerusan berbeda dari yang tercatat di jurnal"]


@pytest.mark.parametrize("keadaan", KEADAAN)
def test_what_was_handled_beyond_the_post_is_sealed_too(dunia: World, keadaan: str) -> None:
    bring_to(dunia, keadaan)
    assert check().temuan == []


@pytest.mark.parametrize(
    "change",
    [
        "dampak = 'ringan'",
        "tinjau_pada = tinjau_pada + 1",
        "mitigasi = 'Tidak ada.'",
        "kemungkinan = 'jarang'",
    ],
)
def test_an_assessment_that_differs_from_the_journal_is_named(
    dunia: World, sql: Callable[..., None], change: str
) -> None:
    potensi = bring(dunia, "baru", "potensi_banjir")
    for impact in ("ringan", "berat"):
        potensi.assess(
            by=dunia.aktor(KETUA), versi=potensi.versi, kemungkinan="sering", dampak=impact, teks="Pompa disiapkan.",
            pemilik=dunia.kursi("31.73.08.1006", "lurah"), tinjau_pada=timezone.localdate() + dt.timedelta(days=3),
        )  # fmt: skip
    assert check().temuan == []
    sql(f"UPDATE laporan_penilaianpotensi SET {change}")
    assert check().temuan == [
        f"{potensi.nomor}: penilaian potensi berbeda dari yang terakhir tercatat di jurnal"
    ]
