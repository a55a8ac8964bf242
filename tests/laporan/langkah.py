"""Reports brought to any status by the acts themselves, for tests that ask what may happen next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

from laporan.alur import ACTS, Act, cara_for
from laporan.models import Laporan
from laporan.models.antar_tingkat import hand_over_targets
from laporan.models.penerusan import seats_for
from tests.cast import World

KETUA, ATASAN, PELAPOR = "ketua.kembangan-selatan", "operator.kembangan", "lapor.kembangan-selatan"


class Sibling:
    """Stands for another open report filed beside."""


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
POLRES = "polres.jakbar"
# situations that a status alone does not say: name → (status, the acts that lead there)
KEADAAN: dict[str, tuple[str, list[tuple[str, str, dict[str, Any]]]]] = {
    "digabung": ("digabung", [("merge", KETUA, {"utama": Sibling})]),
    "diteruskan": ("ditindaklanjuti", [("verify", KETUA, {}), ("forward", KETUA, {"kursi": ("31.73", "polres")})]),
    "tuntas": (
        "ditindaklanjuti",
        [
            ("verify", KETUA, {}), ("forward", KETUA, {"kursi": ("31.73", "polres")}),
            ("finish", POLRES, {"penerusan": 1, "teks": "Sudah diatur."}),
        ],
    ),
    "minta_dukungan": ("terverifikasi", [("verify", KETUA, {}), ("ask_support", KETUA, {"teks": "Perahu.", "jumlah": 2})]),
    "dilimpahkan": (
        "terverifikasi", [("verify", KETUA, {}), ("hand_over", KETUA, {"tujuan": "31.73.08", "teks": "Perlu camat."})],
    ),
}  # fmt: skip


def bring_to(dunia: World, keadaan: str, kategori: str = "data_pemilih") -> Laporan:
    """A report from Kembangan Selatan in a situation of `KEADAAN`, with another open report beside it."""
    laporan = dunia.file(PELAPOR, kategori)
    status, path = KEADAAN[keadaan]
    for act, who, said in path:
        perform(dunia, laporan, act, who, **said)
    assert laporan.status == status
    return laporan


def perform(dunia: World, laporan: Laporan, act: str, who: str, **said: Any) -> None:
    """One act by one of the cast. kursi is (area, agency), tujuan an area; the rest is as the method takes it."""
    if act == "forward":
        kursi = dunia.kursi(*said["kursi"])
        cara = said.get("cara") or cara_for(kursi.instansi)[0]
        until = None if cara == "informasi_awal" else timezone.now() + dt.timedelta(hours=2)
        said = {"teks": "Mohon dibantu.", "batas_waktu": until} | said | {"kursi": kursi, "cara": cara}
    if act == "hand_over":
        said |= {"tujuan": dunia.posko[said["tujuan"]]}
    if said.get("utama") is Sibling:
        said["utama"] = dunia.file(PELAPOR, laporan.kategori.kode)
    getattr(laporan, act)(by=dunia.aktor(who), versi=laporan.versi, **said)


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
    if act.menjawab:
        sent["penerusan"] = "1"
    if act.name == "resolve":
        sent["alasan"] = "Tidak menunggu lagi."
    if act.name == "answer_support":
        sent["keputusan"] = "dipenuhi"
    if act.name == "hand_over":
        sent["tujuan"] = str(
            hand_over_targets(laporan).exclude(wilayah="31").values_list("pk", flat=True).last() or ""
        )
    if act.name == "forward":
        free = seats_for(laporan).filter(posko__wilayah="31.73", instansi__kode="kpu").first()
        sent |= {"kursi": str(free.pk) if free else "", "batas_waktu": "", "cara": "sesuai"}
        until = timezone.localtime(timezone.now() + dt.timedelta(hours=2), laporan.posko.zona)
        sent["batas_waktu"] = until.strftime("%Y-%m-%dT%H:%M")
    if act.name == "link":
        sent["potensi"] = (
            Laporan.objects.filter(jenis="potensi").values_list("nomor", flat=True).first() or ""
        )
    if act.name == "merge":
        other = Laporan.objects.filter(status="baru", utama=None).exclude(pk=laporan.pk).first()
        sent["utama"] = other.nomor if other else ""
    return sent


def send(client: Client, act: str, laporan: Laporan, **other: str) -> object:
    """POST one act as its form would."""
    row = ACTS[act]
    return client.post(f"/laporan/{laporan.nomor}/{row.slug}/", fields(row, laporan) | other)


Masuk = Callable[[str], Client]
