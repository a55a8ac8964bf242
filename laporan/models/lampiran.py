"""Photos of a report."""

from __future__ import annotations

import pgtrigger
from django.db import models


class Lampiran(models.Model):
    """A photo that belongs to one report, in the order it was added. Served only through its report."""

    laporan = models.ForeignKey("laporan.Laporan", models.PROTECT, related_name="lampiran", db_index=False)
    perkembangan = models.ForeignKey("laporan.Perkembangan", models.PROTECT, related_name="lampiran")
    berkas = models.ForeignKey("posko.Berkas", models.PROTECT, related_name="lampiran")
    urut = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "lampiran"
        ordering = ["laporan_id", "urut"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "urut"], name="lampiran_urut_unik"),
        ]
        triggers = [pgtrigger.Protect(name="lampiran_tetap", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Foto {self.urut}"
