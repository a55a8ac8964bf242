"""The journal of a report."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from typing import Any

import pgtrigger
from django.db import models

from laporan import alur


class Perkembangan(models.Model):
    """One entry of the journal: every change writes exactly one, in its own transaction, and none is changed.

    `isi` is the sealed truth (see `laporan.jurnal`); the columns beside it serve lists and joins, and
    `periksa_jurnal` compares them with it.
    """

    laporan = models.ForeignKey(
        "laporan.Laporan", models.PROTECT, related_name="perkembangan", db_index=False
    )
    urut = models.PositiveIntegerField()
    pada = models.DateTimeField()
    pengguna = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)
    anggota = models.ForeignKey("posko.Anggota", models.PROTECT, null=True, related_name="+", db_index=False)
    tindakan = models.CharField(max_length=30)
    isi = models.TextField()
    kunci_id = models.CharField(max_length=40)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "perkembangan"
        ordering = ["laporan_id", "urut"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "urut"], name="perkembangan_urut_unik"),
        ]
        triggers = [
            pgtrigger.Protect(name="perkembangan_tetap", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.urut}. {self.kata}"

    @property
    def kata(self) -> str:
        """What was done, in words."""
        return alur.LAMPAU.get(self.tindakan, self.tindakan)

    @property
    def hash_pendek(self) -> str:
        return self.mac[:8]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The sealed content, parsed."""
        parsed: dict[str, Any] = json.loads(self.isi)
        return parsed

    @property
    def perubahan(self) -> dict[str, list[Any]]:
        """Changed fields: name → [before, after]."""
        changed: dict[str, list[Any]] = self.data["ubah"]
        return changed

    @property
    def text(self) -> str:
        """The free text, or nothing when there was none or it was erased."""
        found = getattr(self, "teks", None)
        return found.teks if found else ""


class TeksPerkembangan(models.Model):
    """The free text of an entry with its salt. This row may be erased; the entry keeps a salted MAC."""

    perkembangan = models.OneToOneField(Perkembangan, models.PROTECT, primary_key=True, related_name="teks")
    garam = models.CharField(max_length=32)
    teks = models.TextField()

    class Meta:
        verbose_name = verbose_name_plural = "teks perkembangan"

    def __str__(self) -> str:
        return self.teks[:40]


def microseconds(at: dt.datetime) -> int:
    """UTC microseconds since 1970 of an aware moment, exactly."""
    return (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
