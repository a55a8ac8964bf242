"""Error pages: plain words, one h1, the same 404 for hidden and missing, and a 500 that needs nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from django.utils import timezone

from posko.views import galat
from tests.cast import World


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Permintaan tidak dapat dibaca"),
        (403, "Anda tidak berwenang"),
        (404, "Halaman tidak ditemukan"),
        (409, "Keadaan sudah berubah"),
        (413, "Kiriman terlalu besar"),
        (422, "Isian perlu diperbaiki"),
        (429, "Terlalu banyak percobaan"),
    ],
)
def test_each_status_has_its_page(rf: RequestFactory, status: int, words: str) -> None:
    answer = galat.answer_error(rf.get("/"), status)
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in html
    assert html.count("<h1") == 1


def test_missing_page_answers_404_in_words(masuk: Callable[[str], Client]) -> None:
    answer = masuk("operator.jakbar").get("/tidak-ada/")
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/posko/31%00/", "/posko/31.73%00/siap/", "/laporan/G%00/tanda-terima/", "/laporan/G%00/lampiran/1/",
        "/admin/posko/wilayah/31%00/change/", "/piket/?posko=%00", "/admin/piket/jadwal/?q=a%00", "/?edisi=%00",
        "/admin/posko/posko/?wilayah__kode__exact=%00",
    ],
)  # fmt: skip
def test_address_with_a_nul_byte_is_refused(masuk: Callable[[str], Client], address: str) -> None:
    answer = masuk("admin").get(address)
    assert answer.status_code == 400
    assert "Permintaan tidak dapat dibaca" in answer.content.decode()
    assert "frame-ancestors" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/laporan/baru/", "/akun/login/"])
def test_body_longer_than_any_form_is_refused_unread(
    client: Client, db: None, settings: Any, address: str
) -> None:
    for bytes_, refused in ((settings.MAX_REQUEST_BYTES, False), (settings.MAX_REQUEST_BYTES + 1, True)):
        answer = client.generic(
            "POST", address, b"", "multipart/form-data; boundary=a", CONTENT_LENGTH=str(bytes_)
        )
        assert (answer.status_code == 413) is refused
    assert "Kiriman terlalu besar" in answer.content.decode()


def test_conflict_tells_what_happened_meanwhile(rf: RequestFactory) -> None:
    happened = [
        {
            "waktu": dt.datetime(2024, 2, 14, 1, 10, tzinfo=dt.UTC),
            "oleh": "Siti",
            "kalimat": "Memverifikasi <b>",
        }
    ]
    answer = galat.answer_error(rf.get("/"), 409, perkembangan=happened, kembali="/laporan/1/")
    html = answer.content.decode()
    assert "14 Februari 2024 08.10 WIB" in html
    assert "Memverifikasi &lt;b&gt;" in html
    assert 'href="/laporan/1/"' in html


def test_too_large_a_request_answers_413(rf: RequestFactory) -> None:
    assert galat.bad_request(rf.get("/"), RequestDataTooBig()).status_code == 413
    assert galat.bad_request(rf.get("/"), ValueError()).status_code == 400


def test_server_error_page_needs_no_database_and_no_context(rf: RequestFactory) -> None:
    answer = galat.server_error(rf.get("/"))
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Sistem sedang terganggu" in html
    assert html.count("<h1") == 1


def test_server_error_survives_a_missing_template(rf: RequestFactory, settings: object) -> None:
    settings.TEMPLATES = []  # type: ignore[attr-defined]
    answer = galat.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Sistem sedang terganggu" in answer.content.decode()


def test_stale_form_token_says_the_session_ended(dunia: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        dunia.orang["operator.jakbar"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.post("/akun/logout/")
    assert answer.status_code == 403
    assert "Sesi Anda sudah berakhir" in answer.content.decode()


def test_a_visitor_gets_error_pages_too(client: Client, db: None) -> None:
    answer = client.get("/tidak-ada/")
    assert answer.status_code == 404
    assert "Menu utama" not in answer.content.decode()


def test_frame_costs_no_query(
    masuk: Callable[[str], Client],
    django_assert_num_queries: Callable[..., object],
    rf: RequestFactory,
    dunia: World,
) -> None:
    request = rf.get("/")
    request.aktor = dunia.aktor("operator.jakbar")  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    with django_assert_num_queries(0):
        html = galat.answer_error(request, 404).content.decode()
    assert "Menu utama" in html


@pytest.mark.parametrize(
    ("username", "seen", "unseen"),
    [
        ("operator.jakbar", {"Laporan", "Lapor", "Piket", "Sarpras"}, {"Kelola"}),
        ("admin.jakbar", {"Piket", "Posko", "Kelola"}, {"Laporan", "Lapor"}),
        ("lapor.kembangan-selatan", {"Laporan", "Lapor", "Piket"}, {"Sarpras", "Kelola"}),
    ],
)
def test_menu_follows_the_role(
    rf: RequestFactory, dunia: World, username: str, seen: set[str], unseen: set[str]
) -> None:
    from posko.context import menu_for

    names = {place.nama for place in menu_for(dunia.aktor(username), "/")}
    assert seen <= names
    assert not unseen & names


def test_dates_and_numbers_read_indonesian() -> None:
    from posko.templatetags import posko as words

    moment = dt.datetime(2024, 2, 14, 1, 0, tzinfo=dt.UTC)
    assert words.waktu(moment) == "14 Februari 2024 08.00 WIB"
    assert words.waktu(moment, "Asia/Makassar") == "14 Februari 2024 09.00 WITA"
    assert words.tanggal(dt.date(2024, 2, 14)) == "14 Februari 2024"
    assert words.hari(moment) == "Rabu, 14 Februari 2024"
    assert words.jam(moment) == "08.00"
    assert words.angka(30766) == "30.766"
    assert words.angka(1234.5) == "1.234,5"
    assert words.tpsnomor(54) == "054"
    assert words.deadline_words(12 * 60 + 5) == "sisa 12 menit"
    assert words.deadline_words(-2 * 3600 - 5) == "lewat 2 jam"
    assert [words.deadline_words(s) for s in (5, -5)] == ["hampir lewat", "baru lewat"]
    assert words.lalu(timezone.now()) == "baru saja"
    assert words.waktu(None) == words.tanggal(None) == words.angka(None) == ""
    assert words.inisial("Siti Aminah, S.H.") == "SA"
