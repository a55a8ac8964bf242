"""Who read a rahasia report: journalled before it is answered, shown to its ketua, changed by nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.models import CatatanAkses, Laporan
from posko.access import RAHASIA, TERBATAS
from posko.berkas import process
from posko.models import Anggota, Berkas
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk
from tests.laporan.test_photo import picture
from tests.laporan.test_visible import put

KEDUA = "piket.kembangan-selatan"


def photo(dunia: World) -> Berkas:
    return Berkas.objects.keep(process(picture()), dunia.orang[PELAPOR])


def rahasia(dunia: World, **isian: Any) -> Laporan:
    """A rahasia report of Kembangan Selatan with a second officer."""
    return put(dunia.file(**isian), akses=RAHASIA, disebut=[dunia.orang[KEDUA].pk])


def readings(laporan: Laporan) -> list[tuple[str, str]]:
    rows = CatatanAkses.objects.filter(laporan=laporan).order_by("id")
    return list(rows.values_list("pengguna__username", "bentuk"))


def test_each_way_of_reading_is_journalled(dunia: World, masuk: Masuk) -> None:
    laporan = rahasia(dunia, foto=(photo(dunia),))
    pk = laporan.lampiran.get().pk
    base = f"/laporan/{laporan.nomor}"
    client = masuk(KETUA)
    for path, bentuk in (
        ("/", "halaman"), ("/ubah/", "halaman"), (f"/lampiran/{pk}/", "foto"), (f"/lampiran/{pk}/kecil/", "foto"), (".pdf", "pdf"),
    ):  # fmt: skip
        before = len(readings(laporan))
        assert client.get(base + path).status_code == 200
        assert readings(laporan)[before:] == [(KETUA, bentuk)], path
    assert masuk(PELAPOR).get(f"{base}/tanda-terima/").status_code == 200
    assert readings(laporan)[-1] == (PELAPOR, "halaman")


def test_other_reports_and_refused_readers_leave_no_entry(dunia: World, masuk: Masuk) -> None:
    open_one, secret = put(dunia.file(), akses=TERBATAS), rahasia(dunia)
    assert masuk(KETUA).get(f"/laporan/{open_one.nomor}/").status_code == 200
    for who in ("operator.jakbar", "admin", "operator.kembangan"):
        assert masuk(who).get(f"/laporan/{secret.nomor}/").status_code == 404
    assert not CatatanAkses.objects.exists()


def refuse_entries() -> None:
    """Let the database refuse every further entry."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE laporan_catatanakses ADD CONSTRAINT penuh CHECK (false) NOT VALID")


@pytest.mark.parametrize("path", ["/", ".pdf", "/lampiran/{}/", "/ubah/"])
def test_what_cannot_be_journalled_is_not_shown(dunia: World, path: str) -> None:
    laporan = rahasia(dunia, foto=(photo(dunia),), uraian="Kenari rahasia.")
    client = Client(raise_request_exception=False)
    client.force_login(dunia.orang[KETUA], backend="allauth.account.auth_backends.AuthenticationBackend")
    refuse_entries()
    answer = client.get(f"/laporan/{laporan.nomor}{path.format(laporan.lampiran.get().pk)}")
    assert answer.status_code == 500 and "Kenari" not in answer.content.decode()


def test_only_the_ketua_of_the_responsible_post_sees_who_read(dunia: World, masuk: Masuk) -> None:
    laporan = rahasia(dunia)
    for who in (KEDUA, PELAPOR):
        page = masuk(who).get(f"/laporan/{laporan.nomor}/").content.decode()
        assert "Siapa yang membaca" not in page, who
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    table = page[page.index('id="pembaca"') :]
    for who in (KEDUA, PELAPOR, KETUA):
        assert dunia.orang[who].nama in table, who
    assert "Siapa yang membaca" not in masuk(KETUA).get(f"/laporan/{dunia.file().nomor}/").content.decode()


def test_who_read_it_stays_known_when_it_is_no_longer_rahasia(dunia: World, masuk: Masuk) -> None:
    laporan = rahasia(dunia)
    assert masuk(KEDUA).get(f"/laporan/{laporan.nomor}/").status_code == 200
    laporan.refresh_from_db()
    laporan.reclassify(
        by=dunia.aktor(KETUA), versi=laporan.versi, teks="Sudah diumumkan.", prioritas=laporan.prioritas,
        akses=TERBATAS, kategori=laporan.kategori,
    )  # fmt: skip
    address = f"/laporan/{laporan.nomor}/"
    page = masuk(KETUA).get(address).content.decode()
    assert dunia.orang[KEDUA].nama in page[page.index('id="pembaca"') :]
    assert "Siapa yang membaca" not in masuk(KEDUA).get(address).content.decode()


def test_readers_are_summed_by_person_and_way(dunia: World, masuk: Masuk) -> None:
    laporan = rahasia(dunia)
    for _ in range(3):
        masuk(KEDUA).get(f"/laporan/{laporan.nomor}/")
    [row] = CatatanAkses.objects.readers_of(laporan)
    assert (row["nama"], row["bentuk"], row["kali"]) == (dunia.orang[KEDUA].nama, "halaman", 3)


def test_a_rahasia_page_costs_two_queries_more(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file()
    client, counts = masuk(KETUA), []
    client.get(f"/laporan/{laporan.nomor}/")
    for akses in (TERBATAS, RAHASIA, RAHASIA):
        put(laporan, akses=akses)
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/laporan/{laporan.nomor}/")
        counts.append(len(seen))
    assert counts == [counts[0], counts[0] + 2, counts[0] + 2]


def test_nobody_changes_or_deletes_an_entry(dunia: World, masuk: Masuk) -> None:
    masuk(KETUA).get(f"/laporan/{rahasia(dunia).nomor}/")
    note = CatatanAkses.objects.get()
    for change in (lambda: CatatanAkses.objects.update(bentuk="foto"), note.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert CatatanAkses.objects.get().bentuk == "halaman"


def test_admins_page_is_a_reading_too(dunia: World, masuk: Masuk) -> None:
    laporan = rahasia(dunia)
    Anggota.objects.create(
        pengguna=dunia.orang["admin"], kursi=dunia.kursi("31.73.08.1006", "lurah"), peran="ketua", mulai=dunia.edisi.dibuka
    )  # fmt: skip
    assert masuk("admin").get(f"/admin/laporan/laporan/{laporan.pk}/change/").status_code == 200
    assert readings(laporan) == [("admin", "halaman")]
