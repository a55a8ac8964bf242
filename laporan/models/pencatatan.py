"""How a change to a report is written down: one sealed entry, chained to the ones before, saved with the report."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from laporan import jurnal
from posko import access

if TYPE_CHECKING:
    from laporan.models import Laporan, Perkembangan
    from posko.access import Aktor
    from posko.models import Berkas

# Fields whose every change the journal records; `periksa_jurnal` compares the last recorded value.
JOURNALED = (
    "pemilihan_id", "dalam_gladi", "pelapor_id", "kursi_pelapor_id", "waktu_lapor",
    "jenis", "kategori_id", "kategori_nama", "instansi_nama", "prioritas", "akses", "status", "posko_id",
    "wilayah_id", "sumber", "waktu_kejadian", "bahaya", "menyangkut_posko", "lintang", "bujur",
    "jejak", "diteruskan", "disebut", "diverifikasi_oleh_id", "diselesaikan_oleh_id",
    "batas_tanggap", "batas_tindak", "batas_waktu", "sebelum_verifikasi",
    "pemegang", "penerusan_terbuka", "ditangani_posko", "batas_terima", "dukungan_ke_id", "dijeda_pada",
    "utama_id", "status_sebelum", "potensi_id",
    "atas_nama", "lokasi", "tempat", "ringkasan", "rincian",
)  # fmt: skip
# Words people typed enter the journal only as a salted MAC, so that they can be erased with the salt.
TYPED = frozenset({"atas_nama", "lokasi", "tempat", "ringkasan", "rincian"})


def plain(value: Any) -> Any:
    """A field's value as the journal writes it: moments in UTC microseconds, the rest as JSON has it."""
    from laporan.models.perkembangan import microseconds

    if isinstance(value, dt.datetime):
        return microseconds(value)
    if isinstance(value, models.Choices):
        return str(value)
    return value


class JournalMixin:
    """Methods of Laporan that write its journal."""

    def snapshot(self: Laporan) -> dict[str, Any]:  # type: ignore[misc]
        """The journaled fields as they are."""
        return {field: plain(getattr(self, field)) for field in JOURNALED}

    def record(  # type: ignore[misc]
        self: Laporan, tindakan: str, by: Aktor, at: dt.datetime, *, before: dict[str, Any], teks: str = "",
        foto: list[Berkas] | None = None, catatan: dict[str, Any] | None = None,
        tps: dict[int, dict[str, Any]] | None = None, membership: int | None = None,
    ) -> Perkembangan:  # fmt: skip
        """Write the entry of a change made to this (locked or new) report and save the report with it.

        tps: facts by polling station id of a new report, stored with it and sealed like other typed words.
        membership: the one that gave the right to act, where it is not the one of the responsible post. The search's
        index follows in the same transaction (that of a new report where it is filed: `laporan.pelaporan`).
        """
        from laporan.cari import indeks
        from laporan.models import Lampiran, LaporanTPS, TeksPerkembangan

        new = self._state.adding
        acting = membership or acting_membership(by, self)
        entry, salt = self._seal(tindakan, by, acting, at, before, teks, foto or [], catatan or {}, tps or {})
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
        if tps:
            LaporanTPS.objects.bulk_create(
                LaporanTPS(laporan=self, tps_id=pk, rincian=row) for pk, row in tps.items()
            )
        if not new:
            indeks.write([self.pk])
        return entry

    def _seal(  # type: ignore[misc]
        self: Laporan, tindakan: str, by: Aktor, membership: int | None, at: dt.datetime, before: dict[str, Any],
        teks: str, foto: list[Berkas], catatan: dict[str, Any], tps: dict[int, dict[str, Any]],
    ) -> tuple[Perkembangan, str]:  # fmt: skip
        """The next entry, chained to the head, with the report's keyed length and head moved on."""
        salt = jurnal.new_salt() if teks else ""
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


def acting_membership(
    by: Aktor, laporan: Laporan, *, from_above: bool = False, seat: int | None = None, post: int | None = None
) -> int | None:
    """The membership the journal names: the one that gave the right to act, else the one acted for.

    seat, post: where that right comes from a seat or a post other than the responsible one.
    """
    if from_above:
        above = [m for m in by.with_peran(access.Peran.OPERATOR) if m.is_above(laporan.posko.wilayah_id)]
        return max(above, key=lambda m: m.tingkat).id if above else None
    if seat is None:
        own = [m for m in by.pelaku if m.posko_id == (post or laporan.posko_id)]
    else:
        own = [m for m in by.pelaku if m.kursi_id == seat]
    ranked = sorted(own, key=lambda m: not m.memimpin)
    if ranked:
        return ranked[0].id
    return by.pos.id if by.pos else None


def needed(field: str, text: str, message: str) -> str:
    """`text` without blanks around it; ValidationError with `message` at `field` when nothing is left."""
    if not text.strip():
        raise ValidationError({field: message})
    return text.strip()
