"""The situation of a post: what beranda shows. Everything derived starts from what the person may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from laporan import alur
from laporan.alur import Cara, StatusPenerusan
from laporan.models import Laporan, Penerusan, Saran
from laporan.saringan import waiting_for
from laporan.stats import Hitungan, open_by_post
from piket.kosong import uncovered
from piket.models import Penugasan
from posko import access
from posko.denyut import count_each
from posko.models import Posko, Sarpras, Tahapan
from posko.models.posko import open_at, post_name
from posko.models.wilayah import ZonaWaktu

if TYPE_CHECKING:
    from laporan.alur import Act
    from posko.access import Aktor

# A post that sent nothing for so long is shown as silent.
SENYAP_SETELAH = dt.timedelta(hours=24)
ROWS_TO_ACT = 8
_RANK = Case(
    *(When(prioritas=name, then=Value(n)) for n, name in enumerate(("kritis", "tinggi", "sedang", "rendah"))),
    output_field=IntegerField(),
)


@dataclass(slots=True)
class Baris:
    """One line of the table of lower posts: an area one tier down with everything below it."""

    kode: str
    nama: str
    angka: Hitungan = field(default_factory=Hitungan)
    posko: int = 0
    buka: int = 0
    bertugas: int = 0
    sarpras_ada: int = 0
    sarpras_perlu: int = 0
    terakhir: dt.datetime | None = None
    senyap: bool = True

    @property
    def sarpras_persen(self) -> int | None:
        return round(100 * self.sarpras_ada / self.sarpras_perlu) if self.sarpras_perlu else None


@dataclass(slots=True)
class Pos:
    """What beranda needs of a post; plain, because a province has 318 of them."""

    pk: int
    kode: str
    status: str
    jenis: str
    nama: str
    terakhir: dt.datetime | None
    buka: bool


@dataclass(slots=True)
class Situasi:
    """All of beranda's first screen."""

    angka: Hitungan
    kosong: int
    bertugas: int
    belum_buka: int
    jumlah_posko: int
    bawahan: list[Baris]
    tindakan: list[tuple[Laporan, Act | None]]
    terbaru: list[Laporan]
    saran_dijawab: int = 0
    giliran_kosong: int = 0


def situation(aktor: Aktor, at: dt.datetime | None = None) -> Situasi:
    """The situation for `aktor` at `at` (aware, default now), in a constant number of queries."""
    now = at or timezone.now()
    by_post = open_by_post(aktor, now) if aktor.membaca_laporan else {}
    posts = _posts_below(aktor, now)
    on_duty = _on_duty_by_post(aktor, now)
    numbers = Hitungan()
    for counts in by_post.values():
        numbers.add(counts)
    open_posts = [post for post in posts if post.buka]
    empty, answered = count_each(
        uncovered(aktor, now).order_by().values_list("pk"),
        Saran.objects.given_by(aktor).answered().order_by().values_list("pk"),
    )
    return Situasi(
        angka=numbers,
        kosong=sum(1 for post in open_posts if not on_duty.get(post.pk)),
        bertugas=sum(on_duty.get(post.pk, 0) for post in posts),
        belum_buka=sum(1 for post in posts if post.status in (Posko.Status.DRAF, Posko.Status.SIAP)),
        jumlah_posko=len(posts),
        bawahan=_lower_rows(aktor, posts, by_post, on_duty, now),
        tindakan=next_acts(aktor, now) if aktor.membaca_laporan else [],
        terbaru=list(Laporan.objects.visible_to(aktor).for_list()[:7]) if aktor.membaca_laporan else [],
        giliran_kosong=empty,
        saran_dijawab=answered,
    )


def next_acts(aktor: Aktor, at: dt.datetime) -> list[tuple[Laporan, Act | None]]:
    """Open reports waiting for this person at `at` (`saringan.waiting_for`), the most urgent first, each with the
    usual next act. One query."""
    held = sorted(access.seats(aktor))
    unread = Penerusan.objects.filter(
        laporan=OuterRef("pk"), kursi__in=held, status=StatusPenerusan.TERKIRIM
    ).exclude(cara=Cara.INFORMASI_AWAL)
    waiting = (
        Laporan.objects.visible_to(aktor)
        .terbuka()
        .filter(waiting_for(aktor, at))
        .select_related("posko")
        .only(*LIST_AND_RULES)
        .annotate(belum_diterima=Exists(unread))
        .order_by(_RANK, F("batas_waktu").asc(nulls_last=True), "id")
    )
    rows: list[tuple[Laporan, Act | None]] = []
    for laporan in waiting[: ROWS_TO_ACT * 2]:
        act = _next_act(aktor, laporan, held)
        # A hand-over below that nobody accepted is watched, though only the receiving post can answer it.
        if act or (laporan.batas_terima is not None and laporan.batas_terima < at):
            rows.append((laporan, act))
    return rows[:ROWS_TO_ACT]


def _next_act(aktor: Aktor, laporan: Laporan, held: list[int]) -> Act | None:
    """The usual next act: an agency first answers what was sent to it."""
    acts = alur.acts_for(aktor, laporan)
    owed = not set(held).isdisjoint(laporan.penerusan_terbuka)
    if owed and not access.is_penanggung_jawab(aktor, laporan.posko_id):
        name = "receive" if laporan.belum_diterima else "finish"  # type: ignore[attr-defined]
        return alur.ACTS[name] if access.can(aktor, name, laporan) else None
    return acts[0] if acts else None


LIST_AND_RULES = (
    "id", "nomor", "jenis", "prioritas", "akses", "status", "ringkasan", "tempat", "kategori_nama", "batas_waktu",
    "pelapor_id", "posko_id", "diselesaikan_oleh_id", "versi", "posko__wilayah_id", "waktu_lapor",
    "diteruskan", "pemegang", "penerusan_terbuka", "ditangani_posko", "batas_terima", "dukungan_ke_id",
    "status_sebelum", "utama_id",
)  # fmt: skip


def _posts_below(aktor: Aktor, at: dt.datetime) -> list[Pos]:
    """The post acted for and everything below it, open or not at `at`, and when each last reported visibly."""
    if aktor.edisi is None:
        return []
    posts = Posko.objects.filter(pemilihan=aktor.edisi)
    root = aktor.pos.posko_kode if aktor.pos else aktor.edisi.wilayah_id
    posts = posts.filter(pk=aktor.pos.posko_id) if aktor.pos and aktor.peserta else posts.under(root)
    last = (
        Laporan.objects.visible_to(aktor)
        .filter(posko=OuterRef("pk"))
        .order_by("-id")
        .values("waktu_lapor")[:1]
    )
    rows = posts.order_by("wilayah_id").values_list(
        "pk", "wilayah_id", "status", "wilayah__jenis", "wilayah__nama", Subquery(last), "wilayah__zona_waktu",
        "dibuka", "ditutup", "jam_buka", "jam_tutup",
    )  # fmt: skip
    clocks = {zona: timezone.localtime(at, ZoneInfo(zona)) for zona in ZonaWaktu.values}
    return [
        Pos(
            pk,
            kode,
            status,
            jenis,
            nama,
            terakhir,
            status == Posko.Status.AKTIF and open_at(clocks[zona], days, hours),
        )
        for pk, kode, status, jenis, nama, terakhir, zona, *spans in rows
        for days, hours in [((spans[0], spans[1]), (spans[2], spans[3]))]
    ]


def _on_duty_by_post(aktor: Aktor, at: dt.datetime) -> dict[int, int]:
    rows = (
        Penugasan.objects.visible_to(aktor)
        .live()
        .filter(waktu__contains=at)
        .order_by()
        .values_list("piket__posko")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def _lower_rows(
    aktor: Aktor, posts: list[Pos], by_post: dict[int, Hitungan], on_duty: dict[int, int], now: dt.datetime
) -> list[Baris]:
    """Areas one tier below the acting post, silent ones on top, then those with most late reports."""
    root = aktor.pos.posko_kode if aktor.pos else (aktor.edisi.wilayah_id if aktor.edisi else "")
    depth = root.count(".") + 1
    if aktor.peserta or depth >= 4:
        return []
    rows: dict[str, Baris] = {}
    equipment = _sarpras_by_post(root, aktor)
    for post in posts:
        if post.kode.count(".") < depth:
            continue
        kode = ".".join(post.kode.split(".")[: depth + 1])
        if post.kode == kode:
            rows[kode] = Baris(kode, post_name(post.jenis, post.nama).removeprefix("Posko "))
        if kode in rows:
            _add_post(rows[kode], post, by_post, on_duty, equipment)
    for row in rows.values():
        row.senyap = row.terakhir is None or now - row.terakhir > SENYAP_SETELAH
    return sorted(rows.values(), key=lambda r: (not r.senyap, -r.angka.lewat, -r.angka.mendesak, r.kode))


def _add_post(
    row: Baris, post: Pos, by_post: dict[int, Hitungan], on_duty: dict[int, int],
    equipment: dict[int, tuple[int, int]],
) -> None:  # fmt: skip
    row.angka.add(by_post.get(post.pk, Hitungan()))
    row.posko += 1
    row.buka += post.buka
    row.bertugas += on_duty.get(post.pk, 0)
    there, needed = equipment.get(post.pk, (0, 0))
    row.sarpras_ada += there
    row.sarpras_perlu += needed
    if post.terakhir and (row.terakhir is None or post.terakhir > row.terakhir):
        row.terakhir = post.terakhir


def _sarpras_by_post(root: str, aktor: Aktor) -> dict[int, tuple[int, int]]:
    """Items present (at most as many as needed, broken ones not counted) and needed, by post id."""
    rows = (
        Sarpras.objects.filter(posko__in=Posko.objects.filter(pemilihan=aktor.edisi).under(root))
        .order_by()
        .values_list("posko")
        .annotate(
            there=Sum(
                Case(
                    When(kondisi="rusak", then=0),
                    default=Least("ada", "dibutuhkan"),
                    output_field=IntegerField(),
                )
            ),
            needed=Sum("dibutuhkan"),
        )
    )
    return {post: (there, needed) for post, there, needed in rows}


def current_stages(aktor: Aktor, now: dt.datetime) -> tuple[Tahapan | None, Tahapan | None, int | None]:
    """The stage that runs at `now` (aware), the next one to begin, and in how many days that is. One query."""
    today = timezone.localtime(now).date()
    stages = list(Tahapan.objects.filter(pemilihan=aktor.edisi, selesai__gte=today)) if aktor.edisi else []
    current = next((s for s in stages if s.mulai <= today), None)
    following = min((s for s in stages if s.mulai > today), key=lambda s: s.mulai, default=None)
    return current, following, (following.mulai - today).days if following else None
