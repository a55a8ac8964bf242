"""Filing: from what a person typed to one numbered report at the right post."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from laporan import alur, jam, jurnal
from laporan.cari import indeks
from laporan.models import Laporan, Penghitung
from laporan.models.laporan import nomor_for
from laporan.models.perkembangan import microseconds
from posko import access
from posko.kursor import asked_often
from posko.models import HariPemungutan, Posko

if TYPE_CHECKING:
    from laporan.models import Kategori
    from posko.access import Aktor
    from posko.models import TPS, Berkas, Wilayah


@dataclass(frozen=True)
class Isian:
    """What the form hands over, checked and typed. waktu_kejadian is aware; foto are stored already.

    baru_saja: the time is the moment of arrival, so it differs each time the same report is sent again.
    """

    kunci: UUID
    kategori: Kategori
    wilayah: Wilayah
    uraian: str
    waktu_kejadian: dt.datetime
    baru_saja: bool = False
    sumber: str = "saya_lihat"
    lokasi: str = ""
    tps: tuple[tuple[TPS, dict[str, Any]], ...] = ()
    rincian: dict[str, Any] = field(default_factory=dict)
    bahaya: bool = False
    menyangkut_posko: bool = False
    lintang: float | None = None
    bujur: float | None = None
    atas_nama: str = ""
    foto: tuple[Berkas, ...] = ()

    @property
    def sidik(self) -> str:
        """SHA-256 of the content: the same `kunci` with another one is a conflict, not a repeat."""
        moment = "baru_saja" if self.baru_saja else microseconds(self.waktu_kejadian)
        content = {
            "kategori": self.kategori.pk, "wilayah": self.wilayah.pk, "uraian": self.uraian,
            "waktu_kejadian": moment, "sumber": self.sumber, "lokasi": self.lokasi,
            "tps": [[tps.pk, facts] for tps, facts in self.tps], "rincian": self.rincian, "bahaya": self.bahaya,
            "menyangkut_posko": self.menyangkut_posko, "atas_nama": self.atas_nama,
            "foto": [berkas.sha256 for berkas in self.foto],
        }  # fmt: skip
        return hashlib.sha256(jurnal.canonical(content).encode()).hexdigest()


class KunciBentrok(Exception):
    """The same `kunci` was used before with other content: 409, and the form comes back with a new key."""

    def __init__(self, laporan: Laporan) -> None:
        super().__init__("Kiriman dengan kunci ini sudah tercatat dengan isi lain.")
        self.laporan = laporan


def file(by: Aktor, isian: Isian, at: dt.datetime | None = None) -> Laporan:
    """File one report and return it; the same `kunci` with the same content returns the first one.

    at: aware moment of arrival, default now. Raises `alur.TidakBoleh` (403), `KunciBentrok` (409) and
    ValidationError by field (422: no active post covers the place). One transaction; the number is gapless
    because a rolled-back filing gives its serial back with the counter row.
    """
    if not access.can(by, "file", None):
        raise alur.TidakBoleh("Anda tidak berwenang membuat laporan pada edisi ini.")
    now = at or timezone.now()
    try:
        with transaction.atomic():
            return _file(by, isian, now)
    except ValidationError:
        # A retry after the post closed: what was acknowledged once stays acknowledged.
        if Laporan.objects.filter(pelapor=by.pengguna, kunci=isian.kunci).exists():
            return _first_filed(by, isian)
        raise
    except IntegrityError as error:
        # Two taps, two tabs, a retry after a lost answer: the unique key (pelapor, kunci) let one of them in.
        if "laporan_kunci_unik" not in str(error):
            raise
        return _first_filed(by, isian)


def _first_filed(by: Aktor, isian: Isian) -> Laporan:
    first = Laporan.objects.get(pelapor=by.pengguna, kunci=isian.kunci)
    if first.sidik != isian.sidik:
        raise KunciBentrok(first)
    return first


def _file(by: Aktor, isian: Isian, now: dt.datetime) -> Laporan:
    assert by.edisi is not None  # noqa: S101 - can("file") refused otherwise
    kategori = isian.kategori
    prioritas, raised = _urgency(isian, by.edisi.pk, now)
    posko, jejak = _route_and_hold(
        by.edisi.pk, isian.wilayah.pk, prioritas, now, above=isian.menyangkut_posko
    )
    laporan = Laporan(
        pemilihan=by.edisi, kunci=isian.kunci, sidik=isian.sidik, dalam_gladi=by.edisi.gladi,
        pelapor=by.pengguna, kursi_pelapor_id=_seat(by, isian.wilayah.pk), atas_nama=isian.atas_nama,
        sumber=isian.sumber, jenis=kategori.jenis, kategori=kategori, kategori_nama=kategori.nama,
        instansi_nama=str(kategori.instansi_utama or ""), uraian=isian.uraian, ringkasan=summarise(isian.uraian),
        wilayah=isian.wilayah, lokasi=isian.lokasi, tempat=place_words(isian), lintang=isian.lintang,
        bujur=isian.bujur, waktu_kejadian=isian.waktu_kejadian, waktu_lapor=now, rincian=isian.rincian,
        bahaya=isian.bahaya, menyangkut_posko=isian.menyangkut_posko, prioritas=prioritas, akses=kategori.akses,
        posko=posko, status=alur.Status.TERCATAT if kategori.jenis == "kegiatan" else alur.Status.BARU, jejak=jejak,
    )  # fmt: skip
    laporan.set_deadlines(now)
    laporan.set_running_deadline()
    laporan.nomor = _take_number(laporan, now)
    laporan.record(
        "file",
        by,
        now,
        before={},
        teks=isian.uraian,
        foto=list(isian.foto),
        tps={tps.pk: row for tps, row in isian.tps},
        catatan={"hari_pemungutan": True} if raised else {},
    )
    indeks.write_new(laporan, [tps.nomor for tps, _ in isian.tps])
    return laporan


def _urgency(isian: Isian, pemilihan_id: int, now: dt.datetime) -> tuple[str, bool]:
    """The prioritas a report starts with, and whether the voting day raised it by one step."""
    kategori = isian.kategori
    if isian.bahaya and kategori.jenis != "kegiatan":
        return "kritis", False
    if not kategori.menghentikan_pemungutan:
        return kategori.prioritas, False
    today = timezone.localtime(now, ZoneInfo(isian.wilayah.zona_waktu)).date()
    voting = HariPemungutan.objects.filter(pemilihan=pemilihan_id, tanggal=today)
    named = [tps.pk for tps, _ in isian.tps]
    if not voting.filter(Q(tps=None) | Q(tps__in=named)).exists():
        return kategori.prioritas, False
    prioritas = jam.raised(kategori.prioritas)
    return prioritas, prioritas != kategori.prioritas


def route(
    pemilihan_id: int, kode: str, prioritas: str, at: dt.datetime, *, above: bool = False
) -> tuple[Posko, list[int]]:
    """The post that becomes responsible for a report from area `kode`, and the posts that may follow it.

    The nearest active post that covers the area; outside its hours kritis and tinggi go to the nearest open
    one above (and the area's own post reads along). above: the report concerns the post itself, so it starts
    one post higher and the post below never sees it.
    """
    counted = Penghitung.objects.filter(posko=OuterRef("pk")).order_by("-tanggal")
    last = counted.values(data=JSONObject(tanggal="tanggal", terakhir="terakhir"))[:1]
    covering = Posko.objects.chain_for(pemilihan_id, kode).select_related("wilayah")
    with asked_often():
        posts = list(covering.annotate(hitungan=Subquery(last)))
    chain = [posko for posko in posts if posko.status == Posko.Status.AKTIF]
    if above:
        chain = chain[1:]
    if not chain:
        where = "di atas posko ini" if above else "untuk wilayah ini"
        raise ValidationError({"menyangkut_posko" if above else "wilayah": f"Belum ada posko aktif {where}."})
    responsible = chain[0]
    if prioritas in jam.SEKETIKA and not responsible.is_open(at):
        responsible = next((posko for posko in chain if posko.is_open(at)), responsible)
    # A post above that is not active yet (or no longer) has people who follow its area all the same.
    return responsible, [posko.pk for posko in posts if len(posko.wilayah_id) <= len(chain[0].wilayah_id)]


def _route_and_hold(
    pemilihan_id: int, kode: str, prioritas: str, at: dt.datetime, *, above: bool
) -> tuple[Posko, list[int]]:
    """`route`, holding the post's row: a post being closed right now hands over this report too, or is not chosen."""
    while True:
        posko, jejak = route(pemilihan_id, kode, prioritas, at, above=above)
        with connection.cursor() as cursor:
            # The lock an INSERT pointing at the post takes anyway, taken before: closing locks FOR UPDATE.
            cursor.execute("SELECT status FROM posko_posko WHERE id = %s FOR KEY SHARE", [posko.pk])
            [status] = cursor.fetchone()
        if status == Posko.Status.AKTIF:
            return posko, jejak


def _seat(by: Aktor, kode: str) -> int:
    """The seat a person files from: the one acted for, when it covers the place, else the first that does."""
    if by.pos and by.pos in by.pelaku and by.pos.covers(kode):
        return by.pos.kursi_id
    covering = [m for m in by.pelaku if m.covers(kode)]
    return (covering or list(by.pelaku))[0].kursi_id


# One statement, also for the first report of a day: two first ones at once cannot both insert the row. The seal is that
# of the serial expected; when somebody was faster, the row gets its own below.
_COUNT_UP = """
    INSERT INTO laporan_penghitung (posko_id, tanggal, terakhir, kunci_id, segel) VALUES (%s, %s, 1, %s, %s)
    ON CONFLICT (posko_id, tanggal) DO UPDATE
        SET terakhir = laporan_penghitung.terakhir + 1, kunci_id = EXCLUDED.kunci_id, segel = EXCLUDED.segel
    RETURNING id, terakhir
"""


def _take_number(laporan: Laporan, now: dt.datetime) -> str:
    """The next number of the responsible post on its local date. Locks the counter row: call it last."""
    posko = laporan.posko
    day = timezone.localtime(now, posko.zona).date()
    key_id = jurnal.signing_key_id()
    expected = _expected_serial(posko, day)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_UP, [posko.pk, day, key_id, counter_seal(key_id, posko.pk, day, expected)])
        counter_id, last = cursor.fetchone()
    if last != expected:
        # The row is locked by the statement above, so nobody counts between it and this seal.
        seal = counter_seal(key_id, posko.pk, day, last)
        Penghitung.objects.filter(pk=counter_id).update(kunci_id=key_id, segel=seal)
    return nomor_for(posko.wilayah_id, day, last, gladi=laporan.dalam_gladi)


def _expected_serial(posko: Posko, day: dt.date) -> int:
    """The serial that comes next if nobody else files meanwhile, as of when the post was chosen (`route`)."""
    counted = getattr(posko, "hitungan", None)
    return int(counted["terakhir"]) + 1 if counted and counted["tanggal"] == day.isoformat() else 1


def counter_seal(key_id: str, posko_id: int, day: dt.date, last: int) -> str:
    """Keyed seal of a day counter."""
    return jurnal.mac(key_id, "penghitung", str(posko_id), day.isoformat(), str(last))


def summarise(text: str) -> str:
    """The first words of a text, on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= 160 else line[:157].rsplit(" ", 1)[0] + "…"


def place_words(isian: Isian) -> str:
    """Where it was, in one line: ``TPS 054, 055 · depan SDN 03 · Kembangan Selatan``."""
    numbers = [f"{tps.nomor:03d}" for tps, _ in isian.tps]
    shown = ", ".join(numbers[:6]) + (f" dan {len(numbers) - 6} lainnya" if len(numbers) > 6 else "")
    parts = [f"TPS {shown}" if numbers else "", isian.lokasi[:80], isian.wilayah.nama_pendek]
    return " · ".join(part for part in parts if part)[:200]
