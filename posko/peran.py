"""Who is asking: roles, memberships, and the `Aktor` made of them. What they may do is `posko.access`'s question."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from posko.models import Pemilihan, Pengguna


class Peran(models.TextChoices):
    """What a member is in a post."""

    ADMIN = "admin", "Admin posko"
    PENGARAH = "pengarah", "Pengarah"
    KETUA = "ketua", "Ketua posko"
    OPERATOR = "operator", "Operator"
    KOORDINATOR = "koordinator", "Koordinator piket"
    PIKET = "piket", "Petugas piket"
    PETUGAS_LAPANGAN = "petugas_lapangan", "Petugas lapangan"


# Roles that run a post's reports: "P" in the workflow table of the design.
PENANGGUNG_JAWAB = frozenset({Peran.OPERATOR, Peran.KETUA, Peran.KOORDINATOR})
# Roles that read every biasa and terbatas report their post ever held.
PEMBACA = frozenset({Peran.PENGARAH, Peran.KETUA, Peran.OPERATOR, Peran.KOORDINATOR, Peran.PIKET})
# Roles that need a second factor in MODE=produksi.
WAJIB_MFA = frozenset({Peran.ADMIN, Peran.KETUA, Peran.OPERATOR})


@dataclass(frozen=True, slots=True)
class Keanggotaan:
    """One valid membership, flattened so that rules need no query."""

    id: int
    peran: str
    peserta: bool
    kursi_id: int
    instansi_id: int
    instansi_nama: str
    posko_id: int
    posko_kode: str
    posko_nama: str
    posko_status: str
    zona: str
    jalur: tuple[str, ...] = ()  # short names of the areas from the province down to the post's own

    @property
    def tingkat(self) -> int:
        """Tier of the post, 1 (province) to 4 (kelurahan), read off its code."""
        return self.posko_kode.count(".") + 1

    @property
    def memimpin(self) -> bool:
        """Whether this membership runs the post's reports ("P")."""
        return self.peran in PENANGGUNG_JAWAB

    def covers(self, kode: str) -> bool:
        """Whether area `kode` lies in this membership's post's area."""
        return kode == self.posko_kode or kode.startswith(self.posko_kode + ".")

    def is_above(self, kode: str) -> bool:
        """Whether this membership's post stands above the post of area `kode`."""
        return kode.startswith(self.posko_kode + ".")


@dataclass(frozen=True)
class Aktor:
    """Who is asking, in one edition.

    pengguna: the signed-in person. edisi: the edition being looked at. keanggotaan: memberships valid in it.
    bertugas: ids of posts where the person is on duty now. pos: the membership acted for now.
    """

    pengguna: Pengguna
    edisi: Pemilihan | None
    keanggotaan: tuple[Keanggotaan, ...] = ()
    bertugas: frozenset[int] = frozenset()
    pos: Keanggotaan | None = None
    semua: tuple[Any, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def superuser(self) -> bool:
        return bool(self.pengguna.is_superuser)

    @cached_property
    def peserta(self) -> bool:
        """One membership of a contestant restricts the whole person."""
        return any(m.peserta for m in self.keanggotaan)

    @cached_property
    def arsip(self) -> bool:
        return self.edisi is None or self.edisi.arsip

    def with_peran(self, *peran: str) -> tuple[Keanggotaan, ...]:
        return tuple(m for m in self.keanggotaan if m.peran in peran)

    @cached_property
    def admin(self) -> tuple[Keanggotaan, ...]:
        """Memberships with which posts, members and rosters are administered."""
        return () if self.peserta else self.with_peran(Peran.ADMIN)

    @cached_property
    def pelaku(self) -> tuple[Keanggotaan, ...]:
        """Memberships that have to do with reports: all but admin."""
        return tuple(m for m in self.keanggotaan if m.peran != Peran.ADMIN)

    @cached_property
    def dipimpin(self) -> frozenset[int]:
        """Ids of the posts whose reports this person runs: where they are "P"."""
        return frozenset(m.posko_id for m in self.keanggotaan if m.memimpin)

    @cached_property
    def di_posko(self) -> bool:
        """Whether the person works in a post, so that they type in what others phone or send."""
        return any(m.peran in PEMBACA for m in self.pelaku)

    @cached_property
    def mengawasi(self) -> bool:
        """Whether the person may verify for posts below (`acts_from_above`)."""
        return any(m.peran == Peran.OPERATOR and m.tingkat < 4 for m in self.keanggotaan)

    @cached_property
    def membaca_laporan(self) -> bool:
        """Whether there is a report list for this person at all."""
        return self.superuser or bool(self.pelaku)

    @cached_property
    def wajib_mfa(self) -> bool:
        return self.superuser or any(m.peran in WAJIB_MFA for m in self.keanggotaan)
