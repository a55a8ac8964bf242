"""A person's duties in their own calendar."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q


@pghistory.track(exclude=["sidik", "diambil_pada"])
class LanggananKalender(models.Model):
    """The address of somebody's calendar feed: own duties only. Its token is kept as SHA-256, and can be revoked."""

    pengguna = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    sidik = models.CharField(max_length=64, unique=True, editable=False)
    dibuat_pada = models.DateTimeField(auto_now_add=True)
    dicabut_pada = models.DateTimeField(null=True, blank=True)
    diambil_pada = models.DateTimeField("terakhir dibaca", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "langganan kalender"
        constraints = [
            models.UniqueConstraint(
                fields=["pengguna"],
                condition=Q(dicabut_pada=None),
                name="langganankalender_satu",
                violation_error_message="Alamat kalender sudah ada; ganti dengan yang baru.",
            ),
        ]

    def __str__(self) -> str:
        return f"Kalender {self.pengguna}"
