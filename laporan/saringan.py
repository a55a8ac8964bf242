"""The filters of the report list: read from the address, said back as chips, applied to what may be seen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import caches
from django.db import connection
from django.db.models import CharField, IntegerField, Q, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from laporan.alur import TERBUKA, Status
from laporan.cari.indeks import facet_key
from laporan.cari.pertanyaan import Pertanyaan
from laporan.models import Jenis, Kategori, Pelimpahan, Prioritas, Tampilan
from posko import access
from posko.kursor import asked_often
from posko.models import Instansi, Kursi, Posko, Wilayah
from posko.models.wilayah import ancestor_codes, short_name

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from laporan.models.laporan import LaporanQuerySet
    from posko.access import Aktor

KODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
HARI = {"7": 7, "30": 30, "semua": None}
# Address parameters with words to choose from: name → (title, value → word).
PILIHAN_TETAP: dict[str, tuple[str, dict[str, str]]] = {
    "prioritas": ("Prioritas", dict(Prioritas.choices)),
    "status": ("Status", dict(Status.choices)),
    "jenis": ("Jenis", dict(Jenis.choices)),
}
# Switches: name → (the value that sets it, its words).
SAKELAR = {
    "terlambat": ("1", "Lewat batas waktu"),
    "tindakan": ("saya", "Perlu tindakan saya"),
    "milik": ("saya", "Laporan saya"),
    "tinjau": ("1", "Potensi perlu ditinjau"),
    "untuk": ("instansi", "Untuk instansi saya"),
}
URUT = {
    "cocok": "Paling cocok di atas",
    "terbaru": "Terbaru masuk di atas",
    "batas": "Batas waktu terdekat di atas",
}
NAMA = {"kategori": "Kategori", "instansi": "Instansi", "wilayah": "Wilayah", "posko": "Posko"}


@dataclass(slots=True)
class Pilihan:
    """What the list offers, read in one query: categories with their lead agency, areas near, and kept lists.

    dibaca: whether it was read; a live page asks again with an address the list itself made, and needs no words.
    """

    dibaca: bool = True
    kategori: dict[str, tuple[int, str, str, str]] = field(
        default_factory=dict
    )  # kode → id, nama, jenis, instansi
    instansi: dict[str, str] = field(default_factory=dict)
    wilayah: dict[str, str] = field(default_factory=dict)
    tampilan: list[tuple[str, str, bool]] = field(default_factory=list)  # nama, kueri, whether it is a post's

    def words(self, name: str, value: str) -> str:
        """A chosen value as people say it; empty when there is no such choice."""
        if not self.dibaca:
            return value
        if name == "kategori":
            return self.kategori[value][1] if value in self.kategori else ""
        return (self.instansi if name == "instansi" else self.wilayah).get(value, "")


def choices_for(aktor: Aktor, asked: Iterable[str]) -> Pilihan:
    """The choices of this person's edition. asked: area codes in the address, offered with what lies below.

    One query; categories and areas, which rarely change, are asked for anew when a category has.
    """
    if aktor.edisi is None:
        return Pilihan()
    base = aktor.pos.posko_kode if aktor.pos else aktor.edisi.wilayah_id
    own = {m.posko_kode for m in aktor.pelaku}
    codes = {base, *(kode for kode in asked if KODE.fullmatch(kode))}
    shown = (
        codes | own | {above for kode in codes for above in ancestor_codes(kode) if above.startswith(base)}
    )
    rows = _kept_and_version(aktor)
    version = next((pk for kueri, nama, pk in rows if not (kueri or nama)), 0)
    key = f"saringan:{aktor.edisi.pk}:{version}:{'-'.join(sorted(codes))}:{'-'.join(sorted(shown))}"
    if (known := caches["sekejap"].get(key)) is None:
        known = _rarely_changing(aktor.edisi.pk, codes, shown)
        caches["sekejap"].set(key, known)
    kategori, instansi, wilayah = known
    tampilan = sorted(
        ((nama, kueri, pk > 0) for kueri, nama, pk in rows if kueri or nama),
        key=lambda one: (one[2], one[0].lower()),
    )
    return Pilihan(True, kategori, instansi, wilayah, tampilan)


def _kept_and_version(aktor: Aktor) -> list[tuple[str, str, int]]:
    """Kept lists (filters, name, post or 0), and with neither filters nor name the last change of a category."""
    statement, values = _kept_statement(access.tampilan_visible_to(aktor))
    with asked_often(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@lru_cache(maxsize=1000)
def _kept_statement(rules: Q) -> tuple[str, tuple[Any, ...]]:
    """The question of `_kept_and_version`, for the lists these rules allow; to word it takes longer than to answer.

    The two are joined by hand: Django's own union takes longer to put together than both take to be answered.
    """
    kept = Tampilan.objects.filter(rules).order_by()
    statement, values = kept.values_list("kueri", "nama", Coalesce("posko", Value(0))).query.sql_with_params()
    events: Any = Kategori._meta.get_field("events").related_model
    changed = f"SELECT '', '', coalesce(max(pgh_id), 0) FROM \"{events._meta.db_table}\""  # noqa: S608  # nosec B608
    return f"{statement} UNION ALL {changed}", tuple(values)


_Jarang = tuple[dict[str, tuple[int, str, str, str]], dict[str, str], dict[str, str]]


def _rarely_changing(edisi: int, codes: set[str], shown: set[str]) -> _Jarang:
    """Categories, their lead agencies, and areas as (code → name): those shown, and what lies just below `codes`."""
    text = CharField()
    found = Kategori.objects.filter(pemilihan=edisi).order_by().values_list(
        Value("k", text), "kode", "nama", "pk", "urutan", "jenis", Coalesce("instansi_utama__kode", Value("")),
        Coalesce(NullIf("instansi_utama__singkatan", Value("")), "instansi_utama__nama"),
    )  # fmt: skip
    areas = Wilayah.objects.filter(Q(kode__in=shown) | Q(induk__in=codes)).order_by().values_list(
        Value("w", text), "kode", "nama", Value(0), Value(0), Value("", text), Value("", text), Value("", text)
    )  # fmt: skip
    kategori: dict[str, tuple[int, str, str, str]] = {}
    instansi: dict[str, str] = {}
    wilayah: dict[str, str] = {}
    order = sorted(
        found.union(areas, all=True), key=lambda r: (r[0], r[5], r[4], r[2] if r[0] == "k" else r[1])
    )
    for kind, kode, nama, pk, _, jenis, agency, agency_name in order:
        if kind == "w":
            wilayah[kode] = short_name(nama)
            continue
        kategori[kode] = (pk, nama, jenis, agency)
        if agency:
            instansi[agency] = agency_name
    return kategori, dict(sorted(instansi.items(), key=lambda item: item[1])), wilayah


@dataclass(slots=True)
class Saringan:
    """Chosen filters. nilai: what the address says and means something; diabaikan: what means nothing.

    cari: the question asked, if any. A question looks through all reports and times, best answers first, unless the
    address says otherwise.
    """

    pilihan: Pilihan
    nilai: dict[str, list[str]] = field(default_factory=dict)
    diabaikan: list[str] = field(default_factory=list)
    lingkup: str = "terbuka"
    hari: str = "7"
    urut: str = "terbaru"
    cari: Pertanyaan | None = None

    @classmethod
    def read(cls, query: QueryDict, aktor: Aktor, pilihan: Pilihan | None = None) -> Saringan:
        """Read the address. Values that are no choice are left out and named.

        pilihan: what there is to choose from, when that is known (or, not `dibaca`, does not matter).
        """
        chosen = cls(pilihan or choices_for(aktor, [*query.getlist("wilayah"), *query.getlist("posko")]))
        for name in (*PILIHAN_TETAP, *NAMA, *SAKELAR):
            for value in dict.fromkeys(query.getlist(name)):
                if value == "":
                    continue
                if chosen._words(name, value):
                    chosen.nilai.setdefault(name, []).append(value)
                else:
                    chosen.diabaikan.append(f"{name}={value[:40]}")
        chosen._read_question(query.get("cari", ""))
        chosen._read_scope(query)
        return chosen

    def _read_question(self, text: str) -> None:
        asked = Pertanyaan.read(text)
        if asked.butir:
            self.cari = asked
        elif asked.teks:
            self.diabaikan.append(f"cari={asked.teks[:40]}")

    def _read_scope(self, query: QueryDict) -> None:
        """Open reports, unless something is asked for that is never open."""
        finished = set(self.nilai.get("status", ())) - {str(s) for s in TERBUKA}
        never_open = finished or self.nilai.get("jenis") == ["kegiatan"]
        asked = {name: query.get(name, "") for name in ("lingkup", "hari", "urut")}
        known = {"lingkup": ("terbuka", "semua"), "hari": HARI, "urut": URUT}
        self.diabaikan += [f"{n}={v[:40]}" for n, v in asked.items() if v and v not in known[n]]
        self.lingkup = (
            asked["lingkup"]
            if asked["lingkup"] in known["lingkup"]
            else "semua" if never_open or self.cari else "terbuka"
        )  # fmt: skip
        usual = _usual(asking=self.cari is not None)
        self.hari = asked["hari"] if asked["hari"] in HARI else usual["hari"]
        self.urut = usual["urut"]
        if asked["urut"] == "terbaru" or (asked["urut"] == "batas" and self.lingkup == "terbuka"):
            self.urut = asked["urut"]

    def _words(self, name: str, value: str) -> str:
        if name in PILIHAN_TETAP:
            return PILIHAN_TETAP[name][1].get(value, "")
        if name in SAKELAR:
            return SAKELAR[name][1] if value == SAKELAR[name][0] else ""
        return self.pilihan.words(name, value)

    # --- the address and the chips --------------------------------------------------------------------

    def address(self, **other: Any) -> str:
        """The query string of this list, with some parameters changed (None leaves one out)."""
        pairs = [
            (name, value) for name, values in self.nilai.items() for value in values if name not in other
        ]
        own = {"cari": self.cari.teks if self.cari else None, "lingkup": self.lingkup, "hari": self.hari}
        scope = own | {"urut": self.urut} | other
        usual = _usual(asking=scope["cari"] is not None).items()
        pairs += [
            (name, value) for name, value in scope.items() if value is not None and (name, value) not in usual
        ]
        return "?" + urlencode(pairs)

    @property
    def menyaring(self) -> bool:
        """Whether this is more than the list as it opens: worth keeping under a name."""
        return bool(self.nilai or self.cari)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the search box sends along: the filters; the scope only once a question was asked in it."""
        pairs = [(name, value) for name, values in self.nilai.items() for value in values]
        return pairs + ([("lingkup", self.lingkup), ("hari", self.hari)] if self.cari else [])

    @property
    def chips(self) -> list[tuple[str, str]]:
        """Chosen filters as (words, address without it)."""
        found = []
        if self.cari:
            found.append((f"Cari: {self.cari.teks}", self.address(cari=None, urut=None, hari=None)))
        for name, values in self.nilai.items():
            for value in values:
                title = PILIHAN_TETAP[name][0] if name in PILIHAN_TETAP else NAMA.get(name, "")
                words = f"{title}: {self._words(name, value)}" if title else self._words(name, value)
                rest = [v for v in values if v != value]
                without = replace(self, nilai=self.nilai | {name: rest})
                found.append((words, without.address()))
        return found

    @property
    def in_words(self) -> str:
        """The whole filter in one line, for the journal of exports."""
        scope = "Terbuka" if self.lingkup == "terbuka" else "Semua"
        days = "" if self.lingkup == "terbuka" else f", {HARI[self.hari] or 'semua'} hari"
        return "; ".join([f"{scope}{days}", *(words for words, _ in self.chips)])

    # --- the rows -------------------------------------------------------------------------------------

    def asked(self, aktor: Aktor) -> Pertanyaan | None:
        """What to ask the index; None when the list is walked in its order instead.

        Of all reports ever, few may pass the filters: walked, a million would be read for a page. The index knows what
        reports are, but not how they stand: open ones are few enough to walk.
        """
        if self.cari is not None:
            return replace(self.cari, sifat=self._facets(aktor))
        return Pertanyaan("", sifat=self._facets(aktor)) if self.looks_back else None

    @property
    def looks_back(self) -> bool:
        """Whether this is a list of all reports ever, in which few may pass the filters."""
        known = {"prioritas", "jenis", "wilayah", "kategori", "instansi"} & self.nilai.keys()
        return self.cari is None and self.lingkup == "semua" and self.urut == "terbaru" and bool(known)

    def _facets(self, aktor: Aktor) -> list[list[str]]:
        """Keys of the filters the index knows, a group each: they narrow, `narrow` decides. At most three queries."""
        groups = {name: list(self.nilai.get(name, ())) for name in ("prioritas", "jenis")}
        groups["wilayah"] = [kode for kode in self.nilai.get("wilayah", ()) if KODE.fullmatch(kode)]
        groups["kategori"] = list(map(str, self._kinds(aktor, "kode", self.nilai.get("kategori", []))))
        found = [[facet_key(name, value) for value in group] for name, group in groups.items() if group]
        if values := self.nilai.get("instansi"):
            sent = Instansi.objects.filter(kode__in=values).order_by().values_list("pk", flat=True)
            led = self._kinds(aktor, "instansi_utama__kode", values)
            found.append(
                [*(facet_key("kategori", pk) for pk in led), *(facet_key("instansi", pk) for pk in sent)]
            )
        return found

    def apply(self, rows: LaporanQuerySet, aktor: Aktor, now: dt.datetime) -> LaporanQuerySet:
        """Filter `rows` (already what the person may see); `now` (aware) decides what is late and how old.

        A question filters too, out of all reports: for exports and counts. `laporan.halaman` pages through its answers.
        """
        rows = self.narrow(rows, aktor, now)
        asked = self.asked(aktor) if self.cari else None
        return asked.filter(rows, aktor) if asked else rows

    def narrow(self, rows: LaporanQuerySet, aktor: Aktor, now: dt.datetime) -> LaporanQuerySet:
        """`apply` without the question."""
        if self.lingkup == "terbuka":
            rows = rows.terbuka()
        elif days := HARI[self.hari]:
            rows = rows.filter(waktu_lapor__gte=now - dt.timedelta(days=days))
        for name in PILIHAN_TETAP:
            if values := self.nilai.get(name):
                rows = rows.filter(**{f"{name}__in": values})
        if values := self.nilai.get("kategori"):
            rows = rows.filter(kategori__in=self._kinds(aktor, "kode", values))
        if values := self.nilai.get("wilayah"):
            rows = rows.filter(_any(_under("wilayah", kode) for kode in values))
        if values := self.nilai.get("posko"):
            posts = Posko.objects.filter(_any(_under("wilayah", k) for k in values), pemilihan=aktor.edisi)
            rows = rows.filter(posko__in=posts.order_by().values("pk"))
        if values := self.nilai.get("instansi"):
            rows = rows.filter(self._concerns(values, aktor))
        if "terlambat" in self.nilai:
            rows = rows.late(now)
        if "tinjau" in self.nilai:
            rows = rows.filter(penilaian__tinjau_pada__lt=timezone.localdate(now))
        if "milik" in self.nilai:
            rows = rows.filter(pelapor=aktor.pengguna.pk)
        if "untuk" in self.nilai:
            rows = rows.filter(diteruskan__overlap=sorted(access.seats(aktor)))
        # What is closed waits for nobody, whatever else the list shows.
        return rows.terbuka().filter(waiting_for(aktor, now)) if "tindakan" in self.nilai else rows

    def _kinds(self, aktor: Aktor, column: str, values: list[str]) -> list[int] | QuerySet[Any]:
        """Ids of the categories with this code or lead agency: known, or for the database to look up."""
        if not self.pilihan.dibaca:
            kinds = Kategori.objects.filter(pemilihan=aktor.edisi, **{f"{column}__in": values})
            return kinds.order_by().values_list("pk", flat=True)
        known = self.pilihan.kategori.items()
        return [pk for kode, (pk, _, _, agency) in known if (kode if column == "kode" else agency) in values]

    def _concerns(self, agencies: list[str], aktor: Aktor) -> Q:
        """Reports whose category these agencies lead, or that were forwarded to one of their seats."""
        led = self._kinds(aktor, "instansi_utama__kode", agencies)
        seats = Kursi.objects.filter(posko__pemilihan=aktor.edisi, instansi__kode__in=agencies)
        ids = seats.order_by().annotate(nomor=Cast("pk", IntegerField())).values("nomor")
        return Q(kategori__in=led) | Q(diteruskan__overlap=ArraySubquery(ids))


def _usual(*, asking: bool) -> dict[str, str]:
    """What the list does unless the address says otherwise; the address leaves it out."""
    return {"hari": "semua", "urut": "cocok"} if asking else {"hari": "7", "urut": "terbaru"}


def waiting_for(aktor: Aktor, at: dt.datetime) -> Q:
    """Open reports that wait for this person at `at` (aware).

    At the posts they run; their own that miss something; what their agency still owes an answer; a post below that asks
    for help; a hand-over that the post below did not accept in time; and, for an operator above, what a post below
    left without an answer past its deadline.
    """
    waits = Q(pelapor=aktor.pengguna.pk, status=Status.PERLU_DILENGKAPI)
    if posts := sorted(aktor.dipimpin):
        waits |= Q(posko__in=posts) & ~Q(status=Status.PERLU_DILENGKAPI)
        waits |= Q(dukungan_ke__in=posts)
        unaccepted = Pelimpahan.objects.filter(status="menunggu", pengawas__in=posts, batas_terima__lt=at)
        waits |= Q(pk__in=unaccepted.order_by().values("laporan"))
    if held := sorted(access.seats(aktor)):
        # The first condition has the index, the second says that an answer is still owed.
        waits |= Q(diteruskan__overlap=held, penerusan_terbuka__overlap=held)
    if aktor.mengawasi:
        waits |= Q(status=Status.BARU, batas_waktu__lt=at)
    return waits


def _under(path: str, kode: str) -> Q:
    # "/" follows "." in collation C: exactly the codes that begin with `kode.`, as an index range.
    return Q(**{path: kode}) | Q(**{f"{path}__gte": f"{kode}.", f"{path}__lt": f"{kode}/"})


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
