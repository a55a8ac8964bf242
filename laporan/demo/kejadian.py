"""The drill's reports: 400, filed and followed through the real acts, so each has a real journal.

The spread over cities follows the 581 troubled stations Bawaslu DKI counted on 14 February 2024 (Jakbar 160,
Jakpus 81, Jaksel 35, Jaktim 136, Jakut 169), with the crewed posts of West Jakarta given more of it.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from laporan.demo import naskah
from laporan.demo.gambar import draw
from laporan.models import Kategori, Laporan
from laporan.pelaporan import Isian, file
from piket.aktor import build_aktor
from posko import access
from posko.access import Aktor
from posko.berkas import process
from posko.models import TPS, Anggota, Berkas, Pemilihan, Pengguna, Wilayah

JUMLAH = 400
KOTA = {"31.73": 160, "31.71": 81, "31.74": 35, "31.75": 136, "31.72": 169, "31.01": 6}
# Share of reports that come from the crewed kelurahan and kecamatan, where the cast works.
DARI_KEMBANGAN_SELATAN = 0.3
# How far a kejadian or potensi has come, by weight: young ones are open, old ones mostly closed.
JALAN = {
    "baru": 20, "perlu_dilengkapi": 9, "lengkap": 5, "terverifikasi": 16, "ditindaklanjuti": 22, "selesai": 12,
    "ditutup": 30, "dibuka_kembali": 4, "tidak_dilanjutkan": 12,
}  # fmt: skip
RAHASIA = 10
FOTO = 24


@dataclass
class Sutradara:
    """Who plays whom, and where: looked up once."""

    edition: Pemilihan
    people: dict[str, Pengguna]
    rng: random.Random
    areas: dict[str, list[Wilayah]] = field(default_factory=dict)
    stations: dict[str, list[TPS]] = field(default_factory=dict)
    categories: dict[str, list[Kategori]] = field(default_factory=dict)
    actors: dict[str, Aktor] = field(default_factory=dict)
    leaders: dict[tuple[str, str], Pengguna] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for area in Wilayah.objects.under("31").filter(tingkat=4).order_by("kode"):
            self.areas.setdefault(area.kode[:5], []).append(area)
        for tps in TPS.objects.filter(pemilihan=self.edition).order_by("wilayah_id", "nomor"):
            self.stations.setdefault(tps.wilayah_id, []).append(tps)
        for kategori in Kategori.objects.filter(pemilihan=self.edition).select_related("instansi_utama"):
            self.categories.setdefault(kategori.jenis, []).append(kategori)
        for member in Anggota.objects.filter(
            kursi__posko__pemilihan=self.edition, peran__in=("operator", "ketua"), selesai=None,
            pengguna__is_active=True,
        ).select_related("pengguna", "kursi__posko").order_by("-pk"):  # fmt: skip
            self.leaders[member.kursi.posko.wilayah_id, member.peran] = member.pengguna

    def actor(self, person: Pengguna) -> Aktor:
        """Built once a person: duty does not change who they are in the drill."""
        if person.username not in self.actors:
            self.actors[person.username] = build_aktor(person)
        return self.actors[person.username]

    def lead(self, kode: str, *peran: str) -> Aktor:
        """An operator or ketua of the post of `kode`, or of the nearest post above."""
        while kode:
            for role in peran:
                if (kode, role) in self.leaders:
                    return self.actor(self.leaders[kode, role])
            kode = kode.rpartition(".")[0]
        raise LookupError(peran)

    def reporter(self, area: Wilayah) -> Aktor:
        """Somebody who would report from there: the cast in its own places, else the post's own people."""
        if area.kode == "31.73.08.1006":
            names: tuple[str, ...] = ("lapor.kembangan-selatan",) * 4 + (
                "piket.kembangan-selatan",
                "ketua.kembangan-selatan",
            )
            return self.actor(self.people[self.rng.choice(names)])
        if area.kode.startswith("31.73") and self.rng.random() < 0.3:
            names = ("piket.jakbar", "polres.jakbar", "kpu.jakbar", "bawaslu.jakbar", "partai.jakbar")
            return self.actor(self.people[self.rng.choice(names)])
        if area.kode.startswith("31.75") and self.rng.random() < 0.3:
            return self.actor(self.people["operator.jaktim"])
        return self.lead(area.kode, self.rng.choice(("operator", "ketua")), "operator", "ketua")


def play(stage: Sutradara) -> int:
    """File the reports in the order of time and follow each as far as its path goes. Returns how many."""
    edition, rng = stage.edition, stage.rng
    now = timezone.now()
    opened = timezone.make_aware(dt.datetime.combine(edition.dibuka, dt.time(8)))
    moments = sorted(_moment(rng, opened, now) for _ in range(JUMLAH))
    with_photo = set(rng.sample(range(JUMLAH), FOTO))
    secret = 0
    for n, moment in enumerate(moments):
        laporan = _file(stage, moment, n, photo=n in with_photo)
        if laporan.kegiatan:
            continue
        path = _path(stage, laporan, now)
        if laporan.posko.wilayah_id in ("31.73", "31.73.08.1006") and secret < RAHASIA and n % 4 == 0:
            secret += _make_secret(stage, laporan, moment)
        _follow(stage, laporan, path, moment, now)
    return JUMLAH


def _moment(rng: random.Random, opened: dt.datetime, now: dt.datetime) -> dt.datetime:
    """When a report arrives: some in the last half hour, more in the last six, the rest over the days before."""
    spans = (dt.timedelta(minutes=30), dt.timedelta(hours=6), now - opened)
    span = rng.choices(spans, weights=(12, 18, 70))[0]
    return now - dt.timedelta(minutes=2) - (span - dt.timedelta(minutes=2)) * rng.random()


def _file(stage: Sutradara, moment: dt.datetime, n: int, *, photo: bool) -> Laporan:
    rng = stage.rng
    kota = rng.choices(list(KOTA), weights=list(KOTA.values()))[0]
    area = rng.choice(stage.areas[kota])
    if rng.random() < DARI_KEMBANGAN_SELATAN:
        area = next(a for a in stage.areas["31.73"] if a.kode == "31.73.08.1006")
    jenis = rng.choices(("kegiatan", "kejadian", "potensi"), weights=(38, 50, 12))[0]
    # The first ones go through every category once, so that none is missing from the drill.
    every = [k for kinds in ("kejadian", "potensi", "kegiatan") for k in stage.categories[kinds]]
    kategori = every[n] if n < len(every) else rng.choice(stage.categories[jenis])
    reporter = stage.reporter(area)
    stations = rng.sample(stage.stations[area.kode], k=rng.choice((1, 1, 1, 2, 3)))
    named = [] if kategori.jenis == "kegiatan" else sorted(stations, key=lambda tps: tps.nomor)
    text = rng.choice(naskah.TEKS[kategori.kelompok])
    isian = Isian(
        kunci=uuid.UUID(int=rng.getrandbits(128), version=4),
        kategori=kategori,
        wilayah=area,
        uraian=text.format(tps=f"{stations[0].nomor:03d}", n=rng.randint(3, 90), jam=rng.randint(10, 50)),
        waktu_kejadian=moment - dt.timedelta(minutes=rng.randint(3, 40)),
        sumber=rng.choice(("saya_lihat", "saya_lihat", "orang_lain")),
        lokasi=rng.choice(naskah.LOKASI),
        tps=tuple((tps, {}) for tps in named),
        bahaya=kategori.jenis == "kejadian" and rng.random() < 0.04,
        lintang=round(area.lintang + rng.uniform(-0.006, 0.006), 5)
        if area.lintang and rng.random() < 0.6
        else None,
        bujur=round(area.bujur + rng.uniform(-0.006, 0.006), 5) if area.bujur else None,
        foto=(_photo(kategori.kelompok, n, reporter),) if photo else (),
    )
    return file(reporter, isian, moment)


def _photo(kelompok: str, n: int, by: Aktor) -> Berkas:
    upload = SimpleUploadedFile("gladi.jpg", draw(kelompok, n), "image/jpeg")
    return Berkas.objects.keep(process(upload), by.pengguna)


def _path(stage: Sutradara, laporan: Laporan, now: dt.datetime) -> str:
    """How far a report has come. What just came in is open; urgent ones are dealt with within the hour."""
    weights = dict(JALAN)
    age = now - laporan.waktu_lapor
    if age > dt.timedelta(minutes=40) and laporan.prioritas in ("kritis", "tinggi"):
        weights |= {"baru": 3, "perlu_dilengkapi": 4, "terverifikasi": 4, "ditindaklanjuti": 8, "ditutup": 90}
    elif age < dt.timedelta(hours=8):
        weights |= {"baru": 45, "perlu_dilengkapi": 14, "ditutup": 12, "selesai": 8}
    if age > dt.timedelta(days=1):
        weights |= {"baru": 2, "perlu_dilengkapi": 2, "lengkap": 1, "terverifikasi": 3, "ditindaklanjuti": 6}
        weights |= {"ditutup": 130, "dibuka_kembali": 2, "selesai": 14}
    return stage.rng.choices(list(weights), weights=list(weights.values()))[0]


def _make_secret(stage: Sutradara, laporan: Laporan, moment: dt.datetime) -> int:
    """The ketua of the responsible post makes it rahasia and names a second officer."""
    kode = laporan.posko.wilayah_id
    ketua = stage.people["ketua.jakbar" if kode == "31.73" else "ketua.kembangan-selatan"]
    second = stage.people["operator.jakbar" if kode == "31.73" else "piket.kembangan-selatan"]
    if laporan.pelapor_id in (ketua.pk, second.pk):
        return 0
    laporan.reclassify(
        by=stage.actor(ketua), versi=laporan.versi, teks=naskah.RAHASIA, prioritas=laporan.prioritas,
        akses="rahasia", kategori=laporan.kategori, pejabat_kedua=second, at=moment + dt.timedelta(minutes=2),
    )  # fmt: skip
    return 1


STEPS = {
    "baru": (),
    "perlu_dilengkapi": ("ask",),
    "lengkap": ("ask", "complete"),
    "terverifikasi": ("verify",),
    "ditindaklanjuti": ("verify", "handle"),
    "selesai": ("verify", "handle", "resolve"),
    "ditutup": ("verify", "handle", "resolve", "close"),
    "dibuka_kembali": ("verify", "handle", "resolve", "close", "reopen"),
    "tidak_dilanjutkan": ("decline",),
}


def _follow(stage: Sutradara, laporan: Laporan, path: str, moment: dt.datetime, now: dt.datetime) -> None:
    """Take the steps of the path, each some minutes after the one before and none in the future."""
    at = moment
    for step in STEPS[path]:
        at += dt.timedelta(minutes=stage.rng.randint(2, 50))
        if at >= now:
            return
        _step(stage, laporan, step, at)


def _step(stage: Sutradara, laporan: Laporan, step: str, at: dt.datetime) -> None:
    rng, kode = stage.rng, laporan.posko.wilayah_id
    by = _doer(stage, laporan, step, kode)
    if by is None:
        return
    words: dict[str, dict[str, str]] = {
        "ask": {"teks": naskah.TANYA},
        "complete": {"teks": naskah.JAWAB.format(tps="054", n=rng.randint(5, 60))},
        "verify": {"teks": rng.choice(naskah.VERIFIKASI)},
        "handle": {"teks": rng.choice(naskah.TANGANI)},
        "resolve": {"teks": rng.choice(naskah.HASIL)},
        "close": {"teks": ""},
        "reopen": {"teks": naskah.BUKA_LAGI},
    }
    if step == "decline":
        alasan = rng.choice(list(naskah.TOLAK))
        laporan.decline(by=by, versi=laporan.versi, alasan=alasan, teks=naskah.TOLAK[alasan], at=at)
    else:
        getattr(laporan, step)(by=by, versi=laporan.versi, at=at, **words[step])


def _doer(stage: Sutradara, laporan: Laporan, step: str, kode: str) -> Aktor | None:
    """Who takes a step: never the reporter verifies, never the resolver closes; a rahasia stays with its ketua."""
    if step == "complete":
        return stage.actor(laporan.pelapor)
    if laporan.akses == "rahasia":
        if step == "close":
            # Only the second officer sees it beside the ketua, and may close when also operator there.
            second = next((p for p in stage.people.values() if p.pk in laporan.disebut), None)
            doer = stage.actor(second) if second else None
            return doer if doer and access.can(doer, "close", laporan) else None
        return stage.lead(kode, "ketua")
    excluded = {"verify": laporan.pelapor_id, "close": laporan.diselesaikan_oleh_id}.get(step)
    for doer in (stage.lead(kode, "operator", "ketua"), stage.lead(kode, "ketua", "operator")):
        if doer.pengguna.pk != excluded and any(m.posko_id == laporan.posko_id for m in doer.keanggotaan):
            return doer
    above = stage.lead(kode.rpartition(".")[0] or kode, "operator")
    return above if step in ("verify", "close") and above.pengguna.pk != excluded else None
