"""The request of a signed-in person, as views behind `login_required` receive it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from posko.access import Aktor
from posko.models import Pengguna


class Permintaan(HttpRequest):
    """A request with who is asking; `piket.aktor.middleware` sets `aktor`. For annotations only."""

    aktor: Aktor
    htmx: HtmxDetails
    user: Pengguna
