"""Agencies and parties."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from posko.models.wilayah import Tingkat


class Unsur(models.TextChoices):
    """Groups of agencies in a post (domain facts A). Order is the order on paper; it ranks nobody."""

    FORKOPIMKO = "forkopimko", "Forkopimko"
    PENYELENGGARA = "penyelenggara", "Penyelenggara"
    PEMDA = "pemda", "Pemda"
    PESERTA = "peserta", "Peserta"
    MASYARAKAT = "masyarakat", "Masyarakat"


class InstansiQuerySet(models.QuerySet["Instansi"]):
    def for_edition(self, pemilihan_id: int) -> InstansiQuerySet:
        """Permanent agencies and the contestants of one edition."""
        return self.filter(Q(pemilihan=None) | Q(pemilihan=pemilihan_id), aktif=True)


@pghistory.track()
class Instansi(models.Model):
    """An agency (global, never deleted) or a contestant (of one edition)."""

    kode = models.SlugField(max_length=40)
    nama = models.CharField(max_length=120)
    singkatan = models.CharField(max_length=40, blank=True)
    unsur = models.CharField(max_length=15, choices=Unsur.choices)
    rumpun = models.SlugField(
        max_length=30,
        blank=True,
        help_text="Instansi serumpun di tingkat lain: KPU, PPK, dan PPS serumpun kpu",
    )
    peserta = models.GeneratedField(
        expression=Q(unsur="peserta"),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
        editable=False,
    )
    tingkat = ArrayField(
        models.PositiveSmallIntegerField(choices=Tingkat.choices),
        default=list,
        blank=True,
        help_text="Tingkat tempat instansi ini lazim duduk",
    )
    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, null=True, blank=True)
    nomor_urut = models.PositiveSmallIntegerField(null=True, blank=True)
    urutan = models.PositiveSmallIntegerField(default=0)
    aktif = models.BooleanField(default=True)

    objects = InstansiQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "instansi"
        ordering = ["urutan", "nomor_urut", "nama"]
        constraints = [
            models.UniqueConstraint(
                fields=["kode", "pemilihan"],
                nulls_distinct=False,
                name="instansi_kode_unik",
                violation_error_message="Kode instansi ini sudah dipakai.",
            ),
            models.CheckConstraint(
                condition=Q(unsur="peserta", pemilihan__isnull=False)
                | (~Q(unsur="peserta") & Q(pemilihan=None)),
                name="instansi_peserta_milik_edisi",
                violation_error_message="Peserta milik satu edisi; instansi lain tidak terikat edisi.",
            ),
        ]

    def __str__(self) -> str:
        return self.singkatan or self.nama
