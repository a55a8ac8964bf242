"""The Buku Piket of a post: what is written during a shift. Struck through with a reason, never edited or deleted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from piket.models import CatatanPiket, FotoCatatan, Piket
from posko import access

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from piket.models.buku import CatatanQuerySet
    from posko.access import Aktor
    from posko.models import Berkas, Posko

MOST_LETTERS = 2_000


class KunciBentrok(Exception):
    """The same `kunci` was used before with other content: 409, and the form comes back with a new key."""

    def __init__(self, pertama: Any) -> None:
        super().__init__("Kiriman dengan kunci ini sudah tercatat dengan isi lain.")
        self.pertama = pertama


def write(
    posko: Posko, *, by: Aktor, isi: str, kunci: UUID, foto: Iterable[Berkas] = (), at: dt.datetime | None = None
) -> CatatanPiket:  # fmt: skip
    """Add an entry to the post's book; the same `kunci` with the same content returns the first one.

    foto: stored photos in order. at: aware, default now; the shift is the one that runs then. Raises PermissionDenied
    and KunciBentrok. One transaction.
    """
    isi, photos = isi.strip(), tuple(foto)
    # A retry after the duty ended: what was acknowledged once stays acknowledged.
    if first := CatatanPiket.objects.filter(oleh=by.pengguna, kunci=kunci).first():
        return _same(first, posko, isi, photos)
    if not access.can(by, "write_book", posko):
        raise PermissionDenied
    now = at or timezone.now()
    try:
        with transaction.atomic():
            entry = CatatanPiket.objects.create(
                posko=posko, piket=running(posko, by, now), isi=isi, kunci=kunci, oleh=by.pengguna, pada=now
            )
            FotoCatatan.objects.bulk_create(
                FotoCatatan(catatan=entry, berkas=one, urut=n) for n, one in enumerate(photos, 1)
            )
    except IntegrityError as error:
        # Two taps at once: the unique key let one of them in.
        if "catatanpiket_kunci_unik" not in str(error):
            raise
        return _same(CatatanPiket.objects.get(oleh=by.pengguna, kunci=kunci), posko, isi, photos)
    return entry


def _same(first: CatatanPiket, posko: Posko, isi: str, foto: tuple[Berkas, ...]) -> CatatanPiket:
    kept = list(first.foto.order_by("urut").values_list("berkas", flat=True))  # type: ignore[attr-defined]
    if (first.posko_id, first.isi, kept) != (posko.pk, isi, [one.pk for one in foto]):
        raise KunciBentrok(first)
    return first


def running(posko: Posko, by: Aktor, at: dt.datetime) -> Piket | None:
    """The shift an entry made at `at` (aware) belongs to: one's own first, then the one that began last."""
    shifts = list(
        Piket.objects.now(at)
        .filter(posko=posko)
        .select_related("posko__wilayah")
        .prefetch_related("penugasan")
        .order_by("jenis", "-waktu", "-id")
    )
    own = [
        p
        for p in shifts
        if by.pengguna.pk in {d.pengguna_id for d in p.penugasan.all() if d.status in d.LIVE}
    ]  # type: ignore[attr-defined]
    return next(iter(own or shifts), None)


def strike(entry: CatatanPiket, *, by: Aktor, alasan: str, at: dt.datetime | None = None) -> CatatanPiket:
    """Strike an entry through. Again by the same person changes nothing.

    Raises PermissionDenied, and ValidationError without a reason or when somebody else struck it before.
    """
    if not access.can(by, "strike_entry", entry):
        raise PermissionDenied
    if not (alasan := alasan.strip()):
        raise ValidationError({"alasan": "Tulis alasan mencoret."})
    with transaction.atomic():
        found = (
            CatatanPiket.objects.select_for_update(of=("self",))
            .select_related("dicoret_oleh")
            .get(pk=entry.pk)
        )
        if found.dicoret_pada is not None:
            if found.dicoret_oleh == by.pengguna:
                return found
            raise ValidationError(
                f"Catatan ini sudah dicoret oleh {found.dicoret_oleh}: {found.alasan_coret}"
            )
        found.dicoret_pada, found.dicoret_oleh, found.alasan_coret = at or timezone.now(), by.pengguna, alasan
        found.save(update_fields=["dicoret_pada", "dicoret_oleh", "alasan_coret"])
    return found


# --- reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bagian:
    """Entries of one shift on one day, in the order they are shown. piket: None outside any shift."""

    tanggal: dt.date
    piket: Piket | None
    catatan: list[CatatanPiket]


@dataclass(slots=True)
class Halaman:
    """One page of the book. baru, lama: parameters of the pages before and after."""

    bagian: list[Bagian]
    baru: str = ""
    lama: str = ""


def entries(posko: Posko, dari: dt.date | None = None, sampai: dt.date | None = None) -> CatatanQuerySet:
    """Entries of a post, of duty dates between two local dates (both included; None: open)."""
    rows = CatatanPiket.objects.filter(posko=posko)
    if dari is not None:
        rows = rows.filter(Q(piket__tanggal__gte=dari) | Q(piket=None, pada__gte=_midnight(posko, dari)))
    if sampai is not None:
        after = _midnight(posko, sampai + dt.timedelta(days=1))
        rows = rows.filter(Q(piket__tanggal__lte=sampai) | Q(piket=None, pada__lt=after))
    return rows


def _midnight(posko: Posko, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, posko.zona)


def read_page(rows: CatatanQuerySet, posko: Posko, query: Mapping[str, str], size: int) -> Halaman:
    """At most `size` entries at the position in `query` (``sesudah=<id>``, ``sebelum=<id>``), newest first."""
    back = bool(query.get("sebelum"))
    mark = _mark(query.get("sebelum") or query.get("sesudah") or "")
    rows = rows.for_page()
    if mark is not None:
        rows = rows.filter(**{"id__gt" if back else "id__lt": mark})
    found = list(rows.order_by("id" if back else "-id")[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    before, after = (more, mark is not None) if back else (mark is not None, more)
    page = Halaman(grouped(found, posko))
    if found:
        page.baru = f"sebelum={found[0].pk}" if before else ""
        page.lama = f"sesudah={found[-1].pk}" if after else ""
    return page


def grouped(found: list[CatatanPiket], posko: Posko) -> list[Bagian]:
    """Entries that stand together, by the shift they belong to."""

    def place(entry: CatatanPiket) -> tuple[dt.date, int | None]:
        day = entry.piket.tanggal if entry.piket else posko.local_time(entry.pada).date()
        return day, entry.piket_id

    parts = ((key, list(some)) for key, some in groupby(found, place))
    return [Bagian(day, some[0].piket, some) for (day, _), some in parts]


def _mark(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else None
