"""Publishing a roster: from then on everybody concerned sees it, and printed lists carry its version."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from piket.models import Penerbitan, Piket
from posko import access
from posko.models import Posko

if TYPE_CHECKING:
    from posko.access import Aktor


def drafts(posko: Posko, dari: dt.date, sampai: dt.date) -> int:
    """How many shifts of these local dates are not published. One query."""
    return Piket.objects.filter(posko=posko, terbit_pada=None).on_dates(dari, sampai).count()


def publish(posko: Posko, dari: dt.date, sampai: dt.date, *, by: Aktor) -> tuple[Penerbitan | None, int]:
    """Publish the drafts of these local dates (both included): the new version and how many shifts.

    Nothing to publish: (None, 0), and no version is counted.
    """
    if not access.can(by, "manage_piket", posko):
        raise PermissionDenied
    with transaction.atomic():
        Posko.objects.select_for_update(no_key=True, of=("self",)).get(pk=posko.pk)
        waiting = Piket.objects.filter(posko=posko, terbit_pada=None).on_dates(dari, sampai)
        done = waiting.update(terbit_pada=timezone.now())
        if not done:
            return None, 0
        last = Penerbitan.objects.filter(posko=posko).aggregate(n=Max("versi"))["n"] or 0
        issue = Penerbitan.objects.create(
            posko=posko, versi=last + 1, dari=dari, sampai=sampai, oleh=by.pengguna
        )
    return issue, done
