"""Forwarding to agencies: the three ways, who sees and answers, and when the report may be called done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from laporan import alur, stats
from laporan.models import Laporan, Penerusan, Perkembangan, TemplatPesan
from posko.models import Anggota, Kursi
from tests.cast import PESERTA, World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, POLRES, Masuk, bring, bring_to, perform, send

SATPOL = ("31.73", "satpol_pp")


@pytest.fixture
def satpol(dunia: World) -> Kursi:
    """The seat of a unit under the mayor, with one member."""
    kursi, _ = Kursi.objects.get_or_create(posko=dunia.posko["31.73"], instansi=dunia.instansi["satpol_pp"])
    Anggota.objects.create(
        pengguna=dunia.orang["nonaktif.jakbar"], kursi=kursi, peran="piket", mulai=timezone.localdate()
    )
    return kursi


def test_agencies_are_asked_in_the_way_that_fits_them(dunia: World) -> None:
    ways = {kode: alur.cara_for(instansi) for kode, instansi in dunia.instansi.items()}
    assert ways["satpol_pp"] == ("disposisi", "koordinasi") and ways["lurah"][0] == "disposisi"
    assert ways["polres"] == ways["kpu"] == ways["fkdm"] == ways[PESERTA] == ("koordinasi",)
    assert ways["bawaslu"] == ("informasi_awal", "koordinasi")


def test_disposisi_to_the_police_is_refused(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi")
    kursi = dunia.kursi("31.73", "polres")
    answer = send(masuk(KETUA), "forward", laporan, kursi=str(kursi.pk), cara="disposisi")
    assert answer.status_code == 422 and "pilih cara yang lain" in answer.content.decode()
    assert not Penerusan.objects.exists()


def test_several_agencies_work_in_parallel(dunia: World, satpol: Kursi) -> None:
    laporan = bring(dunia, "terverifikasi")
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", "polres"))
    perform(dunia, laporan, "forward", KETUA, kursi=SATPOL)
    assert laporan.pemegang == laporan.penerusan_terbuka == laporan.diteruskan
    perform(dunia, laporan, "finish", POLRES, penerusan=1, teks="Massa sudah bubar.")
    stored = Laporan.objects.get(pk=laporan.pk)
    assert stored.penerusan_terbuka == [satpol.pk] and len(stored.pemegang) == 2
    assert list(Penerusan.objects.order_by("urut").values_list("status", flat=True)) == [
        "selesai",
        "terkirim",
    ]
    with pytest.raises(ValidationError, match="sudah ada pada"):
        perform(dunia, laporan, "forward", KETUA, kursi=SATPOL)
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", "polres"))
    assert Penerusan.objects.filter(kursi__instansi__kode="polres").count() == 2


def test_a_party_sees_and_answers_only_what_was_forwarded_to_its_seat(dunia: World, masuk: Masuk) -> None:
    laporan, other = bring(dunia, "terverifikasi"), bring(dunia, "terverifikasi")
    client = masuk("partai.jakbar")
    assert client.get(f"/laporan/{laporan.nomor}/").status_code == 404
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", PESERTA))
    page = client.get(f"/laporan/{laporan.nomor}/")
    assert page.status_code == 200 and 'data-act="receive"' in page.content.decode()
    assert client.get(f"/laporan/{other.nomor}/").status_code == 404
    assert laporan.nomor in client.get("/laporan/?untuk=instansi").content.decode()
    assert send(client, "receive", laporan).status_code == 302


def test_answers_to_another_seat_are_refused(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "diteruskan")
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", "kpu"))
    assert send(masuk("kpu.jakbar"), "finish", laporan, penerusan="1").status_code == 403
    assert send(masuk("kpu.jakbar"), "finish", laporan, penerusan="3").status_code == 422
    assert send(masuk("kpu.jakbar"), "finish", laporan, penerusan="x").status_code == 422
    assert send(masuk("kpu.jakbar"), "finish", laporan, penerusan="2").status_code == 302


def test_returned_goes_back_to_the_post(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "diteruskan")
    perform(dunia, laporan, "send_back", POLRES, penerusan=1, teks="Ini wewenang KPU.")
    assert laporan.status == "ditindaklanjuti" and laporan.pemegang == laporan.penerusan_terbuka == []
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "Ini wewenang KPU." in page and "Dikembalikan" in page
    # Whoever had it keeps reading it, but can no longer call it done.
    assert masuk(POLRES).get(f"/laporan/{laporan.nomor}/").status_code == 200
    assert send(masuk(POLRES), "resolve", laporan).status_code == 403


def test_open_penerusan_keeps_a_report_from_being_done_unless_the_ketua_says_why(
    dunia: World, masuk: Masuk
) -> None:
    laporan = bring_to(dunia, "diteruskan")
    refused = send(masuk(KETUA), "resolve", laporan, alasan=" ")
    assert refused.status_code == 422 and "belum selesai" in refused.content.decode()
    assert send(masuk(KETUA), "resolve", laporan, alasan="Sudah bubar sendiri.").status_code == 302
    entry = Perkembangan.objects.select_related("teks").get(laporan=laporan, tindakan="resolve")
    assert "Sudah bubar sendiri." in entry.text


def test_the_only_holder_may_call_it_done_but_not_beside_the_post(dunia: World, masuk: Masuk) -> None:
    alone = bring_to(dunia, "tuntas")
    assert send(masuk(POLRES), "resolve", alone).status_code == 302
    shared = bring(dunia, "ditindaklanjuti")  # the post itself took it in hand
    perform(dunia, shared, "forward", KETUA, kursi=("31.73", "polres"))
    perform(dunia, shared, "finish", POLRES, penerusan=1, teks="Selesai bagian kami.")
    assert send(masuk(POLRES), "resolve", shared).status_code == 403
    assert send(masuk(KETUA), "resolve", shared).status_code == 302


def test_informasi_awal_has_no_deadline_and_the_post_writes_no_outcome(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi", "apk")
    kursi = dunia.kursi("31.73", "bawaslu")
    assert send(masuk(KETUA), "forward", laporan, kursi=str(kursi.pk), cara="sesuai").status_code == 302
    sent = Penerusan.objects.get()
    assert (sent.cara, sent.batas_waktu, sent.terbuka) == ("informasi_awal", None, False)
    laporan.refresh_from_db()
    assert laporan.status == "ditindaklanjuti" and laporan.penerusan_terbuka == []
    form = masuk(KETUA).get(f"/laporan/{laporan.nomor}/selesai/").content.decode()
    assert "kewenangan Bawaslu" in form and 'name="teks"' not in form
    assert send(masuk(KETUA), "resolve", laporan, teks="Terbukti melanggar.").status_code == 302
    entry = Perkembangan.objects.select_related("teks").get(laporan=laporan, tindakan="resolve")
    assert entry.text == "Diteruskan; kewenangan Bawaslu."
    sent.batas_waktu = timezone.now() - dt.timedelta(days=1)
    assert not sent.late()


def test_only_disposisi_is_ever_late_and_measured(dunia: World, satpol: Kursi) -> None:
    laporan = bring(dunia, "terverifikasi")
    past = timezone.now() - dt.timedelta(hours=3)
    for kursi in (("31.73", "polres"), SATPOL):
        perform(
            dunia, laporan, "forward", KETUA, kursi=kursi, at=past, batas_waktu=past + dt.timedelta(hours=1)
        )
    late = [
        sent.kursi.instansi.kode
        for sent in Penerusan.objects.select_related("kursi__instansi")
        if sent.late()
    ]
    assert late == ["satpol_pp"]
    rates = stats.on_time(dunia.aktor(KETUA))
    assert [(r.nama, r.tepat, r.lewat) for r in rates] == [("Satpol PP", 0, 1)]


def test_kritis_may_be_forwarded_before_it_is_verified_and_is_marked(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(PELAPOR, "banjir")
    assert send(masuk(KETUA), "forward", laporan).status_code == 302
    laporan.refresh_from_db()
    assert laporan.sebelum_verifikasi and laporan.diverifikasi_oleh_id is None
    assert "Belum terverifikasi" in masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()


def test_a_rahasia_report_goes_to_one_named_person(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file("piket.jakbar", "data_pemilih", wilayah=dunia.posko["31.73"].wilayah)
    ketua = dunia.aktor("ketua.jakbar")
    laporan.reclassify(
        by=ketua, versi=laporan.versi, teks="Menyangkut keselamatan.", prioritas="kritis", akses="rahasia",
        kategori=laporan.kategori,
    )  # fmt: skip
    kursi = dunia.kursi("31.73", "polres")
    until = timezone.now() + dt.timedelta(hours=1)

    def forward(**more: object) -> None:
        laporan.forward(
            by=ketua, versi=laporan.versi, kursi=kursi, cara="koordinasi", teks="Mohon pengamanan.", batas_waktu=until,
            **more,
        )  # fmt: skip

    with pytest.raises(ValidationError, match="pejabat kedua"):
        forward(penerima=dunia.orang[POLRES])
    laporan.reclassify(
        by=ketua, versi=laporan.versi, teks="Menunjuk.", prioritas="kritis", akses="rahasia", kategori=laporan.kategori,
        pejabat_kedua=dunia.orang["operator.jakbar"],
    )  # fmt: skip
    with pytest.raises(ValidationError, match="rahasia"):
        forward()
    assert masuk(POLRES).get(f"/laporan/{laporan.nomor}/").status_code == 404
    forward(penerima=dunia.orang[POLRES])
    assert masuk(POLRES).get(f"/laporan/{laporan.nomor}/").status_code == 200
    assert masuk("kpu.jakbar").get(f"/laporan/{laporan.nomor}/").status_code == 404


def test_card_shows_who_of_the_agency_is_on_duty_with_phone(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "diteruskan")
    person = dunia.orang[POLRES]
    person.telepon = "0812000111"
    person.save()
    client = masuk("operator.jakbar")
    assert "0812000111" not in client.get(f"/laporan/{laporan.nomor}/").content.decode()
    dunia.put_on_duty(POLRES)
    page = client.get(f"/laporan/{laporan.nomor}/").content.decode()
    assert person.nama in page and "0812000111" in page
    # So does the post that forwarded it, to call; a contestant to whom it was forwarded too does not.
    assert "0812000111" in masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    perform(dunia, laporan, "forward", KETUA, kursi=("31.73", PESERTA))
    party = masuk("partai.jakbar").get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "0812000111" not in party


def test_templates_are_offered_and_kept_as_sent(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi")
    ready = TemplatPesan.objects.create(
        kategori=laporan.kategori, judul="Minta cek", isi="Mohon dicek ke lokasi."
    )
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/teruskan/").content.decode()
    assert "Mohon dicek ke lokasi." in page
    assert send(masuk(KETUA), "forward", laporan, teks=ready.isi).status_code == 302
    ready.isi = "Diubah kemudian."
    ready.save()
    assert Penerusan.objects.select_related("dikirim__teks").get().pesan == "Mohon dicek ke lokasi."


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kursi", "", "Pilih instansinya."),
        ("kursi", "999999", "Pilih instansi dari daftar."),
        ("cara", "perintah", "Pilih caranya."),
        ("cara", "", "Pilih caranya."),
        ("teks", " ", "Tulis apa yang diminta."),
        ("batas_waktu", "2024-02-31T08:00", "60 hari"),
        ("batas_waktu", "9999-12-31T23:59", "60 hari"),
        ("batas_waktu", "2020-01-01T08:00", "sesudah sekarang"),
        ("batas_waktu", "", "sesudah sekarang"),
    ],
)
def test_bad_input_is_answered_at_the_field(
    dunia: World, masuk: Masuk, field: str, value: str, words: str
) -> None:
    laporan = bring(dunia, "terverifikasi")
    answer = send(masuk(KETUA), "forward", laporan, **{field: value})
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    if field != "teks":
        assert "Keterangan yang cukup." in page


def test_seats_of_other_areas_are_no_choice(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi")
    elsewhere = Kursi.objects.create(posko=dunia.posko["31.75"], instansi=dunia.instansi["polres"])
    assert send(masuk(KETUA), "forward", laporan, kursi=str(elsewhere.pk)).status_code == 422


def test_list_of_forwarded_for_agency_and_post(
    dunia: World, masuk: Masuk, django_assert_max_num_queries: Any
) -> None:
    laporan = bring_to(dunia, "diteruskan")
    for who in (POLRES, KETUA):
        assert laporan.nomor in masuk(who).get("/laporan/penerusan/").content.decode()
    for who in ("kpu.jakbar", ATASAN, "partai.jakbar"):
        assert laporan.nomor not in masuk(who).get("/laporan/penerusan/").content.decode()
    assert masuk(PELAPOR).get("/laporan/penerusan/").status_code == 403
    for _ in range(4):
        bring_to(dunia, "diteruskan")
    client = masuk(KETUA)
    with django_assert_max_num_queries(6):
        client.get("/laporan/penerusan/?arah=keluar&lingkup=semua")
    assert client.get("/laporan/penerusan/?sesudah=" + "9" * 40).status_code == 200
