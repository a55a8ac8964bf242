"""Between tiers: help asked from the post above (the report stays ours), and responsibility handed to another post."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from laporan import alur, jam
from laporan.alur import StatusDukungan, StatusPelimpahan
from laporan.models.pencatatan import needed
from posko import access

if TYPE_CHECKING:
    from laporan.models import Laporan, Perkembangan
    from posko.access import Aktor
    from posko.models import Posko

MOST_HELP = 10_000


class Dukungan(models.Model):
    """Help one post asks of the post above it for a report it keeps. Its words live in the journal entries."""

    laporan = models.ForeignKey("laporan.Laporan", models.PROTECT, related_name="dukungan", db_index=False)
    urut = models.PositiveSmallIntegerField()
    dari = models.ForeignKey("posko.Posko", models.PROTECT, related_name="+", db_index=False)
    kepada = models.ForeignKey("posko.Posko", models.PROTECT, related_name="dukungan", db_index=False)
    jumlah = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=15, choices=StatusDukungan.choices, default=StatusDukungan.DIMINTA)
    diminta = models.ForeignKey("laporan.Perkembangan", models.PROTECT, related_name="+", db_index=False)
    dijawab = models.ForeignKey(
        "laporan.Perkembangan", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "dukungan"
        ordering = ["laporan_id", "urut"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "urut"], name="dukungan_urut_unik"),
            models.UniqueConstraint(
                fields=["laporan"],
                condition=Q(status="diminta"),
                name="dukungan_satu_terbuka",
                violation_error_message="Permintaan dukungan yang lalu belum dijawab.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="dukungan_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Dukungan {self.urut}"


class Pelimpahan(models.Model):
    """Responsibility for a report that moved from one post to another, up or down the tiers.

    It moves at once; the receiving post accepts or returns it. pengawas: the nearest active post above the
    receiving one, which sees the report among its own tasks when it is not accepted in time.
    """

    laporan = models.ForeignKey("laporan.Laporan", models.PROTECT, related_name="pelimpahan", db_index=False)
    urut = models.PositiveSmallIntegerField()
    dari = models.ForeignKey("posko.Posko", models.PROTECT, related_name="+", db_index=False)
    ke = models.ForeignKey("posko.Posko", models.PROTECT, related_name="+", db_index=False)
    pengawas = models.ForeignKey("posko.Posko", models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(
        max_length=15, choices=StatusPelimpahan.choices, default=StatusPelimpahan.MENUNGGU
    )
    batas_terima = models.DateTimeField()
    dikirim = models.ForeignKey("laporan.Perkembangan", models.PROTECT, related_name="+", db_index=False)
    dijawab = models.ForeignKey(
        "laporan.Perkembangan", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "pelimpahan"
        ordering = ["laporan_id", "urut"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "urut"], name="pelimpahan_urut_unik"),
            models.UniqueConstraint(
                fields=["laporan"], condition=Q(status="menunggu"), name="pelimpahan_satu_menunggu"
            ),
            models.CheckConstraint(condition=~Q(dari=models.F("ke")), name="pelimpahan_pindah"),
        ]
        indexes = [
            models.Index(
                fields=["pengawas", "batas_terima"],
                condition=Q(status="menunggu"),
                name="pelimpahan_pengawas",
            ),
        ]
        triggers = [pgtrigger.Protect(name="pelimpahan_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Pelimpahan {self.urut}"


class TiersMixin:
    """Methods of Laporan between tiers. See `laporan.models.tindakan` for what every act takes and raises."""

    def ask_support(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, teks: str, jumlah: int | None = None, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """Ask the post above for help: what, and how many. The report stays ours."""
        alur.require(by, alur.ACTS["ask_support"], self, versi)
        teks = needed("teks", teks, "Tulis bantuan apa yang diperlukan.")
        if jumlah is not None and not 0 < jumlah <= MOST_HELP:
            raise ValidationError({"jumlah": f"Isi 1 sampai {MOST_HELP}, atau kosongkan."})
        if self.akses == access.RAHASIA:
            raise ValidationError("Laporan rahasia tidak terlihat oleh posko di atas. Limpahkan bila perlu.")
        with transaction.atomic():
            above = parent_of(self)
            if above is None:
                raise ValidationError("Tidak ada posko aktif di atas posko ini.")
            urut = self.dukungan.count() + 1
            entry = self._act(
                "ask_support", by, versi, at=at, teks=teks, dukungan_ke_id=above.pk,
                catatan={"dukungan": urut, "kepada": above.nama, "jumlah": jumlah},
            )  # fmt: skip
            Dukungan.objects.create(
                laporan=self, urut=urut, dari_id=self.posko_id, kepada=above, jumlah=jumlah, diminta=entry
            )
        return entry

    def answer_support(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, keputusan: str, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """The post above says what it sends."""
        alur.require(by, alur.ACTS["answer_support"], self, versi)
        if keputusan not in StatusDukungan.values or keputusan == StatusDukungan.DIMINTA:
            raise ValidationError({"keputusan": "Pilih jawabannya."})
        teks = needed("teks", teks, "Tulis jawabannya.")
        with transaction.atomic():
            asked = Dukungan.objects.select_for_update().get(laporan=self.pk, status=StatusDukungan.DIMINTA)
            entry = self._act(
                "answer_support", by, versi, at=at, teks=teks, as_post=self.dukungan_ke_id, dukungan_ke_id=None,
                catatan={"dukungan": asked.urut, "keputusan": keputusan},
            )  # fmt: skip
            asked.status, asked.dijawab = keputusan, entry
            asked.save(update_fields=["status", "dijawab"])
        return entry

    def hand_over(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, tujuan: Posko, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """Move responsibility to a post above or below, with the reason. That post accepts or returns it."""
        alur.require(by, alur.ACTS["hand_over"], self, versi)
        teks = needed("teks", teks, "Tulis alasannya.")
        now = at or timezone.now()
        with transaction.atomic():
            target = hand_over_targets(self).filter(pk=tujuan.pk).first()
            if target is None or not _still_active(target):
                raise ValidationError({"tujuan": "Pilih posko aktif dari daftar."})
            before, chain = self.posko, _chain_of(target)
            due = jam.deadlines(target, self.prioritas, now)[0]
            urut = self.pelimpahan.count() + 1
            jejak = [*self.jejak, *(p.pk for p in chain if p.pk not in self.jejak)]
            entry = self._act(
                "hand_over", by, versi, at=now, teks=teks, posko=target, jejak=jejak, batas_terima=due,
                catatan={"pelimpahan": urut, "dari": before.nama, "ke": target.nama},
            )  # fmt: skip
            above = next((p for p in chain[1:] if p.status == p.Status.AKTIF), None)
            Pelimpahan.objects.create(
                laporan=self,
                urut=urut,
                dari=before,
                ke=target,
                pengawas=above,
                batas_terima=due,
                dikirim=entry,
            )
        return entry

    def accept_hand_over(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """The receiving post takes the report on."""
        return self._answer_hand_over("accept_hand_over", by, versi, teks, at, StatusPelimpahan.DITERIMA)

    def return_hand_over(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """The receiving post gives the report back with a reason."""
        teks = needed("teks", teks, "Tulis alasannya.")
        return self._answer_hand_over("return_hand_over", by, versi, teks, at, StatusPelimpahan.DIKEMBALIKAN)

    def _answer_hand_over(  # type: ignore[misc]
        self: Laporan, name: str, by: Aktor, versi: int, teks: str, at: dt.datetime | None, status: str
    ) -> Perkembangan:  # fmt: skip
        alur.require(by, alur.ACTS[name], self, versi)
        with transaction.atomic():
            waiting = (
                Pelimpahan.objects.select_for_update(of=("self",))
                .select_related("dari__wilayah", "ke__wilayah")
                .get(laporan=self.pk, status=StatusPelimpahan.MENUNGGU)
            )
            changes: dict[str, Any] = {}
            if status == StatusPelimpahan.DIKEMBALIKAN:
                if not _still_active(waiting.dari):
                    raise ValidationError(f"{waiting.dari.nama} sudah ditutup; laporan ini tetap di sini.")
                changes["posko"] = waiting.dari
            entry = self._act(
                name, by, versi, at=at, teks=teks, batas_terima=None, as_post=self.posko_id,
                catatan={"pelimpahan": waiting.urut, "dari": waiting.dari.nama, "ke": waiting.ke.nama}, **changes,
            )  # fmt: skip
            waiting.status, waiting.dijawab = status, entry
            waiting.save(update_fields=["status", "dijawab"])
        return entry


def parent_of(laporan: Laporan) -> Posko | None:
    """The nearest active post above the responsible one, its row held against being closed right now."""
    from posko.models import Posko

    above = Posko.objects.ancestors_of(laporan.pemilihan_id, laporan.posko.wilayah_id).select_related(
        "wilayah"
    )
    return next((posko for posko in above if _still_active(posko)), None)


def hand_over_targets(laporan: Laporan) -> models.QuerySet[Posko]:
    """Active posts the report may be handed to, highest tier first.

    Up: those above the responsible post. Down: those that cover the report's area, and the next tier below, since a
    report may name the wrong area. One that concerns the area's own post only goes to posts that follow it already.
    """
    from posko.models import Posko
    from posko.models.wilayah import ancestor_codes

    own, area = laporan.posko.wilayah_id, laporan.wilayah_id
    above = ancestor_codes(own)
    below = [kode for kode in (area, *ancestor_codes(area)) if kode.startswith(own + ".")]
    places = Q(wilayah__in=[*above, *below])
    if own.count(".") < 3:
        places |= Q(wilayah__induk=own)
    targets = Posko.objects.filter(places, pemilihan=laporan.pemilihan_id, status=Posko.Status.AKTIF)
    if laporan.menyangkut_posko:
        targets = targets.filter(pk__in=laporan.jejak)
    return targets.exclude(pk=laporan.posko_id).select_related("wilayah").order_by("wilayah_id")


def _chain_of(posko: Posko) -> list[Posko]:
    """The post and all posts above it, nearest first, active or not: they follow what it holds."""
    chain = type(posko).objects.chain_for(posko.pemilihan_id, posko.wilayah_id)
    return list(chain.select_related("wilayah"))


def _still_active(posko: Posko) -> bool:
    """Whether the post is active, holding its row: closing one locks FOR UPDATE (see `laporan.penutupan`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM posko_posko WHERE id = %s FOR KEY SHARE", [posko.pk])
        [status] = cursor.fetchone()
    return bool(status == posko.Status.AKTIF)
