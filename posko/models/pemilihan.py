"""One election edition: its dates, hours per tier, stages and voting days."""

from __future__ import annotations

import datetime as dt

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from posko.models.wilayah import Tingkat


class PemilihanQuerySet(models.QuerySet["Pemilihan"]):
    def running(self) -> PemilihanQuerySet:
        """Editions not yet closed, the newest opening first: the first one is what pages show by default."""
        return self.filter(ditutup_pada=None).order_by("-dibuka", "-id")


@pghistory.track()
class Pemilihan(models.Model):
    """An edition such as Pemilu 2024, Pilkada 2024 or a gladi. Closed, it is a read-only archive."""

    class Jenis(models.TextChoices):
        PEMILU = "pemilu", "Pemilu"
        PILKADA = "pilkada", "Pilkada"
        GLADI = "gladi", "Gladi"

    kode = models.SlugField(max_length=40, unique=True, help_text="Dipakai di alamat: ?edisi=pemilu-2024")
    nama = models.CharField(max_length=100)
    jenis = models.CharField(max_length=10, choices=Jenis.choices)
    wilayah = models.ForeignKey(
        "posko.Wilayah", models.PROTECT, db_index=False, help_text="Provinsi penyelenggara"
    )
    dasar = models.CharField("dasar hukum", max_length=200, blank=True)
    dibuka = models.DateField("posko dibuka")
    ditutup = models.DateField("posko ditutup")
    ditutup_pada = models.DateTimeField("diarsipkan pada", null=True, blank=True, editable=False)

    objects = PemilihanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "edisi pemilihan"
        ordering = ["-dibuka", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ditutup__gte=F("dibuka")),
                name="pemilihan_ditutup_setelah_dibuka",
                violation_error_message="Tanggal tutup tidak boleh sebelum tanggal buka.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama

    @property
    def gladi(self) -> bool:
        return self.jenis == self.Jenis.GLADI

    @property
    def arsip(self) -> bool:
        """Whether the edition is closed: everything can be read, every act is refused."""
        return self.ditutup_pada is not None

    def close(self) -> None:
        """Close the edition for good: from now on it is a read-only archive."""
        self.ditutup_pada = timezone.now()
        self.save(update_fields=["ditutup_pada"])

    def last_valid_day(self) -> dt.date:
        """The day on which memberships are judged: today, or the last day of a closed edition."""
        today = timezone.localdate()
        return min(today, self.ditutup) if self.arsip else today


# Hours per tier when nothing else is decreed (Jakarta 2024: domain facts in data/README.md).
DEFAULT_HOURS: dict[int, tuple[dt.time, dt.time]] = {
    Tingkat.PROVINSI: (dt.time(8), dt.time(20)),
    Tingkat.KOTA: (dt.time(8), dt.time(16)),
    Tingkat.KECAMATAN: (dt.time(8), dt.time(15)),
    Tingkat.KELURAHAN: (dt.time(8), dt.time(14)),
}


@pghistory.track()
class JamTingkat(models.Model):
    """Opening hours that new posts of a tier start with, in the post's own time zone."""

    pemilihan = models.ForeignKey(Pemilihan, models.CASCADE, related_name="jam_tingkat", db_index=False)
    tingkat = models.PositiveSmallIntegerField(choices=Tingkat.choices)
    buka = models.TimeField("jam buka")
    tutup = models.TimeField("jam tutup")

    class Meta:
        verbose_name = verbose_name_plural = "jam buka per tingkat"
        ordering = ["tingkat"]
        constraints = [
            models.UniqueConstraint(fields=["pemilihan", "tingkat"], name="jamtingkat_unik"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tingkat_display()} {self.buka:%H.%M}–{self.tutup:%H.%M}"


@pghistory.track()
class Tahapan(models.Model):
    """A stage of the edition, first and last day included."""

    pemilihan = models.ForeignKey(Pemilihan, models.CASCADE, related_name="tahapan", db_index=False)
    kode = models.SlugField(max_length=30)
    nama = models.CharField(max_length=100)
    mulai = models.DateField()
    selesai = models.DateField()
    sumber = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "tahapan"
        ordering = ["mulai", "selesai"]
        constraints = [
            models.UniqueConstraint(fields=["pemilihan", "kode"], name="tahapan_unik"),
            models.CheckConstraint(
                condition=Q(selesai__gte=F("mulai")),
                name="tahapan_selesai_setelah_mulai",
                violation_error_message="Tahapan tidak boleh selesai sebelum mulai.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama


@pghistory.track()
class HariPemungutan(models.Model):
    """A voting day: the main one, or a PSU/PSL/PSS day with the stations that vote."""

    class Jenis(models.TextChoices):
        UTAMA = "utama", "Pemungutan suara"
        PSU = "psu", "Pemungutan suara ulang (PSU)"
        PSL = "psl", "Pemungutan suara lanjutan (PSL)"
        PSS = "pss", "Pemungutan suara susulan (PSS)"

    pemilihan = models.ForeignKey(Pemilihan, models.CASCADE, related_name="hari_pemungutan", db_index=False)
    jenis = models.CharField(max_length=5, choices=Jenis.choices, default=Jenis.UTAMA)
    tanggal = models.DateField()
    mulai = models.TimeField(default=dt.time(7), help_text="Waktu setempat")
    selesai = models.TimeField(default=dt.time(13), help_text="Waktu setempat")
    tps = models.ManyToManyField("posko.TPS", blank=True, verbose_name="TPS", help_text="Kosong: semua TPS")

    class Meta:
        verbose_name = verbose_name_plural = "hari pemungutan"
        ordering = ["tanggal"]
        constraints = [
            models.UniqueConstraint(fields=["pemilihan", "jenis", "tanggal"], name="haripemungutan_unik"),
            models.UniqueConstraint(
                fields=["pemilihan"],
                condition=Q(jenis="utama"),
                name="haripemungutan_utama_satu",
                violation_error_message="Satu edisi hanya punya satu hari pemungutan utama.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_jenis_display()} {self.tanggal:%d-%m-%Y}"
