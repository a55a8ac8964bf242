"""Which potensi foresaw a kejadian: linked by P, seen only by who sees both."""

from __future__ import annotations

import pytest

from laporan.models import Laporan
from laporan.pemeriksaan import check
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk

KANARI = "kenari-potensi-5512"


def link(masuk: Masuk, laporan: Laporan, nomor: str, who: str = KETUA) -> int:
    laporan.refresh_from_db()
    sent = {"versi": str(laporan.versi), "potensi": nomor}
    return masuk(who).post(f"/laporan/{laporan.nomor}/kaitkan-potensi/", sent).status_code


def test_linked_reports_name_each_other(dunia: World, masuk: Masuk) -> None:
    potensi, laporan = dunia.file(kategori="potensi_banjir"), dunia.file()
    offered = masuk(KETUA).get(f"/laporan/{laporan.nomor}/kaitkan-potensi/").content.decode()
    assert f"?potensi={potensi.nomor}" in offered
    assert link(masuk, laporan, potensi.nomor.lower()) == 302
    assert Laporan.objects.get(pk=laporan.pk).potensi == potensi
    there = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Sudah diperkirakan" in there and potensi.nomor in there
    back = masuk(KETUA).get(f"/laporan/{potensi.nomor}/").content.decode()
    assert "Sudah terjadi" in back and laporan.nomor in back
    assert link(masuk, laporan, potensi.nomor) == 422  # linked already
    assert check().temuan == []


def test_what_is_no_potensi_before_it_is_refused(dunia: World, masuk: Masuk) -> None:
    kejadian, laporan = dunia.file(), dunia.file()
    later = dunia.file(kategori="potensi_banjir")
    for nomor in (kejadian.nomor, later.nomor, laporan.nomor, "G1-1-1", "", "\x00", "x" * 50):
        assert link(masuk, laporan, nomor) == 422, nomor
    assert link(masuk, later, kejadian.nomor) == 409  # a potensi foresees, it is not foreseen
    assert Laporan.objects.get(pk=laporan.pk).potensi is None


@pytest.mark.parametrize("hidden", ["potensi", "kejadian"])
def test_canary_in_both_directions(dunia: World, masuk: Masuk, hidden: str) -> None:
    """Who may not see one of the two finds no trace of it on the other's page, and cannot link to it."""
    words = {"uraian": KANARI}
    potensi = dunia.file(kategori="potensi_banjir", **(words if hidden == "potensi" else {}))
    laporan = dunia.file(**(words if hidden == "kejadian" else {}))
    assert link(masuk, laporan, potensi.nomor) == 302
    secret, open_one = (potensi, laporan) if hidden == "potensi" else (laporan, potensi)
    secret.refresh_from_db()
    secret.reclassify(
        by=dunia.aktor(KETUA), versi=secret.versi, teks="Rahasia.", prioritas=secret.prioritas, akses="rahasia",
        kategori=secret.kategori, pejabat_kedua=None,
    )  # fmt: skip
    for who, sees in (
        (KETUA, True),
        ("operator.kembangan", False),
        ("operator.dki", False),
        ("admin", False),
    ):
        page = masuk(who).get(f"/laporan/{open_one.nomor}/").content.decode()
        assert (KANARI in page) is sees and (secret.nomor in page) is sees, who
    assert secret.pelapor == dunia.orang[PELAPOR]
