"""The berita acara of a Serah terima: a tagged A4 PDF by typst, as it is signed and filed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from posko.kertas import compile_pdf
from posko.templatetags.posko import AKSES, BULAN, HARI, PRIORITAS, STATUS, jam, tanggal, waktu
from posko.terbilang import spell

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from piket.models import SerahTerima
    from posko.access import Aktor
    from posko.models import Anggota, Posko

MOST_COPIES = 9


def minutes_pdf(
    serah: SerahTerima, keadaan: dict[str, Any], aktor: Aktor, at: dt.datetime, *, copies: int = 2
) -> bytes:
    """The PDF of a Serah terima (as `for_detail` loads it), printed at `at` (aware) by this person. No query.

    keadaan: its snapshot as this person may read it. copies: of how many the text speaks (rangkap).
    """
    piket, posko = serah.piket, serah.piket.posko
    zona, given = posko.zona, posko.local_time(serah.pada)
    taken = serah.giliran_berikut if serah.berikut_id else None
    data = {
        "judul": f"Berita Acara Serah Terima Piket {posko.nama}, {tanggal(piket.tanggal)}",
        "edisi": posko.pemilihan.nama,
        "gladi": posko.pemilihan.gladi,
        "kop": [part for part in (posko.alamat, _hotline(posko), posko.sk) if part],
        "posko": posko.nama,
        "nomor": serah.nomor,
        "terkonfirmasi": serah.diterima_pada is not None,
        "hari_ini": date_in_words(given.date()),
        "jam": waktu(serah.pada, zona).removeprefix(tanggal(given.date())).strip(),
        "giliran": f"{piket.nama}, {tanggal(piket.tanggal)}, pukul {piket.jam}",
        "giliran_berikut": f"{taken.nama}, {tanggal(taken.tanggal)}, pukul {taken.jam}" if taken else "",
        "pihak": [_party(serah.oleh, posko), _party(serah.diterima_oleh, posko)],
        "ringkasan": _paragraphs(serah.ringkasan),
        "catatan": _paragraphs(serah.catatan),
        "diterima": waktu(serah.diterima_pada, zona),
        "catatan_penerima": _paragraphs(serah.catatan_penerima),
        "keadaan": tables(keadaan, zona),
        "saat": waktu(keadaan["saat"], zona),
        "rangkap": f"{copies} ({spell(copies)})",
        "tempat": posko.wilayah.nama_pendek,
        "tanggal": tanggal(given.date()),
        "kaki": f"Dicetak {waktu(at, zona)} oleh {aktor.pengguna.nama}",
    }
    return compile_pdf("piket/berita_acara.typ", data)


def date_in_words(day: dt.date) -> str:
    """``Rabu, tanggal empat belas, bulan Februari, tahun dua ribu dua puluh empat``."""
    number, year = spell(day.day), spell(day.year)
    return f"{HARI[day.weekday()]}, tanggal {number}, bulan {BULAN[day.month - 1]}, tahun {year}"


def _hotline(posko: Posko) -> str:
    return f"Hotline {posko.hotline}" if posko.hotline else ""


def _party(anggota: Anggota | None, posko: Posko) -> dict[str, str]:
    if anggota is None:
        return {"nama": "", "nip": "", "jabatan": "", "posko": posko.nama}
    place = f"{anggota.kursi.instansi} pada {posko.nama}"
    return {
        "nama": anggota.pengguna.nama,
        "nip": anggota.nip,
        "jabatan": anggota.jabatan or anggota.get_peran_display(),
        "posko": place,
    }


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def tables(keadaan: dict[str, Any], zona: ZoneInfo) -> list[dict[str, Any]]:
    """The snapshot as tables: title, columns, rows of words, how many more, and what to say when there are none."""
    parts = [
        ("laporan", "Laporan terbuka", ("Nomor", "Ringkasan", "Status", "Prioritas", "Batas waktu"), _report,
         "Tidak ada laporan terbuka."),
        ("penerusan", "Penerusan yang belum selesai", ("Nomor", "Instansi", "Cara", "Status", "Batas waktu"),
         _forwarded, "Tidak ada penerusan yang belum selesai."),
        ("catatan", "Catatan Buku Piket giliran ini", ("Pukul", "Catatan", "Oleh"), _entry, "NIHIL"),
        ("petugas", "Petugas giliran ini", ("Nama", "Jabatan", "Instansi", "Kehadiran", "Datang", "Pulang"), _person,
         "Tidak ada petugas yang dijadwalkan."),
        ("sarpras", "Sarpras yang kurang atau rusak", ("Barang", "Ada", "Dibutuhkan", "Kondisi"), _item,
         _equipment(keadaan["sarpras"])),
    ]  # fmt: skip
    return [
        {
            "judul": title, "kolom": list(columns), "kosong": none, "lain": keadaan[part]["lain"],
            "baris": [row(one, zona) for one in keadaan[part]["baris"]],
        } for part, title, columns, row, none in parts
    ]  # fmt: skip


def _equipment(part: dict[str, Any]) -> str:
    kinds = part["semua"]
    return f"Lengkap: {kinds} jenis barang." if kinds else "Daftar sarpras posko ini belum diisi."


def _report(row: dict[str, Any], zona: ZoneInfo) -> list[str]:
    access = f" ({AKSES[row['akses']]})" if row["akses"] != "biasa" else ""
    status = STATUS.get(row["status"], (row["status"], ""))[0]
    urgency = PRIORITAS.get(row["prioritas"], row["prioritas"])
    return [row["nomor"] + access, row["ringkas"], status, urgency, waktu(row["batas"], zona) or "–"]


def _forwarded(row: dict[str, Any], zona: ZoneInfo) -> list[str]:
    return [row["nomor"], row["instansi"], row["cara"], row["status"], waktu(row["batas"], zona) or "–"]


def _entry(row: dict[str, Any], zona: ZoneInfo) -> list[str]:
    photos = f" ({row['foto']} foto)" if row["foto"] else ""
    struck = f"DICORET ({row['dicoret']}): " if row["dicoret"] else ""
    return [jam(row["pada"], zona), f"{struck}{row['isi']}{photos}", row["oleh"]]


def _person(row: dict[str, Any], zona: ZoneInfo) -> list[str]:
    title = " (koordinator)" if row["koordinator"] else ""
    times = [jam(row[name], zona) or "–" for name in ("datang", "pulang")]
    return [row["nama"] + title, row["jabatan"], row["instansi"], row["kehadiran"], *times]


def _item(row: dict[str, Any], zona: ZoneInfo) -> list[str]:
    return [row["nama"], str(row["ada"]), str(row["dibutuhkan"]), row["kondisi"]]
