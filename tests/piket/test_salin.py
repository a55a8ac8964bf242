"""Copying days of a roster and replacing a person from a date: shown first, nothing silently dropped, one batch."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from piket.lembar import Lembar, monday_of
from piket.models import Berhalangan, Kebutuhan, Pembuatan, Penugasan, Piket
from piket.pembuatan import undo
from piket.penugasan import Ditolak
from piket.salin import Salinan, copy, plan_copy
from posko.models import Anggota, Posko
from tests.cast import World, build_world
from tests.piket.test_jadwal import Masuk
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at
from tests.piket.test_kisi import HARI, colleague


@pytest.fixture
def senin(dunia: World) -> dt.date:
    """The Monday after this week."""
    return monday_of(dunia.posko[JAKBAR].local_time().date()) + 7 * HARI


def page(posko: Posko, name: str) -> str:
    return reverse(f"jadwal:{name}", args=[posko.pk])


def look(client: Client, posko: Posko, name: str, **data: Any) -> str:
    answer = client.get(page(posko, name), {"lihat": "1"} | data)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def confirm(client: Client, posko: Posko, name: str, **data: Any) -> Any:
    """Look at the plan, then press its button."""
    sidik = re.search(r'name="sidik" value="(\w+)"', look(client, posko, name, **data))
    assert sidik
    return client.post(page(posko, name), data | {"sidik": sidik[1]})


def weeks(senin: dt.date, count: int = 1) -> dict[str, str]:
    """Copy the week of `senin` to the `count` weeks after."""
    days = (senin, senin + 6 * HARI, senin + 7 * HARI, senin + (6 + 7 * count) * HARI)
    return dict(zip(("dari", "sampai", "mulai", "hingga"), map(dt.date.isoformat, days), strict=True))


def fill_week(dunia: World, senin: dt.date) -> list[Piket]:
    """Three shifts: Monday, Tuesday with the operator leading, Thursday past midnight."""
    posko = dunia.posko[JAKBAR]
    shifts = [
        make_shift(posko, 8, 16, senin),
        make_shift(posko, 8, 16, senin + HARI),
        make_shift(posko, 22, 6, senin + 3 * HARI, nama="Malam"),
    ]
    for shift in shifts:
        Kebutuhan.objects.create(piket=shift, kursi=member(dunia).kursi, jumlah=1)
        Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    return shifts


def test_a_week_is_copied_to_the_weeks_after(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    fill_week(dunia, senin)
    text = look(client, posko, "copy", **weeks(senin, 2))
    assert "<b>6</b> penugasan akan ditempatkan, <b>6</b> giliran baru dibuat" in text
    assert Piket.objects.count() == 3  # looking changes nothing
    assert confirm(client, posko, "copy", **weeks(senin, 2)).status_code == 302
    after = Lembar.read(posko, senin + 7 * HARI, senin + 20 * HARI)
    assert [(s.tanggal - senin).days for s in after.piket] == [7, 8, 10, 14, 15, 17]
    assert [s.jam for s in after.piket[:3]] == ["08.00–16.00", "08.00–16.00", "22.00–06.00"]
    assert after.rancangan == 6 and after.kurang == 0
    assert all(p.koordinator for p in after.petugas) and len(after.petugas) == 6
    batch = Pembuatan.objects.get()
    assert batch.jenis == "salin" and batch.oleh == dunia.orang["admin.jakbar"]
    assert batch.piket.count() == batch.penugasan.count() == 6


def test_copying_again_changes_nothing(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    fill_week(dunia, senin)
    sidik = re.search(r'name="sidik" value="(\w+)"', look(client, posko, "copy", **weeks(senin)))
    assert sidik
    data = weeks(senin) | {"sidik": sidik[1]}
    assert client.post(page(posko, "copy"), data).status_code == 302
    again = client.post(page(posko, "copy"), data)
    assert again.status_code == 422 and "Tidak ada yang perlu disalin" in again.content.decode()
    assert Pembuatan.objects.count() == 1 and Penugasan.objects.count() == 6
    text = look(client, posko, "copy", **weeks(senin))
    assert "<b>3</b> sudah ada di sana" in text and "Tidak ada yang akan berubah" in text


def test_what_clashes_is_listed_with_its_reason(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko, anggota = masuk("admin.jakbar"), dunia.posko[JAKBAR], member(dunia)
    fill_week(dunia, senin)
    elsewhere = seat_at(dunia, "operator.jakbar", JAKTIM)
    there = make_shift(dunia.posko[JAKTIM], 9, 12, senin + 7 * HARI)
    Penugasan.objects.create(piket=there, anggota=elsewhere)
    day = senin + 8 * HARI
    Berhalangan.objects.create(
        pemilihan=dunia.edisi, pengguna=anggota.pengguna, dari=day, sampai=day, alasan="cuti",
        kunci=uuid.uuid4(), oleh=anggota.pengguna,
    )  # fmt: skip
    Anggota.objects.filter(pk=anggota.pk).update(selesai=senin + 9 * HARI)
    text = look(client, posko, "copy", **weeks(senin))
    assert "bertugas di Posko Kota Jakarta Timur 09.00–12.00" in text
    assert "berhalangan: cuti" in text and "di luar masa tugas" in text
    assert "<b>0</b> penugasan akan ditempatkan, <b>3</b> giliran baru" in text
    assert "<b>1</b> diberi peringatan, tidak ditempatkan" in text
    assert "<b>2</b> tidak dapat ditempatkan" in text
    assert confirm(client, posko, "copy", **weeks(senin), paksa="on").status_code == 302
    placed = Lembar.read(posko, senin + 7 * HARI, senin + 13 * HARI)
    assert len(placed.piket) == 3 and [p.piket for p in placed.petugas] == [placed.piket[1].pk]


def test_what_is_already_there_stays_and_its_need_counts(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shift = make_shift(posko, 8, 16, senin)
    polres = member(dunia, "polres.jakbar")
    Penugasan.objects.create(piket=shift, anggota=polres)
    there = make_shift(posko, 8, 16, senin + 7 * HARI, nama="Lain")
    Kebutuhan.objects.create(piket=there, kursi=polres.kursi, jumlah=1)
    Penugasan.objects.create(piket=there, anggota=colleague(dunia), koordinator=True)
    text = look(client, posko, "copy", **weeks(senin))
    assert "di luar kebutuhan" in text and "<b>0</b> penugasan akan ditempatkan</li>" in text
    assert confirm(client, posko, "copy", **weeks(senin), paksa="on").status_code == 302
    crew = Penugasan.objects.live().filter(piket=there).order_by("id")
    assert [d.koordinator for d in crew] == [True, False] and Piket.objects.count() == 2


def test_a_plan_that_changed_meanwhile_is_shown_again(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    shifts = fill_week(dunia, senin)
    sidik = re.search(r'name="sidik" value="(\w+)"', look(client, posko, "copy", **weeks(senin)))
    assert sidik
    Penugasan.objects.filter(piket=shifts[0]).delete()
    answer = client.post(page(posko, "copy"), weeks(senin) | {"sidik": sidik[1]})
    text = answer.content.decode()
    assert answer.status_code == 409 and "berubah sejak pratinjau" in text
    assert "<b>2</b> penugasan akan ditempatkan" in text and not Pembuatan.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mulai": "2020-01-01"}, "sesudah rentang"),
        ({"hingga": "2020-01-01"}, "sebelum tanggal awal"),
        ({"sampai": "2199-01-01"}, "Isi 1 sampai 31 hari"),
        ({"dari": "kemarin"}, "Masukkan tanggal"),
        ({"hingga": "2199-01-01"}, "Paling banyak 200 hari"),
    ],
)
def test_bad_input_stands_at_its_field(
    dunia: World, masuk: Masuk, senin: dt.date, change: dict[str, str], words: str
) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    for answer in (
        client.get(page(posko, "copy"), {"lihat": "1"} | weeks(senin) | change),
        client.post(page(posko, "copy"), weeks(senin) | change),
    ):
        text = answer.content.decode()
        assert answer.status_code == 422 and words in text and 'name="sidik"' not in text


@pytest.mark.parametrize("name", ["copy", "replace_from"])
@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("admin.jakbar", "31.73", 200),
        ("admin.jakbar", "31", 403),
        ("admin.jakbar", "31.75", 404),
        ("operator.jakbar", "31.73", 302),
    ],
)
def test_who_may(dunia: World, masuk: Masuk, name: str, username: str, kode: str, status: int) -> None:
    client, address = masuk(username), page(dunia.posko[kode], name)
    assert client.get(address).status_code == status
    assert client.post(address, {}).status_code == (422 if status == 200 else status)


def test_queries_do_not_grow_with_the_plan(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    fill_week(dunia, senin)
    counts = []
    for n in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            look(client, posko, "copy", **weeks(senin, n))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


# --- replacing a person -------------------------------------------------------------------------------


def swap(dunia: World, baru: Anggota, dari: dt.date, **more: str) -> dict[str, str]:
    lama = member(dunia, "polres.jakbar")
    sampai = dari + 30 * HARI
    dates = {"dari": dari.isoformat(), "sampai": sampai.isoformat()}
    return {"lama": str(lama.pk), "baru": str(baru.pk)} | dates | more


def test_a_colleague_takes_over_from_a_date_on(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    lama, baru = member(dunia, "polres.jakbar"), colleague(dunia)
    shifts = [make_shift(posko, day=senin + n * HARI) for n in (-1, 0, 2, 4)]
    duties = [Penugasan.objects.create(piket=s, anggota=lama, koordinator=s == shifts[1]) for s in shifts]
    Penugasan.objects.filter(pk=duties[3].pk).update(terkunci=True)
    text = look(client, posko, "replace_from", **swap(dunia, baru, senin))
    assert "<b>2</b> penugasan akan ditempatkan" in text and "terkunci" in text
    assert confirm(client, posko, "replace_from", **swap(dunia, baru, senin)).status_code == 302
    live = Penugasan.objects.live().order_by("waktu")
    assert [d.anggota_id for d in live] == [lama.pk, baru.pk, baru.pk, lama.pk]
    assert [d.koordinator for d in live] == [False, True, False, False]
    batch = Pembuatan.objects.get()
    assert batch.jenis == "ganti" and [d.menggantikan_id for d in batch.penugasan.order_by("waktu")] == [
        duties[1].pk, duties[2].pk,
    ]  # fmt: skip
    duties[1].refresh_from_db()
    assert duties[1].status == "digantikan"


def test_what_the_colleague_cannot_take_stays(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    lama, baru = member(dunia, "polres.jakbar"), colleague(dunia)
    shifts = [make_shift(posko, day=senin + n * HARI) for n in (0, 2, 4)]
    for shift in shifts:
        Penugasan.objects.create(piket=shift, anggota=lama)
    Penugasan.objects.create(piket=make_shift(posko, 12, 20, senin), anggota=member(dunia, "ketua.jakbar"))
    Penugasan.objects.create(piket=make_shift(posko, 18, 23, senin + HARI), anggota=baru)
    text = look(client, posko, "replace_from", **swap(dunia, baru, senin))
    assert "bertugas di Posko Kota Jakarta Barat 12.00–20.00" in text
    assert "istirahat 9 jam" in text and "<b>1</b> penugasan akan ditempatkan" in text
    assert confirm(client, posko, "replace_from", **swap(dunia, baru, senin)).status_code == 302
    left = Penugasan.objects.live().filter(anggota=lama).order_by("waktu")
    assert [d.piket_id for d in left] == [shifts[0].pk, shifts[1].pk]
    refused = client.post(page(posko, "replace_from"), swap(dunia, baru, senin, sidik="x"))
    assert refused.status_code == 422 and "Tidak ada tugas" in refused.content.decode()


def test_only_a_colleague_of_the_same_seat(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    cases = [
        (member(dunia, "kpu.jakbar"), "Pilih rekan dari Polres"),
        (member(dunia, "polres.jakbar"), "Pilih orang lain"),
        (member(dunia, "operator.jaktim"), "Pilih pilihan yang valid"),
    ]
    for baru, words in cases:
        answer = client.get(page(posko, "replace_from"), {"lihat": "1"} | swap(dunia, baru, senin))
        text = answer.content.decode()
        assert answer.status_code == 422 and "errorlist" in text
        assert words in text or baru.kursi.posko_id != posko.pk


def test_duties_that_have_begun_are_not_replaced(dunia: World, masuk: Masuk) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    lama, baru = member(dunia, "polres.jakbar"), colleague(dunia)
    begun = dunia.put_on_duty("polres.jakbar")
    assert begun.waktu.lower < timezone.now() and begun.anggota == lama
    text = look(client, posko, "replace_from", **swap(dunia, baru, begun.piket.tanggal))
    assert "Tidak ada yang akan berubah" in text


def test_undoing_a_replacement_gives_the_duties_back(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    lama, baru = member(dunia, "polres.jakbar"), colleague(dunia)
    duties = [
        Penugasan.objects.create(
            piket=make_shift(posko, day=senin + n * HARI), anggota=lama, koordinator=True
        )
        for n in (0, 2)
    ]
    confirm(client, posko, "replace_from", **swap(dunia, baru, senin))
    assert {d.anggota_id for d in Penugasan.objects.live()} == {baru.pk}
    undo(Pembuatan.objects.get().pk, by=dunia.aktor("admin.jakbar"))
    live = Penugasan.objects.live().order_by("waktu")
    assert [(d.pk, d.anggota_id, d.koordinator) for d in live] == [(d.pk, lama.pk, True) for d in duties]
    assert Penugasan.objects.count() == 2


def test_undoing_a_copy_takes_it_away(dunia: World, masuk: Masuk, senin: dt.date) -> None:
    client, posko = masuk("admin.jakbar"), dunia.posko[JAKBAR]
    fill_week(dunia, senin)
    confirm(client, posko, "copy", **weeks(senin, 2))
    assert Piket.objects.count() == Penugasan.objects.count() == 9
    undo(Pembuatan.objects.get().pk, by=dunia.aktor("admin.jakbar"))
    assert Piket.objects.count() == Penugasan.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_who_presses_at_once_copies_once() -> None:
    """Ten confirm the same plan: one copies, nine are told that it is there."""
    dunia = build_world()
    posko, by = dunia.posko[JAKBAR], dunia.aktor("admin.jakbar")
    senin = monday_of(posko.local_time().date()) + 7 * HARI
    fill_week(dunia, senin)
    salinan = Salinan(senin, senin + 6 * HARI, senin + 7 * HARI, senin + 20 * HARI)
    sidik = plan_copy(posko, salinan, by=by).sidik
    said: list[str] = []
    gate = threading.Barrier(10)

    def press() -> None:
        try:
            gate.wait()
            said.append(copy(posko, salinan, sidik, by=by).ringkasan)
        except Ditolak as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 10 and sum("6 penugasan disalin" in words for words in said) == 1
    assert sum("sudah ada di sana" in words for words in said) == 9
    assert Pembuatan.objects.count() == 1 and Penugasan.objects.live().count() == 9
