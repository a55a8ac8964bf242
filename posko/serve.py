"""The supervisor behind ``make run`` and ``make dev``: database, preparation, web server, and an orderly end.

Everything it starts stands in a session of its own, so that Ctrl-C reaches only the supervisor: it lets gunicorn
finish its requests first and stops the database last. When either dies, all stops with a sentence; the next start
clears away whatever is left. Leftovers are recognised by a variable in their environment (``POSKO_RUN``), never by
name or by a number in a file, so nobody else's process is touched.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

import environ

from posko.embedded import BASE_DIR, DATA_DIR, Cluster, make_data_dir
from posko.host import (
    StartError,
    all_pids,
    hold_lock,
    loopback_addresses,
    pid_environ,
    pid_name,
    require_disk,
    write_private,
)

STATE = DATA_DIR / "berjalan.json"
MARK = "POSKO_RUN"
GRACE = 15
PASSWORD = "gladi-posko-2024"  # noqa: S105  the demo's public password
CAST = {
    "admin": "administrator sistem",
    "admin.jakbar": "admin posko Jakarta Barat",
    "pengarah.dki": "pengarah provinsi",
    "operator.dki": "operator provinsi",
    "ketua.jakbar": "ketua posko kota",
    "operator.jakbar": "operator posko kota",
    "piket.jakbar": "anggota piket",
    "polres.jakbar": "Polres",
    "kpu.jakbar": "KPU",
    "bawaslu.jakbar": "Bawaslu",
    "partai.jakbar": "partai politik",
    "operator.kembangan": "operator kecamatan",
    "ketua.kembangan-selatan": "ketua kelurahan",
    "piket.kembangan-selatan": "piket kelurahan",
    "lapor.kembangan-selatan": "petugas lapangan",
    "operator.jaktim": "operator kota lain",
}


class Stop(Exception):
    """Somebody asked us to end."""


def say(text: str) -> None:
    print(f"» {text}", flush=True)


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when our parent dies: a killed `make` must not leave a server behind."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)


def on_signal(number: int, frame: FrameType | None) -> None:
    # One request is enough; what follows must not interrupt the orderly end.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    raise Stop


class Supervisor:
    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.port = self._port()
        self.cluster: Cluster | None = None
        self.child: subprocess.Popen[bytes] | None = None
        self.environ = os.environ | {
            "MODE": mode,
            MARK: str(DATA_DIR),
            "DJANGO_SETTINGS_MODULE": "posko.settings",
        }

    @staticmethod
    def _port() -> int:
        text = os.environ.get("PORT") or "8000"
        if not (text.isascii() and text.isdigit()):
            raise StartError(f"PORT={text!r} bukan angka; contoh yang benar: PORT=8001 make run.")
        return int(text)

    def run(self) -> None:
        """Start everything, wait for its end, and return only through an exception."""
        self._end_leftovers()
        addresses = loopback_addresses(self.port)
        self.environ["BIND"] = ",".join(addresses)
        if not os.environ.get("DATABASE_URL"):
            say("Menjalankan PostgreSQL bawaan")
            self.cluster = Cluster("pg")
            self.environ["DATABASE_URL"] = self.cluster.start()
        self._step([sys.executable, "manage.py", "siapkan"])
        say("Menjalankan peladen web")
        self.child = self._spawn(self._server_command())
        self._wait_until_healthy()
        self._welcome()
        write_private(STATE, json.dumps({"pid": os.getpid(), "alamat": f"http://localhost:{self.port}"}))
        while True:
            self._check()
            time.sleep(0.2)

    def _server_command(self) -> list[str]:
        if self.mode == "dev":
            return [sys.executable, "manage.py", "runserver", f"127.0.0.1:{self.port}"]
        return [sys.executable, "-m", "gunicorn", "-c", "python:posko.gunicorn", "posko.wsgi:application"]

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, cwd=BASE_DIR, env=self.environ, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=end_with_parent,
        )  # fmt: skip

    def _step(self, command: list[str]) -> None:
        self.child = self._spawn(command)
        code = self.child.wait()
        self.child = None
        if code:
            raise StartError("Persiapan gagal; sebabnya tertulis di atas. Perbaiki lalu jalankan lagi.")

    def _check(self) -> None:
        if self.child is not None and self.child.poll() is not None:
            raise StartError("Peladen web berhenti mendadak; semuanya dihentikan. Jalankan lagi make run.")
        if self.cluster is not None and not self.cluster.is_alive():
            raise StartError("PostgreSQL berhenti mendadak; semuanya dihentikan. Jalankan lagi make run.")

    def _wait_until_healthy(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self._check()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sehat/", timeout=5):  # nosec B310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise StartError(
            "Peladen web tidak menjawab dalam satu menit; lihat pesan di atas lalu jalankan lagi."
        )

    def _welcome(self) -> None:
        lines = ["", f"  Posko berjalan di http://localhost:{self.port}", ""]
        lines += [f"  Masuk dengan salah satu nama ini, kata sandi {PASSWORD}:"]
        lines += [f"    {name:<26}{who}" for name, who in CAST.items()]
        lines += ["", "  Tekan Ctrl-C untuk berhenti.", ""]
        print("\n".join(lines), flush=True)

    def stop(self) -> None:
        """The web server first, so that requests under way still find the database."""
        STATE.unlink(missing_ok=True)
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self._end_leftovers(patience=3)
        if self.cluster is not None:
            self.cluster.stop()

    def _end_leftovers(self, patience: float = GRACE) -> None:
        """End web servers and preparations of this checkout that outlived their supervisor."""
        for sign, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
            for pid in self._leftovers():
                try:
                    os.kill(pid, sign)
                except ProcessLookupError:
                    continue
            until = time.monotonic() + wait
            while time.monotonic() < until and self._leftovers():
                time.sleep(0.05)

    @staticmethod
    def _leftovers() -> list[int]:
        return [
            pid
            for pid in all_pids()
            if pid != os.getpid()
            and pid_environ(pid, MARK) == str(DATA_DIR)
            and pid_name(pid) not in {"", "postgres"}
        ]


def only_one() -> object:
    """The lock of this checkout; a run that is ending is waited for, one that is well is named."""
    for _ in range(60):
        lock = hold_lock(DATA_DIR / "berjalan.lock", wait=0.5)
        if lock:
            return lock
        # A run whose server has just been killed says goodbye within a second: look twice before refusing.
        time.sleep(1)
        if STATE.exists():
            break
    lock = hold_lock(DATA_DIR / "berjalan.lock", wait=1)
    if lock:
        return lock
    address = json.loads(STATE.read_text())["alamat"] if STATE.exists() else "terminal lain"
    raise StartError(
        f"Posko dari folder ini sudah berjalan di {address}; hentikan dulu dengan Ctrl-C di terminalnya."
    )


def fail(error: Exception) -> int:
    text = str(error)
    if isinstance(error, OSError):
        text = f"{error.strerror} di {error.filename or DATA_DIR}; perbaiki lalu jalankan lagi."
        if error.errno == errno.ENOSPC:
            text = "Disk penuh; kosongkan ruang disk lalu jalankan lagi."
        elif error.errno in {errno.EACCES, errno.EPERM}:
            text = f"Tidak boleh menulis {error.filename or DATA_DIR}; jalankan sebagai pemilik folder itu."
    print(f"\n{text}", file=sys.stderr, flush=True)
    return 1


def main(arguments: list[str]) -> int:
    if "MAKELEVEL" in os.environ:
        end_with_parent()
    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup a closed terminal means nothing
        signal.signal(signal.SIGHUP, on_signal)
    supervisor = None
    if (BASE_DIR / ".env").exists():
        environ.Env.read_env(BASE_DIR / ".env")
    try:
        make_data_dir()
        require_disk(Path(DATA_DIR))
        lock = only_one()
        STATE.unlink(missing_ok=True)
        supervisor = Supervisor(arguments[0] if arguments else "demo")
        supervisor.run()
    except Stop:
        say("Menghentikan Posko")
        return 0
    except (StartError, OSError) as error:
        return fail(error)
    finally:
        if supervisor is not None:
            supervisor.stop()
            del lock
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
