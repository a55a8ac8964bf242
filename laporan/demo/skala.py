"""`demo --skala N`: many sealed reports in bulk, for measuring. Written with COPY; journals hold."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from laporan import jurnal
from laporan.cari import indeks
from laporan.models import IndeksCari, Kategori, Kosakata, Laporan, Penghitung, Perkembangan, TeksPerkembangan
from laporan.models.laporan import nomor_for
from laporan.models.pencatatan import sealed_content
from laporan.pelaporan import counter_seal
from posko.models import Anggota, Kursi, Pemilihan, Pengguna, Posko

BATCH = 5_000
TERBUKA = 3_000
TEKS = "Data ukur: keadaan di sekitar TPS {n:03d} dicatat untuk mengukur kecepatan, bukan kejadian."


@dataclass(frozen=True)
class Tempat:
    """A kelurahan post with what a row needs of it."""

    posko: Posko
    jejak: list[int]
    anggota_id: int | None
    pengguna: Pengguna
    kursi_id: int
    polres: int | None


def load(
    edition: Pemilihan, jumlah: int, progress: Callable[[int, int], None], terbuka: int = TERBUKA
) -> None:
    """Add `jumlah` reports to the edition, `terbuka` of them open, each with one sealed entry. One transaction."""
    rng = random.Random(2024)
    places = _places(edition)
    categories = list(
        Kategori.objects.filter(pemilihan=edition).select_related("instansi_utama").order_by("kode")
    )
    counters: Counter[tuple[int, dt.date]] = Counter()
    for row in Penghitung.objects.filter(posko__pemilihan=edition):
        counters[row.posko_id, row.tanggal] = row.terakhir
    workable = [kategori for kategori in categories if kategori.jenis != "kegiatan"]  # only these can be open
    open_ones = set(rng.sample(range(jumlah * 3 // 5, jumlah), min(terbuka, jumlah * 2 // 5)))
    now = timezone.now()
    start = now - dt.timedelta(days=9)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Limits meant for pages: on a busy machine sealing or copying a batch may take longer.
            cursor.execute(
                "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"
            )
        first = _reserve_ids(jumlah)
        for begin in range(0, jumlah, BATCH):
            numbers = range(begin, min(begin + BATCH, jumlah))
            reports = [
                _report(edition, first + n, rng.choice(places), rng.choice(workable if n in open_ones else categories),
                        n in open_ones,
                        start + (now - start) * (n / jumlah), counters, rng)
                for n in numbers
            ]  # fmt: skip
            _copy(reports, rng)
            progress(numbers[-1] + 1, jumlah)
        _save_counters(counters)
    with connection.cursor() as cursor:
        for model in (Laporan, Perkembangan, IndeksCari, Kosakata):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _places(edition: Pemilihan) -> list[Tempat]:
    posts = {
        p.wilayah_id: p
        for p in Posko.objects.filter(pemilihan=edition).select_related("wilayah__induk__induk")
    }
    seats = {
        k.posko.wilayah_id: k.pk
        for k in Kursi.objects.filter(posko__pemilihan=edition, instansi__kode="polres").select_related(
            "posko"
        )
    }
    people: dict[int, Anggota] = {}
    for member in Anggota.objects.filter(kursi__posko__pemilihan=edition, selesai=None).select_related(
        "kursi", "pengguna"
    ):
        people.setdefault(member.kursi.posko_id, member)
    places = []
    for kode, post in sorted(posts.items()):
        if kode.count(".") < 3 or post.pk not in people:
            continue
        member = people[post.pk]
        parts = kode.split(".")
        chain = [".".join(parts[:n]) for n in range(4, 0, -1)]
        places.append(
            Tempat(
                post,
                [posts[c].pk for c in chain if c in posts],
                member.pk,
                member.pengguna,
                member.kursi_id,
                seats.get(kode[:5]),
            )
        )
    return places


def _reserve_ids(jumlah: int) -> int:
    """The first of `jumlah` consecutive ids, with the sequence moved past them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('laporan_laporan', 'id'))")
        first: int = cursor.fetchone()[0]
        cursor.execute("SELECT setval(pg_get_serial_sequence('laporan_laporan', 'id'), %s)", [first + jumlah])
    return first


def _report(
    edition: Pemilihan, pk: int, place: Tempat, kategori: Kategori, is_open: bool, at: dt.datetime,
    counters: Counter[tuple[int, dt.date]], rng: random.Random,
) -> Laporan:  # fmt: skip
    day = timezone.localtime(at, place.posko.zona).date()
    counters[place.posko.pk, day] += 1
    status = "tercatat" if kategori.jenis == "kegiatan" else "terverifikasi" if is_open else "ditutup"
    area = place.posko.wilayah
    text = TEKS.format(n=rng.randint(1, 90))
    due = at + dt.timedelta(hours=rng.randint(1, 300)) if is_open else None
    return Laporan(
        pk=pk, pemilihan=edition, kunci=uuid.UUID(int=rng.getrandbits(128), version=4), sidik="0" * 64,
        nomor=nomor_for(area.kode, day, counters[place.posko.pk, day], gladi=edition.gladi), dalam_gladi=edition.gladi,
        pelapor=place.pengguna, kursi_pelapor_id=place.kursi_id, jenis=kategori.jenis, kategori=kategori,
        kategori_nama=kategori.nama, instansi_nama=str(kategori.instansi_utama or ""), uraian=text, ringkasan=text,
        wilayah=area, tempat=area.nama_pendek, waktu_kejadian=at, waktu_lapor=at, prioritas=kategori.prioritas,
        akses=kategori.akses, posko=place.posko, status=status, batas_tanggap=due, batas_tindak=due, batas_waktu=due,
        jejak=place.jejak, diteruskan=[place.polres] if place.polres and rng.random() < 0.05 else [],
    )  # fmt: skip


def _copy(reports: list[Laporan], rng: random.Random) -> None:
    """Seal and write one batch: reports, one entry each, and the entry's text."""
    entries = [_seal(laporan, rng) for laporan in reports]
    _copy_rows(Laporan, (_values(Laporan, laporan) for laporan in reports))
    _copy_rows(Perkembangan, (_values(Perkembangan, entry) for entry, _ in entries), skip=("id",))
    ids = _entry_ids(reports[0].pk, reports[-1].pk)
    texts = (
        _values(
            TeksPerkembangan,
            TeksPerkembangan(perkembangan_id=ids[laporan.pk], garam=salt, teks=laporan.uraian),
        )
        for laporan, (_, salt) in zip(reports, entries, strict=True)
    )
    _copy_rows(TeksPerkembangan, texts)
    documents = [indeks.document(indeks.at_hand(laporan, [])) for laporan in reports]
    _copy_rows(IndeksCari, ([pk, vector] for pk, vector, _ in documents))
    indeks.remember(set().union(*(words for *_, words in documents)))


def _seal(laporan: Laporan, rng: random.Random) -> tuple[Perkembangan, str]:
    """One entry that holds the report's present state, with the report's keyed length and head."""
    salt = f"{rng.getrandbits(128):032x}"
    isi = sealed_content(
        laporan, laporan.waktu_lapor, pengguna=laporan.pelapor_id, anggota=None, tindakan="file", before={},
        salt=salt, teks=laporan.uraian, foto=[], tps={}, catatan={},
    )  # fmt: skip
    entry = laporan.chain(isi)
    entry.laporan_id, entry.pada = laporan.pk, laporan.waktu_lapor
    entry.pengguna_id, entry.tindakan = laporan.pelapor_id, "file"
    return entry, salt


def _values(model: Any, row: Any) -> list[Any]:
    values = []
    for column in model._meta.concrete_fields:
        value = getattr(row, column.attname)
        values.append(Jsonb(value) if column.get_internal_type() == "JSONField" else value)
    return values


def _copy_rows(model: Any, rows: Iterator[list[Any]], skip: tuple[str, ...] = ()) -> None:
    fields = model._meta.concrete_fields
    keep = [n for n, column in enumerate(fields) if column.attname not in skip]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(fields[n].column) for n in keep),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[n] for n in keep])


def _entry_ids(first: int, last: int) -> dict[int, int]:
    rows = Perkembangan.objects.filter(laporan__gte=first, laporan__lte=last, urut=1)
    return dict(rows.values_list("laporan_id", "id"))


def _save_counters(counters: Counter[tuple[int, dt.date]]) -> None:
    key_id = jurnal.signing_key_id()
    Penghitung.objects.bulk_create(
        [
            Penghitung(
                posko_id=post,
                tanggal=day,
                terakhir=n,
                kunci_id=key_id,
                segel=counter_seal(key_id, post, day, n),
            )
            for (post, day), n in counters.items()
        ],
        update_conflicts=True,
        unique_fields=["posko", "tanggal"],
        update_fields=["terakhir", "kunci_id", "segel"],
        batch_size=1000,
    )
