"""Areas: the Kemendagri tree of Indonesia, polling stations in it, and boundaries a user imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

if TYPE_CHECKING:
    from posko.access import Aktor

models.CharField.register_lookup(Length)  # for constraints on the length of a code

# First special-site station number (lapas, rumah sakit); ordinary ones count up from 1 (data/README.md).
TPS_KHUSUS_DARI = 901


class Tingkat(models.IntegerChoices):
    """The four tiers. The value is the number of parts of the Kemendagri code."""

    PROVINSI = 1, "Provinsi"
    KOTA = 2, "Kota/Kabupaten"
    KECAMATAN = 3, "Kecamatan"
    KELURAHAN = 4, "Kelurahan"


class ZonaWaktu(models.TextChoices):
    """Indonesia's time zones by their IANA name."""

    WIB = "Asia/Jakarta", "WIB"
    WITA = "Asia/Makassar", "WITA"
    WIT = "Asia/Jayapura", "WIT"


def ancestor_codes(kode: str) -> list[str]:
    """Codes above `kode`, nearest first: ``31.73.05`` → ``["31.73", "31"]``."""
    parts = kode.split(".")
    return [".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]


def short_name(nama: str) -> str:
    """A name without its kind: ``Kota Administrasi Jakarta Barat`` → ``Jakarta Barat``."""
    for prefix in (
        "Kota Administrasi ",
        "Kabupaten Administrasi ",
        "Daerah Khusus Ibukota ",
        "Kota ",
        "Kabupaten ",
    ):
        if nama.startswith(prefix):
            return nama[len(prefix) :]
    return nama


class WilayahQuerySet(models.QuerySet["Wilayah"]):
    def under(self, kode: str) -> WilayahQuerySet:
        """The area `kode` itself and everything below it, as one range on the primary key."""
        # "/" follows "." in collation C, so this range is exactly the codes that begin with `kode.`.
        return self.filter(Q(kode=kode) | Q(kode__gte=f"{kode}.", kode__lt=f"{kode}/"))

    def active(self) -> WilayahQuerySet:
        return self.filter(aktif=True)


class Wilayah(models.Model):
    """One area. Global: shared by all editions, never deleted, only set nonaktif."""

    kode = models.CharField(
        "kode Kemendagri",
        max_length=13,
        primary_key=True,
        db_collation="C",
        validators=[
            RegexValidator(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$", "Kode wilayah seperti 31.73.05.1003.")
        ],
    )
    nama = models.CharField(max_length=100)
    jenis = models.CharField(
        max_length=12, help_text="provinsi, kabupaten, kota, kecamatan, kelurahan, atau desa"
    )
    tingkat = models.PositiveSmallIntegerField(choices=Tingkat.choices)
    induk = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="anak"
    )
    lintang = models.FloatField(null=True, blank=True)
    bujur = models.FloatField(null=True, blank=True)
    zona_waktu = models.CharField(max_length=20, choices=ZonaWaktu.choices, default=ZonaWaktu.WIB)
    aktif = models.BooleanField(default=True)

    objects = WilayahQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "wilayah"
        ordering = ["kode"]
        constraints = [
            models.CheckConstraint(
                # 2, 5, 8 or 13 characters: the length of the code tells the tier.
                condition=Q(tingkat=1, kode__length=2)
                | Q(tingkat=2, kode__length=5)
                | Q(tingkat=3, kode__length=8)
                | Q(tingkat=4, kode__length=13),
                name="wilayah_tingkat_sesuai_kode",
                violation_error_message="Tingkat tidak sesuai dengan panjang kode wilayah.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama

    @property
    def nama_pendek(self) -> str:
        return short_name(self.nama)


class Batas(models.Model):
    """The boundary of one area as GeoJSON geometry (WGS84), imported by a user; Posko ships none."""

    wilayah = models.OneToOneField(Wilayah, models.PROTECT, primary_key=True, related_name="batas")
    geojson = models.JSONField("geometri GeoJSON")
    sumber = models.CharField(max_length=200, blank=True)
    diimpor_pada = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "batas wilayah"

    def __str__(self) -> str:
        return f"Batas {self.wilayah_id}"


class TPSQuerySet(models.QuerySet["TPS"]):
    def visible_to(self, aktor: Aktor) -> TPSQuerySet:
        """Stations are public facts: all of the edition the person is looking at."""
        return self.filter(pemilihan=aktor.edisi) if aktor.edisi else self.none()


class TPS(models.Model):
    """A polling station of one edition. Numbers are not 1..n: special sites start at 901."""

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    wilayah = models.ForeignKey(Wilayah, models.PROTECT, db_index=False)
    nomor = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(999)])
    khusus = models.BooleanField("lokasi khusus", default=False)
    alamat = models.CharField(max_length=200, blank=True)

    objects = TPSQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "TPS"
        ordering = ["wilayah_id", "nomor"]
        constraints = [
            models.UniqueConstraint(
                fields=["pemilihan", "wilayah", "nomor"],
                name="tps_unik",
                violation_error_message="Nomor TPS ini sudah ada di kelurahan yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(nomor__gte=1, nomor__lte=999),
                name="tps_nomor_1_999",
                violation_error_message="Nomor TPS antara 1 dan 999.",
            ),
        ]

    def __str__(self) -> str:
        return f"TPS {self.nomor:03d}"
