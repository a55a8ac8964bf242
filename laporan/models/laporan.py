"""A report: its facts, who is responsible, how urgent, and where it stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from laporan.alur import TERBUKA, Status
from laporan.models.antar_tingkat import TiersMixin
from laporan.models.kategori import Akses, Jenis, Prioritas
from laporan.models.lampiran import Lampiran
from laporan.models.penerusan import ForwardMixin
from laporan.models.penggabungan import MergeMixin
from laporan.models.penilaian import PotensiMixin
from laporan.models.saran import Saran
from laporan.models.tambahan import Ada, PosJejak
from laporan.models.tindakan import ActsMixin
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor

# Statuses spelled out: a partial index is only used when the query repeats its condition.
_TERBUKA = Q(status__in=[str(s) for s in TERBUKA])
# What the access rules, the list's filters and the counts on beranda read: kept in the partial indexes.
_COVERED = ["jejak", "akses", "jenis", "pelapor", "posko", "status", "prioritas", "diteruskan", "disebut"]


class Sumber(models.TextChoices):
    SAYA_LIHAT = "saya_lihat", "Saya lihat"
    ORANG_LAIN = "orang_lain", "Orang lain"


class LaporanQuerySet(models.QuerySet["Laporan"]):
    def visible_to(self, aktor: Aktor) -> LaporanQuerySet:
        """Reports this person may see (`access.laporan_visible_to`): where every page and number starts."""
        return self.filter(access.laporan_visible_to(aktor))

    def terbuka(self) -> LaporanQuerySet:
        """Reports that still want something."""
        return self.filter(_TERBUKA)

    def late(self, at: dt.datetime | None = None) -> LaporanQuerySet:
        """Open reports whose running deadline has passed at `at` (aware, default now)."""
        return self.terbuka().filter(batas_waktu__lt=at or timezone.now())

    def unverified(self) -> LaporanQuerySet:
        """Open reports nobody has verified or acted on."""
        return self.terbuka().filter(status__in=("baru", "perlu_dilengkapi"))

    def urgent(self) -> LaporanQuerySet:
        """Open reports of prioritas kritis or tinggi."""
        return self.terbuka().filter(prioritas__in=("kritis", "tinggi"))

    def for_list(self) -> LaporanQuerySet:
        """The columns one line needs, newest arrival first. No join: names were kept when filed."""
        return self.only(*LIST_COLUMNS).order_by("-id")

    def for_detail(self) -> LaporanQuerySet:
        """A report with what its page and the access rules read, in one query."""
        return self.select_related(
            "posko__wilayah",
            "wilayah",
            "kategori__instansi_utama",
            "pelapor",
            "kursi_pelapor__instansi",
        )

    def for_export(self) -> LaporanQuerySet:
        """Reports with what a row of an export and its masks read, in one query."""
        return self.select_related(
            "posko__wilayah", "wilayah", "kategori", "pelapor", "kursi_pelapor__instansi"
        ).only(*EXPORT_COLUMNS)

    def with_trail(self) -> LaporanQuerySet:
        """Also the posts of `jejak` (`pos_jejak`, one JSON object each, highest tier first), and whether it has merged
        and linked reports, photos, stations and saran (`punya_…`): in the same query, for its page is opened more
        than any other, and what most reports lack then costs none."""
        return self.annotate(
            pos_jejak=PosJejak(),
            punya_gabungan=Ada(Laporan, "utama_id"),
            punya_foto=Ada(Lampiran, "laporan_id"),
            punya_tps=Ada(LaporanTPS, "laporan_id"),
            punya_saran=Ada(Saran, "laporan_id"),
            punya_terkait=Ada(Laporan, "potensi_id"),
        )


LIST_COLUMNS = (
    "id", "nomor", "jenis", "prioritas", "akses", "status", "ringkasan", "tempat", "kategori_nama",
    "instansi_nama", "waktu_lapor", "batas_waktu", "posko_id", "pelapor_id", "versi", "dalam_gladi",
)  # fmt: skip
EXPORT_COLUMNS = (
    "nomor", "jenis", "prioritas", "akses", "status", "kategori_nama", "instansi_nama", "waktu_kejadian", "waktu_lapor",
    "batas_waktu", "lokasi", "lintang", "bujur", "uraian", "rincian", "sumber", "atas_nama", "sebelum_verifikasi",
    "diverifikasi_oleh_id", "dalam_gladi", "pemilihan_id", "diteruskan", "disebut", "jejak", "diselesaikan_oleh_id",
    "posko__wilayah__nama", "posko__wilayah__jenis", "posko__wilayah__zona_waktu", "wilayah__nama",
    "kategori__kelompok", "kategori__isian", "pelapor__nama", "kursi_pelapor__instansi__nama",
    "kursi_pelapor__instansi__singkatan",
)  # fmt: skip


class Laporan(ForwardMixin, PotensiMixin, TiersMixin, MergeMixin, ActsMixin, models.Model):
    """One report. Acts are methods of its mixins; nothing here is changed except through them."""

    # Identity
    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    nomor = models.CharField(max_length=30, unique=True)
    kunci = models.UUIDField(help_text="Kunci dari perangkat: kirim ulang tidak menjadi laporan kedua")
    sidik = models.CharField(max_length=64, help_text="SHA-256 isi kiriman, pembanding kiriman ulang")
    dalam_gladi = models.BooleanField(default=False)
    # Who
    pelapor = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="laporan", db_index=False)
    kursi_pelapor = models.ForeignKey("posko.Kursi", models.PROTECT, related_name="+", db_index=False)
    atas_nama = models.CharField(max_length=120, blank=True)
    sumber = models.CharField(max_length=12, choices=Sumber.choices, default=Sumber.SAYA_LIHAT)
    # What, where, when
    jenis = models.CharField(max_length=10, choices=Jenis.choices)
    kategori = models.ForeignKey("laporan.Kategori", models.PROTECT, db_index=False)
    kategori_nama = models.CharField(max_length=80)
    instansi_nama = models.CharField(max_length=120, blank=True)
    uraian = models.TextField()
    ringkasan = models.CharField(max_length=160)
    wilayah = models.ForeignKey("posko.Wilayah", models.PROTECT, db_index=False)
    lokasi = models.CharField(max_length=200, blank=True)
    tempat = models.CharField(max_length=200)
    lintang = models.FloatField(null=True, blank=True)
    bujur = models.FloatField(null=True, blank=True)
    waktu_kejadian = models.DateTimeField()
    waktu_lapor = models.DateTimeField()
    rincian = models.JSONField(default=dict, blank=True)
    bahaya = models.BooleanField("bahaya jiwa atau pemungutan terhenti", default=False)
    menyangkut_posko = models.BooleanField("menyangkut pimpinan atau anggota posko", default=False)
    # Handling
    prioritas = models.CharField(max_length=8, choices=Prioritas.choices)
    akses = models.CharField(max_length=8, choices=Akses.choices)
    posko = models.ForeignKey("posko.Posko", models.PROTECT, related_name="laporan", db_index=False)
    status = models.CharField(max_length=20, choices=Status.choices)
    batas_tanggap = models.DateTimeField(null=True, blank=True)
    batas_tindak = models.DateTimeField(null=True, blank=True)
    # The deadline that runs now: batas_tanggap until verified or handled, then batas_tindak; NULL when none runs.
    batas_waktu = models.DateTimeField(null=True, blank=True)
    sebelum_verifikasi = models.BooleanField("ditangani sebelum diverifikasi", default=False)
    diverifikasi_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, related_name="+", db_index=False
    )
    diselesaikan_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # When the clocks were stopped, while the report waits for its reporter.
    dijeda_pada = models.DateTimeField(null=True, blank=True)
    # Who has it: seats that hold it (forwarded, not returned, no mere informasi awal), those that still owe an answer,
    # and whether the post itself took it in hand.
    pemegang = ArrayField(models.IntegerField(), default=list)
    penerusan_terbuka = ArrayField(models.IntegerField(), default=list)
    ditangani_posko = models.BooleanField(default=False)
    # Until when the post it was handed to should accept it; NULL when no hand-over waits.
    batas_terima = models.DateTimeField(null=True, blank=True)
    # The post above that was asked for help and has not answered.
    dukungan_ke = models.ForeignKey(
        "posko.Posko", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The report this one was merged into, and its status before.
    utama = models.ForeignKey("self", models.PROTECT, null=True, related_name="gabungan", db_index=False)
    status_sebelum = models.CharField(max_length=20, blank=True, choices=Status.choices)
    # The potensi that foresaw this kejadian.
    potensi = models.ForeignKey("self", models.PROTECT, null=True, related_name="terjadi", db_index=False)
    # Access (posko.access): written only by the acts that change them
    jejak = ArrayField(models.IntegerField(), default=list)
    diteruskan = ArrayField(models.IntegerField(), default=list)
    disebut = ArrayField(models.IntegerField(), default=list)
    # Journal
    versi = models.PositiveIntegerField(default=1)
    jurnal_panjang = models.PositiveIntegerField(default=0)
    jurnal_kepala = models.CharField(max_length=64)
    jurnal_kunci_id = models.CharField(max_length=40)
    jurnal_segel = models.CharField(max_length=64)

    objects = LaporanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "laporan"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["pelapor", "kunci"], name="laporan_kunci_unik"),
            models.CheckConstraint(
                condition=Q(jenis="kegiatan", status="tercatat", batas_waktu=None)
                | (~Q(jenis="kegiatan") & ~Q(status="tercatat")),
                name="laporan_kegiatan_tercatat",
            ),
            models.CheckConstraint(
                condition=Q(waktu_kejadian__lte=F("waktu_lapor") + dt.timedelta(minutes=10)),
                name="laporan_kejadian_sebelum_lapor",
                violation_error_message="Waktu kejadian tidak boleh di masa depan.",
            ),
            models.CheckConstraint(condition=Q(jejak__len__gte=1), name="laporan_jejak_terisi"),
            models.CheckConstraint(
                condition=Q(status="digabung", utama__isnull=False) & ~Q(status_sebelum="")
                | (~Q(status="digabung") & Q(utama=None)),
                name="laporan_digabung_ke_utama",
            ),
        ]
        indexes = [
            models.Index("pemilihan", F("id").desc(), name="laporan_edisi_terbaru"),
            models.Index("pelapor", F("id").desc(), name="laporan_pelapor_terbaru"),
            models.Index("posko", F("id").desc(), name="laporan_posko_terbaru"),
            models.Index(
                fields=["pemilihan", "batas_waktu", "id"],
                condition=_TERBUKA,
                include=[*_COVERED, "dukungan_ke", "penerusan_terbuka"],
                name="laporan_terbuka_tenggat",
            ),
            models.Index(
                fields=["pemilihan", "-id"],
                condition=_TERBUKA,
                include=[*_COVERED, "batas_waktu"],
                name="laporan_terbuka_terbaru",
            ),
            # Resolved and not yet closed: among all reports ever there are few.
            models.Index(fields=["pemilihan", "-id"], condition=Q(status="selesai"), name="laporan_selesai"),
            models.Index(fields=["utama"], condition=Q(utama__isnull=False), name="laporan_gabungan"),
            models.Index(fields=["potensi"], condition=Q(potensi__isnull=False), name="laporan_dari_potensi"),
            models.Index(
                fields=["dukungan_ke"], condition=Q(dukungan_ke__isnull=False), name="laporan_minta_dukungan"
            ),
            GinIndex(fields=["jejak"], name="laporan_jejak"),
            GinIndex(fields=["diteruskan"], name="laporan_diteruskan"),
            GinIndex(fields=["disebut"], name="laporan_disebut"),
        ]
        triggers = [pgtrigger.Protect(name="laporan_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.nomor

    def get_absolute_url(self) -> str:
        return reverse("laporan:detail", args=[self.nomor])

    @property
    def terbuka(self) -> bool:
        return self.status in TERBUKA

    @property
    def kegiatan(self) -> bool:
        return self.jenis == Jenis.KEGIATAN


class LaporanTPS(models.Model):
    """A polling station named in a report, with its own row of facts (water height, moved to, …)."""

    laporan = models.ForeignKey(Laporan, models.PROTECT, related_name="tps", db_index=False)
    tps = models.ForeignKey("posko.TPS", models.PROTECT)
    rincian = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "TPS dalam laporan"
        ordering = ["tps_id"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "tps"], name="laporantps_unik"),
        ]
        triggers = [pgtrigger.Protect(name="laporantps_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.tps)


class Penghitung(models.Model):
    """The last serial a post gave on a local date. Keyed: a count that fits no seal was tampered with."""

    posko = models.ForeignKey("posko.Posko", models.PROTECT, db_index=False)
    tanggal = models.DateField()
    terakhir = models.PositiveIntegerField()
    kunci_id = models.CharField(max_length=40)
    segel = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "penghitung nomor"
        constraints = [
            models.UniqueConstraint(fields=["posko", "tanggal"], name="penghitung_unik"),
        ]

    def __str__(self) -> str:
        return f"{self.posko_id} {self.tanggal}: {self.terakhir}"


def nomor_for(kode: str, tanggal: dt.date, urut: int, *, gladi: bool) -> str:
    """``3173-240214-0007``: post code without dots, local date, serial of that day; a gladi begins with G."""
    return f"{'G' if gladi else ''}{kode.replace('.', '')}-{tanggal:%y%m%d}-{urut:04d}"
