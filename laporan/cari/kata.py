"""Words of Indonesian text as the search compares them: one stem a word, numbers that belong to a kind, typos.

No stemmer on PyPI fits: Sastrawi (last release 2016) takes 14 ms a word and makes "rusa" of "kerusakan"; Snowball's
(PostgreSQL's `indonesian`) does not bring keterlambatan and terlambat together. This one needs no dictionary. What
it cannot know, which consonant a nasal prefix swallowed (mengirim: kirim or irim), the index leaves swallowed and the
question asks both ways (`variants`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

# Too common to tell one report from another.
UMUM = frozenset({
    "yang", "dan", "di", "ke", "dari", "pada", "untuk", "dengan", "oleh", "dalam", "itu", "ini", "adalah", "atau",
    "juga", "sudah", "telah", "akan", "tidak", "ada", "karena", "saat", "para", "agar", "bahwa", "serta", "hingga",
    "sampai", "secara", "sebagai", "masih", "belum", "saya", "kami", "nya", "lah", "pun", "laporan", "cari", "tolong",
})  # fmt: skip
# Kinds whose number belongs to them: "TPS 054, 055" is tps54 and tps55, not any 54.
BERNOMOR = frozenset({"tps", "rt", "rw"})
_ANTARA = frozenset({"nomor", "no", "dan", "nomer"})
_TOKEN = re.compile(r"[a-z]+[0-9]*|[0-9]+")
_SAMBUNG = re.compile(r"[\s,/&-]*")  # what may stand between the numbers of one list
_NOMOR = re.compile(r"\bg?(\d{2,10}-\d{6}-\d{4,}|\d{6}-\d{4,}|\d{4,10}-\d{0,6})(?![\d-])")
VOKAL = frozenset("aiueo")
# Two consonants an Indonesian root may begin with; others mean that what was cut off was no prefix.
_AWAL = frozenset({
    "tr", "pr", "kr", "br", "dr", "gr", "st", "sp", "sk", "bl", "kl", "pl", "fl", "gl", "sl", "ny", "ng", "sy", "kh",
})  # fmt: skip
# Prefix → letters that may follow it.
_PREFIKS: tuple[tuple[str, frozenset[str]], ...] = (
    ("meng", VOKAL | set("ghk")), ("peng", VOKAL | set("ghk")), ("meny", VOKAL), ("peny", VOKAL),
    ("mem", VOKAL | set("bpf")), ("pem", VOKAL | set("bpf")), ("men", VOKAL | set("dtcjzs")),
    ("pen", VOKAL | set("dtcjzs")), ("me", frozenset("lrwymn")), ("per", frozenset("abcdefghijklmnopqrstuvwxyz")),
    ("pe", frozenset("bcdfghjklmnprstw")), ("ber", frozenset("abcdefghijklmnopqrstuvwxyz")),
    ("ter", frozenset("abcdefghijklmnopqrstuvwxyz")), ("di", frozenset("abcdefghijklmnopqrstuvwxyz")),
    ("ke", frozenset("abcdefghijklmnopqrstuvwxyz")),
)  # fmt: skip
_AKAR_PENDEK = 4  # shortest remainder a prefix may leave
_SISA_PENDEK = 3  # shortest remainder a suffix may leave
_LULUH = (
    "ktpscrmn"  # consonants a prefix swallows: mengirim, menertibkan, memilih, mencoblos, perekaman, meminta
)


def plain(text: str) -> str:
    """Lower case, without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def tokens(text: str) -> list[str]:
    """Words and numbers in order, lower case: ``"C6 di TPS 054/055"`` → c6, tps54, tps55. No stems yet."""
    found: list[str] = []
    kind, end = "", 0
    text = plain(text)
    for match in _TOKEN.finditer(text):
        token, gap = match[0], text[end : match.start()]
        letters = token.rstrip("0123456789")
        end = match.end()
        if not _SAMBUNG.fullmatch(gap) or text[end : end + 1].isalpha():
            kind = ""
        if letters in BERNOMOR and letters != token:
            found.append(_numbered(letters, token[len(letters) :]))
            kind = letters
        elif token in BERNOMOR:
            found.append(token)
            kind = token
        elif kind and token.isdigit() and len(token) <= 4:
            found.append(_numbered(kind, token))
        elif not (kind and token in _ANTARA):
            kind = ""
            if (len(token) > 1 or token.isdigit()) and token not in UMUM:
                found.append(token[:40])
    return found


def letters(text: str) -> list[str]:
    """The bare words of a text in order, lower case, common ones too: for looking whether one stands in it."""
    return re.findall("[a-z]+", plain(text))


def _numbered(kind: str, number: str) -> str:
    return f"{kind}{int(number)}"


def report_numbers(text: str) -> tuple[list[str], str]:
    """Report numbers or parts of one in a text, without a leading G; and the text without them."""
    text = plain(text)
    return [m[1] for m in _NOMOR.finditer(text)], _NOMOR.sub(" ", text)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The one form under which a word is indexed: keterlambatan → lambat, pemilihan → ilih (see `variants`)."""
    if word.isdigit():
        return word.lstrip("0") or "0"
    if not word.isalpha():
        return word
    rest, first = _without_prefixes(word)
    return _without_suffixes(rest, first)


def _without_prefixes(word: str) -> tuple[str, str]:
    """The word without its prefixes, and the first of them: each kind once, at most three."""
    first, seen = "", set()
    for _ in range(3):
        for prefix, followers in _PREFIKS:
            rest = word[len(prefix) :]
            if (
                word.startswith(prefix)
                and (prefix not in seen or prefix == "di")
                and len(_without_one_suffix(rest)) >= _AKAR_PENDEK
                and rest[0] in followers
                and (rest[0] in VOKAL or rest[1] in VOKAL or rest[:2] in _AWAL)
            ):
                break
        else:
            break
        first, word = first or prefix, rest
        seen.add(prefix)
    return word, first


def _without_one_suffix(word: str) -> str:
    """What a prefix would be cut from: in "tertibkan" ter- leaves no root, in "terbuka" it does."""
    return word[: -len(s)] if (s := next((s for s in ("kan", "an") if word.endswith(s)), "")) else word


def _without_suffixes(word: str, prefix: str) -> str:
    while True:
        shorter = next(
            (word[: -len(s)] for s in _suffixes(word, prefix) if len(word) - len(s) >= _SISA_PENDEK), word
        )
        if shorter == word:
            return word
        word = shorter


def _suffixes(word: str, prefix: str) -> Iterator[str]:
    """Suffixes to try. "-kan" after a vowel belongs to me-, di- (menyatakan), else the k to the root (rusak-an)."""
    yield from (s for s in ("nya", "lah", "kah", "pun") if word.endswith(s))
    if word.endswith("kan") and (word[-4:-3] not in VOKAL or prefix[:2] in ("me", "di")):
        yield "kan"
    yield from (s for s in ("itas", "an", "i") if word.endswith(s))


def variants(word: str) -> list[str]:
    """Stems under which forms of a word may be indexed: pilih → pilih, ilih; ilih → ilih, pilih, kilih, …"""
    base = stem(word)
    found = [base]
    if len(base) < _SISA_PENDEK or not base.isalpha():
        return found
    if base[0] in VOKAL:
        return found + [letter + base for letter in _LULUH]
    if base[0] in _LULUH and base[1] in VOKAL and len(base) > _AKAR_PENDEK:
        found.append(base[1:])
    return found


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a text with their stems. Names of places, kinds and agencies come again and again."""
    return tuple((word, stem(word)) for word in tokens(text))


def joined(words: list[str]) -> list[str]:
    """Neighbours written together: Pal Merah → palmerah. Names of places are written both ways."""
    return [a + b for a, b in pairwise(words) if a.isalpha() and b.isalpha()]


# --- typos --------------------------------------------------------------------------------------------


def deletions(word: str) -> list[str]:
    """The word and what remains when one letter is left out: two words one typo apart share one of these."""
    return sorted({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})


def may_be_typed_wrong(word: str) -> bool:
    return word.isalpha() and 4 <= len(word) <= 24


def allowed_distance(word: str) -> int:
    """How many typos are forgiven: one, in longer words two."""
    return 1 if len(word) < 7 else 2


def distance(a: str, b: str) -> int:
    """Typos between two words: letters left out, added, changed, or two neighbours swapped (Damerau)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
