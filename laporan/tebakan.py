"""Guesses from a chat message: kind, polling stations, area and time. A person confirms every one of them."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from laporan import tempat
from posko.models.wilayah import short_name

if TYPE_CHECKING:
    from laporan.models import Kategori

WORDS = Path(__file__).resolve().parent.parent / "posko" / "data" / "kata_kategori.csv"
# Points of one sign in the message: a word of the table, a word of the kind's own name.
_TABLE, _NAME = 3, 2
_PLAIN = frozenset(
    {"atau", "dan", "lain", "lainnya", "masalah", "potensi", "dugaan", "tidak", "pemilih", "petugas", "tps"}
)
_TPS = re.compile(
    r"\btps(?:[\s.:]+|(?=\d))(?:no(?:mor)?\.?\s*)?(\d{1,3}(?!\d)"
    r"(?:\s*(?:,|&|\+|/|-|–|dan|s\.?/?d\.?|sampai)\s*(?:tps\s*)?\d{1,3}(?!\d))*)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(?:pukul|pkl\.?|jam)\s*(\d{1,2})[.:](\d{2})\b", re.IGNORECASE)
_POINT = re.compile(r"https?://\S*?(?:[?&](?:q|query|ll)=|/@)(-?\d{1,2}\.\d+)(?:,|%2C)\s*(-?\d{1,3}\.\d+)")


@cache
def _table() -> dict[str, tuple[str, ...]]:
    with WORDS.open(encoding="utf-8", newline="") as lines:
        return {
            row["kode"]: tuple(w.strip() for w in row["kata"].split(";")) for row in csv.DictReader(lines)
        }


def kind(text: str, kategori: Iterable[Kategori]) -> Kategori | None:
    """The kind whose words the message has most of; None when it has none, the first of the list when two tie."""
    plain = " ".join(re.findall(r"[\w.&-]+", text.lower()))
    best, most = None, 0
    for one in kategori:
        own = [w for w in re.findall(r"\w{3,}", one.nama.lower()) if w not in _PLAIN]
        score = sum(_TABLE for sign in _table().get(one.kode, ()) if _has(plain, sign))
        score += sum(_NAME for word in own if _has(plain, word))
        if score > most:
            best, most = one, score
    return best


def _has(plain: str, sign: str) -> bool:
    """Whether a sign stands in the text: short ones as a word, longer ones also within one (genang, tergenang)."""
    if len(sign) > 4:
        return sign in plain
    return bool(re.search(rf"(?<!\w){re.escape(sign)}(?!\w)", plain))


def stations(text: str) -> str:
    """Polling stations as the form's field takes them: ``054, 055``; empty when none can be read."""
    numbers: dict[int, None] = {}
    for match in _TPS.finditer(text):
        try:
            numbers |= dict.fromkeys(tempat.parse_tps(match[1]))
        except ValidationError:
            continue
    return ", ".join(f"{n:03d}" for n in sorted(numbers)[: tempat.MOST_TPS])


def area(text: str, areas: Iterable[tuple[str, str]]) -> str:
    """The code of the area named, the longest name first; empty when none or several of one name are.

    areas: (code, name) of those the person may report from.
    """
    plain = " ".join(text.lower().split())
    found: dict[str, set[str]] = {}
    for code, name in areas:
        short = short_name(name).lower()
        if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", plain):
            found.setdefault(short, set()).add(code)
    if not found:
        return ""
    codes = found[max(found, key=len)]
    lowest = max(code.count(".") for code in codes)
    named = [code for code in codes if code.count(".") == lowest]
    return named[0] if len(named) == 1 else ""


def moment(text: str, sent: dt.datetime) -> dt.datetime:
    """When it happened, on the sender's wall clock: the hour the message names, if before it was sent, else `sent`."""
    if match := _CLOCK.search(text):
        hour, minute = int(match[1]), int(match[2])
        if hour < 24 and minute < 60 and (named := sent.replace(hour=hour, minute=minute, second=0)) <= sent:
            return named
    return sent


def point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a shared location."""
    match = _POINT.search(text)
    if not match:
        return None
    lintang, bujur = float(match[1]), float(match[2])
    return (lintang, bujur) if abs(lintang) <= 90 and abs(bujur) <= 180 else None
