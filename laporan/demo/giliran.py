"""The life of the drill's rosters: patterns, who came, what was written during shifts, an offer and an absence."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.utils import timezone

from laporan.demo.latar import BERAWAK
from piket.models import (
    Berhalangan,
    CatatanPiket,
    GiliranPola,
    KebutuhanPola,
    Penugasan,
    Piket,
    PolaPiket,
    TukarPiket,
)
from posko.models import Pemilihan, Pengguna, Posko, Tingkat, Unsur
from posko.models.pemilihan import DEFAULT_HOURS

# What a duty officer writes down on an ordinary day; no person is named.
CATATAN = (
    "Apel serah tugas, ruang posko rapi dan peralatan lengkap.",
    "Pengecekan hotline dan radio HT, semua berfungsi.",
    "Patroli bersama Satpol PP di sekitar kantor kecamatan, situasi aman.",
    "Genangan di depan kantor kelurahan sudah surut, dilaporkan ke petugas lapangan.",
    "Rapat singkat persiapan logistik bersama penyelenggara.",
)


def play(edition: Pemilihan, people: dict[str, Pengguna], rng: random.Random) -> None:
    """Add it to the rosters that `latar.roster` made."""
    _patterns(edition)
    _attendance(edition, rng)
    _book(edition, people)
    _changes(people)


def _patterns(edition: Pemilihan) -> None:
    """One pattern a tier: the tier's hours on ordinary days, around the clock on voting day."""
    for tier in Tingkat:
        opens, closes = DEFAULT_HOURS[tier]
        pattern = PolaPiket.objects.create(pemilihan=edition, tingkat=tier, nama=f"Pola {tier.label}")
        for nama, mulai, selesai, berlaku in (
            ("Piket", opens, closes, GiliranPola.Berlaku.BIASA),
            ("Siang", dt.time(7), dt.time(19), GiliranPola.Berlaku.PEMUNGUTAN),
            ("Malam", dt.time(19), dt.time(7), GiliranPola.Berlaku.PEMUNGUTAN),
        ):
            shift = GiliranPola.objects.create(
                pola=pattern, nama=nama, mulai=mulai, selesai=selesai, berlaku=berlaku
            )
            KebutuhanPola.objects.bulk_create(
                KebutuhanPola(giliran=shift, unsur=unsur, jumlah=1)
                for unsur in Unsur
                if unsur != Unsur.PESERTA
            )


def _attendance(edition: Pemilihan, rng: random.Random) -> None:
    """Shifts that are over in the crewed posts: most came, some late, a few had a reason."""
    over = Penugasan.objects.live().filter(
        pemilihan=edition, piket__posko__wilayah__in=BERAWAK, waktu__endswith__lte=timezone.now()
    )
    duties = list(over.order_by("pk"))
    for duty in duties:
        chance, minute = rng.random(), dt.timedelta(minutes=1)
        if chance < 0.05:
            duty.kehadiran = rng.choice(("sakit", "izin", "dinas_luar", "tanpa_keterangan"))
            duty.cara = Penugasan.Cara.KOORDINATOR
        else:
            late = chance < 0.15
            duty.kehadiran = "terlambat" if late else "hadir"
            duty.datang = duty.waktu.lower + minute * (rng.randint(20, 50) if late else rng.randint(-15, 10))
            duty.pulang = duty.waktu.upper + minute * rng.randint(0, 10)
            duty.cara = Penugasan.Cara.KODE
        duty.ditandai_oleh_id = duty.pengguna_id
        duty.ditandai_pada = duty.datang or duty.waktu.upper
    fields = ["kehadiran", "datang", "pulang", "cara", "ditandai_oleh", "ditandai_pada"]
    Penugasan.objects.bulk_update(duties, fields, batch_size=500)


def _book(edition: Pemilihan, people: dict[str, Pengguna]) -> None:
    posko = Posko.objects.get(pemilihan=edition, wilayah="31.73")
    now = timezone.now()
    yesterday = Piket.objects.filter(posko=posko, waktu__endswith__lte=now).order_by("-waktu").first()
    if yesterday is None:
        return
    CatatanPiket.objects.bulk_create(
        CatatanPiket(
            posko=posko, piket=yesterday, isi=isi, oleh=people["operator.jakbar"],
            pada=yesterday.waktu.lower + dt.timedelta(minutes=25 * (n + 1)),
            kunci=uuid.uuid5(uuid.NAMESPACE_URL, f"posko:catatan:{n}"),
        )
        for n, isi in enumerate(CATATAN)
    )  # fmt: skip


def _changes(people: dict[str, Pengguna]) -> None:
    """The police officer of the cast offers a duty; the one of KPU cannot come next week."""
    now = timezone.now()
    person = people["polres.jakbar"]
    duty = (
        Penugasan.objects.live()
        .filter(pengguna=person, waktu__startswith__gt=now + dt.timedelta(days=1))
        .order_by("waktu")
        .first()
    )
    if duty is not None:
        key = uuid.uuid5(uuid.NAMESPACE_URL, "posko:tukar")
        TukarPiket.objects.create(penugasan=duty, oleh=person, alasan="Tugas kedinasan lain", kunci=key)
    away = people["kpu.jakbar"]
    day = timezone.localdate() + dt.timedelta(days=3)
    edition = Penugasan.objects.filter(pengguna=away).values_list("pemilihan", flat=True).first()
    if edition is not None:
        key = uuid.uuid5(uuid.NAMESPACE_URL, "posko:halangan")
        Berhalangan.objects.create(
            pemilihan_id=edition, pengguna=away, oleh=away, dari=day, sampai=day + dt.timedelta(days=1),
            alasan="dinas_luar", kunci=key,
        )  # fmt: skip
