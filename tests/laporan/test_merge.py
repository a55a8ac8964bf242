"""Merging: one main report, both timelines, an undo, and a link that obeys who sees what."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from laporan import alur
from laporan.models import Laporan, Perkembangan
from tests.cast import World, build_world
from tests.laporan.langkah import KETUA, PELAPOR, Masuk, bring, bring_to, send

BEFORE = ("status", "batas_waktu", "batas_tanggap", "batas_tindak", "posko_id", "jejak", "dijeda_pada")


@pytest.mark.parametrize("status", ["baru", "perlu_dilengkapi", "terverifikasi"])
def test_undo_restores_all_but_the_journal(dunia: World, status: str) -> None:
    laporan, main = bring(dunia, status), bring(dunia, "baru")
    before = Laporan.objects.filter(pk=laporan.pk).values(*BEFORE).get()
    ketua = dunia.aktor(KETUA)
    laporan.merge(by=ketua, versi=laporan.versi, utama=main)
    assert laporan.status == "digabung" and laporan.batas_waktu is None
    laporan.unmerge(by=ketua, versi=laporan.versi, teks="Ternyata kejadian lain.")
    assert Laporan.objects.filter(pk=laporan.pk).values(*BEFORE).get() == before
    acts = list(Perkembangan.objects.filter(laporan=laporan).values_list("tindakan", flat=True))
    assert acts[-2:] == ["merge", "unmerge"]


def test_main_page_counts_sources_and_keeps_both_timelines(dunia: World, masuk: Masuk) -> None:
    main = bring(dunia, "baru")
    for _ in range(3):
        one = bring(dunia, "baru")
        one.merge(by=dunia.aktor(KETUA), versi=one.versi, utama=main, teks="Kejadian yang sama.")
    page = masuk(KETUA).get(f"/laporan/{main.nomor}/").content.decode()
    assert page.count("data-nomor") >= 4 and one.nomor in page
    below = masuk(PELAPOR).get(f"/laporan/{one.nomor}/").content.decode()
    assert "Menggabungkan" in below and main.nomor in below


@pytest.mark.parametrize(
    "utama", ["", "31-000101-0001", "sendiri", "kegiatan", "digabung", "tersembunyi", "ditutup"]
)
def test_what_cannot_be_the_main_report(dunia: World, masuk: Masuk, utama: str) -> None:
    laporan = bring(dunia, "baru")
    numbers = {
        "sendiri": laporan.nomor,
        "kegiatan": dunia.file(PELAPOR, "rapat").nomor,
        "digabung": bring_to(dunia, "digabung").nomor,
        "tersembunyi": dunia.file(
            "operator.jaktim", "data_pemilih", wilayah=dunia.posko["31.75"].wilayah
        ).nomor,
        "ditutup": bring(dunia, "ditutup").nomor,
    }
    answer = send(masuk(KETUA), "merge", laporan, utama=numbers.get(utama, utama))
    assert answer.status_code == 422
    if utama in ("tersembunyi", "31-000101-0001"):
        assert "tidak ditemukan" in answer.content.decode()


def test_a_main_report_is_not_merged_itself(dunia: World, masuk: Masuk) -> None:
    merged = bring_to(dunia, "digabung")
    main = merged.utama
    assert main is not None
    other = bring(dunia, "baru")
    assert send(masuk(KETUA), "merge", main, utama=other.nomor).status_code == 422


def test_link_is_shown_only_to_who_sees_the_main_report(dunia: World, masuk: Masuk) -> None:
    """The reporter still reads the merged report, but not the number of a main one that is hidden."""
    laporan = bring(dunia, "baru")
    main = dunia.file(KETUA, "apk")  # terbatas: a field reporter does not see it
    laporan.merge(by=dunia.aktor(KETUA), versi=laporan.versi, utama=main)
    page = masuk(PELAPOR).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Digabung" in page and main.nomor not in page
    assert main.nomor in masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()


def test_merging_each_into_the_other_at_once_has_one_winner(transactional_db: None) -> None:
    dunia = build_world()
    pair = [dunia.file(PELAPOR, "data_pemilih") for _ in range(2)]
    ketua, start = dunia.aktor(KETUA), threading.Barrier(2)
    won: list[int] = []
    lost: list[int] = []

    def merge(one: Laporan, other: Laporan) -> None:
        start.wait()
        try:
            one.merge(by=ketua, versi=one.versi, utama=other)
            won.append(one.pk)
        except (alur.TidakSesuai, ValidationError):
            lost.append(one.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=p) for p in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == len(lost) == 1
    assert Laporan.objects.filter(status="digabung").count() == 1
