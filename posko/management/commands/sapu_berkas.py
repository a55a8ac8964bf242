"""Remove photos that nothing points at: rows first, then files. Run once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from posko.berkas import sweep
from posko.models import Berkas

BATCH = 500


class Command(BaseCommand):
    help = "Hapus foto yang tidak dipakai laporan atau posko mana pun dan lebih tua dari --jam (bawaan 24)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jam", type=int, default=24, help="umur paling muda yang boleh dihapus")

    def handle(self, *args: Any, **options: Any) -> None:
        age = timedelta(hours=max(1, options["jam"]))
        rows = sum(iter(lambda: _delete_orphans(age), 0))
        files = sweep(age, _with_row)
        self.stdout.write(f"{rows} catatan dan {files} berkas foto yang tidak dipakai dihapus.")


@transaction.atomic
def _delete_orphans(age: timedelta) -> int:
    # The lock reads each row again: one that an upload has just claimed is no longer old and stays.
    old = Berkas.objects.orphans().filter(dipakai_pada__lt=timezone.now() - age)
    locked = list(old.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:BATCH])
    Berkas.objects.filter(pk__in=locked).delete()
    return len(locked)


def _with_row(hashes: set[str]) -> set[str]:
    return set(Berkas.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
