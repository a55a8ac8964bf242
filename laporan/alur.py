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
    from laporan.models import Laporan


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
    return laporan.jenis == "potensi"


def _reopened(laporan: Laporan) -> str:
    """A declined report starts anew; one that was acted on goes back to work."""
    return Status.BARU if laporan.status == Status.TIDAK_DILANJUTKAN else Status.DITINDAKLANJUTI


@dataclass(frozen=True)
class Act:
    """One row of the workflow table.

    name: method on Laporan, URL name and rule in `posko.access`. slug: the path. label: the button.
    dari: statuses it starts from. ke: where it leads; None keeps the status. fits: a further condition.
    lampau: the word in the timeline.
    """

    name: str
    slug: str
    label: str
    lampau: str
    dari: frozenset[str]
    ke: str | Callable[[Laporan], str] | None
    fits: Callable[[Laporan], bool] = _always

    def target(self, laporan: Laporan) -> str:
        """The status after this act."""
        if self.ke is None:
            return laporan.status
        return self.ke(laporan) if callable(self.ke) else self.ke


S = Status
_ROWS = (
    Act("verify", "verifikasi", "Verifikasi laporan", "Memverifikasi",
        frozenset({S.BARU, S.PERLU_DILENGKAPI}), S.TERVERIFIKASI),
    Act("handle", "tangani", "Tangani di posko", "Menangani di posko",
        frozenset({S.TERVERIFIKASI, S.BARU}), S.DITINDAKLANJUTI, _new_only_if_kritis),
    Act("resolve", "selesai", "Nyatakan selesai", "Menyatakan selesai",
        frozenset({S.DITINDAKLANJUTI}), S.SELESAI),
    Act("close", "tutup", "Tutup laporan", "Menutup laporan",
        frozenset({S.SELESAI}), S.DITUTUP),
    Act("complete", "lengkapi", "Lengkapi laporan", "Melengkapi",
        frozenset({S.PERLU_DILENGKAPI}), S.BARU),
    Act("ask", "minta-kelengkapan", "Minta kelengkapan", "Meminta kelengkapan",
        frozenset({S.BARU}), S.PERLU_DILENGKAPI),
    Act("assess", "nilai-potensi", "Nilai potensi", "Menilai potensi",
        frozenset(TERBUKA), None, _is_potensi),
    Act("reclassify", "ubah", "Ubah klasifikasi", "Mengubah klasifikasi",
        frozenset(TERBUKA), None),
    Act("decline", "tidak-dilanjutkan", "Tidak dilanjutkan", "Tidak melanjutkan",
        frozenset({S.BARU, S.PERLU_DILENGKAPI}), S.TIDAK_DILANJUTKAN),
    Act("reopen", "buka-kembali", "Buka kembali", "Membuka kembali",
        frozenset({S.SELESAI, S.DITUTUP, S.TIDAK_DILANJUTKAN}), _reopened),
    Act("request_reopen", "minta-buka-kembali", "Minta dibuka kembali", "Meminta dibuka kembali",
        frozenset({S.SELESAI, S.DITUTUP, S.TIDAK_DILANJUTKAN}), None),
)  # fmt: skip
# In the order in which buttons are offered: the usual next act first.
ACTS: dict[str, Act] = {act.name: act for act in _ROWS}
BY_SLUG: dict[str, Act] = {act.slug: act for act in _ROWS}
# Words of the timeline for entries that no button makes.
LAMPAU = {act.name: act.lampau for act in _ROWS} | {
    "file": "Melaporkan",
    "hand_over_closed": "Dialihkan karena posko ditutup",
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
    """The acts this person may do to this report now, the usual next one first."""
    return [act for act in ACTS.values() if fits(act, laporan) and access.can(aktor, act.name, laporan)]


def require(aktor: access.Aktor, act: Act, laporan: Laporan, versi: int) -> None:
    """Refuse an act that is not allowed (`TidakBoleh`), stale (`Basi`) or out of place (`TidakSesuai`).

    versi: the report's version the person looked at.
    """
    require_right(aktor, act, laporan)
    if versi != laporan.versi:
        raise Basi("Laporan ini sudah berubah sejak Anda membukanya.")
    if not fits(act, laporan):
        raise TidakSesuai(
            f"“{act.label}” tidak dapat dilakukan karena laporan ini berstatus {laporan.get_status_display()}."
        )


def require_right(aktor: access.Aktor, act: Act, laporan: Laporan) -> None:
    """Refuse an act that is not this person's to do."""
    if not access.can(aktor, act.name, laporan):
        raise TidakBoleh(f"Anda tidak berwenang: {act.label.lower()}.")
