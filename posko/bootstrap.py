"""From a bare machine to a working ``.venv``: the one part of Posko that runs on the system's Python.

``python3 -m posko.bootstrap LOCK [COMMAND …]`` makes ``.venv``, installs the hashed lock when it changed, and
continues as COMMAND under ``.venv/bin/python`` in the same process, so signals and exit codes pass through.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
STAMP = VENV / "posko.json"
PYTHON = VENV / "bin" / "python"
INSTALL_BYTES = 700 * 1024 * 1024


def say(text: str) -> None:
    print(f"» {text}", flush=True)


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fingerprint(lock: str) -> str:
    """What an installation depends on: the lock and the Python it was made with."""
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256((BASE_DIR / lock).read_bytes()).hexdigest() + "-" + version


def make_venv() -> str:
    """Make ``.venv``; the sentence that says what is missing, or ""."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return ""
    say("Menyiapkan lingkungan Python di .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode == 0:
        return ""
    shutil.rmtree(VENV, ignore_errors=True)
    said = done.stdout + done.stderr
    if "No space left" in said:
        return "Disk penuh; kosongkan sedikitnya 700 MB lalu jalankan lagi."
    if "ensurepip" in said or "No module named venv" in said:
        return "Modul venv belum ada; pasang dengan `apt-get install python3-venv` lalu jalankan lagi."
    return f"Lingkungan Python tidak dapat dibuat di {VENV}: {(said.strip() or '?').splitlines()[-1]}"


def install(lock: str) -> str:
    """Install the lock unless exactly this one is installed already; the sentence that says what failed, or ""."""
    mark = fingerprint(lock)
    stamp = read_stamp()
    if stamp.get(lock) == mark and PYTHON.exists():
        return ""
    if shutil.disk_usage(BASE_DIR).free < INSTALL_BYTES:
        return f"Ruang disk di {BASE_DIR} kurang dari 700 MB; kosongkan dulu lalu jalankan lagi."
    if problem := make_venv():
        return problem
    say(f"Memasang paket dari {lock} (pertama kali sekitar satu menit)")
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--only-binary=:all:",
        "--no-input",
        "-q",
    ]
    command += ["--disable-pip-version-check", "--root-user-action=ignore", "-r", str(BASE_DIR / lock)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        if "No space left" in done.stderr:
            return "Disk penuh saat memasang paket; kosongkan ruang disk lalu jalankan lagi."
        return (
            "Paket tidak dapat dipasang; periksa sambungan ke indeks paket Python (pip) lalu jalankan lagi."
        )
    draft = STAMP.with_suffix(".baru")
    draft.write_text(json.dumps((stamp if PYTHON.exists() else {}) | {lock: mark}))
    draft.replace(STAMP)
    return ""


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        print(
            "Posko memerlukan Python 3.11 atau lebih baru; pasang python3 yang lebih baru.", file=sys.stderr
        )
        return 1
    lock, *command = arguments
    try:
        problem = install(lock)
    except PermissionError as error:
        problem = f"Tidak boleh menulis di {error.filename}; jalankan sebagai pemilik folder {BASE_DIR}."
    except OSError as error:
        problem = f"{error.strerror} di {error.filename or BASE_DIR}; perbaiki lalu jalankan lagi."
    except KeyboardInterrupt:
        return 130
    if problem:
        print(problem, file=sys.stderr)
        return 1
    if command:
        os.execv(PYTHON, [str(PYTHON), *command])  # nosec B606 - our own interpreter
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
