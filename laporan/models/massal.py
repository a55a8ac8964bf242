"""One act on many reports: what was asked once, and what came of it report by report."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from posko.access import Aktor

# Not finished after so long: the process that did it is gone.
TERHENTI = dt.timedelta(minutes=5)


class TindakanMassalQuerySet(models.QuerySet["TindakanMassal"]):
    def visible_to(self, aktor: Aktor) -> TindakanMassalQuerySet:
        """Only one's own: its summary names reports that others may not see."""
        return self.filter(oleh=aktor.pengguna.pk, pemilihan=aktor.edisi)


class TindakanMassal(models.Model):
    """One submission. Its words are in the journals of the reports, not here."""

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, related_name="+", db_index=False)
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)
    kunci = models.UUIDField(help_text="Kunci dari halaman: kirim ulang tidak dikerjakan dua kali")
    sidik = models.CharField(max_length=64, help_text="SHA-256 isi kiriman, pembanding kiriman ulang")
    tindakan = models.CharField(max_length=20)
    jumlah = models.PositiveSmallIntegerField()
    tidak_ditemukan = models.PositiveSmallIntegerField(default=0)
    mulai_pada = models.DateTimeField(default=timezone.now)
    selesai_pada = models.DateTimeField(null=True)

    objects = TindakanMassalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "tindakan massal"
        constraints = [
            models.UniqueConstraint(fields=["oleh", "kunci"], name="tindakanmassal_kunci_unik"),
        ]

    def __str__(self) -> str:
        return f"{self.tindakan}: {self.jumlah}"

    def get_absolute_url(self) -> str:
        return reverse("laporan:bulk_done", args=[self.kunci])

    @property
    def terhenti(self) -> bool:
        """Whether it was cut off before its end."""
        return self.selesai_pada is None and timezone.now() - self.mulai_pada > TERHENTI


class HasilMassal(models.Model):
    """What came of one report; written in the same transaction as the act."""

    massal = models.ForeignKey(TindakanMassal, models.PROTECT, related_name="hasil", db_index=False)
    laporan = models.ForeignKey("laporan.Laporan", models.PROTECT, related_name="+", db_index=False)
    berhasil = models.BooleanField()
    alasan = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "hasil tindakan massal"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["massal", "laporan"], name="hasilmassal_unik"),
        ]

    def __str__(self) -> str:
        return f"{self.laporan_id}: {self.alasan or 'berhasil'}"
