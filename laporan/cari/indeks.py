"""The search's index of a report: what may be found, in four weights, written where the text is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Concat

from laporan.cari import kata
from laporan.linimasa import DARI_PELAPOR
from laporan.models import Kosakata, Laporan, LaporanTPS, Perkembangan
from laporan.models.tambahan import SatuDari
from posko import access
from posko.models import Kursi
from posko.models.wilayah import ancestor_codes

# Weight → what carries it, strongest first: number and kind; place; the report's own words; the rest.
_A = ("kategori_nama",)
_B = ("tempat", "lokasi", "wilayah__nama")
_C = ("uraian", "ringkasan")
_D = ("instansi_nama", "kategori__instansi_utama__nama", "kategori__instansi_utama__singkatan",
      "wilayah__induk__nama", "wilayah__induk__induk__nama", "posko__wilayah__nama")  # fmt: skip
_TEMPAT = ("lokasi", "wilayah__nama", "wilayah__induk__nama", "wilayah__induk__induk__nama")
_KUNCI = (
    "jejak",
    "diteruskan",
    "disebut",
    "pelapor_id",
    "jenis",
    "akses",
    "kategori_id",
    "prioritas",
    "wilayah_id",
)
_COLUMNS = ("id", "nomor", *_A, *_B, *_C, *_D, *_KUNCI, "pelapor__nama", "atas_nama")
_LISTS = ("nomor_tps", "teks_jurnal", "oleh", "penerima", "instansi_penerima")


def write(ids: Iterable[int]) -> int:
    """Index these reports as they are in the database now; how many. Two statements, in the caller's transaction."""
    return _store([document(row) for row in _read(ids)])


def write_new(laporan: Laporan, nomor_tps: list[int]) -> None:
    """Index a report that was just filed, out of what is at hand. One statement, in the caller's transaction."""
    _store([document(at_hand(laporan, nomor_tps))])


# The vocabulary in the order of its words, so that two filings at once never wait for each other in a circle.
_STORE = """
    WITH baru_kata AS (
        INSERT INTO laporan_kosakata (kata, akar, kurang)
        SELECT kata, akar, string_to_array(kurang, ' ') FROM unnest(%s::text[], %s::text[], %s::text[])
            AS k (kata, akar, kurang) ORDER BY kata COLLATE "C"
        ON CONFLICT DO NOTHING
    )
    INSERT INTO laporan_indekscari (laporan_id, vektor)
    SELECT nomor, isi::tsvector FROM unnest(%s::bigint[], %s::text[]) AS baru (nomor, isi)
    ON CONFLICT (laporan_id) DO UPDATE SET vektor = EXCLUDED.vektor
"""


def _store(rows: list[tuple[int, str, set[str]]]) -> int:
    """Write documents and the words in them; how many documents."""
    if not rows:
        return 0
    words = [_word(word) for word in sorted(set().union(*(words for *_, words in rows))) if len(word) <= 40]
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [
                *([one[n] for one in words] for n in range(3)),
                [pk for pk, *_ in rows],
                [vector for _, vector, _ in rows],
            ],
        )
    return len(rows)


@lru_cache(maxsize=20_000)
def _word(word: str) -> tuple[str, str, str]:
    """A word as the vocabulary keeps it: the word, its stem, and what remains when one letter is left out."""
    return word, kata.stem(word), " ".join(kata.deletions(word)) if kata.may_be_typed_wrong(word) else ""


def remember(words: Iterable[str]) -> None:
    """Add words to the vocabulary, for bulk loading."""
    new = [
        Kosakata(kata=word, akar=stem, kurang=less.split())
        for word, stem, less in (_word(word) for word in sorted(set(words)) if len(word) <= 40)
    ]
    Kosakata.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)


def rebuild(batch: int = 500, *, missing: bool = False) -> Iterator[int]:
    """Index all reports anew (missing: only those without a row), newest first; yields how many are done.

    Each batch is a transaction that holds its reports, so that an act in between is never written over.
    """
    wanted = Laporan.objects.filter(indeks=None) if missing else Laporan.objects.all()
    rows = wanted.order_by("-pk").values_list("pk", flat=True)
    below, done = None, 0
    while True:
        with transaction.atomic():
            newest = rows.filter(pk__lt=below) if below else rows
            ids = list(newest.select_for_update(of=("self",), no_key=True)[:batch])
            done += write(ids)
        if not ids:
            return
        below = ids[-1]
        yield done


def forget_words() -> None:
    """Empty the vocabulary; `rebuild` fills it with the words that are still written somewhere."""
    Kosakata.objects.all().delete()


def _read(ids: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Everything a document is made of, in one query."""
    stations = LaporanTPS.objects.filter(laporan=OuterRef("pk")).values("tps__nomor")
    entries = Perkembangan.objects.filter(laporan=OuterRef("pk")).order_by("urut")
    held = Kursi.objects.filter(SatuDari(F("pk"), OuterRef("diteruskan"))).order_by()
    agency = Concat("instansi__nama", Value(" "), "instansi__singkatan", output_field=CharField())
    yield from (
        Laporan.objects.filter(pk__in=list(ids)).order_by("pk")
        .annotate(
            nomor_tps=ArraySubquery(stations),
            teks_jurnal=ArraySubquery(entries.exclude(tindakan="file").filter(teks__isnull=False).values("teks__teks")),
            oleh=ArraySubquery(entries.exclude(tindakan__in=DARI_PELAPOR).values("pengguna__nama")),
            penerima=ArraySubquery(held.annotate(sebutan=agency).values("sebutan")),
            instansi_penerima=ArraySubquery(held.values("instansi")),
        )
        .values(*_COLUMNS, *_LISTS)
    )  # fmt: skip


def at_hand(laporan: Laporan, nomor_tps: list[int]) -> dict[str, Any]:
    """The columns of `_read` of a report that was just filed, without asking the database for what is loaded."""
    area, agency = laporan.wilayah, laporan.kategori.instansi_utama
    above = area.induk
    return {
        **{name: getattr(laporan, name) for name in (
            "id", "nomor", "kategori_nama", "tempat", "lokasi", "uraian", "ringkasan", "instansi_nama", "atas_nama",
            *_KUNCI,
        )},
        "wilayah__nama": area.nama, "wilayah__induk__nama": above.nama if above else "",
        "wilayah__induk__induk__nama": above.induk.nama if above and above.induk else "",
        "posko__wilayah__nama": laporan.posko.wilayah.nama, "pelapor__nama": laporan.pelapor.nama,
        "kategori__instansi_utama__nama": agency.nama if agency else "",
        "kategori__instansi_utama__singkatan": agency.singkatan if agency else "",
        "nomor_tps": nomor_tps, "teks_jurnal": [], "oleh": [], "penerima": [], "instansi_penerima": [],
    }  # fmt: skip


def document(row: dict[str, Any]) -> tuple[int, str, set[str]]:
    """Id, tsvector text and words of one report. row: the columns of `_read`, or the same by hand."""
    lexemes: dict[str, str] = {}
    words: set[str] = set()

    def add(weight: str, text: str, mark: str = "") -> None:
        for word, stem in kata.stems(text):
            words.add(word)
            lexemes.setdefault(mark + stem, weight)

    nomor = row["nomor"].removeprefix("G")
    for part in (nomor, nomor.partition("-")[2], nomor.rpartition("-")[2]):
        lexemes[part] = "A"
    for number in row["nomor_tps"]:
        lexemes[f"tps{number}"] = "A"
    for weight, names in (("A", _A), ("B", _B), ("C", _C), ("D", _D)):
        for name in names:
            add(weight, row[name] or "")
    for text in (*row["teks_jurnal"], *row["penerima"], *row["oleh"]):
        add("D", text)
    for name in _TEMPAT:
        for both in kata.joined([word for word, _ in kata.stems(row[name] or "")]):
            words.add(both)
            lexemes.setdefault(kata.stem(both), "B")
    add("C", row["pelapor__nama"], "@")
    add("C", row["atas_nama"], "@")
    listed = [f"'{lexeme}':{n}{weight}" for n, (lexeme, weight) in enumerate(lexemes.items(), start=1)]
    keys = [*_keys(row), *_facets(row), span_key(span(row["id"]))]
    return row["id"], " ".join(listed + [f"'{key}'" for key in keys]), words


def span(pk: int) -> int:
    """Which span of 4,096 reports one lies in, by its id."""
    return pk >> 12


def span_key(number: int) -> str:
    """How the index writes it: what is asked of the newest reports is found without looking at older ones."""
    return f"#b{number}"


def _keys(row: dict[str, Any]) -> list[str]:
    """Who may see the report, as lexemes (`access.search_keys` asks for them)."""
    people = {row["pelapor_id"], *row["disebut"]}
    to_all = row["jejak"] if row["jenis"] == "kegiatan" and row["akses"] == access.BIASA else ()
    return [
        *(access.open_key(pk) for pk in to_all),
        *(access.post_key(pk) for pk in row["jejak"]),
        *(access.seat_key(pk) for pk in row["diteruskan"]),
        *(access.person_key(pk) for pk in sorted(people)),
    ]


def facet_key(name: str, value: object) -> str:
    """How the index writes what a report is: its kategori, prioritas, jenis, wilayah, agencies it was forwarded to."""
    return f"#{_FACETS[name]}{value}"


_FACETS = {"kategori": "c", "prioritas": "p", "jenis": "t", "wilayah": "w", "instansi": "i"}


def _facets(row: dict[str, Any]) -> list[str]:
    """What a list of all reports ever may be filtered by; an area stands with those it lies in."""
    area = row["wilayah_id"]
    return [
        *(facet_key(name, row[name]) for name in ("prioritas", "jenis")),
        facet_key("kategori", row["kategori_id"]),
        *(facet_key("wilayah", code) for code in (area, *ancestor_codes(area))),
        *(facet_key("instansi", pk) for pk in sorted(set(row["instansi_penerima"]))),
    ]
