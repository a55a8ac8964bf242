"""Many at once: one key is one report for everybody who asks, and numbers have no gap."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from laporan.models import Laporan, Penghitung, Perkembangan
from laporan.pelaporan import file
from tests.cast import World, build_world
from tests.laporan.test_file import LAPOR

pytestmark = pytest.mark.django_db(transaction=True)
SOUTH, NORTH = "31.73.08.1006", "31.73.08.1001"


def at_once(jobs: list[Callable[[], str]]) -> list[str]:
    """Run all jobs at the same moment, each with its own connection."""
    ready = Barrier(len(jobs))

    def run(job: Callable[[], str]) -> str:
        try:
            connection.ensure_connection()
            ready.wait(30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def world() -> World:
    return build_world()


def test_twenty_taps_with_one_key_are_one_report(world: World) -> None:
    aktor, isian = world.aktor(LAPOR), world.isian()
    numbers = at_once([lambda: file(aktor, isian).nomor] * 20)
    assert len(set(numbers)) == 1
    assert Laporan.objects.count() == Perkembangan.objects.count() == 1
    assert Penghitung.objects.get().terakhir == 1
    assert file(aktor, world.isian()).nomor.endswith("-0002")


def test_sixty_reports_at_two_posts_have_no_gap(world: World) -> None:
    aktor = world.aktor("operator.kembangan")
    places = [world.posko[SOUTH].wilayah, world.posko[NORTH].wilayah]
    numbers = at_once([
        lambda n=n: file(aktor, world.isian(wilayah=places[n % 2])).nomor  # type: ignore[misc]
        for n in range(60)
    ])  # fmt: skip
    for kode in (SOUTH, NORTH):
        prefix = f"G{kode.replace('.', '')}-"
        serials = sorted(int(nomor.rpartition("-")[2]) for nomor in numbers if nomor.startswith(prefix))
        assert serials == list(range(1, 31))


def test_refused_report_leaves_no_gap(world: World) -> None:
    """A filing that fails after taking its number gives the number back."""
    aktor, first = world.aktor(LAPOR), world.isian()
    file(aktor, first)
    for _ in range(3):
        file(aktor, first)  # repeats: number taken, unique key met, rolled back
    assert file(aktor, world.isian()).nomor.endswith("-0002")
