"""A report as a chat message in the field's own form: Kepada Yth, Dari, Perihal, isi, tindak lanjut; NIHIL when empty.

Only for biasa reports (`access` act "share"). Who reported is left out, and so are contacts and health details: no
rule of ours follows a message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from laporan import linimasa, samaran
from laporan.linimasa import DARI_PELAPOR
from laporan.models import Kelompok
from posko.models import Posko
from posko.templatetags.posko import waktu

if TYPE_CHECKING:
    from laporan.models import Laporan
    from posko.access import Aktor

NIHIL = "NIHIL"
# Longer addresses than this are refused on the way; the whole text can still be copied.
MOST_LINK_LETTERS = 4_000


def report_message(laporan: Laporan, aktor: Aktor, link: str) -> str:
    """The message. link: the report's full address, which shows nothing to who may not see it. Three queries."""
    zone = laporan.posko.zona
    place = ", ".join(part for part in (laporan.lokasi, laporan.wilayah.nama) if part)
    content = [
        ("Nomor", laporan.nomor), ("Waktu kejadian", waktu(laporan.waktu_kejadian, zone)), ("Tempat", place),
        ("TPS", _stations(laporan)), ("Uraian", laporan.uraian.strip()), *_facts(laporan, aktor),
    ]  # fmt: skip
    unverified = " (belum terverifikasi)" if laporan.status in ("baru", "perlu_dilengkapi") else ""
    subject = f"{laporan.kategori_nama} ({laporan.get_jenis_display()}, prioritas {laporan.get_prioritas_display()})"
    lines = [
        *(["*GLADI (LATIHAN)*", ""] if laporan.dalam_gladi else []),
        f"*Kepada Yth.* {_addressee(laporan)}",
        f"*Dari* {laporan.posko.nama}",
        "",
        f"*A. Perihal:* {subject}",
        "",
        "*B. Isi laporan*",
        *_numbered([f"{label}: {value}" for label, value in content if value]),
        "",
        "*C. Tindak lanjut*",
        *_numbered(_steps(laporan, aktor)),
        "",
        f"*D. Status:* {laporan.get_status_display()}{unverified}",
        f"Selengkapnya: {link}",
    ]
    return "\n".join(lines)


def shortened(text: str, link: str) -> str:
    """The message itself, or as much of it as an address carries with the link at its end."""
    if len(quote(text)) <= MOST_LINK_LETTERS:
        return text
    tail = f"…\nSelengkapnya: {link}"
    while len(quote(text + tail)) > MOST_LINK_LETTERS:
        text = text[: len(text) * 9 // 10]
    return text + tail


def _addressee(laporan: Laporan) -> str:
    """The post above; the province's own report goes to its leaders."""
    above = Posko.objects.ancestors_of(laporan.pemilihan_id, laporan.posko.wilayah_id).select_related(
        "wilayah"
    )
    nearest = above.first()
    return f"Ketua {nearest.nama}" if nearest else f"Pengarah {laporan.posko.nama}"


def _stations(laporan: Laporan) -> str:
    numbers = laporan.tps.order_by("tps__nomor").values_list("tps__nomor", flat=True)
    return ", ".join(f"{n:03d}" for n in numbers)


def _facts(laporan: Laporan, aktor: Aktor) -> list[tuple[str, str]]:
    return [] if laporan.kategori.kelompok == Kelompok.KESEHATAN else samaran.facts(laporan, aktor)


def _steps(laporan: Laporan, aktor: Aktor) -> list[str]:
    """What was done, without names; what the reporter added stays in Posko."""
    steps = []
    for event in linimasa.timeline(laporan, aktor, []):
        if event.tindakan not in DARI_PELAPOR:
            said = [event.kata, event.alasan, event.teks]
            words = ". ".join(part.strip().rstrip(".") for part in said if part.strip())
            steps.append(f"{waktu(event.pada, laporan.posko.zona)}: {words}")
    return steps


def _numbered(lines: list[str]) -> list[str]:
    return [f"{n}. {line}" for n, line in enumerate(lines, start=1)] or [NIHIL]
