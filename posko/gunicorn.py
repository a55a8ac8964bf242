"""gunicorn's settings, for ``make run`` and for production: ``gunicorn -c python:posko.gunicorn posko.wsgi``."""

from __future__ import annotations

import gc
import ipaddress
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import environ

from posko import log

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
if ENV_FILE.exists():
    environ.Env.read_env(ENV_FILE)
MODE = os.environ.get("MODE", "dev")

bind = os.environ.get("BIND", "127.0.0.1:8000").split(",")
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "4"))
# A thread holds one request; a slow phone uploads 50 MB in minutes, and the worker's heartbeat goes on meanwhile.
timeout = 60
graceful_timeout = 10
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # nosec B108
control_socket_disable = True
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
accesslog = None  # posko.log writes one line a request
logconfig_dict = log.config(MODE)


def is_loopback(address: Any) -> bool:
    """Whether a bound address is reachable only from this machine."""
    if isinstance(address, str | bytes):  # a Unix socket
        return True
    host = str(address[0]).strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def on_starting(server: Any) -> None:
    """Refuse an unsafe start once, in one sentence, before any worker exists."""
    if MODE != "produksi":
        if not all(is_loopback(address) for address in server.address):
            sys.exit(f"MODE={MODE} hanya boleh melayani komputer ini; pakai MODE=produksi untuk alamat lain.")
        return
    command = [
        sys.executable,
        "manage.py",
        "check",
        "--database",
        "default",
        "--tag",
        "database",
        "--tag",
        "posko",
    ]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"MODE=produksi menolak mulai:\n{done.stderr.strip()}")


def post_worker_init(worker: Any) -> None:
    """What was loaded at the start stays: no garbage is looked for in it, nor often while a page of thousands of
    small things is put together."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
