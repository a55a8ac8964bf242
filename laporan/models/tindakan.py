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

from laporan import alur, jam, jurnal
from laporan.alur import Status
from posko import access

if TYPE_CHECKING:
    from laporan.models import Kategori, Laporan, Perkembangan
    from posko.access import Aktor
    from posko.models import Anggota, Berkas, Pengguna

# Fields whose every change the journal records; `periksa_jurnal` compares the last recorded value.
JOURNALED = (
    "pemilihan_id", "dalam_gladi", "pelapor_id", "kursi_pelapor_id", "waktu_lapor",
    "jenis", "kategori_id", "kategori_nama", "instansi_nama", "prioritas", "akses", "status", "posko_id",
    "wilayah_id", "sumber", "waktu_kejadian", "bahaya", "menyangkut_posko", "lintang", "bujur",
    "jejak", "diteruskan", "disebut", "diverifikasi_oleh_id", "diselesaikan_oleh_id",
    "batas_tanggap", "batas_tindak", "batas_waktu", "sebelum_verifikasi",
    "atas_nama", "lokasi", "tempat", "ringkasan", "rincian",
)  # fmt: skip
# Words people typed enter the journal only as a salted MAC, so that they can be erased with the salt.
TYPED = frozenset({"atas_nama", "lokasi", "tempat", "ringkasan", "rincian"})
_URGENCY = {"rendah": 0, "sedang": 1, "tinggi": 2, "kritis": 3}


def plain(value: Any) -> Any:
    """A field's value as the journal writes it: moments in UTC microseconds, the rest as JSON has it."""
    from laporan.models.perkembangan import microseconds

    if isinstance(value, dt.datetime):
        return microseconds(value)
    if isinstance(value, models.Choices):
        return str(value)
    return value


class ActsMixin:
    """Methods of Laporan that change it."""

    def ask(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Send the report back to who filed it with a question; its clock rests meanwhile."""
        return self._act(
            "ask", by, versi, at=at, teks=_needed("teks", teks, "Tulis apa yang perlu dilengkapi.")
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
        """Answer the question; the clocks start anew."""
        teks = _needed("teks", teks, "Tulis jawaban Anda.")
        return self._act("complete", by, versi, at=at, teks=teks, foto=foto, restart=True)

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
            teks=_needed("teks", teks, "Tulis penjelasannya."),
            catatan={"alasan": alasan},
        )

    def handle(
        self: Laporan, *, by: Aktor, versi: int, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Take the report in hand at the post; a kritis one even before it is verified."""
        unverified = self.status in alur.BELUM_DITANGGAPI
        return self._act(
            "handle", by, versi, at=at, teks=teks, sebelum_verifikasi=self.sebelum_verifikasi or unverified
        )

    def resolve(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Say what came of it. Someone else closes."""
        teks = _needed("teks", teks, "Tulis hasil tindakannya.")
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
        teks = _needed("teks", teks, "Tulis alasannya.")
        return self._act("reopen", by, versi, at=at, teks=teks, restart=True, diselesaikan_oleh_id=None)

    def request_reopen(
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # type: ignore[misc]
        """Who filed asks the post to take it up again."""
        return self._act("request_reopen", by, versi, at=at, teks=_needed("teks", teks, "Tulis alasannya."))

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
            "reclassify", by, versi, at=at, teks=_needed("teks", teks, "Tulis alasannya."), reclassified=True,
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
        reclassified: bool = False, **changes: Any,
    ) -> Perkembangan:  # fmt: skip
        """Lock the row, ask the workflow, change, journal, save: in one transaction."""
        act = alur.ACTS[name]
        with transaction.atomic():
            current = (
                type(self).objects.visible_to(by).select_related("posko__wilayah", "kategori")
                .select_for_update(of=("self",)).get(pk=self.pk)
            )  # fmt: skip
            # What the caller checked before locking counts only if nothing moved since.
            alur.require(by, act, current, versi if versi != current.versi else self.versi)
            if name == "verify":
                _require_second_officer(current)
            from_above = name in ("verify", "close") and not access.acts_at_own_post(by, current)
            before = current.snapshot()
            current.status = act.target(current)
            for field, value in changes.items():
                setattr(current, field, value)
            now = at or timezone.now()
            if restart or reclassified:
                current.set_deadlines(now if restart else _clock_start(current, before["prioritas"], now))
            current.set_running_deadline()
            catatan = (catatan or {}) | ({"dari_atas": True} if from_above else {})
            entry = current.record(name, by, now, before=before, teks=teks, foto=list(foto), catatan=catatan)
        # The caller's object now says what the database says.
        self.__dict__.update(current.__dict__)
        return entry

    def snapshot(self: Laporan) -> dict[str, Any]:  # type: ignore[misc]
        """The journaled fields as they are."""
        return {field: plain(getattr(self, field)) for field in JOURNALED}

    def set_deadlines(self: Laporan, start: dt.datetime) -> None:  # type: ignore[misc]
        """Compute both deadlines as if the report arrived at `start` (aware). A kegiatan has none."""
        if self.kegiatan:
            return
        self.batas_tanggap, self.batas_tindak = jam.deadlines(
            self.posko, self.prioritas, start, self.kategori.menit_tanggap, self.kategori.menit_tindak
        )

    def set_running_deadline(self: Laporan) -> None:  # type: ignore[misc]
        """Which deadline runs: to answer while baru, to act while worked on, none while waiting or done."""
        self.batas_waktu = {
            Status.BARU: self.batas_tanggap,
            Status.TERVERIFIKASI: self.batas_tindak,
            Status.DITINDAKLANJUTI: self.batas_tindak,
        }.get(Status(self.status))

    def record(  # type: ignore[misc]
        self: Laporan, tindakan: str, by: Aktor, at: dt.datetime, *, before: dict[str, Any], teks: str = "",
        foto: list[Berkas] | None = None, catatan: dict[str, Any] | None = None,
        tps: dict[int, dict[str, Any]] | None = None,
    ) -> Perkembangan:  # fmt: skip
        """Write the entry of a change made to this (locked or new) report and save the report with it.

        tps: facts by polling station id, sealed like other typed words.
        """
        from laporan.models import Lampiran, TeksPerkembangan

        new = self._state.adding
        entry, salt = self._seal(tindakan, by, at, before, teks, foto or [], catatan or {}, tps or {})
        self.versi = self.jurnal_panjang
        self.save(force_insert=new)
        entry.laporan_id = self.pk
        entry.save(force_insert=True)
        if teks:
            TeksPerkembangan.objects.create(perkembangan=entry, garam=salt, teks=teks)
        if foto:
            held = 0 if new else Lampiran.objects.filter(laporan=self).count()
            Lampiran.objects.bulk_create(
                Lampiran(laporan=self, perkembangan=entry, berkas=berkas, urut=held + n)
                for n, berkas in enumerate(foto, start=1)
            )
        return entry

    def _seal(  # type: ignore[misc]
        self: Laporan, tindakan: str, by: Aktor, at: dt.datetime, before: dict[str, Any], teks: str,
        foto: list[Berkas], catatan: dict[str, Any], tps: dict[int, dict[str, Any]],
    ) -> tuple[Perkembangan, str]:  # fmt: skip
        """The next entry, chained to the head, with the report's keyed length and head moved on."""
        salt = jurnal.new_salt() if teks else ""
        membership = acting_membership(by, self, from_above="dari_atas" in catatan)
        isi = sealed_content(
            self, at, pengguna=by.pengguna.pk, anggota=membership, tindakan=tindakan, before=before, salt=salt,
            teks=teks, foto=[berkas.sha256 for berkas in foto], tps=tps, catatan=catatan,
        )  # fmt: skip
        entry = self.chain(isi)
        entry.pada, entry.pengguna_id, entry.anggota_id, entry.tindakan = (
            at,
            by.pengguna.pk,
            membership,
            tindakan,
        )
        return entry, salt

    def chain(self: Laporan, isi: str) -> Perkembangan:  # type: ignore[misc]
        """The next entry with this content, chained to the head; the report's keyed length and head move on."""
        from laporan.models.perkembangan import Perkembangan

        serial = self.jurnal_panjang + 1
        key_id = jurnal.signing_key_id()
        mac = jurnal.mac(key_id, self.jurnal_kepala, isi)
        self.jurnal_panjang, self.jurnal_kepala, self.jurnal_kunci_id = serial, mac, key_id
        self.jurnal_segel = jurnal.mac(key_id, self.nomor, str(serial), mac)
        return Perkembangan(urut=serial, isi=isi, kunci_id=key_id, mac=mac)


def sealed_content(
    laporan: Laporan, at: dt.datetime, *, pengguna: int, anggota: int | None, tindakan: str, salt: str,
    before: dict[str, Any], teks: str, foto: list[str], tps: dict[int, dict[str, Any]], catatan: dict[str, Any],
) -> str:  # fmt: skip
    """The canonical `isi` of a report's next entry, made at `at` (aware). foto: SHA-256 of each stored photo."""
    from laporan.models.perkembangan import microseconds

    after = laporan.snapshot()
    return jurnal.canonical(
        {
            "v": jurnal.VERSI_ISI,
            "nomor": laporan.nomor,
            "urut": laporan.jurnal_panjang + 1,
            "waktu": microseconds(at),
            "pengguna": pengguna,
            "anggota": anggota,
            "tindakan": tindakan,
            "ubah": {
                f: [sealed(f, before.get(f), salt), sealed(f, after[f], salt)]
                for f in JOURNALED
                if before.get(f) != after[f]
            },
            "tps": [[pk, jurnal.text_mac(salt, jurnal.canonical(row))] for pk, row in sorted(tps.items())],
            "foto": foto,
            "teks": jurnal.text_mac(salt, teks) if teks else None,
            "catatan": catatan,
        }
    )


def sealed(field: str, value: Any, salt: str) -> Any:
    """A field's value as an entry holds it: typed words only as a MAC with the entry's salt."""
    if field not in TYPED or value is None:
        return value
    return jurnal.text_mac(salt, jurnal.canonical(value))


def acting_membership(by: Aktor, laporan: Laporan, *, from_above: bool = False) -> int | None:
    """The membership the journal names: the one that gave the right to act, else the one acted for."""
    if from_above:
        above = [m for m in by.with_peran(access.Peran.OPERATOR) if m.is_above(laporan.posko.wilayah_id)]
        return max(above, key=lambda m: m.tingkat).id if above else None
    own = [m for m in by.pelaku if m.posko_id == laporan.posko_id]
    ranked = sorted(own, key=lambda m: not m.memimpin)
    if ranked:
        return ranked[0].id
    return by.pos.id if by.pos else None


def _needed(field: str, text: str, message: str) -> str:
    if not text.strip():
        raise ValidationError({field: message})
    return text.strip()


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


def _clock_start(laporan: Laporan, prioritas_before: str, now: dt.datetime) -> dt.datetime:
    """Since when the clock of this prioritas runs: a raised one from now, else from when it was last so urgent.

    Filing, an answered question and reopening start the clocks; lowering and raising again resets nothing.
    """
    if _URGENCY[laporan.prioritas] > _URGENCY[prioritas_before]:
        return now
    start, wanted, urgent_since = laporan.waktu_lapor, _URGENCY[laporan.prioritas], laporan.waktu_lapor
    urgency = -1
    for entry in laporan.perkembangan.filter(
        tindakan__in=("file", "complete", "reopen", "reclassify")
    ).order_by("urut"):
        changed = entry.perubahan.get("prioritas")
        if entry.tindakan != "reclassify":
            start = urgent_since = entry.pada
        if changed:
            after = _URGENCY[changed[1]]
            if urgency < wanted <= after:
                urgent_since = max(start, entry.pada)
            urgency = after
    return urgent_since
