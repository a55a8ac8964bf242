"""What was made of a roster in one go, and what was published of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor


class PembuatanQuerySet(models.QuerySet["Pembuatan"]):
    def managed_by(self, aktor: Aktor) -> PembuatanQuerySet:
        """What was made in the area this person administers."""
        return self.filter(access.posko_managed_by(aktor, "posko__"))


@pghistory.track()
class Pembuatan(models.Model):
    """Many shifts or assignments made at once: listed, and undone together while nobody has attended."""

    class Jenis(models.TextChoices):
        POLA = "pola", "Dari pola"
        GILIRAN = "giliran", "Giliran ditambahkan"
        ISI = "isi", "Pengisian bergiliran"
        SALIN = "salin", "Salin minggu"
        GANTI = "ganti", "Ganti orang"
        EXCEL = "excel", "Dari Excel"

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False, related_name="+")
    # The post; when it was done for many at once, the one in whose area they lie.
    posko = models.ForeignKey("posko.Posko", models.PROTECT, related_name="pembuatan_piket")
    jenis = models.CharField(max_length=10, choices=Jenis.choices)
    dari = models.DateField()
    sampai = models.DateField()
    ringkasan = models.CharField(max_length=300, blank=True)
    benih = models.BigIntegerField("benih acak", null=True, blank=True)
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    dibatalkan_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    dibatalkan_pada = models.DateTimeField(null=True, blank=True)

    objects = PembuatanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "pembuatan jadwal"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dibatalkan_oleh__isnull=True, dibatalkan_pada__isnull=True)
                | Q(dibatalkan_oleh__isnull=False, dibatalkan_pada__isnull=False),
                name="pembuatan_batal_lengkap",
                violation_error_message="Pembatalan harus menyebut siapa dan kapan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_jenis_display()} {self.posko} {self.dari:%d-%m-%Y}–{self.sampai:%d-%m-%Y}"


class Penerbitan(models.Model):
    """A publication of a post's roster for a range of dates: the version printed lists carry."""

    posko = models.ForeignKey("posko.Posko", models.PROTECT, db_index=False, related_name="penerbitan_piket")
    versi = models.PositiveSmallIntegerField()
    dari = models.DateField()
    sampai = models.DateField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "penerbitan jadwal"
        ordering = ["posko_id", "-versi"]
        constraints = [
            models.UniqueConstraint(
                fields=["posko", "versi"],
                name="penerbitan_versi_unik",
                violation_error_message="Versi jadwal ini baru saja diterbitkan orang lain.",
            )
        ]
        triggers = [pgtrigger.Protect(name="penerbitan_tetap", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.posko} versi {self.versi}"
