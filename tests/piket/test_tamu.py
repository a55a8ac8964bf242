"""The buku tamu: written down once, left, struck through; who reads and who writes it."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from piket import tamu
from piket.models import Tamu
from piket.tamu import IsianTamu
from tests.cast import World, build_world
from tests.piket.test_halaman import Masuk
from tests.piket.test_kebenaran import JAKBAR

PAGE = "/piket/tamu/"
GIVEN = {"nama": "Sari Utami", "asal": "RW 03 Kembangan", "keperluan": "Melapor APK roboh", "bertemu": ""}


def sent(**more: str) -> dict[str, str]:
    return {"kunci": str(uuid.uuid4())} | GIVEN | more


def guest(dunia: World, nama: str = "Sari Utami", by: str = "operator.jakbar", **more: object) -> Tamu:
    isian = IsianTamu(uuid.uuid4(), nama, "RW 03", "Melapor")
    return tamu.receive(dunia.posko[JAKBAR], isian, by=dunia.aktor(by), **more)


def test_written_down_left_and_struck(dunia: World, masuk: Masuk) -> None:
    dunia.put_on_duty("piket.jakbar")
    client = masuk("piket.jakbar")
    answer = client.post(PAGE, sent())
    assert answer.status_code == 302
    row = Tamu.objects.get()
    assert row.oleh == dunia.orang["piket.jakbar"] and row.posko == dunia.posko[JAKBAR]
    text = client.get(answer["Location"]).content.decode()
    assert "Sari Utami" in text and "RW 03 Kembangan" in text
    assert client.post(f"{PAGE}{row.pk}/pulang/").status_code == 302
    row.refresh_from_db()
    left = row.pulang
    assert left
    client.post(f"{PAGE}{row.pk}/pulang/")
    row.refresh_from_db()
    assert row.pulang == left
    client.post(f"{PAGE}{row.pk}/coret/")
    client.post(f"{PAGE}{row.pk}/coret/")
    row.refresh_from_db()
    assert row.dicoret_oleh == dunia.orang["piket.jakbar"]
    text = client.get(PAGE).content.decode()
    assert "<s>Sari Utami</s>" in text and "Dicoret Petugas Piket Jakarta Barat" in text
    assert "sudah dicoret" in client.post(f"{PAGE}{row.pk}/pulang/", follow=True).content.decode()


def test_the_same_key_is_the_same_guest(dunia: World, masuk: Masuk) -> None:
    client, data = masuk("operator.jakbar"), sent()
    assert client.post(PAGE, data)["Location"] == client.post(PAGE, data)["Location"]
    assert Tamu.objects.count() == 1
    other = client.post(PAGE, data | {"nama": "Orang lain"})
    text = other.content.decode()
    assert other.status_code == 409 and "Orang lain" in text and data["kunci"] not in text
    assert Tamu.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [({"keperluan": ""}, "Isi kolom ini"), ({"asal": "   "}, "Isi kolom ini"), ({"asal": "x" * 101}, "100 huruf"),
     ({"kunci": "bukan"}, "Muat ulang"), ({"keperluan": "x\x00y"}, "isian-galat")],
)  # fmt: skip
def test_bad_lines_are_said_in_words(dunia: World, masuk: Masuk, more: dict[str, str], words: str) -> None:
    answer = masuk("operator.jakbar").post(PAGE, sent(**more))
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text and "Sari Utami" in text  # what was typed is kept
    assert not Tamu.objects.exists()


@pytest.mark.parametrize(
    ("username", "reads", "writes"),
    [("operator.jakbar", 200, 302), ("ketua.jakbar", 200, 302), ("piket.jakbar", 200, 403), ("polres.jakbar", 200, 403),
     ("operator.dki", 200, 403), ("pengarah.dki", 200, 403), ("admin.jakbar", 403, 403), ("partai.jakbar", 403, 403),
     ("operator.kembangan", 403, 403), ("lapor.kembangan-selatan", 403, 403), ("operator.jaktim", 404, 404)],
)  # fmt: skip
def test_who_reads_and_who_writes(dunia: World, masuk: Masuk, username: str, reads: int, writes: int) -> None:
    row, client = guest(dunia), masuk(username)
    url = f"{PAGE}?posko={JAKBAR}"
    assert client.get(url).status_code == reads
    assert client.post(url, sent(nama="Baru")).status_code == writes
    assert Tamu.objects.filter(nama="Baru").exists() is (writes == 302)
    act = 404 if reads != 200 else writes
    assert client.post(f"{PAGE}{row.pk}/pulang/").status_code == act
    assert client.post(f"{PAGE}{row.pk}/coret/").status_code == act
    row.refresh_from_db()
    assert (row.dicoret_pada is not None) is (writes == 302)


def test_visitors_get_and_odd_addresses(dunia: World, masuk: Masuk) -> None:
    row, client = guest(dunia), masuk("operator.jakbar")
    assert Client().get(PAGE).status_code == 302
    assert client.get(f"{PAGE}{row.pk}/coret/").status_code == 405
    assert client.post(f"{PAGE}999999/coret/").status_code == 404
    for query in ("hari=kapan", "hari=9999-99-99", "sesudah=abc", "sesudah=99999999999999999999", "posko="):
        assert client.get(f"{PAGE}?{query}").status_code == 200
    assert client.get(f"{PAGE}?posko=31.99").status_code == 404
    assert masuk("admin").get(PAGE).status_code == 200


def test_only_that_day_and_page_by_page(
    dunia: World, masuk: Masuk, django_assert_num_queries: object
) -> None:
    client = masuk("operator.jakbar")
    posko, now = dunia.posko[JAKBAR], timezone.now()
    guest(dunia, "Kemarin", at=now - dt.timedelta(days=1))
    guest(dunia, "Tamu 0")
    client.get(PAGE)
    with django_assert_num_queries(5):  # session, person, who is asking, the post, the guests
        client.get(PAGE)
    for n in range(1, 61):
        guest(dunia, f"Tamu {n}")
    with django_assert_num_queries(5):
        first = client.get(PAGE)
    names = [t.nama for t in first.context["baris"]]
    second = client.get(first.context["lama"])
    names += [t.nama for t in second.context["baris"]]
    assert names == [f"Tamu {n}" for n in range(60, -1, -1)] and not second.context["lama"]
    before = posko.local_time(now - dt.timedelta(days=1)).date()
    past = client.get(PAGE, {"hari": before.isoformat()})
    assert [t.nama for t in past.context["baris"]] == [
        "Kemarin"
    ] and "Terima tamu" not in past.content.decode()


def test_closed_edition_only_reads(dunia: World, masuk: Masuk) -> None:
    row = guest(dunia)
    dunia.edisi.ditutup_pada = timezone.now()
    dunia.edisi.save()
    client = masuk("operator.jakbar")
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, sent()).status_code == 403
    assert client.post(f"{PAGE}{row.pk}/coret/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_are_one_guest() -> None:
    dunia = build_world()
    by, posko = dunia.aktor("operator.jakbar"), dunia.posko[JAKBAR]
    isian = IsianTamu(uuid.uuid4(), "Sari", "RW 03", "Melapor")
    made: list[int] = []
    gate = threading.Barrier(20)

    def attempt() -> None:
        try:
            gate.wait()
            made.append(tamu.receive(posko, isian, by=by).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20 and len(set(made)) == 1
