"""`manage.py periksa_jurnal`: is the journal of every report whole?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from laporan import pemeriksaan
from laporan.models import Laporan
from posko.models import Pemilihan


class Command(BaseCommand):
    help = (
        "Periksa jurnal semua laporan: setiap perubahan, sisipan, dan penghapusan disebut. Keluar 1 bila ada."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pemilihan", default="", metavar="KODE", help="hanya laporan satu edisi")
        parser.add_argument("--nomor", default="", metavar="NOMOR", help="hanya satu laporan")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["pemilihan"] and not Pemilihan.objects.filter(kode=options["pemilihan"]).exists():
            raise CommandError(f"Tidak ada edisi dengan kode {options['pemilihan']}.")
        if options["nomor"] and not Laporan.objects.filter(nomor=options["nomor"]).exists():
            raise CommandError(f"Tidak ada laporan bernomor {options['nomor']}.")
        found = pemeriksaan.check(options["pemilihan"], options["nomor"])
        for line in found.temuan:
            self.stdout.write(line)
        erased = f", {found.teks_dihapus} teks sudah dihapus" if found.teks_dihapus else ""
        seen = f"{found.laporan} laporan, {found.perkembangan} perkembangan{erased}"
        if found.temuan:
            raise CommandError(f"Jurnal TIDAK utuh: {len(found.temuan)} temuan pada {seen}.", returncode=1)
        self.stdout.write(f"Jurnal utuh: {seen}")
