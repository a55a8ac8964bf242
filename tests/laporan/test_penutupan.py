"""Closing a post: its open reports go to the nearest active post above, once, and the journal stays whole."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from laporan.models import Laporan
from laporan.penutupan import close_post
from posko.models import Posko
from tests.cast import World

KELURAHAN, KECAMATAN = "31.73.08.1006", "31.73.08"


def test_open_reports_go_to_the_post_above_and_closed_ones_stay(dunia: World) -> None:
    first, second = dunia.file(), dunia.file(kategori="data_pemilih")
    kegiatan = dunia.file(kategori="rapat")
    assert close_post(dunia.posko[KELURAHAN], dunia.aktor("admin.jakbar")) == 2
    for laporan in (first, second):
        laporan.refresh_from_db()
        assert laporan.posko == dunia.posko[KECAMATAN]
        assert dunia.posko[KELURAHAN].pk in laporan.jejak
        assert laporan.perkembangan.order_by("urut").last().tindakan == "hand_over_closed"  # type: ignore[union-attr]
    kegiatan.refresh_from_db()
    assert kegiatan.posko == dunia.posko[KELURAHAN]
    assert Posko.objects.get(pk=dunia.posko[KELURAHAN].pk).status == Posko.Status.DITUTUP
    assert dunia.file().posko == dunia.posko[KECAMATAN]
    call_command("periksa_jurnal", stdout=io.StringIO())  # exits 1 when anything is amiss


def test_post_above_that_is_not_active_is_passed_over(dunia: World) -> None:
    laporan = dunia.file()
    Posko.objects.filter(pk=dunia.posko[KECAMATAN].pk).update(status="draf")
    close_post(dunia.posko[KELURAHAN], dunia.aktor("admin.jakbar"))
    laporan.refresh_from_db()
    assert laporan.posko == dunia.posko["31.73"]


def test_open_reports_without_an_heir_keep_the_post_open(dunia: World) -> None:
    laporan = dunia.file()
    Posko.objects.exclude(pk=dunia.posko[KELURAHAN].pk).update(status="draf")
    with pytest.raises(ValidationError, match="tidak ada posko aktif"):
        close_post(dunia.posko[KELURAHAN], dunia.aktor("admin.jakbar"))
    assert Posko.objects.get(pk=dunia.posko[KELURAHAN].pk).status == Posko.Status.AKTIF
    assert Laporan.objects.get(pk=laporan.pk).versi == laporan.versi


def test_closed_post_is_not_closed_again(dunia: World) -> None:
    close_post(dunia.posko[KELURAHAN], dunia.aktor("admin.jakbar"))
    with pytest.raises(ValidationError, match="sudah ditutup"):
        close_post(dunia.posko[KELURAHAN], dunia.aktor("admin.jakbar"))


@pytest.mark.parametrize("username", ["ketua.kembangan-selatan", "operator.dki", "operator.jaktim"])
def test_only_an_admin_of_the_area_closes(dunia: World, username: str) -> None:
    with pytest.raises(PermissionDenied):
        close_post(dunia.posko[KELURAHAN], dunia.aktor(username))
