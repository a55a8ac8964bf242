"""Load or update areas from a CSV file."""

from __future__ import annotations

from typing import Any

from posko.impor import Hasil, ImporWilayah
from posko.management.perintah import ImportCommand


class Command(ImportCommand):
    help = "Muat wilayah dari CSV: kode,nama,tingkat,induk[,lintang,bujur]. Diulang: memperbarui, tidak menghapus."

    def load(self, **options: Any) -> Hasil:
        return ImporWilayah(self.progress).run(options["file"])
