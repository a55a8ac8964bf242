"""What a person asks the search: words to a tsquery, and the reports that answer it, best first.

Cost is bounded by construction, whatever is asked. The index serves the newest reports first, by the key of their span
of ids; only when they hold too few answers does it serve all of them, and then few are expected. Rank is computed for
the newest 200 answers.
Typos are met only when the words as typed find fewer than five reports the person may see: whether they do, and what
is then found, depends on nothing else.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, F, Max, Min, Q, Value, When
from django.db.models.expressions import Combinable

from laporan.cari import indeks, kata
from laporan.models import IndeksCari, Kosakata
from laporan.models.tambahan import Cocok, Peringkat
from posko import access

if TYPE_CHECKING:
    from laporan.models.laporan import LaporanQuerySet
    from posko.access import Aktor

PANJANG = 120  # characters of a question that are read
KATA = 8  # words of it
JENDELA = 200  # newest answers that are ranked
# Newest spans of reports (`indeks.span`) that are looked through before all, for who works in a province and in a kota;
# where fewer answers than a page are that new, there are not many in all. The first of them is still empty.
TERBARU = ((3, 9), (4, 13))
BERJALAN = 2_000  # newest reports that are walked before the index is asked for what reports are
SEDIKIT = 5  # fewer answers than this, and typos are met
SEMUA = 1_000_000_000  # more reports than there will be
MIRIP = 12  # similar words taken for one typed
AWALAN = 40  # words taken for one beginning
PADANAN = Path(__file__).resolve().parents[2] / "posko" / "data" / "padanan_cari.csv"

Cabang = tuple[str, ...]  # lexemes that must all be there; "x:*" is a beginning


@dataclass(frozen=True, slots=True)
class Butir:
    """One thing asked for: any of its branches. kata: the word as typed, when typos in it may be met."""

    cabang: tuple[Cabang, ...]
    kata: str = ""
    nama: bool = False  # whether it may also be the name of a person

    def with_branches(self, more: list[str]) -> Butir:
        new = [(one,) for one in dict.fromkeys(more) if (one,) not in self.cabang]
        return Butir((*self.cabang, *new), self.kata, self.nama)


@dataclass(slots=True)
class Pertanyaan:
    """A question, read. teks: as typed, shortened; butir: what must all be found; mirip: words taken for
    typos of the ones in `asal`, the question as typed; sia_sia: known to be answered by nothing. sifat: keys of what
    the reports are, one of each group; without words these alone are asked for.
    """

    teks: str
    butir: list[Butir] = field(default_factory=list)
    mirip: list[str] = field(default_factory=list)
    asal: Pertanyaan | None = None
    sia_sia: bool = False
    sifat: list[list[str]] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> Pertanyaan:
        """Read what was typed. A question without any word to search for has no `butir`."""
        shown = " ".join(text.replace("\x00", " ").split())[:PANJANG]
        numbers, rest = kata.report_numbers(shown)
        items = [Butir(((n if n.count("-") > 1 or _whole(n) else f"{n}:*",),)) for n in numbers]
        items += _phrases(kata.tokens(rest))
        return cls(shown, items[:KATA])

    def __bool__(self) -> bool:
        return bool(self.teks)

    # --- as PostgreSQL reads it -----------------------------------------------------------------------

    def query(self, *, names: bool = False) -> str:
        """The tsquery: every item, or with two neighbours written together."""
        return " | ".join(
            "(" + " & ".join(_either(item, names) for item in items) + ")" for items in self._readings()
        )

    def _readings(self) -> list[list[Butir]]:
        """The items as they stand, and with each two neighbours written together."""
        readings = [self.butir]
        for n, (a, b) in enumerate(pairwise(self.butir)):
            if a.kata and b.kata:
                together = Butir(tuple((v,) for v in kata.variants(a.kata + b.kata)))
                readings.append([*self.butir[:n], together, *self.butir[n + 2 :]])
        return readings

    def any_of(self, *, names: bool = False) -> str:
        """The same words, any of them, for ranking."""
        items = list(self.butir)
        for a, b in pairwise(self.butir):
            if a.kata and b.kata:
                items.append(Butir(((kata.stem(a.kata + b.kata),),)))
        return " | ".join(_either(item, names) for item in items)

    # --- the reports ----------------------------------------------------------------------------------

    def filter(self, rows: LaporanQuerySet, aktor: Aktor) -> LaporanQuerySet:
        """Those of `rows` (already what the person may see) that answer, out of all; typos met if need be."""
        found = self._through_index(rows, aktor)
        if _count(found) < SEDIKIT and (wider := self.widened()):
            return wider._through_index(rows, aktor)
        return found

    def newest(
        self, rows: LaporanQuerySet, aktor: Aktor, *, limit: int, enough: int,
        below: int | None = None, above: int | None = None,
    ) -> Jawaban:  # fmt: skip
        """At most `limit` answers, newest first; with `above` (an id) the oldest after it, oldest first.

        below: an id they lie before. When `enough` (at least `SEDIKIT`, unless fewer are left) are found among the
        newest reports, no others are looked through. One to seven queries.
        """
        steps = _steps(aktor, below, above)
        if not self.butir:
            near, whole = nearby(rows, below, above)
            # Of those who work in a kelurahan the newest reports would not fill a page.
            if whole or _tier(aktor) < 4:
                found = [Temuan(pk, 0.0) for pk in near.values_list("pk", flat=True)[: limit + 1]]
                if whole or len(found) >= enough:
                    return Jawaban(self, found[:limit], lagi=len(found) > limit or not whole)
            steps = steps[-2:]

        def fetch(asked: Pertanyaan) -> Jawaban:
            found: list[Temuan] = []
            for spans in steps:
                within = asked._at_once(_between(rows, below, above), aktor, spans)
                # By the bare key the planner might walk all reports, newest first, and read the stems of each.
                within = within.order_by((F("pk") + 0).asc() if above is not None else (F("pk") + 0).desc())
                answers = within.values_list("pk", asked._rank(aktor))
                found = [Temuan._make(row) for row in answers[: limit + 1]]
                if len(found) >= enough and spans:
                    return Jawaban(asked, found[:limit], lagi=True)
            return Jawaban(asked, found[:limit], lagi=len(found) > limit)

        wider = self.widened() if self._unheard_of() else None
        if wider is None:
            answer = fetch(self)
            paged = below is not None or above is not None
            plenty = not self.butir or len(answer.temuan) >= SEDIKIT
            if plenty or (paged and _count(self._through_index(rows, aktor)) >= SEDIKIT):
                return answer
            if (wider := self.widened()) is None:
                return answer
        return fetch(wider)

    def _through_index(self, rows: LaporanQuerySet, aktor: Aktor) -> LaporanQuerySet:
        """Answers, however `rows` are ordered and cut. The slice keeps the planner from walking."""
        answers = IndeksCari.objects.filter(Cocok(F("vektor"), self._narrowed(aktor)))
        return self._knowable(rows.filter(pk__in=answers.values("laporan")[:SEMUA]), aktor)

    def _at_once(self, rows: LaporanQuerySet, aktor: Aktor, spans: Sequence[str]) -> LaporanQuerySet:
        """Answers joined with their stems, out of those in `spans` (keys; none: out of all)."""
        narrow = self._narrowed(aktor, spans)
        return self._knowable(rows.filter(Cocok(F("indeks__vektor"), narrow)), aktor)

    def _knowable(self, rows: LaporanQuerySet, aktor: Aktor) -> LaporanQuerySet:
        """Without those that only a reporter's name brought, where the reporter may not be known."""
        if not self.bernama:
            return rows
        return rows.filter(access.reporter_visible_to(aktor) | Q(Cocok(F("indeks__vektor"), self.query())))

    def _narrowed(self, aktor: Aktor, spans: Sequence[str] = ()) -> str:
        """The tsquery with keys, which the index intersects: of what this person may see, of spans, of what it is."""
        words = [self.query(names=self.bernama)] if self.butir else []
        groups = (access.search_keys(aktor) or (), spans, *self.sifat)
        keys = [" | ".join(map(_quoted, group)) for group in groups if group]
        return " & ".join(f"({part})" for part in (*words, *keys))

    @property
    def bernama(self) -> bool:
        """Whether a word of it may be the name of a person."""
        return any(item.nama for item in self.butir)

    def _rank(self, aktor: Aktor) -> Combinable:
        """How well a report answers; as typed counts more than similar. What a hidden name would add is not added:
        the order tells nothing either.
        """
        if self.asal:
            similar = Peringkat(F("indeks__vektor"), self.any_of())
            return similar if self.asal.sia_sia else self.asal._rank(aktor) * 4 + similar
        if not self.butir:
            return Value(0.0)
        rank = Peringkat(F("indeks__vektor"), self.any_of())
        if not self.bernama:
            return rank
        named = Peringkat(F("indeks__vektor"), self.any_of(names=True))
        return Case(When(access.reporter_visible_to(aktor), then=named), default=rank)

    # --- typos and beginnings -------------------------------------------------------------------------

    def _unheard_of(self) -> bool:
        """Whether nothing can answer: however it is read, some word of it was never written. At most one query.

        A wrong yes would lose nothing: the widened question asks for the words as typed as well.
        """
        readings = self._readings()
        if not all(any(_lacking(item, _HEARD) for item in items) for items in readings):
            return False
        asked = frozenset(s for items in readings for item in items for s in _lacking(item, _HEARD))
        _HEARD.update(_heard(asked, _minute()))
        self.sia_sia = all(any(_lacking(item, _HEARD) for item in items) for items in readings)
        return self.sia_sia

    def widened(self) -> Pertanyaan | None:
        """The question with words like the ones typed, or that begin with them; None when there are none.

        At most two queries.
        """
        typed = [item.kata for item in self.butir if kata.may_be_typed_wrong(item.kata)]
        if not typed:
            return None
        similar = _similar_words(tuple(typed), _minute())
        if not similar:
            return None
        items = [item.with_branches([stem for _, stem in similar.get(item.kata, ())]) for item in self.butir]
        if not _in_names(
            frozenset(branch[0] for item in items if item.nama for branch in item.cabang), _minute()
        ):
            items = [replace(item, nama=False) for item in items]
        words = [word for item in self.butir for word, _ in similar.get(item.kata, ())]
        return Pertanyaan(self.teks, items, words, self, sifat=self.sifat)


def nearby(
    rows: LaporanQuerySet, below: int | None = None, above: int | None = None
) -> tuple[LaporanQuerySet, bool]:
    """`rows` among the `BERJALAN` ids that follow the mark, in order; whether none lie beyond. At most one query."""
    oldest, newest = _ends(_minute())
    if above is not None:
        whole = above + BERJALAN >= newest
        rows = rows.filter(pk__gt=above).order_by("pk")
        return (rows if whole else rows.filter(pk__lte=above + BERJALAN)), whole
    start = (newest if below is None else below) - BERJALAN
    rows = _between(rows, below, None).order_by("-pk")
    return (rows if start <= oldest else rows.filter(pk__gte=start)), start <= oldest


class Temuan(NamedTuple):
    """An answer: id of the report, and how well it answers."""

    id: int
    cocok: float


@dataclass(slots=True)
class Jawaban:
    """Answers, the question as asked in the end, and whether there may be more."""

    ditanya: Pertanyaan
    temuan: list[Temuan]
    lagi: bool


# Stems this process has met in the vocabulary; no need to ask again. One forgotten since costs only a longer search.
_HEARD: set[str] = set()


def _lacking(item: Butir, heard: set[str]) -> set[str]:
    """Stems of an item that keep every branch of it from being found; none when a branch is all heard of.

    Numbers, beginnings and very long words are not in the vocabulary, and count as heard of.
    """
    branches = [
        {stem for stem in branch if stem.isalpha() and len(stem) <= 40 and stem not in heard}
        for branch in item.cabang
    ]
    return set().union(*branches) if all(branches) else set()


def _minute() -> int:
    """What a question was told may be repeated within the same one.

    The vocabulary grows slowly, and only typos depend on it.
    """
    return int(time.monotonic() // 60)


@lru_cache(maxsize=500)
def _heard(stems: frozenset[str], minute: int) -> frozenset[str]:
    """Which of these the vocabulary has. One query."""
    return frozenset(Kosakata.objects.filter(akar__in=stems).order_by().values_list("akar", flat=True))


@lru_cache(maxsize=500)
def _in_names(stems: frozenset[str], minute: int) -> bool:
    """Whether a reporter's name has one of these. At most one query."""
    query = " | ".join(_quoted(f"@{stem}") for stem in sorted(stems))
    return bool(query) and IndeksCari.objects.filter(Cocok(F("vektor"), query)).order_by()[:1].exists()


@lru_cache(maxsize=500)
def _similar_words(typed: tuple[str, ...], minute: int) -> dict[str, list[tuple[str, str]]]:
    """Typed word → (word, stem) of the vocabulary's nearest. One query."""
    shared = sorted({part for word in typed for part in kata.deletions(word)})
    begins = Q()
    for word in typed:
        begins |= Q(kata__gte=word, kata__lt=f"{word}~")
    known = Kosakata.objects.order_by()
    rows = known.filter(kurang__overlap=shared).values_list("kata", "akar").union(
        known.filter(begins).order_by("kata").values_list("kata", "akar")[:AWALAN], all=True
    )  # fmt: skip
    found: dict[str, list[tuple[str, str]]] = {}
    candidates = sorted(set(rows))
    for word in typed:
        near = [
            (0 if known_word.startswith(word) else kata.distance(word, known_word), known_word, root)
            for known_word, root in candidates
            if known_word != word
        ]
        kept = sorted(one for one in near if one[0] <= kata.allowed_distance(word))[:MIRIP]
        if kept:
            found[word] = [(known_word, root) for _, known_word, root in kept]
    return found


# --- reading ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def synonyms() -> list[list[tuple[str, ...]]]:
    """Sets of terms that mean the same, as words (posko/data/padanan_cari.csv)."""
    with PADANAN.open(newline="", encoding="utf-8") as lines:
        rows = [row["istilah"].split("|") for row in csv.DictReader(lines)]
    return [[tuple(kata.tokens(term)) for term in terms] for terms in rows]


def _phrases(words: list[str]) -> list[Butir]:
    """Items of a question: known terms with all that mean the same, then words and numbers one by one."""
    found: list[Butir] = []
    n = 0
    while n < len(words):
        terms, length = _term_at(words, n)
        if terms:
            found.append(Butir(tuple(branch for term in terms for branch in _branches(term))))
            n += length
            continue
        following = words[n + 1] if n + 1 < len(words) else ""
        if not (words[n] in kata.BERNOMOR and following.startswith(words[n])):
            found.append(_item(words[n]))
        n += 1
    return found


def _term_at(words: list[str], n: int) -> tuple[list[tuple[str, ...]], int]:
    """The set of terms one of which stands at position n, and how many words it takes; the longest wins."""
    best: tuple[list[tuple[str, ...]], int] = ([], 0)
    for terms in synonyms():
        for term in terms:
            if len(term) > best[1] and tuple(words[n : n + len(term)]) == term:
                best = (terms, len(term))
    return best


def _branches(term: tuple[str, ...]) -> list[Cabang]:
    if len(term) == 1:
        # Terms are listed in all their forms: nothing to guess about what stands before a vowel.
        stem = kata.stem(term[0])
        return [(stem,)] if stem[0] in kata.VOKAL else [(variant,) for variant in kata.variants(term[0])]
    return [tuple(kata.stem(word) for word in term)]


def _item(word: str) -> Butir:
    if word.isdigit():
        plain = kata.stem(word)
        return Butir(((plain,), (f"tps{plain}",), *([(word,)] if len(word) >= 4 else [])))
    return Butir(tuple((v,) for v in kata.variants(word)), word if word.isalpha() else "", word.isalpha())


def _whole(number: str) -> bool:
    """Whether the part of a report number is date and serial: ``240214-0007``."""
    day, _, serial = number.partition("-")
    return len(day) == 6 and len(serial) >= 4


def _either(item: Butir, names: bool) -> str:
    branches = [" & ".join(map(_quoted, branch)) for branch in item.cabang]
    if names and item.nama:
        branches += [_quoted(f"@{branch[0]}") for branch in item.cabang if len(branch) == 1]
    return "(" + " | ".join(dict.fromkeys(branches)) + ")"


def _quoted(lexeme: str) -> str:
    return f"'{lexeme[:-2]}':*" if lexeme.endswith(":*") else f"'{lexeme}'"


def _count(found: LaporanQuerySet) -> int:
    """How many there are, up to `SEDIKIT`."""
    return len(found.order_by().values_list("pk", flat=True)[:SEDIKIT])


def _tier(aktor: Aktor) -> int:
    """The highest tier a person works in; who sees everything works in the first."""
    return 1 if aktor.superuser else min((m.tingkat for m in aktor.pelaku), default=4)


def _steps(aktor: Aktor, below: int | None, above: int | None) -> list[list[str]]:
    """Where to look, one after the other: keys of the spans that follow the mark, more of them, then (none) everywhere.

    Everywhere at once for who sees so few reports that those spans would hold less than a page: who works in a
    kecamatan or kelurahan, and contestants. At most one query.
    """
    tier = _tier(aktor)
    if aktor.peserta or tier > len(TERBARU):
        return [[]]
    # What arrived since the minute began lies in the span of the newest then, or in the one after.
    first, newest = 0, indeks.span(_ends(_minute())[1]) + 1
    if above is not None:
        first = min(indeks.span(above), newest)
    elif below is not None:
        newest = min(indeks.span(below), newest)
    spans = range(first, newest + 1)
    steps = [spans[:n] if above is not None else spans[-n:] for n in TERBARU[tier - 1] if n < len(spans)]
    return [*(list(map(indeks.span_key, step)) for step in steps), []]


@lru_cache(maxsize=1)
def _ends(minute: int) -> tuple[int, int]:
    """The ids of the oldest and the newest report. One query."""
    ends = IndeksCari.objects.aggregate(oldest=Min("laporan"), newest=Max("laporan"))
    return ends["oldest"] or 0, ends["newest"] or 0


def _between(rows: LaporanQuerySet, below: int | None, above: int | None) -> LaporanQuerySet:
    if below is not None:
        rows = rows.filter(pk__lt=below)
    return rows.filter(pk__gt=above) if above is not None else rows
