"""The stage of the drill: edition, posts, seats, people and equipment."""

from __future__ import annotations

import csv
import datetime as dt
import random
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from laporan.rujukan import load_categories
from piket.giliran import create_shifts, fill_by_turn
from posko.access import Aktor
from posko.bentuk import activate_posts, form_posts
from posko.models import (
    Anggota,
    HariPemungutan,
    Instansi,
    Kursi,
    Pemilihan,
    Pengguna,
    Posko,
    Sarpras,
    Tahapan,
)
from posko.models.posko import post_name
from posko.rujukan import load_reference

DATA = Path(__file__).resolve().parents[2] / "posko" / "data"
KODE = "gladi"
PASSWORD = "gladi-posko-2024"  # noqa: S105 - public on purpose; MODE=produksi refuses demo people
BUKA_SEJAK = 9
HARI_H = 7
LAMA = 52
# Posts with a full crew and a full roster; the others have a ketua, an operator and a few days of duty.
BERAWAK = ("31.73", "31.73.08", "31.73.08.1006")
# Posts of the drill that nobody has readied yet, so that beranda has something to say.
BELUM_SIAP = ("31.01.02.1003", "31.72.03.1003", "31.74.09.1002")
TANPA_PIKET = 0.06
# Agencies that have sent nobody yet, so that a roster has gaps to show.
BELUM_MENGIRIM = ("bin", "inspektorat_pembantu", "koramil")

# Days from today: kode, nama, mulai, selesai. The order and the gaps follow Pemilu 2024.
TAHAPAN = (
    ("kampanye", "Kampanye", -71, 3),
    ("masa_tenang", "Masa tenang", 4, 6),
    ("pemungutan", "Pemungutan suara", 7, 7),
    ("penghitungan", "Penghitungan suara", 7, 8),
    ("rekapitulasi", "Rekapitulasi", 8, 42),
)


def build_edition(rng: random.Random) -> Pemilihan:
    """Areas, the edition, 318 posts with seats and equipment, categories and stations."""
    areas = str(DATA / "wilayah_dki.csv")
    call_command("impor_wilayah", areas, verbosity=0)
    today = timezone.localdate()
    opened = today - dt.timedelta(days=BUKA_SEJAK)
    edition = Pemilihan.objects.create(
        kode=KODE,
        nama="Gladi Posko Bersama",
        jenis="gladi",
        wilayah_id="31",
        dasar="Latihan; bukan pemilihan yang sebenarnya",
        dibuka=opened,
        ditutup=opened + dt.timedelta(days=LAMA - 1),
    )
    Tahapan.objects.bulk_create(
        Tahapan(
            pemilihan=edition,
            kode=kode,
            nama=nama,
            mulai=today + dt.timedelta(days=a),
            selesai=today + dt.timedelta(days=b),
            sumber="Latihan, meniru urutan Pemilu 2024",
        )
        for kode, nama, a, b in TAHAPAN
    )
    HariPemungutan.objects.create(pemilihan=edition, tanggal=today + dt.timedelta(days=HARI_H))
    load_reference(edition)
    load_categories(edition)
    call_command("impor_tps", areas, edisi=KODE, verbosity=0)
    founder = Aktor(pengguna=_superuser(), edisi=edition)
    form_posts(edition, founder)
    activate_posts(edition, founder)
    Posko.objects.filter(pemilihan=edition, wilayah__in=BELUM_SIAP).update(status=Posko.Status.DRAF)
    _dress_posts(edition, rng)
    return edition


def _dress_posts(edition: Pemilihan, rng: random.Random) -> None:
    """Places, hotlines and what equipment stands there. Numbers under 0800 with zeros ring nowhere."""
    posts = list(Posko.objects.filter(pemilihan=edition).select_related("wilayah"))
    for n, post in enumerate(posts, start=1):
        place = {1: "Balai Kota", 2: "Kantor Wali Kota/Bupati", 3: "Kantor Kecamatan", 4: "Kantor Kelurahan"}
        post.alamat = f"{place[post.tingkat]} {post.wilayah.nama_pendek}, lantai 1"
        post.hotline = f"0800-0000-{n:04d}"
        post.sk = "Surat keputusan latihan"
    Posko.objects.bulk_update(posts, ["alamat", "hotline", "sk"], batch_size=200)
    items = list(Sarpras.objects.filter(posko__pemilihan=edition))
    suppliers = ("Bagian Umum", "Suban Kesbangpol", "Sudin Kominfotik", "Swadaya posko")
    for item in items:
        short = rng.random() < 0.18
        item.ada = rng.randint(0, item.dibutuhkan) if short else item.dibutuhkan
        item.kondisi = "rusak" if rng.random() < 0.04 else "baik"
        item.pemasok = rng.choice(suppliers)
        item.pinjaman = rng.random() < 0.2
    Sarpras.objects.bulk_update(items, ["ada", "kondisi", "pemasok", "pinjaman"], batch_size=1000)


def _superuser() -> Pengguna:
    """The drill's superuser, who forms the posts; the first of the cast."""
    return Pengguna.objects.create(
        username="admin",
        nama="Admin Sistem",
        password=_password(),
        demo=True,
        is_superuser=True,
        is_staff=True,
    )


@cache
def _password() -> str:
    return make_password(PASSWORD)


def seat_cast(edition: Pemilihan) -> dict[str, Pengguna]:
    """The cast of the design, from posko/data/peran_gladi.csv; all share one public password."""
    today = timezone.localdate()
    people: dict[str, Pengguna] = {}
    with (DATA / "peran_gladi.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            person, _ = Pengguna.objects.get_or_create(
                username=row["username"],
                defaults={
                    "nama": row["nama"],
                    "password": _password(),
                    "demo": True,
                    "is_active": row["aktif"] == "ya",
                },
            )
            people[row["username"]] = person
            if row["wilayah"]:
                Anggota.objects.create(
                    pengguna=person,
                    kursi=_seat(edition, row["wilayah"], row["instansi"]),
                    peran=row["peran"],
                    jabatan=row["jabatan"],
                    mulai=today + dt.timedelta(days=int(row["mulai"])),
                    selesai=today + dt.timedelta(days=int(row["selesai"])) if row["selesai"] else None,
                )
    return people


def _seat(edition: Pemilihan, kode: str, instansi: str) -> Kursi:
    agencies = Instansi.objects.for_edition(edition.pk)
    # The contestant of the cast is simply the first on the official list.
    agency = (
        agencies.filter(peserta=True).order_by("urutan", "nomor_urut").first()
        if instansi == "PESERTA"
        else None
    )
    agency = agency or agencies.get(kode=instansi)
    seat, _ = Kursi.objects.get_or_create(
        posko=Posko.objects.get(pemilihan=edition, wilayah=kode), instansi=agency
    )
    return seat


def seat_crews(edition: Pemilihan) -> None:
    """Two people a seat in the fully crewed posts; a ketua and an operator in each of the others."""
    seats = Kursi.objects.filter(posko__pemilihan=edition, aktif=True).select_related(
        "posko__wilayah", "instansi", "posko"
    )
    crew: list[tuple[Pengguna, Kursi, str]] = []
    led: set[int] = set()
    for seat in seats.order_by("posko_id", "instansi__urutan", "instansi__nomor_urut"):
        post, short = seat.posko, seat.posko.wilayah.nama_pendek
        if post.wilayah_id in BERAWAK:
            if seat.instansi.kode in BELUM_MENGIRIM:
                continue
            for n in (1, 2):
                crew.append(
                    (_person(f"p{seat.pk}-{n}", f"Petugas {seat.instansi} {n} {short}"), seat, "piket")
                )
        elif post.pk not in led and not seat.peserta:
            led.add(post.pk)
            name = post_name(post.wilayah.jenis, post.wilayah.nama).removeprefix("Posko ")
            crew.append((_person(f"ketua.{post.wilayah_id}", f"Ketua {name}"), seat, "ketua"))
            crew.append((_person(f"operator.{post.wilayah_id}", f"Operator {name}"), seat, "operator"))
    Pengguna.objects.bulk_create([person for person, _, _ in crew])
    today = timezone.localdate()
    Anggota.objects.bulk_create(
        Anggota(
            pengguna=person,
            kursi=seat,
            peserta=seat.peserta,
            peran=role,
            jabatan={"piket": "Petugas piket", "ketua": "Ketua posko", "operator": "Operator posko"}[role],
            mulai=today - dt.timedelta(days=BUKA_SEJAK),
        )
        for person, seat, role in crew
    )


def _person(username: str, nama: str) -> Pengguna:
    """One of the crew, named by duty. Without a password nobody can sign in as them."""
    return Pengguna(username=username, nama=nama, password="!", demo=True)


def roster(edition: Pemilihan, rng: random.Random) -> None:
    """52 days in the crewed posts (two shifts in the city), yesterday to tomorrow elsewhere, a few left empty."""
    posts = Posko.objects.filter(pemilihan=edition).select_related("wilayah").order_by("wilayah_id")
    today, day = timezone.localdate(), dt.timedelta(days=1)
    for post in posts:
        if post.wilayah_id in BERAWAK:
            span = (edition.dibuka, edition.ditutup)
        elif rng.random() > TANPA_PIKET and post.status == Posko.Status.AKTIF:
            span = (today - day, today + day)
        else:
            continue
        fill_by_turn(create_shifts(post, *span, shifts_of(post), _needs(post)))


def shifts_of(post: Posko) -> list[tuple[str, dt.time, dt.time]]:
    """One shift over the post's hours; a city works in two."""
    if post.wilayah_id == "31.73":
        return [("Pagi", post.jam_buka, dt.time(12)), ("Siang", dt.time(12), post.jam_tutup)]
    return [("Piket", post.jam_buka, post.jam_tutup)]


def _needs(post: Posko) -> dict[Kursi, int]:
    """One person an agency in a crewed post; one of the leading agency elsewhere. Contestants have no duty to fill."""
    seats = [seat for seat in post.kursi.select_related("instansi") if not seat.peserta]
    if post.wilayah_id not in BERAWAK:
        seats = [seat for seat in seats if seat.anggota.exists()][:1]
    return dict.fromkeys(seats, 1)


def usernames() -> list[str]:
    """The cast's usernames, in the order of the file."""
    with (DATA / "peran_gladi.csv").open(newline="", encoding="utf-8") as lines:
        return [row["username"] for row in csv.DictReader(lines)]
