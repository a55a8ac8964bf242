"""Reports in admin: read only, by the rules of reports; categories by who manages editions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.admin.kategori import field_problems
from laporan.admin.laporan import LaporanAdmin
from laporan.models import Kategori, Laporan
from posko.models import Anggota
from tests.cast import World

Masuk = Callable[[str], Client]
LIST = "/admin/laporan/laporan/"
SEMUA = f"{LIST}?lingkup=semua"
CANARY = "Kenari tidak boleh terlihat"


def page_of(laporan: Laporan, page: str = "change") -> str:
    return f"{LIST}{laporan.pk}/{page}/"


def make_rahasia(dunia: World) -> Laporan:
    one = dunia.file(
        "piket.jakbar", kategori="data_pemilih", wilayah=dunia.posko["31.73"].wilayah, uraian=CANARY
    )
    one.reclassify(
        by=dunia.aktor("ketua.jakbar"), versi=one.versi, teks="Menyangkut keselamatan orang.", prioritas="sedang",
        akses="rahasia", kategori=one.kategori, pejabat_kedua=dunia.orang["operator.jakbar"],
    )  # fmt: skip
    return one


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_admin_of_posts_sees_no_report(dunia: World, masuk: Masuk) -> None:
    one, client = dunia.file(), masuk("admin.jakbar")
    assert "laporan" not in text(client.get("/admin/")).split('id="content-main"')[1].split("app-piket")[0]
    for page in (LIST, page_of(one), page_of(one, "history"), "/admin/laporan/kategori/"):
        assert client.get(page).status_code in (403, 404), page
        assert one.nomor not in text(client.get(page)), page


def test_a_superuser_reads_what_is_not_secret(dunia: World, masuk: Masuk) -> None:
    biasa, secret, client = dunia.file(), make_rahasia(dunia), masuk("admin")
    shown = text(client.get(SEMUA))
    assert biasa.nomor in shown and secret.nomor not in shown and CANARY not in shown
    for page in ("change", "history", "delete"):
        assert client.get(page_of(secret, page)).status_code in (403, 404)
    assert f">{secret.nomor}<" not in text(client.get(f"{SEMUA}&q={secret.nomor}"))
    assert CANARY not in text(client.get(f"{SEMUA}&akses__exact=rahasia"))


def test_a_role_in_a_post_opens_what_the_role_reads(dunia: World, masuk: Masuk) -> None:
    secret = make_rahasia(dunia)
    seat = dunia.kursi("31.73", "suban_kesbangpol")
    Anggota.objects.create(pengguna=dunia.orang["admin"], kursi=seat, peran="ketua", mulai=dunia.edisi.dibuka)
    client = masuk("admin")
    assert secret.nomor in text(client.get(SEMUA))
    assert CANARY in text(client.get(page_of(secret)))


def test_one_report_shows_its_timeline_and_masks_who_filed(dunia: World, masuk: Masuk) -> None:
    biasa, terbatas = dunia.file(), dunia.file(kategori="apk")
    biasa.verify(by=dunia.aktor("ketua.kembangan-selatan"), versi=biasa.versi)
    client = masuk("admin")
    shown = text(client.get(page_of(biasa)))
    who = dunia.orang["lapor.kembangan-selatan"].nama
    assert who in shown and 'id="linimasa"' in shown and "Memverifikasi" in shown
    assert "<textarea" not in shown and 'name="_save"' not in shown
    hidden = text(client.get(page_of(terbatas)))
    assert who not in hidden and "Pelapor disamarkan" in hidden
    assert client.get(page_of(biasa, "history"))["Location"] == f"{page_of(biasa)}#linimasa"


def test_nothing_is_written(dunia: World, masuk: Masuk) -> None:
    one, client = dunia.file(), masuk("admin")
    assert client.post(page_of(one), {"status": "ditutup"}).status_code == 403
    assert client.post(page_of(one, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": one.pk, "post": "yes"})
    assert client.get(f"{LIST}export/").status_code == 403
    one.refresh_from_db()
    assert one.status == "baru"


def test_pages_neither_count_nor_skip(dunia: World, masuk: Masuk, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = [dunia.file(kategori="rapat").nomor for _ in range(5)][::-1]
    monkeypatch.setattr(LaporanAdmin, "list_per_page", 2)
    client = masuk("admin")
    seen, address, costs = [], SEMUA, set()
    while address:
        with CaptureQueriesContext(connection) as queries:
            shown = text(client.get(address))
        costs.add(len(queries))
        assert not [q for q in queries if "COUNT(" in q["sql"] or "OFFSET" in q["sql"]]
        seen += re.findall(r'field-nomor"><a[^>]*>([^<]+)<', shown)
        link = re.search(r'href="([^"]+)" rel="next"', shown)
        address = LIST + link[1].replace("&amp;", "&") if link else ""
    assert seen == filed and len(costs) == 1
    back = re.search(r'href="([^"]+)" rel="prev"', shown)
    assert back and filed[3] in text(client.get(LIST + back[1].replace("&amp;", "&")))
    for odd in ("sesudah=x", "sebelum=²", "sesudah=" + "9" * 30):
        assert client.get(f"{SEMUA}&{odd}").status_code == 200


def test_filters_and_search(dunia: World, masuk: Masuk) -> None:
    banjir, rapat, client = dunia.file(), dunia.file(kategori="rapat"), masuk("admin")
    opened = text(client.get(LIST))
    assert banjir.nomor in opened and rapat.nomor not in opened
    only = text(client.get(f"{SEMUA}&kategori=rapat"))
    assert rapat.nomor in only and banjir.nomor not in only
    found = text(client.get(f"{SEMUA}&q={banjir.nomor.lower()}"))
    assert banjir.nomor in found and rapat.nomor not in found
    assert banjir.nomor not in text(client.get(f"{SEMUA}&q=air+masuk"))
    assert client.get(f"{SEMUA}&pelapor__username=x").status_code in (302, 400)


# --- categories -----------------------------------------------------------------------------------------


def category(dunia: World, **other: Any) -> dict[str, Any]:
    return {
        "nama": "Banjir", "kelompok": "bencana", "aktif": "on", "instansi_utama": dunia.instansi["kpu"].pk,
        "prioritas": "kritis", "akses": "biasa", "menit_tanggap": "15", "menit_tindak": "", "contoh": "",
        "isian": "[]", "ubin": "1", "tahapan": "", "urutan": "0",
        "templat-TOTAL_FORMS": "0", "templat-INITIAL_FORMS": "0",
    } | other  # fmt: skip


def test_a_superuser_changes_a_category_and_history_tells(dunia: World, masuk: Masuk) -> None:
    one, client = dunia.kategori["banjir"], masuk("admin")
    fields = [{"nama": "tinggi_air", "label": "Tinggi air (cm)", "jenis": "angka", "per_tps": True}]
    page = f"/admin/laporan/kategori/{one.pk}/"
    answer = client.post(f"{page}change/", category(dunia, isian=json.dumps(fields)))
    assert answer.status_code == 302, text(answer)
    one.refresh_from_db()
    assert one.menit_tanggap == 15 and one.isian == fields and one.kode == "banjir"
    told = text(client.get(f"{page}history/"))
    assert dunia.orang["admin"].nama in told and "tinggi_air" in told
    assert client.post(f"{page}change/", category(dunia, akses="rahasia")).status_code == 422
    broken = client.post(f"{page}change/", category(dunia, isian='[{"nama": "Tinggi Air"}]'))
    assert broken.status_code == 422 and "tinggi_air" in text(broken)


def test_ready_made_words_are_edited_with_their_category(dunia: World, masuk: Masuk) -> None:
    page = f"/admin/laporan/kategori/{dunia.kategori['banjir'].pk}/change/"
    words = {
        "templat-TOTAL_FORMS": "1", "templat-0-untuk": "pesan", "templat-0-judul": "Minta pompa",
        "templat-0-isi": "Mohon pompa ke lokasi.", "templat-0-urutan": "0", "templat-0-aktif": "on",
    }  # fmt: skip
    answer = masuk("admin").post(page, category(dunia, **words))
    assert answer.status_code == 302, text(answer)
    assert [t.isi for t in dunia.kategori["banjir"].templat.all()] == ["Mohon pompa ke lokasi."]


def test_a_new_category_belongs_to_the_edition_looked_at(dunia: World, masuk: Masuk) -> None:
    data = category(dunia, pemilihan=dunia.edisi.pk, kode="angin", nama="Angin", jenis="kejadian")
    assert masuk("admin").post("/admin/laporan/kategori/add/", data).status_code == 302
    assert Kategori.objects.get(kode="angin").pemilihan == dunia.edisi
    assert masuk("admin").post("/admin/laporan/kategori/add/", data).status_code == 422


def test_categories_of_a_closed_edition_are_read_only(dunia: World, masuk: Masuk) -> None:
    dunia.edisi.close()
    page = f"/admin/laporan/kategori/{dunia.kategori['banjir'].pk}/change/"
    assert masuk("admin").get(page).status_code == 200
    assert masuk("admin").post(page, category(dunia)).status_code == 403
    assert masuk("admin.jakbar").get(page).status_code in (403, 404)


@pytest.mark.parametrize(
    "isian",
    [
        {}, [1], [{"nama": "a b"}], [{"nama": "a", "jenis": "warna"}], [{"nama": "a", "wajib": "ya"}],
        [{"nama": "a", "jenis": "pilihan"}], [{"nama": "a", "pilihan": [1]}], [{"nama": "a"}, {"nama": "a"}],
        [{"nama": "a", "lain": 1}], [{"nama": "a", "label": 5}], [{"nama": f"a{n}"} for n in range(21)],
    ],
)  # fmt: skip
def test_wrong_definitions_of_fields_are_named(isian: Any) -> None:
    assert field_problems(isian)


def test_the_shipped_definitions_are_right(dunia: World) -> None:
    from laporan.rujukan import load_categories

    load_categories(dunia.edisi)
    assert {k.kode: field_problems(k.isian) for k in Kategori.objects.all() if field_problems(k.isian)} == {}
