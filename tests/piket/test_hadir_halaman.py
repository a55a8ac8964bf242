"""Pages of attendance: one shift, marking, repairing, the list on paper. Who sees what, and at how many queries."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from piket import kehadiran
from piket.models import Kebutuhan, Penugasan, Piket
from posko.models import Anggota, Pengguna
from tests.cast import CAST, World
from tests.piket.test_halaman import Masuk
from tests.piket.test_kebenaran import JAKBAR

SIGNED_IN = [name for name in CAST if name not in ("lama.jakbar", "nonaktif.jakbar")]
BLIND = {"operator.jaktim"}


def page_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_shift_with_people_gaps_and_phones(dunia: World, masuk: Masuk) -> None:
    orang = dunia.orang["piket.jakbar"]
    orang.telepon = "0812-3456-7890"
    orang.save()
    duty = dunia.put_on_duty("piket.jakbar")
    Kebutuhan.objects.create(piket=duty.piket, kursi=dunia.kursi(JAKBAR, "polres"), jumlah=2)
    text = page_of(masuk("operator.jakbar"), f"/piket/{duty.piket_id}/")
    assert "Petugas Piket Jakarta Barat" in text and "Belum terisi: 2 orang" in text and "WIB" in text
    assert 'href="tel:081234567890"' in text and "Belum dicatat" in text and "Belum ada koordinator" in text
    party = page_of(masuk("partai.jakbar"), f"/piket/{duty.piket_id}/")
    assert "Petugas Piket Jakarta Barat" in party and "tel:" not in party and "3456" not in party
    assert masuk("operator.jakbar").post(f"/piket/{duty.piket_id}/").status_code == 405


@pytest.mark.parametrize("username", SIGNED_IN)
def test_whose_shift_is_seen(dunia: World, masuk: Masuk, username: str) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    client = masuk(username)
    status = 404 if username in BLIND else 200
    assert client.get(f"/piket/{duty.piket_id}/").status_code == status
    for odd in (0, 999_999, 10**30):
        for path in ("", "kode/", "kehadiran/", "daftar-hadir.pdf"):
            assert client.get(f"/piket/{odd}/{path}").status_code == 404
        assert client.get(f"/piket/hadir/{odd}/").status_code == 404
        assert client.get(f"/piket/kehadiran/{odd}/").status_code == 404


@pytest.mark.parametrize(
    ("username", "status"),
    [("admin.jakbar", 200), ("admin", 200), ("operator.jakbar", 404), ("piket.jakbar", 404)],
)
def test_draft_is_only_for_who_edits_the_roster(
    dunia: World, masuk: Masuk, username: str, status: int
) -> None:
    duty = dunia.put_on_duty("piket.jakbar", timezone.now() + dt.timedelta(days=2))
    Piket.objects.filter(pk=duty.piket_id).update(terbit_pada=None)
    client = masuk(username)
    answer = client.get(f"/piket/{duty.piket_id}/")
    assert answer.status_code == status and ("Rancangan" in answer.content.decode()) is (status == 200)
    if status == 404:
        for path in ("kode/", "kehadiran/", "daftar-hadir.pdf"):
            assert client.get(f"/piket/{duty.piket_id}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("username", "words", "reason"),
    [("operator.jakbar", "Sakit", True), ("operator.dki", "Sakit", True), ("admin.jakbar", "Sakit", True),
     ("piket.jakbar", "Sakit", False), ("polres.jakbar", "Tidak hadir", False), ("partai.jakbar", "Tidak hadir", False)],
)  # fmt: skip
def test_why_somebody_is_absent_is_personal(
    dunia: World, masuk: Masuk, username: str, words: str, reason: bool
) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    kehadiran.mark(
        duty.piket,
        [duty.pk],
        "sakit",
        by=dunia.aktor("operator.jakbar"),
        catatan="Demam berdarah, kata istrinya",
    )
    text = page_of(masuk(username), f"/piket/{duty.piket_id}/")
    assert words in text and ("Sakit" in text or 'data-kehadiran="sakit"' in text) is (words == "Sakit")
    assert ("Demam berdarah" in text) is reason
    today = page_of(masuk(username), "/piket/hari-ini/")
    assert "Sakit" not in today and "Demam" not in today


def test_entries_of_who_may_what(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    url = f"/piket/{duty.piket_id}/"
    entries = {"kode/": "kode/", "kehadiran/": "kehadiran/", "pdf": "daftar-hadir.pdf", "jadwal": "/admin/piket/jadwal/",
               "hadir": 'href="/piket/hadir/"'}  # fmt: skip
    expected = {
        "operator.jakbar": {"kode/", "kehadiran/", "pdf"}, "operator.dki": {"pdf"}, "admin.jakbar": {"pdf", "jadwal"},
        "piket.jakbar": {"hadir"}, "polres.jakbar": set(), "partai.jakbar": set(),
    }  # fmt: skip
    for username, own in expected.items():
        main = page_of(masuk(username), url).split("<main")[1].split("</main>")[0]
        assert {name for name, mark in entries.items() if mark in main} == own, username


def test_query_counts(dunia: World, masuk: Masuk, django_assert_num_queries: object) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    shift = duty.piket
    client = masuk("operator.jakbar")
    counts = {f"/piket/{shift.pk}/": 9, f"/piket/{shift.pk}/kehadiran/": 8, f"/piket/kehadiran/{duty.pk}/": 6}
    for url, n in counts.items():
        client.get(url)
        with django_assert_num_queries(n):
            client.get(url)
    for name in ("polres.jakbar", "kpu.jakbar", "bawaslu.jakbar"):
        dunia.put_on_duty(name)
        Kebutuhan.objects.create(piket=shift, kursi=Anggota.objects.get(pengguna=dunia.orang[name]).kursi)
    kehadiran.mark(
        shift, shift.penugasan.values_list("pk", flat=True), "hadir", by=dunia.aktor("operator.jakbar")
    )
    for url, n in counts.items():
        with django_assert_num_queries(n):
            client.get(url)
    own = masuk("polres.jakbar")
    with django_assert_num_queries(4):
        own.get("/piket/hadir/")


def test_marking_several(dunia: World, masuk: Masuk) -> None:
    duties = [dunia.put_on_duty(name) for name in ("piket.jakbar", "polres.jakbar", "kpu.jakbar")]
    url = f"/piket/{duties[0].piket_id}/kehadiran/"
    client = masuk("operator.jakbar")
    answer = client.post(url, {"orang": [d.pk for d in duties[:2]], "nilai": "hadir"})
    assert answer.status_code == 302 and answer["Location"] == url
    text = page_of(client, url)
    assert "2 orang dicatat hadir" in text
    assert Penugasan.objects.filter(kehadiran="terlambat", cara="koordinator").count() == 2
    came = timezone.localtime(duties[0].waktu.lower, duties[0].piket.zona)
    answer = client.post(url, {"orang": [duties[2].pk], "nilai": "hadir", "jam": f"{came:%H:%M}"})
    duties[2].refresh_from_db()
    assert answer.status_code == 302 and duties[2].kehadiran == "hadir"
    assert client.post(url, {"orang": [d.pk for d in duties], "nilai": "pulang"}).status_code == 302
    assert Penugasan.objects.filter(pulang__isnull=False).count() == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"nilai": "hadir"}, "Centang dahulu orangnya"),
        ({"nilai": "hadir", "orang": ["abc"]}, "sudah tidak bertugas"),
        ({"nilai": "hadir", "orang": ["999999999999999999999"]}, "sudah tidak bertugas"),
        ({"nilai": "menghilang", "orang": ["#"]}, "tidak dikenal"),
        ({"orang": ["#"]}, "Pilih tindakannya"),
        ({"nilai": "tidak_hadir", "orang": ["#"]}, "Pilih sebabnya"),
        ({"nilai": "tidak_hadir", "orang": ["#"], "sebab": "sakit"}, "Tulis dari siapa"),
        ({"nilai": "tidak_hadir", "orang": ["#"], "sebab": "bolos", "catatan": "x"}, "sebab"),
        ({"nilai": "tidak_hadir", "orang": ["#"], "sebab": "sakit", "catatan": "x" * 201}, "200 huruf"),
        ({"nilai": "hadir", "orang": ["#"], "jam": "25.99"}, "Isi jam seperti"),
        ({"nilai": "pulang", "orang": ["#"]}, "belum tercatat datang"),
    ],
)
def test_bad_marks_are_said_in_words(dunia: World, masuk: Masuk, data: dict[str, object], words: str) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    sent = {
        k: [str(duty.pk) if one == "#" else one for one in v] if k == "orang" else v for k, v in data.items()
    }
    answer = masuk("operator.jakbar").post(f"/piket/{duty.piket_id}/kehadiran/", sent)
    assert answer.status_code == 422 and words in answer.content.decode()
    if sent.get("orang") == [str(duty.pk)]:
        assert re.search(rf'value="{duty.pk}" checked', answer.content.decode())  # ticks are kept
    duty.refresh_from_db()
    assert duty.kehadiran == ""


def test_repairing_with_a_reason(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    url = f"/piket/kehadiran/{duty.pk}/"
    client = masuk("operator.jakbar")
    zone = duty.piket.zona
    came = timezone.localtime(duty.waktu.lower, zone)
    left = came + dt.timedelta(hours=1)
    sent = {
        "kehadiran": "hadir",
        "datang": f"{came:%H:%M}",
        "pulang": f"{left:%H:%M}",
        "alasan": "Layar mati",
    }
    assert client.post(url, sent).status_code == 302
    duty.refresh_from_db()
    assert duty.kehadiran == "hadir" and abs(duty.pulang - left) < dt.timedelta(minutes=1)
    # Looked at before the first marking: stale, with what was typed to be copied.
    stale = client.post(url, sent | {"alasan": "Perlu disalin"})
    assert stale.status_code == 409 and "Perlu disalin" in stale.content.decode()
    seen = re.search(r'name="dilihat" value="([^"]+)"', page_of(client, url))[1]
    answer = client.post(
        url, {"dilihat": seen, "kehadiran": "izin", "alasan": "Ternyata izin, surat terlampir"}
    )
    duty.refresh_from_db()
    assert answer.status_code == 302 and duty.kehadiran == "izin" and duty.datang is duty.pulang is None
    text = page_of(client, url)
    assert "Layar mati" in text and "Ternyata izin" in text and "Operator Jakarta Barat" in text
    # Nothing chosen never takes a record back; saying so does, and is kept too.
    seen = re.search(r'name="dilihat" value="([^"]+)"', text)[1]
    assert client.post(url, {"dilihat": seen, "alasan": "Salah orang"}).status_code == 422
    duty.refresh_from_db()
    assert duty.kehadiran == "izin"
    assert (
        client.post(url, {"dilihat": seen, "kehadiran": "belum", "alasan": "Salah orang"}).status_code == 302
    )
    duty.refresh_from_db()
    assert duty.kehadiran == "" and "Salah orang" in page_of(client, url)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kehadiran": "hadir", "datang": "08:00"}, "Tulis alasannya"),
        ({"kehadiran": "hadir", "alasan": "x"}, "Isi jam datang"),
        ({"kehadiran": "hadir", "datang": "kemarin", "alasan": "x"}, "Isi jam seperti"),
        ({"kehadiran": "", "alasan": "x"}, "Pilih kehadirannya"),
        ({"kehadiran": "bolos", "alasan": "x"}, "Pilih dari daftar"),
        ({"kehadiran": "izin", "alasan": "   "}, "Tulis alasannya"),
    ],
)
def test_bad_repairs_are_said_in_words(dunia: World, masuk: Masuk, data: dict[str, str], words: str) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    answer = masuk("operator.jakbar").post(f"/piket/kehadiran/{duty.pk}/", data)
    assert answer.status_code == 422 and words in answer.content.decode()
    duty.refresh_from_db()
    assert duty.kehadiran == ""


@pytest.mark.parametrize(
    ("username", "status"),
    [("operator.jakbar", 200), ("ketua.jakbar", 200), ("piket.jakbar", 403), ("polres.jakbar", 403),
     ("partai.jakbar", 403), ("admin.jakbar", 403), ("operator.dki", 403), ("operator.jaktim", 404)],
)  # fmt: skip
def test_who_marks(dunia: World, masuk: Masuk, username: str, status: int) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    client = masuk(username)
    for url in (f"/piket/{duty.piket_id}/kehadiran/", f"/piket/kehadiran/{duty.pk}/"):
        assert client.get(url).status_code == status
        if status != 200:
            sent = {
                "orang": [duty.pk],
                "nilai": "hadir",
                "kehadiran": "hadir",
                "datang": "08:00",
                "alasan": "x",
            }
            assert client.post(url, sent).status_code == status
    duty.refresh_from_db()
    assert duty.kehadiran == ""


def test_receipt_is_only_of_ones_own_duty(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    assert masuk("piket.jakbar").get(f"/piket/hadir/{duty.pk}/").status_code == 404  # nothing recorded yet
    kehadiran.mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor("operator.jakbar"))
    assert masuk("piket.jakbar").get(f"/piket/hadir/{duty.pk}/").status_code == 200
    assert masuk("operator.jakbar").get(f"/piket/hadir/{duty.pk}/").status_code == 404


def text_of(content: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(content)).pages).split())


def test_attendance_list_on_paper(dunia: World, masuk: Masuk) -> None:
    duty, other = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("polres.jakbar")
    Anggota.objects.filter(pk=duty.anggota_id).update(nip="197001011990031001", jabatan="Staf #1 *seksi*")
    Penugasan.objects.filter(pk=duty.pk).update(koordinator=True)
    by = dunia.aktor("operator.jakbar")
    kehadiran.mark(duty.piket, [duty.pk], "hadir", by=by, datang=duty.waktu.lower)
    kehadiran.mark(duty.piket, [other.pk], "sakit", by=by, catatan="Surat dokter")
    answer = masuk("operator.jakbar").get(f"/piket/{duty.piket_id}/daftar-hadir.pdf")
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    text = text_of(answer.content)
    for words in ("DAFTAR HADIR PIKET", "NIP/NRP", "Jabatan", "Unsur/Instansi", "Datang", "Pulang", "Paraf", "Ket.",
                  "Petugas Piket Jakarta Barat", "197001011990031001", "Staf #1 *seksi*", "Sakit", "Koordinator Piket",
                  f"{timezone.localtime(duty.waktu.lower, duty.piket.zona):%H.%M}", "tercatat datang 1 orang"):  # fmt: skip
        assert words in text, words
    assert "Surat dokter" not in text  # the note stays in the history
    # Of a day: every shift of the post on its own sheet.
    second = Piket.objects.create(
        posko=duty.piket.posko, tanggal=duty.piket.tanggal, nama="Giliran kedua",
        waktu=(duty.waktu.lower, duty.waktu.upper + dt.timedelta(minutes=30)),
    )  # fmt: skip
    whole = masuk("operator.jakbar").get(f"/piket/{second.pk}/daftar-hadir.pdf?hari=1").content
    assert len(PdfReader(io.BytesIO(whole)).pages) == 2 and "Giliran kedua" in text_of(whole)


@pytest.mark.parametrize(
    ("username", "status"),
    [("operator.jakbar", 200), ("operator.dki", 200), ("admin.jakbar", 200), ("piket.jakbar", 403),
     ("polres.jakbar", 403), ("partai.jakbar", 403), ("operator.kembangan", 403), ("operator.jaktim", 404)],
)  # fmt: skip
def test_who_prints_the_list(dunia: World, masuk: Masuk, username: str, status: int) -> None:
    duty = dunia.put_on_duty("kpu.jakbar")
    assert masuk(username).get(f"/piket/{duty.piket_id}/daftar-hadir.pdf").status_code == status


def test_koordinator_of_one_shift_prints_that_shift(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    Penugasan.objects.filter(pk=duty.pk).update(koordinator=True)
    client = masuk("piket.jakbar")
    assert client.get(f"/piket/{duty.piket_id}/daftar-hadir.pdf").status_code == 200
    assert client.get(f"/piket/{duty.piket_id}/daftar-hadir.pdf?hari=1").status_code == 403


def test_a_replaced_person_stands_on_page_and_paper(dunia: World, masuk: Masuk) -> None:
    old = dunia.put_on_duty("piket.jakbar")
    new = dunia.put_on_duty("polres.jakbar")
    Penugasan.objects.filter(pk=old.pk).update(status="digantikan")
    Penugasan.objects.filter(pk=new.pk).update(menggantikan=old)
    names = [Pengguna.objects.get(pk=d.pengguna_id).nama for d in (old, new)]
    client = masuk("operator.jakbar")
    text = page_of(client, f"/piket/{old.piket_id}/")
    assert f"{names[0]} (" in text and f"digantikan {names[1]}" in text
    paper = text_of(client.get(f"/piket/{old.piket_id}/daftar-hadir.pdf").content)
    assert f"Digantikan {names[1]}" in paper and f"Menggantikan {names[0]}" in paper


def test_linked_from_week_and_today(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    for url in (f"/piket/?hari={duty.piket.tanggal}", "/piket/hari-ini/"):
        assert f'href="/piket/{duty.piket_id}/"' in page_of(masuk("operator.jakbar"), url)
