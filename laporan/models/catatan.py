"""Who took reports out, and who read the rahasia ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from laporan.models.tindakan import acting_membership
from posko.access import RAHASIA

if TYPE_CHECKING:
    from laporan.models import Laporan
    from posko.access import Aktor


class CatatanAksesQuerySet(models.QuerySet["CatatanAkses"]):
    def note_reading(self, aktor: Aktor, laporan: Laporan, bentuk: str) -> None:
        """Journal that this person is about to be shown a report, if it is rahasia. Call before answering."""
        if laporan.akses == RAHASIA:
            CatatanAkses.objects.bulk_create([_reading(aktor, laporan, bentuk)])

    def note_readings(self, aktor: Aktor, rows: Iterable[Laporan], bentuk: str, ekspor: CatatanAkses) -> None:
        """The same for rows of an export (its own entry is `ekspor`); one query, none without a rahasia row."""
        readings = [_reading(aktor, row, bentuk, ekspor) for row in rows if row.akses == RAHASIA]
        if readings:
            CatatanAkses.objects.bulk_create(readings)

    def note_export(
        self, aktor: Aktor, bentuk: str, baris: int, saringan: str = "", laporan: Laporan | None = None
    ) -> CatatanAkses:
        """Journal that reports leave Posko: `baris` rows that fit `saringan` (in words), or one `laporan`."""
        assert aktor.edisi is not None  # noqa: S101 - without an edition nothing is visible
        membership = acting_membership(aktor, laporan) if laporan else aktor.pos.id if aktor.pos else None
        return self.create(
            pemilihan=aktor.edisi, pengguna=aktor.pengguna, anggota_id=membership, jenis=CatatanAkses.Jenis.EKSPOR,
            bentuk=bentuk, laporan=laporan, saringan=saringan, baris=baris,
        )  # fmt: skip

    def readers_of(self, laporan: Laporan) -> models.QuerySet[CatatanAkses, dict[str, Any]]:
        """Who read this report, how often and when last, the last one first. One row a person and form."""
        return (
            self.filter(laporan=laporan.pk)
            .values("bentuk", nama=F("pengguna__nama"), instansi=F("anggota__kursi__instansi__nama"))
            .annotate(kali=Count("pk"), terakhir=Max("pada"))
            .order_by("-terakhir")
        )


class CatatanAkses(models.Model):
    """One export, or one reading of a rahasia report. Written before the answer leaves, and never changed."""

    class Jenis(models.TextChoices):
        EKSPOR = "ekspor", "Ekspor"
        BACA = "baca", "Membaca laporan rahasia"

    class Bentuk(models.TextChoices):
        HALAMAN = "halaman", "Halaman"
        FOTO = "foto", "Foto"
        PDF = "pdf", "PDF"
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, related_name="+", db_index=False)
    pengguna = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)
    anggota = models.ForeignKey("posko.Anggota", models.PROTECT, null=True, related_name="+", db_index=False)
    pada = models.DateTimeField(default=timezone.now)
    jenis = models.CharField(max_length=6, choices=Jenis.choices)
    bentuk = models.CharField(max_length=8, choices=Bentuk.choices)
    # What: the report that was read or printed, or the filter of an export in words.
    laporan = models.ForeignKey(
        "laporan.Laporan", models.PROTECT, null=True, related_name="catatan_akses", db_index=False
    )
    ekspor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    saringan = models.TextField(blank=True)
    baris = models.PositiveIntegerField(default=1)

    objects = CatatanAksesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "catatan akses"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(jenis="ekspor") | Q(jenis="baca", laporan__isnull=False, baris=1),
                name="catatanakses_baca_satu_laporan",
            ),
        ]
        indexes = [
            models.Index(
                fields=["laporan", "-id"],
                condition=Q(laporan__isnull=False),
                name="catatanakses_laporan",
            ),
            models.Index(fields=["pengguna", "-id"], name="catatanakses_pengguna"),
        ]
        triggers = [
            pgtrigger.Protect(name="catatanakses_tetap", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_jenis_display()} {self.get_bentuk_display()}"


def _reading(aktor: Aktor, laporan: Laporan, bentuk: str, ekspor: CatatanAkses | None = None) -> CatatanAkses:
    return CatatanAkses(
        pemilihan_id=laporan.pemilihan_id, pengguna=aktor.pengguna, anggota_id=acting_membership(aktor, laporan),
        jenis=CatatanAkses.Jenis.BACA, bentuk=bentuk, laporan=laporan, ekspor=ekspor,
    )  # fmt: skip
