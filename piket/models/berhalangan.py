"""When somebody cannot come, and duties that change hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.db.models import F, Q

from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor


class BerhalanganQuerySet(models.QuerySet["Berhalangan"]):
    def live(self) -> BerhalanganQuerySet:
        """Those not taken back."""
        return self.filter(dicabut_pada=None)


@pghistory.track()
class Berhalangan(models.Model):
    """Dates on which a person cannot be on duty in an edition, with the reason. Both dates included, local."""

    class Alasan(models.TextChoices):
        SAKIT = "sakit", "Sakit"
        IZIN = "izin", "Izin"
        CUTI = "cuti", "Cuti"
        DINAS_LUAR = "dinas_luar", "Dinas luar"

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False, related_name="+")
    pengguna = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="berhalangan", db_index=False)
    dari = models.DateField()
    sampai = models.DateField()
    alasan = models.CharField(max_length=10, choices=Alasan.choices)
    keterangan = models.CharField(max_length=200, blank=True)
    kunci = models.UUIDField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    dicabut_pada = models.DateTimeField(null=True, blank=True)

    objects = BerhalanganQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "berhalangan"
        ordering = ["-dari", "-id"]
        indexes = [models.Index(fields=["pengguna", "pemilihan", "sampai"], name="berhalangan_orang")]
        constraints = [
            models.UniqueConstraint(
                fields=["oleh", "kunci"],
                name="berhalangan_kunci_unik",
                violation_error_message="Halangan ini sudah tercatat.",
            ),
            models.CheckConstraint(
                condition=Q(sampai__gte=F("dari")),
                name="berhalangan_tanggal_urut",
                violation_error_message="Tanggal akhir tidak boleh sebelum tanggal awal.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pengguna} {self.get_alasan_display()} {self.dari:%d-%m-%Y}–{self.sampai:%d-%m-%Y}"


class TukarPiketQuerySet(models.QuerySet["TukarPiket"]):
    def open(self) -> TukarPiketQuerySet:
        """Offers that wait for somebody, and those that wait for the koordinator."""
        return self.filter(status__in=TukarPiket.TERBUKA)

    def visible_to(self, aktor: Aktor) -> TukarPiketQuerySet:
        """One's own, those one may take, and those of the posts one runs."""
        return self.filter(access.tukar_visible_to(aktor))


@pghistory.track()
class TukarPiket(models.Model):
    """A duty offered to colleagues of the same agency; with `balasan` two duties change places.

    Bound to the assignments: one that is moved, cancelled or attended meanwhile can no longer change hands.
    """

    class Status(models.TextChoices):
        DITAWARKAN = "ditawarkan", "Ditawarkan"
        DIAMBIL = "diambil", "Menunggu persetujuan"
        DISETUJUI = "disetujui", "Disetujui"
        TIDAK_DISETUJUI = "tidak_disetujui", "Tidak disetujui"
        DIBATALKAN = "dibatalkan", "Dibatalkan"

    TERBUKA = ("ditawarkan", "diambil")

    penugasan = models.ForeignKey("piket.Penugasan", models.PROTECT, related_name="tukar")
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+")
    alasan = models.CharField(max_length=200, blank=True)
    kunci = models.UUIDField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DITAWARKAN)
    pengambil = models.ForeignKey(
        "posko.Anggota", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    balasan = models.ForeignKey(
        "piket.Penugasan", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    diambil_pada = models.DateTimeField(null=True, blank=True)
    diputus_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    diputus_pada = models.DateTimeField(null=True, blank=True)
    catatan = models.CharField(max_length=200, blank=True)

    objects = TukarPiketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "tukar piket"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["oleh", "kunci"],
                name="tukarpiket_kunci_unik",
                violation_error_message="Tawaran ini sudah tercatat.",
            ),
            models.UniqueConstraint(
                fields=["penugasan"],
                condition=Q(status__in=("ditawarkan", "diambil")),
                name="tukarpiket_satu_terbuka",
                violation_error_message="Tugas ini sudah ditawarkan.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("ditawarkan", "dibatalkan")) | Q(pengambil__isnull=False),
                name="tukarpiket_pengambil_ada",
                violation_error_message="Belum ada yang mengambil tugas ini.",
            ),
        ]

    def __str__(self) -> str:
        return f"Tukar {self.penugasan}"
