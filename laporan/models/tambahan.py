"""Pieces of SQL.

What the page of a report wants to know beside its own columns stands in the same row of the same query: composed from
querysets, Django took longer to put these six together than PostgreSQL to answer.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func
from django.db.models.expressions import Combinable


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


# Weights of the search's index from D to A.
BOBOT = "{0.1,0.3,0.6,1.0}"


class Cocok(Func):
    """``vector @@ query``, the query as we wrote it: no configuration stems it again."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = models.BooleanField()

    def __init__(self, vector: Combinable, query: str) -> None:
        super().__init__(vector, models.Value(query))


class Peringkat(Func):
    """``ts_rank`` of a vector for a query as we wrote it."""

    function = "ts_rank"
    template = f"%(function)s('{BOBOT}'::real[], %(expressions)s::tsquery)"
    output_field = models.FloatField()

    def __init__(self, vector: Combinable, query: str) -> None:
        super().__init__(vector, models.Value(query))
