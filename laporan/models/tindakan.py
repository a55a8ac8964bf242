"""The acts on one report: each is one method, one transaction, one entry in the journal.

Every act takes `by` (who), `versi` (the version the person looked at), what the workflow table needs, and `at`
(aware moment, default now).
It raises `alur.TidakBoleh` (403), `alur.Basi` or `alur.TidakSesuai` (409), ValidationError with the name of the
field (422), or Laporan.DoesNotExist when the person may no longer see the report (404).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from laporan import alur, jam
from laporan.alur import Status
from laporan.models.pencatatan import JournalMixin, acting_membership, needed
from posko import access

if TYPE_CHECKING:
    from laporan.models import Kategori, Laporan, Perkembangan
    from posko.access import Aktor
    from posko.models import Anggota, Berkas, Pengguna

_URGENCY = {"rendah": 0, "sedang": 1, "tinggi": 2, "kritis": 3}


class ActsMixin(JournalMixin):
    """Methods of Laporan that change it."""

    def ask(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Send the report back to who filed it with a question; its clock rests meanwhile."""
        return self._act(
            "ask", by, versi, at=at, teks=needed("teks", teks, "Tulis apa yang perlu dilengkapi.")
        )

    def complete(  # type: ignore[misc]
        self: Laporan,
        *,
        by: Aktor,
        versi: int,
        teks: str,
        foto: Iterable[Berkas] = (),
        at: dt.datetime | None = None,
    ) -> Perkembangan:
        """Answer the question; the clocks, which rested meanwhile, run on."""
        teks = needed("teks", teks, "Tulis jawaban Anda.")
        return self._act("complete", by, versi, at=at, teks=teks, foto=foto)

    def verify(
        self: Laporan, *, by: Aktor, versi: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Say that the report was checked. A rahasia one needs a second officer named before."""
        return self._act("verify", by, versi, at=at, teks=teks, diverifikasi_oleh_id=by.pengguna.pk)

    def decline(
        self: Laporan, *, by: Aktor, versi: int, alasan: str, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Do not pursue the report, for one of the four reasons and in words."""
        if alasan not in alur.AlasanTidakDilanjutkan.values:
            raise ValidationError({"alasan": "Pilih alasannya."})
        return self._act(
            "decline",
            by,
            versi,
            at=at,
            teks=needed("teks", teks, "Tulis penjelasannya."),
            catatan={"alasan": alasan},
        )

    def handle(
        self: Laporan, *, by: Aktor, versi: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Take the report in hand at the post; a kritis one even before it is verified."""
        unverified = self.status in alur.BELUM_DITANGGAPI
        return self._act(
            "handle",
            by,
            versi,
            at=at,
            teks=teks,
            ditangani_posko=True,
            sebelum_verifikasi=self.sebelum_verifikasi or unverified,
        )

    def resolve(  # type: ignore[misc]
        self: Laporan,
        *,
        by: Aktor,
        versi: int,
        teks: str = "",
        alasan: str = "",
        at: dt.datetime | None = None,
    ) -> Perkembangan:
        """Say what came of it. Someone else closes.

        alasan: why it is done although an agency still owes an answer; only the ketua may give one. The post writes no
        outcome of what Bawaslu alone has: the entry then says just that.
        """
        from laporan.models.penerusan import KEWENANGAN_BAWASLU

        alur.require(by, alur.ACTS["resolve"], self, versi)
        if self.penerusan_terbuka and not (alasan.strip() and access.can(by, "resolve_with_open", self)):
            raise ValidationError(
                {
                    "alasan": "Masih ada penerusan yang belum selesai. Ketua posko dapat menyelesaikan dengan alasan."
                }
            )
        if self.kewenangan_bawaslu:
            teks = KEWENANGAN_BAWASLU
        teks = needed("teks", teks, "Tulis hasil tindakannya.")
        if self.penerusan_terbuka:
            teks += f"\n\nDiselesaikan walau penerusan belum selesai: {alasan.strip()}"
        return self._act("resolve", by, versi, at=at, teks=teks, diselesaikan_oleh_id=by.pengguna.pk)

    def close(
        self: Laporan, *, by: Aktor, versi: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Close what another person resolved."""
        return self._act("close", by, versi, at=at, teks=teks)

    def reopen(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Take the report up again; the clocks restart."""
        teks = needed("teks", teks, "Tulis alasannya.")
        return self._act("reopen", by, versi, at=at, teks=teks, restart=True, diselesaikan_oleh_id=None)

    def request_reopen(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Who filed asks the post to take it up again."""
        return self._act("request_reopen", by, versi, at=at, teks=needed("teks", teks, "Tulis alasannya."))

    def reclassify(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, teks: str, prioritas: str, akses: str, kategori: Kategori,
        pejabat_kedua: Pengguna | None = None, at: dt.datetime | None = None,
    ) -> Perkembangan:  # fmt: skip
        """Give another prioritas, akses or kategori, with the reason; the clocks are computed again.

        pejabat_kedua: the second officer the ketua names for a rahasia report.
        """
        alur.require(by, alur.ACTS["reclassify"], self, versi)
        named = self._checked_reclassification(by, prioritas, akses, kategori, pejabat_kedua)
        return self._act(
            "reclassify", by, versi, at=at, teks=needed("teks", teks, "Tulis alasannya."), reclassified=True,
            prioritas=prioritas, akses=akses, kategori=kategori, jenis=kategori.jenis, disebut=named,
            kategori_nama=kategori.nama, instansi_nama=str(kategori.instansi_utama or ""),
        )  # fmt: skip

    def _checked_reclassification(  # type: ignore[misc]
        self: Laporan,
        by: Aktor,
        prioritas: str,
        akses: str,
        kategori: Kategori,
        pejabat_kedua: Pengguna | None,
    ) -> list[int]:
        """Refuse what is not a choice; the people named for a rahasia report afterwards."""
        from laporan.models.kategori import Akses, Prioritas

        if kategori.jenis == "kegiatan" or kategori.pemilihan_id != self.pemilihan_id:
            raise ValidationError({"kategori": "Pilih kategori kejadian atau potensi dari edisi ini."})
        if prioritas not in Prioritas.values or akses not in Akses.values:
            raise ValidationError("Prioritas atau akses tidak dikenal.")
        if access.RAHASIA in (akses, self.akses) and not access.can(by, "set_rahasia", self):
            raise ValidationError({"akses": "Hanya ketua posko yang menetapkan atau mencabut rahasia."})
        named = list(self.disebut)
        if pejabat_kedua:
            _check_second_officer(self, by, akses, pejabat_kedua)
            named = [*named, pejabat_kedua.pk] if pejabat_kedua.pk not in named else named
        if (akses, prioritas, kategori.pk, named) == (
            self.akses,
            self.prioritas,
            self.kategori_id,
            self.disebut,
        ):
            raise ValidationError("Belum ada yang diubah.")
        return named

    # --- how an act happens -------------------------------------------------------------------------

    def _act(  # type: ignore[misc]
        self: Laporan, name: str, by: Aktor, versi: int, *, at: dt.datetime | None = None, teks: str = "",
        foto: Iterable[Berkas] = (), catatan: dict[str, Any] | None = None, restart: bool = False,
        reclassified: bool = False, as_seat: int | None = None, as_post: int | None = None, **changes: Any,
    ) -> Perkembangan:  # fmt: skip
        """Lock the row, ask the workflow, change, journal, save: in one transaction.

        restart, reclassified: the clocks start anew, or are computed again. as_seat, as_post: for which seat or post
        the person acts, where it is not the responsible one.
        """
        act = alur.ACTS[name]
        with transaction.atomic():
            current = (
                type(self).objects.visible_to(by).select_related("posko__wilayah", "kategori")
                .select_for_update(of=("self",)).get(pk=self.pk)
            )  # fmt: skip
            # What the caller checked before locking counts only if nothing moved since.
            alur.require(by, act, current, versi if versi != current.versi else self.versi)
            if name in ("verify", "forward"):
                _require_second_officer(current)
            from_above = name in ("verify", "close") and not access.acts_at_own_post(by, current)
            before = current.snapshot()
            current.status = act.target(current)
            for field, value in changes.items():
                setattr(current, field, value)
            now = at or timezone.now()
            if restart or reclassified:
                current.set_deadlines(now if restart else clock_start(current, before["prioritas"], now))
            current.pause_or_resume(now)
            current.set_running_deadline()
            catatan = (catatan or {}) | ({"dari_atas": True} if from_above else {})
            membership = acting_membership(by, current, from_above=from_above, seat=as_seat, post=as_post)
            entry = current.record(
                name,
                by,
                now,
                before=before,
                teks=teks,
                foto=list(foto),
                catatan=catatan,
                membership=membership,
            )
        # The caller's object now says what the database says.
        self.__dict__.update(current.__dict__)
        return entry

    def set_deadlines(self: Laporan, start: dt.datetime) -> None:  # type: ignore[misc]
        """Compute both deadlines as if the report arrived at `start` (aware). A kegiatan has none."""
        if self.kegiatan:
            return
        self.batas_tanggap, self.batas_tindak = jam.deadlines(
            self.posko, self.prioritas, start, self.kategori.menit_tanggap, self.kategori.menit_tindak
        )

    def pause_or_resume(self: Laporan, now: dt.datetime) -> None:  # type: ignore[misc]
        """Stop the clocks while the report waits for its reporter, and let them run on afterwards."""
        if self.status == Status.PERLU_DILENGKAPI:
            self.dijeda_pada = self.dijeda_pada or now
        elif self.dijeda_pada is not None and self.status != Status.DIGABUNG:
            for name in ("batas_tanggap", "batas_tindak"):
                if deadline := getattr(self, name):
                    setattr(
                        self, name, jam.resumed(self.posko, self.prioritas, deadline, self.dijeda_pada, now)
                    )
            self.dijeda_pada = None

    def set_running_deadline(self: Laporan) -> None:  # type: ignore[misc]
        """Which deadline runs: to answer while baru, to act while worked on, none while waiting or done."""
        self.batas_waktu = {
            Status.BARU: self.batas_tanggap,
            Status.TERVERIFIKASI: self.batas_tindak,
            Status.DITINDAKLANJUTI: self.batas_tindak,
        }.get(Status(self.status))


def _require_second_officer(laporan: Laporan) -> None:
    if laporan.akses == access.RAHASIA and not laporan.disebut:
        raise ValidationError("Sebutkan dahulu pejabat kedua lewat “Ubah klasifikasi”.")


def _check_second_officer(laporan: Laporan, by: Aktor, akses: str, named: Pengguna) -> None:
    """The second officer is somebody else who is a member of the responsible post today, and no contestant."""
    if akses != access.RAHASIA:
        raise ValidationError({"pejabat_kedua": "Pejabat kedua hanya untuk laporan rahasia."})
    if named.pk == by.pengguna.pk or not second_officers(laporan, by).filter(pengguna=named).exists():
        raise ValidationError({"pejabat_kedua": "Pilih orang lain yang menjadi anggota posko ini."})


def second_officers(laporan: Laporan, by: Aktor) -> models.QuerySet[Anggota]:
    """Memberships from which `by` may name the second officer of a rahasia report."""
    from posko.models import Anggota

    return (
        Anggota.objects.valid_on(timezone.localdate())
        .filter(kursi__posko=laporan.posko_id, kursi__aktif=True, pengguna__is_active=True)
        .exclude(peran=access.Peran.ADMIN)
        .exclude(pengguna__in=Anggota.objects.filter(peserta=True).values("pengguna"))
        .exclude(pengguna=by.pengguna.pk)
    )


def clock_start(laporan: Laporan, prioritas_before: str, now: dt.datetime) -> dt.datetime:
    """Since when the clock of this prioritas runs: a raised one from now, else from when it was last so urgent.

    Filing and reopening start the clocks; lowering and raising again resets nothing. Time spent waiting for the
    reporter does not count.
    """
    if _URGENCY[laporan.prioritas] > _URGENCY[prioritas_before]:
        return now
    start, wanted, urgent_since = laporan.waktu_lapor, _URGENCY[laporan.prioritas], laporan.waktu_lapor
    urgency, waited, asked = -1, dt.timedelta(), None
    for entry in laporan.perkembangan.filter(tindakan__in=_CLOCK_ACTS).order_by("urut"):
        if entry.tindakan == "ask":
            asked = entry.pada
            continue
        if asked is not None and entry.tindakan != "reclassify":
            waited, asked = waited + (entry.pada - asked), None
        if entry.tindakan in ("file", "reopen"):
            start, waited = entry.pada, dt.timedelta()
            urgent_since = start
        if changed := entry.perubahan.get("prioritas"):
            after = _URGENCY[changed[1]]
            if urgency < wanted <= after:
                urgent_since, waited = max(start, entry.pada), dt.timedelta()
            urgency = after
    # A clock that rests now is moved on when it runs again (`pause_or_resume`).
    return urgent_since + waited


_CLOCK_ACTS = ("file", "ask", "complete", "verify", "reopen", "reclassify")
