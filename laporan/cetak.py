"""One report on paper: a tagged A4 PDF by typst, with the same words and masks as its page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from laporan import linimasa, samaran
from posko import berkas
from posko.kertas import compile_pdf
from posko.templatetags.posko import waktu

if TYPE_CHECKING:
    from laporan.linimasa import Peristiwa
    from laporan.models import Lampiran, Laporan
    from posko.access import Aktor

# A phone downloads this: more pictures than these stay in the application.
MOST_PHOTOS = 20


def report_pdf(laporan: Laporan, aktor: Aktor, at: dt.datetime) -> bytes:
    """The PDF of a report (as `for_detail` loads it) for this person, printed at `at` (aware). Three queries."""
    photos = list(laporan.lampiran.select_related("berkas").order_by("urut"))
    return compile_pdf("laporan/pdf.typ", _data(laporan, aktor, photos, at), settings.BERKAS_DIR)


def _data(laporan: Laporan, aktor: Aktor, photos: list[Lampiran], at: dt.datetime) -> dict[str, Any]:
    zone = laporan.posko.zona
    rows = laporan.tps.order_by("tps__nomor").values_list("tps__nomor", "tps__khusus", "rincian")
    stations = samaran.stations(laporan, rows, aktor)
    shown = [one for one in photos if berkas.path_of(one.berkas.sha256).exists()][:MOST_PHOTOS]
    return {
        "judul": f"{laporan.nomor} {laporan.kategori_nama}",
        "nomor": laporan.nomor,
        "posko": laporan.posko.nama,
        "edisi": laporan.pemilihan.nama,
        "gladi": laporan.dalam_gladi,
        "akses": laporan.get_akses_display(),
        "kategori": laporan.kategori_nama,
        "jenis": laporan.get_jenis_display(),
        "tempat": laporan.tempat,
        "ringkas": _summary(laporan),
        "uraian": _paragraphs(laporan.uraian),
        "fakta": _facts(laporan, aktor),
        "tps": stations
        | {"baris": [[f"{n} (khusus)" if khusus else n, isi] for n, khusus, isi in stations["baris"]]},
        "foto": [
            {"berkas": _in_root(one), "kata": f"Foto {one.urut} dari {len(photos)}"} for one in shown
        ],
        "foto_lain": len(photos) - len(shown),
        "linimasa": [_entry(e, zone) for e in linimasa.timeline(laporan, aktor, photos)],
        "segel": {
            "panjang": laporan.jurnal_panjang, "kepala": laporan.jurnal_kepala, "kunci": laporan.jurnal_kunci_id,
        },
        "kaki": f"Diunduh oleh {aktor.pengguna.nama}, {waktu(timezone.localtime(at), zone)}",
    }  # fmt: skip


def _in_root(one: Lampiran) -> str:
    return "/" + str(berkas.path_of(one.berkas.sha256).relative_to(settings.BERKAS_DIR))


def _summary(laporan: Laporan) -> list[tuple[str, str]]:
    unverified = laporan.sebelum_verifikasi and not laporan.diverifikasi_oleh_id
    status = laporan.get_status_display() + (" (belum terverifikasi)" if unverified else "")
    return [
        ("Nomor", laporan.nomor), ("Prioritas", laporan.get_prioritas_display()), ("Status", status),
        ("Akses", laporan.get_akses_display()),
    ]  # fmt: skip


def _facts(laporan: Laporan, aktor: Aktor) -> list[tuple[str, str]]:
    zone, who = laporan.posko.zona, samaran.reporter(laporan, aktor)
    reporter = who["nama"] + (f" ({who['instansi']})" if who["instansi"] else "")
    reporter += f", atas nama {who['atas_nama']}" if who["atas_nama"] else ""
    point = (
        f"{laporan.lintang:.5f}, {laporan.bujur:.5f}" if None not in (laporan.lintang, laporan.bujur) else ""
    )
    found = [
        ("Di mana", ", ".join(part for part in (laporan.lokasi, laporan.wilayah.nama) if part)),
        ("Titik", point),
        ("Kapan", waktu(laporan.waktu_kejadian, zone)),
        *samaran.facts(laporan, aktor),
        ("Bahaya", "Ada bahaya jiwa atau pemungutan terhenti" if laporan.bahaya else ""),
        ("Menyangkut", "Pimpinan atau anggota posko" if laporan.menyangkut_posko else ""),
        ("Sumber", laporan.get_sumber_display()),
        ("Pelapor", reporter),
        ("Dilaporkan", waktu(laporan.waktu_lapor, zone)),
        ("Batas waktu", waktu(laporan.batas_waktu, zone)),
        ("Posko", laporan.posko.nama),
        ("Instansi", laporan.instansi_nama),
    ]
    return [(label, value) for label, value in found if value]


def _entry(event: Peristiwa, zone: dt.tzinfo) -> dict[str, Any]:
    lines = [*event.perubahan, event.alasan, *_paragraphs(event.teks)]
    if event.foto:
        lines.append(f"{len(event.foto)} foto")
    return {
        "oleh": event.oleh, "sebagai": event.sebagai, "pada": waktu(event.pada, zone), "segel": event.mac[:8],
        "kata": event.kata, "tanda": event.tanda, "baris": [line for line in lines if line],
    }  # fmt: skip


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
