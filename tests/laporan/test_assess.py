"""Assessing a potensi: who may, one entry each, said in words, found again when the review date has passed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from laporan import alur
from laporan.models import Kemungkinan, Laporan, PenilaianPotensi, Perkembangan
from laporan.pemeriksaan import check
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, Masuk, bring

SELATAN = "31.73.08.1006"
P = {KETUA}
OUT = {"lama.jakbar", "nonaktif.jakbar"}


def fields(dunia: World, laporan: Laporan, **other: Any) -> dict[str, str]:
    return {
        "versi": str(laporan.versi), "kemungkinan": "mungkin", "dampak": "berat", "teks": "Pompa disiapkan di RW 04.",
        "pemilik": str(dunia.kursi(SELATAN, "lurah").pk),
        "tinjau_pada": (timezone.localdate() + dt.timedelta(days=3)).isoformat(),
    } | other  # fmt: skip


def assess(dunia: World, laporan: Laporan, days: int = 3, at: dt.datetime | None = None) -> Perkembangan:
    return laporan.assess(
        by=dunia.aktor(KETUA), versi=laporan.versi, kemungkinan="sering", dampak="ringan", teks="Patroli pagi.",
        pemilik=dunia.kursi(SELATAN, "lurah"), tinjau_pada=timezone.localdate(at) + dt.timedelta(days=days), at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    "status", ["baru", "perlu_dilengkapi", "terverifikasi", "ditindaklanjuti", "selesai"]
)
def test_only_p_assesses_and_only_an_open_potensi(dunia: World, masuk: Masuk, status: str) -> None:
    laporan = bring(dunia, status, "potensi_banjir")
    before = Laporan.objects.filter(pk=laporan.pk).values().get()
    for who in CAST:
        if who in OUT or who in P:
            continue
        sees = Laporan.objects.visible_to(dunia.aktor(who)).filter(pk=laporan.pk).exists()
        answer = masuk(who).post(f"/laporan/{laporan.nomor}/nilai-potensi/", fields(dunia, laporan))
        assert answer.status_code == (403 if sees else 404), who
        assert Laporan.objects.filter(pk=laporan.pk).values().get() == before
    answer = masuk(KETUA).post(f"/laporan/{laporan.nomor}/nilai-potensi/", fields(dunia, laporan))
    now = Laporan.objects.get(pk=laporan.pk)
    assert now.status == status
    if status == "selesai":
        assert answer.status_code == 409 and now.versi == before["versi"]
        return
    assert answer.status_code == 302 and now.versi == before["versi"] + 1
    [entry] = Perkembangan.objects.filter(laporan=laporan, urut__gt=before["versi"])
    assert entry.tindakan == "assess" and entry.data["catatan"]["dampak"] == "berat"
    assert entry.teks.teks == "Pompa disiapkan di RW 04." and "Pompa" not in entry.isi
    assert (now.penilaian.kemungkinan, now.penilaian.mitigasi) == ("mungkin", "Pompa disiapkan di RW 04.")


def test_kejadian_is_not_assessed(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    answer = masuk(KETUA).post(f"/laporan/{laporan.nomor}/nilai-potensi/", fields(dunia, laporan))
    assert answer.status_code == 409 and not PenilaianPotensi.objects.exists()
    assert "assess" not in {a.name for a in alur.acts_for(dunia.aktor(KETUA), laporan)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kemungkinan": ""}, {"kemungkinan": "pasti"}, {"dampak": ""}, {"dampak": "x"}, {"teks": " "}, {"teks": "a\x00"},
        {"pemilik": ""}, {"pemilik": "kota"}, {"pemilik": "abc"}, {"tinjau_pada": ""}, {"tinjau_pada": "besok"},
        {"tinjau_pada": "2024-01-01"}, {"tinjau_pada": "9999-12-31"},
    ],
)  # fmt: skip
def test_bad_input_is_said_at_its_field(dunia: World, masuk: Masuk, wrong: dict[str, str]) -> None:
    laporan = dunia.file(kategori="potensi_banjir")
    if wrong.get("pemilik") == "kota":
        wrong = {"pemilik": str(dunia.kursi("31.73", "polres").pk)}
    answer = masuk(KETUA).post(f"/laporan/{laporan.nomor}/nilai-potensi/", fields(dunia, laporan) | wrong)
    assert answer.status_code == 422 and "Belum tersimpan" in answer.content.decode()
    assert Laporan.objects.get(pk=laporan.pk).versi == 1 and not PenilaianPotensi.objects.exists()


def test_assessed_again_the_form_begins_where_it_ended_and_the_journal_keeps_both(
    dunia: World, masuk: Masuk
) -> None:
    laporan = dunia.file(kategori="potensi_banjir")
    assess(dunia, laporan)
    client = masuk(KETUA)
    form = client.get(f"/laporan/{laporan.nomor}/nilai-potensi/").content.decode()
    assert (
        "Patroli pagi." in form
        and 'value="sering" id="id_kemungkinan_2" required checked' in form.replace('class="" ', "")
    )
    assert client.post(f"/laporan/{laporan.nomor}/nilai-potensi/", fields(dunia, laporan)).status_code == 302
    assert PenilaianPotensi.objects.get().kemungkinan == Kemungkinan.MUNGKIN
    page = client.get(f"/laporan/{laporan.nomor}/").content.decode()
    line = page[page.index('id="linimasa"') :]
    assert "Sering terjadi" in line and "Patroli pagi." in line and "Pompa disiapkan" in line
    assert "Penanggung jawab: Lurah" in line
    assert check().temuan == []


def test_stale_assessment_is_refused(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="potensi_banjir")
    sent = fields(dunia, laporan)
    assess(dunia, laporan)
    answer = masuk(KETUA).post(f"/laporan/{laporan.nomor}/nilai-potensi/", sent)
    assert answer.status_code == 409 and "Pompa disiapkan" in answer.content.decode()
    assert PenilaianPotensi.objects.get().mitigasi == "Patroli pagi."


def test_page_says_it_in_words_and_marks_the_matrix(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="potensi_banjir")
    client = masuk(KETUA)
    assert "Penilaian potensi" not in client.get(f"/laporan/{laporan.nomor}/").content.decode()
    assess(dunia, laporan)
    page = client.get(f"/laporan/{laporan.nomor}/").content.decode()
    panel = page[page.index('id="penilaian"') : page.index('id="linimasa"')]
    assert "Sering terjadi" in panel and "pemungutan tetap berjalan" in panel and "Lurah" in panel
    assert panel.count("Potensi ini") == 1 and "Perlu ditinjau" not in panel
    first = panel[panel.index("<tbody>") :].split("</tr>")[0]
    assert "Sering terjadi" in first and first.index("Potensi ini") < first.rindex(
        "<td>"
    )  # the left cell: ringan


def test_list_finds_those_whose_review_date_has_passed(dunia: World, masuk: Masuk) -> None:
    late, early = dunia.file(kategori="potensi_banjir"), dunia.file(kategori="potensi_banjir")
    dunia.file(kategori="potensi_banjir")
    for laporan, days in ((late, 0), (early, 3)):
        assess(dunia, laporan, days)
    PenilaianPotensi.objects.filter(laporan=late).update(
        tinjau_pada=timezone.localdate() - dt.timedelta(days=1)
    )
    page = masuk(KETUA).get("/laporan/?tinjau=1").content.decode()
    assert f'data-nomor="{late.nomor}"' in page and f'data-nomor="{early.nomor}"' not in page
    assert "Potensi perlu ditinjau" in page
    assert "Perlu ditinjau" in masuk(KETUA).get(f"/laporan/{late.nomor}/").content.decode()
