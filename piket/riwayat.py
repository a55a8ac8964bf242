"""Every change of a post's roster, newest first, from the history that the database itself keeps (pghistory).

Three histories are read as one: of shifts, needs and assignments. All changes of a transaction have one moment, so the
place in the list is (moment, kind, event): `?sesudah=<microseconds>-<kind>-<event>`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from piket.models import Kebutuhan, Penugasan, Piket
from posko.models import Anggota, Kursi, Pengguna, Posko
from posko.templatetags.posko import hari
from posko.templatetags.posko import waktu as moment

UKURAN = 50
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MACAM = (Penugasan, Kebutuhan, Piket)  # their order within one moment


@dataclass(frozen=True)
class Tanda:
    """A place in the list: after this event."""

    pada: dt.datetime
    macam: int
    id: int

    @classmethod
    def parse(cls, text: str | None) -> Tanda | None:
        match = re.fullmatch(r"(\d{1,17})-([0-2])-(\d{1,9})", text or "", re.ASCII)
        if match is None:
            return None
        return cls(EPOCH + dt.timedelta(microseconds=int(match[1])), int(match[2]), int(match[3]))

    def __str__(self) -> str:
        return f"{(self.pada - EPOCH) // dt.timedelta(microseconds=1)}-{self.macam}-{self.id}"

    def beyond(self, macam: int) -> Q:
        """Events of a kind that come after this place."""
        earlier = Q(pgh_created_at__lt=self.pada)
        if macam > self.macam:
            return earlier | Q(pgh_created_at=self.pada)
        return earlier | Q(pgh_created_at=self.pada, pgh_id__lt=self.id) if macam == self.macam else earlier


@dataclass
class Perubahan:
    """One change. kalimat: what happened; kolom: field, before, after."""

    kalimat: str
    kolom: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Kelompok:
    """What one person did in one transaction."""

    pada: dt.datetime
    oleh: str
    perubahan: list[Perubahan] = field(default_factory=list)


@dataclass
class Riwayat:
    """A page of the history. lama: the place from which the next page goes on, empty at the end."""

    kelompok: list[Kelompok]
    lama: str = ""


def read_history(posko: Posko, tanda: Tanda | None = None, size: int = UKURAN) -> Riwayat:
    """At most `size` changes after a place. Ten queries, whatever the size."""
    members = dict(
        Anggota.objects.filter(kursi__posko=posko).values_list("pk", "pengguna__nama").order_by("pk")
    )
    seats = {k.pk: str(k.instansi) for k in Kursi.objects.filter(posko=posko).select_related("instansi")}
    mine = (Q(anggota__in=list(members)), Q(kursi__in=list(seats)), Q(posko=posko))
    found: list[tuple[Tanda, Any]] = []
    for macam, rows in enumerate(mine):
        wanted = rows & tanda.beyond(macam) if tanda else rows
        events = _events(macam).filter(wanted).order_by("-pgh_created_at", "-pgh_id")
        events = events.select_related("pgh_context", *(["pembuatan"] if macam != 1 else []))
        found += [(Tanda(e.pgh_created_at, macam, e.pgh_id), e) for e in events[: size + 1]]
    found.sort(key=lambda row: (EPOCH - row[0].pada, row[0].macam, -row[0].id))
    shown = found[:size]
    teller = _Teller(posko, shown, members, seats)
    return Riwayat(teller.groups(), str(shown[-1][0]) if len(found) > size else "")


def _events(macam: int) -> Any:
    model: Any = MACAM[macam]._meta.get_field("events").related_model
    return model.objects


def _user_id(event: Any) -> int:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    return metadata.get("user") or 0


class _Teller:
    """Says in words what events mean."""

    def __init__(
        self,
        posko: Posko,
        shown: Iterable[tuple[Tanda, Any]],
        members: Mapping[int, str],
        seats: Mapping[int, str],
    ) -> None:
        self.posko, self.shown, self.members, self.seats = posko, list(shown), members, seats
        self.before = [self._before(macam) for macam in range(len(MACAM))]
        self.shifts = self._shift_names()
        people = Pengguna.objects.filter(pk__in={_user_id(e) for _, e in self.shown})
        self.people = {p.pk: str(p) for p in people}

    def _of(self, macam: int) -> list[Any]:
        return [event for place, event in self.shown if place.macam == macam]

    def _before(self, macam: int) -> dict[int, Any]:
        """Event: the one before it of the same thing."""
        ids = {event.pgh_obj_id for event in self._of(macam)}
        before, last = {}, None
        for event in _events(macam).filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "pgh_id"):
            if last is not None and last.pgh_obj_id == event.pgh_obj_id:
                before[event.pgh_id] = last
            last = event
        return before

    def _shift_names(self) -> dict[int, str]:
        """Also of shifts that are deleted: as they were last."""
        ids = {e.piket_id for macam in (0, 1) for e in self._of(macam)}
        ids |= {e.piket_id for e in self.before[0].values()}
        last = _events(2).filter(pgh_obj_id__in=ids).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        return {event.pgh_obj_id: self._shift(event) for event in last}

    def _shift(self, event: Any) -> str:
        return f"{event.nama} {self._hours(event.waktu)}, {hari(event.tanggal)}"

    def _hours(self, waktu: Any) -> str:
        start, end = (timezone.localtime(t, self.posko.zona) for t in (waktu.lower, waktu.upper))
        return f"{start:%H.%M}–{end:%H.%M}"

    def groups(self) -> list[Kelompok]:
        groups: list[Kelompok] = []
        for place, event in self.shown:
            oleh = self.people.get(_user_id(event), "Sistem")
            if not groups or (groups[-1].pada, groups[-1].oleh) != (place.pada, oleh):
                groups.append(Kelompok(place.pada, oleh))
            groups[-1].perubahan.append(self._tell(place.macam, event))
        return groups

    def _tell(self, macam: int, event: Any) -> Perubahan:
        name = (self._duty, self._need, self._shift)[macam](event)
        sentence = f"{name}: {WORDS[macam].get(event.pgh_label, event.pgh_label)}"
        batch = getattr(event, "pembuatan", None)
        if batch and event.pgh_label == "insert":
            sentence += f" ({batch.get_jenis_display().lower()})"
        before = self.before[macam].get(event.pgh_id)
        if event.pgh_label != "update" or before is None:
            return Perubahan(sentence)
        return Perubahan(sentence, self._changes(COLUMNS[macam], before, event))

    def _duty(self, event: Any) -> str:
        return f"{self._member(event)} di {self._where(event)}"

    def _need(self, event: Any) -> str:
        seat = self.seats.get(event.kursi_id, "?")
        return f"Kebutuhan {seat} di {self._where(event)}, {event.jumlah} orang"

    def _member(self, event: Any) -> str:
        return self.members.get(event.anggota_id) or "Anggota yang sudah tidak ada"

    def _where(self, event: Any) -> str:
        return self.shifts.get(event.piket_id, "giliran yang sudah tidak ada")

    def _changes(self, columns: Mapping[str, str], before: Any, after: Any) -> list[tuple[str, str, str]]:
        return [
            (words, self._value(name, before), self._value(name, after))
            for name, words in columns.items()
            if getattr(before, name) != getattr(after, name)
        ]

    def _value(self, name: str, event: Any) -> str:
        special: dict[str, Callable[[Any], str]] = {
            "anggota_id": self._member, "piket_id": self._where, "waktu": lambda e: self._hours(e.waktu),
            "tanggal": lambda e: hari(e.tanggal),
        }  # fmt: skip
        if name in special:
            return special[name](event)
        value = getattr(event, name)
        if isinstance(value, bool):
            return "ya" if value else "tidak"
        if isinstance(value, dt.datetime):
            return moment(value, self.posko.zona)
        chosen = dict(event._meta.get_field(name).flatchoices).get(value)
        return str(chosen or value or "–")


WORDS = (
    {"insert": "ditempatkan", "update": "diubah", "delete": "dikeluarkan"},
    {"insert": "ditetapkan", "update": "diubah", "delete": "dihapus"},
    {"insert": "giliran dibuat", "update": "giliran diubah", "delete": "giliran dihapus"},
)
COLUMNS = (
    {
        "anggota_id": "Petugas", "piket_id": "Giliran", "waktu": "Jam tugas", "status": "Status",
        "koordinator": "Koordinator", "terkunci": "Terkunci", "kehadiran": "Kehadiran", "datang": "Datang",
        "pulang": "Pulang", "keterangan": "Keterangan",
    },
    {"jumlah": "Jumlah"},
    {
        "nama": "Nama", "jenis": "Jenis", "tanggal": "Tanggal", "waktu": "Jam tugas", "catatan": "Keterangan",
        "terbit_pada": "Terbit pada",
    },
)  # fmt: skip
