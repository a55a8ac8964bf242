"""Forwarding a report to agencies, and what they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from laporan import alur
from laporan.alur import Cara, StatusPenerusan
from laporan.models.pencatatan import needed
from posko import access

if TYPE_CHECKING:
    from laporan.models import Laporan, Perkembangan
    from posko.access import Aktor
    from posko.models import Berkas, Kursi, Pengguna

KEWENANGAN_BAWASLU = "Diteruskan; kewenangan Bawaslu."


class PenerusanQuerySet(models.QuerySet["Penerusan"]):
    def terbuka(self) -> PenerusanQuerySet:
        """Those that still want an answer. An informasi awal wants none."""
        return self.filter(status__in=alur.PENERUSAN_TERBUKA).exclude(cara=Cara.INFORMASI_AWAL)

    def for_seats(self, aktor: Aktor) -> PenerusanQuerySet:
        """Those sent to a seat of this person, of reports the person may see."""
        return self.filter(
            access.laporan_visible_to(aktor, "laporan__"), kursi__in=sorted(access.seats(aktor))
        )

    def sent_by(self, aktor: Aktor) -> PenerusanQuerySet:
        """Those of reports the posts this person runs are responsible for, as far as the person may see them."""
        return self.filter(
            access.laporan_visible_to(aktor, "laporan__"), laporan__posko__in=sorted(aktor.dipimpin)
        )

    def for_table(self) -> PenerusanQuerySet:
        """With what one line of a list prints, newest first."""
        return self.select_related("laporan", "kursi__instansi").order_by("-id")

    def for_card(self) -> PenerusanQuerySet:
        """With what a card on the report's page prints, in the order they were sent."""
        return self.select_related(
            "kursi__instansi", "kursi__posko__wilayah", "penerima", "dikirim__teks", "dikirim__pengguna",
            "dijawab__teks", "dijawab__pengguna",
        ).order_by("urut")  # fmt: skip


class Penerusan(models.Model):
    """One report sent on to one seat. Its words live in the journal entries it points to.

    urut: 1, 2, … within the report; the journal names it so. batas_waktu: when an answer is due (disposisi) or
    asked for (koordinasi); an informasi awal has none and is never late.
    """

    laporan = models.ForeignKey("laporan.Laporan", models.PROTECT, related_name="penerusan", db_index=False)
    urut = models.PositiveSmallIntegerField()
    kursi = models.ForeignKey("posko.Kursi", models.PROTECT, related_name="penerusan", db_index=False)
    cara = models.CharField(max_length=15, choices=Cara.choices)
    penerima = models.ForeignKey(
        "posko.Pengguna", models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="Orang yang disebut, hanya untuk laporan rahasia",
    )  # fmt: skip
    status = models.CharField(
        max_length=15, choices=StatusPenerusan.choices, default=StatusPenerusan.TERKIRIM
    )
    dikirim_pada = models.DateTimeField()
    batas_waktu = models.DateTimeField(null=True)
    diterima_pada = models.DateTimeField(null=True)
    selesai_pada = models.DateTimeField(null=True)
    dikirim = models.ForeignKey("laporan.Perkembangan", models.PROTECT, related_name="+", db_index=False)
    dijawab = models.ForeignKey(
        "laporan.Perkembangan", models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = PenerusanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "penerusan"
        ordering = ["laporan_id", "urut"]
        constraints = [
            models.UniqueConstraint(fields=["laporan", "urut"], name="penerusan_urut_unik"),
            models.UniqueConstraint(
                fields=["laporan", "kursi"],
                condition=Q(status__in=["terkirim", "diterima"]),
                name="penerusan_satu_terbuka",
                violation_error_message="Laporan ini sudah ada pada instansi itu dan belum selesai.",
            ),
            models.CheckConstraint(
                condition=~Q(cara="informasi_awal") | Q(batas_waktu=None),
                name="penerusan_informasi_tanpa_batas",
            ),
        ]
        indexes = [
            models.Index(fields=["kursi", "-id"], name="penerusan_kursi"),
            models.Index(
                fields=["kursi", "batas_waktu"],
                condition=Q(status__in=["terkirim", "diterima"]),
                name="penerusan_kursi_terbuka",
            ),
        ]
        triggers = [pgtrigger.Protect(name="penerusan_tetap_ada", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_cara_display()} ke {self.kursi.instansi}"

    @property
    def terbuka(self) -> bool:
        return self.status in alur.PENERUSAN_TERBUKA and self.cara != Cara.INFORMASI_AWAL

    @property
    def pesan(self) -> str:
        """What was asked of the agency."""
        return self.dikirim.text

    @property
    def jawaban(self) -> str:
        """The last words of the agency: progress, result or reason of return."""
        return self.dijawab.text if self.dijawab else ""

    def late(self, at: dt.datetime | None = None) -> bool:
        """Whether a binding deadline has passed at `at` (aware, default now). Only a disposisi binds."""
        return (
            self.cara == Cara.DISPOSISI
            and self.terbuka
            and self.batas_waktu is not None
            and self.batas_waktu < (at or timezone.now())
        )


class ForwardMixin:
    """Methods of Laporan around its Penerusan. See `laporan.models.tindakan` for what every act takes and raises."""

    def forward(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, kursi: Kursi, cara: str, teks: str,
        batas_waktu: dt.datetime | None = None, penerima: Pengguna | None = None, at: dt.datetime | None = None,
    ) -> Perkembangan:  # fmt: skip
        """Send the report to an agency's seat.

        cara: one that fits the agency (`alur.cara_for`). batas_waktu: aware; required but for an informasi awal,
        which has none. penerima: the person at that seat who is named for a rahasia report.
        """
        alur.require(by, alur.ACTS["forward"], self, versi)
        now = at or timezone.now()
        teks = self._checked_forward(kursi, cara, teks, batas_waktu, penerima, now)
        informs = cara == Cara.INFORMASI_AWAL
        deadline = None if informs else batas_waktu
        unverified = self.status in alur.BELUM_DITANGGAPI
        named = self.disebut if penerima is None else _with(self.disebut, penerima.pk)
        with transaction.atomic():
            urut = self.penerusan.count() + 1
            entry = self._act(
                "forward", by, versi, at=now, teks=teks,
                catatan=_note(urut, kursi) | {"cara": cara, "batas": _micro(deadline)},
                diteruskan=_with(self.diteruskan, kursi.pk), disebut=named,
                pemegang=self.pemegang if informs else _with(self.pemegang, kursi.pk),
                penerusan_terbuka=self.penerusan_terbuka if informs else _with(self.penerusan_terbuka, kursi.pk),
                sebelum_verifikasi=self.sebelum_verifikasi or unverified,
            )  # fmt: skip
            Penerusan.objects.create(
                laporan=self, urut=urut, kursi=kursi, cara=cara, penerima=penerima, dikirim_pada=now,
                batas_waktu=deadline, dikirim=entry,
            )  # fmt: skip
        return entry

    def _checked_forward(  # type: ignore[misc]
        self: Laporan, kursi: Kursi, cara: str, teks: str, batas_waktu: dt.datetime | None,
        penerima: Pengguna | None, now: dt.datetime,
    ) -> str:  # fmt: skip
        """Refuse what is not a choice; the message without blanks around it."""
        if not seats_for(self).filter(pk=kursi.pk).exists():
            raise ValidationError({"kursi": "Pilih instansi dari daftar."})
        if cara not in alur.cara_for(kursi.instansi):
            raise ValidationError({"cara": f"Untuk {kursi.instansi}, pilih cara yang lain."})
        if not teks.strip():
            raise ValidationError({"teks": "Tulis apa yang diminta."})
        if cara != Cara.INFORMASI_AWAL and (batas_waktu is None or batas_waktu <= now):
            raise ValidationError({"batas_waktu": "Pilih batas waktu sesudah sekarang."})
        if self.penerusan.filter(kursi=kursi, status__in=alur.PENERUSAN_TERBUKA).exists():
            raise ValidationError(
                {"kursi": f"Laporan ini sudah ada pada {kursi.instansi} dan belum selesai."}
            )
        self._check_recipient(kursi, penerima)
        return teks.strip()

    def _check_recipient(self: Laporan, kursi: Kursi, penerima: Pengguna | None) -> None:  # type: ignore[misc]
        """A rahasia report goes to one named person at the seat, after a second officer is named."""
        if self.akses != access.RAHASIA:
            if penerima is not None:
                raise ValidationError({"penerima": "Penerima hanya disebut untuk laporan rahasia."})
            return
        if not self.disebut:
            raise ValidationError("Sebutkan dahulu pejabat kedua lewat “Ubah klasifikasi”.")
        if penerima is None or not recipients(kursi).filter(pk=penerima.pk).exists():
            raise ValidationError({"penerima": "Pilih penerimanya: laporan ini rahasia."})

    def receive(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, penerusan: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """The agency says that it has the report."""
        return self._answer("receive", by, versi, penerusan, teks, at, diterima_pada=at or timezone.now())

    def progress(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, penerusan: int, teks: str, foto: Iterable[Berkas] = (),
        at: dt.datetime | None = None,
    ) -> Perkembangan:  # fmt: skip
        """The agency says how far it is."""
        teks = needed("teks", teks, "Tulis kemajuannya.")
        return self._answer("progress", by, versi, penerusan, teks, at, foto=foto)

    def finish(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, penerusan: int, teks: str, foto: Iterable[Berkas] = (),
        at: dt.datetime | None = None,
    ) -> Perkembangan:  # fmt: skip
        """The agency says what came of it; the post decides whether the report is done."""
        teks = needed("teks", teks, "Tulis hasilnya.")
        return self._answer(
            "finish", by, versi, penerusan, teks, at, foto=foto, selesai_pada=at or timezone.now()
        )

    def send_back(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, penerusan: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """The agency returns the report with a reason; the post finds another way."""
        teks = needed("teks", teks, "Tulis alasannya.")
        return self._answer("send_back", by, versi, penerusan, teks, at, selesai_pada=at or timezone.now())

    def _answer(  # type: ignore[misc]
        self: Laporan, name: str, by: Aktor, versi: int, urut: int, teks: str, at: dt.datetime | None, *,
        foto: Iterable[Berkas] = (), **moments: dt.datetime,
    ) -> Perkembangan:  # fmt: skip
        """One answer to one Penerusan: its status by the table, the report's arrays with it."""
        alur.require(by, alur.ACTS[name], self, versi)
        with transaction.atomic():
            locked = Penerusan.objects.select_for_update(of=("self",)).select_related("kursi__instansi")
            sent = locked.filter(laporan=self.pk, urut=urut).first()
            if sent is None:
                raise ValidationError("Penerusan itu tidak ada. Muat ulang halaman laporan.")
            alur.require_answer(by, alur.ACTS[name], sent)
            sent.status = alur.answered(alur.ACTS[name], sent)
            changes = self._seats_after(sent)
            entry = self._act(name, by, versi, at=at, teks=teks, foto=foto, catatan=_note(urut, sent.kursi),
                              as_seat=sent.kursi_id, **changes)  # fmt: skip
            sent.dijawab = entry
            if name != "receive" and sent.diterima_pada is None:
                sent.diterima_pada = entry.pada
            for field, moment in moments.items():
                setattr(sent, field, moment)
            sent.save(update_fields=["status", "diterima_pada", "selesai_pada", "dijawab"])
        return entry

    def _seats_after(self: Laporan, sent: Penerusan) -> dict[str, Any]:  # type: ignore[misc]
        """Who holds the report and who still owes an answer, once `sent` has its new status."""
        if sent.cara == Cara.INFORMASI_AWAL or sent.status in alur.PENERUSAN_TERBUKA:
            return {}
        changes = {"penerusan_terbuka": [k for k in self.penerusan_terbuka if k != sent.kursi_id]}
        if sent.status == StatusPenerusan.DIKEMBALIKAN and not self._finished_by(sent):
            changes["pemegang"] = [k for k in self.pemegang if k != sent.kursi_id]
        return changes

    def _finished_by(self: Laporan, sent: Penerusan) -> bool:  # type: ignore[misc]
        """Whether the same seat finished an earlier Penerusan of this report, and so remains a holder."""
        earlier = self.penerusan.filter(kursi=sent.kursi_id, status=StatusPenerusan.SELESAI)
        return earlier.exclude(cara=Cara.INFORMASI_AWAL).exists()

    @property
    def kewenangan_bawaslu(self: Laporan) -> bool:  # type: ignore[misc]
        """Whether Bawaslu alone has it: the post then writes no outcome. One query when nobody holds the report."""
        if self.pemegang or self.ditangani_posko or not self.diteruskan:
            return False
        return self.penerusan.filter(cara=Cara.INFORMASI_AWAL).exclude(
            status=StatusPenerusan.DIKEMBALIKAN
        ).exists()  # fmt: skip


def seats_for(laporan: Laporan) -> models.QuerySet[Kursi]:
    """Seats the report may be forwarded to: at the responsible post, those above it and those of its area.

    A report that concerns the area's own post stays with posts that already follow it.
    """
    from posko.models import Kursi, Posko
    from posko.models.wilayah import ancestor_codes

    own, area = laporan.posko.wilayah_id, laporan.wilayah_id
    codes = {own, area, *ancestor_codes(own), *ancestor_codes(area)}
    posts = Posko.objects.filter(pemilihan=laporan.pemilihan_id, wilayah__in=sorted(codes)).exclude(
        status=Posko.Status.DITUTUP
    )
    if laporan.menyangkut_posko:
        posts = posts.filter(pk__in=laporan.jejak)
    return Kursi.objects.filter(posko__in=posts.order_by(), aktif=True, instansi__aktif=True)


def recipients(kursi: Kursi) -> models.QuerySet[Pengguna]:
    """People of a seat who may be named for a rahasia report: members today, no contestants, not mere admins."""
    from posko.models import Anggota, Pengguna

    members = (
        Anggota.objects.valid_on(timezone.localdate())
        .filter(kursi=kursi).exclude(peran=access.Peran.ADMIN)
        .exclude(pengguna__in=Anggota.objects.filter(peserta=True).values("pengguna"))
    )  # fmt: skip
    return Pengguna.objects.filter(is_active=True, pk__in=members.values("pengguna"))


def _note(urut: int, kursi: Kursi) -> dict[str, Any]:
    """What the journal keeps of a Penerusan: the name too, as it was then."""
    return {"penerusan": urut, "kursi": kursi.pk, "instansi": str(kursi.instansi)}


def _with(ids: list[int], pk: int) -> list[int]:
    return ids if pk in ids else [*ids, pk]


def _micro(at: dt.datetime | None) -> int | None:
    from laporan.models.perkembangan import microseconds

    return microseconds(at) if at else None
