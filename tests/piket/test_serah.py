"""Serah terima: who hands over and when, what the snapshot holds and hides, who confirms, and the same for both at once."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan import serah as keadaan
from piket import serah
from piket.models import CatatanPiket, Piket, SerahTerima
from posko.models import Anggota, Sarpras
from tests.cast import CAST, World
from tests.laporan.langkah import bring_to
from tests.laporan.test_visible import put
from tests.piket.shifts import HOUR, MINUTE, SELATAN, assign, ending_soon, shift

pytestmark = pytest.mark.django_db
PIKET, KETUA, LAPANGAN = "piket.kembangan-selatan", "ketua.kembangan-selatan", "lapor.kembangan-selatan"
Masuk = Callable[[str], Client]
SIGNED_IN = sorted(set(CAST) - {"lama.jakbar", "nonaktif.jakbar"})
READERS = {"admin", PIKET, KETUA, "operator.kembangan", "ketua.jakbar", "operator.jakbar", "operator.dki", "pengarah.dki"}  # fmt: skip
CANARY = "KENARI-RAHASIA"


def typed(**more: Any) -> dict[str, Any]:
    return {"ringkasan": "Aman terkendali.", "catatan": "Genset panas.", "nomor": "BA-7/2024",
            "kunci": str(uuid.uuid4())} | more  # fmt: skip


def url(piket: Piket) -> str:
    return f"/piket/{piket.pk}/serah-terima/"


def given(dunia: World, piket: Piket, who: str = KETUA, **more: Any) -> SerahTerima:
    """The shift handed over by one of the cast."""
    words = {"kunci": uuid.uuid4(), "ringkasan": "Aman terkendali.", "catatan": "Genset panas."} | more
    return serah.hand_over(piket, by=dunia.aktor(who), isian=serah.Isian(**words), snapshot=keadaan.snapshot)


# --- handing over -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", SIGNED_IN)
def test_who_hands_over(dunia: World, masuk: Masuk, who: str) -> None:
    """Hidden answers like missing; readers from above may look, not act."""
    piket, _ = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    wanted = 302 if who in (KETUA, PIKET) else 403 if who in READERS else 404
    client = masuk(who)
    assert client.get(url(piket)).status_code == (200 if wanted == 302 else wanted)
    assert client.post(url(piket), typed()).status_code == wanted
    assert client.post(url(piket), {}).status_code == (422 if wanted == 302 else wanted)
    assert SerahTerima.objects.count() == (1 if wanted == 302 else 0)


def test_it_keeps_words_seat_next_shift_and_how_things_stand(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    assign(dunia, piket, KETUA, koordinator=True)
    answer = masuk(KETUA).post(url(piket), typed())
    made = SerahTerima.objects.get()
    assert answer["Location"] == f"/piket/serah-terima/{made.pk}/"
    assert (made.berikut, made.ringkasan, made.catatan, made.nomor) == (
        sore, "Aman terkendali.", "Genset panas.", "BA-7/2024",
    )  # fmt: skip
    assert made.oleh == Anggota.objects.get(pengguna=dunia.orang[KETUA])
    assert made.keadaan["petugas"]["baris"][0]["nama"] == dunia.orang[KETUA].nama
    assert masuk(KETUA).get(url(piket))["Location"] == answer["Location"]


@pytest.mark.parametrize(
    ("ends_in", "fine"),
    [(61 * MINUTE, False), (59 * MINUTE, True), (-11 * HOUR, True), (-12 * HOUR - MINUTE, False)],
)
def test_from_an_hour_before_the_end_until_twelve_after(
    dunia: World, masuk: Masuk, ends_in: dt.timedelta, fine: bool
) -> None:
    piket = shift(dunia.posko[SELATAN], timezone.now() + ends_in - 8 * HOUR, 8)
    client = masuk(KETUA)
    assert ("Serahkan giliran" in client.get(url(piket)).content.decode()) == fine
    assert (url(piket) in client.get("/piket/buku/").content.decode()) == fine
    answer = client.post(url(piket), typed())
    assert answer.status_code == (302 if fine else 422)
    if not fine:
        assert "Aman terkendali." in answer.content.decode()  # what was typed stays


def test_a_plan_that_nobody_knows_is_404(dunia: World, masuk: Masuk) -> None:
    piket = shift(dunia.posko[SELATAN], timezone.now() + HOUR, 8)
    Piket.objects.filter(pk=piket.pk).update(terbit_pada=None)
    assert masuk(KETUA).get(url(piket)).status_code == 404


@pytest.mark.parametrize("bad", [{"ringkasan": " "}, {"ringkasan": "x" * 2001}, {"catatan": "x" * 2001}, {"nomor": "9" * 61}, {"kunci": "x"}, {"ringkasan": "a\x00"}])  # fmt: skip
def test_bad_words_are_422_and_kept(dunia: World, masuk: Masuk, bad: dict[str, str]) -> None:
    piket, _ = ending_soon(dunia)
    answer = masuk(KETUA).post(url(piket), typed(**bad))
    assert (answer.status_code == 422 and "BA-7/2024" in answer.content.decode()) or "nomor" in bad
    assert SerahTerima.objects.count() == 0


def test_twice_is_once_other_words_or_another_person_are_409(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    client, sent = masuk(KETUA), typed()
    first, again = client.post(url(piket), sent), client.post(url(piket), sent)
    assert first["Location"] == again["Location"]
    other = client.post(url(piket), sent | {"ringkasan": "Lain."})
    assert other.status_code == 409 and "Lain." in other.content.decode()
    assert client.post(url(piket), typed()).status_code == 409
    late = masuk(PIKET).post(url(piket), typed(ringkasan="Punya saya."))
    assert late.status_code == 409 and "Punya saya." in late.content.decode()
    second = shift(dunia.posko[SELATAN], timezone.now() - 10 * HOUR, 9, "Lain")
    assert client.post(url(second), sent).status_code == 409  # the key was another shift's
    assert SerahTerima.objects.get().ringkasan == "Aman terkendali."


# --- the snapshot -------------------------------------------------------------------------------------


def test_nothing_rahasia_and_no_reporter_anywhere(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    biasa = dunia.file(kategori="data_pemilih")
    terbatas = dunia.file(kategori="apk", atas_nama="Ibu Kartini")
    hidden = put(bring_to(dunia, "diteruskan"), akses="rahasia", ringkasan=CANARY)
    made = given(dunia, piket, PIKET)
    stored = json.dumps(made.keadaan)
    numbers = [row["nomor"] for row in made.keadaan["laporan"]["baris"]]
    assert biasa.nomor in numbers and terbatas.nomor in numbers
    assert made.keadaan["laporan"]["lain"] == made.keadaan["penerusan"]["lain"] == 0
    assert made.keadaan["penerusan"]["baris"] == []
    for secret in (CANARY, hidden.nomor, "Kartini", dunia.orang[LAPANGAN].nama):
        assert secret not in stored, secret
        for who in READERS:
            page = masuk(who).get(made.get_absolute_url()).content.decode()
            assert secret not in page, (secret, who)
            assert terbatas.nomor in page


def test_what_becomes_rahasia_later_is_left_out_when_read(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    laporan = put(bring_to(dunia, "diteruskan"), ringkasan=CANARY)
    made = given(dunia, piket)
    assert masuk(PIKET).get(made.get_absolute_url()).content.decode().count(laporan.nomor) == 4
    put(laporan, akses="rahasia")
    for who in READERS - {KETUA}:
        page = masuk(who).get(made.get_absolute_url()).content.decode()
        assert CANARY not in page and laporan.nomor not in page, who
    assert (
        CANARY in masuk(KETUA).get(made.get_absolute_url()).content.decode()
    )  # the ketua still sees the report
    assert CANARY in json.dumps(SerahTerima.objects.get().keadaan)  # what was kept is not rebuilt


def test_only_open_reports_of_this_post(dunia: World) -> None:
    piket, _ = ending_soon(dunia)
    meeting, closed = dunia.file(kategori="rapat"), put(dunia.file(), status="ditutup")
    elsewhere = dunia.file("piket.jakbar", wilayah=dunia.posko["31.73"].wilayah)
    forwarded = bring_to(dunia, "diteruskan")
    kept = keadaan.snapshot(dunia.posko[SELATAN], piket, timezone.now())
    numbers = {row["nomor"] for row in kept["laporan"]["baris"]}
    assert forwarded.nomor in numbers and numbers.isdisjoint({meeting.nomor, closed.nomor, elsewhere.nomor})
    [sent] = kept["penerusan"]["baris"]
    assert (sent["nomor"], sent["instansi"], sent["cara"]) == (forwarded.nomor, "Polres", "Koordinasi")


def test_entries_people_and_sarpras_stand_as_they_were(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    came = timezone.now() - 7 * HOUR
    assign(dunia, piket, PIKET, kehadiran="hadir", datang=came)
    assign(dunia, piket, LAPANGAN, kehadiran="sakit")
    Sarpras.objects.create(posko=piket.posko, kode="meja", nama="Meja", dibutuhkan=4, ada=1, kondisi="baik")
    Sarpras.objects.create(posko=piket.posko, kode="tv", nama="TV", dibutuhkan=1, ada=1, kondisi="baik")
    entry = CatatanPiket.objects.create(
        posko=piket.posko, piket=piket, isi="Lampu padam 5 menit.", oleh=dunia.orang[PIKET], pada=came, kunci=uuid.uuid4()
    )  # fmt: skip
    made = given(dunia, piket)
    CatatanPiket.objects.filter(pk=entry.pk).update(
        dicoret_pada=timezone.now(), dicoret_oleh=dunia.orang[KETUA], alasan_coret="Keliru"
    )
    Sarpras.objects.update(ada=9)
    page = masuk(KETUA).get(made.get_absolute_url()).content.decode()
    for words in (
        "Lampu padam 5 menit.",
        dunia.orang[PIKET].nama,
        "Hadir",
        "Sakit",
        "Meja",
        "1 dari 2 jenis barang",
    ):
        assert words in page, words
    assert "Keliru" not in page
    assert masuk("admin").get(made.get_absolute_url()).content.decode().count("Sakit") == 1
    colleague = masuk(PIKET).get(made.get_absolute_url()).content.decode()
    assert "Sakit" not in colleague and "Tidak hadir" in colleague  # reasons are personal


def test_more_than_fits_says_how_many_more(
    dunia: World, masuk: Masuk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keadaan, "MOST_ROWS", 2)
    piket, _ = ending_soon(dunia)
    for kategori in ("data_pemilih", "banjir", "listrik", "apk", "data_pemilih"):
        dunia.file(kategori=kategori)
    put(dunia.file(), akses="rahasia")
    made = given(dunia, piket)
    assert [row["prioritas"] for row in made.keadaan["laporan"]["baris"]] == ["kritis", "tinggi"]
    assert made.keadaan["laporan"]["lain"] == 3
    assert "dan 3 lainnya" in masuk(KETUA).get(made.get_absolute_url()).content.decode()


def test_the_snapshot_takes_five_queries(dunia: World) -> None:
    piket, _ = ending_soon(dunia)
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            keadaan.snapshot(piket.posko, piket, timezone.now())
        assert len(seen) == 5
        for _ in range(3):
            bring_to(dunia, "diteruskan")


# --- confirming ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", SIGNED_IN)
def test_who_confirms(dunia: World, masuk: Masuk, who: str) -> None:
    """The next shift or P of the post, not who gave it."""
    piket, sore = ending_soon(dunia)
    made = given(dunia, piket)
    assign(dunia, sore, PIKET)
    wanted = 302 if who == PIKET else 403 if who in READERS else 404
    client = masuk(who)
    page = client.get(made.get_absolute_url())
    assert page.status_code == (200 if who in READERS else 404)
    assert ("Terima giliran" in page.content.decode()) == (who == PIKET)
    assert client.post(made.get_absolute_url(), {"catatan": "Diterima lengkap."}).status_code == wanted
    made.refresh_from_db()
    assert (made.diterima_pada is not None) == (wanted == 302)


def test_p_of_the_post_confirms_what_somebody_else_gave(dunia: World, masuk: Masuk) -> None:
    piket, _ = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    made = given(dunia, piket, PIKET)
    assert masuk(PIKET).post(made.get_absolute_url()).status_code == 403
    assert masuk(KETUA).post(made.get_absolute_url(), {"catatan": "Lengkap."}).status_code == 302
    assert "Lengkap." in masuk(PIKET).get(made.get_absolute_url()).content.decode()


def test_a_contestant_on_the_next_shift_sees_nothing(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia, "31.73")
    made = given(dunia, piket, "ketua.jakbar")
    assign(dunia, sore, "partai.jakbar")
    client = masuk("partai.jakbar")
    for path in (made.get_absolute_url(), f"/piket/serah-terima/{made.pk}.pdf", url(piket), url(sore)):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in (404, 405)
    assert "menunggu konfirmasi" not in client.get("/piket/hari-ini/").content.decode()


def test_the_next_shift_may_be_planned_afterwards(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    sore.delete()
    made = given(dunia, piket)
    assert made.berikut is None
    later = shift(dunia.posko[SELATAN], piket.waktu.upper + 2 * HOUR, 8, "Malam")
    assign(dunia, later, PIKET)
    assert masuk(PIKET).post(made.get_absolute_url()).status_code == 302
    made.refresh_from_db()
    assert made.berikut == later


def test_twice_is_fine_and_the_first_words_stay(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    made = given(dunia, piket)
    assign(dunia, sore, PIKET)
    client = masuk(PIKET)
    assert client.post(made.get_absolute_url(), {"catatan": "x" * 1001}).status_code == 422
    for words in ("Pertama.", "Kedua."):
        assert client.post(made.get_absolute_url(), {"catatan": words}).status_code == 302
    made.refresh_from_db()
    assert made.catatan_penerima == "Pertama."


def test_what_waits_is_shown_where_the_next_shift_looks(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    made = given(dunia, piket)
    assign(dunia, sore, PIKET)
    client = masuk(PIKET)
    for path in ("/piket/buku/", "/piket/hari-ini/"):
        page = client.get(path).content.decode()
        assert "enunggu konfirmasi" in page and made.get_absolute_url() in page, path
    client.post(made.get_absolute_url())
    for path in ("/piket/buku/", "/piket/hari-ini/"):
        assert "enunggu konfirmasi" not in client.get(path).content.decode(), path


def test_the_database_refuses_to_change_or_delete(dunia: World) -> None:
    piket, _ = ending_soon(dunia)
    made = given(dunia, piket)
    rows = SerahTerima.objects.filter(pk=made.pk)
    changes: list[dict[str, Any]] = [
        {"ringkasan": "Lain"}, {"keadaan": {}}, {"nomor": "1"}, {"pada": timezone.now() - HOUR},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    serah.confirm(made, by=_confirmer(dunia, piket))
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(catatan_penerima="Lain")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM piket_serahterima WHERE id = %s", [made.pk])


def _confirmer(dunia: World, piket: Piket) -> Any:
    assign(dunia, Piket.objects.get(posko=piket.posko, nama="Sore"), PIKET)
    return dunia.aktor(PIKET)


def test_queries_of_the_pages_do_not_grow(dunia: World, masuk: Masuk) -> None:
    piket, sore = ending_soon(dunia)
    assign(dunia, sore, PIKET)
    bring_to(dunia, "diteruskan")
    counts: dict[str, list[int]] = {}
    made = given(dunia, piket)
    other = shift(dunia.posko[SELATAN], timezone.now() - 11 * HOUR, 8, "Dini")
    for _ in range(2):
        for path in (made.get_absolute_url(), f"/piket/serah-terima/{made.pk}.pdf", url(other)):
            client = masuk(KETUA)
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counts.setdefault(path, []).append(len(seen))
        for _ in range(3):
            bring_to(dunia, "diteruskan")
    for path, (first, second) in counts.items():
        assert first == second <= 14, path


@pytest.mark.django_db(transaction=True)
def test_at_once_one_hands_over_and_one_confirms(dunia: World) -> None:
    piket, sore = ending_soon(dunia)
    assign(dunia, piket, PIKET)
    outcomes: list[Any] = []

    def together(*acts: Callable[[], Any]) -> None:
        outcomes.clear()
        start = threading.Barrier(len(acts))

        def run(act: Callable[[], Any]) -> None:
            start.wait()
            try:
                outcomes.append(act())
            except serah.SudahDiserahkan:
                outcomes.append(None)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    together(*(lambda who=who: given(dunia, piket, who) for who in (KETUA, PIKET)))
    assert len([one for one in outcomes if one]) == 1 == SerahTerima.objects.count()
    made = SerahTerima.objects.for_detail().get()
    other = KETUA if made.oleh.pengguna.username == PIKET else PIKET
    if other == PIKET:
        assign(dunia, sore, PIKET)
    actor = dunia.aktor(other)
    together(
        *(
            lambda n=n: serah.confirm(SerahTerima.objects.for_detail().get(), by=actor, catatan=str(n))
            for n in range(4)
        )
    )
    assert [won for _, won in outcomes].count(True) == 1
