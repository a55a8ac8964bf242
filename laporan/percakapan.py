"""WhatsApp chats as people paste them: one text into messages with sender, time and words.

Read are the forms that phones and the web write: an exported chat of Android (``14/02/24 08.10 - Nama: …``) and iOS
(``[14/02/24 08.10.22] Nama: …``), several messages copied on Android (``[14/2 08.10] Nama: …``, no year) and on the
web (``[08.10, 14/2/2024] Nama: …``), with 24 or 12 hours. A message may have many lines. Nothing pasted is lost:
what is no message of a person is in `dilewati` with the reason.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

# Marks WhatsApp puts around names, times and attachments to steer the direction of writing.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007\u2009"), " ")
_DATE = r"(?P<a>\d{1,4})[/.\-](?P<b>\d{1,2})(?:[/.\-](?P<c>\d{2,4}))?"
_CLOCK = r"(?P<jam>\d{1,2})[.:](?P<menit>\d{2})(?:[.:](?P<detik>\d{2}))?(?:\s*(?P<ap>[AaPp])\.?\s?[Mm]\.?)?"
_HEADS = (
    re.compile(rf"\[{_DATE},?\s+{_CLOCK}\]\s?(?P<sisa>.*)"),
    re.compile(rf"\[{_CLOCK},\s*{_DATE}\]\s?(?P<sisa>.*)"),
    re.compile(rf"{_DATE},?\s+(?:pukul\s+)?{_CLOCK}\s+[-–]\s(?P<sisa>.*)"),
)
MOST_NAME = 80
# What WhatsApp itself writes, in Indonesian and English, where a message would stand.
_SYSTEM = re.compile(
    r"dienkripsi secara end-to-end|end-to-end encrypted|membuat grup|created (this )?group|menambahkan|\badded\b"
    r"|mengeluarkan|\bremoved\b|\bkeluar$|\bleft$|bergabung|\bjoined\b|mengubah|\bchanged\b|menyematkan|\bpinned\b"
    r"|panggilan (suara|video) tak terjawab|missed (voice|video) call|pesan sementara|disappearing messages"
    r"|kode keamanan|security code|sekarang menjadi admin|now an admin|ikon grup|group's icon",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"(pesan ini (telah )?dihapus|anda menghapus pesan ini|this message was deleted|you deleted this message)\.?",
    re.IGNORECASE,
)
_MEDIA = re.compile(
    r"<media (tidak disertakan|omitted)>|<(terlampir|attached): [^>]*>"
    r"|\b(image|video|audio|sticker|document|GIF|contact card|foto|gambar|stiker|dokumen|kartu kontak)"
    r" (omitted|tidak disertakan)"
    r"|\S+\.(jpe?g|png|webp|mp4|3gp|opus|m4a|pdf|docx?|xlsx?|vcf) \((file terlampir|file attached)\)",
    re.IGNORECASE,
)
_EDITED = re.compile(r"<(pesan ini diedit|this message was edited)>", re.IGNORECASE)


@dataclass(frozen=True)
class Pesan:
    """One message. waktu: the sender's wall clock (naive), None when the paste does not say. nama: as in the chat."""

    waktu: dt.datetime | None
    nama: str
    teks: str


@dataclass
class Percakapan:
    """What a paste holds. dilewati: (why, words) of what is no message of a person."""

    pesan: list[Pesan] = field(default_factory=list)
    dilewati: list[tuple[str, str]] = field(default_factory=list)


def parse(text: str, today: dt.date) -> Percakapan:
    """Read a pasted chat. today: local date, for messages copied without a year. Never raises.

    Text before the first head counts as a message of its own without sender and time: so a single copied message,
    which WhatsApp gives without a head, is one too.
    """
    found = Percakapan()
    head: tuple[dt.datetime, str] | None = None
    lines: list[str] = []
    for line in text.translate(_INVISIBLE).translate(_SPACES).splitlines():
        if begun := _head(line, today):
            _close(found, head, lines)
            head, lines = begun, []
        else:
            lines.append(line)
    _close(found, head, lines)
    return found


def _head(line: str, today: dt.date) -> tuple[dt.datetime, str] | None:
    """Time and remainder of a line that begins a message."""
    for pattern in _HEADS:
        if (match := pattern.fullmatch(line.strip())) and (moment := _moment(match, today)):
            return moment, match["sisa"]
    return None


def _moment(match: re.Match[str], today: dt.date) -> dt.datetime | None:
    """The wall clock of a head; day before month, as here, unless that is no date."""
    hour = int(match["jam"])
    if match["ap"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["ap"].lower() == "p" else 0)
    first, second, year = int(match["a"]), int(match["b"]), match["c"]
    for day, month, full in _readings(first, second, year, today):
        try:
            return dt.datetime(full, month, day, hour, int(match["menit"]), int(match["detik"] or 0))  # noqa: DTZ001
        except ValueError:
            continue
    return None


def _readings(a: int, b: int, c: str | None, today: dt.date) -> list[tuple[int, int, int]]:
    """(day, month, year) in the order of likelihood."""
    if a > 31:
        return [(int(c), b, a)] if c else []
    if c:
        year = int(c) if len(c) == 4 else 2000 + int(c) % 100
        return [(a, b, year), (b, a, year)]
    # No year: the last time this day was, a day ahead allowed for clocks and zones.
    latest = today + dt.timedelta(days=1)
    return [
        (day, month, latest.year if (month, day) <= (latest.month, latest.day) else latest.year - 1)
        for day, month in ((a, b), (b, a))
    ]


def _close(found: Percakapan, head: tuple[dt.datetime, str] | None, lines: list[str]) -> None:
    """File away the message that ends here."""
    if head is None:
        if whole := "\n".join(lines).strip():
            _keep(found, None, "", whole)
        return
    moment, rest = head
    name, colon, first = rest.partition(": ")
    if not colon and rest.endswith(":"):
        name, colon, first = rest[:-1], ":", ""
    body = "\n".join([first, *lines]).strip()
    if not colon or len(name) > MOST_NAME or _SYSTEM.search(name) or not name.strip(" ~"):
        found.dilewati.append(("Kabar sistem", "\n".join([rest, *lines]).strip()))
    else:
        _keep(found, moment, name.strip(" ~"), body)


def _keep(found: Percakapan, moment: dt.datetime | None, name: str, body: str) -> None:
    text = _EDITED.sub("", _MEDIA.sub("", body)).strip()
    if text and not _DELETED.fullmatch(text) and not _is_system_message(text):
        found.pesan.append(Pesan(moment, name, text))
    elif _DELETED.fullmatch(text):
        found.dilewati.append(("Pesan dihapus", f"{name}: {body}"))
    elif text:
        found.dilewati.append(("Kabar sistem", f"{name}: {body}" if name else body))
    else:
        found.dilewati.append(("Hanya lampiran", f"{name}: {body}".strip(": ") or name))


def _is_system_message(text: str) -> bool:
    """iOS writes the group's own news as a message of the group."""
    return bool(re.search(r"dienkripsi secara end-to-end|end-to-end encrypted", text, re.IGNORECASE))
