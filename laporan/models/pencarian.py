"""What the search reads: one row of stems a report, and the words the stems came from (see `laporan.cari`)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class IndeksCari(models.Model):
    """The stems of one report, written in the transaction that writes its text (`laporan.cari.indeks`).

    A table of its own: a report's row is rewritten by every act, and its stems need not be. Lexemes are ours, not a
    PostgreSQL configuration's: stems; ``@stem`` of the reporter's name, asked only where the reporter may be seen;
    ``#j1 #k2 #o3``, the posts, seats and people who may see it, and ``#c4 #pkritis``, what it is, which only narrow.
    """

    laporan = models.OneToOneField(
        "laporan.Laporan", models.PROTECT, primary_key=True, related_name="indeks", db_index=False
    )
    vektor = SearchVectorField()

    class Meta:
        verbose_name = verbose_name_plural = "indeks pencarian"
        # The list of pending entries is read by every search: kept short.
        indexes = [GinIndex(fields=["vektor"], name="indekscari_vektor", gin_pending_list_limit=256)]

    def __str__(self) -> str:
        return str(self.pk)


class Kosakata(models.Model):
    """A word somebody wrote, its stem, and what remains of it when one letter is left out: for typos and beginnings."""

    kata = models.CharField(max_length=40, primary_key=True, db_collation="C")
    akar = models.CharField(max_length=40)
    kurang = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        verbose_name = verbose_name_plural = "kosakata"
        indexes = [
            GinIndex(fields=["kurang"], name="kosakata_kurang", gin_pending_list_limit=256),
            models.Index(fields=["akar"], name="kosakata_akar"),
        ]

    def __str__(self) -> str:
        return self.kata
