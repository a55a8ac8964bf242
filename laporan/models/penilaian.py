"""What a post thinks of a potensi permasalahan, and which potensi foresaw a kejadian."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from laporan import alur

if TYPE_CHECKING:
    from laporan.models.laporan import Laporan
    from laporan.models.perkembangan import Perkembangan
    from posko.access import Aktor
    from posko.models import Kursi


class Kemungkinan(models.TextChoices):
    """How likely, in words; the grading is our proposal."""

    JARANG = "jarang", "Jarang terjadi"
    MUNGKIN = "mungkin", "Mungkin terjadi"
    SERING = "sering", "Sering terjadi"


class Dampak(models.TextChoices):
    """What it would do to the vote, in words; the grading is our proposal."""

    RINGAN = "ringan", "Ringan: pemungutan tetap berjalan"
    SEDANG = "sedang", "Sedang: pemungutan terganggu di beberapa TPS"
    BERAT = "berat", "Berat: pemungutan terhenti atau ada bahaya jiwa"


# Furthest day on which a potensi must be looked at again.
PALING_LAMA = dt.timedelta(days=60)


class PenilaianPotensi(models.Model):
    """The newest assessment of a potensi; earlier ones stand in the journal. Written by `assess` alone."""

    laporan = models.OneToOneField(
        "laporan.Laporan", models.PROTECT, primary_key=True, related_name="penilaian"
    )
    kemungkinan = models.CharField(max_length=8, choices=Kemungkinan.choices)
    dampak = models.CharField(max_length=8, choices=Dampak.choices)
    mitigasi = models.TextField()
    pemilik = models.ForeignKey("posko.Kursi", models.PROTECT, related_name="+", db_index=False)
    tinjau_pada = models.DateField("ditinjau lagi pada", db_index=True)
    dinilai_pada = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "penilaian potensi"
        triggers = [pgtrigger.Protect(name="penilaianpotensi_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kemungkinan_display()}, {self.get_dampak_display()}"

    @property
    def perlu_ditinjau(self) -> bool:
        """Whether the review date has passed: from the day after it."""
        return self.tinjau_pada < timezone.localdate()


class PotensiMixin:
    """Methods of Laporan about what may happen."""

    def assess(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, kemungkinan: str, dampak: str, teks: str, pemilik: Kursi,
        tinjau_pada: dt.date, at: dt.datetime | None = None,
    ) -> Perkembangan:  # fmt: skip
        """Say how likely and how grave a potensi is, what is done against it, whose it is and when to look again.

        teks: the mitigation. pemilik: a seat of the responsible post. tinjau_pada: today or later.
        """
        alur.require(by, alur.ACTS["assess"], self, versi)
        now = at or timezone.now()
        teks = teks.strip()
        self._check_assessment(kemungkinan, dampak, teks, pemilik, tinjau_pada, now)
        said = {
            "kemungkinan": kemungkinan, "dampak": dampak, "pemilik": pemilik.pk,
            "pemilik_nama": str(pemilik.instansi), "tinjau": tinjau_pada.isoformat(),
        }  # fmt: skip
        with transaction.atomic():
            entry = self._act("assess", by, versi, at=now, teks=teks, catatan=said)
            PenilaianPotensi.objects.update_or_create(
                laporan_id=self.pk,
                defaults={
                    "kemungkinan": kemungkinan, "dampak": dampak, "mitigasi": teks, "pemilik": pemilik,
                    "tinjau_pada": tinjau_pada, "dinilai_pada": now,
                },
            )  # fmt: skip
        return entry

    def link(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, potensi: Laporan, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """Say which potensi foresaw this kejadian: one that `by` sees and that was filed before. Linked anew, it moves.

        The journal keeps the link without naming it in words: not everybody who sees one sees the other.
        """
        alur.require(by, alur.ACTS["link"], self, versi)
        seen = type(self).objects.visible_to(by).filter(pk=potensi.pk, jenis="potensi").exists()
        if not seen or potensi.pemilihan_id != self.pemilihan_id:
            raise ValidationError({"potensi": "Potensi itu tidak ditemukan. Periksa nomornya."})
        if potensi.waktu_lapor >= self.waktu_lapor:
            raise ValidationError({"potensi": "Potensi itu dilaporkan sesudah kejadian ini."})
        if potensi.pk == self.potensi_id:
            raise ValidationError({"potensi": "Sudah dikaitkan dengan potensi itu."})
        return self._act("link", by, versi, at=at, teks=teks.strip(), potensi_id=potensi.pk)

    def _check_assessment(  # type: ignore[misc]
        self: Laporan, kemungkinan: str, dampak: str, teks: str, pemilik: Kursi, tinjau_pada: dt.date, now: dt.datetime
    ) -> None:  # fmt: skip
        """Refuse what is no choice, a seat of another post, and a review date nobody will remember."""
        today = timezone.localtime(now, self.posko.zona).date()
        wrong = {}
        if kemungkinan not in Kemungkinan.values:
            wrong["kemungkinan"] = "Pilih seberapa mungkin terjadi."
        if dampak not in Dampak.values:
            wrong["dampak"] = "Pilih dampaknya."
        if not teks:
            wrong["teks"] = "Tulis apa yang dilakukan untuk mencegahnya."
        if pemilik.posko_id != self.posko_id or not pemilik.aktif or pemilik.peserta:
            wrong["pemilik"] = "Pilih instansi yang duduk di posko ini."
        if not today <= tinjau_pada <= today + PALING_LAMA:
            wrong["tinjau_pada"] = f"Pilih tanggal dari hari ini sampai {PALING_LAMA.days} hari ke depan."
        if wrong:
            raise ValidationError(wrong)
