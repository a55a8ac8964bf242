"""Who is on duty: the person's own posts fully, the posts below as numbers per tier, those with nobody first."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from piket.lembar import Petugas, agency_name, read_people
from piket.models import Kebutuhan, Penugasan, Piket
from posko import access
from posko.models import Posko, Tingkat

if TYPE_CHECKING:
    from posko.access import Aktor

ROWS = 30
DAY = dt.timedelta(days=1)
# "Arriving" and "leaving": within this span from the moment of the board.
DEKAT = dt.timedelta(hours=1)
# A person who has not checked in is missed from here on after the shift began.
TENGGANG = dt.timedelta(minutes=15)


@dataclass
class GiliranKini:
    """One shift with its people and the agencies that are missing, at the moment of the board."""

    piket: Piket
    petugas: list[Petugas]
    kurang: list[tuple[str, int]]
    saat: dt.datetime

    @property
    def hadir(self) -> int:
        return sum(p.ada for p in self.petugas)

    @property
    def dicatat(self) -> bool:
        """Whether this post records attendance at all: without any, nobody is called missing."""
        return any(p.kehadiran for p in self.petugas)

    @property
    def belum_datang(self) -> list[Petugas]:
        """Who should be there and has not come, once the shift has run for a while."""
        if not self.dicatat or self.saat < self.piket.waktu.lower + TENGGANG:
            return []
        return [p for p in self.petugas if p.datang is None]

    @property
    def segera_selesai(self) -> bool:
        return self.piket.waktu.lower <= self.saat and self.piket.waktu.upper <= self.saat + DEKAT


@dataclass
class PoskoKini:
    """One of the person's posts now."""

    posko: Posko
    buka: bool
    kontak: bool
    giliran: list[GiliranKini]
    siaga: list[GiliranKini]
    berikut: list[GiliranKini]
    kelola: bool
    buku: bool = False

    @property
    def datang(self) -> int:
        """How many people begin within the hour."""
        return sum(len(g.petugas) for g in self.berikut if g.piket.waktu.lower <= g.saat + DEKAT)

    @property
    def pulang(self) -> int:
        """How many people end within the hour."""
        return sum(len(g.petugas) for g in (*self.giliran, *self.siaga) if g.segera_selesai)


@dataclass
class PoskoBawah:
    """A post below, as numbers. datang, pulang: how many people begin and end within the hour."""

    posko: Posko
    buka: bool
    bertugas: int
    butuh: int
    hadir: int = 0
    datang: int = 0
    pulang: int = 0

    @property
    def keadaan(self) -> str:
        if not self.buka:
            return "tutup"
        return "kosong" if not self.bertugas else "kurang" if self.bertugas < self.butuh else "lengkap"

    @property
    def tempat(self) -> tuple[int, str]:
        return (("kosong", "kurang", "lengkap", "tutup").index(self.keadaan), self.posko.wilayah_id)


@dataclass
class BarisTingkat:
    """All posts of a tier together."""

    tingkat: Tingkat
    posko: int = 0
    buka: int = 0
    kosong: int = 0
    kurang: int = 0
    bertugas: int = 0
    butuh: int = 0
    hadir: int = 0
    datang: int = 0
    pulang: int = 0

    def add(self, row: PoskoBawah) -> None:
        self.posko += 1
        self.buka += row.buka
        self.kosong += row.keadaan == "kosong"
        self.kurang += row.keadaan == "kurang"
        self.bertugas += row.bertugas
        self.butuh += row.butuh
        self.hadir += row.hadir
        self.datang += row.datang
        self.pulang += row.pulang

    @property
    def lengkap(self) -> int:
        return self.buka - self.kosong - self.kurang


@dataclass
class BarisInstansi:
    """An agency over all shifts that run: how many are needed, assigned, there."""

    nama: str
    butuh: int = 0
    bertugas: int = 0
    hadir: int = 0

    @property
    def kurang(self) -> int:
        return max(self.butuh - self.bertugas, 0)


@dataclass
class Papan:
    saat: dt.datetime
    milik: list[PoskoKini]
    bawah: list[PoskoBawah]
    lebih: int
    tingkat: list[BarisTingkat] = field(default_factory=list)

    @property
    def kosong(self) -> int:
        return sum(t.kosong for t in self.tingkat)


def board(aktor: Aktor, at: dt.datetime, *, semua: bool = False) -> Papan:
    """The duty board at `at` (aware). At most six queries, whatever the number of posts and people."""
    own_ids = {m.posko_id for m in aktor.keanggotaan}
    posts = Posko.objects.visible_to(aktor).filter(_own_and_below(aktor)).select_related("wilayah")
    own: list[Posko] = []
    below: list[Posko] = []
    for posko in posts.order_by("wilayah_id"):
        (own if posko.pk in own_ids else below).append(posko)
    rows = sorted(_below_now(below, at), key=lambda r: r.tempat)
    shown = rows if semua else rows[:ROWS]
    return Papan(at, _own_now(aktor, own, at), shown, len(rows) - len(shown), per_tier(rows))


def board_of(aktor: Aktor, posko: Posko, at: dt.datetime) -> Papan:
    """Who is on duty in one post at `at` (aware): "siapa bertugas di … pada …". At most three queries."""
    return Papan(at, _own_now(aktor, [posko], at), [], 0)


def own(aktor: Aktor, at: dt.datetime) -> list[PoskoKini]:
    """The posts the person sits in, at `at` (aware). At most four queries."""
    ids = {m.posko_id for m in aktor.keanggotaan}
    posts = (
        Posko.objects.visible_to(aktor).filter(pk__in=ids).select_related("wilayah").order_by("wilayah_id")
    )
    return _own_now(aktor, list(posts), at)


def per_tier(rows: list[PoskoBawah]) -> list[BarisTingkat]:
    """The rows added up tier by tier, the province first."""
    tiers: dict[Tingkat, BarisTingkat] = {}
    for row in rows:
        tier = row.posko.tingkat
        tiers.setdefault(tier, BarisTingkat(tier)).add(row)
    return [tiers[tier] for tier in sorted(tiers)]


def wall(aktor: Aktor, at: dt.datetime) -> tuple[list[BarisTingkat], list[PoskoBawah]]:
    """The board for a screen in the room: all posts of the person's area as numbers, own ones too. Three queries."""
    posts = Posko.objects.visible_to(aktor).filter(_own_and_below(aktor)).select_related("wilayah")
    rows = _below_now(list(posts.order_by("wilayah_id")), at)
    return per_tier(rows), sorted(rows, key=lambda r: r.tempat)


def agencies(aktor: Aktor, at: dt.datetime) -> list[BarisInstansi]:
    """The agencies of the shifts that run in the person's area, those that lack most first. Three queries.

    The shifts are named one by one: joined in, the database would read every assignment there ever was.
    """
    posts = Posko.objects.visible_to(aktor).filter(_own_and_below(aktor))
    shifts = Piket.objects.filter(posko__in=posts).on_dates(*near(at)).now(at).order_by()
    running = list(shifts.values_list("pk", flat=True))
    needs = Kebutuhan.objects.filter(piket__in=running).annotate(nama=agency_name("kursi__instansi__"))
    duties = Penugasan.objects.live().filter(piket__in=running)
    named = duties.annotate(nama=agency_name("anggota__kursi__instansi__")).order_by()
    rows: dict[int, BarisInstansi] = {}
    for pk, nama, n in needs.order_by().values_list("kursi__instansi", "nama").annotate(n=Sum("jumlah")):
        rows[pk] = BarisInstansi(nama, butuh=n)
    present = Count("pk", filter=Q(datang__isnull=False, pulang=None))
    for pk, nama, n, ada in named.values_list("anggota__kursi__instansi", "nama").annotate(
        n=Count("pk"), ada=present
    ):
        row = rows.setdefault(pk, BarisInstansi(nama))
        row.bertugas, row.hadir = n, ada
    return sorted(rows.values(), key=lambda r: (-r.kurang, r.nama))


def _own_and_below(aktor: Aktor) -> Q:
    if aktor.superuser:
        return Q()
    rules = Q(pk__in={m.posko_id for m in aktor.keanggotaan})
    if not aktor.peserta:
        for kode in {m.posko_kode for m in aktor.keanggotaan}:
            rules |= Q(wilayah__gte=f"{kode}.", wilayah__lt=f"{kode}/")
    return rules


def near(at: dt.datetime) -> tuple[dt.date, dt.date]:
    """Duty dates in any zone whose shifts may run at `at` or within the hour: a shift lasts up to a day."""
    return at.date() - 2 * DAY, at.date() + DAY


def _below_now(posts: list[Posko], at: dt.datetime) -> list[PoskoBawah]:
    if not posts:
        return []
    shifts = Piket.objects.filter(posko__in=[p.pk for p in posts]).on_dates(*near(at)).order_by()
    soon = shifts.filter(waktu__overlap=(at, at + DEKAT)).announced()
    live = Q(penugasan__status__in=Penugasan.LIVE)
    now = live & Q(waktu__startswith__lte=at)
    counts = soon.values_list("posko").annotate(
        bertugas=Count("penugasan", filter=now),
        hadir=Count("penugasan", filter=now & Q(penugasan__datang__isnull=False, penugasan__pulang=None)),
        datang=Count("penugasan", filter=live & Q(waktu__startswith__gt=at)),
        pulang=Count("penugasan", filter=now & Q(waktu__endswith__lte=at + DEKAT)),
    )
    found = {row[0]: row[1:] for row in counts}
    needs = shifts.now(at).values_list("posko").annotate(n=Coalesce(Sum("kebutuhan__jumlah"), 0))
    need: dict[int, int] = dict(needs)
    rows = []
    for post in posts:
        there, present, coming, going = found.get(post.pk, (0, 0, 0, 0))
        rows.append(PoskoBawah(post, post.is_open(at), there, need.get(post.pk, 0), present, coming, going))
    return rows


def _own_now(aktor: Aktor, posts: list[Posko], at: dt.datetime) -> list[PoskoKini]:
    """Shifts running at `at`, and those that begin until tomorrow night (shown: the next beginning)."""
    first, last = near(at)
    if not posts:
        return []
    by_post: dict[int, list[Piket]] = defaultdict(list)
    known = {p.pk: p for p in posts}
    shifts = list(
        Piket.objects.filter(posko__in=posts)
        .on_dates(first, last + DAY)
        .filter(waktu__endswith__gt=at)
        .announced()
    )
    for shift in sorted(shifts, key=lambda s: (s.waktu.lower, s.waktu.upper, s.pk)):
        shift.posko = known[shift.posko_id]
        by_post[shift.posko_id].append(shift)
    people: dict[int, list[Petugas]] = defaultdict(list)
    for person in sorted(read_people([s.pk for s in shifts]), key=lambda p: p.tempat):
        people[person.piket].append(person)
    missing = _missing([s.pk for s in shifts], people)
    full = {s.pk: GiliranKini(s, people[s.pk], missing[s.pk], at) for s in shifts}
    order = sorted(posts, key=lambda p: (p.pk != (aktor.pos.posko_id if aktor.pos else None), p.wilayah_id))
    return [_one_post(aktor, p, [full[s.pk] for s in by_post[p.pk]], at) for p in order]


def _one_post(aktor: Aktor, posko: Posko, shifts: list[GiliranKini], at: dt.datetime) -> PoskoKini:
    running = [g for g in shifts if g.piket.waktu.lower <= at]
    ahead = [g for g in shifts if g.piket.waktu.lower > at]
    return PoskoKini(
        posko,
        posko.is_open(at),
        access.can(aktor, "see_contacts", posko),
        [g for g in running if g.piket.jenis == Piket.Jenis.GILIRAN],
        [g for g in running if g.piket.jenis == Piket.Jenis.SIAGA],
        [g for g in ahead if g.piket.waktu.lower == ahead[0].piket.waktu.lower],
        access.can(aktor, "manage_piket", posko),
        access.can(aktor, "read_book", posko),
    )


def _missing(shifts: list[int], people: dict[int, list[Petugas]]) -> dict[int, list[tuple[str, int]]]:
    """Shift: which agencies lack how many, in the order on paper."""
    needs = Kebutuhan.objects.filter(piket__in=shifts).annotate(nama=agency_name("kursi__instansi__"))
    rows = needs.order_by("kursi__instansi__urutan", "kursi__instansi__nomor_urut", "nama")
    missing: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for piket, kursi, nama, jumlah in rows.values_list("piket_id", "kursi_id", "nama", "jumlah"):
        if (lack := jumlah - sum(p.kursi == kursi for p in people[piket])) > 0:
            missing[piket].append((nama, lack))
    return missing
