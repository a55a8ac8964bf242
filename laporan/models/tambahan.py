"""Pieces of SQL.

What the page of a report wants to know beside its own columns stands in the same row of the same query: composed from
querysets, Django took longer to put these six together than PostgreSQL to answer.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func


class Ada(Func):
    """Whether a row of `model` points at the report by its column `kolom`."""

    template = 'EXISTS (SELECT FROM "%(tabel)s" d WHERE d."%(kolom)s" = %(expressions)s)'

    def __init__(self, model: type[models.Model], kolom: str) -> None:
        super().__init__(F("pk"), tabel=model._meta.db_table, kolom=kolom, output_field=models.BooleanField())


class PosJejak(Func):
    """The posts of `jejak` as JSON objects, the highest tier first."""

    template = """ARRAY(SELECT jsonb_build_object(
        'id', p.id, 'status', p.status, 'hotline', p.hotline, 'dibuka', p.dibuka, 'ditutup', p.ditutup,
        'jam_buka', p.jam_buka, 'jam_tutup', p.jam_tutup, 'kode', w.kode, 'nama', w.nama, 'jenis', w.jenis,
        'zona', w.zona_waktu)
        FROM posko_posko p JOIN posko_wilayah w ON w.kode = p.wilayah_id
        WHERE p.id = ANY(%(expressions)s) ORDER BY p.wilayah_id)"""

    def __init__(self) -> None:
        super().__init__(F("jejak"), output_field=ArrayField(models.JSONField()))


class SatuDari(Func):
    """``value = ANY(array)``."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()
