"""Settings that refuse an unsafe start, and log lines that say nothing about who somebody is."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.checks import CheckMessage
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from posko import checks, gunicorn, log
from posko.models import Pengguna

SAFE = {
    "MODE": "produksi",
    "SECRET_KEY": "x" * 60,
    "JURNAL_KUNCI": "k1:" + "y" * 40,
    "ALLOWED_HOSTS": "posko.example",
    "DATABASE_URL": "postgres://posko:posko@127.0.0.1:1/posko",
}


def load_settings(changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, with this environment."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    chosen = {key: value for key, value in (SAFE | changes).items() if value}
    return subprocess.run(
        [sys.executable, "-c", "import posko.settings"], env=kept | chosen, capture_output=True, text=True
    )


def test_produksi_refuses_an_empty_key_of_the_journal() -> None:
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    command = [sys.executable, "-c", "import posko.settings"]
    done = subprocess.run(command, env=kept | SAFE | {"JURNAL_KUNCI": ""}, capture_output=True, text=True)
    assert done.returncode != 0
    assert "JURNAL_KUNCI harus diisi" in done.stderr


def test_produksi_starts_with_safe_settings() -> None:
    assert load_settings({}).returncode == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY harus diisi"),
        ({"SECRET_KEY": "pendek"}, "SECRET_KEY harus diisi"),
        ({"JURNAL_KUNCI": ""}, "JURNAL_KUNCI harus diisi"),
        ({"JURNAL_KUNCI": "k1:pendek"}, "JURNAL_KUNCI harus diisi"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS harus menyebut nama"),
        ({"ALLOWED_HOSTS": "posko.example, *"}, "ALLOWED_HOSTS harus menyebut nama"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS harus menyebut nama"),
        ({"DATABASE_URL": ""}, "memerlukan DATABASE_URL"),
        ({"MODE": "prod"}, "tidak dikenal"),
    ],
)
def test_produksi_refuses_unsafe_settings(changes: dict[str, str], says: str) -> None:
    done = load_settings(changes)
    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.django_db
def test_produksi_refuses_demo_people(settings: object) -> None:
    def found() -> list[CheckMessage]:
        return checks.no_demo_people(None, databases=["default"])

    with override_settings(PRODUKSI=True):
        assert found() == []
        person = Pengguna.objects.create(username="ketua.jakbar", demo=True)
        assert [message.id for message in found()] == ["posko.E001"]
        Pengguna.objects.filter(pk=person.pk).update(is_active=False)
        assert found() == []


def test_photos_may_not_lie_among_static_files() -> None:
    with override_settings(STATIC_ROOT="/srv/statis", BERKAS_DIR="/srv/statis/foto"):
        assert [message.id for message in checks.files_outside_static(None)] == ["posko.E002"]
    with override_settings(STATIC_ROOT="/srv/statis", BERKAS_DIR="/srv/foto"):
        assert checks.files_outside_static(None) == []


@pytest.mark.parametrize(
    ("address", "local"),
    [(("127.0.0.1", 80), True), (("::1", 80), True), (("0.0.0.0", 80), False), (("10.1.2.3", 80), False)],  # noqa: S104
)
def test_demo_knows_loopback(address: tuple[str, int], local: bool) -> None:
    assert gunicorn.is_loopback(address) is local


def test_demo_may_not_bind_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIND", "127.0.0.1:8000,[::1]:8000")
    assert checks.loopback_only(None) == []
    monkeypatch.setenv("BIND", "127.0.0.1:8000,0.0.0.0:8000")
    assert [message.id for message in checks.loopback_only(None)] == ["posko.E003"]


# --- log lines ---------------------------------------------------------------------------------------

PERSONAL = "budi-rahasia@contoh.id"


@login_not_required
def burst(request: HttpRequest, token: str) -> HttpResponse:
    """A view that fails with somebody's data in its message and in a local variable."""
    surel = PERSONAL
    raise ValueError(f"tidak sah: {surel}")


urlpatterns = [path("meledak/<str:token>/", burst)]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that production would write, at any level."""
    written: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    before = structlog.get_config()
    shape = log.config("produksi")["formatters"]["baris"]
    collector = Collect()
    collector.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=shape["processors"], foreign_pre_chain=shape["foreign_pre_chain"]
        )
    )
    handlers = [logging.getLogger(), logging.getLogger("django.security"), logging.getLogger("axes")]
    for each in handlers:
        each.addHandler(collector)
    yield written
    for each in handlers:
        each.removeHandler(collector)
    structlog.configure(**before)


@pytest.mark.django_db
def test_lines_hold_no_personal_data(client: Client, lines: list[str]) -> None:
    client.post(
        f"/akun/login/?surel={PERSONAL}",
        {"login": PERSONAL, "password": "kata-sandi-budi"},
        REMOTE_ADDR="203.0.113.77",
        HTTP_USER_AGENT="Peramban-Budi/1.0",
        HTTP_REFERER=f"http://testserver/?q={PERSONAL}",
    )
    client.get(f"/laporan/?q={PERSONAL}", REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Peramban-Budi/1.0")
    text = "\n".join(lines)
    assert "akun/login/" in text
    for secret in ("budi", "203.0.113.77", "Peramban", "q=", "surel="):
        assert secret.lower() not in text.lower()


@pytest.mark.django_db
@pytest.mark.urls("tests.posko.test_settings")
def test_a_failure_is_logged_by_place_without_values(lines: list[str]) -> None:
    client = Client(raise_request_exception=False)
    response = client.get(f"/meledak/token-{PERSONAL}/?q={PERSONAL}")
    assert response.status_code == 500
    failure = next(line for line in lines if '"galat"' in line)
    assert "ValueError" in failure
    assert "test_settings.py" in failure
    assert "burst" in failure
    assert PERSONAL not in "\n".join(lines)


@pytest.mark.django_db
def test_one_line_a_request_with_its_id(client: Client, lines: list[str]) -> None:
    response = client.get("/sehat/", HTTP_X_REQUEST_ID="abc-12345678")
    assert response["X-Request-ID"] == "abc-12345678"
    (line,) = [json.loads(text) for text in lines if '"permintaan"' in text]
    assert (line["id"], line["metode"], line["rute"], line["status"]) == (
        "abc-12345678",
        "GET",
        "sehat/",
        200,
    )
    assert isinstance(line["ms"], int)


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "pendek", "a" * 65, "ada spasi dan <tanda>", PERSONAL])
def test_an_odd_request_id_is_replaced(client: Client, given: str) -> None:
    returned = client.get("/sehat/", HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert returned != given
    assert log.SANE_ID.fullmatch(returned)
