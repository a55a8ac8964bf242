"""The Buku Piket: who reads and writes it, repeats, photos, striking through, days and pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from piket.models import CatatanPiket, FotoCatatan
from tests.cast import CAST, World
from tests.laporan.test_photo import marks, picture
from tests.piket.shifts import HOUR, SELATAN, assign, ending_soon, shift

pytestmark = pytest.mark.django_db
URL = "/piket/buku/"
PIKET, KETUA, LAPANGAN = "piket.kembangan-selatan", "ketua.kembangan-selatan", "lapor.kembangan-selatan"
Masuk = Callable[[str], Client]
SIGNED_IN = sorted(set(CAST) - {"lama.jakbar", "nonaktif.jakbar"})
# Who reads the book of a kelurahan: who works there, and the leaders above.
READERS = {"admin", PIKET, KETUA, "operator.kembangan", "ketua.jakbar", "operator.jakbar", "operator.dki", "pengarah.dki"}  # fmt: skip


def typed(isi: str = "Patroli ke TPS 012, aman.", **more: Any) -> dict[str, Any]:
    return {"isi": isi, "posko": SELATAN, "kunci": str(uuid.uuid4())} | more


def entry(dunia: World, isi: str = "Apel pagi.", **more: Any) -> CatatanPiket:
    given = {
        "posko": dunia.posko[SELATAN],
        "oleh": dunia.orang[PIKET],
        "pada": timezone.now(),
        "kunci": uuid.uuid4(),
    }
    return CatatanPiket.objects.create(isi=isi, **(given | more))


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", SIGNED_IN)
def test_who_reads_and_who_writes(dunia: World, masuk: Masuk, who: str) -> None:
    """The ketua is P; nobody is on duty, so nobody else writes. Hidden answers like missing."""
    written = entry(dunia, "Canary buku")
    client = masuk(who)
    page = client.get(URL, {"posko": SELATAN})
    assert page.status_code == (200 if who in READERS else 404)
    assert ("Canary buku" in page.content.decode()) == (who in READERS)
    sent = client.post(URL, typed())
    assert sent.status_code == (302 if who == KETUA else 403 if who in READERS else 404)
    assert client.get(f"{URL}cetak/", {"posko": SELATAN}).status_code == (200 if who in READERS else 404)
    struck = client.post(f"{URL}{written.pk}/coret/", {"alasan": "Salah tulis"})
    assert struck.status_code == (302 if who == KETUA else 403 if who in READERS else 404)


def test_who_is_on_duty_writes_and_it_belongs_to_their_shift(dunia: World, masuk: Masuk) -> None:
    running, _ = ending_soon(dunia)
    client = masuk(PIKET)
    assert client.post(URL, typed()).status_code == 403
    assign(dunia, running, PIKET)
    before = timezone.now()
    answer = client.post(URL, typed(pada="2020-01-01"))
    made = CatatanPiket.objects.get()
    assert answer["Location"] == f"{URL}?posko={SELATAN}#catatan-{made.pk}"
    assert (made.piket, made.oleh.username) == (running, PIKET)
    assert before <= made.pada <= timezone.now()  # the server's clock, whatever the form says


def test_of_two_shifts_it_is_ones_own(dunia: World, masuk: Masuk) -> None:
    now = timezone.now()
    own = shift(dunia.posko[SELATAN], now - 5 * HOUR, 8)
    shift(dunia.posko[SELATAN], now - HOUR, 8, "Tumpang tindih")
    assign(dunia, own, PIKET)
    masuk(PIKET).post(URL, typed())
    masuk(KETUA).post(URL, typed())
    assert [c.piket.nama for c in CatatanPiket.objects.order_by("id")] == ["Piket", "Tumpang tindih"]


def test_a_contestant_on_duty_neither_reads_nor_writes(dunia: World, masuk: Masuk) -> None:
    dunia.put_on_duty("partai.jakbar")
    client = masuk("partai.jakbar")
    assert client.get(URL, {"posko": "31.73"}).status_code == 404
    assert client.post(URL, typed(posko="31.73")).status_code == 404
    assert client.get(URL).status_code == 404


def test_field_staff_on_duty_do_not_read_it(dunia: World, masuk: Masuk) -> None:
    running, _ = ending_soon(dunia)
    assign(dunia, running, LAPANGAN)
    assert masuk(LAPANGAN).get(URL).status_code == 404


def test_a_closed_edition_is_read_only(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    dunia.edisi.close()
    assert client.get(URL, {"posko": SELATAN, "edisi": "gladi"}).status_code == 200
    assert client.post(f"{URL}?edisi=gladi", typed()).status_code == 403


# --- writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("isi", ["", "   ", "x" * 2001, "a\x00b"])
def test_bad_text_is_422_and_kept(dunia: World, masuk: Masuk, isi: str) -> None:
    answer = masuk(KETUA).post(URL, typed(isi))
    assert answer.status_code == 422 and 'id="id_isi_error"' in answer.content.decode()
    assert CatatanPiket.objects.count() == 0
    if len(isi) > 2000:
        assert isi in answer.content.decode()


def test_twice_is_once_and_other_content_is_409(dunia: World, masuk: Masuk) -> None:
    client, sent = masuk(KETUA), typed()
    first, again = (client.post(URL, sent | {"foto": [picture()]}) for _ in range(2))
    assert first["Location"] == again["Location"] and CatatanPiket.objects.count() == 1
    for other in ({"isi": "Lain", "foto": [picture()]}, {"foto": [picture(colour="red")]}, {}):
        answer = client.post(URL, sent | other)
        assert answer.status_code == 409 and str(sent["kunci"]) not in answer.content.decode()
    assert CatatanPiket.objects.count() == 1


def test_a_retry_after_the_duty_ended_is_still_acknowledged(dunia: World, masuk: Masuk) -> None:
    running, _ = ending_soon(dunia)
    duty = assign(dunia, running, PIKET)
    client, sent = masuk(PIKET), typed()
    first = client.post(URL, sent | {"foto": [picture()]})
    duty.delete()
    assert client.post(URL, sent | {"foto": [picture()]})["Location"] == first["Location"]
    assert client.post(URL, typed()).status_code == 403


@pytest.mark.parametrize("kunci", ["", "bukan", "0" * 40])
def test_a_broken_key_is_422_with_a_new_one(dunia: World, masuk: Masuk, kunci: str) -> None:
    answer = masuk(KETUA).post(URL, typed(kunci=kunci))
    assert answer.status_code == 422 and "Kunci kiriman tidak sah" in answer.content.decode()


# --- photos -------------------------------------------------------------------------------------------


def test_photos_stand_in_order_and_only_readers_get_them(dunia: World, masuk: Masuk) -> None:
    masuk(KETUA).post(URL, typed(foto=[picture("a.jpg"), picture("b.jpg", "green")]))
    made = CatatanPiket.objects.get()
    assert [f.urut for f in FotoCatatan.objects.filter(catatan=made)] == [1, 2]
    for who in SIGNED_IN:
        for path in (f"{URL}{made.pk}/foto/1/", f"{URL}{made.pk}/foto/2/kecil/"):
            answer = masuk(who).get(path)
            assert answer.status_code == (200 if who in READERS else 404), who
            if who in READERS:
                assert answer["Cache-Control"] == "private, no-store"
                assert answer["Content-Type"] == "image/jpeg"
        assert masuk(who).get(f"{URL}{made.pk}/foto/3/").status_code == 404
    assert Client().get(f"{URL}{made.pk}/foto/1/").status_code == 302


def test_photo_of_another_entry_is_not_reached_through_mine(dunia: World, masuk: Masuk) -> None:
    masuk(KETUA).post(URL, typed(foto=[picture()]))
    mine = entry(dunia)
    assert masuk(KETUA).get(f"{URL}{mine.pk}/foto/1/").status_code == 404


def test_a_bad_photo_is_named_and_text_and_good_photos_stay(dunia: World, masuk: Masuk) -> None:
    client, sent = masuk(KETUA), typed()
    bad = SimpleUploadedFile("virus.jpg", b"MZ bukan foto", "image/jpeg")
    answer = client.post(URL, sent | {"foto": [picture("baik.jpg"), bad]})
    page = answer.content.decode()
    assert (
        answer.status_code == 422
        and "virus.jpg: " in page
        and sent["isi"] in page
        and len(marks(answer)) == 1
    )
    assert client.post(URL, sent | {"foto_simpan": marks(answer)}).status_code == 302
    assert FotoCatatan.objects.count() == 1


def test_six_photos_are_422(dunia: World, masuk: Masuk) -> None:
    colours = ("red", "green", "blue", "white", "black", "gray")
    answer = masuk(KETUA).post(URL, typed(foto=[picture(f"{c}.jpg", c) for c in colours]))
    assert answer.status_code == 422 and "Paling banyak 5 foto" in answer.content.decode()


# --- striking through ---------------------------------------------------------------------------------


def test_struck_text_stays_and_says_so(dunia: World, masuk: Masuk) -> None:
    made, client = entry(dunia, "Salah jam."), masuk(KETUA)
    assert client.post(f"{URL}{made.pk}/coret/", {"alasan": " "}).status_code == 422
    assert client.post(f"{URL}{made.pk}/coret/", {"alasan": "x" * 201}).status_code == 422
    assert client.get(f"{URL}{made.pk}/coret/").status_code == 200
    assert client.post(f"{URL}{made.pk}/coret/", {"alasan": "Jam keliru"}).status_code == 302
    page = client.get(URL).content.decode()
    assert "<s" in page and "Salah jam." in page and "Dicoret" in page and "Jam keliru" in page
    # Again by the same person changes nothing, by another is told.
    assert client.post(f"{URL}{made.pk}/coret/", {"alasan": "Lain"}).status_code == 302
    made.refresh_from_db()
    assert made.alasan_coret == "Jam keliru"


def test_the_author_strikes_own_entries_while_on_duty(dunia: World, masuk: Masuk) -> None:
    running, _ = ending_soon(dunia)
    assign(dunia, running, PIKET)
    own, other = entry(dunia), entry(dunia, oleh=dunia.orang[KETUA])
    client = masuk(PIKET)
    assert client.post(f"{URL}{own.pk}/coret/", {"alasan": "Keliru"}).status_code == 302
    assert client.post(f"{URL}{other.pk}/coret/", {"alasan": "Keliru"}).status_code == 403
    page = client.get(URL).content.decode()
    assert f"{URL}{own.pk}/coret/" not in page and f"{URL}{other.pk}/coret/" not in page


def test_the_database_refuses_to_change_or_delete(dunia: World) -> None:
    made = entry(dunia)
    rows = CatatanPiket.objects.filter(pk=made.pk)
    for change in ({"isi": "Lain"}, {"pada": timezone.now()}, {"oleh": dunia.orang[KETUA]}, {"piket": None, "posko": dunia.posko["31"]}):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    struck = {"dicoret_pada": timezone.now(), "dicoret_oleh": dunia.orang[KETUA], "alasan_coret": "Keliru"}
    rows.update(**struck)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(alasan_coret="Lain")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM piket_catatanpiket WHERE id = %s", [made.pk])


# --- reading ------------------------------------------------------------------------------------------


def test_pages_and_days(dunia: World, masuk: Masuk) -> None:
    now = timezone.now()
    for n in range(35):
        entry(dunia, f"Catatan {n:02d}.", pada=now - dt.timedelta(minutes=35 - n))
    old = now - dt.timedelta(days=3)
    night = shift(dunia.posko[SELATAN], old, 8, "Malam")
    entry(dunia, "Dari giliran malam.", piket=night, pada=now)
    client = masuk(KETUA)
    page = client.get(URL).content.decode()
    assert "Dari giliran malam." in page and "Catatan 34." in page and "Catatan 05." not in page
    older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(older).content.decode()
    assert "Catatan 05." in second and "Catatan 06." not in second and "Lebih baru" in second
    day = dunia.posko[SELATAN].local_time(old).date()
    by_day = client.get(URL, {"tanggal": day.isoformat()}).content.decode()
    assert "Dari giliran malam." in by_day and "Malam" in by_day and "Catatan 34." not in by_day
    printed = client.get(
        f"{URL}cetak/", {"dari": day.isoformat(), "sampai": day.isoformat()}
    ).content.decode()
    assert "Dari giliran malam." in printed and "Catatan 34." not in printed


@pytest.mark.parametrize("query", ["?tanggal=kemarin", "?sesudah=x", "?sebelum=9999999999999999999", "?posko=31.73.08.1006&sebelum=1", "?tanggal=0001-01-01", "?tanggal=9999-12-31"])  # fmt: skip
def test_odd_addresses_are_read_as_far_as_they_make_sense(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk(KETUA).get(f"{URL}{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["?dari=2024-02-14&sampai=2024-02-13", "?dari=x", "?dari=2024-01-01&sampai=2024-12-31"]
)
def test_a_bad_range_to_print_is_422(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk(KETUA).get(f"{URL}cetak/{query}").status_code == 422


def test_queries_do_not_grow(dunia: World, masuk: Masuk) -> None:
    running, _ = ending_soon(dunia)
    assign(dunia, running, KETUA)
    client, counts = masuk(KETUA), []
    client.post(URL, typed(foto=[picture()]))
    client.get(URL)
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(URL)
        counts.append(len(seen))
        for n in range(12):
            client.post(URL, typed(f"Catatan {n}", foto=[picture()]))
    assert counts[0] == counts[1] <= 12
