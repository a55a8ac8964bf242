"""The grid in admin: adding, moving, replacing, removing; who may; what a stale or repeated edit is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from piket import giliran, penugasan
from piket.lembar import Lembar, shift_labels
from piket.models import Kebutuhan, Penugasan, Piket
from posko.models import Anggota, Instansi, Kursi, Pengguna, Posko
from tests.cast import World
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at

Masuk = Callable[[str], Client]


def grid(posko: Posko) -> str:
    return reverse("jadwal:grid", args=[posko.pk])


def post(client: Client, posko: Posko, aksi: str, **data: Any) -> Any:
    day = posko.local_time().date() + dt.timedelta(days=1)
    return client.post(
        grid(posko), {"aksi": aksi, "dari": day.isoformat(), "rentang": "minggu", "p": ""} | data
    )


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("admin.jakbar", "31.73", 200),
        ("admin.jakbar", "31.73.08.1006", 200),
        ("admin.jakbar", "31", 403),  # above: seen, not administered
        ("admin.jakbar", "31.75", 404),  # another city: hidden like what does not exist
        ("admin", "31.75", 200),
        ("operator.jakbar", "31.73", 302),  # no admin at all: to the admin's door
    ],
)
def test_who_may_open_the_grid(dunia: World, masuk: Masuk, username: str, kode: str, status: int) -> None:
    client = masuk(username)
    assert client.get(grid(dunia.posko[kode])).status_code == status
    assert client.get(reverse("jadwal:add_shifts", args=[dunia.posko[kode].pk])).status_code == status
    if status != 200:
        shift = make_shift(dunia.posko[kode])
        answer = post(client, dunia.posko[kode], "hapus_giliran", piket=shift.pk)
        assert answer.status_code == status and Piket.objects.filter(pk=shift.pk).exists()


def test_a_closed_edition_is_read_only(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    dunia.edisi.close()
    assert client.get(grid(dunia.posko[JAKBAR])).status_code == 403
    assert post(client, dunia.posko[JAKBAR], "tambah", piket=1, anggota=1).status_code == 403


def test_add_move_replace_remove(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift, evening = make_shift(posko), make_shift(posko, 16, 22, nama="Sore")
    siti, other = member(dunia, "polres.jakbar"), member(dunia, "kpu.jakbar")
    answer = post(client, posko, "tambah", piket=shift.pk, anggota=siti.pk, p=f"a{siti.pk}.1")
    assert answer.status_code == 302 and answer["Location"].endswith(f"#a{siti.pk}")
    duty = Penugasan.objects.get()
    again = post(client, posko, "tambah", piket=shift.pk, anggota=siti.pk)
    assert again.status_code == 302 and Penugasan.objects.count() == 1
    assert post(client, posko, "koordinator", penugasan=duty.pk).status_code == 302
    assert post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk).status_code == 302
    duty.refresh_from_db()
    assert duty.piket == evening and duty.waktu == evening.waktu and not duty.koordinator
    assert post(client, posko, "ganti", penugasan=duty.pk, anggota=other.pk).status_code == 302
    duty.refresh_from_db()
    assert duty.anggota == other and duty.pengguna == other.pengguna
    assert post(client, posko, "hapus", penugasan=duty.pk).status_code == 302
    assert not Penugasan.objects.exists()
    assert post(client, posko, "hapus", penugasan=duty.pk).status_code == 302  # again: already so
    labels = list(duty.events.order_by("pgh_id").values_list("pgh_label", flat=True))  # type: ignore[attr-defined]
    assert labels == ["insert", "update", "update", "update", "delete"]
    event = duty.events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == dunia.orang["admin.jakbar"].pk


def test_an_edit_that_comes_too_late_is_told_who_was_faster(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift, evening = make_shift(posko), make_shift(posko, 16, 22)
    post(client, posko, "tambah", piket=shift.pk, anggota=member(dunia).pk)
    duty = Penugasan.objects.get()
    post(client, posko, "hapus", penugasan=duty.pk)
    answer = post(client, posko, "pindah", penugasan=duty.pk, piket=evening.pk)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Operator Jakarta Barat sudah dikeluarkan" in text and "oleh Admin Jakarta Barat" in text
    Piket.objects.filter(pk=shift.pk).delete()
    gone = post(client, posko, "tambah", piket=shift.pk, anggota=member(dunia).pk)
    assert gone.status_code == 409 and "Giliran ini sudah dihapus" in gone.content.decode()


def test_a_clash_is_said_beside_the_cell(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    elsewhere = seat_at(dunia, "operator.jakbar", JAKTIM)
    Penugasan.objects.create(piket=make_shift(dunia.posko[JAKTIM], 9, 12), anggota=elsewhere)
    shift, anggota = make_shift(posko), member(dunia)
    i = shift.tanggal.weekday()
    answer = post(client, posko, "tambah", piket=shift.pk, anggota=anggota.pk, p=f"a{anggota.pk}.{i}")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Operator Jakarta Barat sudah bertugas di Posko Kota Jakarta Timur" in text
    assert "09.00–12.00 WIB" in text and "terpilih bentrok" in text
    panel = client.get(grid(posko), {"dari": shift.tanggal.isoformat(), "p": f"a{anggota.pk}.{i}"})
    assert "bertugas di Posko Kota Jakarta Timur 09.00–12.00" in panel.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"aksi": "tambah"},
        {"aksi": "tambah", "piket": "x", "anggota": "1"},
        {"aksi": "tambah", "piket": "9" * 40, "anggota": "1"},
        {"aksi": "apa saja"},
        {"aksi": "hapus", "penugasan": "-1"},
        {"aksi": "butuh", "piket": "1", "kursi": "1", "jumlah": "banyak"},
    ],
)
def test_bad_input_is_refused_in_words(dunia: World, masuk: Masuk, data: dict[str, str]) -> None:
    answer = masuk("admin.jakbar").post(grid(dunia.posko[JAKBAR]), data)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?dari=abc&rentang=x&p=zz", "?dari=9999-12-31&rentang=bulan", "?p=k1.99", "?p=a0.0"]
)
def test_odd_addresses_show_the_grid(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk("admin.jakbar").get(grid(dunia.posko[JAKBAR]) + query).status_code == 200


def test_people_and_shifts_of_other_posts_cannot_be_reached(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    far = make_shift(dunia.posko[JAKTIM])
    stranger = member(dunia, "operator.jaktim")
    duty = Penugasan.objects.create(piket=far, anggota=stranger)
    shift = make_shift(posko)
    assert post(client, posko, "tambah", piket=far.pk, anggota=member(dunia).pk).status_code == 409
    assert post(client, posko, "tambah", piket=shift.pk, anggota=stranger.pk).status_code == 409
    answer = post(client, posko, "pindah", penugasan=duty.pk, piket=shift.pk)
    assert answer.status_code == 409 and "Jakarta Timur" not in answer.content.decode()
    post(client, posko, "hapus", penugasan=duty.pk)
    assert Penugasan.objects.live().filter(pk=duty.pk).exists()


def test_begun_duty_is_kept_as_cancelled(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    said = penugasan.remove(dunia.posko[JAKBAR], duty.pk, by=dunia.aktor("admin.jakbar"))
    duty.refresh_from_db()
    assert duty.status == "dibatalkan" and "dikeluarkan" in said


def test_shifts_for_a_range_of_days(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    polres = dunia.kursi(JAKBAR, "polres")
    data = {
        "nama": "Malam", "jenis": "giliran", "mulai": "20:00", "selesai": "08:00", "dari": "2027-02-01",
        "sampai": "2027-02-28", "hari": ["0", "6"], f"butuh_{polres.pk}": "1", "isi": "on",
    }  # fmt: skip
    address = reverse("jadwal:add_shifts", args=[posko.pk])
    for _ in range(2):  # again changes nothing
        assert client.post(address, data).status_code == 302
    shifts = Piket.objects.filter(posko=posko)
    assert shifts.count() == 8 and {s.tanggal.weekday() for s in shifts} == {0, 6}
    assert all(s.jam == "20.00–08.00" for s in shifts)
    assert Kebutuhan.objects.filter(kursi=polres).count() == 8
    assert Penugasan.objects.filter(anggota__kursi=polres, koordinator=True).count() == 8
    wrong = client.post(address, data | {"sampai": "2026-01-01", "hari": []})
    assert wrong.status_code == 422 and "sebelum tanggal awal" in wrong.content.decode()


def test_only_an_empty_shift_can_be_deleted(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    full, empty = make_shift(posko), make_shift(posko, 17, 20)
    Kebutuhan.objects.create(piket=empty, kursi=dunia.kursi(JAKBAR, "polres"))
    Penugasan.objects.create(piket=full, anggota=member(dunia))
    assert post(client, posko, "hapus_giliran", piket=full.pk).status_code == 422
    assert post(client, posko, "hapus_giliran", piket=empty.pk).status_code == 302
    assert post(client, posko, "hapus_giliran", piket=empty.pk).status_code == 302
    assert list(Piket.objects.filter(posko=posko)) == [full]


def test_turns_pass_over_who_is_busy_or_gone(dunia: World) -> None:
    posko = dunia.posko[JAKBAR]
    polres = dunia.kursi(JAKBAR, "polres")
    one = member(dunia, "polres.jakbar")
    two = Anggota.objects.create(
        pengguna=dunia.orang["operator.jaktim"], kursi=polres, peran="piket", mulai=dunia.edisi.dibuka
    )
    first = posko.local_time().date() + dt.timedelta(days=1)
    Penugasan.objects.create(
        piket=make_shift(dunia.posko[JAKTIM], 9, 10, first), anggota=member(dunia, "operator.jaktim")
    )
    hours = [("Piket", dt.time(8), dt.time(16))]
    shifts = giliran.create_shifts(posko, first, first + dt.timedelta(days=3), hours, {polres: 1})
    made = giliran.fill_by_turn(shifts)
    by_day = {d.piket_id: d.anggota_id for d in made}
    assert [by_day[s.pk] for s in shifts] == [one.pk, two.pk, one.pk, two.pk]
    assert giliran.fill_by_turn(shifts) == []
    assert Lembar.read(posko, first, first + dt.timedelta(days=3)).kurang == 0


def test_labels_tell_shifts_apart(dunia: World) -> None:
    posko = dunia.posko[JAKBAR]
    names = [("Piket", 6), ("Pagi", 8), ("Pagi", 9), ("Siaga malam", 20), ("Sore", 15)]
    labels = shift_labels([make_shift(posko, hour, hour + 1, nama=name) for name, hour in names])
    assert len(set(labels.values())) == 5


def _crowd(dunia: World, posko: Posko, agencies: int, people: int) -> None:
    for n in range(agencies):
        instansi = Instansi.objects.create(
            kode=f"ramai{n}", nama=f"Instansi {n}", unsur="pemda", urutan=100 + n
        )
        kursi = Kursi.objects.create(posko=posko, instansi=instansi)
        for m in range(people):
            orang = Pengguna.objects.create(username=f"ramai{n}.{m}", nama=f"Nama Panjang Petugas {n} {m}")
            Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dt.date(2026, 1, 1))


def _month(dunia: World, client: Client) -> tuple[int, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(grid(dunia.posko[JAKBAR]), {"dari": "2027-01-01", "rentang": "bulan"})
    assert answer.status_code == 200
    return len(queries), len(answer.content)


def test_month_grid_is_small_and_its_queries_constant(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    one = make_shift(posko, day=dt.date(2027, 1, 1))
    Penugasan.objects.create(piket=one, anggota=member(dunia))
    few, _ = _month(dunia, client)
    _crowd(dunia, posko, 25 - Kursi.objects.filter(posko=posko).count(), 4)
    needs = dict.fromkeys(Kursi.objects.filter(posko=posko), 1)
    hours = [("Piket", dt.time(8), dt.time(16))]
    shifts = giliran.create_shifts(posko, dt.date(2027, 1, 1), dt.date(2027, 1, 31), hours, needs)
    assert len(giliran.fill_by_turn(shifts)) > 700
    many, size = _month(dunia, client)
    assert many == few <= 15
    assert size <= 300_000
