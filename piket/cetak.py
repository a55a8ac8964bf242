"""The Daftar Piket as a tagged PDF by typst: A4 or folio, landscape, as it is signed and hung on the wall."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from piket.daftar import Baris, Daftar
from piket.lembar import Petugas
from posko.kertas import compile_pdf
from posko.templatetags.posko import hari, tanggal, waktu

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models import Anggota


def roster_pdf(
    daftar: Daftar,
    aktor: Aktor,
    at: dt.datetime,
    *,
    folio: bool = False,
    surat: str = "",
    internal: bool = False,
) -> bytes:
    """The PDF, printed at `at` (aware) by this person. No query.

    surat: number of the surat tugas it belongs to. internal: with phones; who may see them is the caller's question.
    """
    posko = daftar.posko
    data = {
        "judul": daftar.judul,
        "rentang": f"{tanggal(daftar.dari)} – {tanggal(daftar.sampai)}",
        "posko": posko.nama,
        "alamat": posko.alamat,
        "sk": posko.sk,
        "surat": surat.strip(),
        "folio": folio,
        "internal": internal,
        "rancangan": daftar.rancangan > 0,
        "unsur": daftar.unsur,
        "baris": [_row(row, internal) for row in daftar.baris],
        "tempat": f"{posko.wilayah.nama_pendek}, {tanggal(at, posko.zona)}",
        "ketua": _signer(daftar.ketua),
        "koordinator": _signer(daftar.koordinator),
        "versi": f"{daftar.keadaan} · sidik {daftar.sidik}",
        "kaki": f"Dicetak {waktu(at, posko.zona)} oleh {aktor.pengguna.nama}",
    }
    return compile_pdf("piket/daftar.typ", data)


def _row(row: Baris, internal: bool) -> dict[str, Any]:
    shift = row.piket
    return {
        "hari": hari(row.tanggal),
        "pertama": row.pertama,
        "giliran": shift.nama if shift else "",
        "jam": shift.jam if shift else "",
        "rancangan": shift is not None and not shift.is_announced(),
        "kolom": [[_person(p, internal) for p in people] for people in row.kolom],
        "koordinator": row.koordinator,
        "ket": row.ket,
    }


def _person(petugas: Petugas, internal: bool) -> dict[str, str]:
    return {
        "nama": petugas.nama,
        "instansi": petugas.instansi,
        "telepon": petugas.telepon if internal else "",
    }


def _signer(anggota: Anggota | None) -> dict[str, str]:
    if anggota is None:
        return {"jabatan": "", "nama": "", "nip": ""}
    return {"jabatan": anggota.jabatan, "nama": anggota.pengguna.nama, "nip": anggota.nip}
