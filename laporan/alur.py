"""THE workflow of a kejadian or potensi: one table of acts. Nowhere else.

Who may act is `posko.access`'s question; this module answers which acts fit a report as it stands, where they
lead and what they need. A kegiatan is recorded (tercatat) and has no workflow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models

from posko import access

if TYPE_CHECKING:
    from laporan.models import Laporan, Penerusan
    from posko.models import Instansi


class Status(models.TextChoices):
    """Where a report stands (spelling and meaning: glossary)."""

    TERCATAT = "tercatat", "Tercatat"
    BARU = "baru", "Baru"
    PERLU_DILENGKAPI = "perlu_dilengkapi", "Perlu dilengkapi"
    TERVERIFIKASI = "terverifikasi", "Terverifikasi"
    DITINDAKLANJUTI = "ditindaklanjuti", "Ditindaklanjuti"
    SELESAI = "selesai", "Selesai"
    DITUTUP = "ditutup", "Ditutup"
    TIDAK_DILANJUTKAN = "tidak_dilanjutkan", "Tidak dilanjutkan"
    DIGABUNG = "digabung", "Digabung"


class AlasanTidakDilanjutkan(models.TextChoices):
    """Why a report is not pursued."""

    BUKAN_WEWENANG = "bukan_wewenang", "Bukan wewenang"
    TIDAK_BENAR = "tidak_benar", "Tidak benar"
    KURANG_JELAS = "kurang_jelas", "Kurang jelas"
    DI_LUAR_WILAYAH = "di_luar_wilayah", "Di luar wilayah"


class Cara(models.TextChoices):
    """How a report is forwarded, by who commands whom."""

    DISPOSISI = "disposisi", "Disposisi"
    KOORDINASI = "koordinasi", "Koordinasi"
    INFORMASI_AWAL = "informasi_awal", "Informasi awal"


class StatusPenerusan(models.TextChoices):
    TERKIRIM = "terkirim", "Terkirim"
    DITERIMA = "diterima", "Diterima"
    SELESAI = "selesai", "Selesai"
    DIKEMBALIKAN = "dikembalikan", "Dikembalikan"


class StatusDukungan(models.TextChoices):
    DIMINTA = "diminta", "Menunggu jawaban"
    DIPENUHI = "dipenuhi", "Dipenuhi"
    SEBAGIAN = "sebagian", "Dipenuhi sebagian"
    TIDAK_DIPENUHI = "tidak_dipenuhi", "Tidak dapat dipenuhi"


class StatusPelimpahan(models.TextChoices):
    MENUNGGU = "menunggu", "Menunggu diterima"
    DITERIMA = "diterima", "Diterima"
    DIKEMBALIKAN = "dikembalikan", "Dikembalikan"
    DIALIHKAN = "dialihkan", "Dialihkan karena posko ditutup"


PENERUSAN_TERBUKA = (StatusPenerusan.TERKIRIM, StatusPenerusan.DITERIMA)
# Agencies that answer to the law, not to the post's head, though they sit among the government's.
_BUKAN_BAWAHAN = frozenset({"pln"})


def cara_for(instansi: Instansi) -> tuple[Cara, ...]:
    """The ways in which a report may be forwarded to this agency, the usual one first.

    Disposisi: units under the same head of region. Informasi awal: Bawaslu and its lower bodies, which decide
    themselves what they register. Everybody else is asked for koordinasi (source: glossary, "penerusan").
    """
    if instansi.rumpun == "bawaslu":
        return (Cara.INFORMASI_AWAL, Cara.KOORDINASI)
    head = instansi.rumpun == "kepala_wilayah"
    if (instansi.unsur == "pemda" or head) and instansi.rumpun not in _BUKAN_BAWAHAN:
        return (Cara.DISPOSISI, Cara.KOORDINASI)
    return (Cara.KOORDINASI,)


# Reports that still want something: what lists open on, what clocks run for, what beranda counts.
TERBUKA = (Status.BARU, Status.PERLU_DILENGKAPI, Status.TERVERIFIKASI, Status.DITINDAKLANJUTI)
# Reports nobody has answered yet: the first clock (jam tanggap) runs.
BELUM_DITANGGAPI = (Status.BARU, Status.PERLU_DILENGKAPI)


def _always(laporan: Laporan) -> bool:
    return True


def _new_only_if_kritis(laporan: Laporan) -> bool:
    """A kritis report is handled before it is verified, and marked so."""
    return laporan.status != Status.BARU or laporan.prioritas == "kritis"


def _is_potensi(laporan: Laporan) -> bool:
    return laporan.jenis == "potensi" and _not_waiting(laporan)


def _is_kejadian(laporan: Laporan) -> bool:
    return laporan.jenis == "kejadian" and _not_waiting(laporan)


def _not_waiting(laporan: Laporan) -> bool:
    """Whoever is handed a report first accepts or returns it."""
    return laporan.batas_terima is None


def _waiting(laporan: Laporan) -> bool:
    return laporan.batas_terima is not None


def _in_hand(laporan: Laporan) -> bool:
    return _not_waiting(laporan) and _new_only_if_kritis(laporan)


def _asks_nobody(laporan: Laporan) -> bool:
    return _not_waiting(laporan) and laporan.dukungan_ke_id is None


def _asks_somebody(laporan: Laporan) -> bool:
    return laporan.dukungan_ke_id is not None


def _before_merge(laporan: Laporan) -> str:
    return laporan.status_sebelum


def _reopened(laporan: Laporan) -> str:
    """A declined report starts anew; one that was acted on goes back to work."""
    return Status.BARU if laporan.status == Status.TIDAK_DILANJUTKAN else Status.DITINDAKLANJUTI


@dataclass(frozen=True)
class Act:
    """One row of the workflow table.

    name: method on Laporan, URL name and rule in `posko.access`. slug: the path. label: the button.
    dari: statuses it starts from. ke: where it leads; None keeps the status. fits: a further condition.
    lampau: the word in the timeline. jawaban: for an act on one Penerusan, the status it gets; None keeps it.
    dari_penerusan: the statuses of the Penerusan it starts from.
    """

    name: str
    slug: str
    label: str
    lampau: str
    dari: frozenset[str]
    ke: str | Callable[[Laporan], str] | None
    fits: Callable[[Laporan], bool] = _always
    dari_penerusan: frozenset[str] = frozenset()
    jawaban: str | None = None

    @property
    def menjawab(self) -> bool:
        """Whether the act answers one Penerusan, not the report as a whole."""
        return bool(self.dari_penerusan)

    def target(self, laporan: Laporan) -> str:
        """The status after this act."""
        if self.ke is None:
            return laporan.status
        return self.ke(laporan) if callable(self.ke) else self.ke


S = Status
_ANY = frozenset(Status) - {Status.TERCATAT}
_SENT = frozenset(PENERUSAN_TERBUKA)
_ROWS = (
    Act("accept_hand_over", "terima-pelimpahan", "Terima pelimpahan", "Menerima pelimpahan",
        frozenset({S.TERVERIFIKASI, S.DITINDAKLANJUTI}), None, _waiting),
    Act("return_hand_over", "kembalikan-pelimpahan", "Kembalikan pelimpahan", "Mengembalikan pelimpahan",
        frozenset({S.TERVERIFIKASI, S.DITINDAKLANJUTI}), None, _waiting),
    Act("answer_support", "jawab-dukungan", "Jawab permintaan dukungan", "Menjawab permintaan dukungan",
        frozenset(TERBUKA), None, _asks_somebody),
    Act("verify", "verifikasi", "Verifikasi laporan", "Memverifikasi",
        frozenset({S.BARU, S.PERLU_DILENGKAPI}), S.TERVERIFIKASI),
    Act("handle", "tangani", "Tangani di posko", "Menangani di posko",
        frozenset({S.TERVERIFIKASI, S.BARU}), S.DITINDAKLANJUTI, _in_hand),
    Act("resolve", "selesai", "Nyatakan selesai", "Menyatakan selesai",
        frozenset({S.DITINDAKLANJUTI}), S.SELESAI, _not_waiting),
    Act("forward", "teruskan", "Teruskan ke instansi", "Meneruskan",
        frozenset({S.TERVERIFIKASI, S.DITINDAKLANJUTI, S.BARU}), S.DITINDAKLANJUTI, _in_hand),
    Act("close", "tutup", "Tutup laporan", "Menutup laporan",
        frozenset({S.SELESAI}), S.DITUTUP),
    Act("complete", "lengkapi", "Lengkapi laporan", "Melengkapi",
        frozenset({S.PERLU_DILENGKAPI}), S.BARU),
    Act("ask", "minta-kelengkapan", "Minta kelengkapan", "Meminta kelengkapan",
        frozenset({S.BARU}), S.PERLU_DILENGKAPI),
    Act("decline", "tidak-dilanjutkan", "Tidak dilanjutkan", "Tidak melanjutkan",
        frozenset({S.BARU, S.PERLU_DILENGKAPI}), S.TIDAK_DILANJUTKAN),
    Act("assess", "nilai-potensi", "Nilai potensi", "Menilai potensi",
        frozenset(TERBUKA), None, _is_potensi),
    Act("link", "kaitkan-potensi", "Kaitkan dengan potensi", "Mengaitkan dengan potensi yang memperkirakannya",
        frozenset(TERBUKA), None, _is_kejadian),
    Act("ask_support", "minta-dukungan", "Minta dukungan", "Meminta dukungan",
        frozenset(TERBUKA), None, _asks_nobody),
    Act("hand_over", "limpahkan", "Limpahkan", "Melimpahkan",
        frozenset({S.TERVERIFIKASI, S.DITINDAKLANJUTI}), None, _not_waiting),
    Act("merge", "gabung", "Gabung ke laporan utama", "Menggabungkan",
        frozenset({S.BARU, S.PERLU_DILENGKAPI, S.TERVERIFIKASI}), S.DIGABUNG, _not_waiting),
    Act("unmerge", "pisah", "Pisahkan dari laporan utama", "Memisahkan",
        frozenset({S.DIGABUNG}), _before_merge),
    Act("reclassify", "ubah", "Ubah klasifikasi", "Mengubah klasifikasi",
        frozenset(TERBUKA), None, _not_waiting),
    Act("reopen", "buka-kembali", "Buka kembali", "Membuka kembali",
        frozenset({S.SELESAI, S.DITUTUP, S.TIDAK_DILANJUTKAN}), _reopened),
    Act("request_reopen", "minta-buka-kembali", "Minta dibuka kembali", "Meminta dibuka kembali",
        frozenset({S.SELESAI, S.DITUTUP, S.TIDAK_DILANJUTKAN}), None),
    # Acts of an agency's members on what was forwarded to their seat: the report's status stays.
    Act("receive", "terima", "Terima penerusan", "Menerima penerusan", _ANY, None,
        dari_penerusan=frozenset({StatusPenerusan.TERKIRIM}), jawaban=StatusPenerusan.DITERIMA),
    Act("progress", "kemajuan", "Catat kemajuan", "Mencatat kemajuan", _ANY, None,
        dari_penerusan=_SENT, jawaban=StatusPenerusan.DITERIMA),
    Act("finish", "tuntas", "Penerusan selesai", "Menyelesaikan penerusan", _ANY, None,
        dari_penerusan=_SENT, jawaban=StatusPenerusan.SELESAI),
    Act("send_back", "kembalikan", "Kembalikan penerusan", "Mengembalikan penerusan", _ANY, None,
        dari_penerusan=_SENT, jawaban=StatusPenerusan.DIKEMBALIKAN),
)  # fmt: skip
# In the order in which buttons are offered: the usual next act first.
ACTS: dict[str, Act] = {act.name: act for act in _ROWS}
BY_SLUG: dict[str, Act] = {act.slug: act for act in _ROWS}
# Words of the timeline for entries that no button makes.
LAMPAU = {act.name: act.lampau for act in _ROWS} | {
    "file": "Melaporkan",
    "hand_over_closed": "Dialihkan karena posko ditutup",
    "help_redirected": "Permintaan dukungan dialihkan karena posko ditutup",
    "hours_changed": "Batas waktu dihitung ulang karena jam posko berubah",
}


class TidakBoleh(PermissionDenied):
    """The person sees the report but may not do this: 403."""


class TidakSesuai(Exception):
    """The act does not fit the report as it stands now: 409, in words."""


class Basi(TidakSesuai):
    """The report changed since the person looked at it: 409 with what happened meanwhile."""


def fits(act: Act, laporan: Laporan) -> bool:
    """Whether the act starts from the report as it stands."""
    return laporan.status in act.dari and act.fits(laporan)


def acts_for(aktor: access.Aktor, laporan: Laporan) -> list[Act]:
    """The acts this person may do to this report now, the usual next one first.

    Answers to a Penerusan are offered beside it: see `answers_for`.
    """
    return [
        act
        for act in ACTS.values()
        if not act.menjawab and fits(act, laporan) and access.can(aktor, act.name, laporan)
    ]


def answers_for(aktor: access.Aktor, laporan: Laporan, penerusan: Penerusan) -> list[Act]:
    """The acts by which this person may answer this Penerusan of `laporan` now."""
    return [
        act
        for act in ACTS.values()
        if penerusan.status in act.dari_penerusan
        and fits(act, laporan)
        and access.can(aktor, act.name, laporan)
        and access.can(aktor, "answer_penerusan", penerusan)
    ]


def answered(act: Act, penerusan: Penerusan) -> str:
    """The status of a Penerusan after this answer."""
    return act.jawaban or penerusan.status


def may_be_main(laporan: Laporan) -> bool:
    """Whether other reports may be merged into this one: open, and no kegiatan."""
    return laporan.status in TERBUKA


def require(aktor: access.Aktor, act: Act, laporan: Laporan, versi: int) -> None:
    """Refuse an act that is not allowed (`TidakBoleh`), stale (`Basi`) or out of place (`TidakSesuai`).

    versi: the report's version the person looked at.
    """
    require_right(aktor, act, laporan)
    if versi != laporan.versi:
        raise Basi("Laporan ini sudah berubah sejak Anda membukanya.")
    if not fits(act, laporan):
        raise TidakSesuai(f"“{act.label}” tidak dapat dilakukan karena {_why_not(act, laporan)}.")


def _why_not(act: Act, laporan: Laporan) -> str:
    """In words why an act does not fit."""
    if laporan.status not in act.dari or act.fits is _new_only_if_kritis:
        return f"laporan ini berstatus {laporan.get_status_display()}"
    if _waiting(laporan):
        return "pelimpahan laporan ini belum diterima atau dikembalikan"
    if act.fits is _asks_nobody:
        return "permintaan dukungan yang lalu belum dijawab"
    if act.fits is _asks_somebody:
        return "tidak ada permintaan dukungan yang menunggu jawaban"
    if act.fits is _waiting:
        return "tidak ada pelimpahan yang menunggu"
    return f"laporan ini berstatus {laporan.get_status_display()}"


def require_answer(aktor: access.Aktor, act: Act, penerusan: Penerusan) -> None:
    """Refuse an answer to a Penerusan of another seat (403) or one that is answered already (409)."""
    if not access.can(aktor, "answer_penerusan", penerusan):
        raise TidakBoleh("Penerusan ini bukan untuk instansi Anda.")
    if penerusan.status not in act.dari_penerusan:
        raise TidakSesuai(
            f"“{act.label}” tidak dapat dilakukan karena penerusan ini {penerusan.get_status_display().lower()}."
        )


def require_right(aktor: access.Aktor, act: Act, laporan: Laporan) -> None:
    """Refuse an act that is not this person's to do."""
    if not access.can(aktor, act.name, laporan):
        raise TidakBoleh(f"Anda tidak berwenang: {act.label.lower()}.")
