"""The Daftar Piket as PDF: what it says, to whom, how it is marked, and what it costs."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from piket import penugasan
from piket.daftar import build_list
from piket.giliran import create_shifts, fill_by_turn
from piket.models import Penerbitan, Penugasan, Piket
from piket.penerbitan import publish
from posko.access import Aktor
from posko.models import Anggota, Kursi, Posko
from tests.cast import CAST, World
from tests.piket.test_jadwal import _crowd
from tests.piket.test_kebenaran import JAKBAR, make_shift, member

Masuk = Callable[[str], Client]
PDF, PRINT = "/piket/cetak.pdf", "/piket/cetak/"
PHONE = "0812-3456-7890"


@pytest.fixture
def shift(dunia: World) -> Piket:
    """Tomorrow's shift of Jakarta Barat, led by the operator, with a policeman who has a phone."""
    shift = make_shift(dunia.posko[JAKBAR], catatan="Apel pagi")
    Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    Penugasan.objects.create(piket=shift, anggota=member(dunia, "polres.jakbar"))
    orang = dunia.orang["polres.jakbar"]
    orang.telepon = PHONE
    orang.save()
    return shift


def days(shift: Piket, **more: str) -> dict[str, str]:
    return {"posko": JAKBAR, "dari": shift.tanggal.isoformat(), "sampai": shift.tanggal.isoformat()} | more


def read(client: Client, **query: str) -> PdfReader:
    answer = client.get(PDF, query)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def words(client: Client, **query: str) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(client, **query).pages).split())


def publish_again(posko: Posko, by: Aktor) -> None:
    """All the post's shifts, as drafts, are published anew."""
    Piket.objects.filter(posko=posko).update(terbit_pada=None)
    day = posko.local_time().date()
    assert publish(posko, day, day + dt.timedelta(days=40), by=by)[0]


def test_what_it_says(dunia: World, masuk: Masuk, shift: Piket) -> None:
    text = words(masuk("operator.jakbar"), **days(shift))
    for said in (
        "DAFTAR PIKET POSKO BERSAMA GLADI KOTA ADMINISTRASI JAKARTA BARAT", "Forkopimko", "Penyelenggara", "Koordinator",
        "Ket.", "08.00–16.00", "Operator Jakarta Barat", "(Polres)", "Apel pagi", "Mengetahui,", "Ketua Jakarta Barat",
        "selaku Ketua Posko", "Koordinator Piket", "Jakarta Barat, ", "Tanpa nomor versi · sidik", "Dicetak",
        "oleh Operator Jakarta Barat", "Halaman 1 dari 1",
    ):  # fmt: skip
        assert said in text, said
    assert "RANCANGAN" not in text and "SALINAN INTERNAL" not in text and "Lampiran" not in text


def test_the_title_says_posko_bersama_once(dunia: World, shift: Piket) -> None:
    dunia.edisi.nama = shift.posko.pemilihan.nama = "Gladi Posko Bersama 2027"
    daftar = build_list(shift.posko, shift.tanggal, shift.tanggal)
    assert daftar.judul == "DAFTAR PIKET POSKO BERSAMA GLADI 2027 KOTA ADMINISTRASI JAKARTA BARAT"


def test_tagged_with_title_and_language(dunia: World, masuk: Masuk, shift: Piket) -> None:
    pdf = read(masuk("operator.jakbar"), **days(shift))
    assert pdf.metadata.title.startswith("DAFTAR PIKET POSKO BERSAMA GLADI") and "20" in pdf.metadata.title
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "id" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert b"pdfuaid" in pdf.xmp_metadata.stream.get_data()


@pytest.mark.parametrize(("kertas", "size"), [("a4", (842, 595)), ("folio", (935, 609))])
def test_paper(dunia: World, masuk: Masuk, shift: Piket, kertas: str, size: tuple[int, int]) -> None:
    box = read(masuk("operator.jakbar"), **days(shift, kertas=kertas)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_surat_tugas_of_all_or_as_typed(dunia: World, masuk: Masuk, shift: Piket) -> None:
    client = masuk("operator.jakbar")
    members = Anggota.objects.filter(penugasan__piket=shift)
    members.update(surat_tugas="094/17/2027")
    assert "Lampiran Surat Tugas Nomor 094/17/2027" in words(client, **days(shift))
    page = client.get(PRINT, days(shift))
    assert 'value="094/17/2027"' in page.content.decode()
    assert "Surat Tugas Nomor 1-A/2027" in words(client, **days(shift, surat=" 1-A/2027 "))
    assert "Lampiran" not in words(client, **days(shift, surat=""))
    Anggota.objects.filter(pk=member(dunia, "polres.jakbar").pk).update(surat_tugas="lain")
    assert "Lampiran" not in words(client, **days(shift))


def test_phones_only_on_the_internal_copy_and_only_for_who_may(
    dunia: World, masuk: Masuk, shift: Piket
) -> None:
    internal = days(shift, salinan="internal")
    text = words(masuk("operator.jakbar"), **internal)
    assert PHONE in text and "SALINAN INTERNAL" in text
    assert PHONE not in words(masuk("operator.jakbar"), **days(shift))
    for who in (name for name in CAST if name not in ("lama.jakbar", "nonaktif.jakbar")):
        client = masuk(who)
        answer = client.get(PDF, internal)
        expected = {
            "operator.jaktim": 404, "partai.jakbar": 403, "admin": 200, "admin.jakbar": 200, "pengarah.dki": 200,
            "operator.dki": 200, "operator.kembangan": 403, "ketua.kembangan-selatan": 403,
            "piket.kembangan-selatan": 403, "lapor.kembangan-selatan": 403,
        }.get(who, 200)  # fmt: skip
        assert answer.status_code == expected, who
        if expected == 403:
            assert PHONE not in words(client, **days(shift))
            assert 'name="salinan"' not in client.get(PRINT, days(shift)).content.decode()
    assert 'name="salinan"' in masuk("operator.jakbar").get(PRINT, days(shift)).content.decode()


def test_drafts_only_for_who_makes_the_roster_and_marked(dunia: World, masuk: Masuk, shift: Piket) -> None:
    Piket.objects.filter(pk=shift.pk).update(terbit_pada=None)
    text = words(masuk("admin.jakbar"), **days(shift))
    assert "Polres" in text and "(rancangan)" in text and "RANCANGAN" in text
    assert "RANCANGAN" in masuk("admin.jakbar").get(PRINT, days(shift)).content.decode()
    other = words(masuk("operator.jakbar"), **days(shift))
    assert "Polres" not in other and "Tidak ada piket" in other and "RANCANGAN" not in other


@pytest.mark.django_db(transaction=True)  # history is dated by the transaction
def test_version_and_what_changed_after_it(dunia: World, masuk: Masuk, shift: Piket) -> None:
    posko, aktor = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")

    def state() -> str:
        return build_list(posko, shift.tanggal, shift.tanggal).keadaan

    assert state() == "Tanpa nomor versi"
    publish_again(posko, aktor)
    assert state() == "Versi 1" and "Versi 1 · sidik" in words(masuk("kpu.jakbar"), **days(shift))
    duty = Penugasan.objects.get(anggota=member(dunia, "polres.jakbar"))
    Penugasan.objects.filter(pk=duty.pk).update(kehadiran="sakit", terkunci=True)
    assert state() == "Versi 1"  # attendance and locks are not what was published
    Penugasan.objects.filter(pk=duty.pk).update(kehadiran="", terkunci=False)
    later = make_shift(posko, 16, 22, shift.tanggal)
    assert state() == "Diubah sesudah versi 1"
    later.delete()
    assert state() == "Versi 1"  # undone: again as published
    penugasan.replace(posko, duty.pk, member(dunia, "kpu.jakbar").pk, by=aktor)
    assert state() == "Diubah sesudah versi 1"
    assert "Diubah sesudah versi 1 · sidik" in words(masuk("kpu.jakbar"), **days(shift))
    publish_again(posko, aktor)
    assert state() == "Versi 2"
    penugasan.remove(posko, duty.pk, by=aktor)
    assert state() == "Diubah sesudah versi 2"
    make_shift(posko, 8, 16, shift.tanggal + dt.timedelta(days=3), terbit_pada=None)
    assert build_list(posko, shift.tanggal, shift.tanggal + dt.timedelta(days=3), drafts=True).keadaan == (
        "RANCANGAN, diubah sesudah versi 2"
    )


@pytest.mark.parametrize(
    "query",
    ["", "?dari=x&sampai=y", "?dari=9999-12-31", "?posko=31.73&kertas=a4&surat=%23%5Bx%5D*_", "?posko=31"],
)
def test_odd_addresses_still_print(dunia: World, masuk: Masuk, shift: Piket, query: str) -> None:
    answer = masuk("operator.jakbar").get(PDF + query)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("query", ["?kertas=a9", "?salinan=semua", f"?surat={'9' * 101}"])
def test_bad_wishes_are_refused_at_the_field(dunia: World, masuk: Masuk, shift: Piket, query: str) -> None:
    answer = masuk("operator.jakbar").get(PDF + query)
    assert answer.status_code == 422 and "isian-salah" in answer.content.decode()


def test_hidden_posts_and_visitors(dunia: World, masuk: Masuk, shift: Piket) -> None:
    assert masuk("operator.jaktim").get(PDF, days(shift)).status_code == 404
    assert masuk("operator.jakbar").get(PDF, {"posko": "31.99"}).status_code == 404
    assert Client().get(PDF).status_code == 302
    assert masuk("operator.jakbar").post(PDF).status_code == 405


def test_names_are_text_not_markup(dunia: World, masuk: Masuk, shift: Piket) -> None:
    orang = dunia.orang["polres.jakbar"]
    orang.nama = '#panic("x") *tebal* $x$ \\ 🙂'
    orang.save()
    assert '#panic("x") *tebal* $x$' in words(masuk("operator.jakbar"), **days(shift))


def _month(client: Client) -> tuple[int, float, PdfReader]:
    query = {"posko": JAKBAR, "dari": "2027-01-01", "sampai": "2027-01-31"}
    with CaptureQueriesContext(connection) as queries:
        start = time.perf_counter()
        answer = client.get(PDF, query)
        took = time.perf_counter() - start
    return len(queries), took, PdfReader(io.BytesIO(answer.content))


def test_a_month_of_25_agencies(dunia: World, masuk: Masuk) -> None:
    """Queries do not grow, the header stands on every page, and nobody is lost between pages."""
    client, posko = masuk("operator.jakbar"), dunia.posko[JAKBAR]
    Penugasan.objects.create(piket=make_shift(posko, day=dt.date(2027, 1, 1)), anggota=member(dunia))
    Penerbitan.objects.create(
        posko=posko, versi=1, dari=dt.date(2027, 1, 1), sampai=dt.date(2027, 1, 31), oleh=dunia.orang["admin"]
    )
    few, _, _ = _month(client)
    _crowd(dunia, posko, 25 - Kursi.objects.filter(posko=posko).count(), 4)
    needs = dict.fromkeys(Kursi.objects.filter(posko=posko), 1)
    hours = [("Piket", dt.time(8), dt.time(16))]
    made = fill_by_turn(create_shifts(posko, dt.date(2027, 1, 1), dt.date(2027, 1, 31), hours, needs))
    many, took, pdf = _month(client)
    assert many == few <= 16
    assert took < 2
    pages = [" ".join(page.extract_text().split()) for page in pdf.pages]
    assert len(pages) > 3 and all("Hari, tanggal Giliran Forkopimko" in page for page in pages[:-1])
    assert all(f"Halaman {n} dari {len(pages)}" in page for n, page in enumerate(pages, start=1))
    assert all("JAKARTA BARAT, 1 Januari 2027 – 31 Januari 2027" in page for page in pages[1:])
    text = " ".join(pages)
    assert text.count("(Instansi") == sum(d.anggota.kursi.instansi.nama.startswith("Instansi") for d in made)
    assert "Mengetahui" in pages[-1] and "Mengetahui" not in pages[0]
