"""The embedded PostgreSQL: survives kill -9, refuses foreign folders in one sentence, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from posko import embedded, host


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[embedded.Cluster]:
    """A cluster of this test alone, stopped and gone afterwards."""
    monkeypatch.setattr(embedded, "DATA_DIR", tmp_path / "data")
    made = embedded.Cluster("pg")
    yield made
    made.stop()
    made.destroy()


def fetch(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]  # type: ignore[index]


def test_keeps_what_was_acknowledged_through_kill_9(cluster: embedded.Cluster) -> None:
    url = cluster.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE catatan AS SELECT 'sampai'::text AS isi")
    assert cluster.server is not None
    os.kill(cluster.server.pid, signal.SIGKILL)
    cluster.server.wait()
    assert not cluster.is_alive()

    again = cluster.start()

    assert fetch(again, "SELECT isi FROM catatan") == "sampai"
    assert fetch(again, "SHOW fsync") == "on"


def test_a_server_left_by_a_killed_run_is_replaced(cluster: embedded.Cluster) -> None:
    cluster.start()
    left = cluster.server
    assert left is not None
    cluster.server = None  # the run that started it is gone

    url = cluster.start()

    assert left.wait(5) is not None
    assert fetch(url, "SELECT 1") == 1


def test_secrets_are_private_and_the_server_listens_on_loopback_only(cluster: embedded.Cluster) -> None:
    url = cluster.start()
    assert embedded.DATA_DIR.stat().st_mode & 0o777 == 0o700
    assert cluster.url_file.stat().st_mode & 0o777 == 0o600
    assert cluster.password_file.stat().st_mode & 0o777 == 0o600
    assert fetch(url, "SHOW listen_addresses") == "127.0.0.1"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace(cluster.password_file.read_text(), "salah"))


def test_a_lost_password_is_replaced(cluster: embedded.Cluster) -> None:
    cluster.start()
    cluster.stop()
    cluster.password_file.unlink()
    assert fetch(cluster.start(), "SELECT 1") == 1


def test_has_the_extensions_and_the_indonesian_search(cluster: embedded.Cluster) -> None:
    url = cluster.start()
    for extension in ("btree_gist", "pg_trgm", "fuzzystrmatch", "unaccent"):
        assert fetch(url, f"SELECT count(*) FROM pg_available_extensions WHERE name = '{extension}'") == 1
    assert fetch(url, "SELECT to_tsvector('indonesian', 'keterlambatan')::text") == "'terlambat':1"


@pytest.mark.parametrize(
    ("version", "says"), [("9", "dibuat oleh PostgreSQL 9"), (None, "bukan data PostgreSQL")]
)
def test_a_foreign_folder_is_refused_in_one_sentence(
    cluster: embedded.Cluster, version: str | None, says: str
) -> None:
    cluster.path.mkdir(mode=0o700)
    if version:
        (cluster.path / "PG_VERSION").write_text(version)
    if owner := cluster.home.identity.get("user"):
        os.chown(cluster.path, owner, -1)
    with pytest.raises(embedded.StartError, match=says) as caught:
        cluster.start()
    assert "jalankan lagi" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_refused_before_it_breaks_anything(tmp_path: Path) -> None:
    with pytest.raises(host.StartError, match="Ruang disk"):
        host.require_disk(tmp_path, needed=2**60)


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        with pytest.raises(host.StartError, match=rf"Port {port} sedang dipakai.*PORT="):
            host.loopback_addresses(port)


def test_one_lock_one_holder(tmp_path: Path) -> None:
    first = host.hold_lock(tmp_path / "kunci")
    assert first is not None
    assert host.hold_lock(tmp_path / "kunci") is None
    first.close()
    second = host.hold_lock(tmp_path / "kunci")
    assert second is not None
    second.close()
