"""Loading a roster in bulk, for measuring."""

from __future__ import annotations

import pytest
from django.db.models import Count

from laporan.demo import skala_piket
from piket.models import Kebutuhan, Penugasan
from tests.cast import World

pytestmark = pytest.mark.django_db


def test_as_many_assignments_as_asked_and_crewed_posts_first(dunia: World) -> None:
    said: list[tuple[int, int]] = []
    skala_piket.load(dunia.edisi, 4 * 25 + 7, lambda done, total: said.append((done, total)))
    assert Penugasan.objects.count() == 107 and said[-1] == (107, 107)
    posts = dict(Penugasan.objects.values_list("piket__posko__wilayah").annotate(n=Count("pk")).order_by())
    assert set(posts) == {"31.73"}
    assert sum(Kebutuhan.objects.values_list("jumlah", flat=True)) == 107
