"""TPS rawan: the lists of Bawaslu and of Polri, side by side. No reports: no number, no clock, no workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor


class SumberRawan(models.TextChoices):
    """Whose list it is."""

    BAWASLU = "bawaslu", "Bawaslu"
    POLRI = "polri", "Polri"


class KelasRawan(models.TextChoices):
    """Polri's classes, least first (domain facts: Polda Metro 2024)."""

    KURANG_RAWAN = "kurang_rawan", "Kurang rawan"
    RAWAN = "rawan", "Rawan"
    SANGAT_RAWAN = "sangat_rawan", "Sangat rawan"


# "Kurang rawan" is a class of nearly every station: it is kept, but marks nothing.
MENANDAI = Q(sumber=SumberRawan.BAWASLU) | Q(kelas__in=(KelasRawan.RAWAN, KelasRawan.SANGAT_RAWAN))


class TPSRawanQuerySet(models.QuerySet["TPSRawan"]):
    def visible_to(self, aktor: Aktor) -> TPSRawanQuerySet:
        """Rows this person may see (`access.rawan_visible_to`)."""
        return self.filter(access.rawan_visible_to(aktor))

    def valid(self) -> TPSRawanQuerySet:
        """Rows of the newest list of their source and kelurahan."""
        return self.filter(berlaku=True)

    def marking(self) -> TPSRawanQuerySet:
        """Rows that make a station a TPS rawan: anything Bawaslu names, Polri's two upper classes."""
        return self.filter(MENANDAI)


class TPSRawan(models.Model):
    """One reason why one source calls a station rawan, as of a date.

    Bawaslu: one row an indicator (variabel and its words, frequency class 1 to 3). Polri: one row with its class.
    A newer list of the same source for a kelurahan ends the older one (`berlaku`), which stays as history.
    """

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    tps = models.ForeignKey("posko.TPS", models.PROTECT, related_name="rawan", verbose_name="TPS")
    wilayah = models.ForeignKey("posko.Wilayah", models.PROTECT, db_index=False, related_name="+")
    sumber = models.CharField(max_length=8, choices=SumberRawan.choices)
    kelas = models.CharField(max_length=12, choices=KelasRawan.choices, blank=True)
    variabel = models.SlugField(max_length=30, blank=True, db_index=False)
    indikator = models.CharField(max_length=200, blank=True)
    frekuensi = models.PositiveSmallIntegerField(
        "kelas frekuensi", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    per_tanggal = models.DateField("per tanggal")
    berlaku = models.BooleanField(default=True)
    diimpor_pada = models.DateTimeField(auto_now_add=True)

    objects = TPSRawanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "TPS rawan"
        ordering = ["wilayah_id", "tps_id", "sumber", "variabel", "indikator"]
        constraints = [
            models.UniqueConstraint(
                fields=["tps", "sumber", "variabel", "indikator", "per_tanggal"], name="tpsrawan_unik"
            ),
            models.CheckConstraint(
                condition=Q(~Q(kelas=""), sumber="polri", variabel="", indikator="", frekuensi=None)
                | Q(~Q(variabel=""), sumber="bawaslu", kelas=""),
                name="tpsrawan_menurut_sumber",
            ),
            models.CheckConstraint(
                condition=Q(frekuensi=None) | Q(frekuensi__gte=1, frekuensi__lte=3),
                name="tpsrawan_frekuensi_1_3",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pemilihan", "wilayah", "tps"], condition=Q(berlaku=True), name="tpsrawan_berlaku"
            ),
        ]
        triggers = [pgtrigger.Protect(name="tpsrawan_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_sumber_display()}: {self.get_kelas_display() or self.indikator or self.variabel}"
