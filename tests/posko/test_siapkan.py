"""``manage.py siapkan``: what stands in its way is said in one sentence."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from posko.host import StartError
from posko.models import Pengguna
from posko.serve import Supervisor


def test_folder_that_cannot_be_written_is_named(db: None, settings: Any, tmp_path: Path) -> None:
    in_the_way = tmp_path / "berkas"
    in_the_way.write_text("")
    settings.BERKAS_DIR = in_the_way
    with pytest.raises(CommandError, match=r"berkas tidak dapat ditulis"):
        call_command("siapkan", stdout=io.StringIO())
    assert not Pengguna.objects.exists()


@pytest.mark.parametrize("port", ["abc", "-5", "²", "8 000"])
def test_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(StartError, match="bukan angka"):
        Supervisor("demo")
