"""`demo --skala-piket N`: a roster of N more assignments in all 318 posts, for measuring.

Posts with a full crew get all their days first, so that their pages show the same at any size; then the others day by
day from today on. Twenty-five people a shift, as many as agencies sit in a city's post.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone

from laporan.demo.latar import BERAWAK
from piket.models import Kebutuhan, Penugasan, Piket, shift_range
from posko.models import Anggota, Kursi, Pemilihan, Pengguna, Posko

ORANG = 25
JAM = (
    "Ukur",
    dt.time(16, 30),
    dt.time(22, 30),
)  # beside the shifts of the drill, which end by then in most posts
BATCH = 5_000
_SKIPPED = (
    "piket.Piket:insert_insert", "piket.Penugasan:insert_insert", "piket.Kebutuhan:insert_insert",
    "piket.Piket:piket_tanggal_setempat", "piket.Penugasan:penugasan_anggota_sah",
    "piket.Kebutuhan:kebutuhan_kursi_sah",
)  # fmt: skip


def load(edition: Pemilihan, jumlah: int, progress: Callable[[int, int], None]) -> None:
    """Add `jumlah` assignments to the edition, with the shifts, needs and people they take. One transaction."""
    posts = list(Posko.objects.filter(pemilihan=edition).select_related("wilayah").order_by("wilayah_id"))
    # History and checks row by row take most of the time, and what is loaded is right by construction.
    with pgtrigger.ignore(*_SKIPPED), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
            )
        crews = {post.pk: _crew(post) for post in posts}
        done = 0
        pending: list[tuple[Piket, list[Anggota]]] = []
        for post, day in _days(edition, posts):
            crew = crews[post.pk][: jumlah - done]
            pending.append((Piket(posko=post, pemilihan=edition, nama=JAM[0], tanggal=day,
                                  waktu=shift_range(post.zona, day, JAM[1], JAM[2])), crew))  # fmt: skip
            done += len(crew)
            if len(pending) >= BATCH // ORANG or done >= jumlah:
                _write(pending)
                pending = []
                progress(done, jumlah)
            if done >= jumlah:
                break
    with connection.cursor() as cursor:
        for model in (Piket, Penugasan, Kebutuhan, Anggota, Pengguna):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _days(edition: Pemilihan, posts: list[Posko]) -> Iterator[tuple[Posko, dt.date]]:
    """Which shift is made after which: crewed posts whole, then the others from today outward."""
    span = [edition.dibuka + dt.timedelta(days=n) for n in range((edition.ditutup - edition.dibuka).days + 1)]
    today = timezone.localdate()
    for post in (p for p in posts if p.wilayah_id in BERAWAK):
        yield from ((post, day) for day in span)
    for day in sorted(span, key=lambda d: (abs((d - today).days), d)):
        yield from ((post, day) for post in posts if post.wilayah_id not in BERAWAK)


def _crew(post: Posko) -> list[Anggota]:
    """Twenty-five new members, spread over the seats of the post that are no contestant's; none without seats."""
    seats = list(Kursi.objects.filter(posko=post, aktif=True, peserta=False).order_by("pk"))
    if not seats:
        return []
    people = [
        Pengguna(username=f"ukur.{post.wilayah_id}.{n}", nama=f"Petugas Ukur {n} {post.wilayah.nama_pendek}",
                 password="!", demo=True)
        for n in range(ORANG)
    ]  # fmt: skip
    Pengguna.objects.bulk_create(people)
    members = [
        Anggota(pengguna=person, kursi=seats[n % len(seats)], peran="piket", mulai=post.dibuka)
        for n, person in enumerate(people)
    ]
    return Anggota.objects.bulk_create(members)


def _write(pending: list[tuple[Piket, list[Anggota]]]) -> None:
    """These shifts with their people, and as many needed of each seat as there are."""
    Piket.objects.bulk_create(shift for shift, _ in pending)
    seats = [(shift, Counter(m.kursi_id for m in crew)) for shift, crew in pending]
    Kebutuhan.objects.bulk_create(
        Kebutuhan(piket=shift, kursi_id=kursi, jumlah=n)
        for shift, needs in seats
        for kursi, n in needs.items()
    )
    Penugasan.objects.bulk_create(
        Penugasan(
            piket=shift,
            anggota=m,
            pengguna_id=m.pengguna_id,
            pemilihan_id=shift.pemilihan_id,
            waktu=shift.waktu,
        )
        for shift, crew in pending
        for m in crew
    )
