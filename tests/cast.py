"""The cast: a small edition with a post on each tier and one person per role, agency and tier.

Who they are is read from the same file the demo uses (posko/data/peran_gladi.csv), so a person means the same in
every test and in the demo. `build_world` makes everything; the fixtures are in tests/conftest.py.
"""

from __future__ import annotations

import csv
import datetime as dt
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from laporan.models import Kategori, Laporan
from laporan.pelaporan import Isian, file
from piket.aktor import build_aktor
from piket.models import Penugasan, Piket, shift_range
from posko.access import Aktor
from posko.models import TPS, Anggota, Instansi, Kursi, Pemilihan, Pengguna, Posko, Wilayah

DATA = Path(__file__).resolve().parent.parent / "posko" / "data"
PASSWORD = "gladi-posko-2024"
PESERTA = "partai_uji"

AREAS = [
    ("31", "Daerah Khusus Ibukota Jakarta", "provinsi"),
    ("31.73", "Kota Administrasi Jakarta Barat", "kota"),
    ("31.73.08", "Kembangan", "kecamatan"),
    ("31.73.08.1001", "Kembangan Utara", "kelurahan"),
    ("31.73.08.1006", "Kembangan Selatan", "kelurahan"),
    ("31.75", "Kota Administrasi Jakarta Timur", "kota"),
]
AGENCIES = {
    "pemprov": ("Pemerintah Provinsi", "forkopimko"),
    "bakesbangpol": ("Bakesbangpol", "pemda"),
    "suban_kesbangpol": ("Suban Kesbangpol", "pemda"),
    "satpol_pp": ("Satpol PP", "pemda"),
    "polres": ("Polres", "forkopimko"),
    "kpu": ("KPU", "penyelenggara"),
    "bawaslu": ("Bawaslu", "penyelenggara"),
    "camat": ("Camat", "forkopimko"),
    "lurah": ("Lurah", "forkopimko"),
    "satgas_pol_pp": ("Satgas Pol PP", "pemda"),
    "fkdm": ("FKDM", "masyarakat"),
    PESERTA: ("Partai Uji", "peserta"),
}
# Families that decide how an agency may be asked (the others are their own).
RUMPUN = {
    "camat": "kepala_wilayah",
    "lurah": "kepala_wilayah",
    "satgas_pol_pp": "satpol_pp",
    PESERTA: "partai",
}
# kode, nama, jenis, kelompok, prioritas, akses
CATEGORIES = [
    ("rapat", "Rapat", "kegiatan", "kegiatan", "rendah", "biasa"),
    ("banjir", "Banjir atau TPS roboh", "kejadian", "bencana", "kritis", "biasa"),
    ("listrik", "Listrik padam", "kejadian", "teknis", "tinggi", "biasa"),
    ("data_pemilih", "Data pemilih", "kejadian", "teknis", "sedang", "biasa"),
    ("apk", "APK melanggar", "kejadian", "pelanggaran", "rendah", "terbatas"),
    ("potensi_banjir", "Potensi banjir", "potensi", "bencana", "sedang", "biasa"),
]


@dataclass
class World:
    """Everything `build_world` made, by name."""

    edisi: Pemilihan
    posko: dict[str, Posko] = field(default_factory=dict)
    instansi: dict[str, Instansi] = field(default_factory=dict)
    kategori: dict[str, Kategori] = field(default_factory=dict)
    orang: dict[str, Pengguna] = field(default_factory=dict)

    def aktor(self, username: str) -> Aktor:
        """The Aktor of one of the cast, as a request would build it."""
        return build_aktor(self.orang[username])

    def kursi(self, kode: str, instansi: str) -> Kursi:
        return Kursi.objects.get(posko=self.posko[kode], instansi=self.instansi[instansi])

    def isian(self, kategori: str = "banjir", **other: Any) -> Isian:
        """What a field reporter would send from Kembangan Selatan."""
        given = {
            "kunci": uuid.uuid4(),
            "kategori": self.kategori[kategori],
            "wilayah": self.posko["31.73.08.1006"].wilayah,
            "uraian": "Air masuk ke TPS 054 setinggi lutut, kotak suara dipindahkan ke mushala.",
            "waktu_kejadian": timezone.now() - dt.timedelta(minutes=5),
        }
        return Isian(**(given | other))

    def file(
        self, username: str = "lapor.kembangan-selatan", kategori: str = "banjir", **other: Any
    ) -> Laporan:
        """File a report as one of the cast."""
        return file(self.aktor(username), self.isian(kategori, **other))

    def put_on_duty(self, username: str, at: dt.datetime | None = None) -> Penugasan:
        """Assign one of the cast to a shift around `at` (aware, default now) at the first post they sit in."""
        anggota = Anggota.objects.select_related("kursi__posko__wilayah").get(pengguna=self.orang[username])
        posko, now = anggota.kursi.posko, at or timezone.now()
        start = (now - dt.timedelta(hours=2)).replace(microsecond=0)
        local = timezone.localtime(start, posko.zona)
        waktu = shift_range(posko.zona, local.date(), local.time(), (local + dt.timedelta(hours=8)).time())
        # Put on duty a moment later, the next one still serves on the same shift.
        just_made = {
            "waktu__startswith__gt": start - dt.timedelta(seconds=30),
            "waktu__startswith__lte": start,
        }
        piket = Piket.objects.filter(posko=posko, **just_made).first() or Piket.objects.create(
            posko=posko, tanggal=local.date(), waktu=waktu
        )
        return Penugasan.objects.create(piket=piket, anggota=anggota)


def build_world() -> World:
    """A running gladi edition with posts open around the clock, so that no test depends on the hour."""
    today = timezone.localdate()
    Wilayah.objects.bulk_create(
        Wilayah(
            kode=kode, nama=nama, jenis=jenis, tingkat=kode.count(".") + 1, induk_id=kode.rpartition(".")[0] or None
        )
        for kode, nama, jenis in AREAS
    )  # fmt: skip
    edisi = Pemilihan.objects.create(
        kode="gladi", nama="Gladi", jenis="gladi", wilayah_id="31",
        dibuka=today - dt.timedelta(days=9), ditutup=today + dt.timedelta(days=42),
    )  # fmt: skip
    world = World(edisi)
    TPS.objects.bulk_create(
        TPS(pemilihan=edisi, wilayah_id="31.73.08.1006", nomor=n, khusus=n > 900)
        for n in (*range(1, 97), 901)
    )
    made = Instansi.objects.bulk_create(
        Instansi(
            kode=kode, nama=nama, unsur=unsur, urutan=n, rumpun=RUMPUN.get(kode, kode),
            pemilihan=edisi if unsur == "peserta" else None,
        )
        for n, (kode, (nama, unsur)) in enumerate(AGENCIES.items())
    )  # fmt: skip
    world.instansi = {one.kode: one for one in made}
    kinds = Kategori.objects.bulk_create(
        Kategori(
            pemilihan=edisi, kode=kode, nama=nama, jenis=jenis, kelompok=kelompok, prioritas=prioritas, akses=akses,
            instansi_utama=world.instansi["bawaslu" if akses == "terbatas" else "kpu"], ubin=1,
        )
        for kode, nama, jenis, kelompok, prioritas, akses in CATEGORIES
    )  # fmt: skip
    world.kategori = {one.kode: one for one in kinds}
    _open_posts(world)
    _seat_people(world, today)
    return world


def _open_posts(world: World) -> None:
    posts = Posko.objects.bulk_create(
        Posko(
            pemilihan=world.edisi, wilayah_id=kode, status="aktif", dibuka=world.edisi.dibuka,
            ditutup=world.edisi.ditutup, jam_buka=dt.time(0), jam_tutup=dt.time(23, 59, 59, 999999),
        )
        for kode, _, _ in AREAS
    )  # fmt: skip
    world.posko = {post.wilayah_id: post for post in posts}


def _seat_people(world: World, today: dt.date) -> None:
    password = _hashed()
    with (DATA / "peran_gladi.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    people = Pengguna.objects.bulk_create(
        Pengguna(
            username=row["username"], nama=row["nama"], password=password,
            is_superuser=row["superuser"] == "ya", is_active=row["aktif"] == "ya",
        )
        for row in rows
    )  # fmt: skip
    world.orang = {person.username: person for person in people}
    placed = [
        (row, row["wilayah"], PESERTA if row["instansi"] == "PESERTA" else row["instansi"])
        for row in rows
        if row["wilayah"]
    ]
    wanted = dict.fromkeys((kode, instansi) for _, kode, instansi in placed)
    seats = Kursi.objects.bulk_create(
        Kursi(posko=world.posko[kode], instansi=world.instansi[instansi], peserta=instansi == PESERTA)
        for kode, instansi in wanted
    )
    seat_of = dict(zip(wanted, seats, strict=True))
    Anggota.objects.bulk_create(
        Anggota(
            pengguna=world.orang[row["username"]], kursi=seat_of[kode, instansi], peserta=instansi == PESERTA,
            peran=row["peran"], jabatan=row["jabatan"], mulai=today + dt.timedelta(days=int(row["mulai"])),
            selesai=today + dt.timedelta(days=int(row["selesai"])) if row["selesai"] else None,
        )
        for row, kode, instansi in placed
    )  # fmt: skip


CAST = [row["username"] for row in csv.DictReader((DATA / "peran_gladi.csv").open(newline=""))]


@cache
def _hashed() -> str:
    """Hashed once a process: the hash is slow on purpose."""
    return make_password(PASSWORD)
