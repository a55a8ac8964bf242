"""What the database itself refuses about duty, proven by going around the forms."""

from __future__ import annotations

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from piket.models import Kebutuhan, Penugasan, Piket, shift_range
from piket.penugasan import Ditolak, add
from posko.models import Anggota, Kursi, Pemilihan, Posko, Wilayah
from tests.cast import World, build_world

JAKBAR, JAKTIM, KEMBANGAN = "31.73", "31.75", "31.73.08"


def make_shift(
    posko: Posko, mulai: int = 8, selesai: int = 16, day: dt.date | None = None, **more: object
) -> Piket:
    day = day or posko.local_time().date() + dt.timedelta(days=1)
    waktu = shift_range(posko.zona, day, dt.time(mulai), dt.time(selesai % 24))
    return Piket.objects.create(posko=posko, tanggal=day, waktu=waktu, **more)


def member(dunia: World, username: str = "operator.jakbar") -> Anggota:
    members = Anggota.objects.select_related("kursi__posko__wilayah", "pengguna")
    return members.filter(pengguna=dunia.orang[username]).earliest("id")


def seat_at(dunia: World, username: str, kode: str, instansi: str = "kpu") -> Anggota:
    """Another membership of one of the cast, at another post."""
    kursi, _ = Kursi.objects.get_or_create(posko=dunia.posko[kode], instansi=dunia.instansi[instansi])
    return Anggota.objects.create(
        pengguna=dunia.orang[username], kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka
    )


def test_two_posts_at_the_same_hour_are_refused(dunia: World) -> None:
    here, there = make_shift(dunia.posko[JAKBAR]), make_shift(dunia.posko[JAKTIM], 15, 20)
    second = seat_at(dunia, "operator.jakbar", JAKTIM)
    Penugasan.objects.create(piket=here, anggota=member(dunia))
    with pytest.raises(IntegrityError, match="penugasan_tidak_bentrok"), transaction.atomic():
        Penugasan.objects.create(piket=there, anggota=second)
    with pytest.raises(ValidationError) as refused:
        Penugasan(piket=there, anggota=second).full_clean()
    words = " ".join(refused.value.messages)
    assert (
        "Operator Jakarta Barat" in words
        and "Posko Kota Jakarta Barat" in words
        and "08.00–16.00 WIB" in words
    )


def test_direct_insert_of_an_overlap_is_refused(dunia: World) -> None:
    duty = Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR]), anggota=member(dunia))
    other = make_shift(dunia.posko[JAKBAR], 9, 12)
    with pytest.raises(IntegrityError, match="penugasan_tidak_bentrok"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO piket_penugasan (piket_id, anggota_id, pengguna_id, pemilihan_id, waktu, koordinator,"
                " status, keterangan) SELECT %s, anggota_id, pengguna_id, pemilihan_id, %s, false, status, ''"
                " FROM piket_penugasan WHERE id = %s",
                [other.pk, other.waktu, duty.pk],
            )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("column", ["waktu", "pengguna_id", "pemilihan_id"])
def test_copies_cannot_lie(dunia: World, column: str) -> None:
    duty = Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR]), anggota=member(dunia))
    other = {
        "waktu": make_shift(dunia.posko[JAKBAR], 17, 18).waktu,
        "pengguna_id": dunia.orang["polres.jakbar"].pk,
        "pemilihan_id": 999_999,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Penugasan.objects.filter(pk=duty.pk).update(**{column: other[column]})
        connection.check_constraints()


def test_shifts_that_touch_are_no_overlap(dunia: World) -> None:
    day, evening = make_shift(dunia.posko[JAKBAR]), make_shift(dunia.posko[JAKBAR], 16, 24)
    for shift in (day, evening):
        Penugasan.objects.create(piket=shift, anggota=member(dunia))
    assert Penugasan.objects.live().count() == 2


def test_another_edition_is_another_world(dunia: World) -> None:
    Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR]), anggota=member(dunia))
    other = Pemilihan.objects.create(
        kode="pilkada", nama="Pilkada", jenis="pilkada", wilayah_id="31",
        dibuka=dunia.edisi.dibuka, ditutup=dunia.edisi.ditutup,
    )  # fmt: skip
    posko = Posko.objects.create(
        pemilihan=other, wilayah_id=JAKBAR, dibuka=other.dibuka, ditutup=other.ditutup,
        jam_buka=dt.time(8), jam_tutup=dt.time(16),
    )  # fmt: skip
    kursi = Kursi.objects.create(posko=posko, instansi=dunia.instansi["kpu"])
    again = Anggota.objects.create(
        pengguna=dunia.orang["operator.jakbar"], kursi=kursi, peran="piket", mulai=other.dibuka
    )
    assert Penugasan.objects.create(piket=make_shift(posko), anggota=again).pk


@pytest.mark.parametrize("status", ["digantikan", "dibatalkan"])
def test_what_no_longer_counts_does_not_block(dunia: World, status: str) -> None:
    shift = make_shift(dunia.posko[JAKBAR])
    Penugasan.objects.create(piket=shift, anggota=member(dunia), status=status)
    live = Penugasan.objects.create(piket=shift, anggota=member(dunia))
    assert live.status in Penugasan.LIVE


def test_new_hours_follow_to_the_people_and_are_refused_when_they_clash(dunia: World) -> None:
    shift, later = make_shift(dunia.posko[JAKBAR]), make_shift(dunia.posko[JAKBAR], 17, 20)
    duty = Penugasan.objects.create(piket=shift, anggota=member(dunia))
    Penugasan.objects.create(piket=later, anggota=member(dunia))
    shift.waktu = shift_range(shift.zona, shift.tanggal, dt.time(9), dt.time(17))
    shift.full_clean()
    shift.save()
    duty.refresh_from_db()
    assert duty.waktu == shift.waktu
    shift.waktu = shift_range(shift.zona, shift.tanggal, dt.time(9), dt.time(18))
    with pytest.raises(ValidationError, match=r"17\.00–20\.00"):
        shift.full_clean()
    with pytest.raises(IntegrityError, match="penugasan_tidak_bentrok"), transaction.atomic():
        shift.save()


def test_a_membership_that_changes_hands_takes_its_duties_along(dunia: World) -> None:
    anggota = member(dunia)
    duty = Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR]), anggota=anggota)
    Anggota.objects.filter(pk=anggota.pk).update(pengguna=dunia.orang["pengarah.dki"])
    duty.refresh_from_db()
    assert duty.pengguna == dunia.orang["pengarah.dki"]


def test_duty_lies_within_the_membership(dunia: World) -> None:
    anggota, day = member(dunia), dunia.posko[JAKBAR].local_time().date() + dt.timedelta(days=3)
    Anggota.objects.filter(pk=anggota.pk).update(selesai=day - dt.timedelta(days=1))
    shift = make_shift(dunia.posko[JAKBAR], day=day)
    with pytest.raises(IntegrityError, match="penugasan_anggota_sah"), transaction.atomic():
        Penugasan.objects.create(piket=shift, anggota=anggota)
    with pytest.raises(ValidationError, match="Masa tugas"):
        Penugasan(piket=shift, anggota=member(dunia)).full_clean()
    early = make_shift(dunia.posko[JAKBAR], day=day - dt.timedelta(days=1))
    Penugasan.objects.create(piket=early, anggota=anggota)
    early.tanggal, early.waktu = shift.tanggal, shift_range(shift.zona, day, dt.time(9), dt.time(10))
    with pytest.raises(IntegrityError, match="piket_tugas_sah"), transaction.atomic():
        early.save()


def test_a_stranger_to_the_post_is_refused(dunia: World) -> None:
    with pytest.raises(IntegrityError, match="penugasan_anggota_sah"), transaction.atomic():
        Penugasan.objects.create(piket=make_shift(dunia.posko[JAKTIM]), anggota=member(dunia))


def test_ending_a_membership_cancels_what_lies_beyond(dunia: World) -> None:
    anggota, today = member(dunia), dunia.posko[JAKBAR].local_time().date()
    days = [today + dt.timedelta(days=n) for n in (1, 2, 3)]
    for day in days:
        Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR], day=day), anggota=anggota)
    Anggota.objects.filter(pk=anggota.pk).update(selesai=days[1])
    rows = Penugasan.objects.filter(anggota=anggota).order_by("piket__tanggal")
    assert [r.status for r in rows] == ["dijadwalkan", "dijadwalkan", "dibatalkan"]
    assert rows[2].keterangan == "Masa tugas berakhir"


def test_one_koordinator_a_shift_and_never_a_contestants(dunia: World) -> None:
    shift = make_shift(dunia.posko[JAKBAR])
    Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    with pytest.raises(IntegrityError, match="penugasan_koordinator_satu"), transaction.atomic():
        Penugasan.objects.create(piket=shift, anggota=member(dunia, "polres.jakbar"), koordinator=True)
    other = make_shift(dunia.posko[JAKBAR], 17, 20)
    with pytest.raises(IntegrityError, match="penugasan_koordinator_sah"), transaction.atomic():
        Penugasan.objects.create(piket=other, anggota=member(dunia, "partai.jakbar"), koordinator=True)


def test_needs_are_of_seats_in_the_post(dunia: World) -> None:
    shift = make_shift(dunia.posko[JAKBAR])
    with pytest.raises(IntegrityError, match="kebutuhan_kursi_sah"), transaction.atomic():
        Kebutuhan.objects.create(piket=shift, kursi=member(dunia, "operator.kembangan").kursi)
    with pytest.raises(IntegrityError, match="kebutuhan_jumlah_positif"), transaction.atomic():
        Kebutuhan.objects.create(piket=shift, kursi=dunia.kursi(JAKBAR, "polres"), jumlah=0)


ZONES = [("Asia/Jakarta", 7), ("Asia/Makassar", 8), ("Asia/Jayapura", 9)]


@pytest.mark.parametrize(("zona", "offset"), ZONES)
@pytest.mark.parametrize(("mulai", "selesai", "jam"), [(5, 13, "05.00–13.00"), (22, 6, "22.00–06.00")])
def test_duty_date_is_the_local_one(
    dunia: World, zona: str, offset: int, mulai: int, selesai: int, jam: str
) -> None:
    Wilayah.objects.filter(pk=JAKBAR).update(zona_waktu=zona)
    posko = Posko.objects.select_related("wilayah").get(pk=dunia.posko[JAKBAR].pk)
    day = dt.date(2027, 2, 14)
    shift = make_shift(posko, mulai, selesai, day)
    start = dt.datetime(2027, 2, 14, mulai, tzinfo=ZoneInfo(zona))
    assert shift.waktu.lower == start and start.utcoffset() == dt.timedelta(hours=offset)
    assert shift.waktu.upper - shift.waktu.lower == dt.timedelta(hours=8)
    assert shift.jam == jam
    if mulai == 5:  # before 07.00 the UTC date is still yesterday
        assert start.astimezone(dt.UTC).date() == day - dt.timedelta(days=1)
    with pytest.raises(IntegrityError, match="piket_tanggal_setempat"), transaction.atomic():
        Piket.objects.filter(pk=shift.pk).update(tanggal=day - dt.timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_one_wins() -> None:
    """Twenty admins assign the same person to twenty overlapping shifts: one wins, nineteen are told why."""
    dunia = build_world()
    posko = dunia.posko[JAKBAR]
    by, anggota = dunia.aktor("admin.jakbar"), member(dunia)
    start = shift_range(posko.zona, posko.local_time().date() + dt.timedelta(days=1), dt.time(6), dt.time(18))
    shifts = []
    for n in range(20):
        waktu = type(start)(
            start.lower + dt.timedelta(minutes=10 * n), start.upper + dt.timedelta(minutes=10 * n)
        )
        day = waktu.lower.astimezone(posko.zona).date()
        shifts.append(Piket.objects.create(posko=posko, tanggal=day, waktu=waktu).pk)
    said: list[str] = []
    gate = threading.Barrier(20)

    def assign(piket_id: int) -> None:
        try:
            gate.wait()
            add(posko, piket_id, anggota.pk, by=by)
            said.append("menang")
        except Ditolak as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=assign, args=(pk,)) for pk in shifts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("menang") == 1 and len(said) == 20
    assert all("sudah bertugas di Posko Kota Jakarta Barat" in words for words in said if words != "menang")
    assert Penugasan.objects.live().count() == 1


def test_other_edits_of_a_membership_cost_no_duty(dunia: World) -> None:
    anggota = member(dunia)
    Penugasan.objects.create(piket=make_shift(dunia.posko[JAKBAR]), anggota=anggota)
    anggota.jabatan = "Sekretaris"
    anggota.save()
    assert Penugasan.objects.live().filter(anggota=anggota).exists()
