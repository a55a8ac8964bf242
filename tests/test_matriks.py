"""Every address × the whole cast gives the status of the matrix that officials read: tests/matriks_akses.csv.

A new address without a row fails. After a wanted change, ``TULIS_MATRIKS=1 pytest tests/test_matriks.py`` writes
the table anew; its difference is then read line by line like any other change of the rules.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from laporan.models import Laporan, Saran
from piket.models import Berhalangan, CatatanPiket, Pembuatan, PolaPiket, SerahTerima, Tamu, TukarPiket
from posko.models import Anggota
from tests.cast import CAST, World

TABLE = Path(__file__).parent / "matriks_akses.csv"
VISITOR = "tamu"
COLUMNS = ["alamat", "metode", VISITOR, *CAST]
# Machinery whose own tests prove more than a status could: static files and allauth's pages for everybody.
BEYOND = re.compile(r"^(static/|gaya/)")


@pytest.fixture
def contoh(dunia: World) -> dict[str, str]:
    """What each part of an address stands for: one object a kind."""
    return _samples(dunia)


def _samples(dunia: World) -> dict[str, str]:
    biasa = dunia.file(kategori="data_pemilih")
    terbatas = dunia.file(kategori="apk")
    rahasia = dunia.file("piket.jakbar", kategori="data_pemilih", wilayah=dunia.posko["31.73"].wilayah)
    rahasia.reclassify(
        by=dunia.aktor("ketua.jakbar"), versi=rahasia.versi, teks="Menyangkut keselamatan orang.", prioritas="sedang",
        akses="rahasia", kategori=rahasia.kategori, pejabat_kedua=dunia.orang["operator.jakbar"],
    )  # fmt: skip
    kegiatan = dunia.file(kategori="rapat")
    reporter = dunia.aktor("lapor.kembangan-selatan")
    saran = Saran.objects.give(
        reporter, posko=biasa.posko, laporan=biasa, teks="Tambah petugas.", kunci=uuid.uuid4()
    )
    return {
        "biasa": biasa.nomor, "terbatas": terbatas.nomor, "rahasia": rahasia.nomor, "kegiatan": kegiatan.nomor,
        "tidak_ada": "G3173-010101-9999",
        **_roster_samples(dunia),
        "saran": str(saran.pk), "kota": "31.73", "kelurahan": "31.73.08.1006", "kota_lain": "31.75",
    }  # fmt: skip


def _roster_samples(dunia: World) -> dict[str, str]:
    """One object a kind of the roster, in the city's post: the shift that runs, and what hangs on it."""
    posko, now = dunia.posko["31.73"], timezone.now()
    duty = dunia.put_on_duty("polres.jakbar")
    person, operator = duty.pengguna, dunia.orang["operator.jakbar"]
    key = {"kunci": uuid.uuid4()}
    day = posko.local_time().date()
    later = dunia.put_on_duty("polres.jakbar", now + dt.timedelta(days=2))
    giver = Anggota.objects.filter(pengguna=operator, kursi__posko=posko).earliest("id")
    made = {
        "piket_id": duty.piket_id,
        "penugasan_id": duty.pk,
        "tukar_id": TukarPiket.objects.create(penugasan=later, oleh=person, **key).pk,
        "berhalangan_id": Berhalangan.objects.create(
            pemilihan=dunia.edisi, pengguna=person, oleh=person, dari=day, sampai=day, alasan="izin", **key
        ).pk,
        "catatan_id": CatatanPiket.objects.create(
            posko=posko, piket=duty.piket, isi="Apel pagi.", oleh=operator, pada=now, **key
        ).pk,
        "serah_id": SerahTerima.objects.create(
            piket=duty.piket, ringkasan="Tidak ada yang tertunda.", oleh=giver, pada=now, **key
        ).pk,
        "tamu_id": Tamu.objects.create(
            posko=posko,
            nama="Tamu",
            asal="Kelurahan",
            keperluan="Bertemu ketua",
            datang=now,
            oleh=operator,
            **key,
        ).pk,
        "pola_id": PolaPiket.objects.create(pemilihan=dunia.edisi, posko=posko, nama="Pola").pk,
        "pembuatan_id": Pembuatan.objects.create(
            pemilihan=dunia.edisi,
            posko=posko,
            jenis="pola",
            dari=day,
            sampai=day,
            oleh=dunia.orang["admin.jakbar"],
        ).pk,
        "posko_id": posko.pk,
    }
    return {name: str(pk) for name, pk in made.items()}


ROSTER = re.compile(
    r"<int:(piket_id|penugasan_id|tukar_id|berhalangan_id|catatan_id|serah_id|tamu_id|pola_id|pembuatan_id|posko_id)>"
)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every route of the project as one pattern text."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z")
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def fill(route: str, samples: dict[str, str]) -> list[str]:
    """Addresses that try a route: one a report for report pages, one a post for post pages."""
    if "<nomor>" in route or ":nomor>" in route:
        keys = ["biasa", "terbatas", "rahasia", "kegiatan", "tidak_ada"]
        if not route.endswith(
            "nomor>/"
        ):  # what lies below a report: one that is seen, one hidden, one missing
            keys = ["biasa", "rahasia", "tidak_ada"]
        return [re.sub(r"<[^>]*nomor>", f"{{{key}}}", route) for key in keys]
    if "saran/<int:pk>/" in route:
        return [route.replace("<int:pk>", "{saran}"), route.replace("<int:pk>", "0")]
    if ROSTER.search(route):  # one that is there, and one that is not
        return [ROSTER.sub(r"{\1}", route), ROSTER.sub("0", route)]
    if ":kode>" in route or "<kode>" in route:
        return [re.sub(r"<[^>]*kode>", f"{{{key}}}", route) for key in ("kota", "kelurahan", "kota_lain")]
    return [route]


def rows_wanted(samples: dict[str, str]) -> list[tuple[str, str]]:
    """(address with placeholders, method) for everything there is."""
    wanted = []
    for route in routes():
        if BEYOND.match(route):
            continue
        for address in fill(route, samples):
            rest = re.sub(r"<[^>]*>", "1", address)  # what remains names something that does not exist
            rest = re.sub(r"\(\?P.*?\)", "1", rest)
            wanted.append((f"/{rest}", "GET"))
            if not (
                ROSTER.search(route) and "/0/" in f"/{rest}"
            ):  # what is missing to read is missing to change
                wanted.append((f"/{rest}", "POST"))
    return sorted(dict.fromkeys(wanted))


def status(client: Client, address: str, method: str) -> str:
    """The answer's status; a redirect to the login page says so. Nothing it wrote stays."""
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, {"versi": "1"})
        transaction.set_rollback(True)
    location = response.headers.get("Location", "")
    return f"{response.status_code} masuk" if "/akun/login/" in location else str(response.status_code)


def client_of(dunia: World, username: str) -> Client:
    client = Client(raise_request_exception=False)
    if username != VISITOR:
        client.force_login(
            dunia.orang[username], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    return client


def measured(dunia: World, samples: dict[str, str], column: str) -> dict[tuple[str, str], str]:
    client = client_of(dunia, column)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    table = {}
    for address, method in rows_wanted(samples):
        client.cookies.load(cookies)  # logging out in one row must not sign out the next
        table[address, method] = status(client, address.format(**samples), method)
        if cookies and column != VISITOR:
            client = clients_again(dunia, column, client)
    return table


def clients_again(dunia: World, column: str, client: Client) -> Client:
    """Sign in again when the last address ended the session."""
    from django.contrib.sessions.models import Session

    key = client.cookies["posko_sesi"].value if "posko_sesi" in client.cookies else ""
    if key and Session.objects.filter(pk=key).exists():
        return client
    return client_of(dunia, column)


def stored() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as lines:
        return {(row["alamat"], row["metode"]): row for row in csv.DictReader(lines)}


def test_every_address_has_a_row(contoh: dict[str, str]) -> None:
    if os.environ.get("TULIS_MATRIKS"):
        return
    assert set(rows_wanted(contoh)) == set(stored())


@pytest.mark.parametrize("column", [VISITOR, *CAST])
def test_status_of_every_address(dunia: World, contoh: dict[str, str], column: str) -> None:
    found = measured(dunia, contoh, column)
    if os.environ.get("TULIS_MATRIKS"):
        _write(column, found)
    wanted = {key: row[column] for key, row in stored().items()}
    assert {k: v for k, v in found.items() if wanted.get(k) != v} == {}


def _write(column: str, found: dict[tuple[str, str], str]) -> None:
    table = stored() if TABLE.exists() else {}
    merged = {key: table.get(key, {}) | {column: value} for key, value in found.items()}
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for (address, method), row in sorted(merged.items()):
            writer.writerow({"alamat": address, "metode": method} | {c: row.get(c, "") for c in COLUMNS[2:]})


def test_no_address_answers_500(contoh: dict[str, str]) -> None:
    broken = [key for key, row in stored().items() if any(row[c].startswith("5") for c in COLUMNS[2:])]
    # The health page says 503 only when there is no database.
    assert broken == []


def test_hidden_and_missing_answer_alike(dunia: World, contoh: dict[str, str]) -> None:
    client = client_of(dunia, "lapor.kembangan-selatan")
    assert (
        not Laporan.objects.visible_to(dunia.aktor("lapor.kembangan-selatan"))
        .filter(nomor=contoh["rahasia"])
        .exists()
    )
    bodies = []
    for nomor in (contoh["rahasia"], contoh["tidak_ada"]):
        response = client.get(f"/laporan/{nomor}/")
        assert response.status_code == 404
        token = r'name="csrfmiddlewaretoken" value="[^"]+"'  # random in every answer
        bodies.append(re.sub(token, "", response.content.decode()).replace(nomor, ""))
    assert bodies[0] == bodies[1]
