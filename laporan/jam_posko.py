"""Changed hours of a post: the clocks of its open reports are computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from laporan import jam
from laporan.models import Laporan
from laporan.models.tindakan import clock_start
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor
    from posko.models import Posko


def recompute_deadlines(posko: Posko, by: Aktor) -> int:
    """Compute the deadlines of a post's open reports again after its hours changed; how many moved.

    Kritis and tinggi run around the clock, so hours do not move them. One transaction; each report that moved has
    one entry in its journal.
    """
    if not access.can(by, "manage_posko", posko):
        raise PermissionDenied
    now, moved = timezone.now(), 0
    with transaction.atomic():
        reports = Laporan.objects.terbuka().filter(posko=posko).exclude(prioritas__in=sorted(jam.SEKETIKA))
        for laporan in reports.select_related("kategori").order_by("id").select_for_update(of=("self",)):
            laporan.posko = posko
            before = laporan.snapshot()
            laporan.set_deadlines(clock_start(laporan, laporan.prioritas, now))
            laporan.set_running_deadline()
            if laporan.snapshot() != before:
                laporan.record("hours_changed", by, now, before=before)
                moved += 1
    return moved
