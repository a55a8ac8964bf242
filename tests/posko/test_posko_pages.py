"""The posts' pages: who sees which post, what a page says, saying SIAP, equipment, switching posts."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from piket.aktor import SESSION_POST
from posko.bentuk import furnish
from posko.models import Anggota, Posko, Sarpras, Wilayah
from tests.cast import World

Masuk = Callable[[str], Client]
JAKBAR, KEMBANGAN, SELATAN, JAKTIM = "31.73", "31.73.08", "31.73.08.1006", "31.75"


def photo() -> SimpleUploadedFile:
    """A small picture as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "navy").save(out, "JPEG")
    return SimpleUploadedFile("ruang.jpg", out.getvalue(), content_type="image/jpeg")


def queries(client: Client, url: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def add_posts(dunia: World, count: int) -> None:
    """More kelurahan with posts below Kembangan."""
    for n in range(count):
        kode = f"{KEMBANGAN}.{2001 + n}"
        Wilayah.objects.create(kode=kode, nama=f"Uji {n}", jenis="kelurahan", tingkat=4, induk_id=KEMBANGAN)
        model = dunia.posko[SELATAN]
        Posko.objects.create(
            pemilihan=dunia.edisi, wilayah_id=kode, status="aktif", dibuka=model.dibuka, ditutup=model.ditutup,
            jam_buka=model.jam_buka, jam_tutup=model.jam_tutup,
        )  # fmt: skip


# --- list -----------------------------------------------------------------------------------------------


def test_list_shows_own_area_and_hides_others(dunia: World, masuk: Masuk) -> None:
    page = masuk("operator.jakbar").get("/posko/").content.decode()
    assert 'data-kode="31.73"' in page and 'data-kode="31.73.08"' in page and 'data-kode="31"' in page
    assert 'data-kode="31.75"' not in page
    assert 'data-kode="31.73.08.1006"' not in page  # two tiers below: one click further
    assert "2 posko di bawahnya" in page
    below = masuk("operator.jakbar").get("/posko/?wilayah=31.73.08").content.decode()
    assert 'data-kode="31.73.08.1006"' in below


def test_list_of_a_contestant_holds_only_its_own_post(dunia: World, masuk: Masuk) -> None:
    page = masuk("partai.jakbar").get("/posko/?q=a").content.decode()
    assert page.count("data-kode=") == 1 and 'data-kode="31.73"' in page


@pytest.mark.parametrize(
    "query", ["?q=kembangan", "?q=31.73.08", "?status=aktif", "?status=draf", "?wilayah=99"]
)
def test_list_filters(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk("operator.dki").get(f"/posko/{query}").status_code == 200


def test_list_search_finds_by_name_in_all_tiers(dunia: World, masuk: Masuk) -> None:
    page = masuk("operator.dki").get("/posko/?q=kembangan+sel").content.decode()
    assert page.count("data-kode=") == 1 and 'data-kode="31.73.08.1006"' in page


def test_list_counts_only_reports_one_may_see(dunia: World, masuk: Masuk) -> None:
    dunia.file()
    link = "/laporan/?posko=31.73.08.1006"
    assert link in masuk("operator.kembangan").get("/posko/").content.decode()
    assert link not in masuk("admin.jakbar").get("/posko/?wilayah=31.73.08").content.decode()


def test_list_pages_hold_fifty_rows_and_cost_the_same(dunia: World, masuk: Masuk) -> None:
    client = masuk("operator.kembangan")
    few = queries(client, "/posko/")
    add_posts(dunia, 60)
    many = queries(client, "/posko/")
    assert many == few <= 8
    page = client.get("/posko/").content.decode()
    assert page.count("data-kode=") == 50
    assert "setelah=31.73.08.20" in page
    rest = client.get("/posko/?setelah=31.73.08.2040").content.decode()
    assert "31.73.08.2041" in rest and "31.73.08.2039" not in rest


# --- detail ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("operator.jakbar", JAKBAR, 200),
        ("operator.jakbar", SELATAN, 200),
        ("operator.jakbar", JAKTIM, 404),
        ("operator.jaktim", JAKBAR, 404),
        ("partai.jakbar", JAKBAR, 200),
        ("partai.jakbar", KEMBANGAN, 404),
        ("lapor.kembangan-selatan", SELATAN, 200),
        ("lapor.kembangan-selatan", JAKBAR, 200),
        ("admin", JAKTIM, 200),
        ("admin", "31.99", 404),
    ],
)  # fmt: skip
def test_detail_answers_404_for_hidden_posts(masuk: Masuk, username: str, kode: str, status: int) -> None:
    client = masuk(username)
    for suffix in ("", "siap/foto/"):
        answer = client.get(f"/posko/{kode}/{suffix}").status_code
        assert answer == (status if not suffix else 404)


def test_detail_shows_phones_only_to_who_may_see_contacts(dunia: World, masuk: Masuk) -> None:
    orang = dunia.orang["kpu.jakbar"]
    orang.telepon = "0800 0000 0001"
    orang.save()
    kursi = dunia.kursi(JAKBAR, "kpu")
    kursi.kontak_telepon = "0800 0000 0002"
    kursi.save()
    dunia.put_on_duty("kpu.jakbar")
    for username, sees in [
        ("piket.jakbar", True),
        ("pengarah.dki", True),
        ("partai.jakbar", False),
        ("operator.kembangan", False),
    ]:
        page = masuk(username).get(f"/posko/{JAKBAR}/").content.decode()
        assert orang.nama in page
        assert ("0800 0000 0001" in page, "0800 0000 0002" in page) == (sees, sees), username


def test_detail_leaves_out_expired_and_deactivated_people(dunia: World, masuk: Masuk) -> None:
    page = masuk("operator.jakbar").get(f"/posko/{JAKBAR}/").content.decode()
    assert dunia.orang["lama.jakbar"].nama not in page
    assert dunia.orang["nonaktif.jakbar"].nama not in page


def test_detail_hides_rahasia_reports_from_the_count(dunia: World, masuk: Masuk) -> None:
    dunia.file(kategori="apk")
    page = masuk("piket.kembangan-selatan").get(f"/posko/{SELATAN}/").content.decode()
    assert "data-nomor" in page
    other = masuk("admin.jakbar").get(f"/posko/{SELATAN}/").content.decode()
    assert "data-nomor" not in other and "Laporan terbuka" not in other


def test_detail_costs_the_same_whatever_the_number_of_rows(dunia: World, masuk: Masuk) -> None:
    client = masuk("operator.jakbar")
    dunia.file()
    few = queries(client, f"/posko/{SELATAN}/")
    furnish([dunia.posko[SELATAN]])
    for _ in range(6):
        dunia.file(kategori="data_pemilih")
    dunia.put_on_duty("piket.kembangan-selatan")
    dunia.put_on_duty("lapor.kembangan-selatan")
    assert queries(client, f"/posko/{SELATAN}/") == few <= 12


# --- siap -----------------------------------------------------------------------------------------------


def test_ready_turns_a_draft_into_siap_with_photo(dunia: World, masuk: Masuk) -> None:
    Posko.objects.filter(pk=dunia.posko[SELATAN].pk).update(status="draf")
    client = masuk("ketua.kembangan-selatan")
    answer = client.post(f"/posko/{SELATAN}/siap/", {"foto": photo()})
    assert (answer.status_code, answer["Location"]) == (302, f"/posko/{SELATAN}/")
    posko = Posko.objects.get(pk=dunia.posko[SELATAN].pk)
    assert (posko.status, posko.siap_oleh) == ("siap", dunia.orang["ketua.kembangan-selatan"])
    for query in ("", "?kecil"):
        picture = masuk("operator.dki").get(f"/posko/{SELATAN}/siap/foto/{query}")
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
        assert b"".join(picture.streaming_content)  # type: ignore[attr-defined]
    assert masuk("operator.jaktim").get(f"/posko/{SELATAN}/siap/foto/").status_code == 404


def test_ready_refuses_people_who_do_not_run_the_post(dunia: World, masuk: Masuk) -> None:
    for username, status in [
        ("piket.kembangan-selatan", 403),
        ("operator.jaktim", 404),
        ("operator.kembangan", 403),
    ]:
        assert masuk(username).get(f"/posko/{SELATAN}/siap/").status_code == status
        assert masuk(username).post(f"/posko/{SELATAN}/siap/", {"foto": photo()}).status_code == status


@pytest.mark.parametrize("bad", [None, b"", b"bukan foto", b"\xff\xd8\xff\xe0rusak"])
def test_ready_says_what_is_wrong_with_the_photo(dunia: World, masuk: Masuk, bad: bytes | None) -> None:
    Posko.objects.filter(pk=dunia.posko[SELATAN].pk).update(status="draf")
    sent = {} if bad is None else {"foto": SimpleUploadedFile("x.jpg", bad, content_type="image/jpeg")}
    answer = masuk("ketua.kembangan-selatan").post(f"/posko/{SELATAN}/siap/", sent)
    assert answer.status_code == 422
    assert "isian-galat" in answer.content.decode()
    assert Posko.objects.get(pk=dunia.posko[SELATAN].pk).status == "draf"


def test_ready_refuses_an_active_post(dunia: World, masuk: Masuk) -> None:
    answer = masuk("ketua.kembangan-selatan").post(f"/posko/{SELATAN}/siap/", {"foto": photo()})
    assert answer.status_code == 422
    assert "sudah aktif" in answer.content.decode()


# --- sarpras --------------------------------------------------------------------------------------------


def test_sarpras_compares_worst_first_and_only_visible_posts(dunia: World, masuk: Masuk) -> None:
    furnish(dunia.posko.values())
    Sarpras.objects.filter(posko=dunia.posko[KEMBANGAN]).update(ada=99, kondisi="baik")
    Sarpras.objects.filter(posko=dunia.posko[SELATAN]).update(ada=99, kondisi="rusak")
    page = masuk("operator.jakbar").get("/posko/sarpras/").content.decode()
    assert page.index(f'data-kode="{SELATAN}"') < page.index(f'data-kode="{KEMBANGAN}"')
    assert f'data-kode="{JAKTIM}"' not in page
    assert "100 %" in page and "0 %" in page


@pytest.mark.parametrize(
    ("username", "status"),
    [("partai.jakbar", 403), ("ketua.kembangan-selatan", 403), ("admin", 200), ("pengarah.dki", 200)],
)
def test_sarpras_is_for_posts_with_posts_below(masuk: Masuk, username: str, status: int) -> None:
    assert masuk(username).get("/posko/sarpras/").status_code == status


@pytest.mark.parametrize(
    "query",
    ["?hal=2", "?hal=-1", "?hal=x", "?hal=999999999999", "?wilayah=31.73&tingkat=kelurahan", "?tingkat=x"],
)
def test_sarpras_takes_any_address(dunia: World, masuk: Masuk, query: str) -> None:
    furnish(dunia.posko.values())
    assert masuk("operator.dki").get(f"/posko/sarpras/{query}").status_code == 200


def test_sarpras_costs_the_same_whatever_the_number_of_posts(dunia: World, masuk: Masuk) -> None:
    client = masuk("operator.jakbar")
    furnish([dunia.posko[JAKBAR]])
    few = queries(client, "/posko/sarpras/")
    add_posts(dunia, 60)
    furnish(Posko.objects.all())
    assert queries(client, "/posko/sarpras/") == few <= 8


def rows(items: list[Sarpras], **changed: str) -> dict[str, str]:
    """What the equipment form posts for these lines."""
    data = {"form-TOTAL_FORMS": str(len(items)), "form-INITIAL_FORMS": str(len(items))}
    for n, item in enumerate(items):
        data |= {
            f"form-{n}-id": str(item.pk), f"form-{n}-dibutuhkan": str(item.dibutuhkan), f"form-{n}-ada": str(item.ada),
            f"form-{n}-kondisi": item.kondisi, f"form-{n}-pemasok": item.pemasok, f"form-{n}-kembali_pada": "",
        }  # fmt: skip
    return data | changed


def test_post_sarpras_saves_and_keeps_wrong_input(dunia: World, masuk: Masuk) -> None:
    furnish([dunia.posko[SELATAN]])
    items = list(dunia.posko[SELATAN].sarpras.order_by("urutan", "nama"))
    client = masuk("ketua.kembangan-selatan")
    url = f"/posko/{SELATAN}/sarpras/"
    assert client.get(url).status_code == 200
    good = rows(items, **{"form-0-ada": "2", "form-0-kondisi": "baik", "form-0-pemasok": "Bagian Umum"})
    assert client.post(url, good).status_code == 302
    items[0].refresh_from_db()
    assert (items[0].ada, items[0].kondisi, items[0].pemasok) == (2, "baik", "Bagian Umum")
    bad = rows(items, **{"form-0-ada": "banyak", "form-0-pemasok": "Gudang"})
    answer = client.post(url, bad)
    page = answer.content.decode()
    assert answer.status_code == 422 and "isian-galat" in page and "banyak" in page and "Gudang" in page


def test_post_sarpras_refuses_other_peoples_lines(dunia: World, masuk: Masuk) -> None:
    furnish([dunia.posko[SELATAN], dunia.posko[KEMBANGAN]])
    foreign = dunia.posko[KEMBANGAN].sarpras.first()
    items = list(dunia.posko[SELATAN].sarpras.order_by("urutan", "nama"))
    assert foreign
    data = rows(items, **{"form-0-id": str(foreign.pk), "form-0-ada": "9999"})
    masuk("ketua.kembangan-selatan").post(f"/posko/{SELATAN}/sarpras/", data)
    foreign.refresh_from_db()
    assert foreign.ada == 0
    for username, status in [("piket.kembangan-selatan", 403), ("operator.jaktim", 404)]:
        assert masuk(username).post(f"/posko/{SELATAN}/sarpras/", {}).status_code == status
    assert masuk("ketua.kembangan-selatan").post(f"/posko/{SELATAN}/sarpras/", {}).status_code == 422


# --- ganti ----------------------------------------------------------------------------------------------


def test_switch_changes_the_acting_post_and_stays_on_this_site(dunia: World, masuk: Masuk) -> None:
    second = Anggota.objects.create(
        pengguna=dunia.orang["operator.kembangan"], kursi=dunia.kursi(SELATAN, "lurah"), peran="operator",
        mulai=dunia.edisi.dibuka,
    )  # fmt: skip
    client = masuk("operator.kembangan")
    answer = client.post("/posko/ganti/", {"anggota": second.pk, "next": "/laporan/?status=baru"})
    assert (answer.status_code, answer["Location"]) == (302, "/laporan/?status=baru")
    assert client.session[SESSION_POST] == second.pk
    for evil in ("https://contoh.test/", "//contoh.test/", "javascript:alert(1)", ""):
        assert client.post("/posko/ganti/", {"anggota": second.pk, "next": evil})["Location"] == "/"
    assert client.get("/posko/ganti/").status_code == 405


@pytest.mark.parametrize("value", ["", "x", "0", "999999"])
def test_switch_refuses_memberships_of_others(masuk: Masuk, value: str) -> None:
    assert masuk("operator.kembangan").post("/posko/ganti/", {"anggota": value}).status_code == 404


@pytest.mark.parametrize(
    "url", ["/posko/", "/posko/31.73/", "/posko/31.73/siap/", "/posko/sarpras/", "/posko/31.73/sarpras/"]
)
def test_pages_ask_visitors_to_sign_in(dunia: World, client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302 and answer["Location"].startswith("/akun/login/")
