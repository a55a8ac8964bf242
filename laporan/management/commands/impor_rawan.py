"""Load the TPS rawan of an edition from an Excel or CSV file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from laporan.impor_rawan import carry_out
from posko.impor import Galat, Hasil, ImporDitolak, read_bytes
from posko.lembar import LembarTidakTerbaca
from posko.management.perintah import ImportCommand
from posko.models import Pemilihan


class Command(ImportCommand):
    help = (
        "Muat TPS rawan satu edisi dari .xlsx atau CSV: "
        "kode,tps,sumber,kelas,variabel,indikator,frekuensi,per_tanggal. "
        "Berkas memuat daftar lengkap tiap kelurahan dan sumber yang disebutnya."
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
        try:
            plan = carry_out(edisi, read_bytes(options["file"]), most=None)
        except LembarTidakTerbaca as error:
            raise ImporDitolak([Galat(0, str(error))]) from error
        if plan.galat:
            raise ImporDitolak([Galat(one.baris, f"{one.kolom}: {one.alasan}") for one in plan.galat])
        return Hasil(len(plan.baru), len(plan.ubah) + len(plan.berakhir), plan.tetap)
