"""Personal links: one member, one time, without signing in."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from piket import tautan
from piket.models import Penugasan, TautanHadir
from tests.cast import World, build_world
from tests.piket.test_halaman import Masuk


def make(dunia: World, duty: Penugasan, by: str = "operator.jakbar") -> str:
    return tautan.make(duty.pk, by=dunia.aktor(by))[1]


def test_made_shown_once_opened_and_used(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    answer = masuk("operator.jakbar").post(f"/piket/kehadiran/{duty.pk}/tautan/")
    url = re.search(r'value="http://testserver(/piket/tautan/[^"]+/)"', answer.content.decode())[1]
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    token = url.split("/")[3]
    kept = TautanHadir.objects.get()
    assert kept.sidik == tautan.fingerprint(token) and token not in str(kept.__dict__)
    visitor = Client()
    page = visitor.get(url)
    assert page.status_code == 200 and "Petugas Piket Jakarta Barat" in page.content.decode()
    duty.refresh_from_db()
    assert duty.kehadiran == ""  # GET shows, only POST records
    done = visitor.post(url)
    assert done.status_code == 302
    duty.refresh_from_db()
    assert (duty.kehadiran, duty.cara) == ("terlambat", "tautan") and duty.datang
    receipt = visitor.get(url)
    assert receipt.status_code == 200 and "Kehadiran tercatat" in receipt.content.decode()
    for client in (visitor, Client()):
        again = client.post(url)
        assert again.status_code == 410 and "sudah dipakai" in again.content.decode()
    stranger = Client().get(url)
    assert stranger.status_code == 410 and "Petugas Piket" not in stranger.content.decode()


def test_csrf_is_asked_of_visitors_too(dunia: World) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    url = f"/piket/tautan/{make(dunia, duty)}/"
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    duty.refresh_from_db()
    assert duty.kehadiran == ""


def test_expired_early_replaced_marked(dunia: World) -> None:
    now = timezone.now()
    over = dunia.put_on_duty("piket.jakbar", now)
    token = make(dunia, over)
    TautanHadir.objects.update(berlaku_sampai=now)
    assert Client().get(f"/piket/tautan/{token}/").status_code == 410
    newer = make(dunia, over)
    newest = make(dunia, over)
    assert Client().post(f"/piket/tautan/{newer}/").status_code == 410
    Penugasan.objects.filter(pk=over.pk).update(status="dibatalkan")
    answer = Client().post(f"/piket/tautan/{newest}/")
    assert answer.status_code == 410 and "dialihkan atau dibatalkan" in answer.content.decode()
    early = dunia.put_on_duty("polres.jakbar", now + dt.timedelta(hours=4))
    url = f"/piket/tautan/{make(dunia, early)}/"
    page = Client().get(url)
    assert page.status_code == 200 and "Buka lagi tautan ini" in page.content.decode()
    assert Client().post(url).status_code == 422
    early.refresh_from_db()
    assert early.kehadiran == ""


def test_link_of_a_closed_edition_is_over(dunia: World) -> None:
    url = f"/piket/tautan/{make(dunia, dunia.put_on_duty('piket.jakbar'))}/"
    dunia.edisi.ditutup_pada = timezone.now()
    dunia.edisi.save()
    assert Client().post(url).status_code == 410


def test_unknown_links_are_counted_known_ones_are_not(dunia: World) -> None:
    cache.clear()
    url = f"/piket/tautan/{make(dunia, dunia.put_on_duty('piket.jakbar'))}/"
    statuses = [Client().get(f"/piket/tautan/tidak-ada-{n}/").status_code for n in range(31)]
    assert statuses == [404] * 30 + [429]
    assert Client().get(url).status_code == 200


@pytest.mark.parametrize(
    ("username", "status"),
    [("ketua.jakbar", 200), ("piket.jakbar", 403), ("polres.jakbar", 403), ("operator.dki", 403),
     ("partai.jakbar", 403), ("admin.jakbar", 403), ("operator.jaktim", 404)],
)  # fmt: skip
def test_who_makes_links(dunia: World, masuk: Masuk, username: str, status: int) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    assert masuk(username).post(f"/piket/kehadiran/{duty.pk}/tautan/").status_code == status
    assert TautanHadir.objects.exists() is (status == 200)
    assert masuk(username).get(f"/piket/kehadiran/{duty.pk}/tautan/").status_code == 405


def test_no_link_for_who_is_there_already(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    token = make(dunia, duty)
    Client().post(f"/piket/tautan/{token}/")
    answer = masuk("operator.jakbar").post(f"/piket/kehadiran/{duty.pk}/tautan/", follow=True)
    assert "tautan tidak perlu" in answer.content.decode() and TautanHadir.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_use_it_once() -> None:
    dunia = build_world()
    duty = dunia.put_on_duty("piket.jakbar")
    link = tautan.find(make(dunia, duty))
    said: list[str] = []
    gate = threading.Barrier(20)

    def use() -> None:
        try:
            gate.wait()
            tautan.use(link)
            said.append("menang")
        except tautan.TautanHabis as over:
            said.append(str(over))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("menang") == 1 and len(said) == 20
