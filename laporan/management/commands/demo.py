"""``manage.py demo``: load the drill once; again is harmless."""

from __future__ import annotations

import json
import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from laporan.demo import antar, daftar, giliran, kejadian, latar, pencegahan, skala, skala_piket
from posko.models import Pemilihan, Pengguna

# The drill is the same on every machine; only its dates follow today.
BENIH = 2024


class Command(BaseCommand):
    help = "Muat data gladi: 318 posko, pemeran, jadwal piket, dan 400 laporan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="cetak satu nomor per akses × status × hubungan pemeran"
        )
        parser.add_argument(
            "--skala", type=int, metavar="N", help="tambahkan N laporan sekaligus, untuk mengukur"
        )

        parser.add_argument(
            "--skala-piket",
            type=int,
            metavar="N",
            help="tambahkan N penugasan piket sekaligus, untuk mengukur",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUKSI:
            raise CommandError("Data gladi tidak dimuat di MODE=produksi.")
        edition = Pemilihan.objects.filter(kode=latar.KODE).first()
        if edition is None:
            edition = self._load()
        elif not options["json"]:
            self.stdout.write("Data gladi sudah ada.")
        if options["skala"]:
            skala.load(edition, options["skala"], self._progress)
            self.stderr.write("")
        if options["skala_piket"]:
            skala_piket.load(edition, options["skala_piket"], self._progress_piket)
            self.stderr.write("")
        if options["json"]:
            self.stdout.write(
                json.dumps(daftar.directory(edition, latar.usernames()), indent=1, sort_keys=True)
            )

    def _load(self) -> Pemilihan:
        """Everything or nothing: a start that was cut off begins anew. Never among real people: the cast's
        password is public."""
        if Pengguna.objects.filter(demo=False).exists():
            raise CommandError(
                "Basis data ini sudah memuat pengguna yang bukan gladi; gladi hanya dimuat di basis data kosong. "
                "Periksa DATABASE_URL."
            )
        began = time.monotonic()
        rng = random.Random(BENIH)  # noqa: S311 - a reproducible drill, not a secret
        with transaction.atomic():
            self.stderr.write("Gladi: wilayah, posko, dan sarpras …")
            edition = latar.build_edition(rng)
            self.stderr.write("Gladi: anggota dan jadwal piket …")
            people = latar.seat_cast(edition)
            latar.seat_crews(edition)
            latar.roster(edition, rng)
            giliran.play(edition, people, random.Random(BENIH))  # noqa: S311 - as above
            self.stderr.write("Gladi: laporan …")
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # what follows asks thousands of times about what was just loaded
            stage = kejadian.Sutradara(edition, people, rng)
            filed = kejadian.play(stage)
            antar.play(stage)
            pencegahan.play(stage)
        self.stdout.write(f"Data gladi dimuat: {filed} laporan, {time.monotonic() - began:.0f} detik.")
        return edition

    def _progress(self, done: int, total: int) -> None:
        self._say(done, total, "laporan")

    def _progress_piket(self, done: int, total: int) -> None:
        self._say(done, total, "penugasan")

    def _say(self, done: int, total: int, of: str) -> None:
        self.stderr.write(f"\r{done:,} dari {total:,} {of}".replace(",", "."), ending="")
        self.stderr.flush()
