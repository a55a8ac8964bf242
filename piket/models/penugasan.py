"""A member on a shift: the assignment, its attendance, and what stands in the way of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import SpGistIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Deferrable, F, Q
from django.utils import timezone

from piket.models.piket import Piket
from posko import access
from posko.models import Pengguna
from posko.templatetags.posko import hari

if TYPE_CHECKING:
    from posko.access import Aktor


class PenugasanQuerySet(models.QuerySet["Penugasan"]):
    def live(self) -> PenugasanQuerySet:
        """Assignments that count: not replaced and not cancelled."""
        return self.filter(status__in=Penugasan.LIVE)

    def on_duty(self, pengguna: Pengguna, at: dt.datetime | None = None) -> PenugasanQuerySet:
        """This person's live assignments running at `at` (aware, default now)."""
        return self.live().filter(pengguna=pengguna, waktu__contains=at or timezone.now())

    def visible_to(self, aktor: Aktor) -> PenugasanQuerySet:
        return self.filter(access.posko_visible_to(aktor, "piket__posko__"))

    def managed_by(self, aktor: Aktor) -> PenugasanQuerySet:
        return self.filter(access.posko_managed_by(aktor, "piket__posko__"))

    def clashing_with(self, anggota: Any, waktu: DateTimeTZRange) -> PenugasanQuerySet:
        """Live assignments of the same person in the same edition that overlap `waktu`."""
        return (
            self.live()
            .filter(
                pengguna=anggota.pengguna_id, pemilihan=anggota.kursi.posko.pemilihan_id, waktu__overlap=waktu
            )
            .select_related("piket__posko__wilayah", "pengguna")
        )


@pghistory.track()
class Penugasan(models.Model):
    """A member on a shift. `pengguna`, `pemilihan` and `waktu` are copies that the database keeps true."""

    class Status(models.TextChoices):
        DIJADWALKAN = "dijadwalkan", "Dijadwalkan"
        DIGANTIKAN = "digantikan", "Digantikan"
        DIBATALKAN = "dibatalkan", "Dibatalkan"

    class Kehadiran(models.TextChoices):
        BELUM = "", "Belum dicatat"
        HADIR = "hadir", "Hadir"
        TERLAMBAT = "terlambat", "Terlambat"
        SAKIT = "sakit", "Sakit"
        IZIN = "izin", "Izin"
        CUTI = "cuti", "Cuti"
        DINAS_LUAR = "dinas_luar", "Dinas luar"
        TANPA_KETERANGAN = "tanpa_keterangan", "Tanpa keterangan"

    class Cara(models.TextChoices):
        KODE = "kode", "Kode di posko"
        KOORDINATOR = "koordinator", "Dicatat koordinator"
        TAUTAN = "tautan", "Tautan pribadi"

    LIVE = ("dijadwalkan",)

    piket = models.ForeignKey(Piket, models.PROTECT, related_name="penugasan")
    anggota = models.ForeignKey("posko.Anggota", models.PROTECT, related_name="penugasan")
    pengguna = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, editable=False, related_name="+", db_index=False
    )
    pemilihan = models.ForeignKey(
        "posko.Pemilihan", models.PROTECT, editable=False, related_name="+", db_index=False
    )
    waktu = DateTimeRangeField(editable=False)
    koordinator = models.BooleanField("koordinator giliran", default=False)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DIJADWALKAN)
    keterangan = models.CharField(max_length=200, blank=True)
    terkunci = models.BooleanField(
        "terkunci", default=False, db_default=False, help_text="Pengisian otomatis tidak mengubahnya"
    )
    menggantikan = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="pengganti",
    )
    pembuatan = models.ForeignKey(
        "piket.Pembuatan",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="penugasan",
    )
    # Attendance: changed only by piket/kehadiran.py, by its table.
    kehadiran = models.CharField(
        max_length=16, choices=Kehadiran.choices, default="", db_default="", blank=True, editable=False
    )
    datang = models.DateTimeField(null=True, blank=True, editable=False)
    pulang = models.DateTimeField(null=True, blank=True, editable=False)
    cara = models.CharField(
        max_length=12, choices=Cara.choices, default="", db_default="", blank=True, editable=False
    )
    ditandai_oleh = models.ForeignKey(
        "posko.Pengguna",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    ditandai_pada = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PenugasanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "penugasan"
        ordering = ["piket_id", "id"]
        indexes = [
            models.Index(fields=["pengguna", "-waktu"], name="penugasan_orang_waktu"),
            # Who is on duty at a moment, everywhere.
            SpGistIndex(fields=["waktu"], name="penugasan_saat", condition=Q(status__in=("dijadwalkan",))),
            models.Index(
                fields=["pembuatan"], name="penugasan_pembuatan", condition=Q(pembuatan__isnull=False)
            ),
            models.Index(
                fields=["menggantikan"],
                name="penugasan_menggantikan",
                condition=Q(menggantikan__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(datang__isnull=False) | Q(pulang__isnull=True),
                name="penugasan_pulang_setelah_datang",
                violation_error_message="Jam pulang hanya untuk yang sudah datang.",
            ),
            models.CheckConstraint(
                condition=Q(pulang__isnull=True) | Q(pulang__gte=F("datang")),
                name="penugasan_pulang_tidak_mundur",
                violation_error_message="Jam pulang tidak boleh sebelum jam datang.",
            ),
            models.CheckConstraint(
                condition=Q(kehadiran__in=("hadir", "terlambat"), datang__isnull=False)
                | (~Q(kehadiran__in=("hadir", "terlambat")) & Q(datang__isnull=True)),
                name="penugasan_datang_bila_hadir",
                violation_error_message="Jam datang diisi untuk yang hadir atau terlambat, dan hanya untuk mereka.",
            ),
            models.UniqueConstraint(
                fields=["piket", "anggota"],
                condition=Q(status__in=("dijadwalkan",)),
                name="penugasan_unik",
                violation_error_message="Orang ini sudah ada di giliran ini.",
            ),
            models.UniqueConstraint(
                fields=["piket"],
                condition=Q(koordinator=True, status__in=("dijadwalkan",)),
                name="penugasan_koordinator_satu",
                violation_error_message="Giliran ini sudah punya koordinator.",
            ),
            ExclusionConstraint(
                name="penugasan_tidak_bentrok",
                expressions=[
                    (F("pemilihan"), RangeOperators.EQUAL),
                    (F("pengguna"), RangeOperators.EQUAL),
                    ("waktu", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=("dijadwalkan",)),
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="Orang ini sudah bertugas pada jam yang sama.",
            ),
        ]
        triggers = [
            # Who came, came: a duty with attendance is never deleted.
            pgtrigger.Protect(
                name="penugasan_hadir_tetap",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__kehadiran=""),
            ),
            pgtrigger.Trigger(
                name="penugasan_anggota_sah",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("anggota_id", "piket_id", "status", "koordinator"),
                condition=pgtrigger.Q(new__status="dijadwalkan"),
                declare=[("sah", "boolean"), ("milik_peserta", "boolean")],
                # A check over three tables, so it cannot be a CHECK: the member sits in the shift's own post,
                # the duty date lies within the membership's from-to, and no contestant leads a shift.
                func="""
                    SELECT k.posko_id = p.posko_id AND p.tanggal >= a.mulai
                           AND p.tanggal <= COALESCE(a.selesai, p.tanggal), a.peserta
                      INTO sah, milik_peserta
                      FROM piket_piket p, posko_anggota a JOIN posko_kursi k ON k.id = a.kursi_id
                     WHERE p.id = NEW.piket_id AND a.id = NEW.anggota_id;
                    IF sah IS FALSE THEN
                        RAISE EXCEPTION 'penugasan_anggota_sah'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'penugasan_anggota_sah';
                    END IF;
                    IF NEW.koordinator AND milik_peserta THEN
                        RAISE EXCEPTION 'penugasan_koordinator_sah'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'penugasan_koordinator_sah';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.anggota.pengguna} · {self.piket}"

    def copy_from_parents(self) -> None:
        """Set the copied columns; composite foreign keys refuse any other value."""
        self.pengguna_id = self.anggota.pengguna_id
        self.pemilihan_id = self.piket.pemilihan_id or self.piket.posko.pemilihan_id
        self.waktu = self.piket.waktu

    def queue_for_person(self) -> None:
        """Inside a transaction: whoever assigns the same person waits here.

        Without it two overlapping inserts can wait for each other in the exclusion constraint, and one dies
        of a deadlock instead of being told why.
        """
        Pengguna.objects.select_for_update(no_key=True).filter(pk=self.anggota.pengguna_id).values_list(
            "pk"
        ).first()

    def clean(self) -> None:
        """Words for what the database refuses; an overlap is said by name, post and hour."""
        if not (self.piket_id and self.anggota_id):
            return
        self.copy_from_parents()
        if self.status not in self.LIVE:
            return
        if reason := self.anggota_problem(self.piket):
            raise ValidationError({"anggota": reason})
        if self.koordinator and self.anggota.peserta:
            raise ValidationError(
                {"koordinator": "Anggota peserta pemilihan tidak menjadi koordinator piket."}
            )
        self._refuse_clash()

    def anggota_problem(self, piket: Piket) -> str:
        """Why this member may not serve on `piket` (another post's, or outside from–to); empty when fine."""
        if self.anggota.kursi.posko_id != piket.posko_id:
            return f"{self.anggota.pengguna} bukan anggota posko giliran ini."
        if self.anggota.mulai <= piket.tanggal <= (self.anggota.selesai or piket.tanggal):
            return ""
        return f"Masa tugas {self.anggota.pengguna} tidak mencakup {hari(piket.tanggal)}."

    def _refuse_clash(self) -> None:
        clash = Penugasan.objects.clashing_with(self.anggota, self.waktu).exclude(pk=self.pk).first()
        if clash:
            raise ValidationError({"anggota": clash_message(clash)}, code="bentrok")

    def save(self, **kwargs: Any) -> None:  # type: ignore[override]
        self.copy_from_parents()
        super().save(**kwargs)


def clash_message(clash: Penugasan) -> str:
    """Which duty stands in the way: by name, post, date and hour."""
    piket = clash.piket
    zona = piket.posko.wilayah.get_zona_waktu_display()
    return (
        f"{clash.pengguna} sudah bertugas di {piket.posko}, {hari(piket.tanggal)} pukul {piket.jam} {zona}."
    )
