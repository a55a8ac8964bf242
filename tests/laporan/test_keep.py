"""Kept lists: for oneself or a post, named once, changed by whose they are."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.models import Tampilan
from laporan.models.tampilan import PALING_BANYAK
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, Masuk

KUERI = "prioritas=kritis&lingkup=terbuka"


def keep(client: Client, nama: str = "Kritis", untuk: str = "saya", kueri: str = KUERI) -> int:
    answer = client.post("/laporan/tampilan/simpan/", {"nama": nama, "untuk": untuk, "kueri": kueri})
    return int(answer.status_code)


def test_kept_for_oneself_it_stands_on_the_list(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    page = client.get("/laporan/?prioritas=kritis").content.decode()
    link = re.search(r'href="([^"]+)">Simpan tampilan ini', page)
    assert link
    form = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert "Prioritas: Kritis" in form
    assert keep(client) == 302
    assert f'href="?{KUERI}"'.replace("&", "&amp;") in client.get("/laporan/").content.decode()
    assert "Kritis</a>" not in re.sub(
        r"(?s)<details.*", "", masuk("operator.jakbar").get("/laporan/").content.decode()
    )


def test_keeping_again_is_the_same_one(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    assert [keep(client), keep(client)] == [302, 302] and Tampilan.objects.count() == 1
    assert keep(client, kueri="prioritas=tinggi") == 422
    assert keep(masuk("operator.jakbar")) == 302 and Tampilan.objects.count() == 2


def test_a_posts_list_is_made_by_who_runs_it_and_seen_by_its_members(dunia: World, masuk: Masuk) -> None:
    post = str(dunia.posko["31.73"].pk)
    assert keep(masuk("operator.jakbar"), untuk=post) == 302
    shared = Tampilan.objects.get()
    for who, seen in (("piket.jakbar", True), ("polres.jakbar", True), ("ketua.jakbar", True), (KETUA, False),
                      ("partai.jakbar", False), ("operator.jaktim", False)):  # fmt: skip
        assert (f"{shared.nama}</a>" in masuk(who).get("/laporan/tampilan/").content.decode()) is seen, who
    for who in ("piket.jakbar", "polres.jakbar", KETUA):
        assert keep(masuk(who), nama="Lain", untuk=post) == 422
    assert Tampilan.objects.count() == 1


def test_who_may_change_one(dunia: World, masuk: Masuk) -> None:
    keep(masuk("operator.jakbar"), untuk=str(dunia.posko["31.73"].pk))
    keep(masuk("operator.jakbar"), nama="Sendiri")
    shared, own = Tampilan.objects.get(posko__isnull=False), Tampilan.objects.get(posko=None)
    for tampilan, expected in (
        (shared, {"ketua.jakbar": 200, "piket.jakbar": 403, KETUA: 404, "partai.jakbar": 404}),
        (own, {"operator.jakbar": 200, "ketua.jakbar": 404, KETUA: 404}),
    ):
        for who, status in expected.items():
            for path in ("ubah", "hapus"):
                assert masuk(who).get(f"/laporan/tampilan/{tampilan.pk}/{path}/").status_code == status, (
                    who,
                    path,
                )


def test_rename_and_remove(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    keep(client), keep(client, nama="Banjir", kueri="kategori=banjir")
    first = Tampilan.objects.get(nama="Kritis")
    address = f"/laporan/tampilan/{first.pk}"
    for wrong in ("", " ", "Banjir", "x" * 41):
        answer = client.post(f"{address}/ubah/", {"nama": wrong})
        assert answer.status_code == 422 and (
            wrong.strip() == "" or f'value="{wrong}"' in answer.content.decode()
        )
    assert client.post(f"{address}/ubah/", {"nama": "Darurat"}).status_code == 302
    assert Tampilan.objects.filter(nama="Darurat").exists()
    assert client.post(f"{address}/hapus/").status_code == 302
    assert client.post(f"{address}/hapus/").status_code == 302  # again is no error
    assert list(Tampilan.objects.values_list("nama", flat=True)) == ["Banjir"]


@pytest.mark.parametrize(
    ("nama", "untuk", "kueri"),
    [("", "saya", KUERI), ("x" * 41, "saya", KUERI), ("a", "9999", KUERI), ("a", "", KUERI), ("a", "saya", ""),
     ("a", "saya", "lingkup=semua"), ("a", "saya", "status=menguap"), ("a\x00b", "saya", KUERI),
     ("a", "saya", "x" * 2000)],
)  # fmt: skip
def test_bad_input_is_said_at_its_field(
    dunia: World, masuk: Masuk, nama: str, untuk: str, kueri: str
) -> None:
    answer = masuk(KETUA).post("/laporan/tampilan/simpan/", {"nama": nama, "untuk": untuk, "kueri": kueri})
    assert answer.status_code == 422 and b"ringkas-galat" in answer.content
    assert not Tampilan.objects.exists()


def test_only_filters_are_kept(dunia: World, masuk: Masuk) -> None:
    keep(masuk(KETUA), kueri="prioritas=kritis&next=//jahat.example&sesudah=9&x=%3Cscript%3E&cari=pompa+air")
    assert Tampilan.objects.get().kueri == "prioritas=kritis&cari=pompa+air&lingkup=semua"


def test_there_is_an_end_to_them(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    for n in range(PALING_BANYAK):
        assert keep(client, nama=f"Tampilan {n}") == 302
    assert keep(client, nama="Satu lagi") == 422
    with CaptureQueriesContext(connection) as few:
        client.get("/laporan/tampilan/")
    Tampilan.objects.exclude(nama="Tampilan 0").delete()
    with CaptureQueriesContext(connection) as one:
        client.get("/laporan/tampilan/")
    assert len(few) == len(one)


@pytest.mark.parametrize("who", [who for who in CAST if who.startswith("admin.")])
def test_an_admin_of_posts_keeps_none(dunia: World, masuk: Masuk, who: str) -> None:
    client = masuk(who)
    assert [client.get("/laporan/tampilan/").status_code, keep(client)] == [403, 403]
