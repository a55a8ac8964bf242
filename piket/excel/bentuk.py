"""What the file looks like, for who writes it and who reads it: sheets, columns, labels of shifts, names of people."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import models

from piket.daftar import MAX_DAYS as DAFTAR_DAYS
from piket.lembar import Lembar, shift_labels
from piket.models import Piket
from posko.models import Anggota

JADWAL, LEGENDA, ANGGOTA, DATA = "Jadwal", "Legenda", "Anggota", "Data"
VERSI = "posko-piket-1"
# As much as the printed list shows at once.
MAX_DAYS = DAFTAR_DAYS
MAX_BYTES, MAX_UNPACKED = 5 * 1024 * 1024, 12 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 1500, 120
# The row of column titles, and how many columns before the grid stay in view.
KEPALA, TETAP = 3, 3
# Two people of one name in one agency are told apart by the number of their membership.
_NUMBERED = re.compile(r"(.*?)\s*#\s?(\d{1,18})", re.DOTALL)
_SEPARATORS = re.compile(r"[;*#]")

# A kind of shift: name, hours, jenis, and which of those it is on its day (nearly always the first).
Macam = tuple[str, str, str, int]


class Susunan(models.TextChoices):
    HARI = "hari", "Hari ke samping, orang ke bawah"
    TANGGAL = "tanggal", "Tanggal ke bawah, instansi ke samping"


class Kertas(models.TextChoices):
    A4 = "a4", "A4"
    FOLIO = "folio", "Folio (F4)"


def kinds_of(shifts: Iterable[Piket]) -> dict[int, Macam]:
    """Shift id: its kind. Two shifts of one day never have the same."""
    seen: Counter[tuple[object, ...]] = Counter()
    kinds = {}
    for shift in shifts:
        kind = (shift.nama, shift.jam, shift.jenis)
        kinds[shift.pk] = (*kind, seen[shift.tanggal, kind])
        seen[shift.tanggal, kind] += 1
    return kinds


def labels_of(shifts: Sequence[Piket]) -> dict[Macam, str]:
    """A short label for each kind, as the grid shows it; letters and digits only, so that cells can be read back."""
    short = shift_labels(list(shifts))
    labels: dict[Macam, str] = {}
    for kind in dict.fromkeys(kinds_of(shifts).values()):
        first = short[kind[:2]]
        options = [first, *(f"G{n}" for n in range(1, len(shifts) + 2))]
        labels[kind] = next(o for o in options if o.isalnum() and o not in labels.values())
    return labels


def fingerprint(lembar: Lembar) -> str:
    """Tells whether anything a file can change has changed: shifts, people on them, koordinator."""
    said = [(s.pk, s.tanggal.isoformat(), s.nama, s.jam, s.jenis) for s in lembar.piket]
    people = sorted((d.piket, d.anggota, d.koordinator) for d in lembar.petugas)
    return hashlib.sha256(repr((said, people)).encode()).hexdigest()[:16]


def tidy(text: str) -> str:
    """A name without what separates names in a cell and what no sheet can hold."""
    printable = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Cf") else c for c in text)
    return " ".join(_SEPARATORS.sub(" ", printable).split())


def same_name(text: str) -> str:
    """A name as it is compared: people type capitals and spaces as they like."""
    return tidy(unicodedata.normalize("NFC", text)).casefold()


def split_number(text: str) -> tuple[str, int | None]:
    """``Budi #12`` is Budi, membership 12."""
    match = _NUMBERED.fullmatch(text.strip())
    return (match[1], int(match[2])) if match else (text, None)


def written_names(crews: Mapping[int, Sequence[Anggota]]) -> dict[int, str]:
    """Membership id: the name as the file shows it, with the number where the name alone would not do."""
    names = {}
    for crew in crews.values():
        alike: dict[str, set[int]] = defaultdict(set)
        for member in crew:
            alike[same_name(member.pengguna.nama)].add(member.pk)
        for member in crew:
            name = tidy(member.pengguna.nama)
            alone = len(alike[same_name(name)]) == 1 and not _SEPARATORS.search(member.pengguna.nama)
            names[member.pk] = name if alone and name else f"{name} #{member.pk}".strip()
    return names
