"""Filing a report from the page: who may, what is kept, what is refused and in which words."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.models import Laporan, LaporanTPS, Penghitung
from posko.models import TPS, Pemilihan, Wilayah
from posko.models.pemilihan import Tahapan
from tests.cast import World

URL = "/laporan/baru/"
LAPOR = "lapor.kembangan-selatan"
SignIn = Callable[[str], Client]


def typed(**other: Any) -> dict[str, Any]:
    """What the phone sends for a flood at the reporter's own kelurahan."""
    return {
        "kunci": str(uuid.uuid4()), "jenis": "kejadian", "kategori": "banjir", "wilayah": "31.73.08.1006",
        "uraian": "Air masuk ke TPS setinggi lutut, kotak suara dipindahkan.", "baru_saja": "1",
        "sumber": "saya_lihat",
    } | other  # fmt: skip


def filed(answer: HttpResponse) -> Laporan:
    """The report that an answer redirects to the receipt of."""
    assert answer.status_code == 302, re.findall(r"<li><a[^>]*>([^<]*)", answer.content.decode())
    found = re.fullmatch(r"/laporan/([^/]+)/tanda-terima/", answer["Location"])
    assert found
    return Laporan.objects.get(nomor=found[1])


def wrong(answer: HttpResponse, *words: str) -> str:
    """A 422 that keeps the text and says these words."""
    page = answer.content.decode()
    assert answer.status_code == 422
    for word in words:
        assert word in page
    return page


# --- who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "status"),
    [
        (LAPOR, 200), ("piket.jakbar", 200), ("partai.jakbar", 200), ("operator.dki", 200), ("pengarah.dki", 200),
        ("admin.jakbar", 403), ("admin", 403),
    ],
)  # fmt: skip
def test_who_may_open_and_send_the_form(masuk: SignIn, username: str, status: int) -> None:
    client = masuk(username)
    assert client.get(URL).status_code == status
    if status == 403:
        assert client.post(URL, typed()).status_code == 403
    assert Laporan.objects.count() == 0


def test_visitor_is_sent_to_login(dunia: World) -> None:
    assert Client().get(URL)["Location"].startswith("/akun/login/")
    assert Client().post(URL, typed()).status_code in (302, 403)
    assert Laporan.objects.count() == 0


def test_contestant_may_file(masuk: SignIn, dunia: World) -> None:
    laporan = filed(masuk("partai.jakbar").post(URL, typed()))
    assert laporan.pelapor == dunia.orang["partai.jakbar"]


def test_closed_edition_refuses(masuk: SignIn, dunia: World) -> None:
    client = masuk(LAPOR)
    Pemilihan.objects.get().close()
    assert client.get(URL).status_code == 403
    assert client.post(URL, typed()).status_code == 403
    assert Laporan.objects.count() == 0


# --- what is kept -------------------------------------------------------------------------------------


def test_report_keeps_what_was_typed(masuk: SignIn, dunia: World) -> None:
    dunia.kategori["banjir"].isian = [
        {"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True},
        {"nama": "warga", "label": "Warga terdampak", "jenis": "angka"},
        {"nama": "surut", "label": "Sudah surut?", "jenis": "ya_tidak"},
    ]
    dunia.kategori["banjir"].save()
    sent = typed(
        tps="054, 901, 54-056", lokasi="RT 03/RW 05", sumber="orang_lain", lintang="-6.19", bujur="106.74",
        **{"rincian-054-tinggi_air": "40", "rincian-tinggi_air": "1,5", "rincian-warga": "1.250", "rincian-surut": "tidak"},
    )  # fmt: skip
    laporan = filed(masuk(LAPOR).post(URL, sent))
    assert (laporan.jenis, laporan.status, laporan.sumber) == ("kejadian", "baru", "orang_lain")
    assert laporan.rincian == {"warga": 1250, "surut": "tidak"}
    assert (laporan.lintang, laporan.bujur, laporan.lokasi) == (-6.19, 106.74, "RT 03/RW 05")
    rows = LaporanTPS.objects.filter(laporan=laporan).values_list("tps__nomor", "rincian")
    assert dict(rows) == {
        54: {"tinggi_air": 40}, 55: {"tinggi_air": 1.5}, 56: {"tinggi_air": 1.5}, 901: {"tinggi_air": 1.5}
    }  # fmt: skip
    assert laporan.tempat.startswith("TPS 054, 055, 056, 901 · RT 03/RW 05")


def test_category_decides_prioritas_and_akses(masuk: SignIn) -> None:
    client = masuk(LAPOR)
    apk = filed(client.post(URL, typed(kategori="apk")))
    assert (apk.prioritas, apk.akses) == ("rendah", "terbatas")
    danger = filed(client.post(URL, typed(kategori="apk", bahaya="1")))
    assert (danger.prioritas, danger.bahaya) == ("kritis", True)


def test_kegiatan_is_recorded_without_clock(masuk: SignIn) -> None:
    laporan = filed(masuk(LAPOR).post(URL, typed(jenis="kegiatan", kategori="rapat", bahaya="1")))
    assert (laporan.status, laporan.prioritas) == ("tercatat", "rendah")
    assert laporan.batas_waktu is laporan.batas_tanggap is None


def test_concerning_the_post_starts_at_the_parent(masuk: SignIn, dunia: World) -> None:
    laporan = filed(masuk(LAPOR).post(URL, typed(kategori="data_pemilih", menyangkut_posko="1")))
    assert laporan.posko == dunia.posko["31.73.08"]
    assert dunia.posko["31.73.08.1006"].pk not in laporan.jejak
    assert not Laporan.objects.visible_to(dunia.aktor("ketua.kembangan-selatan")).exists()


def test_off_hours_urgent_goes_to_the_nearest_open_post(masuk: SignIn, dunia: World) -> None:
    posko = dunia.posko["31.73.08.1006"]
    local = posko.local_time()
    begin = (local + dt.timedelta(hours=2)).time()
    posko.jam_buka, posko.jam_tutup = begin, (local + dt.timedelta(hours=3)).time()
    posko.save()
    client = masuk(LAPOR)
    assert filed(client.post(URL, typed())).posko == dunia.posko["31.73.08"]
    calm = filed(client.post(URL, typed(kategori="data_pemilih")))
    assert calm.posko == posko


def test_time_is_that_of_the_place(masuk: SignIn, dunia: World) -> None:
    Wilayah.objects.filter(kode="31.73.08.1006").update(zona_waktu="Asia/Jayapura")
    moment = timezone.now().replace(second=0, microsecond=0) - dt.timedelta(hours=3)
    there = timezone.localtime(moment, dt.timezone(dt.timedelta(hours=9)))
    laporan = filed(masuk(LAPOR).post(URL, typed(baru_saja="0", waktu_kejadian=f"{there:%Y-%m-%dT%H:%M}")))
    assert laporan.waktu_kejadian == moment


def test_report_that_waited_for_a_signal_says_when(masuk: SignIn) -> None:
    laporan = filed(masuk(LAPOR).post(URL, typed(tertunda="1800")))
    assert laporan.waktu_lapor - laporan.waktu_kejadian >= dt.timedelta(minutes=29)


def test_only_people_in_a_post_speak_for_others(masuk: SignIn) -> None:
    assert filed(masuk("piket.jakbar").post(URL, typed(atas_nama="Ketua RT 04"))).atas_nama == "Ketua RT 04"
    assert filed(masuk(LAPOR).post(URL, typed(atas_nama="Ketua RT 04"))).atas_nama == ""


@pytest.mark.parametrize(
    "words", ["مرحبا \u202eabc", "Banjir 🌊🆘 di TPS", "<script>alert(1)</script>", "'; drop table --"]
)
def test_any_text_is_kept_and_shown_as_text(masuk: SignIn, words: str) -> None:
    client = masuk(LAPOR)
    laporan = filed(client.post(URL, typed(uraian=words)))
    assert laporan.uraian == words
    page = client.get(f"/laporan/{laporan.nomor}/tanda-terima/").content.decode()
    assert "<script>alert" not in page


# --- areas --------------------------------------------------------------------------------------------


def test_own_kelurahan_is_ticked(masuk: SignIn) -> None:
    page = masuk(LAPOR).get(URL).content.decode()
    assert 'name="wilayah" value="31.73.08.1006" checked' in page
    assert "Kembangan Utara" not in page


def test_higher_tier_chooses_below_its_post(masuk: SignIn) -> None:
    client = masuk("operator.jakbar")
    page = client.get(URL).content.decode()
    assert '<optgroup label="Kembangan">' in page and "31.73.08.1001" in page and "31.75" not in page
    assert filed(client.post(URL, typed(wilayah="Kembangan Utara, Kembangan"))).wilayah_id == "31.73.08.1001"


@pytest.mark.parametrize(
    "place", ["31.73.08.1001", "31.73", "99.99", "Kembangan Utara", "Atlantis", "31.73.08.1006\x00"]
)
def test_area_outside_mine_is_refused(masuk: SignIn, place: str) -> None:
    wrong(masuk(LAPOR).post(URL, typed(wilayah=place)))
    assert Laporan.objects.count() == 0


def test_ambiguous_name_asks_which(masuk: SignIn, dunia: World) -> None:
    Wilayah.objects.create(kode="31.73.07", nama="Palmerah", jenis="kecamatan", tingkat=3, induk_id="31.73")
    for kode in ("31.73.07.1001", "31.73.08.1009"):
        Wilayah.objects.create(kode=kode, nama="Joglo", jenis="kelurahan", tingkat=4, induk_id=kode[:8])
    client = masuk("operator.dki")
    wrong(client.post(URL, typed(wilayah="joglo")), "“Joglo, Palmerah”", "“Joglo, Kembangan”")
    assert filed(client.post(URL, typed(wilayah="joglo, palmerah"))).wilayah_id == "31.73.07.1001"


def test_thousands_of_areas_are_typed_not_listed(masuk: SignIn, dunia: World) -> None:
    Wilayah.objects.bulk_create(
        Wilayah(kode=f"31.75.01.{n}", nama=f"Desa {n}", jenis="desa", tingkat=4, induk_id="31.75")
        for n in range(1000, 2500)
    )
    page = masuk("operator.dki").get(URL).content
    assert b"<datalist" in page and page.count(b"<option") < 330 and len(page) < 60_000
    assert filed(masuk("operator.dki").post(URL, typed(wilayah="Desa 1777"))).wilayah_id == "31.75.01.1777"


# --- TPS ----------------------------------------------------------------------------------------------


def test_unknown_tps_is_named(masuk: SignIn) -> None:
    page = wrong(
        masuk(LAPOR).post(URL, typed(tps="054, 097, 450")), "TPS 097, 450 tidak ada di Kembangan Selatan"
    )
    assert 'value="054, 097, 450"' in page and "Air masuk ke TPS" in page


@pytest.mark.parametrize("tps", ["lima", "0", "1000", "56-54", "054; drop", "1-999", "٥٤", "-5", "9" * 999])
def test_tps_that_is_no_number_is_refused(masuk: SignIn, tps: str) -> None:
    wrong(masuk(LAPOR).post(URL, typed(tps=tps)))


@pytest.mark.parametrize("tps", ["", " ", "TPS 054", "054,055 dan 056", "054 – 056", "054 s.d. 056", "1+2"])
def test_tps_as_people_type_it(masuk: SignIn, tps: str) -> None:
    filed(masuk(LAPOR).post(URL, typed(tps=tps)))


def test_tps_of_another_edition_is_unknown(masuk: SignIn, dunia: World) -> None:
    other = Pemilihan.objects.create(
        kode="lain",
        nama="Lain",
        jenis="pemilu",
        wilayah_id="31",
        dibuka=dunia.edisi.dibuka,
        ditutup=dunia.edisi.ditutup,
    )
    TPS.objects.create(pemilihan=other, wilayah_id="31.73.08.1006", nomor=300)
    wrong(masuk(LAPOR).post(URL, typed(tps="300")), "TPS 300 tidak ada")


# --- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kategori": ""}, "Pilih apa yang dilaporkan"),
        ({"kategori": "tidak_ada"}, "Pilih salah satu dari daftar"),
        ({"kategori": "99999999999999999999"}, "Pilih salah satu dari daftar"),
        ({"kategori": "rapat"}, "termasuk Kegiatan"),
        ({"jenis": "nihil"}, "jenis"),
        ({"wilayah": ""}, "Pilih atau tulis kelurahannya"),
        ({"uraian": "   "}, "Ceritakan singkat"),
        ({"uraian": "a" * 5001}, "paling banyak 5000 huruf"),
        ({"uraian": "Banjir\x00"}, "null"),
        ({"lokasi": "x" * 201}, "200"),
        ({"baru_saja": "0"}, "Pilih tanggal dan jamnya"),
        ({"baru_saja": "0", "waktu_kejadian": "kemarin"}, "Pilih tanggal dan jamnya"),
        ({"baru_saja": "0", "waktu_kejadian": "2024-02-31T08:00"}, "Pilih tanggal dan jamnya"),
        ({"baru_saja": "0", "waktu_kejadian": "2999-01-01T08:00"}, "masa depan"),
        ({"baru_saja": "0", "waktu_kejadian": "1999-01-01T08:00"}, "lebih dari setahun"),
        ({"baru_saja": "0", "waktu_kejadian": "0001-01-01T00:00"}, ""),
        ({"sumber": "kabar_burung"}, "Sumber"),
        ({"kunci": ""}, "Kunci kiriman tidak sah"),
        ({"kunci": "bukan-uuid"}, "Kunci kiriman tidak sah"),
        ({"lintang": "nan", "bujur": "1"}, ""),
        ({"lintang": "-91", "bujur": "106"}, ""),
        ({"tertunda": "999999999"}, ""),
    ],
)
def test_invalid_is_422_and_says_what_to_do(masuk: SignIn, change: dict[str, str], words: str) -> None:
    sent = typed(**change)
    page = wrong(masuk(LAPOR).post(URL, sent), words, 'id="ringkas-galat"')
    assert Laporan.objects.count() == 0
    keys = re.findall(r'name="kunci" value="([^"]+)"', page)
    assert len(keys) == 1 and uuid.UUID(keys[0])
    if "kunci" not in change:
        assert keys[0] == sent["kunci"]


@pytest.mark.parametrize("value", ["empat", "-1", "1e400", "9" * 30, "4\x00"])
def test_extra_fields_are_checked(masuk: SignIn, dunia: World, value: str) -> None:
    dunia.kategori["banjir"].isian = [
        {"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True}
    ]
    dunia.kategori["banjir"].save()
    page = wrong(
        masuk(LAPOR).post(URL, typed(tps="54, 55", **{"rincian-055-tinggi_air": value})),
        "Tinggi air (cm) (TPS 055):",
    )
    assert 'id="id_rincian-055-tinggi_air_error"' in page


def test_choice_outside_the_list_is_refused(masuk: SignIn, dunia: World) -> None:
    dunia.kategori["apk"].isian = [
        {"nama": "jenis_apk", "label": "Jenis APK", "jenis": "pilihan", "pilihan": ["Spanduk"]}
    ]
    dunia.kategori["apk"].save()
    client = masuk(LAPOR)
    wrong(
        client.post(URL, typed(kategori="apk", **{"rincian-jenis_apk": "Balon"})),
        "Pilih salah satu dari daftar",
    )
    assert filed(client.post(URL, typed(kategori="apk", **{"rincian-jenis_apk": "Spanduk"}))).rincian == {
        "jenis_apk": "Spanduk"
    }


def test_no_active_post_is_said_at_the_place(masuk: SignIn, dunia: World) -> None:
    for posko in dunia.posko.values():
        posko.status = "siap"
        posko.save()
    wrong(masuk(LAPOR).post(URL, typed()), "Belum ada posko aktif untuk wilayah ini")


# --- kunci --------------------------------------------------------------------------------------------


def test_same_key_same_content_is_the_same_receipt(masuk: SignIn) -> None:
    client, sent = masuk(LAPOR), typed(tps="054")
    first = client.post(URL, sent)
    again = client.post(URL, sent | {"tertunda": "40"})
    assert first["Location"] == again["Location"] and again.status_code == 302
    assert Laporan.objects.count() == 1 and Penghitung.objects.get().terakhir == 1


def test_same_key_other_content_is_409_with_a_new_key(masuk: SignIn) -> None:
    client, sent = masuk(LAPOR), typed()
    first = filed(client.post(URL, sent))
    changed = sent | {"uraian": "Isi yang lain sama sekali."}
    answer = client.post(URL, changed)
    page = answer.content.decode()
    assert answer.status_code == 409 and first.nomor in page and "Isi yang lain sama sekali." in page
    new_key = re.findall(r'name="kunci" value="([^"]+)"', page)[0]
    assert new_key != sent["kunci"]
    assert filed(client.post(URL, changed | {"kunci": new_key})).nomor != first.nomor


def test_same_key_of_two_people_is_two_reports(masuk: SignIn) -> None:
    sent = typed()
    assert filed(masuk(LAPOR).post(URL, sent)) != filed(masuk("piket.kembangan-selatan").post(URL, sent))


# --- tiles --------------------------------------------------------------------------------------------


def test_tiles_follow_the_stage_and_violations_come_last(masuk: SignIn, dunia: World) -> None:
    today = timezone.localdate()
    Tahapan.objects.create(
        pemilihan=dunia.edisi, kode="masa_tenang", nama="Masa tenang", mulai=today, selesai=today
    )
    for kode, ubin, tahapan in [
        ("apk", 1, ["masa_tenang"]),
        ("banjir", 2, []),
        ("listrik", 3, ["masa_tenang"]),
        ("data_pemilih", None, []),
    ]:
        kategori = dunia.kategori[kode]
        kategori.ubin, kategori.tahapan = ubin, tahapan
        kategori.save()
    page = masuk(LAPOR).get(URL).content.decode()
    shown = [
        k
        for k in re.findall(r'name="kategori" value="([^"]+)"', page)
        if dunia.kategori[k].jenis == "kejadian"
    ]
    assert shown == ["listrik", "banjir", "apk", "data_pemilih"]
    assert "Lainnya<span" in page


def test_extra_fields_can_be_asked_for_first(masuk: SignIn, dunia: World) -> None:
    """Without script: one row of facts for each TPS named, and nothing is filed yet."""
    dunia.kategori["banjir"].isian = [
        {"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True}
    ]
    dunia.kategori["banjir"].save()
    answer = masuk(LAPOR).post(URL, typed(tps="54, 55", lanjut="1", uraian=""))
    page = answer.content.decode()
    assert (
        answer.status_code == 200
        and 'name="rincian-054-tinggi_air"' in page
        and 'name="rincian-055-tinggi_air"' in page
    )
    assert "ringkas-galat" not in page and Laporan.objects.count() == 0


# --- cost ---------------------------------------------------------------------------------------------


def test_filing_takes_at_most_14_queries(masuk: SignIn) -> None:
    client = masuk(LAPOR)
    for sent in (typed(tps="054, 055, 056"), typed(tps="054, 055, 056"), typed()):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(URL, sent)
        assert answer.status_code == 302
        # The test's own transaction turns ours into a savepoint: those two statements exist only here.
        asked = [q["sql"][:90] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= 14, asked


@pytest.mark.parametrize("username", [LAPOR, "operator.jakbar", "operator.dki"])
def test_form_takes_at_most_8_queries(masuk: SignIn, username: str) -> None:
    client = masuk(username)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(URL).status_code == 200
    assert len(queries) <= 8, [q["sql"][:90] for q in queries]
