"""Filling from the database: what is kept, what is passed over, what two at once come to; the page that does it."""

from __future__ import annotations

import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from piket.giliran import create_shifts
from piket.models import AturanPiket, Berhalangan, Kebutuhan, Pembuatan, Penugasan, Piket, TukarPiket
from piket.pembuatan import undo
from piket.pengisian import Permintaan, apply, plan, read
from piket.penugasan import Basi
from posko.models import Anggota, Instansi, Kursi, Pengguna, Posko
from tests.cast import World, build_world
from tests.piket.test_kebenaran import JAKBAR, JAKTIM, make_shift, member, seat_at

Masuk = Callable[[str], Client]
DAYTIME = [("Piket", dt.time(8), dt.time(16))]


def tomorrow(posko: Posko) -> dt.date:
    return posko.local_time().date() + dt.timedelta(days=1)


def hire(dunia: World, posko: Posko, count: int, instansi: str = "polres", **more: Any) -> Kursi:
    """More members of an agency, without accounts anybody uses."""
    kursi, _ = Kursi.objects.get_or_create(posko=posko, instansi=dunia.instansi[instansi])
    for n in range(count):
        orang = Pengguna.objects.create(username=f"{posko.pk}.{instansi}.{n}", nama=f"Petugas {instansi} {n}")
        Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka, **more)
    return kursi


def plan_days(dunia: World, days: int, people: int = 3, *, draft: bool = True) -> Permintaan:
    """Drafts of the next days at Jakarta Barat that need one of the Polres each."""
    posko = dunia.posko[JAKBAR]
    kursi = hire(dunia, posko, people)
    first = tomorrow(posko)
    last = first + dt.timedelta(days=days - 1)
    create_shifts(posko, first, last, DAYTIME, {kursi: 1}, draft=draft)
    return Permintaan(posko, first, last, benih=7)


def do(dunia: World, minta: Permintaan, username: str = "admin.jakbar") -> Pembuatan | None:
    return apply(minta, plan(minta).sidik, by=dunia.aktor(username))


def test_fills_in_one_batch_that_is_the_preview(dunia: World) -> None:
    minta = plan_days(dunia, 8)
    shown = plan(minta)
    assert not Penugasan.objects.exists() and not Pembuatan.objects.exists()
    batch = apply(minta, shown.sidik, by=dunia.aktor("admin.jakbar"))
    rows = Penugasan.objects.order_by("waktu").values_list("piket", "anggota", "koordinator")
    assert list(rows) == [(i.giliran, i.anggota, i.koordinator) for i in shown.baru] and len(rows) == 8
    assert all(leads for _, _, leads in rows)
    assert batch is not None and (batch.jenis, batch.benih, batch.oleh.username) == ("isi", 7, "admin.jakbar")
    assert set(Penugasan.objects.values_list("pembuatan", flat=True)) == {batch.pk}
    counts = [Penugasan.objects.filter(anggota=a).count() for a in Anggota.objects.filter(kursi__instansi__kode="polres", kursi__posko=minta.posko)]  # fmt: skip
    assert sorted(counts) == [2, 2, 2, 2]


def test_again_changes_nothing(dunia: World) -> None:
    minta = plan_days(dunia, 4)
    seen = plan(minta).sidik
    first = apply(minta, seen, by=dunia.aktor("admin.jakbar"))
    assert apply(minta, seen, by=dunia.aktor("admin.jakbar")) == first  # the same press, sent twice
    assert do(dunia, minta) is None  # nothing left to do
    with pytest.raises(Basi):  # another's old preview
        apply(minta, seen, by=dunia.aktor("admin"))
    assert Penugasan.objects.count() == 4 and Pembuatan.objects.count() == 1


def test_nobody_serves_in_two_posts_at_once(dunia: World) -> None:
    """A member with another post's duty that day, or too little rest after it, is passed over."""
    minta = plan_days(dunia, 2, people=0)
    polres = member(dunia, "polres.jakbar")
    there = seat_at(dunia, "polres.jakbar", JAKTIM)
    Penugasan.objects.create(piket=make_shift(dunia.posko[JAKTIM], 15, 22, minta.dari), anggota=there)
    shown = plan(minta)
    assert shown.baru == [] and [str(g.sebab[0][0]) for g in shown.hasil.kosong] == [
        "bertugas pada jam itu",
        "masih waktu istirahat",
    ]
    AturanPiket.objects.create(pemilihan=dunia.edisi, jam_istirahat=8)
    do(dunia, minta)
    assert [d.piket.tanggal for d in Penugasan.objects.filter(anggota=polres)] == [minta.sampai]


def test_absence_term_role_and_account_are_heeded(dunia: World) -> None:
    minta = plan_days(dunia, 2, people=0)
    kursi = dunia.kursi(JAKBAR, "polres")
    siti = dunia.orang["polres.jakbar"]
    Berhalangan.objects.create(
        pemilihan=dunia.edisi, pengguna=siti, dari=minta.dari, sampai=minta.dari, alasan="cuti",
        kunci=uuid.uuid4(), oleh=siti,
    )  # fmt: skip
    taken_back = Berhalangan.objects.create(
        pemilihan=dunia.edisi, pengguna=siti, dari=minta.sampai, sampai=minta.sampai, alasan="izin",
        kunci=uuid.uuid4(), oleh=siti, dicabut_pada=timezone.now(),
    )  # fmt: skip
    for n, more in enumerate([{"peran": "petugas_lapangan"}, {"selesai": minta.dari - dt.timedelta(days=1)}]):
        orang = Pengguna.objects.create(username=f"lain{n}", nama=f"Lain {n}")
        given = {"peran": "piket", "mulai": dunia.edisi.dibuka} | more
        Anggota.objects.create(pengguna=orang, kursi=kursi, **given)
    gone = Pengguna.objects.create(username="pergi", nama="Pergi", is_active=False)
    Anggota.objects.create(pengguna=gone, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
    do(dunia, minta)
    assert [(d.pengguna, d.piket.tanggal) for d in Penugasan.objects.all()] == [(siti, taken_back.dari)]


def test_what_stands_stays_and_counts(dunia: World) -> None:
    """Somebody of another role put there by hand takes the place; a koordinator appointed by hand leads."""
    minta = plan_days(dunia, 2)
    shift = Piket.objects.get(tanggal=minta.dari)
    by_hand = Penugasan.objects.create(piket=shift, anggota=member(dunia), koordinator=True)
    kpu = hire(dunia, minta.posko, 1, "kpu")
    Kebutuhan.objects.create(piket=shift, kursi=kpu, jumlah=1)
    field = Anggota.objects.create(
        pengguna=Pengguna.objects.create(username="lapangan", nama="Lapangan"),
        kursi=dunia.kursi(JAKBAR, "polres"), peran="petugas_lapangan", mulai=dunia.edisi.dibuka,
    )  # fmt: skip
    Penugasan.objects.create(piket=shift, anggota=field)
    do(dunia, minta)
    there = Penugasan.objects.filter(piket=shift)
    assert there.count() == 3 and list(there.filter(koordinator=True)) == [by_hand]
    assert there.filter(anggota__kursi=kpu).count() == 1


def test_begun_and_other_shifts_are_left(dunia: World) -> None:
    minta = plan_days(dunia, 3)
    posko, kursi = minta.posko, dunia.kursi(JAKBAR, "polres")
    past = make_shift(posko, 0, 1, posko.local_time().date() - dt.timedelta(days=1))
    other = make_shift(posko, 8, 9, minta.sampai + dt.timedelta(days=1))
    for shift in (past, other):
        Kebutuhan.objects.create(piket=shift, kursi=kursi)
    do(dunia, replace(minta, dari=past.tanggal, kursi=frozenset({dunia.kursi(JAKBAR, "kpu").pk})))
    assert not Penugasan.objects.exists()
    do(dunia, replace(minta, dari=past.tanggal))
    assert Penugasan.objects.count() == 3 and not Penugasan.objects.filter(piket__in=[past, other]).exists()


def test_arranging_anew_leaves_what_is_bound(dunia: World) -> None:
    """Locked, published, offered: untouched. The rest is arranged as if nobody stood there."""
    minta = plan_days(dunia, 8)
    siti = member(dunia, "polres.jakbar")
    shifts = list(Piket.objects.filter(posko=minta.posko).order_by("tanggal"))
    duties = [Penugasan.objects.create(piket=s, anggota=siti) for s in shifts[:6]]
    Penugasan.objects.filter(pk=duties[0].pk).update(terkunci=True)
    Piket.objects.filter(pk=shifts[1].pk).update(terbit_pada=timezone.now())
    TukarPiket.objects.create(penugasan=duties[2], oleh=siti.pengguna, kunci=uuid.uuid4())
    assert [i.giliran for i in plan(minta).baru] == [s.pk for s in shifts[6:]]
    shown = plan(replace(minta, ulang=True))
    assert {row.id for row in shown.hilang} <= {d.pk for d in duties[3:]}
    assert max(b.tugas for b in shown.bahan.load()[siti.kursi_id].values()) == 6
    do(dunia, replace(minta, ulang=True))
    assert {d.pk for d in duties[:3]} <= set(Penugasan.objects.values_list("pk", flat=True))
    assert Penugasan.objects.count() == 8 and Penugasan.objects.filter(anggota=siti).count() == 3
    assert do(dunia, replace(minta, ulang=True)) is None  # the same seed: the same rows


@pytest.mark.parametrize("change", ["duty", "need", "absence", "member", "rule", "published"])
def test_a_changed_world_asks_for_a_new_preview(dunia: World, change: str) -> None:
    minta = replace(plan_days(dunia, 2), ulang=change == "published")
    shift = Piket.objects.get(tanggal=minta.dari)
    siti = member(dunia, "polres.jakbar")
    if change == "published":
        Penugasan.objects.create(piket=shift, anggota=siti)
    seen = plan(minta).sidik
    match change:
        case "duty":
            Penugasan.objects.create(piket=shift, anggota=siti)
        case "need":
            Kebutuhan.objects.filter(piket=shift).update(jumlah=2)
        case "absence":
            Berhalangan.objects.create(
                pemilihan=dunia.edisi, pengguna=siti.pengguna, dari=minta.dari, sampai=minta.dari, alasan="sakit",
                kunci=uuid.uuid4(), oleh=siti.pengguna,
            )  # fmt: skip
        case "member":
            Anggota.objects.filter(pk=siti.pk).update(selesai=minta.dari)
        case "rule":
            AturanPiket.objects.create(pemilihan=dunia.edisi, hari_beruntun=1)
        case "published":
            Piket.objects.filter(pk=shift.pk).update(terbit_pada=timezone.now())
    before = Penugasan.objects.count()
    with pytest.raises(Basi):
        apply(minta, seen, by=dunia.aktor("admin.jakbar"))
    assert Penugasan.objects.count() == before and not Pembuatan.objects.exists()


def test_a_filling_is_undone_as_one(dunia: World) -> None:
    minta = plan_days(dunia, 4)
    shift = Piket.objects.get(tanggal=minta.dari)
    by_hand = Penugasan.objects.create(piket=shift, anggota=member(dunia, "polres.jakbar"))
    batch = do(dunia, minta)
    assert batch is not None and Penugasan.objects.count() == 4
    assert "3 penugasan dibatalkan" in undo(batch.pk, by=dunia.aktor("admin.jakbar"))
    assert list(Penugasan.objects.all()) == [by_hand]
    assert do(dunia, minta) != batch and Penugasan.objects.count() == 4


def test_only_who_administers_the_post(dunia: World) -> None:
    minta = plan_days(dunia, 2)
    for username in ("operator.jakbar", "ketua.jakbar", "polres.jakbar", "partai.jakbar"):
        with pytest.raises(PermissionDenied):
            do(dunia, minta, username)
    assert not Penugasan.objects.exists()


def test_queries_do_not_grow(dunia: World) -> None:
    minta = plan_days(dunia, 2)
    with CaptureQueriesContext(connection) as few:
        read(minta)
    last = minta.dari + dt.timedelta(days=29)
    seats = {hire(dunia, minta.posko, 4, kode): 1 for kode in ("kpu", "bawaslu", "satpol_pp")}
    create_shifts(minta.posko, minta.dari, last, [("Sore", dt.time(16), dt.time(20))], seats)
    with CaptureQueriesContext(connection) as many:
        found = read(replace(minta, sampai=last))
    assert len(many) == len(few) == 7 and len(found.masalah.butuh) == 92


@pytest.mark.django_db(transaction=True)
def test_two_at_once() -> None:
    """Two posts that share their people, filled at the same hours by two admins at once, each twice."""
    dunia = build_world()
    first = tomorrow(dunia.posko[JAKBAR])
    last = first + dt.timedelta(days=9)
    orders: list[Permintaan] = []
    crew = [Pengguna.objects.create(username=f"u{n}", nama=f"U {n}") for n in range(3)]
    for kode in (JAKBAR, JAKTIM):
        kursi, _ = Kursi.objects.get_or_create(posko=dunia.posko[kode], instansi=dunia.instansi["fkdm"])
        for orang in crew:
            Anggota.objects.create(pengguna=orang, kursi=kursi, peran="piket", mulai=dunia.edisi.dibuka)
        create_shifts(dunia.posko[kode], first, last, DAYTIME, {kursi: 1})
        orders.append(Permintaan(dunia.posko[kode], first, last, benih=len(orders)))
    by = dunia.aktor("admin")
    seen = {minta: plan(minta).sidik for minta in orders}
    gate, said = threading.Barrier(4), []

    def press(minta: Permintaan) -> None:
        try:
            gate.wait()
            made = apply(minta, seen[minta], by=by)
            said.append(made.pk if made else 0)
        except Basi:
            said.append("basi")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(minta,)) for minta in orders * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One post wins and its second press is told the same; the other's preview is out of date.
    assert len(said) == 4 and said.count("basi") == 2 and Pembuatan.objects.count() == 1
    assert Penugasan.objects.count() == 10
    for minta in orders:
        apply(minta, plan(minta).sidik, by=by)
    assert Penugasan.objects.count() == 20


# --- the page -----------------------------------------------------------------------------------------


def page(posko: Posko) -> str:
    return reverse("jadwal:fill", args=[posko.pk])


def asked(minta: Permintaan, **more: Any) -> dict[str, Any]:
    days = {"dari": minta.dari.isoformat(), "sampai": minta.sampai.isoformat()}
    return days | {"cara": "ulang" if minta.ulang else "sisa"} | more


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(benih|sidik)" value="(\w+)"', text))


@pytest.mark.parametrize(
    ("username", "kode", "status"),
    [
        ("admin.jakbar", JAKBAR, 200),
        ("admin.jakbar", "31", 403),  # above: seen, not administered
        ("admin.jakbar", JAKTIM, 404),  # another city: hidden like what does not exist
        ("operator.jakbar", JAKBAR, 302),  # no admin at all: to the admin's door
    ],
)
def test_who_may_open_the_page(dunia: World, masuk: Masuk, username: str, kode: str, status: int) -> None:
    client, posko = masuk(username), dunia.posko[kode]
    assert client.get(page(posko)).status_code == status
    if status != 200:
        assert client.get(page(posko), {"cara": "sisa"}).status_code == status
        assert client.post(page(posko), {}).status_code == status


def test_a_closed_edition_is_read_only(dunia: World, masuk: Masuk) -> None:
    client = masuk("admin.jakbar")
    dunia.edisi.close()
    assert client.post(page(dunia.posko[JAKBAR]), {}).status_code == 403


def test_preview_then_fill(dunia: World, masuk: Masuk) -> None:
    minta, client = plan_days(dunia, 4), masuk("admin.jakbar")
    assert "Lihat pratinjau" in client.get(page(minta.posko)).content.decode()
    answer = client.get(page(minta.posko), asked(minta))
    text = answer.content.decode()
    assert answer.status_code == 200 and "<b>4</b> penugasan dibuat pada 4 giliran" in text
    assert "semua tempat terisi" in text and "0 → <b>1</b>" in text
    assert not Penugasan.objects.exists()
    send = asked(minta) | hidden(text)
    for _ in range(2):  # sent twice: the same
        done = client.post(page(minta.posko), send, follow=True)
        assert done.redirect_chain[0][1] == 302 and "4 penugasan dibuat" in done.content.decode()
    assert Penugasan.objects.count() == 4 and Pembuatan.objects.count() == 1
    again = client.get(page(minta.posko), asked(minta)).content.decode()
    assert "Tidak ada yang perlu diisi" in again and hidden(again) == {}


def test_a_stale_preview_is_shown_anew(dunia: World, masuk: Masuk) -> None:
    minta, client = plan_days(dunia, 4), masuk("admin.jakbar")
    send = asked(minta) | hidden(client.get(page(minta.posko), asked(minta)).content.decode())
    Penugasan.objects.create(
        piket=Piket.objects.get(tanggal=minta.dari), anggota=member(dunia, "polres.jakbar")
    )
    answer = client.post(page(minta.posko), send)
    text = answer.content.decode()
    assert answer.status_code == 409 and "berubah sejak pratinjau" in text and "<b>3</b> penugasan" in text
    assert client.post(page(minta.posko), asked(minta) | hidden(text)).status_code == 302
    assert Penugasan.objects.count() == 4


def test_gaps_say_why(dunia: World, masuk: Masuk) -> None:
    minta = plan_days(dunia, 7, people=0)
    leaving = dunia.kursi(JAKBAR, "kpu")
    Anggota.objects.filter(kursi=leaving).update(selesai=minta.dari)
    nobody = Kursi.objects.create(posko=minta.posko, instansi=dunia.instansi["camat"])
    for kursi in (leaving, nobody):
        Kebutuhan.objects.create(piket=Piket.objects.get(tanggal=minta.sampai), kursi=kursi)
    text = masuk("admin.jakbar").get(page(minta.posko), asked(minta)).content.decode()
    assert "1 sudah penuh hari berturut-turut" in text and "di luar masa tugas" in text
    assert "belum ada anggota yang dapat dijadwalkan" in text and "<b>3</b> tempat tetap kosong" in text
    nothing = replace(
        minta, dari=minta.dari + dt.timedelta(days=20), sampai=minta.dari + dt.timedelta(days=20)
    )
    text = masuk("admin.jakbar").get(page(minta.posko), asked(nothing)).content.decode()
    assert "Tidak ada giliran yang akan datang" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"dari": "kemarin"},
        {"dari": ""},
        {"sampai": "1999-01-01"},
        {"sampai": "2099-01-01"},
        {"cara": "semua"},
        {"kursi": "abc"},
        {"kursi": "999999999"},
    ],
)
def test_bad_input_is_said_at_the_field(dunia: World, masuk: Masuk, wrong: dict[str, str]) -> None:
    minta, client = plan_days(dunia, 1), masuk("admin.jakbar")
    for answer in (
        client.get(page(minta.posko), asked(minta) | wrong),
        client.post(page(minta.posko), asked(minta) | wrong | {"benih": "1", "sidik": "a" * 32}),
    ):
        assert answer.status_code == 422 and 'class="errorlist' in answer.content.decode()


@pytest.mark.parametrize("wrong", [{"benih": "x"}, {"benih": "9" * 30}, {"sidik": ""}, {"sidik": "z" * 32}])
def test_a_torn_preview_is_refused(dunia: World, masuk: Masuk, wrong: dict[str, str]) -> None:
    minta = plan_days(dunia, 1)
    answer = masuk("admin.jakbar").post(
        page(minta.posko), asked(minta) | {"benih": "1", "sidik": "a" * 32} | wrong
    )
    assert answer.status_code == 422 and "Pratinjau ini tidak lengkap" in answer.content.decode()


def test_page_queries_do_not_grow(dunia: World, masuk: Masuk) -> None:
    minta, client = plan_days(dunia, 2), masuk("admin.jakbar")

    def count(**dates: dt.date) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(minta.posko), asked(replace(minta, **dates))).status_code == 200
        return len(queries)

    few = count()
    last = minta.dari + dt.timedelta(days=29)
    for n in range(3):
        instansi = Instansi.objects.create(kode=f"ramai{n}", nama=f"Ramai {n}", unsur="pemda", urutan=90 + n)
        dunia.instansi[instansi.kode] = instansi
        kursi = hire(dunia, minta.posko, 2, instansi.kode)
        create_shifts(minta.posko, minta.dari, last, DAYTIME, {kursi: 1})
    assert count(sampai=last) == few <= 16


# --- many posts from the command line -----------------------------------------------------------------


def test_many_posts_by_command(dunia: World, capsys: pytest.CaptureFixture[str]) -> None:
    minta = plan_days(dunia, 2)
    call = {"edisi": dunia.edisi.kode, "oleh": "admin.jakbar"}
    call_command("isi_piket", coba=True, **call)
    assert "2 petugas akan ditempatkan" in capsys.readouterr().out and not Penugasan.objects.exists()
    call_command("isi_piket", **call)
    said = capsys.readouterr()
    # Jakarta Barat, Kembangan, and two kelurahan; not the province nor Jakarta Timur.
    assert "2 petugas ditempatkan di 4 posko, 0 tempat tetap kosong" in said.out
    assert f"[1/4] {minta.posko} … 2 ditempatkan, 0 tetap kosong" in said.err
    event = Penugasan.objects.latest("pk").events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == dunia.orang["admin.jakbar"].pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"oleh": "tidak.ada"},
        {"oleh": "operator.jakbar"},
        {"edisi": "lain"},
        {"wilayah": "99"},
        {"benih": -1},
    ],
)
def test_the_command_says_what_is_wrong(dunia: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("isi_piket", **({"edisi": dunia.edisi.kode, "oleh": "admin.jakbar"} | wrong))
