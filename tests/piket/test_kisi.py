"""Editing in the grid: warnings before adding, capacity, the last place won by one."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from piket import penugasan
from piket.giliran import create_shifts, fill_by_turn
from piket.jadwal import Pilihan, Rentang, build_grid
from piket.models import AturanPiket, Berhalangan, Kebutuhan, Penugasan, Piket
from piket.panel import Panel, build_panel
from piket.penugasan import Ditolak, Penuh
from posko.models import Anggota, Kursi, Pengguna
from tests.cast import World, build_world
from tests.piket.test_jadwal import Masuk, _crowd, grid, post
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at

HARI = dt.timedelta(days=1)


def open_panel(dunia: World, shift: Piket, anggota: Anggota) -> Panel:
    rentang = Rentang.around(shift.tanggal, "minggu")
    chosen = Pilihan("a", anggota.pk, shift.tanggal.weekday())
    panel = build_panel(build_grid(dunia.posko[JAKBAR], rentang, chosen), dunia.aktor("admin.jakbar"))
    assert panel is not None
    return panel


def reasons(dunia: World, shift: Piket, anggota: Anggota) -> str:
    [box] = [g for g in open_panel(dunia, shift, anggota).giliran if g.piket == shift]
    return next(c.kata for c in box.calon if c.anggota == anggota)


def test_the_panel_warns_before_adding(dunia: World) -> None:
    posko, anggota = dunia.posko[JAKBAR], member(dunia)
    day = posko.local_time().date() + 10 * HARI
    shift = make_shift(posko, 8, 16, day)
    assert reasons(dunia, shift, anggota) == ""
    late = make_shift(posko, 18, 23, day - HARI)
    duty = Penugasan.objects.create(piket=late, anggota=anggota)
    assert reasons(dunia, shift, anggota) == "istirahat 9 jam, kurang dari 11 jam"
    AturanPiket.objects.create(pemilihan=dunia.edisi, jam_istirahat=9)
    assert reasons(dunia, shift, anggota) == ""
    duty.delete()
    absent = Berhalangan.objects.create(
        pemilihan=dunia.edisi, pengguna=anggota.pengguna, dari=day, sampai=day, alasan="sakit",
        kunci=uuid.uuid4(), oleh=anggota.pengguna,
    )  # fmt: skip
    assert reasons(dunia, shift, anggota) == "berhalangan: sakit"
    absent.dicabut_pada = posko.local_time()
    absent.save()
    assert reasons(dunia, shift, anggota) == ""


def test_the_panel_counts_days_in_a_row(dunia: World) -> None:
    posko, anggota = dunia.posko[JAKBAR], member(dunia)
    day = posko.local_time().date() + 10 * HARI
    shift = make_shift(posko, 8, 16, day)
    for n in (-3, -2, -1, 1, 2):
        Penugasan.objects.create(piket=make_shift(posko, 8, 16, day + n * HARI), anggota=anggota)
    assert reasons(dunia, shift, anggota) == ""  # the sixth
    Penugasan.objects.create(piket=make_shift(posko, 8, 16, day + 3 * HARI), anggota=anggota)
    assert reasons(dunia, shift, anggota) == "lebih dari 6 hari berturut-turut"


def test_the_panel_names_the_other_post_its_hour_and_that_it_is_a_draft(dunia: World) -> None:
    elsewhere = seat_at(dunia, "operator.jakbar", JAKTIM)
    there = make_shift(dunia.posko[JAKTIM], 9, 12, terbit_pada=None)
    Penugasan.objects.create(piket=there, anggota=elsewhere)
    shift = make_shift(dunia.posko[JAKBAR])
    words = reasons(dunia, shift, member(dunia))
    assert words == "bertugas di Posko Kota Jakarta Timur 09.00–12.00 (rancangan)"


def test_who_is_already_there_is_warned_about_too(dunia: World) -> None:
    posko, anggota = dunia.posko[JAKBAR], member(dunia)
    day = posko.local_time().date() + 10 * HARI
    shift, late = make_shift(posko, 8, 16, day), make_shift(posko, 18, 23, day)
    for piket in (shift, late):
        Penugasan.objects.create(piket=piket, anggota=anggota)
    boxes = open_panel(dunia, shift, anggota).giliran
    assert [b.petugas[0].sebab for b in boxes] == ["istirahat 2 jam, kurang dari 11 jam"] * 2


def colleague(dunia: World, username: str = "ketua.jakbar", of: str = "polres.jakbar") -> Anggota:
    """Somebody who also sits in the seat of another of the cast."""
    kursi = member(dunia, of).kursi
    return Anggota.objects.create(
        pengguna=dunia.orang[username], kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka
    )


def test_beyond_the_need_only_when_said(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift = make_shift(posko)
    one, two = member(dunia, "polres.jakbar"), colleague(dunia)
    Kebutuhan.objects.create(piket=shift, kursi=one.kursi, jumlah=1)
    chosen = f"k{one.kursi_id}.{shift.tanggal.weekday()}"
    assert post(client, posko, "tambah", piket=shift.pk, anggota=one.pk, p=chosen).status_code == 302
    refused = post(client, posko, "tambah", piket=shift.pk, anggota=two.pk, p=chosen)
    text = refused.content.decode()
    assert refused.status_code == 422 and "membutuhkan 1 orang Polres dan sudah terisi 1" in text
    assert 'value="tambah_lebih"' in text and Penugasan.objects.count() == 1
    assert post(client, posko, "tambah_lebih", piket=shift.pk, anggota=two.pk).status_code == 302
    assert Penugasan.objects.count() == 2
    # An agency the shift does not ask for is beyond the need as well.
    other = member(dunia, "kpu.jakbar")
    with pytest.raises(Penuh, match="membutuhkan 0 orang"):
        penugasan.add(posko, shift.pk, other.pk, by=dunia.aktor("admin.jakbar"))


def test_moving_counts_too(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift, evening = make_shift(posko), make_shift(posko, 16, 22)
    one, two = member(dunia, "polres.jakbar"), colleague(dunia)
    Kebutuhan.objects.create(piket=evening, kursi=one.kursi, jumlah=1)
    Penugasan.objects.create(piket=evening, anggota=one)
    duty = Penugasan.objects.create(piket=shift, anggota=two)
    assert post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk).status_code == 422
    assert post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk, lebih="1").status_code == 302
    # Who takes over from a colleague of the same agency fills no new place.
    assert (
        post(client, posko, "ganti", penugasan=duty.pk, anggota=member(dunia, "kpu.jakbar").pk).status_code
        == 422
    )


@pytest.mark.django_db(transaction=True)
def test_twenty_race_for_the_last_place_and_one_wins() -> None:
    dunia = build_world()
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    shift, kursi = make_shift(posko), dunia.kursi(JAKBAR, "polres")
    Kebutuhan.objects.create(piket=shift, kursi=kursi, jumlah=3)
    crew = []
    for n in range(22):
        orang = Pengguna.objects.create(username=f"lomba{n}", nama=f"Lomba {n}")
        crew.append(
            Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
        )
    for anggota in crew[:2]:
        penugasan.add(posko, shift.pk, anggota.pk, by=by)
    said: list[str] = []
    gate = threading.Barrier(20)

    def race(anggota_id: int) -> None:
        try:
            gate.wait()
            penugasan.add(posko, shift.pk, anggota_id, by=by)
            said.append("menang")
        except Ditolak as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=(a.pk,)) for a in crew[2:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("menang") == 1 and len(said) == 20
    assert sum("membutuhkan 3 orang Polres dan sudah terisi 3" in words for words in said) == 19
    assert Penugasan.objects.live().filter(piket=shift).count() == 3


def test_the_tool_bar_leads_only_where_there_is_something(dunia: World, masuk: Masuk) -> None:
    posko = dunia.posko[JAKBAR]
    text = masuk("admin.jakbar").get(grid(posko), {"dari": "2027-01-04"}).content.decode()
    bar = text[text.index('class="jadwal-alat"') :].partition("</nav>")[0]
    assert f"/admin/piket/jadwal/{posko.pk}/giliran/?dari=2027-01-04&amp;sampai=2027-01-10" in bar
    assert 'href=""' not in bar


def test_a_month_of_locked_drafts_is_still_small(dunia: World, masuk: Masuk) -> None:
    """25 agencies of five people, 31 days, everything a draft and locked, the panel open."""
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    _crowd(dunia, posko, 25 - Kursi.objects.filter(posko=posko).count(), 5)
    needs = dict.fromkeys(Kursi.objects.filter(posko=posko), 1)
    first, last = dt.date(2027, 1, 1), dt.date(2027, 1, 31)
    shifts = create_shifts(posko, first, last, [("Piket", dt.time(8), dt.time(16))], needs, draft=True)
    assert len(fill_by_turn(shifts)) > 700
    Penugasan.objects.update(terkunci=True)
    some = member(dunia, "polres.jakbar")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(
            grid(posko), {"dari": "2027-01-01", "rentang": "bulan", "p": f"k{some.kursi_id}.3"}
        )
    assert "tugas terkunci" in answer.content.decode() and 'class="isi kunci"' in answer.content.decode()
    assert len(queries) <= 15 and len(answer.content) <= 300_000


def test_the_assignments_own_page_refuses_the_same(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift = make_shift(posko)
    one, two = member(dunia, "polres.jakbar"), colleague(dunia)
    Kebutuhan.objects.create(piket=shift, kursi=one.kursi, jumlah=1)
    duty = Penugasan.objects.create(piket=shift, anggota=one, terkunci=True)
    change = reverse("admin:piket_penugasan_change", args=[duty.pk])
    refused = client.post(change, {"status": "dibatalkan"})
    assert refused.status_code == 422 and "Buka kuncinya lebih dahulu" in refused.content.decode()
    new = {"piket": shift.pk, "anggota": two.pk, "status": "dijadwalkan"}
    full = client.post(reverse("admin:piket_penugasan_add"), new)
    assert full.status_code == 422 and "membutuhkan 1 orang Polres" in full.content.decode()
    assert list(Penugasan.objects.live()) == [duty]
    assert client.post(reverse("admin:piket_penugasan_add"), new | {"lebih": "on"}).status_code == 302
    Penugasan.objects.filter(pk=duty.pk).update(terkunci=False)
    assert client.post(change, {"status": "dibatalkan"}).status_code == 302
    assert Penugasan.objects.live().get().anggota == two
