"""Live pages: what changed is answered anew, what did not costs four queries, and nobody learns of what is hidden."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.models import Laporan
from tests.cast import World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk, bring, bring_to, perform

MANY = "?lingkup=semua&hari=semua&kategori=listrik&instansi=kpu&wilayah=31.73&posko=31.73&status=baru&urut=terbaru"


def shown(client: Client, address: str) -> str:
    """The tag a page carries, and the address it asks again."""
    page = client.get(address).content.decode()
    found = re.search(r'data-tag="([^"]+)"', page)
    assert found
    return found[1]


def ask(client: Client, address: str, tag: str) -> object:
    return client.get(address, headers={"HX-Request": "true", "X-Hidup": "1", "If-None-Match": f'"{tag}"'})


@pytest.mark.parametrize("address", ["/laporan/", f"/laporan/{MANY}", "/laporan/?urut=batas", "/"])
@pytest.mark.parametrize("who", [KETUA, "operator.jakbar", "polres.jakbar", "partai.jakbar", PELAPOR])
def test_nothing_changed_is_304_in_four_queries(dunia: World, masuk: Masuk, who: str, address: str) -> None:
    for _ in range(3):
        bring(dunia, "baru", "listrik")
    client = masuk(who)
    tag = shown(client, address)
    with CaptureQueriesContext(connection) as seen:
        answer = ask(client, address, tag)
    assert answer.status_code == 304 and not answer.content  # type: ignore[attr-defined]
    assert len(seen) <= 4, [q["sql"][:90] for q in seen]


@pytest.mark.parametrize("address", ["/laporan/", f"/laporan/{MANY}", "/laporan/?urut=batas", "/"])
def test_each_change_is_answered_with_the_fragment(dunia: World, masuk: Masuk, address: str) -> None:
    laporan = bring(dunia, "baru", "listrik")
    client = masuk(KETUA)

    def changed(tag: str) -> str:
        answer = ask(client, address, tag)
        assert answer.status_code == 200, address  # type: ignore[attr-defined]
        body = answer.content.decode()  # type: ignore[attr-defined]
        assert "<html" not in body and "data-hidup" in body
        again = re.search(r'data-tag="([^"]+)"', body)
        assert again and again[1] != tag
        assert ask(client, address, again[1]).status_code == 304  # type: ignore[attr-defined]
        return again[1]

    tag = shown(client, address)
    new = bring(dunia, "baru", "listrik")
    tag = changed(tag)
    Laporan.objects.filter(pk=new.pk).update(batas_waktu=timezone.now() - dt.timedelta(minutes=1))
    tag = changed(tag)  # late now, by the clock alone
    perform(dunia, laporan, "ask", KETUA, teks="TPS mana?")
    changed(tag)


def test_the_list_of_penerusan_is_live(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "diteruskan")
    client = masuk("polres.jakbar")
    address = "/laporan/penerusan/?arah=masuk"
    tag = shown(client, address)
    with CaptureQueriesContext(connection) as seen:
        assert ask(client, address, tag).status_code == 304  # type: ignore[attr-defined]
    assert len(seen) <= 4
    perform(dunia, laporan, "receive", "polres.jakbar", penerusan=1)
    answer = ask(client, address, tag)
    assert answer.status_code == 200 and "Diterima" in answer.content.decode()  # type: ignore[attr-defined]


def test_an_older_transaction_that_commits_later_is_seen(dunia: World, masuk: Masuk) -> None:
    """Sequences are not commit order: a report with a smaller id than the newest may appear after it."""
    first, second = dunia.file(kategori="listrik"), dunia.file(kategori="listrik")
    Laporan.objects.filter(pk=first.pk).update(status="selesai")  # not in the list yet, as if not committed
    client = masuk(KETUA)
    tag = shown(client, "/laporan/")
    Laporan.objects.filter(pk=first.pk).update(status="baru")
    assert first.pk < second.pk
    assert ask(client, "/laporan/", tag).status_code == 200  # type: ignore[attr-defined]


def test_what_is_hidden_changes_no_tag(dunia: World, masuk: Masuk) -> None:
    client = masuk(PELAPOR)
    tags = {address: shown(client, address) for address in ("/laporan/", "/", "/laporan/?lingkup=semua")}
    dunia.file(KETUA, "apk", uraian="RAHASIA-KENARI di gudang.")
    for address, tag in tags.items():
        answer = ask(client, address, tag)
        assert answer.status_code == 304, address  # type: ignore[attr-defined]
        assert answer["X-Menunggu"] == "0"  # type: ignore[index]


def test_a_report_says_that_it_changed_and_nothing_else(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "baru")
    client, address = masuk(KETUA), laporan.get_absolute_url()
    tag = shown(client, address)
    with CaptureQueriesContext(connection) as seen:
        assert ask(client, address, tag).status_code == 304  # type: ignore[attr-defined]
    assert len(seen) <= 4
    perform(dunia, laporan, "verify", KETUA)
    body = ask(client, address, tag).content.decode()  # type: ignore[attr-defined]
    assert "Laporan ini berubah" in body and "Muat ulang" in body
    assert laporan.ringkasan not in body and laporan.uraian not in body


def test_a_hidden_report_and_a_missing_one_answer_alike(dunia: World, masuk: Masuk) -> None:
    hidden = dunia.file(KETUA, "apk")
    client = masuk(PELAPOR)
    for nomor in (hidden.nomor, "G3173-010101-9999", "bukan-nomor"):
        assert ask(client, f"/laporan/{nomor}/", "v1").status_code == 404  # type: ignore[attr-defined]


def test_the_badge_counts_what_waits_for_me(dunia: World, masuk: Masuk) -> None:
    question = bring(dunia, "perlu_dilengkapi")
    bring(dunia, "baru")
    for who, number in ((KETUA, "1"), (PELAPOR, "1"), ("polres.jakbar", "0"), ("partai.jakbar", "0")):
        client = masuk(who)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/laporan/menunggu/")
        assert (answer.status_code, answer["X-Menunggu"]) == (204, number), who
        assert len(seen) <= 4 and not answer.content
    assert question.status == "perlu_dilengkapi"
    assert masuk("admin.jakbar").get("/laporan/menunggu/").status_code == 403


def test_a_live_page_does_not_keep_a_shared_computer_signed_in(dunia: World, masuk: Masuk) -> None:
    client = masuk(KETUA)
    session = client.session
    session["komputer_bersama"] = True
    session.set_expiry(900)
    session.save()
    before = client.session.model.objects.get(pk=session.session_key).expire_date  # type: ignore[attr-defined]
    ask(client, "/laporan/", "x")
    rows = client.session.model.objects  # type: ignore[attr-defined]
    assert rows.get(pk=session.session_key).expire_date == before
    client.get("/laporan/")
    assert rows.get(pk=session.session_key).expire_date > before


def test_who_is_signed_out_is_told_so(dunia: World) -> None:
    assert ask(Client(), "/laporan/", "x").status_code == 401  # type: ignore[attr-defined]
