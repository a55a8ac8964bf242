"""A command post, the seats of agencies in it, and its equipment."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from posko import access
from posko.models.wilayah import Tingkat, ancestor_codes, short_name

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models.berkas import Berkas


class PoskoQuerySet(models.QuerySet["Posko"]):
    def visible_to(self, aktor: Aktor) -> PoskoQuerySet:
        """Posts this person may open (`access.posko_visible_to`)."""
        return self.filter(access.posko_visible_to(aktor))

    def managed_by(self, aktor: Aktor) -> PoskoQuerySet:
        """Posts this person administers (`access.posko_managed_by`)."""
        return self.filter(access.posko_managed_by(aktor))

    def under(self, kode: str) -> PoskoQuerySet:
        """The post of area `kode` and all posts below it."""
        return self.filter(Q(wilayah=kode) | Q(wilayah__gte=f"{kode}.", wilayah__lt=f"{kode}/"))

    def ancestors_of(self, pemilihan_id: int, kode: str) -> PoskoQuerySet:
        """Posts above area `kode`, nearest first."""
        return self.filter(pemilihan=pemilihan_id, wilayah__in=ancestor_codes(kode)).order_by("-wilayah")

    def chain_for(self, pemilihan_id: int, kode: str) -> PoskoQuerySet:
        """Posts that cover area `kode`: its own, then the ones above, nearest first."""
        codes = [kode, *ancestor_codes(kode)]
        return self.filter(pemilihan=pemilihan_id, wilayah__in=codes).order_by("-wilayah")


@pghistory.track()
class Posko(models.Model):
    """The post of one area in one edition."""

    class Status(models.TextChoices):
        DRAF = "draf", "Draf"
        SIAP = "siap", "Siap"
        AKTIF = "aktif", "Aktif"
        DITUTUP = "ditutup", "Ditutup"

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    wilayah = models.ForeignKey("posko.Wilayah", models.PROTECT, db_index=False)
    alamat = models.CharField("tempat", max_length=200, blank=True)
    hotline = models.CharField(max_length=40, blank=True)
    jam_buka = models.TimeField(help_text="Waktu setempat")
    jam_tutup = models.TimeField(help_text="Waktu setempat")
    dibuka = models.DateField()
    ditutup = models.DateField(help_text="Hari terakhir; boleh diperpanjang")
    sk = models.CharField("surat keputusan", max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAF, editable=False)
    foto_siap = models.ForeignKey(
        "posko.Berkas", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    siap_pada = models.DateTimeField(null=True, blank=True, editable=False)
    siap_oleh = models.ForeignKey(
        "posko.Pengguna",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )

    objects = PoskoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "posko"
        ordering = ["wilayah_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pemilihan", "wilayah"],
                name="posko_satu_per_wilayah",
                violation_error_message="Wilayah ini sudah punya posko pada edisi yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(ditutup__gte=F("dibuka")),
                name="posko_ditutup_setelah_dibuka",
                violation_error_message="Tanggal tutup tidak boleh sebelum tanggal buka.",
            ),
            models.CheckConstraint(
                condition=~Q(jam_buka=F("jam_tutup")),
                name="posko_jam_buka_tidak_kosong",
                violation_error_message="Jam buka dan jam tutup tidak boleh sama.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama

    @property
    def nama(self) -> str:
        """The post's name as on its banner: ``Posko Kelurahan Kembangan Selatan``."""
        return post_name(self.wilayah.jenis, self.wilayah.nama)

    @property
    def tingkat(self) -> Tingkat:
        """The tier, read off the code without touching the database."""
        return Tingkat(self.wilayah_id.count(".") + 1)

    @property
    def zona(self) -> ZoneInfo:
        return ZoneInfo(self.wilayah.zona_waktu)

    def local_time(self, at: dt.datetime | None = None) -> dt.datetime:
        """`at` (aware, default now) on the post's wall clock."""
        return timezone.localtime(at, self.zona)

    def is_open(self, at: dt.datetime | None = None) -> bool:
        """Whether the post is staffed at `at` (aware, default now): see `open_at`."""
        days, hours = (self.dibuka, self.ditutup), (self.jam_buka, self.jam_tutup)
        return self.status == self.Status.AKTIF and open_at(self.local_time(at), days, hours)

    def say_ready(self, by: Aktor, foto: Berkas) -> None:
        """The post reports SIAP with a photo of its room: draf becomes siap; said again, the photo is renewed."""
        if not access.can(by, "say_ready", self):
            raise PermissionDenied
        with transaction.atomic():
            status = type(self).objects.select_for_update().values_list("status", flat=True).get(pk=self.pk)
            if status not in (self.Status.DRAF, self.Status.SIAP):
                raise ValidationError(
                    "Posko ini sudah aktif atau sudah ditutup, jadi tidak perlu menyatakan siap lagi."
                )
            self.status, self.foto_siap = self.Status.SIAP, foto
            self.siap_pada, self.siap_oleh = timezone.now(), by.pengguna
            self.save(update_fields=["status", "foto_siap", "siap_pada", "siap_oleh"])

    def extend(self, until: dt.date) -> None:
        """Move the closing date of a post that is not closed yet."""
        if self.status == self.Status.DITUTUP:
            raise ValidationError("Posko ini sudah ditutup.")
        if until < self.dibuka:
            raise ValidationError("Tanggal tutup tidak boleh sebelum tanggal buka.")
        self.ditutup = until
        self.save(update_fields=["ditutup"])

    def activate(self) -> None:
        """Open the post: from now on it receives reports."""
        if self.status == self.Status.DITUTUP:
            raise ValidationError("Posko yang sudah ditutup tidak dapat diaktifkan lagi.")
        self.status = self.Status.AKTIF
        self.save(update_fields=["status"])


def open_at(local: dt.datetime, days: tuple[dt.date, dt.date], hours: tuple[dt.time, dt.time]) -> bool:
    """Whether an active post is open at `local`, a moment on its own wall clock.

    days: first and last day, both included. hours: from, to (excluded); hours that end before they begin run past
    midnight and belong to the day they began.
    """
    day, clock = local.date(), local.time()
    opens, closes = hours
    if opens < closes:
        return days[0] <= day <= days[1] and opens <= clock < closes
    if clock < closes:
        return days[0] <= day - dt.timedelta(days=1) <= days[1]
    return days[0] <= day <= days[1] and clock >= opens


def post_name(jenis: str, nama: str) -> str:
    """Name of the post of an area of this kind: Posko Kota Jakarta Barat, Posko Kecamatan Kembangan."""
    return f"Posko {jenis.capitalize()} {short_name(nama)}"


@pghistory.track()
class Kursi(models.Model):
    """The seat of an agency in a post, with its contact."""

    posko = models.ForeignKey(Posko, models.PROTECT, db_index=False, related_name="kursi")
    instansi = models.ForeignKey("posko.Instansi", models.PROTECT)
    # A copy of instansi.peserta; a composite foreign key in the database keeps it true (migration 0002).
    peserta = models.BooleanField(default=False, editable=False)
    kontak_nama = models.CharField(max_length=100, blank=True)
    kontak_telepon = models.CharField(max_length=40, blank=True)
    aktif = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "kursi"
        ordering = ["posko_id", "instansi__urutan", "instansi__nomor_urut"]
        constraints = [
            models.UniqueConstraint(
                fields=["posko", "instansi"],
                name="kursi_unik",
                violation_error_message="Instansi ini sudah punya kursi di posko ini.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instansi} di {self.posko}"

    def save(self, **kwargs: object) -> None:  # type: ignore[override]
        self.peserta = self.instansi.peserta
        super().save(**kwargs)  # type: ignore[arg-type]


@pghistory.track()
class Sarpras(models.Model):
    """One line of a post's equipment list: what it needs and what stands there."""

    class Kondisi(models.TextChoices):
        BAIK = "baik", "Baik"
        RUSAK = "rusak", "Rusak"
        BELUM_DICEK = "belum_dicek", "Belum dicek"

    posko = models.ForeignKey(Posko, models.CASCADE, related_name="sarpras", db_index=False)
    kode = models.SlugField(max_length=40)
    nama = models.CharField(max_length=80)
    satuan = models.CharField(max_length=20, blank=True)
    dibutuhkan = models.PositiveSmallIntegerField(default=1)
    ada = models.PositiveSmallIntegerField(default=0)
    kondisi = models.CharField(max_length=12, choices=Kondisi.choices, default=Kondisi.BELUM_DICEK)
    pemasok = models.CharField(max_length=100, blank=True)
    pinjaman = models.BooleanField("barang pinjaman", default=False)
    kembali_pada = models.DateField("dikembalikan paling lambat", null=True, blank=True)
    urutan = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "sarpras"
        ordering = ["posko_id", "urutan", "nama"]
        constraints = [
            models.UniqueConstraint(
                fields=["posko", "kode"],
                name="sarpras_unik",
                violation_error_message="Barang ini sudah ada di daftar posko.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama

    @property
    def kurang(self) -> int:
        """How many are still missing; a broken item does not count as present."""
        usable = 0 if self.kondisi == self.Kondisi.RUSAK else self.ada
        return max(self.dibutuhkan - usable, 0)
