"""Reports brought to any status by the acts themselves, for tests that ask what may happen next."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from laporan.alur import ACTS, Act
from laporan.models import Laporan
from tests.cast import World

KETUA, ATASAN, PELAPOR = "ketua.kembangan-selatan", "operator.kembangan", "lapor.kembangan-selatan"
# status → the acts that lead there from filing: (act, who, what is said)
JALAN: dict[str, list[tuple[str, str, dict[str, str]]]] = {
    "baru": [],
    "perlu_dilengkapi": [("ask", KETUA, {"teks": "TPS mana?"})],
    "terverifikasi": [("verify", KETUA, {})],
    "ditindaklanjuti": [("verify", KETUA, {}), ("handle", KETUA, {})],
    "selesai": [("verify", KETUA, {}), ("handle", KETUA, {}), ("resolve", KETUA, {"teks": "Sudah surut."})],
    "ditutup": [
        ("verify", KETUA, {}), ("handle", KETUA, {}), ("resolve", KETUA, {"teks": "Sudah surut."}), ("close", ATASAN, {}),
    ],
    "tidak_dilanjutkan": [("decline", KETUA, {"alasan": "tidak_benar", "teks": "Tidak ditemukan."})],
}  # fmt: skip


def bring(dunia: World, status: str, kategori: str = "data_pemilih", **isian: object) -> Laporan:
    """A report filed from Kembangan Selatan and brought to `status`."""
    laporan = dunia.file(PELAPOR, kategori, **isian)
    for act, who, said in JALAN.get(status, []):
        getattr(laporan, act)(by=dunia.aktor(who), versi=laporan.versi, **said)
    assert laporan.status == status
    return laporan


def fields(act: Act, laporan: Laporan) -> dict[str, str]:
    """A complete form of an act, so that only the rules can refuse it."""
    sent = {"versi": str(laporan.versi), "teks": "Keterangan yang cukup."}
    if act.name == "decline":
        sent["alasan"] = "tidak_benar"
    if act.name == "reclassify":
        other = "tinggi" if laporan.prioritas != "tinggi" else "sedang"
        sent |= {"prioritas": other, "akses": laporan.akses, "kategori": str(laporan.kategori_id)}
    return sent


def send(client: Client, act: str, laporan: Laporan, **other: str) -> object:
    """POST one act as its form would."""
    row = ACTS[act]
    return client.post(f"/laporan/{laporan.nomor}/{row.slug}/", fields(row, laporan) | other)


Masuk = Callable[[str], Client]
