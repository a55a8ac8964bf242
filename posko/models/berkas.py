"""Stored photos: one row per content. The bytes lie in BERKAS_DIR under their hash (posko/berkas.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from posko.berkas import Foto
    from posko.models.pengguna import Pengguna


class BerkasQuerySet(models.QuerySet["Berkas"]):
    def keep(self, foto: Foto, pengunggah: Pengguna) -> Berkas:
        """Store the photo durably, then record it. The same picture twice is one row.

        The bytes are on disk before the row can be committed: a row never points at nothing. Bytes
        without a row (a rolled back transaction) are swept a day later.
        """
        from posko.berkas import store

        store(foto)
        berkas = self.model(
            sha256=foto.sha256,
            ukuran=len(foto.isi),
            lebar=foto.lebar,
            tinggi=foto.tinggi,
            lintang=foto.lintang,
            bujur=foto.bujur,
            waktu=foto.waktu,
            pengunggah=pengunggah,
            dipakai_pada=timezone.now(),
        )
        # One statement, also when two people send the same picture at once. A known picture keeps its row;
        # only `dipakai_pada` moves, which is what makes a sweep running right now let go of it.
        self.bulk_create(
            [berkas], update_conflicts=True, unique_fields=["sha256"], update_fields=["dipakai_pada"]
        )
        return berkas

    def orphans(self) -> BerkasQuerySet:
        """Rows that nothing points at: whatever relation a later module adds is counted too."""
        referenced = Q()
        # Hidden relations (related_name="+") are references all the same.
        for relation in self.model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
                continue  # a many-to-many is seen through its hidden join table
            rows = relation.related_model._base_manager.filter(**{relation.field.attname: OuterRef("pk")})
            referenced |= Q(Exists(rows))
        return self.exclude(referenced) if referenced else self.all()


class Berkas(models.Model):
    """A processed photo: upright JPEG without metadata. Position and time are kept apart from the bytes."""

    sha256 = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        validators=[RegexValidator(r"^[0-9a-f]{64}$")],
    )
    ukuran = models.PositiveIntegerField("ukuran (byte)", editable=False)
    lebar = models.PositiveSmallIntegerField(editable=False)
    tinggi = models.PositiveSmallIntegerField(editable=False)
    lintang = models.FloatField(null=True, blank=True, editable=False)
    bujur = models.FloatField(null=True, blank=True, editable=False)
    waktu = models.DateTimeField("waktu pengambilan", null=True, blank=True, editable=False)
    pengunggah = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    # When somebody last stored this content: an orphan younger than a day may be waiting for its commit.
    dipakai_pada = models.DateTimeField(default=timezone.now, editable=False)

    objects = BerkasQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "berkas foto"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Foto {self.sha256[:8]}"
