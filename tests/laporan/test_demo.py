"""The drill: whole, true to its promise, loaded once, and never among real people."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from laporan.models import Akses, Jenis, Laporan, Prioritas
from posko.models import Pemilihan, Pengguna, Posko
from tests.cast import CAST


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def numbers(table: Any) -> set[str]:
    return {table} if isinstance(table, str) else {n for part in table.values() for n in numbers(part)}


def test_drill_is_whole_and_loading_it_again_is_harmless(db: None) -> None:
    demo()
    loaded = set(Laporan.objects.values_list("nomor", flat=True))
    assert len(loaded) == 400 and all(nomor.startswith("G") for nomor in loaded)
    assert Posko.objects.count() == 318
    assert set(Laporan.objects.values_list("jenis", flat=True)) == set(Jenis.values)
    assert set(Laporan.objects.values_list("prioritas", flat=True)) == set(Prioritas.values)
    assert set(Laporan.objects.values_list("akses", flat=True)) == set(Akses.values)
    assert not Pengguna.objects.filter(demo=False).exists()
    call_command("periksa_jurnal", stdout=io.StringIO())  # exits 1 when anything is amiss
    assert "sudah ada" in demo()
    assert set(Laporan.objects.values_list("nomor", flat=True)) == loaded
    directory = json.loads(demo("--json"))
    assert set(directory) == set(CAST)
    assert numbers(directory) <= loaded
    assert set(directory["ketua.jakbar"]) == set(Akses.values)
    # Who may not sign in sees nothing.
    for barred in ("lama.jakbar", "nonaktif.jakbar"):
        rows = [row for by_status in directory[barred].values() for row in by_status.values()]
        assert rows and all(set(row) == {"tidak_terlihat"} for row in rows)


def test_drill_is_not_loaded_among_real_people(db: None) -> None:
    Pengguna.objects.create(username="siti", nama="Siti")
    with pytest.raises(CommandError, match="bukan gladi"):
        demo()
    assert not Pemilihan.objects.exists()
