"""``manage.py indeks_cari``: write the search's index anew, or only what has none yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from laporan.cari import indeks


class Command(BaseCommand):
    help = "Bangun ulang indeks pencarian dari laporan dan perkembangannya. Aman diulang dan dijalankan saat dipakai."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kurang", action="store_true", help="hanya laporan yang belum punya indeks")
        parser.add_argument(
            "--kosakata",
            action="store_true",
            help="susun kosakata dari awal: kata yang tidak dipakai lagi hilang",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        if options["kosakata"]:
            with transaction.atomic():
                indeks.forget_words()
                done = self._rebuild(missing=False)
        else:
            done = self._rebuild(missing=options["kurang"])
        if options["verbosity"]:
            self.stdout.write(f"Indeks pencarian ditulis untuk {done:,} laporan.".replace(",", "."))

    def _rebuild(self, *, missing: bool) -> int:
        done = 0
        for done in indeks.rebuild(missing=missing):
            if done % 20_000 == 0:
                self.stderr.write(f"\r{done:,} laporan".replace(",", "."), ending="")
        return done
