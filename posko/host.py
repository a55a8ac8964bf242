"""What the machine gives and takes: processes, ports, locks, disk. Standard library only.

Also runs under the system's Python, before anything is installed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import time
from pathlib import Path
from typing import IO

NEEDED_BYTES = 200 * 1024 * 1024


class StartError(Exception):
    """A start that cannot succeed; the message is one Indonesian sentence that says what to do."""


def pid_cwd(pid: int) -> str:
    """The folder a process stands in, or "" where this may not be read. Tells our server from a stranger's."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""


def pid_name(pid: int) -> str:
    """The short name of a process, or "" when it is gone or only a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return "" if rest.split()[0] == "Z" else name


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def free_port(preferred: int = 0) -> int:
    """A TCP port free on loopback: the preferred one when possible, so the address stays the same between runs."""
    for candidate in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StartError("Tidak ada port TCP bebas di 127.0.0.1; tutup sebagian program lalu coba lagi.")


def require_disk(folder: Path, needed: int = NEEDED_BYTES) -> None:
    """Refuse to begin what a full disk would break halfway."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StartError(
            f"Ruang disk di {folder} tinggal {free // 2**20} MB; sediakan sedikitnya {needed // 2**20} MB lalu "
            "jalankan lagi."
        )


def write_private(path: Path, text: str) -> None:
    """Write a file only we may read, whole or not at all."""
    draft = path.with_name(path.name + ".baru")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def hold_lock(path: Path, *, shared: bool = False, wait: float = 0) -> IO[str] | None:
    """Take a lock that ends with this process, however it ends; None when somebody else holds it."""
    handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() >= until:
                handle.close()
                return None
            time.sleep(0.1)


def pid_environ(pid: int, key: str) -> str:
    """One variable of a process's first environment, or "" where this may not be read."""
    try:
        pairs = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    start = key.encode() + b"="
    return next((os.fsdecode(pair[len(start) :]) for pair in pairs if pair.startswith(start)), "")


def loopback_addresses(port: int) -> list[str]:
    """The loopback addresses this machine can serve on; a port somebody else holds is refused by name."""
    if not 1 <= port <= 65535:
        raise StartError(
            f"PORT={port} bukan nomor port; pilih antara 1024 dan 65535, misalnya PORT=8001 make run."
        )
    addresses = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartError(
                    f"Port {port} sedang dipakai program lain; hentikan program itu atau pilih port lain, misalnya "
                    f"PORT={port + 1 if port < 65535 else 8001} make run."
                ) from None
            if error.errno == errno.EACCES:
                raise StartError(
                    f"Port {port} hanya boleh dipakai root; pilih port 1024 ke atas, misalnya PORT=8000 make run."
                ) from None
            continue  # a machine without IPv6
        addresses.append(f"[{host}]:{port}" if family == socket.AF_INET6 else f"{host}:{port}")
    return addresses
