"""Advice: how to solve what a report tells, or how the post may work better. Anybody gives it, the post answers."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from laporan import alur_saran
from laporan.alur import TidakBoleh
from laporan.alur_saran import StatusSaran
from posko import access

if TYPE_CHECKING:
    from laporan.models.laporan import Laporan
    from posko.access import Aktor
    from posko.models import Posko

PANJANG = 4000


class SaranBentrok(Exception):
    """The same `kunci` was used before with other content: 409."""

    def __init__(self, saran: Saran) -> None:
        super().__init__("Saran dengan kunci ini sudah tercatat dengan isi lain.")
        self.saran = saran


class SaranQuerySet(models.QuerySet["Saran"]):
    def visible_to(self, aktor: Aktor) -> SaranQuerySet:
        """Saran this person may read (`access.saran_visible_to`)."""
        return self.filter(access.saran_visible_to(aktor))

    def given_by(self, aktor: Aktor) -> SaranQuerySet:
        """The person's own in the edition being looked at."""
        return self.filter(oleh=aktor.pengguna.pk, pemilihan=aktor.edisi)

    def answered(self) -> SaranQuerySet:
        """Decided since the adviser last looked."""
        return self.filter(belum_dibaca=True)

    def for_list(self) -> SaranQuerySet:
        """What a line needs, newest first."""
        return self.select_related(
            "oleh", "kursi__instansi", "posko__wilayah", "laporan", "diputus_oleh"
        ).order_by("-id")

    def give(
        self, by: Aktor, *, posko: Posko, teks: str, kunci: UUID, laporan: Laporan | None = None,
        at: dt.datetime | None = None,
    ) -> Saran:  # fmt: skip
        """Record one saran and return it; the same `kunci` with the same content returns the first one.

        posko: whose meeting will talk about it; laporan: what it is about (one the person sees), None in general.
        Raises TidakBoleh (403), SaranBentrok (409) and ValidationError by field (422). One transaction.
        """
        if by.edisi is None or not access.can(by, "advise"):
            raise TidakBoleh("Anda tidak berwenang memberi saran pada edisi ini.")
        teks = teks.strip()
        if not teks:
            raise ValidationError({"teks": "Tulis saran Anda."})
        if len(teks) > PANJANG:
            raise ValidationError({"teks": f"Paling banyak {PANJANG} huruf."})
        about = str(laporan.pk) if laporan else f"posko {posko.pk}"
        sidik = hashlib.sha256(f"{about}\n{teks}".encode()).hexdigest()
        seat = by.pos if by.pos and by.pos.posko_id == posko.pk else None
        member = seat or next((m for m in by.keanggotaan if m.posko_id == posko.pk), by.keanggotaan[0])
        now = at or timezone.now()
        try:
            with transaction.atomic():
                saran = Saran.objects.create(
                    pemilihan=by.edisi, posko=posko, laporan=laporan, kunci=kunci, sidik=sidik, oleh=by.pengguna,
                    kursi_id=member.kursi_id, teks=teks, pada=now,
                )  # fmt: skip
                saran.note("advise", by, member.id, now)
        except IntegrityError as error:
            if "saran_kunci_unik" not in str(error):
                raise
            saran = Saran.objects.get(oleh=by.pengguna, kunci=kunci)
            if saran.sidik != sidik:
                raise SaranBentrok(saran) from None
        return saran


class Saran(models.Model):
    """One piece of advice. Its text is never changed; acts move it on, each with a row of `RiwayatSaran`."""

    pemilihan = models.ForeignKey("posko.Pemilihan", models.PROTECT, db_index=False)
    posko = models.ForeignKey("posko.Posko", models.PROTECT, related_name="+", db_index=False)
    laporan = models.ForeignKey(
        "laporan.Laporan", models.PROTECT, null=True, blank=True, related_name="saran"
    )
    kunci = models.UUIDField(help_text="Kunci dari perangkat: kirim ulang tidak menjadi saran kedua")
    sidik = models.CharField(max_length=64, help_text="SHA-256 isi kiriman, pembanding kiriman ulang")
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)
    kursi = models.ForeignKey("posko.Kursi", models.PROTECT, related_name="+", db_index=False)
    teks = models.TextField("saran", max_length=PANJANG)
    pada = models.DateTimeField()
    status = models.CharField(max_length=16, choices=StatusSaran.choices, default=StatusSaran.DITERIMA)
    alasan = models.TextField(blank=True)
    diputus_oleh = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, related_name="+", db_index=False
    )
    diputus_pada = models.DateTimeField(null=True, blank=True)
    # The adviser has not yet looked at what became of it.
    belum_dibaca = models.BooleanField(default=False)

    objects = SaranQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "saran"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["oleh", "kunci"], name="saran_kunci_unik"),
            models.CheckConstraint(
                condition=Q(
                    status__in=("diterima", "dibahas"), diputus_oleh=None, diputus_pada=None, alasan=""
                )
                | Q(
                    ~Q(alasan=""),
                    status__in=("dijalankan", "tidak_dijalankan"),
                    diputus_oleh__isnull=False,
                    diputus_pada__isnull=False,
                ),
                name="saran_putusan_beralasan",
            ),
        ]
        indexes = [
            models.Index("posko", F("id").desc(), name="saran_posko_terbaru"),
            models.Index("oleh", F("id").desc(), name="saran_oleh_terbaru"),
            models.Index(fields=["oleh"], condition=Q(belum_dibaca=True), name="saran_belum_dibaca"),
        ]
        triggers = [
            pgtrigger.Protect(name="saran_tetap_ada", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="saran_isi_tetap",
                fields=["pemilihan", "posko", "laporan", "kunci", "sidik", "oleh", "kursi", "teks", "pada"],
            ),
        ]

    def __str__(self) -> str:
        return self.teks[:60]

    def get_absolute_url(self) -> str:
        return reverse("laporan:advice_detail", args=[self.pk])

    def discuss_advice(self, *, by: Aktor, teks: str = "", at: dt.datetime | None = None) -> None:
        """The post takes it up in its meeting."""
        self._act("discuss_advice", by, teks, at)

    def adopt_advice(self, *, by: Aktor, teks: str, at: dt.datetime | None = None) -> None:
        """The post will do it. teks: how, and the reason."""
        self._act("adopt_advice", by, teks, at)

    def reject_advice(self, *, by: Aktor, teks: str, at: dt.datetime | None = None) -> None:
        """The post will not do it. teks: the reason."""
        self._act("reject_advice", by, teks, at)

    def read_answer(self) -> None:
        """The adviser has seen the answer."""
        if self.belum_dibaca:
            type(self).objects.filter(pk=self.pk).update(belum_dibaca=False)

    def note(self, tindakan: str, by: Aktor, anggota_id: int | None, at: dt.datetime, teks: str = "") -> None:
        """Write the next row of the history (the saran is new or locked)."""
        RiwayatSaran.objects.create(
            saran=self, urut=self.riwayat.count() + 1, pada=at, oleh=by.pengguna, anggota_id=anggota_id,
            tindakan=tindakan, teks=teks,
        )  # fmt: skip

    def _act(self, name: str, by: Aktor, teks: str, at: dt.datetime | None) -> None:
        """Lock, ask the table, change, note: in one transaction. Raises TidakBoleh, TidakSesuai, ValidationError."""
        act, teks, now = alur_saran.ACTS[name], teks.strip(), at or timezone.now()
        with transaction.atomic():
            current = type(self).objects.visible_to(by).select_for_update(of=("self",)).get(pk=self.pk)
            alur_saran.require(by, act, current)
            if act.alasan and not teks:
                raise ValidationError({"teks": "Tulis alasannya; dibaca oleh yang memberi saran."})
            current.status, current.belum_dibaca = act.ke, by.pengguna.pk != current.oleh_id
            if act.alasan:
                current.alasan, current.diputus_oleh, current.diputus_pada = teks, by.pengguna, now
            current.save(update_fields=["status", "belum_dibaca", "alasan", "diputus_oleh", "diputus_pada"])
            member = next((m for m in by.keanggotaan if m.posko_id == current.posko_id and m.memimpin), None)
            current.note(name, by, member.id if member else None, now, teks)
        self.__dict__.update(current.__dict__)


class RiwayatSaran(models.Model):
    """What happened to a saran, row by row; none is ever changed."""

    saran = models.ForeignKey(Saran, models.PROTECT, related_name="riwayat", db_index=False)
    urut = models.PositiveSmallIntegerField()
    pada = models.DateTimeField()
    oleh = models.ForeignKey("posko.Pengguna", models.PROTECT, related_name="+", db_index=False)
    anggota = models.ForeignKey("posko.Anggota", models.PROTECT, null=True, related_name="+", db_index=False)
    tindakan = models.CharField(max_length=30)
    teks = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "riwayat saran"
        ordering = ["saran_id", "urut"]
        constraints = [models.UniqueConstraint(fields=["saran", "urut"], name="riwayatsaran_urut_unik")]
        triggers = [
            pgtrigger.Protect(name="riwayatsaran_tetap", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.kata

    @property
    def kata(self) -> str:
        """What was done, in words."""
        return alur_saran.LAMPAU.get(self.tindakan, self.tindakan)
