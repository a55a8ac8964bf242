"""Who is asking is read with a statement compiled once; it must say what the ORM says, each time anew."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from piket.aktor import _FIELDS, _on_duty, _rows, build_aktor
from posko.models import Anggota
from tests.cast import World


def test_compiled_statement_says_what_the_orm_says(dunia: World) -> None:
    dunia.put_on_duty("piket.jakbar")
    now = timezone.now()
    for pengguna in dunia.orang.values():
        fresh = Anggota.objects.filter(pengguna=pengguna).annotate(bertugas=_on_duty(now)).order_by("id")
        assert _rows(pengguna.pk, now) == list(fresh.values(*_FIELDS, "bertugas"))


def test_duty_is_judged_at_the_moment_asked_for(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    pengguna, after = dunia.orang["piket.jakbar"], duty.waktu.upper + dt.timedelta(minutes=1)
    assert build_aktor(pengguna, at=timezone.now()).bertugas == {duty.piket.posko_id}
    assert build_aktor(pengguna, at=after).bertugas == frozenset()
