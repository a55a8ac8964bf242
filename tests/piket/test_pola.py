"""Patterns: which counts where and when, what applying would make, and making it once."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from piket import pola
from piket.models import (
    GiliranPola,
    HariLibur,
    Kebutuhan,
    KebutuhanPola,
    Pembuatan,
    Penerbitan,
    Penugasan,
    Piket,
    PolaPiket,
)
from piket.pembuatan import content_of, undo
from piket.penerbitan import publish
from piket.penugasan import Ditolak
from posko.models import Anggota, HariPemungutan, Kursi, Posko, Wilayah
from tests.cast import World

pytestmark = pytest.mark.django_db
JAKBAR, SELATAN = "31.73", "31.73.08.1006"
DAY = dt.timedelta(days=1)
Masuk = Callable[[str], Client]


def make_pattern(
    dunia: World, *shifts: tuple[str, int, int], posko: str = "", tingkat: int | None = None, **more: object
) -> PolaPiket:
    place = {"posko": dunia.posko[posko]} if posko else {"tingkat": tingkat}
    pattern = PolaPiket.objects.create(
        pemilihan=dunia.edisi, nama=f"Pola {posko or tingkat}", **place, **more
    )
    for nama, mulai, selesai in shifts:
        GiliranPola.objects.create(
            pola=pattern, nama=nama, mulai=dt.time(mulai), selesai=dt.time(selesai % 24)
        )
    return pattern


def need(pattern: PolaPiket, **what: object) -> None:
    for shift in pattern.giliran.all():  # type: ignore[attr-defined]
        KebutuhanPola.objects.create(giliran=shift, **what)


def span(dunia: World, days: int) -> tuple[dt.date, dt.date]:
    first = dunia.posko[JAKBAR].local_time().date() + DAY
    return first, first + (days - 1) * DAY


def made(posko: Posko) -> list[str]:
    return [f"{p.tanggal:%m-%d} {p.nama} {p.jam}" for p in Piket.objects.filter(posko=posko)]


def test_the_nearest_pattern_counts(dunia: World) -> None:
    first, last = span(dunia, 4)
    make_pattern(dunia, ("Tingkat", 8, 16), tingkat=2)
    make_pattern(dunia, ("Tingkat khusus", 9, 10), tingkat=2, dari=first + DAY, sampai=last)
    make_pattern(dunia, ("Posko", 7, 15), posko=JAKBAR)
    make_pattern(dunia, ("Satu hari", 10, 12), posko=JAKBAR, dari=first + 2 * DAY, sampai=first + 2 * DAY)
    make_pattern(dunia, posko=JAKBAR, dari=last, sampai=last)  # a day without duty
    own, other = (pola.plan([dunia.posko[k]], first, last).posko[0] for k in (JAKBAR, "31.75"))
    assert [g.nama for g in own.giliran] == ["Posko", "Posko", "Satu hari"]
    assert [g.nama for g in other.giliran] == [
        "Tingkat",
        "Tingkat khusus",
        "Tingkat khusus",
        "Tingkat khusus",
    ]


def test_voting_day_runs_around_the_clock(dunia: World) -> None:
    first, last = span(dunia, 3)
    HariPemungutan.objects.create(pemilihan=dunia.edisi, tanggal=first + DAY)
    pattern = make_pattern(dunia, ("Pagi", 8, 16), posko=JAKBAR)
    GiliranPola.objects.create(
        pola=pattern, nama="24 jam", mulai=dt.time(8), selesai=dt.time(8), berlaku="pemungutan"
    )
    shifts = pola.plan([dunia.posko[JAKBAR]], first, last).posko[0].giliran
    assert [g.nama for g in shifts] == ["Pagi", "24 jam", "Pagi"]
    assert shifts[1].waktu.upper - shifts[1].waktu.lower == dt.timedelta(hours=24)


def test_weekdays_and_holidays(dunia: World) -> None:
    first, last = span(dunia, 14)
    HariLibur.objects.create(pemilihan=dunia.edisi, tanggal=first, nama="Libur")
    pattern = make_pattern(dunia, posko=JAKBAR)
    GiliranPola.objects.create(
        pola=pattern, nama="Kerja", mulai=dt.time(8), selesai=dt.time(16), hari=[0, 1, 2, 3, 4], libur=False
    )
    GiliranPola.objects.create(pola=pattern, nama="Tiap hari", mulai=dt.time(17), selesai=dt.time(20))
    shifts = pola.plan([dunia.posko[JAKBAR]], first, last).posko[0].giliran
    counts = Counter(g.nama for g in shifts)
    workdays = [first + n * DAY for n in range(1, 14) if (first + n * DAY).weekday() < 5]
    assert counts["Tiap hari"] == 14
    assert [g.tanggal for g in shifts if g.nama == "Kerja"] == workdays


@pytest.mark.parametrize("zona", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_hours_are_those_of_the_posts_own_clock(dunia: World, zona: str) -> None:
    Wilayah.objects.filter(kode=JAKBAR).update(zona_waktu=zona)
    posko = Posko.objects.select_related("wilayah", "pemilihan").get(pk=dunia.posko[JAKBAR].pk)
    first, last = span(dunia, 2)
    make_pattern(dunia, ("Subuh", 5, 7), ("Malam", 22, 6), posko=JAKBAR)
    pola.apply([posko], first, last, scope=posko, by=dunia.aktor("admin.jakbar"))
    assert made(posko) == [
        f"{day:%m-%d} {words}"
        for day in (first, last)
        for words in ("Subuh 05.00–07.00", "Malam 22.00–06.00")
    ]


def test_agencies_of_an_unsur_take_turns_fairly(dunia: World) -> None:
    posko = dunia.posko[JAKBAR]
    for kode in ("kpu", "bawaslu"):
        Kursi.objects.get_or_create(posko=posko, instansi=dunia.instansi[kode])
    pattern = make_pattern(dunia, ("Pagi", 8, 12), ("Siang", 12, 16), posko=JAKBAR)
    need(pattern, unsur="penyelenggara", jumlah=1)
    first, last = span(dunia, 7)
    pola.apply([posko], first, last, scope=posko, by=dunia.aktor("admin.jakbar"))
    turns = Counter(Kebutuhan.objects.values_list("kursi__instansi__kode", flat=True))
    assert turns == {"kpu": 7, "bawaslu": 7}
    per_shift = [
        list(p.kebutuhan.values_list("jumlah", flat=True)) for p in Piket.objects.filter(posko=posko)
    ]
    assert per_shift == [[1]] * 14


def test_each_agency_of_an_unsur_and_a_named_one(dunia: World) -> None:
    posko = dunia.posko[JAKBAR]
    for kode in ("kpu", "bawaslu", "polres"):
        Kursi.objects.get_or_create(posko=posko, instansi=dunia.instansi[kode])
    pattern = make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR)
    need(pattern, unsur="penyelenggara", jumlah=2, tiap_instansi=True)
    need(pattern, instansi=dunia.instansi["polres"], jumlah=3)
    first, _ = span(dunia, 1)
    pola.apply([posko], first, first, scope=posko, by=dunia.aktor("admin.jakbar"))
    needs = dict(Kebutuhan.objects.values_list("kursi__instansi__kode", "jumlah"))
    assert needs == {"kpu": 2, "bawaslu": 2, "polres": 3}


def test_what_cannot_be_met_is_said_before(dunia: World) -> None:
    posko = dunia.posko[SELATAN]
    pattern = make_pattern(dunia, ("Piket", 8, 16), posko=SELATAN)
    need(pattern, instansi=dunia.instansi["bawaslu"])
    need(pattern, instansi=dunia.instansi["lurah"], jumlah=9)
    first = posko.ditutup
    text = " ".join(pola.plan([posko], first, first + DAY).posko[0].peringatan)
    assert "Bawaslu tidak punya kursi aktif" in text
    assert "1 giliran di luar masa buka" in text
    assert "dibutuhkan 9 sekaligus" in text
    assert "hari tanpa pola" in " ".join(pola.plan([dunia.posko["31.75"]], first, first).posko[0].peringatan)


def test_again_changes_nothing(dunia: World) -> None:
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    need(make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR), instansi=dunia.instansi["polres"])
    first, last = span(dunia, 5)
    batch = pola.apply([posko], first, last, scope=posko, by=by)
    assert batch is not None and Piket.objects.filter(pembuatan=batch, terbit_pada=None).count() == 5
    before = list(Piket.objects.values())
    assert pola.apply([posko], first, last, scope=posko, by=by) is None
    assert list(Piket.objects.values()) == before and Pembuatan.objects.count() == 1


def test_a_changed_world_is_shown_again(dunia: World) -> None:
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    pattern = make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR)
    first, last = span(dunia, 2)
    shown = pola.plan([posko], first, last).sidik
    pattern.giliran.update(selesai=dt.time(15))  # type: ignore[attr-defined]
    with pytest.raises(pola.Berubah):
        pola.apply([posko], first, last, scope=posko, by=by, sidik=shown)
    assert not Piket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_it_once(dunia: World) -> None:
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR)
    first, last = span(dunia, 10)
    gate = threading.Barrier(2)
    results: list[Pembuatan | None] = []

    def press() -> None:
        try:
            gate.wait()
            results.append(pola.apply([posko], first, last, scope=posko, by=by))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r is None for r in results) == [False, True]
    assert Piket.objects.count() == 10


@pytest.mark.parametrize("posts", [1, 4])
def test_planning_costs_the_same_for_many_posts(
    dunia: World, posts: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    for tier in (1, 2, 3, 4):
        need(make_pattern(dunia, ("Piket", 8, 16), tingkat=tier), unsur="pemda")
    chosen = list(Posko.objects.select_related("wilayah", "pemilihan").order_by("wilayah_id")[:posts])
    first, last = span(dunia, 30)
    with django_assert_num_queries(8):  # type: ignore[attr-defined]
        pola.plan(chosen, first, last)


# --- undoing and publishing ---------------------------------------------------------------------------


def applied(dunia: World) -> tuple[Pembuatan, Posko]:
    posko = dunia.posko[JAKBAR]
    make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR)
    first, last = span(dunia, 3)
    batch = pola.apply([posko], first, last, scope=posko, by=dunia.aktor("admin.jakbar"))
    assert batch is not None
    return batch, posko


def assign(dunia: World, piket: Piket, **more: object) -> Penugasan:
    member = Anggota.objects.filter(pengguna=dunia.orang["polres.jakbar"]).earliest("id")
    return Penugasan.objects.create(piket=piket, anggota=member, **more)


def test_undone_while_nobody_has_attended(dunia: World) -> None:
    batch, _ = applied(dunia)
    assign(dunia, Piket.objects.earliest("tanggal"))
    assert content_of(batch).lain == 1
    undo(batch.pk, by=dunia.aktor("admin.jakbar"))
    assert not Piket.objects.exists() and not Penugasan.objects.exists()
    batch.refresh_from_db()
    assert batch.dibatalkan_oleh == dunia.orang["admin.jakbar"]
    assert "sudah dibatalkan" in undo(batch.pk, by=dunia.aktor("admin.jakbar"))


def test_not_undone_once_somebody_came(dunia: World) -> None:
    batch, _ = applied(dunia)
    duty = assign(dunia, Piket.objects.earliest("tanggal"))
    Penugasan.objects.filter(pk=duty.pk).update(kehadiran="hadir", datang=duty.waktu.lower)
    with pytest.raises(Ditolak, match="1 petugas sudah tercatat"):
        undo(batch.pk, by=dunia.aktor("admin.jakbar"))
    assert Piket.objects.count() == 3


def test_each_publication_is_a_version(dunia: World) -> None:
    _, posko = applied(dunia)
    by, (first, last) = dunia.aktor("admin.jakbar"), span(dunia, 3)
    issue, n = publish(posko, first, first, by=by)
    assert issue is not None and (issue.versi, n) == (1, 1)
    issue, n = publish(posko, first, last, by=by)
    assert issue is not None and (issue.versi, n) == (2, 2)
    assert publish(posko, first, last, by=by) == (None, 0)
    assert Penerbitan.objects.count() == 2 and not Piket.objects.filter(terbit_pada=None).exists()


# --- pages --------------------------------------------------------------------------------------------


def test_from_pattern_to_published_by_hand(dunia: World, masuk: Masuk) -> None:
    posko, client = dunia.posko[JAKBAR], masuk("admin.jakbar")
    need(make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR), instansi=dunia.instansi["polres"])
    first, last = span(dunia, 6)
    asked = {"cakupan": "ini", "dari": first.isoformat(), "sampai": last.isoformat()}
    path = f"/admin/piket/jadwal/{posko.pk}/pola/"
    shown = client.post(path, asked)
    assert (
        shown.status_code == 200 and "6 giliran baru" in shown.content.decode() and not Piket.objects.exists()
    )
    sidik = re.search(r'name="sidik" value="(\w+)"', shown.content.decode())
    assert sidik and client.post(path, asked | {"sidik": "lain"}).status_code == 409
    assert client.post(path, asked | {"sidik": sidik[1]}).status_code == 302
    week = f"/piket/?posko={JAKBAR}&hari={first.isoformat()}"
    assert "08.00–16.00" not in masuk("polres.jakbar").get(week).content.decode()
    terbit = f"/admin/piket/jadwal/{posko.pk}/terbit/"
    dates = {"dari": first.isoformat(), "sampai": last.isoformat()}
    assert "6 giliran rancangan" in client.get(terbit, dates).content.decode()
    assert client.post(terbit, dates | {"terbitkan": "ya"}).status_code == 302
    assert "08.00–16.00" in masuk("polres.jakbar").get(week).content.decode()
    listed = client.get(f"/admin/piket/jadwal/{posko.pk}/pembuatan/").content.decode()
    assert "Dari pola" in listed and "6 giliran di 1 posko" in listed
    batch = Pembuatan.objects.get()
    page = f"/admin/piket/jadwal/{posko.pk}/pembuatan/{batch.pk}/"
    assert "6 giliran" in client.get(page).content.decode()
    assert client.post(page).status_code == 302 and not Piket.objects.exists()


def test_a_whole_tier_at_once(dunia: World, masuk: Masuk) -> None:
    make_pattern(dunia, ("Piket", 8, 14), tingkat=4)
    first, last = span(dunia, 2)
    asked = {"cakupan": "4", "dari": first.isoformat(), "sampai": last.isoformat()}
    path = f"/admin/piket/jadwal/{dunia.posko[JAKBAR].pk}/pola/"
    shown = masuk("admin.jakbar").post(path, asked).content.decode()
    sidik = re.search(r'name="sidik" value="(\w+)"', shown)
    assert sidik and "4 giliran baru" in shown
    masuk("admin.jakbar").post(path, asked | {"sidik": sidik[1]})
    assert set(Piket.objects.values_list("posko__wilayah", flat=True)) == {"31.73.08.1001", SELATAN}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"dari": "kemarin"}, "tanggal"),
        ({"sampai": "2020-01-01"}, "tidak boleh sebelum"),
        ({"sampai": "2099-01-01"}, "Paling banyak"),
        ({"cakupan": "9"}, "cakupan"),
    ],
)
def test_bad_input_is_said_at_the_field(
    dunia: World, masuk: Masuk, wrong: dict[str, str], words: str
) -> None:
    first, last = span(dunia, 2)
    asked = {"cakupan": "ini", "dari": first.isoformat(), "sampai": last.isoformat()} | wrong
    page = masuk("admin.jakbar").post(f"/admin/piket/jadwal/{dunia.posko[JAKBAR].pk}/pola/", asked)
    assert page.status_code == 422 and words in page.content.decode()


@pytest.mark.parametrize("slug", ["pola/", "terbit/", "pembuatan/"])
def test_only_who_administers_the_post(dunia: World, masuk: Masuk, slug: str) -> None:
    own, other = (f"/admin/piket/jadwal/{dunia.posko[k].pk}/{slug}" for k in (JAKBAR, "31.75"))
    assert masuk("admin.jakbar").get(own).status_code == 200
    assert masuk("admin.jakbar").get(other).status_code == 404
    assert masuk("operator.jakbar").get(own).status_code in (302, 403, 404)


def test_patterns_in_admin(dunia: World, masuk: Masuk) -> None:
    tier = make_pattern(dunia, ("Piket", 8, 16), tingkat=2)
    own = make_pattern(dunia, ("Piket", 8, 16), posko=JAKBAR)
    foreign = make_pattern(dunia, ("Piket", 8, 16), posko="31.75")
    client = masuk("admin.jakbar")
    listed = client.get("/admin/piket/polapiket/").content.decode()
    assert "Pola 31.73" in listed and "Pola 2" in listed and "Pola 31.75" not in listed
    assert client.get(f"/admin/piket/polapiket/{foreign.pk}/change/").status_code == 404
    assert client.get(f"/admin/piket/polapiket/{tier.pk}/change/").status_code == 200
    assert client.post(f"/admin/piket/polapiket/{tier.pk}/change/", {"nama": "Ubah"}).status_code == 403
    shift = own.giliran.get()  # type: ignore[attr-defined]
    sent = {
        "nama": "Pagi", "jenis": "giliran", "mulai": "07:00", "selesai": "15:00", "hari": ["0", "1"], "libur": "on",
        "berlaku": "biasa", "kebutuhan-TOTAL_FORMS": "1", "kebutuhan-INITIAL_FORMS": "0",
        "kebutuhan-0-instansi": dunia.instansi["polres"].pk, "kebutuhan-0-unsur": "", "kebutuhan-0-jumlah": "2",
    }  # fmt: skip
    assert client.post(f"/admin/piket/giliranpola/{shift.pk}/change/", sent).status_code == 302
    shift.refresh_from_db()
    assert (shift.hari, shift.mulai, shift.kebutuhan.get().jumlah) == ([0, 1], dt.time(7), 2)
    both = sent | {"kebutuhan-0-unsur": "pemda", "kebutuhan-TOTAL_FORMS": "2", "kebutuhan-INITIAL_FORMS": "0",
                   "kebutuhan-1-instansi": "", "kebutuhan-1-unsur": "", "kebutuhan-1-jumlah": "1"}  # fmt: skip
    assert client.post(f"/admin/piket/giliranpola/{shift.pk}/change/", both).status_code == 422
    add = {"pemilihan": dunia.edisi.pk, "nama": "Baru", "posko": "", "tingkat": "", "aktif": "on"}
    assert client.post("/admin/piket/polapiket/add/", add).status_code == 422
    assert client.post("/admin/piket/polapiket/add/", add | {"tingkat": "3"}).status_code == 403
    assert (
        client.post("/admin/piket/polapiket/add/", add | {"posko": dunia.posko[SELATAN].pk}).status_code
        == 302
    )
