"""Patterns of shifts: what a tier's or a post's days look like, before any day is made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from piket.models.piket import Piket
from posko import access
from posko.models import Tingkat, Unsur

if TYPE_CHECKING:
    from posko.access import Aktor

HARI_BERUNTUN, JAM_ISTIRAHAT = 6, 11


def every_day() -> list[int]:
    """Monday is 0."""
    return list(range(7))


@pghistory.track()
class AturanPiket(models.Model):
    """What filling a roster respects in an edition. Without a row: 6 days, 11 hours."""

    pemilihan = models.OneToOneField("posko.Pemilihan", models.PROTECT, related_name="aturan_piket")
    hari_beruntun = models.PositiveSmallIntegerField(
        "hari berturut-turut paling banyak",
        default=HARI_BERUNTUN,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    jam_istirahat = models.PositiveSmallIntegerField(
        "jam istirahat paling sedikit",
        default=JAM_ISTIRAHAT,
        validators=[MaxValueValidator(72)],
        help_text="Antara selesai bertugas dan tugas berikutnya",
    )

    class Meta:
        verbose_name = verbose_name_plural = "aturan piket"

    def __str__(self) -> str:
        return f"Aturan piket {self.pemilihan}"


@pghistory.track()
class HariLibur(models.Model):
    """A public holiday in an edition. Posts stay open; a pattern says which shifts keep going."""

    pemilihan = models.ForeignKey(
        "posko.Pemilihan", models.CASCADE, related_name="hari_libur", db_index=False
    )
    tanggal = models.DateField()
    nama = models.CharField(max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "hari libur"
        ordering = ["tanggal"]
        constraints = [
            models.UniqueConstraint(
                fields=["pemilihan", "tanggal"],
                name="harilibur_unik",
                violation_error_message="Tanggal ini sudah tercatat sebagai hari libur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nama} {self.tanggal:%d-%m-%Y}"


class PolaPiketQuerySet(models.QuerySet["PolaPiket"]):
    def managed_by(self, aktor: Aktor) -> PolaPiketQuerySet:
        """Patterns this person may change: those of their posts; a tier's only for who administers the province."""
        return self.filter(access.pola_managed_by(aktor))

    def visible_to(self, aktor: Aktor) -> PolaPiketQuerySet:
        """Patterns this person may read: what they may change, and the tiers' for every admin."""
        return self.filter(access.pola_visible_to(aktor))


@pghistory.track()
class PolaPiket(models.Model):
    """The shifts of a day, for a whole tier or for one post, always or for a range of dates.

    For a post and a date the nearest pattern counts: the post's for those dates, the post's, the tier's for those
    dates, the tier's. A single date (`dari` = `sampai`) is how one day is made different; without shifts: no duty.
    """

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, related_name="pola_piket")
    posko = models.ForeignKey("posko.Posko", models.PROTECT, null=True, blank=True, related_name="pola_piket")
    tingkat = models.PositiveSmallIntegerField(choices=Tingkat.choices, null=True, blank=True)
    nama = models.CharField("nama pola", max_length=60)
    dari = models.DateField("berlaku dari", null=True, blank=True)
    sampai = models.DateField("berlaku sampai", null=True, blank=True)
    aktif = models.BooleanField(default=True)

    objects = PolaPiketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "pola piket"
        ordering = ["tingkat", "posko_id", "dari", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posko__isnull=True, tingkat__isnull=False)
                | Q(posko__isnull=False, tingkat__isnull=True),
                name="pola_posko_atau_tingkat",
                violation_error_message="Pilih satu: pola untuk satu posko, atau untuk seluruh posko satu tingkat.",
            ),
            models.CheckConstraint(
                condition=Q(dari__isnull=True, sampai__isnull=True) | Q(sampai__gte=F("dari")),
                name="pola_tanggal_urut",
                violation_error_message="Isi kedua tanggal, dan tanggal akhir tidak sebelum tanggal awal.",
            ),
            models.UniqueConstraint(
                fields=["pemilihan", "posko", "tingkat", "dari", "sampai"],
                condition=Q(aktif=True),
                nulls_distinct=False,
                name="pola_unik",
                violation_error_message="Sudah ada pola aktif untuk posko atau tingkat dan tanggal yang sama.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nama} ({self.posko or self.get_tingkat_display()})"

    def clean(self) -> None:
        if (
            self.posko_id
            and self.posko
            and self.pemilihan_id
            and self.posko.pemilihan_id != self.pemilihan_id
        ):
            raise ValidationError({"posko": "Posko ini bukan dari edisi yang sama."})


@pghistory.track()
class GiliranPola(models.Model):
    """One shift of a pattern: hours on the post's wall clock, on which days it is held."""

    class Berlaku(models.TextChoices):
        BIASA = "biasa", "Hari biasa"
        PEMUNGUTAN = "pemungutan", "Hari pemungutan"

    pola = models.ForeignKey(PolaPiket, models.CASCADE, related_name="giliran")
    nama = models.CharField("nama giliran", max_length=40, default="Piket")
    jenis = models.CharField(max_length=10, choices=Piket.Jenis.choices, default=Piket.Jenis.GILIRAN)
    mulai = models.TimeField("jam mulai")
    selesai = models.TimeField(
        "jam selesai",
        help_text="Jam yang sama atau lebih awal berarti esok harinya; 08.00–08.00 berarti 24 jam",
    )
    hari = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    libur = models.BooleanField("juga pada hari libur nasional", default=True)
    berlaku = models.CharField(
        max_length=10,
        choices=Berlaku.choices,
        default=Berlaku.BIASA,
        help_text="Bila ada giliran untuk hari pemungutan, hanya itu yang dibuat pada hari pemungutan",
    )

    class Meta:
        verbose_name = verbose_name_plural = "giliran pola"
        ordering = ["berlaku", "mulai", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hari__contained_by=every_day(), hari__len__gte=1),
                name="giliranpola_hari_sah",
                violation_error_message="Pilih paling sedikit satu hari.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nama} {self.mulai:%H.%M}–{self.selesai:%H.%M}"

    @property
    def jam(self) -> tuple[dt.time, dt.time]:
        return (self.mulai, self.selesai)


@pghistory.track()
class KebutuhanPola(models.Model):
    """Who a shift of a pattern needs: people of one agency, or of an unsur.

    An unsur's number is filled by its agencies in turn, day after day, unless each of them sends that many
    (`tiap_instansi`).
    """

    giliran = models.ForeignKey(GiliranPola, models.CASCADE, related_name="kebutuhan")
    instansi = models.ForeignKey("posko.Instansi", models.PROTECT, null=True, blank=True)
    unsur = models.CharField(max_length=15, choices=Unsur.choices, blank=True)
    jumlah = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    tiap_instansi = models.BooleanField("tiap instansi", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "kebutuhan pola"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(instansi__isnull=True) ^ Q(unsur=""),
                name="kebutuhanpola_instansi_atau_unsur",
                violation_error_message="Pilih satu: instansi, atau unsur.",
            ),
            models.UniqueConstraint(
                fields=["giliran", "instansi", "unsur"],
                nulls_distinct=False,
                name="kebutuhanpola_unik",
                violation_error_message="Instansi atau unsur ini sudah ada pada giliran yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(jumlah__gte=1),
                name="kebutuhanpola_jumlah_positif",
                violation_error_message="Jumlah minimal 1; hapus barisnya bila tidak dibutuhkan.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instansi or self.get_unsur_display()}: {self.jumlah}"
