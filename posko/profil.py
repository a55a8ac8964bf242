"""What the page of one post says about its people and equipment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from posko.models import Anggota, Kursi, Posko, Sarpras, Unsur


@dataclass
class KursiTerisi:
    """A seat with the people who hold it now."""

    kursi: Kursi
    anggota: list[Anggota] = field(default_factory=list)


@dataclass
class KelompokUnsur:
    """Seats of one unsur: filled ones in full, empty ones by name."""

    nama: str
    terisi: list[KursiTerisi] = field(default_factory=list)
    kosong: list[str] = field(default_factory=list)

    @property
    def jumlah(self) -> int:
        return len(self.terisi) + len(self.kosong)


def seats_by_unsur(posko: Posko) -> list[KelompokUnsur]:
    """Active seats with valid members, in the order on paper. Two queries."""
    seats = list(
        posko.kursi.filter(aktif=True)
        .select_related("instansi")
        .order_by("instansi__urutan", "instansi__nomor_urut")
    )
    members = Anggota.objects.valid_on(posko.pemilihan.last_valid_day()).filter(
        kursi__in=seats, pengguna__is_active=True
    )
    held: dict[int, list[Anggota]] = defaultdict(list)
    for member in members.select_related("pengguna").order_by("pengguna__nama"):
        held[member.kursi_id].append(member)
    groups = {value: KelompokUnsur(str(label)) for value, label in Unsur.choices}
    for seat in seats:
        group = groups[seat.instansi.unsur]
        if held[seat.pk]:
            group.terisi.append(KursiTerisi(seat, held[seat.pk]))
        else:
            group.kosong.append(str(seat.instansi))
    return [group for group in groups.values() if group.terisi or group.kosong]


@dataclass(frozen=True)
class RingkasanSarpras:
    """Equipment of one post: how much of what is needed stands there in working order."""

    butuh: int
    ada: int
    kurang: list[Sarpras]

    @property
    def persen(self) -> int:
        return round(100 * self.ada / self.butuh) if self.butuh else 100


def summarize(items: list[Sarpras]) -> RingkasanSarpras:
    """Totals and the lines that lack something. Surplus of one thing does not make up for another."""
    needed = sum(item.dibutuhkan for item in items)
    lacking = [item for item in items if item.kurang]
    return RingkasanSarpras(needed, needed - sum(item.kurang for item in lacking), lacking)
