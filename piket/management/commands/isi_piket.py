"""Fill the rosters of many posts: what each page "Isi jadwal" does, post after post, with progress on stderr."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser

from piket.aktor import build_aktor
from piket.pengisian import MAX_SEED, Permintaan, apply, plan
from piket.penugasan import Ditolak
from posko.access import Aktor
from posko.models import Pengguna, Posko


class Command(BaseCommand):
    help = "Isi jadwal piket banyak posko: tempat kosong pada giliran yang belum dimulai, dibagi rata per instansi."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--edisi", required=True, metavar="KODE", help="kode edisi, misalnya pemilu-2024")
        parser.add_argument("--oleh", required=True, metavar="PENGGUNA", help="admin yang bertanggung jawab")
        parser.add_argument(
            "--wilayah", default="", metavar="KODE", help="hanya posko di wilayah ini dan di bawahnya"
        )
        parser.add_argument("--dari", type=dt.date.fromisoformat, metavar="TANGGAL", help="bawaan: hari ini")
        parser.add_argument(
            "--sampai", type=dt.date.fromisoformat, metavar="TANGGAL", help="bawaan: hari terakhir posko"
        )
        parser.add_argument(
            "--ulang", action="store_true", help="susun ulang giliran yang belum terbit; yang terkunci tetap"
        )
        parser.add_argument(
            "--benih", type=int, default=1, help="benih acak; benih sama, susunan sama (bawaan 1)"
        )
        parser.add_argument("--coba", action="store_true", help="hitung saja, tidak menyimpan apa pun")

    def handle(self, *args: Any, **options: Any) -> None:
        person = Pengguna.objects.filter(username=options["oleh"], is_active=True).first()
        if person is None:
            raise CommandError(f"Pengguna {options['oleh']} tidak ada atau tidak aktif.")
        if not 0 <= options["benih"] <= MAX_SEED:
            raise CommandError(f"Benih adalah bilangan 0 sampai {MAX_SEED}.")
        by = build_aktor(person, edisi=options["edisi"])
        posts = list(
            Posko.objects.managed_by(by)
            .filter(pemilihan__kode=options["edisi"], wilayah__kode__startswith=options["wilayah"])
            .select_related("wilayah", "pemilihan")
            .order_by("wilayah_id")
        )
        if not posts or by.arsip:
            raise CommandError("Tidak ada posko yang dapat diisi oleh pengguna ini di edisi dan wilayah itu.")
        placed = left = refused = 0
        for done, posko in enumerate(posts, 1):
            self.stderr.write(f"[{done}/{len(posts)}] {posko} … ", ending="")
            try:
                made, short = self._fill(posko, by, options)
            except Ditolak as error:
                refused += 1
                self.stderr.write(f"dilewati: {error}")
                continue
            placed, left = placed + made, left + short
            self.stderr.write(f"{made} ditempatkan, {short} tetap kosong")
        verb = "akan ditempatkan" if options["coba"] else "ditempatkan"
        self.stdout.write(
            f"{placed} petugas {verb} di {len(posts)} posko, {left} tempat tetap kosong, {refused} posko dilewati."
        )

    def _fill(self, posko: Posko, by: Aktor, options: dict[str, Any]) -> tuple[int, int]:
        """How many were placed at a post, and how many places stay empty."""
        dari = options["dari"] or posko.local_time().date()
        sampai = options["sampai"] or posko.ditutup
        minta = Permintaan(posko, dari, sampai, ulang=options["ulang"], benih=options["benih"])
        shown = plan(minta)
        if not options["coba"] and shown.berubah:
            with pghistory.context(user=by.pengguna.pk, perintah="isi_piket"):
                apply(minta, shown.sidik, by=by)
        return len(shown.baru), shown.kurang
