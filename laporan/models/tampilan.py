"""A list people come back to: filters kept under a name, for one person or for everybody in a post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor

PALING_BANYAK = 20
NAMA_TERPAKAI = "Nama ini sudah dipakai untuk tampilan lain. Pilih nama lain."


class TampilanQuerySet(models.QuerySet["Tampilan"]):
    def visible_to(self, aktor: Aktor) -> TampilanQuerySet:
        """The person's own, and those of the posts they work in (`access.tampilan_visible_to`)."""
        return self.filter(access.tampilan_visible_to(aktor))


class Tampilan(models.Model):
    """Filters of the report list under a name. It belongs to a person or to a post, never to both."""

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    pengguna = models.ForeignKey("posko.Pengguna", models.PROTECT, null=True, related_name="tampilan")
    posko = models.ForeignKey("posko.Posko", models.PROTECT, null=True, related_name="tampilan")
    nama = models.CharField(max_length=40)
    kueri = models.CharField("saringan", max_length=1000)
    dibuat_oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)

    objects = TampilanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "tampilan"
        ordering = ["posko_id", "nama"]
        constraints = [
            models.UniqueConstraint(
                fields=["pemilihan", "pengguna", "nama"],
                condition=Q(posko=None),
                name="tampilan_nama_pengguna",
                violation_error_message=NAMA_TERPAKAI,
            ),
            models.UniqueConstraint(
                fields=["posko", "nama"],
                condition=Q(pengguna=None),
                name="tampilan_nama_posko",
                violation_error_message=NAMA_TERPAKAI,
            ),
            models.CheckConstraint(
                condition=Q(pengguna=None, posko__isnull=False) | Q(pengguna__isnull=False, posko=None),
                name="tampilan_satu_pemilik",
            ),
        ]

    def __str__(self) -> str:
        return self.nama

    @classmethod
    def keep(cls, by: Aktor, nama: str, kueri: str, posko_id: int | None = None) -> Tampilan:
        """Keep filters under a name, for the person or for one of the posts they run; again is the same one.

        kueri: the list's own address after "?". Raises PermissionDenied (403) and ValidationError by field (422).
        """
        if not access.can(by, "save_tampilan", posko_id):
            raise PermissionDenied
        assert by.edisi is not None  # noqa: S101 - refused otherwise
        owner = {"posko_id": posko_id} if posko_id else {"pengguna_id": by.pengguna.pk, "posko": None}
        owned = cls.objects.filter(pemilihan=by.edisi.pk, **owner)
        if same := owned.filter(nama=nama).first():
            if same.kueri != kueri:
                raise ValidationError({"nama": NAMA_TERPAKAI})
            return same
        if owned.count() >= PALING_BANYAK:
            raise ValidationError(
                {"nama": f"Sudah ada {PALING_BANYAK} tampilan. Hapus yang tidak dipakai lagi."}
            )
        try:
            with transaction.atomic():
                return cls.objects.create(
                    pemilihan=by.edisi, nama=nama, kueri=kueri, dibuat_oleh=by.pengguna, **owner
                )
        except IntegrityError:  # two taps at once
            return cls.keep(by, nama, kueri, posko_id)

    def rename(self, by: Aktor, nama: str) -> None:
        """Give it another name. Raises PermissionDenied and ValidationError."""
        if not access.can(by, "edit_tampilan", self):
            raise PermissionDenied
        self.nama = nama
        try:
            with transaction.atomic():
                self.save(update_fields=["nama"])
        except IntegrityError:
            raise ValidationError({"nama": NAMA_TERPAKAI}) from None

    def remove(self, by: Aktor) -> None:
        """Delete it: nothing but the shortcut is lost."""
        if not access.can(by, "edit_tampilan", self):
            raise PermissionDenied
        self.delete()
