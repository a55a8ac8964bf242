"""Pages of the report list and the neighbours of one report in it. Never counts, never skips rows.

By arrival and by deadline the position is the row's own (`?sesudah=<id>`, `?sebelum=<id>`; by deadline
`<microseconds>-<id>`). A question's best answers stand in windows of the newest 200, ranked within: the position is the
window's upper id and the part of it that is shown (`?sesudah=<part>.<id>`, with `a` for the point in the first window;
`?sebelum=<id>` for the window above).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Q, Value

from laporan.cari.pertanyaan import JENDELA, SEDIKIT, nearby
from laporan.models import Laporan
from laporan.models.laporan import LIST_COLUMNS
from laporan.models.perkembangan import microseconds
from laporan.models.tambahan import SatuDari
from posko.kursor import asked_often

if TYPE_CHECKING:
    from collections.abc import Mapping

    from laporan.cari.pertanyaan import Jawaban, Pertanyaan
    from laporan.models.laporan import LaporanQuerySet
    from laporan.saringan import Saringan
    from posko.access import Aktor

# Best answers on a page: who has not found it among these asks another question.
TERBAIK = 25

Baris = dict[str, Any]
Tanda = tuple[dt.datetime | None, int]


@dataclass(slots=True)
class Halaman:
    """One page. baru, lama: parameters of the pages before and after; ditanya: the question as asked in the end."""

    baris: list[Baris] = field(default_factory=list)
    baru: dict[str, str] = field(default_factory=dict)
    lama: dict[str, str] = field(default_factory=dict)
    ditanya: Pertanyaan | None = None


def read_page(
    chosen: Saringan, aktor: Aktor, now: dt.datetime, query: Mapping[str, str], size: int
) -> Halaman:
    """At most `size` rows (dicts of LIST_COLUMNS) of what the person may see, at the position in `query`; of best
    answers at most `TERBAIK`.
    """
    rows = chosen.narrow(Laporan.objects.visible_to(aktor), aktor, now)
    asked = chosen.asked(aktor)
    if asked is None:
        return _page(rows, chosen.urut, query, size, few=aktor.peserta)
    if chosen.urut == "cocok":
        return _best(rows, asked, aktor, query, min(size, TERBAIK))
    if chosen.urut == "terbaru":
        return _newest(rows, asked, aktor, query, size)
    return _page(asked.filter(rows, aktor), chosen.urut, query, size)


def neighbours(
    chosen: Saringan, aktor: Aktor, now: dt.datetime, query: Mapping[str, str], laporan: Laporan
) -> tuple[str, str]:
    """Numbers of the reports before and after this one in the list (empty: none), without reading the list.

    Two queries; with a question a few more. Among best answers only those of the window are neighbours.
    """
    rows = chosen.narrow(Laporan.objects.visible_to(aktor), aktor, now)
    asked = chosen.asked(aktor)
    if asked is not None and chosen.urut == "cocok":
        window = [one.id for one in _window(rows, asked, aktor, query, enough=JENDELA).temuan]
        if laporan.pk not in window:
            return "", ""
        n = window.index(laporan.pk)
        return _numbers(window[n - 1 : n], window[n + 1 : n + 2])
    if asked is not None and chosen.urut == "terbaru":
        before, after = (
            asked.newest(rows, aktor, limit=SEDIKIT, enough=SEDIKIT, **{side: laporan.pk}).temuan
            for side in ("above", "below")
        )
        return _numbers([one.id for one in before[:1]], [one.id for one in after[:1]])
    if asked is not None:
        rows = asked.filter(rows, aktor)
    mark = (laporan.batas_waktu, laporan.pk)
    newer, older = (
        _ordered(rows, chosen.urut, mark, back=back).values_list("nomor", flat=True).first()
        for back in (True, False)
    )
    return newer or "", older or ""


def position(row: Baris, urut: str) -> str:
    """Where a row stands in the list, for the address of the next page."""
    if urut != "batas":
        return str(row["id"])
    return f"{microseconds(row['batas_waktu']) if row['batas_waktu'] else ''}-{row['id']}"


def placed(rows: LaporanQuerySet, urut: str, query: Mapping[str, str]) -> LaporanQuerySet:
    """`rows` in their order from the position in the address on; backwards from it for `?sebelum=`."""
    mark = _mark(query.get("sebelum") or query.get("sesudah") or "")
    return _ordered(rows, urut, mark, back=bool(query.get("sebelum")))


def _page(
    rows: LaporanQuerySet, urut: str, query: Mapping[str, str], size: int, *, few: bool = False
) -> Halaman:
    """A page by arrival or by deadline.

    few: of the reports walked the person sees few, as a contestant does. Then the index, which holds what the access
    rules read, says which, and only those shown are read from the table.
    """
    back = bool(query.get("sebelum"))
    mark = _mark(query.get("sebelum") or query.get("sesudah") or "")
    ordered = _ordered(rows, urut, mark, back=back)
    if few:
        ids = ordered.values("pk")[: size + 1]
        ordered = _ordered(Laporan.objects.filter(pk__in=ids), urut, None, back=back)
    found = list(ordered.values(*LIST_COLUMNS)[: size + 1])
    return _cut(found, urut, size, back=back, marked=mark is not None)


def _cut(found: list[Baris], urut: str, size: int, *, back: bool, marked: bool) -> Halaman:
    """A page out of one row more than it shows, in the order they were read."""
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    before, after = (more, marked) if back else (marked, more)
    page = Halaman(found)
    if before:
        page.baru = {"sebelum": position(found[0], urut)} if found else {}
    if after and found:
        page.lama = {"sesudah": position(found[-1], urut)}
    return page


def _ordered(rows: LaporanQuerySet, urut: str, mark: Tanda | None, *, back: bool) -> LaporanQuerySet:
    """Rows after the mark (before it and backwards, going back), in the list's order."""
    if urut == "batas":
        nulls = F("batas_waktu").desc(nulls_first=True) if back else F("batas_waktu").asc(nulls_last=True)
        rows = rows.order_by(nulls, "-id" if back else "id")
        return rows.filter(_beyond(mark, back)) if mark else rows
    rows = rows.order_by("id" if back else "-id")
    return rows.filter(**{"id__gt" if back else "id__lt": mark[1]}) if mark else rows


def _mark(text: str) -> Tanda | None:
    match = re.fullmatch(r"(?:(\d{1,17})?-)?(\d{1,18})", text, re.ASCII)
    if not match:
        return None
    at = (
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=int(match[1]))
        if match[1]
        else None
    )
    return at, int(match[2])


def _beyond(mark: Tanda, back: bool) -> Q:
    """Rows after the mark (before it, when going back) by deadline, rows without one last."""
    at, pk = mark
    if at is None:
        same = Q(batas_waktu=None, id__lt=pk) if back else Q(batas_waktu=None, id__gt=pk)
        return same | Q(batas_waktu__isnull=False) if back else same
    if back:
        return Q(batas_waktu__lt=at) | Q(batas_waktu=at, id__lt=pk)
    return Q(batas_waktu__gt=at) | Q(batas_waktu=at, id__gt=pk) | Q(batas_waktu=None)


def near(rows: LaporanQuerySet, query: Mapping[str, str]) -> tuple[LaporanQuerySet, bool]:
    """`rows` among the newest ids from the position in the address on, and whether none lie beyond."""
    return nearby(rows, **_side(query))


def _side(query: Mapping[str, str]) -> dict[str, int]:
    """The position in the address as an id that the page lies below or above; nothing for the first page."""
    back = bool(query.get("sebelum"))
    mark = _mark(query.get("sebelum") or query.get("sesudah") or "")
    return {"above" if back else "below": mark[1]} if mark else {}


# --- answers to a question ----------------------------------------------------------------------------


def _rows(ids: list[int]) -> list[Baris]:
    """Rows of the list for reports the person was just found to see, in this order. At most one query."""
    if not ids:
        return []
    with asked_often():
        found = {row["id"]: row for row in _by_key(ids).values(*LIST_COLUMNS)}
    return [found[pk] for pk in ids if pk in found]


def _numbers(before: list[int], after: list[int]) -> tuple[str, str]:
    """The numbers of two reports, given as no or one id each. At most one query."""
    if not (ids := before + after):
        return "", ""
    with asked_often():
        found = dict(_by_key(ids).values_list("pk", "nomor"))
    return "".join(found[pk] for pk in before), "".join(found[pk] for pk in after)


def _by_key(ids: list[int]) -> LaporanQuerySet:
    """However many ids, it is the same statement."""
    keys = Value(ids, ArrayField(BigIntegerField()))
    return Laporan.objects.filter(SatuDari(F("pk"), keys)).order_by()


def _newest(
    rows: LaporanQuerySet, asked: Pertanyaan, aktor: Aktor, query: Mapping[str, str], size: int
) -> Halaman:
    """A page of answers by arrival."""
    side = _side(query)
    answer = asked.newest(rows, aktor, limit=size + 1, enough=size + 1, **side)
    found = _rows([one.id for one in answer.temuan])
    page = _cut(found, "terbaru", size, back="above" in side, marked=bool(side))
    page.ditanya = answer.ditanya
    return page


def _window(
    rows: LaporanQuerySet, asked: Pertanyaan, aktor: Aktor, query: Mapping[str, str], enough: int
) -> Jawaban:
    """The newest answers at the position, at most 200, best first."""
    below = _part(query.get("sesudah", "")).di_bawah
    above = _mark(query.get("sebelum", ""))
    answer = asked.newest(
        rows, aktor, limit=JENDELA, enough=enough, below=below, above=above[1] if above else None
    )
    answer.temuan.sort(key=lambda one: (-one.cocok, -one.id))
    return answer


def _best(
    rows: LaporanQuerySet, asked: Pertanyaan, aktor: Aktor, query: Mapping[str, str], size: int
) -> Halaman:
    """A page of the best answers."""
    answer = _window(rows, asked, aktor, query, enough=2 * size)
    window = [one.id for one in answer.temuan]
    place = _part(query.get("sesudah", ""))
    back = _mark(query.get("sebelum", "")) is not None
    last = max(0, (len(window) - 1) // size)
    part = last if back else place.bagian
    page = Halaman(_rows(window[part * size : (part + 1) * size]), ditanya=answer.ditanya)
    if not window:
        return page
    top, bottom = max(window), min(window)
    first = not answer.lagi if back else place.pertama
    here = f"{'a' if first else '.'}{top + 1}"
    if part > 0:
        page.baru = {"sesudah": f"{part - 1}{here}"}
    elif not first:
        page.baru = {"sebelum": str(top)}
    if part < last:
        page.lama = {"sesudah": f"{part + 1}{here}"}
    elif answer.lagi or back:
        page.lama = {"sesudah": f"0.{bottom}"}
    return page


@dataclass(frozen=True, slots=True)
class Bagian:
    """A part of a window: which part, below which id, and whether it is the first window."""

    bagian: int = 0
    di_bawah: int | None = None
    pertama: bool = True


def _part(text: str) -> Bagian:
    match = re.fullmatch(r"(\d)([.a])(\d{1,18})", text, re.ASCII)
    return Bagian(int(match[1]), int(match[3]), match[2] == "a") if match else Bagian()
