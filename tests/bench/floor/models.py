"""The one table of the floor."""

from django.db import models


class Item(models.Model):
    nomor = models.CharField(max_length=36, unique=True)
    judul = models.CharField(max_length=160)
    tempat = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    prioritas = models.CharField(max_length=8)
    pada = models.DateTimeField()
    oleh = models.ForeignKey("auth.User", models.PROTECT)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.nomor
