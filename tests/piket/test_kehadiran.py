"""The table of attendance, row by row, and marking by who runs the shift."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from piket import kehadiran
from piket.kehadiran import TABEL, Cara, K, Perubahan, change, correct, mark, present_state
from piket.models import Penugasan
from piket.penugasan import Basi, Ditolak
from piket.rincian import history
from tests.cast import World, build_world

STATES = ["", "hadir", "terlambat", "sakit", "izin", "cuti", "dinas_luar", "tanpa_keterangan"]
CAME = {"hadir", "terlambat"}
EXCUSED = {"sakit", "izin", "cuti", "dinas_luar"}
MINUTE = dt.timedelta(minutes=1)

# The table once more, written out: act: (from, to). What is not here is refused.
ALLOWED: dict[str, set[tuple[str, str]]] = {
    "check_in": set(product(("", "tanpa_keterangan"), CAME)),
    "check_out": set(product(CAME, CAME)),
    "mark_present": set(product(("", "tanpa_keterangan"), CAME)),
    "mark_left": set(product(CAME, CAME)),
    "mark_excused": set(product(("", "tanpa_keterangan"), EXCUSED)),
    "mark_missing": {("", "tanpa_keterangan")},
    "correct": set(product(STATES[1:], STATES)),
}
RIGHTS = {"check_in": "check_in", "check_out": "check_in"}
NEEDS = {
    "check_in": {"bukti"}, "check_out": {"bukti"}, "mark_excused": {"catatan"}, "mark_missing": {"mulai"},
    "correct": {"alasan"},
}  # fmt: skip


def test_words_are_those_of_the_glossary() -> None:
    assert [k.value for k in K] == STATES
    assert [k.label for k in K][1:] == [
        "Hadir", "Terlambat", "Sakit", "Izin", "Cuti", "Dinas luar", "Tanpa keterangan",
    ]  # fmt: skip
    assert Penugasan.Status.DIGANTIKAN.label == "Digantikan"


def test_rights_and_needs() -> None:
    assert set(TABEL) == set(ALLOWED)
    assert {n: row.hak for n, row in TABEL.items()} == {n: RIGHTS.get(n, "mark_attendance") for n in ALLOWED}
    assert {n: set(row.butuh) for n, row in TABEL.items() if row.butuh} == NEEDS


@pytest.mark.parametrize("nama", sorted(ALLOWED))
def test_every_row_from_every_state_to_every_state(dunia: World, nama: str) -> None:
    """64 pairs a row: those of the table pass, all others are refused."""
    duty = Penugasan.objects.select_related("piket__posko__wilayah").get(
        pk=dunia.put_on_duty("piket.jakbar").pk
    )
    by, now = dunia.orang["operator.jakbar"], timezone.now()
    passed = set()
    for dari, ke in product(STATES, STATES):
        came = (
            duty.waktu.lower
            if ke == "hadir"
            else duty.waktu.lower + 16 * MINUTE
            if ke == "terlambat"
            else None
        )
        duty.kehadiran = dari
        try:
            change(
                duty, Perubahan(TABEL[nama], ke, came, alasan="Telepon istrinya"),
                at=now, oleh=by, cara=Cara.KOORDINATOR,
            )  # fmt: skip
        except Ditolak:
            continue
        passed.add((dari, ke))
        assert duty.kehadiran == ke
    assert passed == ALLOWED[nama]


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-60, "hadir"), (0, "hadir"), (15, "hadir"), (15.02, "terlambat"), (400, "terlambat")],
)
def test_the_hour_decides_hadir_or_terlambat(dunia: World, minutes: float, state: str) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    assert present_state(duty, duty.waktu.lower + minutes * MINUTE) == state


@pytest.mark.parametrize(
    ("came", "left", "words"),
    [(-61, None, "Terlalu dini"), (481, None, "sudah selesai"), (119, 118, "tidak boleh sebelum jam datang"),
     (130, None, "sesudah saat ini"), (10, 130, "sesudah saat ini"), (None, None, "Isi jam datang")],
)  # fmt: skip
def test_impossible_hours(dunia: World, came: int | None, left: int | None, words: str) -> None:
    duty = Penugasan.objects.select_related("piket__posko__wilayah").get(
        pk=dunia.put_on_duty("piket.jakbar").pk
    )
    start = duty.waktu.lower
    arrival = start + came * MINUTE if came is not None else None
    state = present_state(duty, arrival) if arrival else "hadir"
    new = Perubahan(TABEL["mark_present"], state, arrival, start + left * MINUTE if left else None)
    with pytest.raises(Ditolak, match=words):
        change(duty, new, at=timezone.now(), oleh=dunia.orang["operator.jakbar"], cara=Cara.KOORDINATOR)


def test_hadir_cannot_be_claimed_after_the_grace(dunia: World) -> None:
    duty = Penugasan.objects.select_related("piket__posko__wilayah").get(
        pk=dunia.put_on_duty("piket.jakbar").pk
    )
    new = Perubahan(TABEL["mark_present"], "hadir", duty.waktu.lower + 20 * MINUTE)
    with pytest.raises(Ditolak, match="mengikuti jam datang"):
        change(duty, new, at=timezone.now(), oleh=dunia.orang["operator.jakbar"], cara=Cara.KOORDINATOR)


@pytest.mark.parametrize("status", ["digantikan", "dibatalkan"])
def test_who_no_longer_serves_is_not_marked(dunia: World, status: str) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    Penugasan.objects.filter(pk=duty.pk).update(status=status)
    done = mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor("operator.jakbar"))
    assert not done.dicatat and status in done.ditolak[0]


def test_many_at_once(dunia: World, django_assert_num_queries: object) -> None:
    duties = [
        dunia.put_on_duty(name) for name in ("piket.jakbar", "polres.jakbar", "kpu.jakbar", "bawaslu.jakbar")
    ]
    by, shift = dunia.aktor("operator.jakbar"), duties[0].piket
    shift.pemimpin_id = None
    # savepoint, lock, write, savepoint: the same for one and for four
    with django_assert_num_queries(4):
        done = mark(shift, [d.pk for d in duties[:1]], "hadir", by=by, datang=shift.waktu.lower)
    assert done.dicatat == ["Petugas Piket Jakarta Barat"]
    with django_assert_num_queries(4):
        done = mark(shift, [d.pk for d in duties], "hadir", by=by, datang=shift.waktu.lower)
    assert len(done.dicatat) == 3 and done.sudah == ["Petugas Piket Jakarta Barat"]
    rows = Penugasan.objects.filter(piket=shift)
    assert {(r.kehadiran, r.cara, r.ditandai_oleh_id) for r in rows} == {
        ("hadir", "koordinator", by.pengguna.pk)
    }
    assert mark(shift, [duties[0].pk], "pulang", by=by).dicatat == ["Petugas Piket Jakarta Barat"]
    assert mark(shift, [duties[0].pk], "pulang", by=by).sudah == ["Petugas Piket Jakarta Barat"]


def test_one_that_cannot_be_marked_does_not_stop_the_others(dunia: World) -> None:
    first, second = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("polres.jakbar")
    by = dunia.aktor("operator.jakbar")
    mark(first.piket, [first.pk], "sakit", by=by, catatan="Telepon istrinya")
    done = mark(first.piket, [first.pk, second.pk], "hadir", by=by)
    assert len(done.dicatat) == 1 and "sudah tercatat sakit" in done.ditolak[0]


def test_absence_needs_a_note_and_tanpa_keterangan_the_hour(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    by = dunia.aktor("operator.jakbar")
    for sebab in sorted(EXCUSED):
        done = mark(duty.piket, [duty.pk], sebab, by=by, catatan="  ")
        assert "Tulis catatan" in done.ditolak[0]
    early = duty.waktu.lower + 14 * MINUTE
    assert "baru dapat dicatat" in mark(duty.piket, [duty.pk], "tanpa_keterangan", by=by, at=early).ditolak[0]
    assert mark(duty.piket, [duty.pk], "tanpa_keterangan", by=by).dicatat
    # Who comes after all is let in by the code, and who sends word later is excused with a note.
    assert mark(duty.piket, [duty.pk], "sakit", by=by, catatan="Surat dokter menyusul").dicatat
    assert history(duty.piket)[-1].alasan == "Surat dokter menyusul"


def test_nobody_marks_themselves_by_hand(dunia: World) -> None:
    duty, other = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("polres.jakbar")
    Penugasan.objects.filter(pk=duty.pk).update(koordinator=True)
    by = dunia.aktor("piket.jakbar")
    done = mark(duty.piket, [duty.pk, other.pk], "hadir", by=by)
    assert done.dicatat and "dengan kode di posko" in done.ditolak[0]
    with pytest.raises(PermissionDenied):
        correct(duty.pk, Perubahan(TABEL["correct"], "hadir", duty.waktu.lower), by=by, seen=None)


@pytest.mark.parametrize(
    "username", ["piket.jakbar", "partai.jakbar", "operator.dki", "admin.jakbar", "admin", "operator.jaktim"]
)
def test_who_does_not_run_the_shift_marks_nobody(dunia: World, username: str) -> None:
    duty = dunia.put_on_duty("polres.jakbar")
    with pytest.raises(PermissionDenied):
        mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor(username))


def test_a_duty_of_another_shift_is_not_touched(dunia: World) -> None:
    duty, other = dunia.put_on_duty("piket.jakbar"), dunia.put_on_duty("operator.jaktim")
    done = mark(duty.piket, [other.pk], "hadir", by=dunia.aktor("operator.jakbar"))
    assert not (done.dicatat or done.sudah or done.ditolak)
    other.refresh_from_db()
    assert other.kehadiran == ""


def test_correcting_keeps_what_was_and_why(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    by = dunia.aktor("operator.jakbar")
    mark(duty.piket, [duty.pk], "hadir", by=by)
    duty.refresh_from_db()
    start = duty.waktu.lower
    with pytest.raises(Ditolak, match="Tulis alasan"):
        correct(duty.pk, Perubahan(TABEL["correct"], "hadir", start), by=by, seen=duty.ditandai_pada)
    new = Perubahan(TABEL["correct"], "hadir", start, start + 60 * MINUTE, "Lupa mencatat pagi tadi")
    fixed = correct(duty.pk, new, by=dunia.aktor("ketua.jakbar"), seen=duty.ditandai_pada)
    assert (fixed.kehadiran, fixed.datang, fixed.pulang) == ("hadir", start, start + 60 * MINUTE)
    rows = history(duty.piket, duty.pk)
    assert [(r.keadaan.kata, r.oleh, r.alasan) for r in rows] == [
        ("Terlambat", "Operator Jakarta Barat", ""),
        ("Hadir", dunia.orang["ketua.jakbar"].nama, "Lupa mencatat pagi tadi"),
    ]
    # Looked at before: somebody was faster.
    with pytest.raises(Basi, match="baru saja dicatat"):
        correct(duty.pk, new, by=by, seen=duty.ditandai_pada)
    undone = Perubahan(TABEL["correct"], "", alasan="Salah orang")
    assert correct(duty.pk, undone, by=by, seen=fixed.ditandai_pada).kehadiran == ""


def test_closed_edition_marks_nobody(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    dunia.edisi.ditutup_pada = timezone.now()
    dunia.edisi.save()
    with pytest.raises(PermissionDenied):
        mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor("operator.jakbar"))


def test_the_database_keeps_who_came(dunia: World) -> None:
    from django.db import IntegrityError, transaction
    from django.db.utils import ProgrammingError

    duty = dunia.put_on_duty("piket.jakbar")
    mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor("operator.jakbar"))
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        Penugasan.objects.filter(pk=duty.pk).delete()
    with pytest.raises(IntegrityError, match="penugasan_datang_bila_hadir"), transaction.atomic():
        Penugasan.objects.filter(pk=duty.pk).update(kehadiran="sakit")


@pytest.mark.django_db(transaction=True)
def test_twenty_corrections_at_once_one_is_first() -> None:
    dunia = build_world()
    duty = dunia.put_on_duty("piket.jakbar")
    by = dunia.aktor("operator.jakbar")
    said: list[str] = []
    gate = threading.Barrier(20)

    def fix(n: int) -> None:
        try:
            gate.wait()
            new = Perubahan(TABEL["correct"], "sakit", alasan=f"Catatan {n}")
            kehadiran.correct(duty.pk, new, by=by, seen=None)
            said.append("menang")
        except Basi as stale:
            said.append(str(stale))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=fix, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("menang") == 1 and len(said) == 20
    assert all("baru saja dicatat: Sakit" in words for words in said if words != "menang")
