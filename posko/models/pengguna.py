"""People and their memberships."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pghistory
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper

from posko import access
from posko.access import Peran

if TYPE_CHECKING:
    from posko.access import Aktor

__all__ = ["Anggota", "Pengguna", "Peran"]


@pghistory.track(exclude=["password", "last_login"])
class Pengguna(AbstractUser):
    """A person who signs in. Global, never deleted, only nonaktif (is_active=False)."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    nama = models.CharField("nama lengkap", max_length=120)
    telepon = models.CharField(max_length=30, blank=True)
    # When an admin last removed a lost second factor; history says who.
    faktor_dihapus = models.DateTimeField("faktor kedua dihapus", null=True, editable=False)
    # Demo people have a public password; MODE=produksi refuses to start while there are any.
    demo = models.BooleanField(default=False, editable=False)

    REQUIRED_FIELDS = ["nama"]
    objects = UserManager()  # type: ignore[misc]

    class Meta:
        verbose_name = verbose_name_plural = "pengguna"
        ordering = ["nama"]
        constraints = [
            models.UniqueConstraint(
                Upper("email"),
                condition=~Q(email=""),
                name="pengguna_email_unik",
                violation_error_message="Alamat surel ini sudah dipakai pengguna lain.",
            ),
            models.UniqueConstraint(
                Upper("username"),
                name="pengguna_username_unik",
                violation_error_message="Nama pengguna ini sudah dipakai.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama or self.username

    def get_full_name(self) -> str:
        return self.nama

    def get_short_name(self) -> str:
        return self.nama.split(" ")[0]


class AnggotaQuerySet(models.QuerySet["Anggota"]):
    def valid_on(self, hari: dt.date) -> AnggotaQuerySet:
        """Memberships in force on a date (both ends included; an open end never expires)."""
        return self.filter(Q(selesai=None) | Q(selesai__gte=hari), mulai__lte=hari)

    def visible_to(self, aktor: Aktor) -> AnggotaQuerySet:
        """Memberships of the posts this person may open."""
        return self.filter(access.posko_visible_to(aktor, "kursi__posko__"))


class DateRangeFunc(Func):
    """``daterange(mulai, selesai, '[]')``; a NULL end is unbounded."""

    function = "daterange"


@pghistory.track()
class Anggota(models.Model):
    """A person's place in a post: which agency's seat, which role, from when to when."""

    pengguna = models.ForeignKey(Pengguna, models.PROTECT, related_name="keanggotaan")
    kursi = models.ForeignKey("posko.Kursi", models.PROTECT, related_name="anggota")
    # A copy of kursi.peserta; a composite foreign key in the database keeps it true (migration 0002).
    peserta = models.BooleanField(default=False, editable=False)
    peran = models.CharField(max_length=20, choices=Peran.choices)
    jabatan = models.CharField(max_length=100, blank=True)
    nip = models.CharField("NIP/NRP", max_length=30, blank=True)
    surat_tugas = models.CharField(max_length=100, blank=True)
    mulai = models.DateField("berlaku mulai")
    selesai = models.DateField("berlaku sampai", null=True, blank=True)

    objects = AnggotaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "anggota"
        ordering = ["kursi_id", "pengguna__nama"]
        constraints = [
            models.CheckConstraint(
                condition=Q(selesai=None) | Q(selesai__gte=F("mulai")),
                name="anggota_selesai_setelah_mulai",
                violation_error_message="Masa tugas tidak boleh berakhir sebelum mulai.",
            ),
            models.CheckConstraint(
                condition=Q(peserta=False) | Q(peran__in=["piket", "petugas_lapangan"]),
                name="anggota_peserta_hanya_piket",
                violation_error_message="Anggota peserta hanya boleh berperan piket atau petugas lapangan.",
            ),
            ExclusionConstraint(
                name="anggota_tidak_rangkap_masa",
                expressions=[
                    (F("pengguna"), RangeOperators.EQUAL),
                    (F("kursi"), RangeOperators.EQUAL),
                    (F("peran"), RangeOperators.EQUAL),
                    (
                        DateRangeFunc(F("mulai"), F("selesai"), Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Orang ini sudah memegang peran yang sama di kursi ini pada masa itu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pengguna} ({self.get_peran_display()})"

    def clean(self) -> None:
        if self.kursi_id:
            self.peserta = self.kursi.peserta

    def save(self, **kwargs: Any) -> None:  # type: ignore[override]
        self.peserta = self.kursi.peserta
        super().save(**kwargs)
