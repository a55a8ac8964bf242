"""Admin: everything in it stays inside the area of who is asking."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from piket.models import Penugasan
from posko.admin.dasar import ScopedAdmin
from posko.bentuk import furnish
from posko.models import Anggota, Instansi, Kursi, Pengguna, Posko, Wilayah
from tests.cast import World

Masuk = Callable[[str], Client]
JAKBAR, KEMBANGAN, SELATAN, JAKTIM = "31.73", "31.73.08", "31.73.08.1006", "31.75"
OURS = [m for m in admin.site._registry if m.__module__.startswith(("posko.", "piket.", "laporan."))]


def url(model: str, page: str = "", pk: Any = "") -> str:
    return f"/admin/posko/{model}/" + (f"{pk}/" if pk else "") + (f"{page}/" if page else "")


def member(dunia: World, username: str) -> Anggota:
    return Anggota.objects.get(pengguna=dunia.orang[username])


def test_every_model_of_ours_stands_on_the_scoped_base() -> None:
    assert len(OURS) >= 12
    # Pages that packages bring know no area: sessions, second factors, e-mail addresses, groups, failed logins.
    assert set(OURS) == set(admin.site._registry)
    for model in OURS:
        assert isinstance(admin.site._registry[model], ScopedAdmin), model


@pytest.mark.parametrize("username", ["admin", "admin.jakbar"])
def test_every_list_and_add_page_answers(dunia: World, masuk: Masuk, username: str) -> None:
    client = masuk(username)
    assert client.get("/admin/").status_code == 200
    for model in OURS:
        page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(page).status_code in (200, 302, 403), page
        assert client.get(f"{page}?q=kembangan").status_code in (200, 302, 403), page
        assert client.get(f"{page}add/").status_code in (200, 302, 403), page


def test_login_is_posko_own_and_others_are_refused(dunia: World, masuk: Masuk, client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/akun/login/")
    for username in ("operator.jakbar", "partai.jakbar", "ketua.jakbar", "pengarah.dki"):
        assert masuk(username).get("/admin/", follow=True).status_code == 403


def test_objects_outside_the_area_answer_404(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    jaktim = dunia.posko[JAKTIM]
    hidden = [
        ("posko", jaktim.pk), ("posko", dunia.posko["31"].pk), ("kursi", jaktim.kursi.first().pk),  # type: ignore[union-attr]
        ("anggota", member(dunia, "operator.jaktim").pk), ("pengguna", dunia.orang["operator.jaktim"].pk),
        ("posko", 999999), ("anggota", "abc"), ("wilayah", JAKTIM),
    ]  # fmt: skip
    for model, pk in hidden:
        for page in ("change", "history", "delete"):
            assert client.get(url(model, page, pk)).status_code in (
                (404,) if page != "delete" else (403, 404)
            ), (model, page)
        # Areas are a superuser's to change, whether they exist or not.
        assert client.post(url(model, "change", pk), {"alamat": "x"}).status_code == (
            403 if model == "wilayah" else 404
        )
    assert client.get(url("posko", "tutup", jaktim.pk)).status_code == 404
    assert client.post(url("posko", "tutup", jaktim.pk), {"putuskan": "ya"}).status_code == 404


def test_lists_search_filters_and_export_stay_in_the_area(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    for model in ("posko", "kursi", "anggota", "pengguna"):
        page = client.get(url(model)).content.decode()
        assert "Jakarta Timur" not in page, model
        assert (
            "Timur"
            not in client.get(url(model) + "?q=timur").content.decode().split('id="changelist-form"')[1]
        ), model
        book = load_workbook(io.BytesIO(client.get(url(model, "export")).content))
        cells = [str(cell.value) for row in book.active.iter_rows() for cell in row]
        assert len(cells) > 5 and not [c for c in cells if "Timur" in c or "jaktim" in c], model


def test_addresses_cannot_probe_hidden_columns(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    for query in ("password__startswith=a", "keanggotaan__kursi__posko__alamat=x", "is_superuser=1"):
        answer = client.get(f"{url('pengguna')}?{query}")
        assert answer.status_code in (302, 400), query


def test_autocomplete_offers_only_what_the_form_accepts(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")

    def offered(model: str, field: str, term: str = "") -> str:
        query = {"app_label": "posko", "model_name": model, "field_name": field, "term": term}
        answer = client.get("/admin/autocomplete/", query)
        assert answer.status_code == 200
        return answer.content.decode()

    assert "Timur" not in offered("kursi", "posko") and "Barat" in offered("kursi", "posko")
    assert "Timur" not in offered("anggota", "pengguna", "operator")
    assert "Admin Sistem" not in offered("anggota", "pengguna")
    assert "Timur" not in offered("anggota", "kursi")
    assert "Timur" not in offered("posko", "wilayah")
    assert masuk("operator.jakbar").get("/admin/autocomplete/").status_code in (302, 403)


def test_forms_refuse_choices_outside_the_area(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    foreign = dunia.posko[JAKTIM].kursi.first()
    assert foreign
    data = {"posko": foreign.posko_id, "instansi": dunia.instansi["kpu"].pk, "kontak_nama": "", "aktif": "on"}
    assert client.post(url("kursi", "add"), data).status_code == 422
    data = anggota(foreign, pengguna=dunia.orang["polres.jakbar"].pk)
    assert client.post(url("anggota", "add"), data).status_code == 422
    Wilayah.objects.create(kode="31.75.01", nama="Matraman", jenis="kecamatan", tingkat=3, induk_id=JAKTIM)
    data = posko_data(dunia, "31.75.01")
    assert client.post(url("posko", "add"), data).status_code == 422
    assert Posko.objects.count() == len(dunia.posko)


def posko_data(dunia: World, kode: str) -> dict[str, Any]:
    return {
        "pemilihan": dunia.edisi.pk, "wilayah": kode, "alamat": "Aula", "hotline": "", "jam_buka": "08.00",
        "jam_tutup": "14.00", "dibuka": dunia.edisi.dibuka.isoformat(), "ditutup": dunia.edisi.ditutup.isoformat(), "sk": "",
    }  # fmt: skip


def anggota(kursi: Kursi, **other: Any) -> dict[str, Any]:
    return {"kursi": kursi.pk, "peran": "piket", "mulai": "2024-02-01", "selesai": ""} | other


def test_an_admin_registers_a_post_with_seats_and_equipment(dunia: World, masuk: Masuk) -> None:
    Wilayah.objects.create(kode="31.73.01", nama="Cengkareng", jenis="kecamatan", tingkat=3, induk_id=JAKBAR)
    Instansi.objects.filter(kode="camat").update(tingkat=[3])
    client = masuk("admin.jakbar")
    data = posko_data(dunia, "31.73.01")
    assert client.post(url("posko", "add"), data | {"jam_tutup": "08.00"}).status_code == 422
    assert client.post(url("posko", "add"), data).status_code == 302
    post = Posko.objects.get(wilayah="31.73.01")
    assert post.status == "draf" and post.kursi.count() == 1 and post.sarpras.count() > 10
    assert client.post(url("posko", "add"), data).status_code == 422


def test_extending_and_closing_a_post(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    laporan = dunia.file()
    posko = dunia.posko[SELATAN]
    page = client.get(url("posko", "tutup", posko.pk)).content.decode()
    assert "1 laporan terbuka" in page and "Kembangan" in page
    assert client.post(url("posko", "tutup", posko.pk), {}).status_code == 200  # not confirmed
    assert client.post(url("posko", "tutup", posko.pk), {"putuskan": "ya"}).status_code == 302
    posko.refresh_from_db()
    laporan.refresh_from_db()
    assert posko.status == "ditutup" and laporan.posko == dunia.posko[KEMBANGAN]


# --- people ---------------------------------------------------------------------------------------------


def test_an_admin_makes_a_new_person_with_the_first_membership(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    seat = dunia.kursi(SELATAN, "lurah")
    data = anggota(seat, username="siti", nama="Siti Aminah", email="siti@contoh.test", telepon="0800")
    assert client.post(url("anggota", "add"), data).status_code == 302
    siti = Pengguna.objects.get(username="siti")
    assert not siti.has_usable_password() and not siti.is_superuser
    assert siti.keanggotaan.get().kursi == seat
    again = client.post(url("anggota", "add"), data)
    assert again.status_code == 422 and "Siti Aminah" in again.content.decode()


def test_an_admin_seats_somebody_from_elsewhere_by_exact_username(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    seat = dunia.kursi(SELATAN, "lurah")
    assert client.post(url("anggota", "add"), anggota(seat, username="operator.jakti")).status_code == 422
    by_number = anggota(seat, pengguna=dunia.orang["operator.jaktim"].pk)
    assert client.post(url("anggota", "add"), by_number).status_code == 422
    assert client.post(url("anggota", "add"), anggota(seat, username="Operator.Jaktim")).status_code == 302
    # Known in the area from now on, but not the admin's to edit: the person serves elsewhere too.
    person = dunia.orang["operator.jaktim"]
    assert client.get(url("pengguna", "change", person.pk)).status_code == 200
    assert (
        client.post(url("pengguna", "change", person.pk), {"nama": "X", "username": "x"}).status_code == 403
    )


@pytest.mark.parametrize("username", ["admin", "admin.jakbar"])
def test_an_admin_seats_neither_superusers_nor_oneself(dunia: World, masuk: Masuk, username: str) -> None:
    seat = dunia.kursi(SELATAN, "lurah")
    before = Anggota.objects.count()
    for data in (anggota(seat, username=username), anggota(seat, pengguna=dunia.orang[username].pk)):
        assert masuk("admin.jakbar").post(url("anggota", "add"), data).status_code == 422
    assert Anggota.objects.count() == before


def test_a_contestants_seat_is_not_forced_on_people_of_other_areas(dunia: World, masuk: Masuk) -> None:
    seat = dunia.kursi(JAKBAR, "partai_uji")
    answer = masuk("admin.jakbar").post(url("anggota", "add"), anggota(seat, username="operator.jaktim"))
    assert answer.status_code == 422
    wrong = masuk("admin.jakbar").post(
        url("anggota", "add"), anggota(seat, username="baru", nama="Baru", peran="ketua")
    )
    assert wrong.status_code == 422 and "peserta" in wrong.content.decode()


def test_nobody_edits_their_own_membership(dunia: World, masuk: Masuk) -> None:
    own = member(dunia, "admin.jakbar")
    client = masuk("admin.jakbar")
    data = {"peran": "ketua", "mulai": own.mulai.isoformat(), "selesai": ""}
    assert client.get(url("anggota", "change", own.pk)).status_code == 200  # may be read
    assert client.post(url("anggota", "change", own.pk), data).status_code == 403
    act = {"action": "end_selected", "_selected_action": own.pk, "putuskan": "ya"}
    assert client.post(url("anggota"), act).status_code == 403
    own.refresh_from_db()
    assert own.peran == "admin" and own.selesai is None


def test_ending_memberships_asks_first(dunia: World, masuk: Masuk) -> None:
    other = member(dunia, "polres.jakbar")
    client = masuk("admin.jakbar")
    act = {"action": "end_selected", "_selected_action": other.pk}
    assert "Akhiri masa tugas" in client.post(url("anggota"), act).content.decode()
    other.refresh_from_db()
    assert other.selesai is None
    assert client.post(url("anggota"), act | {"putuskan": "ya"}).status_code == 302
    other.refresh_from_db()
    assert other.selesai is not None
    foreign = member(dunia, "operator.jaktim")
    client.post(url("anggota"), act | {"_selected_action": foreign.pk, "putuskan": "ya"})
    foreign.refresh_from_db()
    assert foreign.selesai is None


def give_duties(dunia: World, username: str, days: list[int]) -> list[Penugasan]:
    """Shifts of eight hours, so many days from today, of which those from today on are not over."""
    noon = timezone.localtime().replace(hour=23, minute=0)
    return [dunia.put_on_duty(username, noon + dt.timedelta(days=n)) for n in days]


def test_a_shorter_term_names_the_duties_it_cancels_before_it_does(dunia: World, masuk: Masuk) -> None:
    client, one = masuk("admin.jakbar"), member(dunia, "polres.jakbar")
    give_duties(dunia, "polres.jakbar", [1, 3, 5])
    page = url("anggota", "change", one.pk)
    assert "3 tugas piket mendatang" in client.get(page).content.decode()
    last = timezone.localdate() + dt.timedelta(days=2)
    data = {"peran": "piket", "mulai": one.mulai.isoformat(), "selesai": last.isoformat(), "jabatan": "Baru"}
    refused = client.post(page, data)
    told = refused.content.decode()
    assert (
        refused.status_code == 422 and "2 tugas piket tidak lagi tercakup" in told and 'value="Baru"' in told
    )
    one.refresh_from_db()
    assert one.selesai is None and one.penugasan.live().count() == 3
    done = client.post(page, data | {"batalkan": "on"}, follow=True)
    assert "2 tugas piket Anggota Polres Jakarta Barat dibatalkan" in done.content.decode()
    rows = list(one.penugasan.order_by("waktu"))
    assert [r.status for r in rows] == ["dijadwalkan", "dibatalkan", "dibatalkan"]
    history = client.get(f"/admin/piket/penugasan/{rows[2].pk}/history/").content.decode()
    assert "Dibatalkan" in history and dunia.orang["admin.jakbar"].nama in history


def test_other_changes_of_a_membership_ask_nothing(dunia: World, masuk: Masuk) -> None:
    client, one = masuk("admin.jakbar"), member(dunia, "polres.jakbar")
    give_duties(dunia, "polres.jakbar", [1])
    data = {"peran": "piket", "mulai": one.mulai.isoformat(), "selesai": "", "jabatan": "Baru"}
    assert client.post(url("anggota", "change", one.pk), data).status_code == 302
    assert one.penugasan.live().count() == 1
    assert client.post(url("anggota", "change", one.pk), data | {"selesai": "1999-01-01"}).status_code == 422


def test_ending_memberships_says_how_many_duties_go_with_them(dunia: World, masuk: Masuk) -> None:
    client, one = masuk("admin.jakbar"), member(dunia, "polres.jakbar")
    give_duties(dunia, "polres.jakbar", [1, 2])
    act = {"action": "end_selected", "_selected_action": one.pk}
    asked = client.post(url("anggota"), act).content.decode()
    assert "2 tugas piket mereka dibatalkan" in asked and one.penugasan.live().count() == 2
    done = client.post(url("anggota"), act | {"putuskan": "ya"}, follow=True).content.decode()
    assert "2 tugas piket dibatalkan" in done and one.penugasan.live().count() == 0


def test_deactivating_somebody_tells_of_their_duties(dunia: World, masuk: Masuk) -> None:
    person = dunia.orang["polres.jakbar"]
    give_duties(dunia, "polres.jakbar", [1])
    data = {"nama": person.nama, "username": person.username, "email": "", "telepon": ""}
    page = (
        masuk("admin.jakbar").post(url("pengguna", "change", person.pk), data, follow=True).content.decode()
    )
    assert "1 tugas piket mendatang" in page


def test_an_admin_cannot_promote_anybody(dunia: World, masuk: Masuk) -> None:
    person = dunia.orang["polres.jakbar"]
    data = {
        "nama": "Nama Baru", "username": person.username, "email": "", "telepon": "", "is_active": "on",
        "is_superuser": "on", "is_staff": "on", "password": "x", "groups": "1",
    }  # fmt: skip
    assert masuk("admin.jakbar").post(url("pengguna", "change", person.pk), data).status_code == 302
    person.refresh_from_db()
    assert (person.nama, person.is_superuser, person.is_staff) == ("Nama Baru", False, False)
    assert person.password != "x"
    for username in ("admin", "admin.jakbar"):
        answer = masuk("admin.jakbar").post(url("pengguna", "change", dunia.orang[username].pk), data)
        assert answer.status_code in (403, 404)
    assert masuk("admin.jakbar").get(url("pengguna", "add")).status_code == 403


def test_people_agencies_and_posts_are_never_deleted(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin")
    kpu, kpu_person = dunia.instansi["kpu"], dunia.orang["kpu.jakbar"]
    for model, pk in [
        ("pengguna", kpu_person.pk),
        ("instansi", kpu.pk),
        ("posko", dunia.posko[SELATAN].pk),
        ("wilayah", "31.73"),
    ]:
        assert client.post(url(model, "delete", pk), {"post": "yes"}).status_code == 403
        client.post(url(model), {"action": "delete_selected", "_selected_action": pk, "post": "yes"})
    assert Pengguna.objects.filter(pk=kpu_person.pk).exists() and Instansi.objects.filter(pk=kpu.pk).exists()


def test_global_things_are_changed_by_superusers_only(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    for model, pk in [
        ("instansi", dunia.instansi["kpu"].pk),
        ("wilayah", "31.73"),
        ("pemilihan", dunia.edisi.pk),
    ]:
        assert client.post(url(model, "change", pk), {"nama": "X"}).status_code == 403
        assert client.get(url(model, "add")).status_code == 403
    for page in ("bentuk", "aktifkan", "arsipkan", "rujukan"):
        assert client.post(url("pemilihan", page, dunia.edisi.pk), {"putuskan": "ya"}).status_code == 403
    dunia.edisi.refresh_from_db()
    assert not dunia.edisi.arsip


def test_forming_and_opening_posts_from_the_edition_page(dunia: World, masuk: Masuk) -> None:
    Wilayah.objects.create(kode="31.75.01", nama="Matraman", jenis="kecamatan", tingkat=3, induk_id=JAKTIM)
    client = masuk("admin")
    page = client.get(url("pemilihan", "bentuk", dunia.edisi.pk)).content.decode()
    assert "1 wilayah" in page
    assert not Posko.objects.filter(wilayah="31.75.01").exists()
    assert client.post(url("pemilihan", "bentuk", dunia.edisi.pk), {"putuskan": "ya"}).status_code == 302
    assert Posko.objects.get(wilayah="31.75.01").status == "draf"
    assert "1 posko" in client.get(url("pemilihan", "aktifkan", dunia.edisi.pk)).content.decode()
    assert client.post(url("pemilihan", "aktifkan", dunia.edisi.pk), {"putuskan": "ya"}).status_code == 302
    assert Posko.objects.get(wilayah="31.75.01").status == "aktif"


def test_a_closed_edition_is_read_only_in_admin(dunia: World, masuk: Masuk) -> None:
    dunia.edisi.close()
    client = masuk("admin.jakbar")
    posko = dunia.posko[SELATAN]
    assert client.get(url("posko", "change", posko.pk)).status_code == 200
    assert client.post(url("posko", "change", posko.pk), posko_data(dunia, SELATAN)).status_code == 403
    assert client.get(url("anggota", "add")).status_code == 403


def test_history_tells_who_changed_what(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    posko = dunia.posko[SELATAN]
    data = posko_data(dunia, SELATAN) | {
        "kursi-TOTAL_FORMS": "0", "kursi-INITIAL_FORMS": "0", "sarpras-TOTAL_FORMS": "0", "sarpras-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = client.post(url("posko", "change", posko.pk), data | {"alamat": "Aula lantai 2"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = client.get(url("posko", "history", posko.pk)).content.decode()
    assert "Aula lantai 2" in page and dunia.orang["admin.jakbar"].nama in page


@pytest.mark.parametrize("model", ["posko", "pengguna", "anggota", "kursi", "pemilihan", "wilayah"])
def test_export_with_unreadable_filters_answers_400(dunia: World, masuk: Masuk, model: str) -> None:
    assert masuk("admin").get(url(model, "export"), {"id__in": "x", "pk": "-"}).status_code == 400


def test_export_writes_text_never_formulas(dunia: World, masuk: Masuk) -> None:
    Pengguna.objects.filter(username="polres.jakbar").update(nama="=1+1", telepon="+62800")
    book = load_workbook(io.BytesIO(masuk("admin.jakbar").get(url("pengguna", "export")).content))
    cells = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row}
    assert cells["=1+1"] == "s" and cells["+62800"] == "s"
    assert not [c for c in cells if isinstance(c, str) and c.startswith("argon2")]


def test_lists_cost_the_same_whatever_the_number_of_rows(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")

    def cost(page: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page).status_code == 200
        return len(seen)

    pages = [url(m) for m in ("posko", "kursi", "anggota", "pengguna")] + [
        url("posko", "change", dunia.posko[SELATAN].pk)
    ]
    few = [cost(page) for page in pages]
    Instansi.objects.update(tingkat=[2, 3, 4])
    furnish(dunia.posko.values())
    many = [cost(page) for page in pages]
    assert [m - f for f, m in zip(few, many, strict=True)] == [0] * len(pages)
