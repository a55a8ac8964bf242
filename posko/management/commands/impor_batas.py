"""Load or replace boundaries of areas from a GeoJSON file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from posko.impor import Hasil
from posko.impor_batas import import_boundaries
from posko.management.perintah import ImportCommand


class Command(ImportCommand):
    help = "Muat batas wilayah dari GeoJSON FeatureCollection (WGS84, properties.kode). Diulang: mengganti."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--sumber", default="", help="sumber batas, ditampilkan di peta")

    def load(self, **options: Any) -> Hasil:
        self.progress("memeriksa batas")
        return import_boundaries(options["file"], options["sumber"][:200])
