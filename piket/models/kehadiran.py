"""What attendance leaves behind besides the assignment's own columns: used codes, personal links, guests."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q


class KodeTerpakai(models.Model):
    """A code of a shift that somebody has used: no second person, no second time.

    `detak` is the serial of the few seconds in which the code was shown (`piket.kode`).
    """

    piket = models.ForeignKey("piket.Piket", models.PROTECT, db_index=False, related_name="kode_terpakai")
    detak = models.BigIntegerField()
    penugasan = models.ForeignKey("piket.Penugasan", models.PROTECT, related_name="+")
    dipakai_pada = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "kode terpakai"
        constraints = [
            models.UniqueConstraint(
                fields=["piket", "detak"],
                name="kodeterpakai_sekali",
                violation_error_message="Kode ini sudah dipakai. Tunggu kode berikutnya di layar posko.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="kodeterpakai_tetap", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.piket} {self.detak}"


@pghistory.track(exclude=["sidik"])
class TautanHadir(models.Model):
    """A personal link with which one member checks in once, without signing in. Only its SHA-256 is kept."""

    penugasan = models.ForeignKey("piket.Penugasan", models.PROTECT, related_name="tautan")
    sidik = models.CharField(max_length=64, unique=True, editable=False)
    berlaku_sampai = models.DateTimeField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    dipakai_pada = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "tautan hadir"

    def __str__(self) -> str:
        return f"Tautan {self.penugasan}"


@pghistory.track()
class Tamu(models.Model):
    """A guest of a post, as in the buku tamu. Struck through when wrong, never deleted."""

    posko = models.ForeignKey("posko.Posko", models.PROTECT, db_index=False, related_name="tamu")
    nama = models.CharField(max_length=100)
    asal = models.CharField("instansi atau alamat", max_length=100)
    keperluan = models.CharField(max_length=200)
    bertemu = models.CharField("bertemu dengan", max_length=100, blank=True)
    datang = models.DateTimeField()
    pulang = models.DateTimeField(null=True, blank=True)
    kunci = models.UUIDField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    dicoret_pada = models.DateTimeField(null=True, blank=True)
    dicoret_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "tamu"
        ordering = ["-id"]
        indexes = [models.Index(fields=["posko", "-id"], name="tamu_posko")]
        constraints = [
            models.UniqueConstraint(
                fields=["oleh", "kunci"],
                name="tamu_kunci_unik",
                violation_error_message="Tamu ini sudah tercatat.",
            ),
            models.CheckConstraint(
                condition=Q(pulang__isnull=True) | Q(pulang__gte=F("datang")),
                name="tamu_pulang_tidak_mundur",
                violation_error_message="Jam pulang tidak boleh sebelum jam datang.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="tamu_tetap", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.nama} ({self.asal})"
