"""Load or update the polling stations of an edition from a CSV file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from posko.impor import Hasil, tps_importer
from posko.management.perintah import ImportCommand
from posko.models import Pemilihan


class Command(ImportCommand):
    help = (
        "Muat TPS satu edisi dari CSV: kode,nomor[,khusus,alamat] atau "
        "kode,tps_biasa,tps_khusus,khusus_dari,khusus_sampai."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--edisi", required=True, metavar="KODE", help="kode edisi, misalnya pemilu-2024")

    def load(self, **options: Any) -> Hasil:
        edisi = Pemilihan.objects.filter(kode=options["edisi"]).first()
        if edisi is None:
            known = ", ".join(Pemilihan.objects.values_list("kode", flat=True)) or "belum ada"
            raise CommandError(f"Edisi {options['edisi']} tidak ada. Yang ada: {known}.")
        if edisi.arsip:
            raise CommandError(f"Edisi {edisi} sudah ditutup; datanya tidak dapat diubah.")
        return tps_importer(options["file"])(edisi, self.progress).run(options["file"])
