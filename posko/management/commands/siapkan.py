"""``manage.py siapkan``: everything between a running database and a served page, in one process."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Menyiapkan basis data, data gladi, dan berkas tampilan; aman diulang."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._prepare()
        except OSError as error:  # a folder of somebody else, a full disk
            place = error.filename or settings.STATIC_ROOT
            raise CommandError(f"{place} tidak dapat ditulis ({error.strerror or error}).") from None

    def _prepare(self) -> None:
        settings.BERKAS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._migrate()
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"Basis data tidak dapat dipakai ({reason}); periksa DATABASE_URL.") from None
        if not settings.PRODUKSI and "demo" in get_commands():
            self._say("Memuat data gladi")
            with connection.cursor() as cursor:
                # Made again by the next start if lost: no commit need wait for the disk. Ends with this process.
                cursor.execute("SET synchronous_commit = off")
            call_command("demo")
        if not settings.DEBUG:
            self._collect()

    def _say(self, text: str) -> None:
        self.stdout.write(f"» {text}")
        self.stdout.flush()

    def _migrate(self) -> None:
        """Migrate only when something is new: an empty plan costs a query, the command over a second."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Menyusun tabel basis data")
            call_command("migrate", interactive=False, verbosity=0)
            call_command("indeks_cari", kurang=True, verbosity=0)
        if settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
            call_command("createcachetable", verbosity=0)

    def _collect(self) -> None:
        """Collect and compress static files, only when one of them changed."""
        stamp = Path(settings.STATIC_ROOT) / ".tanda"
        now = self._fingerprint()
        if stamp.exists() and stamp.read_text() == now:
            return
        self._say("Menyiapkan berkas tampilan")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)

    @staticmethod
    def _fingerprint() -> str:
        digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
        for finder in get_finders():
            for name, storage in finder.list([]):
                stat = Path(storage.path(name)).stat()
                digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
        return digest.hexdigest()
