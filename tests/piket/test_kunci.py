"""Locked assignments stay where they are until unlocked: one, a person's in a range, everybody's on a day."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from piket import kunci, penugasan
from piket.models import Penugasan, Piket
from piket.penugasan import Basi, Ditolak
from tests.cast import World
from tests.piket.test_jadwal import Masuk, grid, post
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member


def assign(piket: Piket, dunia: World, username: str = "operator.jakbar") -> Penugasan:
    return Penugasan.objects.create(piket=piket, anggota=member(dunia, username))


def test_a_locked_duty_is_neither_moved_replaced_nor_removed(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift, evening = make_shift(posko), make_shift(posko, 16, 22)
    duty = assign(shift, dunia)
    assert post(client, posko, "kunci", penugasan=duty.pk).status_code == 302
    edits = {
        "hapus": {},
        "pindah": {"piket": evening.pk},
        "ganti": {"anggota": member(dunia, "kpu.jakbar").pk},
    }
    for aksi, more in edits.items():
        answer = post(client, posko, aksi, penugasan=duty.pk, **more)
        words = answer.content.decode()
        assert answer.status_code == 422 and "Operator Jakarta Barat terkunci di Piket" in words
    now = Penugasan.objects.get(pk=duty.pk)
    assert (now.terkunci, now.piket_id, now.anggota_id) == (True, shift.pk, duty.anggota_id)
    assert post(client, posko, "buka", penugasan=duty.pk).status_code == 302
    assert post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk).status_code == 302
    assert Penugasan.objects.get(pk=duty.pk).piket_id == evening.pk
    labels = duty.events.order_by("pgh_id").values_list("terkunci", flat=True)  # type: ignore[attr-defined]
    assert list(labels) == [False, True, False, False]


def test_a_persons_range_and_a_whole_day(dunia: World) -> None:
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    first = posko.local_time().date() + dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(3)]
    shifts = [make_shift(posko, day=day) for day in days]
    for shift in shifts:
        assign(shift, dunia)
        assign(shift, dunia, "kpu.jakbar")
    own = member(dunia)
    for _ in range(2):  # again changes nothing more
        kunci.lock_person(posko, own.pk, days[0], days[1], by=by)
        locked = Penugasan.objects.filter(terkunci=True)
        assert {(d.anggota_id, d.piket.tanggal) for d in locked} == {(own.pk, days[0]), (own.pk, days[1])}
    assert kunci.lock_day(posko, days[2], by=by).startswith("2 tugas pada")
    assert kunci.lock_day(posko, days[2], by=by).startswith("0 tugas pada")
    assert Penugasan.objects.filter(terkunci=True, piket=shifts[2]).count() == 2
    kunci.lock_day(posko, days[2], by=by, terkunci=False)
    assert not Penugasan.objects.filter(terkunci=True, piket=shifts[2]).exists()


def test_another_posts_duties_are_out_of_reach(dunia: World) -> None:
    by, there = dunia.aktor("admin.jakbar"), dunia.posko[JAKTIM]
    duty = assign(make_shift(there), dunia, "operator.jaktim")
    with pytest.raises(PermissionDenied):
        kunci.lock_one(there, duty.pk, by=by)
    with pytest.raises(Basi):
        kunci.lock_one(dunia.posko[JAKBAR], duty.pk, by=by)
    with pytest.raises(Basi):
        kunci.lock_person(dunia.posko[JAKBAR], duty.anggota_id, duty.piket.tanggal, duty.piket.tanggal, by=by)
    duty.refresh_from_db()
    assert not duty.terkunci


def test_the_grid_says_what_is_locked_and_what_is_a_draft(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift = make_shift(posko, terbit_pada=None)
    duty = assign(shift, dunia)
    i, own = shift.tanggal.weekday(), duty.anggota_id
    chosen = {"dari": shift.tanggal.isoformat(), "p": f"a{own}.{i}"}
    before = client.get(grid(posko), chosen).content.decode()
    assert "1 giliran masih rancangan" in before and "rancangan, belum terbit (1 giliran)" in before
    assert "P°</button>" in before and "tugas terkunci ·" not in before and "isi kunci" not in before
    post(client, posko, "kunci", penugasan=duty.pk)
    after = client.get(grid(posko), chosen).content.decode()
    assert "isi kunci" in after and "terkunci (1 tugas)" in after
    assert 'value="buka"' in after and 'value="hapus"' not in after
    assert "1 dari 1 tugas terkunci" in after


@pytest.mark.parametrize("aksi", ["kunci", "kunci_orang", "kunci_hari", "buka_hari", "buka"])
def test_bad_input_is_refused_in_words(dunia: World, masuk: Masuk, aksi: str) -> None:
    data = {"aksi": aksi, "penugasan": "x", "anggota": "", "tanggal": "kemarin"}
    answer = masuk("admin.jakbar").post(reverse("jadwal:grid", args=[dunia.posko[JAKBAR].pk]), data)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_unlocking_is_told_to_who_edits(dunia: World) -> None:
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    duty = assign(make_shift(posko), dunia)
    assert "terkunci di Piket" in kunci.lock_one(posko, duty.pk, by=by)
    with pytest.raises(Ditolak, match="Buka kuncinya lebih dahulu"):
        penugasan.remove(posko, duty.pk, by=by)
    assert "dibuka" in kunci.lock_one(posko, duty.pk, by=by, terkunci=False)
    penugasan.remove(posko, duty.pk, by=by)
    assert not Penugasan.objects.live().exists()
