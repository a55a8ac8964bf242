"""`demo --skala N`: reports in bulk are as whole as filed ones, so what is measured on them is the real thing."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from laporan.models import Laporan
from laporan.pemeriksaan import check
from tests.cast import World

MANY, OPEN = 120, 48  # at most two fifths are open


@pytest.fixture
def banyak(dunia: World) -> World:
    """Reports in bulk beside one that was filed."""
    dunia.file()
    call_command("demo", "--skala", str(MANY))
    return dunia


def test_journal_of_bulk_reports_is_whole(banyak: World) -> None:
    found = check()
    assert (found.temuan, found.laporan) == ([], MANY + 1)


def test_bulk_reports_hold_the_open_ones_at_the_end(banyak: World) -> None:
    bulk = Laporan.objects.order_by("id")[1:]
    assert [laporan.terbuka for laporan in bulk].count(True) == OPEN
    assert not any(laporan.terbuka for laporan in bulk[: MANY * 3 // 5])


def test_filing_after_bulk_takes_the_next_number(banyak: World) -> None:
    laporan = banyak.file()
    same_day = Laporan.objects.filter(nomor__startswith=laporan.nomor.rpartition("-")[0])
    assert int(laporan.nomor.rpartition("-")[2]) == same_day.count()
    assert check().temuan == []
