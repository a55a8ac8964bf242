"""Duties that change hands: every state × act × person, bound to the assignment, one winner; and covering at once."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from piket import tukar
from piket.berhalangan import candidates, needing_cover, report
from piket.models import Berhalangan, Penugasan, Piket, TukarPiket, shift_range
from piket.penugasan import Basi, Ditolak
from posko.models import Anggota, Pengguna
from tests.cast import CAST, World

pytestmark = pytest.mark.django_db
JAKBAR = "31.73"
DAY = dt.timedelta(days=1)
Masuk = Callable[[str], Client]


def colleague(dunia: World, name: str = "rekan") -> Anggota:
    """Another member at the seat of polres.jakbar."""
    mine = Anggota.objects.get(pengguna=dunia.orang["polres.jakbar"])
    person = Pengguna.objects.create(username=name, nama=f"Rekan {name}")
    dunia.orang[name] = person
    return Anggota.objects.create(pengguna=person, kursi=mine.kursi, peran="piket", mulai=mine.mulai)


def duty(
    dunia: World, days: int = 2, who: str = "polres.jakbar", hours: tuple[int, int] = (8, 16), **more: object
) -> Penugasan:
    posko = dunia.posko[JAKBAR]
    day = posko.local_time().date() + days * DAY
    waktu = shift_range(posko.zona, day, dt.time(hours[0]), dt.time(hours[1]))
    shift = Piket.objects.filter(posko=posko, waktu=waktu).first() or Piket.objects.create(
        posko=posko, tanggal=day, waktu=waktu
    )
    member = Anggota.objects.filter(pengguna=dunia.orang[who], kursi__posko=posko).earliest("id")
    return Penugasan.objects.create(piket=shift, anggota=member, **more)


def offered(dunia: World, **more: object) -> TukarPiket:
    made = duty(dunia, **more)  # type: ignore[arg-type]
    return tukar.offer(made.pk, kunci=uuid.uuid4(), by=dunia.aktor("polres.jakbar"))


def taken(dunia: World, **more: object) -> TukarPiket:
    made = offered(dunia, **more)
    return tukar.act("take", made.pk, by=dunia.aktor("rekan"))


def in_state(dunia: World, status: str) -> TukarPiket:
    colleague(dunia)
    if status == "ditawarkan":
        return offered(dunia)
    made = taken(dunia)
    act = {"disetujui": "approve", "tidak_disetujui": "refuse"}.get(status)
    if status == "dibatalkan":
        return tukar.act("cancel", made.pk, by=dunia.aktor("polres.jakbar"))
    return tukar.act(act, made.pk, by=dunia.aktor("operator.jakbar"), catatan="x") if act else made


WHO = {
    "take": {"rekan"},
    "release": {"rekan"},
    "cancel": {"polres.jakbar"},
    "approve": {"operator.jakbar", "ketua.jakbar"},
    "refuse": {"operator.jakbar", "ketua.jakbar"},
}
SEE = {"polres.jakbar", "rekan", "operator.jakbar", "ketua.jakbar", "admin.jakbar", "admin"}


@pytest.mark.parametrize("status", [s for s, _ in TukarPiket.Status.choices])
@pytest.mark.parametrize("name", list(tukar.ACTS))
def test_only_the_table_is_possible(dunia: World, masuk: Masuk, status: str, name: str) -> None:
    found, act = in_state(dunia, status), tukar.ACTS[name]
    for username in [*CAST, "rekan"]:
        if username in ("lama.jakbar", "nonaktif.jakbar"):
            continue
        before = TukarPiket.objects.get(pk=found.pk)
        answer = masuk(username).post(f"/piket/tukar/{found.pk}/{act.slug}/", {"catatan": "Alasan"})
        may = username in WHO[name] and not (
            username == "rekan" and name == "release" and before.pengambil is None
        )
        if username not in SEE and not may:
            assert answer.status_code == 404, username
        elif not may:
            assert answer.status_code == 403, username
        elif before.status in act.dari or (before.status == act.ke and name in ("cancel", "refuse")):
            assert answer.status_code == 302, (username, answer.content)
            return
        else:
            assert answer.status_code == 409, username
        assert TukarPiket.objects.get(pk=found.pk).status == before.status


def test_approved_the_duty_belongs_to_the_colleague(dunia: World) -> None:
    colleague(dunia)
    found = taken(dunia, koordinator=True)
    tukar.act("approve", found.pk, by=dunia.aktor("operator.jakbar"))
    old = Penugasan.objects.get(pk=found.penugasan_id)
    new = Penugasan.objects.get(menggantikan=old)
    assert (old.status, old.koordinator) == ("digantikan", False)
    assert (new.pengguna, new.koordinator, new.status) == (dunia.orang["rekan"], True, "dijadwalkan")


def test_two_duties_change_places_even_at_the_same_hour_on_two_days(dunia: World) -> None:
    colleague(dunia)
    found = offered(dunia)
    back = duty(dunia, days=3, who="rekan")
    tukar.act("take", found.pk, by=dunia.aktor("rekan"), balasan=back.pk)
    tukar.act("approve", found.pk, by=dunia.aktor("ketua.jakbar"))
    live = Penugasan.objects.live().order_by("waktu").values_list("pengguna__username", flat=True)
    assert list(live) == ["rekan", "polres.jakbar"]


def test_an_offer_is_bound_to_its_assignment(dunia: World) -> None:
    colleague(dunia)
    found = taken(dunia)
    Penugasan.objects.filter(pk=found.penugasan_id).update(status="dibatalkan")
    with pytest.raises(Basi, match="sejak ditawarkan"):
        tukar.act("approve", found.pk, by=dunia.aktor("operator.jakbar"))
    assert TukarPiket.objects.get(pk=found.pk).status == "diambil"
    assert not Penugasan.objects.live().exists()


@pytest.mark.parametrize("what", ["attended", "begun"])
def test_a_duty_that_began_stays(dunia: World, what: str) -> None:
    colleague(dunia)
    if what == "begun":
        made = dunia.put_on_duty("polres.jakbar")
    else:
        made = duty(dunia)
        Penugasan.objects.filter(pk=made.pk).update(kehadiran="hadir", datang=timezone.now())
    with pytest.raises(Ditolak):
        tukar.offer(made.pk, kunci=uuid.uuid4(), by=dunia.aktor("polres.jakbar"))


def test_a_locked_duty_is_not_swapped_but_can_be_covered(dunia: World, masuk: Masuk) -> None:
    found, locked = colleague(dunia), duty(dunia, terkunci=True)
    page = masuk("polres.jakbar").get("/piket/saya/").content.decode()
    assert f"/piket/tukar/baru/{locked.pk}/" not in page and "Saya berhalangan" in page
    with pytest.raises(Ditolak, match="dikunci"):
        tukar.offer(locked.pk, kunci=uuid.uuid4(), by=dunia.aktor("polres.jakbar"))
    new = tukar.cover(locked.pk, found.pk, by=dunia.aktor("operator.jakbar"))
    assert new.menggantikan == locked and new.terkunci


def test_locking_an_offered_duty_keeps_it_where_it_is(dunia: World) -> None:
    colleague(dunia)
    found = taken(dunia)
    Penugasan.objects.filter(pk=found.penugasan_id).update(terkunci=True)
    with pytest.raises(Ditolak, match="dikunci"):
        tukar.act("approve", found.pk, by=dunia.aktor("operator.jakbar"))
    assert Penugasan.objects.get(pk=found.penugasan_id).status in Penugasan.LIVE


def test_who_is_busy_or_away_cannot_take_it(dunia: World) -> None:
    colleague(dunia)
    found = offered(dunia)
    busy = duty(dunia, who="rekan", hours=(9, 11))
    with pytest.raises(Ditolak, match="sudah bertugas di"):
        tukar.act("take", found.pk, by=dunia.aktor("rekan"))
    busy.delete()
    day = found.penugasan.piket.tanggal
    report(by=dunia.aktor("rekan"), dari=day, sampai=day, alasan="cuti", kunci=uuid.uuid4())
    with pytest.raises(Ditolak, match="berhalangan"):
        tukar.act("take", found.pk, by=dunia.aktor("rekan"))


def test_the_same_key_is_one_offer(dunia: World) -> None:
    made, key, by = duty(dunia), uuid.uuid4(), dunia.aktor("polres.jakbar")
    first = tukar.offer(made.pk, kunci=key, by=by)
    assert tukar.offer(made.pk, kunci=key, by=by) == first
    with pytest.raises(Basi):
        tukar.offer(made.pk, kunci=key, alasan="lain", by=by)
    with pytest.raises(Ditolak, match="sudah ditawarkan"):
        tukar.offer(made.pk, kunci=uuid.uuid4(), by=by)


@pytest.mark.django_db(transaction=True)
def test_ten_takers_one_wins(dunia: World) -> None:
    names = [f"rekan{n}" for n in range(10)]
    for name in names:
        colleague(dunia, name)
    found = offered(dunia)
    actors = [dunia.aktor(name) for name in names]
    gate = threading.Barrier(10)
    said: list[str] = []

    def take(n: int) -> None:
        try:
            gate.wait()
            tukar.act("take", found.pk, by=actors[n])
            said.append("diambil")
        except Ditolak as refused:
            said.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["Basi"] * 9 + ["diambil"]


# --- who cannot come ----------------------------------------------------------------------------------


def test_unavailable_person_is_replaced_at_once(dunia: World, masuk: Masuk) -> None:
    colleague(dunia)
    made = duty(dunia)
    day = made.piket.tanggal.isoformat()
    sent = {"kunci": str(uuid.uuid4()), "dari": day, "sampai": day, "alasan": "sakit", "keterangan": "Demam"}
    for _ in range(2):  # a double tap is one entry
        assert masuk("polres.jakbar").post("/piket/berhalangan/", sent).status_code == 302
    assert Berhalangan.objects.count() == 1
    listed = masuk("operator.jakbar").get("/piket/pengganti/").content.decode()
    assert "Anggota Polres Jakarta Barat" in listed and "Demam" not in listed
    assert masuk("polres.jakbar").get("/piket/pengganti/").status_code == 403
    assert list(needing_cover(dunia.aktor("operator.jaktim"), timezone.now())) == []
    page = f"/piket/tugas/{made.pk}/pengganti/"
    rekan = Anggota.objects.get(pengguna=dunia.orang["rekan"])
    assert masuk("operator.jakbar").post(page, {"anggota": "x"}).status_code == 422
    assert masuk("operator.jakbar").post(page, {"anggota": rekan.pk}).status_code == 302
    made.refresh_from_db()
    assert made.status == "digantikan" and Penugasan.objects.get(menggantikan=made).anggota == rekan
    assert masuk("operator.jakbar").post(page, {"anggota": rekan.pk}).status_code == 409
    assert (
        masuk("kpu.jakbar").get(page).status_code == 403
        and masuk("operator.jaktim").get(page).status_code == 404
    )


def test_candidates_say_what_stands_in_the_way(
    dunia: World, django_assert_num_queries: Callable[[int], object]
) -> None:
    made = duty(dunia)
    for name in ("a", "b", "c"):
        colleague(dunia, name)
    duty(dunia, who="a", hours=(9, 12))
    duty(dunia, days=5, who="b")
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        rows = candidates(made)
    assert [(r.anggota.pengguna.username, bool(r.sebab), r.tugas) for r in rows] == [
        ("c", False, 0), ("b", False, 1), ("a", True, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"dari": "besok"}, "tanggal"),
        ({"sampai": "2020-01-01"}, "tidak boleh sebelum"),
        ({"alasan": "malas"}, "alasan"),
        ({"kunci": "x"}, "Muat ulang"),
        ({"anggota": "1"}, "anggota"),
    ],
)
def test_bad_input(dunia: World, masuk: Masuk, wrong: dict[str, str], words: str) -> None:
    day = (timezone.localdate() + DAY).isoformat()
    sent = {
        "kunci": str(uuid.uuid4()),
        "dari": day,
        "sampai": day,
        "alasan": "izin",
        "keterangan": "Acara keluarga",
    }
    page = masuk("operator.jakbar").post("/piket/berhalangan/", sent | wrong)
    assert page.status_code == 422 and "Acara keluarga" in page.content.decode()


def test_taken_back_by_whose_it_is(dunia: World, masuk: Masuk) -> None:
    day = timezone.localdate() + DAY
    row = report(by=dunia.aktor("polres.jakbar"), dari=day, sampai=day, alasan="izin", kunci=uuid.uuid4())
    path = f"/piket/berhalangan/{row.pk}/cabut/"
    assert masuk("kpu.jakbar").post(path).status_code == 404
    assert masuk("polres.jakbar").post(path).status_code == 302
    row.refresh_from_db()
    assert row.dicabut_pada is not None
