"""What the commands that load a file share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from posko.impor import Hasil, ImporDitolak

LISTED = 500


class ImportCommand(BaseCommand, ABC):
    """What the import commands share: a file, progress and bad rows on stderr, exit 1 when refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="berkas yang dimuat, boleh .gz")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            hasil = self.load(**options)
        except ImporDitolak as refusal:
            for galat in refusal.galat[:LISTED]:
                self.stderr.write(str(galat))
            if len(refusal.galat) > LISTED:
                self.stderr.write(f"… dan {len(refusal.galat) - LISTED} kesalahan lain")
            raise CommandError(f"{len(refusal.galat)} kesalahan; tidak ada yang dimuat.") from refusal
        self.stdout.write(f"Selesai: {hasil.baru} baru, {hasil.berubah} diperbarui, {hasil.sama} tetap.")

    @abstractmethod
    def load(self, **options: Any) -> Hasil:
        """Load the file; ImporDitolak lists what is wrong with it."""

    def progress(self, message: str) -> None:
        self.stderr.write(message, style_func=str)
