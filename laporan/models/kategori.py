"""Kinds of reports: what they ask for, who leads, how urgent and how confidential they are by default."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from posko.access import BIASA, RAHASIA, TERBATAS


class Jenis(models.TextChoices):
    KEGIATAN = "kegiatan", "Kegiatan"
    KEJADIAN = "kejadian", "Kejadian"
    POTENSI = "potensi", "Potensi permasalahan"


class Prioritas(models.TextChoices):
    """Severity, most urgent first."""

    KRITIS = "kritis", "Kritis"
    TINGGI = "tinggi", "Tinggi"
    SEDANG = "sedang", "Sedang"
    RENDAH = "rendah", "Rendah"


class Akses(models.TextChoices):
    """Confidentiality."""

    BIASA = BIASA, "Biasa"
    TERBATAS = TERBATAS, "Terbatas"
    RAHASIA = RAHASIA, "Rahasia"


class Kelompok(models.TextChoices):
    KEGIATAN = "kegiatan", "Kegiatan"
    TEKNIS = "teknis", "Teknis pemungutan"
    LOGISTIK = "logistik", "Logistik"
    KEAMANAN = "keamanan", "Keamanan dan ketertiban"
    BENCANA = "bencana", "Bencana"
    KESEHATAN = "kesehatan", "Kesehatan"
    PELANGGARAN = "pelanggaran", "Dugaan pelanggaran"
    NETRALITAS = "netralitas", "Netralitas"
    INFORMASI = "informasi", "Informasi dan hoaks"
    HASIL = "hasil", "Hasil"


class KategoriQuerySet(models.QuerySet["Kategori"]):
    def for_edition(self, pemilihan_id: int) -> KategoriQuerySet:
        """Categories of an edition that can be chosen, tiles first."""
        return self.filter(pemilihan=pemilihan_id, aktif=True)


@pghistory.track()
class Kategori(models.Model):
    """One kind of report of one edition."""

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    kode = models.SlugField(max_length=50)
    nama = models.CharField(max_length=80)
    jenis = models.CharField(max_length=10, choices=Jenis.choices)
    kelompok = models.CharField(max_length=12, choices=Kelompok.choices)
    instansi_utama = models.ForeignKey(
        "posko.Instansi", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    instansi_pendukung = models.ManyToManyField("posko.Instansi", blank=True, related_name="+")
    prioritas = models.CharField(max_length=8, choices=Prioritas.choices, default=Prioritas.RENDAH)
    akses = models.CharField(max_length=8, choices=Akses.choices, default=Akses.BIASA)
    menit_tanggap = models.PositiveIntegerField("jam tanggap (menit)", null=True, blank=True)
    menit_tindak = models.PositiveIntegerField("jam tindak (menit)", null=True, blank=True)
    menghentikan_pemungutan = models.BooleanField(default=False)
    wajib_tps = models.BooleanField("wajib menyebut TPS", default=False)
    contoh = models.CharField("contoh isian", max_length=200, blank=True)
    # Extra fields as data: [{"nama", "label", "jenis": teks|angka|pilihan|ya_tidak, "pilihan", "wajib", "per_tps",
    # "dijumlah"}]
    isian = models.JSONField("isian tambahan", default=list, blank=True)
    ubin = models.PositiveSmallIntegerField(
        "urutan ubin", null=True, blank=True, help_text="Kosong: di bawah Lainnya"
    )
    tahapan = ArrayField(
        models.SlugField(max_length=30), default=list, blank=True, help_text="Tahapan yang menaikkan ubin ini"
    )
    urutan = models.PositiveSmallIntegerField(default=0)
    aktif = models.BooleanField(default=True)

    objects = KategoriQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "kategori"
        ordering = ["jenis", "urutan", "nama"]
        constraints = [
            models.UniqueConstraint(
                fields=["pemilihan", "kode"],
                name="kategori_unik",
                violation_error_message="Kode kategori ini sudah dipakai pada edisi yang sama.",
            ),
            models.CheckConstraint(
                condition=~Q(akses=RAHASIA),
                name="kategori_akses_bukan_rahasia",
                violation_error_message="Rahasia dipilih per laporan oleh ketua, bukan bawaan kategori.",
            ),
        ]

    def __str__(self) -> str:
        return self.nama


@pghistory.track()
class TemplatPesan(models.Model):
    """Words ready to use for a category: the message to an agency, or an agency's answer. A report keeps its copy."""

    class Untuk(models.TextChoices):
        PESAN = "pesan", "Pesan saat meneruskan"
        JAWABAN = "jawaban", "Jawaban instansi"
        HASIL = "hasil", "Hasil saat menyatakan selesai"

    kategori = models.ForeignKey(Kategori, models.CASCADE, related_name="templat")
    untuk = models.CharField(max_length=8, choices=Untuk.choices, default=Untuk.PESAN)
    judul = models.CharField(max_length=60)
    isi = models.TextField(max_length=2000)
    urutan = models.PositiveSmallIntegerField(default=0)
    aktif = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "templat pesan"
        ordering = ["kategori_id", "untuk", "urutan", "judul"]
        constraints = [
            models.UniqueConstraint(
                fields=["kategori", "untuk", "judul"],
                name="templat_judul_unik",
                violation_error_message="Judul ini sudah dipakai untuk kategori yang sama.",
            ),
        ]

    def __str__(self) -> str:
        return self.judul
