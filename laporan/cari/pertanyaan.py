"""What a person asks the search: words to a tsquery, and the reports that answer it, best first.

Cost is bounded by construction, whatever is asked. The index serves the newest reports first, by the key of their span
of ids; only when they hold too few answers does it serve all of them, and then few are expected. Rank is computed for
the newest 200 answers.
Typos are met only when the words as typed find fewer than five reports the person may see: whether they do, and what
is then found, depends on nothing else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, F, FloatField, Func, Q, Value, When
from django.db.models.expressions import Combinable

from laporan.cari import indeks, kata
from laporan.models import IndeksCari, Kosakata
from posko import access

if TYPE_CHECKING:
    from laporan.models.laporan import LaporanQuerySet
    from posko.access import Aktor

PANJANG = 120  # characters of a question that are read
KATA = 8  # words of it
JENDELA = 200  # newest answers that are ranked
TERBARU = 3  # newest spans of reports (`indeks.span`) that are asked before all of them
SEDIKIT = 5  # fewer answers than this, and typos are met
SEMUA = 1_000_000_000  # more reports than there will be
MIRIP = 12  # similar words taken for one typed
AWALAN = 40  # words taken for one beginning
PADANAN = Path(__file__).resolve().parents[2] / "posko" / "data" / "padanan_cari.csv"
# Weights of the index from D to A.
BOBOT = "{0.1,0.3,0.6,1.0}"

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
    typos of the ones in `asal`, the question as typed.
    """

    teks: str
    butir: list[Butir] = field(default_factory=list)
    mirip: list[str] = field(default_factory=list)
    asal: Pertanyaan | None = None

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
        self, rows: LaporanQuerySet, aktor: Aktor, *, limit: int, enough: int, columns: tuple[str, ...],
        below: int | None = None, above: int | None = None,
    ) -> Jawaban:  # fmt: skip
        """At most `limit` answers, newest first; with `above` (an id) the oldest after it, oldest first.

        below: an id they lie before. When `enough` are found, nothing but the newest reports is looked through.
        One to eight queries.
        """
        spans, to_the_end = (None, True) if _sees_few(aktor) else _spans(below, above)
        order = "pk" if above is not None else "-pk"

        def fetch(asked: Pertanyaan, within: list[str] | None = None) -> list[dict[str, Any]]:
            found = _between(asked._through_index(rows, aktor, within), below, above)
            return list(asked._ranked(found, aktor).order_by(order).values(*columns, "cocok")[: limit + 1])

        wider = self.widened() if self._unheard_of() else None
        if wider is None:
            found = fetch(self, spans)
            if len(found) >= enough or (to_the_end and len(found) >= SEDIKIT):
                return Jawaban(self, found[:limit], lagi=len(found) > limit or not to_the_end)
            if not to_the_end:
                found = fetch(self)
            paged = below is not None or above is not None
            if len(found) >= SEDIKIT or (paged and _count(self._through_index(rows, aktor)) >= SEDIKIT):
                return Jawaban(self, found[:limit], lagi=len(found) > limit)
            if (wider := self.widened()) is None:
                return Jawaban(self, found[:limit], lagi=False)
        found = fetch(wider, spans)
        if len(found) < enough and not to_the_end:
            found = fetch(wider)
            to_the_end = True
        return Jawaban(wider, found[:limit], lagi=len(found) > limit or not to_the_end)

    def _through_index(
        self, rows: LaporanQuerySet, aktor: Aktor, spans: list[str] | None = None
    ) -> LaporanQuerySet:
        """Answers out of all reports, or out of those in `spans` (keys). The slice keeps the planner from walking."""
        named = any(item.nama for item in self.butir)
        narrow = self._narrowed(aktor, names=named)
        if spans is not None:
            narrow = f"({' | '.join(map(_quoted, spans))}) & ({narrow})"
        rows = rows.filter(
            pk__in=IndeksCari.objects.filter(Cocok(F("vektor"), narrow)).values("laporan")[:SEMUA]
        )
        if not named:
            return rows
        # A reporter's name counts only where the reporter may be known.
        return rows.filter(access.reporter_visible_to(aktor) | Q(Cocok(F("indeks__vektor"), self.query())))

    def _narrowed(self, aktor: Aktor, *, names: bool) -> str:
        """The tsquery with the keys of what this person may see, which the index intersects."""
        keys = access.search_keys(aktor)
        query = self.query(names=names)
        return query if keys is None else f"({query}) & ({' | '.join(map(_quoted, keys))})"

    def _ranked(self, rows: LaporanQuerySet, aktor: Aktor) -> LaporanQuerySet:
        """With `cocok`. What a hidden name would add to a rank is not added: the order tells nothing either."""
        asked = self.asal or self
        rank: Combinable = Peringkat(F("indeks__vektor"), asked.any_of())
        if any(item.nama for item in asked.butir):
            named = Peringkat(F("indeks__vektor"), asked.any_of(names=True))
            rank = Case(When(access.reporter_visible_to(aktor), then=named), default=rank)
        if self.asal:
            rank = rank * 4 + Peringkat(F("indeks__vektor"), self.any_of())
        return rows.annotate(cocok=rank)

    # --- typos and beginnings -------------------------------------------------------------------------

    def _unheard_of(self) -> bool:
        """Whether nothing can answer: however it is read, some word of it was never written. At most one query.

        A wrong yes would lose nothing: the widened question asks for the words as typed as well.
        """
        readings = self._readings()
        if not all(any(_lacking(item, _HEARD) for item in items) for items in readings):
            return False
        asked = {stem for items in readings for item in items for stem in _lacking(item, _HEARD)}
        _HEARD.update(Kosakata.objects.filter(akar__in=asked).order_by().values_list("akar", flat=True))
        return all(any(_lacking(item, _HEARD) for item in items) for items in readings)

    def widened(self) -> Pertanyaan | None:
        """The question with words like the ones typed, or that begin with them; None when there are none. One query."""
        typed = [item.kata for item in self.butir if kata.may_be_typed_wrong(item.kata)]
        if not typed:
            return None
        similar = _similar_words(typed)
        if not similar:
            return None
        items = [item.with_branches([stem for _, stem in similar.get(item.kata, ())]) for item in self.butir]
        words = [word for item in self.butir for word, _ in similar.get(item.kata, ())]
        return Pertanyaan(self.teks, items, words, self)


@dataclass(slots=True)
class Jawaban:
    """Answers: rows with their rank `cocok`, the question as asked in the end, and whether there may be more."""

    ditanya: Pertanyaan
    baris: list[dict[str, Any]]
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


def _similar_words(typed: list[str]) -> dict[str, list[tuple[str, str]]]:
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
        return [(variant,) for variant in kata.variants(term[0])]
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


def _sees_few(aktor: Aktor) -> bool:
    """Whether the newest spans would hold less than a page for this person: who works in a kecamatan or kelurahan."""
    return not aktor.superuser and all(m.tingkat >= 3 for m in aktor.pelaku)


def _spans(below: int | None, above: int | None) -> tuple[list[str], bool]:
    """Keys of the `TERBARU` spans that follow the mark, and whether no report lies beyond them. One query."""
    last = IndeksCari.objects.order_by("-laporan").values_list("laporan", flat=True).first() or 0
    if above is not None:
        first = indeks.span(above)
        keys = [indeks.span_key(n) for n in range(first, first + TERBARU)]
        return keys, first + TERBARU > indeks.span(last)
    newest = indeks.span(below if below is not None else last)
    oldest = max(newest - TERBARU + 1, 0)
    return [indeks.span_key(n) for n in range(oldest, newest + 1)], oldest == 0


def _between(rows: LaporanQuerySet, below: int | None, above: int | None) -> LaporanQuerySet:
    if below is not None:
        rows = rows.filter(pk__lt=below)
    return rows.filter(pk__gt=above) if above is not None else rows


class Cocok(Func):
    """``vector @@ query``, the query as we wrote it: no configuration stems it again."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, vector: Combinable, query: str) -> None:
        super().__init__(vector, Value(query))


class Peringkat(Func):
    """``ts_rank`` of a vector for a query as we wrote it."""

    function = "ts_rank"
    template = f"%(function)s('{BOBOT}'::real[], %(expressions)s::tsquery)"
    output_field = FloatField()

    def __init__(self, vector: Combinable, query: str) -> None:
        super().__init__(vector, Value(query))
