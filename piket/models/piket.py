"""The shifts of a post and what each needs."""

from __future__ import annotations

import datetime as dt
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pghistory
import pgtrigger
from django.contrib.postgres.fields import DateTimeRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor


class PiketQuerySet(models.QuerySet["Piket"]):
    def visible_to(self, aktor: Aktor) -> PiketQuerySet:
        """Shifts of the posts this person may open."""
        return self.filter(access.posko_visible_to(aktor, "posko__"))

    def managed_by(self, aktor: Aktor) -> PiketQuerySet:
        """Shifts of the posts whose roster this person administers."""
        return self.filter(access.posko_managed_by(aktor, "posko__"))

    def now(self, at: dt.datetime | None = None) -> PiketQuerySet:
        """Shifts running at `at` (aware, default now)."""
        return self.filter(waktu__contains=at or timezone.now())

    def announced(self, at: dt.datetime | None = None) -> PiketQuerySet:
        """Shifts that everybody may know: published, or begun by `at` (aware, default now).

        A draft is a plan; once its hour has come it is what is happening.
        """
        return self.filter(Q(terbit_pada__isnull=False) | Q(waktu__startswith__lte=at or timezone.now()))

    def on_dates(self, mulai: dt.date, selesai: dt.date) -> PiketQuerySet:
        """Shifts whose local duty date lies between two dates, both included."""
        return self.filter(tanggal__gte=mulai, tanggal__lte=selesai)


@pghistory.track()
class Piket(models.Model):
    """One shift of a post. `waktu` is half-open; `tanggal` is the date it counts for in the post's zone."""

    class Jenis(models.TextChoices):
        GILIRAN = "giliran", "Giliran di posko"
        SIAGA = "siaga", "Siaga di luar jam buka"

    posko = models.ForeignKey("posko.Posko", models.PROTECT, related_name="piket", db_index=False)
    # A copy of posko.pemilihan; a composite foreign key in the database keeps it true (migration 0002).
    pemilihan = models.ForeignKey(
        "posko.Pemilihan", models.PROTECT, editable=False, db_index=False, related_name="+"
    )
    jenis = models.CharField(max_length=10, choices=Jenis.choices, default=Jenis.GILIRAN)
    nama = models.CharField("nama giliran", max_length=40, default="Piket")
    tanggal = models.DateField()
    waktu = DateTimeRangeField("jam tugas")
    catatan = models.CharField("keterangan", max_length=200, blank=True)
    # Empty: a draft, seen only by who edits the roster until it is published or has begun. Only what is planned in bulk
    # begins as a draft.
    terbit_pada = models.DateTimeField(
        "terbit pada", default=timezone.now, db_default=Now(), null=True, blank=True, editable=False
    )
    pembuatan = models.ForeignKey(
        "piket.Pembuatan",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="piket",
    )

    objects = PiketQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "piket"
        ordering = ["tanggal", "waktu", "id"]
        indexes = [
            models.Index(fields=["posko", "tanggal"], name="piket_posko_tanggal"),
            models.Index(
                fields=["pembuatan"], name="piket_per_pembuatan", condition=Q(pembuatan__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["posko", "jenis", "waktu"],
                name="piket_unik",
                violation_error_message="Posko ini sudah punya giliran pada jam yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(
                    waktu__isempty=False, waktu__startswith__isnull=False, waktu__endswith__isnull=False
                ),
                name="piket_waktu_terisi",
                violation_error_message="Jam mulai dan jam selesai harus diisi, dan selesai sesudah mulai.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="piket_tanggal_setempat",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("tanggal", "waktu", "posko_id"),
                declare=[("setempat", "date")],
                # The duty date is the day on which the shift begins on the post's own wall clock: before
                # 07.00 WIB, 08.00 WITA and 09.00 WIT that is not the UTC date.
                func="""
                    SELECT (lower(NEW.waktu) AT TIME ZONE w.zona_waktu)::date INTO setempat
                      FROM posko_posko p JOIN posko_wilayah w ON w.kode = p.wilayah_id
                     WHERE p.id = NEW.posko_id;
                    IF setempat <> NEW.tanggal THEN
                        RAISE EXCEPTION 'piket_tanggal_setempat'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'piket_tanggal_setempat';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="piket_tugas_sah",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("tanggal", "posko_id"),
                # A shift that moves to another date or post must not leave people outside their membership.
                func="""
                    IF EXISTS (
                        SELECT 1 FROM piket_penugasan t
                          JOIN posko_anggota a ON a.id = t.anggota_id JOIN posko_kursi k ON k.id = a.kursi_id
                         WHERE t.piket_id = NEW.id AND t.status = 'dijadwalkan'
                           AND (k.posko_id <> NEW.posko_id
                                OR NEW.tanggal < a.mulai OR NEW.tanggal > a.selesai)
                    ) THEN
                        RAISE EXCEPTION 'piket_tugas_sah'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'piket_tugas_sah';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nama} {self.tanggal:%d-%m-%Y} {self.jam}"

    def clean(self) -> None:
        """Words for what the database refuses: not the local date, people who clash or have ended."""
        if not (self.posko_id and self.waktu and self.waktu.lower and self.tanggal):
            return
        if timezone.localtime(self.waktu.lower, self.zona).date() != self.tanggal:
            raise ValidationError({"tanggal": "Tanggal piket adalah tanggal setempat saat giliran mulai."})
        if self.pk:
            self._refuse_lost_people()

    def _refuse_lost_people(self) -> None:
        from piket.models.penugasan import Penugasan, clash_message

        duties = list(
            Penugasan.objects.live()
            .filter(piket=self.pk)
            .select_related("anggota__pengguna", "anggota__kursi")
        )
        for duty in duties:
            if reason := duty.anggota_problem(self):
                raise ValidationError(reason)
        clash = (
            Penugasan.objects.live()
            .filter(pengguna__in=[d.pengguna_id for d in duties], pemilihan=self.posko.pemilihan_id)
            .filter(waktu__overlap=self.waktu)
            .exclude(piket=self.pk)
            .select_related("piket__posko__wilayah", "pengguna")
            .first()
        )
        if clash:
            raise ValidationError(clash_message(clash), code="bentrok")

    def save(self, **kwargs: Any) -> None:  # type: ignore[override]
        self.pemilihan_id = self.posko.pemilihan_id
        super().save(**kwargs)

    @property
    def zona(self) -> ZoneInfo:
        return self.posko.zona

    @cached_property
    def pemimpin_id(self) -> int | None:
        """The person who leads this shift, if one does. One query, unless set by whoever read the shift."""
        leads = self.penugasan.live().filter(koordinator=True)  # type: ignore[attr-defined]
        return leads.values_list("pengguna", flat=True).first()  # type: ignore[no-any-return]

    def is_announced(self, at: dt.datetime | None = None) -> bool:
        """Whether everybody may know of this shift, as `PiketQuerySet.announced`."""
        return self.terbit_pada is not None or self.waktu.lower <= (at or timezone.now())

    @property
    def jam(self) -> str:
        """Hours on the post's wall clock, such as ``08.00–16.00``."""
        return _hours(self.waktu.lower, self.waktu.upper, self.zona)


@lru_cache(maxsize=4096)
def _hours(lower: dt.datetime, upper: dt.datetime, zona: ZoneInfo) -> str:
    # A month's roster says the hours of the same shifts hundreds of times.
    start, end = timezone.localtime(lower, zona), timezone.localtime(upper, zona)
    return f"{start:%H.%M}–{end:%H.%M}"


def shift_range(zona: ZoneInfo, tanggal: dt.date, mulai: dt.time, selesai: dt.time) -> DateTimeTZRange:
    """The half-open range of a shift on a local date; an end at or before the start is on the next day."""
    start = dt.datetime.combine(tanggal, mulai, zona)
    end = dt.datetime.combine(tanggal, selesai, zona)
    if end <= start:
        end = dt.datetime.combine(tanggal + dt.timedelta(days=1), selesai, zona)
    return DateTimeTZRange(start, end)


@pghistory.track()
class Kebutuhan(models.Model):
    """How many people of which agency a shift needs."""

    piket = models.ForeignKey(Piket, models.CASCADE, related_name="kebutuhan", db_index=False)
    kursi = models.ForeignKey("posko.Kursi", models.PROTECT)
    jumlah = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "kebutuhan"
        constraints = [
            models.UniqueConstraint(
                fields=["piket", "kursi"],
                name="kebutuhan_unik",
                violation_error_message="Kebutuhan instansi ini sudah ada di giliran yang sama.",
            ),
            models.CheckConstraint(
                condition=Q(jumlah__gte=1),
                name="kebutuhan_jumlah_positif",
                violation_error_message="Jumlah kebutuhan minimal 1; hapus barisnya bila tidak dibutuhkan.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="kebutuhan_kursi_sah",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("piket_id", "kursi_id"),
                declare=[("sah", "boolean")],
                func="""
                    SELECT k.posko_id = p.posko_id INTO sah FROM piket_piket p, posko_kursi k
                     WHERE p.id = NEW.piket_id AND k.id = NEW.kursi_id;
                    IF sah IS FALSE THEN
                        RAISE EXCEPTION 'kebutuhan_kursi_sah'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'kebutuhan_kursi_sah';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kursi}: {self.jumlah}"

    def clean(self) -> None:
        if self.kursi_id and self.piket_id and self.kursi.posko_id != self.piket.posko_id:
            raise ValidationError({"kursi": "Instansi ini tidak duduk di posko giliran ini."})
