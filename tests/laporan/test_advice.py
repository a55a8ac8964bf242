"""Saran: from any member, answered by the post, told to the adviser, hidden with its report."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan import alur_saran
from laporan.models import Laporan, RiwayatSaran, Saran
from posko import access
from posko.models import Pemilihan
from tests.cast import CAST, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk

KANARI = "kenari-saran-7431"
SELATAN = "31.73.08.1006"
OUT = {"lama.jakbar", "nonaktif.jakbar"}


def give(
    dunia: World, who: str = PELAPOR, laporan: Laporan | None = None, teks: str = "Tambah pompa air."
) -> Saran:
    aktor = dunia.aktor(who)
    posko = laporan.posko if laporan else dunia.posko[aktor.keanggotaan[0].posko_kode]
    return Saran.objects.give(aktor, posko=posko, teks=teks, kunci=uuid.uuid4(), laporan=laporan)


def sent(**other: Any) -> dict[str, Any]:
    return {"kunci": str(uuid.uuid4()), "teks": "Tambah pompa air."} | other


def test_advice_goes_from_given_to_decided_and_the_adviser_is_told(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file()
    adviser, ketua = masuk(PELAPOR), masuk(KETUA)
    answer = adviser.post(f"/laporan/{laporan.nomor}/saran/", sent())
    saran = Saran.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/laporan/saran/{saran.pk}/"
    assert (saran.laporan, saran.posko, saran.status) == (laporan, laporan.posko, "diterima")
    assert "Tambah pompa air." in ketua.get("/laporan/saran/").content.decode()
    assert ketua.post(f"{saran.get_absolute_url()}bahas/").status_code == 302
    assert ketua.post(f"{saran.get_absolute_url()}jalankan/", {"teks": " "}).status_code == 422
    assert (
        ketua.post(f"{saran.get_absolute_url()}jalankan/", {"teks": "Pompa dipinjam dari SDA."}).status_code
        == 302
    )
    saran.refresh_from_db()
    assert (saran.status, saran.diputus_oleh) == ("dijalankan", dunia.orang[KETUA]) and saran.belum_dibaca
    assert "Ada kabar tentang 1 saran Anda" in adviser.get("/").content.decode()
    mine = adviser.get("/laporan/saran/saya/").content.decode()
    assert "Pompa dipinjam dari SDA." in mine and "Kabar baru" in mine and dunia.orang[KETUA].nama in mine
    adviser.get(saran.get_absolute_url())
    assert "Ada kabar tentang" not in adviser.get("/").content.decode()
    assert "Kabar baru" not in adviser.get("/laporan/saran/saya/").content.decode()
    acts = list(RiwayatSaran.objects.filter(saran=saran).values_list("tindakan", flat=True))
    assert acts == ["advise", "discuss_advice", "adopt_advice"]


@pytest.mark.parametrize("status", ["diterima", "dibahas", "dijalankan", "tidak_dijalankan"])
def test_only_the_table_moves_a_saran(dunia: World, masuk: Masuk, status: str) -> None:
    """Status × act × person, written out again from the rule."""
    leads = {
        "discuss_advice": {"diterima": "dibahas"},
        "adopt_advice": {"dibahas": "dijalankan"},
        "reject_advice": {"dibahas": "tidak_dijalankan"},
    }
    saran = give(dunia)
    way = {
        "dibahas": ["discuss"],
        "dijalankan": ["discuss", "adopt"],
        "tidak_dijalankan": ["discuss", "reject"],
    }
    for act in way.get(status, []):
        getattr(saran, f"{act}_advice")(by=dunia.aktor(KETUA), teks="Alasan.")
    for who in CAST:
        if who in OUT:
            continue
        sees = Saran.objects.visible_to(dunia.aktor(who)).filter(pk=saran.pk).exists()
        for name, act in alur_saran.ACTS.items():
            target = leads[name].get(status) if who == KETUA else None
            want = 302 if target else 404 if not sees else 409 if who == KETUA else 403
            rows = RiwayatSaran.objects.count()
            answer = masuk(who).post(f"{saran.get_absolute_url()}{act.slug}/", {"teks": "Alasan."})
            assert answer.status_code == want, f"{status} {name} {who}"
            found = Saran.objects.get(pk=saran.pk)
            assert found.status == (target or status)
            assert RiwayatSaran.objects.count() == rows + bool(target)
            if target:
                return


def test_who_reads_which(dunia: World) -> None:
    """Own always; the post's people and leaders above; field staff, contestants and other areas nothing else."""
    saran = give(dunia)
    readers = {
        "admin", "pengarah.dki", "operator.dki", "ketua.jakbar", "operator.jakbar", ATASAN, KETUA,
        "piket.kembangan-selatan", PELAPOR,
    }  # fmt: skip
    found = {
        who
        for who in CAST
        if who not in OUT and Saran.objects.visible_to(dunia.aktor(who)).filter(pk=saran.pk)
    }
    assert found == readers
    city = give(dunia, "partai.jakbar")
    found = {
        who
        for who in CAST
        if who not in OUT and Saran.objects.visible_to(dunia.aktor(who)).filter(pk=city.pk)
    }
    jakbar = {
        "ketua.jakbar",
        "operator.jakbar",
        "piket.jakbar",
        "polres.jakbar",
        "kpu.jakbar",
        "bawaslu.jakbar",
    }
    assert found == jakbar | {"admin", "pengarah.dki", "operator.dki", "partai.jakbar"}


def test_canary_of_a_hidden_report_is_hidden_in_its_saran(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file("piket.jakbar", kategori="data_pemilih", wilayah=dunia.posko["31.73"].wilayah)
    ketua = dunia.aktor("ketua.jakbar")
    saran = give(dunia, "piket.jakbar", laporan, KANARI)
    laporan.reclassify(
        by=ketua, versi=laporan.versi, teks="Rahasia.", prioritas="sedang", akses="rahasia", kategori=laporan.kategori,
        pejabat_kedua=dunia.orang["operator.jakbar"],
    )  # fmt: skip
    for who in CAST:
        if who in OUT:
            continue
        client = masuk(who)
        sees = who in ("ketua.jakbar", "operator.jakbar", "piket.jakbar")
        pages = [
            "/laporan/saran/",
            "/laporan/saran/?bawah=1",
            "/laporan/saran/saya/",
            saran.get_absolute_url(),
            "/",
        ]
        shown = any(KANARI in client.get(page).content.decode() for page in pages)
        assert shown is sees, who


def test_adviser_who_lost_sight_of_the_report_gets_no_link(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file("operator.kembangan", "data_pemilih")
    saran = give(dunia, "piket.kembangan-selatan", laporan)
    laporan.reclassify(
        by=dunia.aktor(KETUA), versi=laporan.versi, teks="Rahasia.", prioritas="sedang", akses="rahasia",
        kategori=laporan.kategori, pejabat_kedua=None,
    )  # fmt: skip
    client = masuk("piket.kembangan-selatan")
    assert client.get(f"/laporan/{laporan.nomor}/").status_code == 404
    for page in ("/laporan/saran/saya/", saran.get_absolute_url()):
        text = client.get(page).content.decode()
        assert "Tambah pompa air." in text and laporan.nomor not in text


def test_same_key_is_one_saran_and_other_content_a_conflict(dunia: World, masuk: Masuk) -> None:
    client, data = masuk(KETUA), sent(posko=str(dunia.posko[SELATAN].pk))
    first = client.post("/laporan/saran/baru/", data)
    assert client.post("/laporan/saran/baru/", data)["Location"] == first["Location"]
    again = client.post("/laporan/saran/baru/", data | {"teks": "Lain sama sekali."})
    assert again.status_code == 409 and "Lain sama sekali." in again.content.decode()
    assert data["kunci"] not in again.content.decode()
    assert Saran.objects.count() == 1 == RiwayatSaran.objects.count()


@pytest.mark.parametrize(
    "wrong",
    [
        {"teks": ""}, {"teks": "   "}, {"teks": "x" * 4001}, {"teks": "a\x00b"}, {"kunci": "bukan"}, {"kunci": ""},
        {"posko": ""}, {"posko": "9999999"}, {"posko": "a"}, {"posko": "31.75"},
    ],
)  # fmt: skip
def test_bad_input_is_said_at_its_field(dunia: World, masuk: Masuk, wrong: dict[str, str]) -> None:
    client = masuk(KETUA)
    if wrong.get("posko") == "31.75":  # a post the person may not address
        wrong = {"posko": str(dunia.posko["31.75"].pk)}
    answer = client.post("/laporan/saran/baru/", sent(posko=str(dunia.posko[SELATAN].pk)) | wrong)
    assert answer.status_code == 422 and "Belum tersimpan" in answer.content.decode()
    assert Saran.objects.count() == 0


def test_hidden_report_and_missing_saran_answer_404(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="apk")
    client = masuk("operator.jaktim")
    for path in (
        f"{laporan.nomor}/saran/",
        "saran/999999/",
        "saran/999999/bahas/",
        "saran/99999999999999999999/",
    ):
        assert client.get(f"/laporan/{path}").status_code == 404, path
        assert client.post(f"/laporan/{path}", sent()).status_code in (404, 405), path
    assert Saran.objects.count() == 0


def test_closed_edition_takes_no_saran(dunia: World) -> None:
    Pemilihan.objects.get().close()
    assert not access.can(dunia.aktor(PELAPOR), "advise")
    assert access.can(dunia.aktor(KETUA), "read_advice")


def test_database_keeps_text_and_history(dunia: World) -> None:
    saran = give(dunia)
    for change in (
        lambda: Saran.objects.filter(pk=saran.pk).update(teks="Diganti"),
        lambda: Saran.objects.filter(pk=saran.pk).delete(),
        lambda: RiwayatSaran.objects.update(teks="Diganti"),
        lambda: RiwayatSaran.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    saran.refresh_from_db()
    assert saran.teks == "Tambah pompa air." and RiwayatSaran.objects.count() == 1


def test_list_is_paged_by_id_and_filtered(dunia: World, masuk: Masuk) -> None:
    for n in range(53):
        give(dunia, KETUA, teks=f"Saran ke-{n:02d}.")
    client = masuk(KETUA)
    first = client.get("/laporan/saran/").content.decode()
    assert "Saran ke-52." in first and "Saran ke-02." not in first and "Semua (53)" in first
    mark = Saran.objects.order_by("-id")[49].pk
    assert f"sesudah={mark}" in first
    rest = client.get(f"/laporan/saran/?sesudah={mark}").content.decode()
    assert "Saran ke-02." in rest and "Saran ke-03." not in rest
    assert "Belum ada saran" in client.get("/laporan/saran/?status=dibahas").content.decode()
    for odd in ("?sesudah=x", "?status=apa", "?posko=31.75", "?sesudah=9" + "9" * 30):
        assert client.get(f"/laporan/saran/{odd}").status_code == 200


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/laporan/saran/", 5),
        ("/laporan/saran/?bawah=1", 5),
        ("/laporan/saran/saya/", 4),
        ("/laporan/saran/baru/", 5),
    ],
)
def test_costs_the_same_whatever_there_is(dunia: World, masuk: Masuk, path: str, limit: int) -> None:
    client, laporan = masuk(KETUA), dunia.file()
    give(dunia, KETUA, laporan)
    few = queries(client, path)
    for _ in range(8):
        saran = give(dunia, KETUA, laporan)
        saran.discuss_advice(by=dunia.aktor(KETUA))
        saran.reject_advice(by=dunia.aktor(KETUA), teks="Tidak perlu.")
    assert queries(client, path) == few <= limit
