"""Buku Piket: what is written during a shift, and how one shift hands over to the next."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from piket.models.piket import Piket
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor


class CatatanQuerySet(models.QuerySet["CatatanPiket"]):
    def visible_to(self, aktor: Aktor) -> CatatanQuerySet:
        """Entries of the posts whose Buku Piket this person reads."""
        return self.filter(access.piket_book_visible_to(aktor, "posko__"))

    def for_page(self) -> CatatanQuerySet:
        """With what one entry prints, newest first. Two queries."""
        photos = models.Prefetch("foto", FotoCatatan.objects.select_related("berkas"))
        people = self.select_related("piket__posko__wilayah", "posko__wilayah", "oleh", "dicoret_oleh")
        return people.prefetch_related(photos).order_by("-id")


class CatatanPiket(models.Model):
    """An entry of a post's Buku Piket. Struck through with a reason, never edited."""

    posko = models.ForeignKey("posko.Posko", models.PROTECT, db_index=False, related_name="catatan_piket")
    piket = models.ForeignKey(
        "piket.Piket", models.PROTECT, null=True, blank=True, related_name="catatan_buku", db_index=False
    )
    isi = models.TextField(max_length=2000)
    kunci = models.UUIDField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, db_index=False, related_name="+")
    pada = models.DateTimeField()
    dicoret_pada = models.DateTimeField(null=True, blank=True)
    dicoret_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    alasan_coret = models.CharField(max_length=200, blank=True)

    objects = CatatanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "catatan piket"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["posko", "-id"], name="catatanpiket_posko"),
            models.Index(fields=["piket", "id"], name="catatanpiket_piket"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["oleh", "kunci"],
                name="catatanpiket_kunci_unik",
                violation_error_message="Catatan ini sudah tercatat.",
            ),
            models.CheckConstraint(
                condition=Q(dicoret_pada__isnull=True, dicoret_oleh__isnull=True, alasan_coret="")
                | (Q(dicoret_pada__isnull=False, dicoret_oleh__isnull=False) & ~Q(alasan_coret="")),
                name="catatanpiket_coret_lengkap",
                violation_error_message="Tulis alasan mencoret.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="catatanpiket_tetap", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="catatanpiket_isi_tetap", fields=["posko", "piket", "isi", "kunci", "oleh", "pada"]
            ),
            # What is struck through stays so.
            pgtrigger.Protect(
                name="catatanpiket_coret_tetap",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__dicoret_pada__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posko} {self.pada:%d-%m-%Y %H.%M}"


class FotoCatatan(models.Model):
    """A photo of an entry, in the order it was added. Served only through its entry."""

    catatan = models.ForeignKey(CatatanPiket, models.PROTECT, related_name="foto", db_index=False)
    berkas = models.ForeignKey("posko.Berkas", models.PROTECT, related_name="+")
    urut = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "foto catatan"
        ordering = ["catatan_id", "urut"]
        constraints = [
            models.UniqueConstraint(
                fields=["catatan", "urut"],
                name="fotocatatan_urut_unik",
                violation_error_message="Foto ini sudah ada pada catatan yang sama.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="fotocatatan_tetap", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Foto {self.urut}"


class SerahTerimaQuerySet(models.QuerySet["SerahTerima"]):
    def visible_to(self, aktor: Aktor) -> SerahTerimaQuerySet:
        """Those of the posts whose Buku Piket this person reads."""
        return self.filter(access.piket_book_visible_to(aktor, "piket__posko__"))

    def waiting(self) -> SerahTerimaQuerySet:
        """Those that no later shift has confirmed."""
        return self.filter(diterima_pada=None)

    def for_line(self) -> SerahTerimaQuerySet:
        """With what one line prints, those that wait first, newest first. One query."""
        people = self.select_related("piket__posko__wilayah", "oleh__pengguna", "diterima_oleh__pengguna")
        waiting = models.F("diterima_pada").desc(nulls_first=True)
        return people.defer("keadaan").order_by(waiting, "-pada", "-id")

    def for_detail(self) -> SerahTerimaQuerySet:
        """With what its page, the berita acara and the rules read. One query."""
        return self.select_related(
            "piket__posko__wilayah", "piket__posko__pemilihan", "berikut__posko__wilayah",
            "oleh__pengguna", "oleh__kursi__instansi", "diterima_oleh__pengguna", "diterima_oleh__kursi__instansi",
        )  # fmt: skip


class SerahTerima(models.Model):
    """The end of a shift: what is handed over, as it stood then, and who took it over.

    `keadaan` is a snapshot made by the system (open reports and Penerusan, by number). It is signed when the next
    shift confirms; leaving does not wait for that.
    """

    piket = models.OneToOneField("piket.Piket", models.PROTECT, related_name="serah_terima")
    berikut = models.ForeignKey("piket.Piket", models.PROTECT, null=True, blank=True, related_name="+")
    ringkasan = models.TextField(max_length=2000)
    catatan = models.TextField("hal yang perlu diperhatikan", max_length=2000, blank=True)
    keadaan = models.JSONField(default=dict)
    nomor = models.CharField("nomor berita acara", max_length=60, blank=True)
    kunci = models.UUIDField()
    oleh = models.ForeignKey("posko.Anggota", models.PROTECT, db_index=False, related_name="+")
    pada = models.DateTimeField()
    diterima_oleh = models.ForeignKey(
        "posko.Anggota", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    diterima_pada = models.DateTimeField(null=True, blank=True)
    catatan_penerima = models.TextField(max_length=1000, blank=True)

    objects = SerahTerimaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "serah terima"
        ordering = ["-pada", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["oleh", "kunci"],
                name="serahterima_kunci_unik",
                violation_error_message="Serah terima ini sudah tercatat.",
            ),
            models.CheckConstraint(
                condition=Q(diterima_oleh__isnull=True, diterima_pada__isnull=True)
                | Q(diterima_oleh__isnull=False, diterima_pada__isnull=False),
                name="serahterima_terima_lengkap",
                violation_error_message="Konfirmasi harus menyebut siapa dan kapan.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="serahterima_tetap", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="serahterima_isi_tetap",
                fields=["piket", "ringkasan", "catatan", "keadaan", "nomor", "kunci", "oleh", "pada"],
            ),
            pgtrigger.Protect(
                name="serahterima_terima_tetap",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__diterima_pada__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Serah terima {self.piket}"

    def get_absolute_url(self) -> str:
        return reverse("piket:hand_over", args=[self.pk])

    @cached_property
    def giliran_berikut(self) -> Piket | None:
        """The shift that takes over: the one noted when it was given, else the one that follows by now."""
        return self.berikut or following(self.piket)

    @cached_property
    def petugas_berikut(self) -> frozenset[int]:
        """People assigned to the shift that takes over. One query, two when it was not known when given."""
        if self.giliran_berikut is None:
            return frozenset()
        duties = self.giliran_berikut.penugasan.live()  # type: ignore[attr-defined]
        return frozenset(duties.values_list("pengguna", flat=True))


def following(piket: Piket) -> Piket | None:
    """The announced shift of the same post and kind that begins and ends after this one, the first of them."""
    later = Piket.objects.announced().filter(
        posko=piket.posko_id,
        jenis=piket.jenis,
        tanggal__gte=piket.tanggal,
        waktu__startswith__gt=piket.waktu.lower,
        waktu__endswith__gt=piket.waktu.upper,
    )
    return later.select_related("posko__wilayah").order_by("tanggal", "waktu", "id").first()
