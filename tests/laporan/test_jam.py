"""Clocks: working hours, pauses, the voting day, and changed hours of a post."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from laporan import jam
from laporan.jam_posko import recompute_deadlines
from laporan.models import Laporan, Perkembangan
from posko.models import TPS, HariPemungutan
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk

WIB = ZoneInfo("Asia/Jakarta")


def post(opens: int, closes: int, zona: str = "Asia/Jakarta") -> SimpleNamespace:
    return SimpleNamespace(jam_buka=dt.time(opens), jam_tutup=dt.time(closes), zona=ZoneInfo(zona))


def at(day: int, hour: int, minute: int = 0, zona: ZoneInfo = WIB) -> dt.datetime:
    return dt.datetime(2024, 2, day, hour, minute, tzinfo=zona)


@pytest.mark.parametrize(
    ("prioritas", "arrives", "answer", "act"),
    [
        ("kritis", at(13, 23), at(13, 23, 5), at(13, 23, 15)),  # around the clock
        ("tinggi", at(13, 13, 50), at(13, 14, 5), at(13, 14, 50)),
        ("sedang", at(13, 9), at(13, 10), at(13, 14)),  # the same shift
        ("sedang", at(13, 13, 40), at(14, 8, 40), at(14, 8, 40)),  # 20 minutes today, 40 tomorrow
        ("sedang", at(13, 22), at(14, 9), at(14, 14)),
        ("sedang", at(13, 5), at(13, 9), at(13, 14)),
        ("rendah", at(13, 9), at(13, 14), at(13, 14)),
        ("rendah", at(13, 14), at(14, 14), at(14, 14)),
    ],
)
def test_deadlines_of_a_post_open_from_8_to_14(
    prioritas: str, arrives: dt.datetime, answer: dt.datetime, act: dt.datetime
) -> None:
    assert jam.deadlines(post(8, 14), prioritas, arrives) == (answer, act)


@pytest.mark.parametrize("zona", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_hours_are_those_of_the_posts_own_zone(zona: str) -> None:
    own = ZoneInfo(zona)
    assert jam.working_start(post(8, 14, zona), at(13, 6, zona=own)) == at(13, 8, zona=own)


def test_hours_past_midnight() -> None:
    night = post(20, 4)
    assert jam.add_working(night, at(13, 3, 30), dt.timedelta(hours=1)) == at(13, 20, 30)
    assert jam.working_between(night, at(13, 19), at(14, 5)) == dt.timedelta(hours=8)


def test_added_working_time_is_what_lies_between() -> None:
    for minutes in (1, 59, 360, 361, 2000):
        span = dt.timedelta(minutes=minutes)
        end = jam.add_working(post(8, 14), at(13, 7), span)
        assert jam.working_between(post(8, 14), at(13, 7), end) == span


def test_a_pause_moves_a_deadline_by_as_much_and_forgives_nothing() -> None:
    open_post = post(8, 14)
    late = at(13, 9)
    assert jam.resumed(open_post, "sedang", late, at(13, 10), at(13, 12)) == late
    assert jam.resumed(open_post, "kritis", at(13, 9, 15), at(13, 9, 5), at(13, 10)) == at(13, 10, 10)
    # Two hours were left when the clock stopped at 12; it runs on at 13 the next day.
    assert jam.resumed(open_post, "sedang", at(13, 14), at(13, 12), at(14, 13)) == at(15, 9)


def test_the_clock_rests_while_the_reporter_is_asked(dunia: World) -> None:
    filed = timezone.now() - dt.timedelta(hours=2)
    laporan = dunia.file(PELAPOR, "listrik", waktu_kejadian=filed - dt.timedelta(minutes=1))
    laporan = Laporan.objects.get(pk=laporan.pk)
    due = laporan.batas_tindak
    assert due is not None
    asked = laporan.waktu_lapor + dt.timedelta(minutes=3)
    laporan.ask(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Di mana?", at=asked)
    assert laporan.batas_waktu is None and laporan.dijeda_pada == asked
    laporan.complete(
        by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Di RW 3.", at=asked + dt.timedelta(hours=1)
    )
    assert laporan.batas_tindak == due + dt.timedelta(hours=1) and laporan.dijeda_pada is None
    # Asked twice, and a new classification counts no minute of waiting.
    laporan.reclassify(
        by=dunia.aktor(KETUA), versi=laporan.versi, teks="Kategori lain.", prioritas="tinggi", akses="biasa",
        kategori=dunia.kategori["data_pemilih"],
    )  # fmt: skip
    assert laporan.batas_tindak == due + dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("stops", "today", "wanted"), [(True, True, "tinggi"), (True, False, "sedang"), (False, True, "sedang")]
)
def test_on_a_voting_day_what_stops_the_voting_rises_one_step(
    dunia: World, masuk: Masuk, stops: bool, today: bool, wanted: str
) -> None:
    kategori = dunia.kategori["data_pemilih"]
    kategori.menghentikan_pemungutan = stops
    kategori.save()
    day = timezone.localdate() + dt.timedelta(days=0 if today else 3)
    HariPemungutan.objects.create(pemilihan=dunia.edisi, tanggal=day)
    laporan = dunia.file(PELAPOR, "data_pemilih")
    assert laporan.prioritas == wanted
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert ("karena hari pemungutan" in page) == (wanted == "tinggi")


def test_a_repeated_voting_counts_only_for_its_stations(dunia: World) -> None:
    kategori = dunia.kategori["data_pemilih"]
    kategori.menghentikan_pemungutan = True
    kategori.save()
    again = HariPemungutan.objects.create(pemilihan=dunia.edisi, jenis="psu", tanggal=timezone.localdate())
    first, other = TPS.objects.filter(nomor__in=(54, 55)).order_by("nomor")
    again.tps.add(first)
    assert dunia.file(PELAPOR, "data_pemilih", tps=((first, {}),)).prioritas == "tinggi"
    assert dunia.file(PELAPOR, "data_pemilih", tps=((other, {}),)).prioritas == "sedang"
    assert dunia.file(PELAPOR, "data_pemilih").prioritas == "sedang"


def test_changed_hours_compute_deadlines_again_with_an_entry_each(dunia: World) -> None:
    posko = dunia.posko["31.73.08.1006"]
    sedang, kritis = dunia.file(PELAPOR, "data_pemilih"), dunia.file(PELAPOR, "banjir")
    done = dunia.file(PELAPOR, "data_pemilih")
    done.decline(by=dunia.aktor(KETUA), versi=done.versi, alasan="tidak_benar", teks="Tidak ada.")
    local = timezone.localtime(timezone.now(), posko.zona)
    posko.jam_buka = (local + dt.timedelta(hours=3)).time().replace(microsecond=0)
    posko.jam_tutup = (local + dt.timedelta(hours=9)).time().replace(microsecond=0)
    posko.save()
    assert recompute_deadlines(posko, dunia.aktor("admin.jakbar")) == 1
    moved = Laporan.objects.get(pk=sedang.pk)
    assert moved.batas_waktu is not None and moved.batas_waktu > timezone.now() + dt.timedelta(hours=3)
    assert Laporan.objects.get(pk=kritis.pk).batas_waktu == kritis.batas_waktu
    entries = Perkembangan.objects.filter(tindakan="hours_changed").values_list("laporan", flat=True)
    assert list(entries) == [sedang.pk]
    assert recompute_deadlines(posko, dunia.aktor("admin.jakbar")) == 0
