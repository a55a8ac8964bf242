"""A planned change of many assignments: what would be placed, and what would not and why. Nothing is silently dropped.

Shown first, then done: whoever confirms sends the plan's `sidik` along, and only that very plan is carried out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet

from piket.models import Kebutuhan, Pembuatan, Penugasan, Piket
from piket.penugasan import Basi
from piket.periksa import Sebab
from posko.models import Anggota, Pengguna

BERUBAH = "Jadwal berubah sejak pratinjau dibuka. Periksa pratinjau yang baru, lalu tekan lagi."


class Hasil(StrEnum):
    TEMPATKAN = "tempatkan"
    PERINGATAN = "peringatan"
    TIDAK = "tidak"
    SUDAH = "sudah"


@dataclass
class BarisRencana:
    """One person on one shift. hasil: what becomes of it; sebab: why. lama: the assignment taken over."""

    piket: Piket
    anggota: Anggota
    hasil: Hasil
    sebab: str = ""
    koordinator: bool = False
    lama: Penugasan | None = None

    @property
    def kunci(self) -> str:
        """What the plan's `sidik` covers of it."""
        start = self.piket.waktu.lower.isoformat()
        return f"{self.piket.jenis}{start} {self.anggota.pk} {self.hasil} {self.koordinator}"


@dataclass
class Rencana:
    """giliran: shifts that do not exist yet, each with its needs (seat: how many).

    paksa: what only warnings stand against is placed too.
    """

    paksa: bool = False
    baris: list[BarisRencana] = field(default_factory=list)
    giliran: list[tuple[Piket, dict[int, int]]] = field(default_factory=list)

    def weigh(self, sebab: list[Sebab]) -> tuple[Hasil, str]:
        """What becomes of somebody with these reasons against them."""
        words = "; ".join(s.kata for s in sebab)
        if any(s.keras for s in sebab):
            return Hasil.TIDAK, words
        return (Hasil.PERINGATAN, words) if sebab else (Hasil.TEMPATKAN, "")

    def is_placed(self, row: BarisRencana) -> bool:
        return row.hasil == Hasil.TEMPATKAN or (self.paksa and row.hasil == Hasil.PERINGATAN)

    @property
    def ditempatkan(self) -> list[BarisRencana]:
        return [row for row in self.baris if self.is_placed(row)]

    @property
    def peringatan(self) -> list[BarisRencana]:
        return [row for row in self.baris if row.hasil == Hasil.PERINGATAN]

    @property
    def tidak(self) -> list[BarisRencana]:
        return [row for row in self.baris if row.hasil == Hasil.TIDAK]

    @property
    def sudah(self) -> int:
        return sum(row.hasil == Hasil.SUDAH for row in self.baris)

    @property
    def kosong(self) -> bool:
        """Nothing would change."""
        return not (self.giliran or self.ditempatkan)

    @property
    def sidik(self) -> str:
        """Tells this plan from any other."""
        lines = [f"{self.paksa}", *(row.kunci for row in self.baris)]
        lines += [f"{p.jenis}{p.waktu.lower.isoformat()} {sorted(n.items())}" for p, n in self.giliran]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]

    def refuse_other(self, sidik: str) -> None:
        """Inside the transaction, everything locked: raise Basi unless this is the plan that was shown."""
        if sidik != self.sidik:
            raise Basi(BERUBAH)

    def write(self, pembuatan: Pembuatan) -> list[Penugasan]:
        """Make the shifts, their needs and the assignments. Returns the assignments."""
        for piket, _ in self.giliran:
            piket.pembuatan = pembuatan
        Piket.objects.bulk_create([piket for piket, _ in self.giliran])
        Kebutuhan.objects.bulk_create(
            Kebutuhan(piket=piket, kursi_id=kursi, jumlah=jumlah)
            for piket, needs in self.giliran
            for kursi, jumlah in needs.items()
        )
        rows = self.ditempatkan
        given_up = [row.lama.pk for row in rows if row.lama]
        if given_up:
            Penugasan.objects.filter(pk__in=given_up).update(status=Penugasan.Status.DIGANTIKAN)
        return Penugasan.objects.bulk_create(
            Penugasan(
                piket=row.piket, anggota=row.anggota, pengguna_id=row.anggota.pengguna_id, waktu=row.piket.waktu,
                pemilihan_id=pembuatan.pemilihan_id, koordinator=row.koordinator, menggantikan=row.lama,
                pembuatan=pembuatan,
            )
            for row in rows
        )  # fmt: skip


def lock_rows(shifts: QuerySet[Piket], people: set[int]) -> None:
    """Inside a transaction: lock these shifts, then these people, each in order, as single edits do one by one."""
    list(shifts.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    queue = Pengguna.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    list(queue.values_list("pk", flat=True))
