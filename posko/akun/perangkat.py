"""Known devices: a browser that has signed a person in enters even while others have locked that person out.

The cookie holds, signed, an id of the device and per person a fingerprint of the password hash and the time
of the last sign-in: a changed password, a second factor removed by an admin, or 90 days end it.
It opens no way to guess: a device that fails too often (ACCOUNT_RATE_LIMITS["known_device"]) is treated like any other.
"""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from posko.akun.orang import axes_username, person_of
from posko.models import Pengguna

COOKIE = "posko_perangkat"
SALT = "posko.perangkat"
AGE = timedelta(days=90)
PEOPLE_KEPT = 8


def remember(request: HttpRequest, response: HttpResponse, orang: Pengguna) -> None:
    """Make this browser a known device of this person."""
    device, people = _read(request)
    people.pop(str(orang.pk), None)
    people[str(orang.pk)] = [_fingerprint(orang), int(time.time())]
    kept = dict(list(people.items())[-PEOPLE_KEPT:])
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": device, "orang": kept}, salt=SALT, compress=True),
        max_age=AGE,
        path="/akun/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def may_try(request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
    """Whether this browser is a known device of the person it names and has not failed too often."""
    key = _failure_key(request, credentials)
    return key is not None and bool(ratelimit.consume(request, action="known_device", key=key, dry_run=True))


def count_failure(request: HttpRequest, credentials: dict[str, Any] | None) -> None:
    """A known device gave a wrong password."""
    if key := _failure_key(request, credentials):
        ratelimit.consume(request, action="known_device", key=key)


def _failure_key(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    if COOKIE not in request.COOKIES:
        return None
    orang = person_of(request, axes_username(request, credentials))
    device, people = _read(request)
    if orang is None or str(orang.pk) not in people:
        return None
    fingerprint, at = people[str(orang.pk)]
    fresh = time.time() - at < AGE.total_seconds()
    return f"{device}:{orang.pk}" if fresh and hmac.compare_digest(fingerprint, _fingerprint(orang)) else None


def _read(request: HttpRequest) -> tuple[str, dict[str, list[Any]]]:
    try:
        data = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
        return data["id"], data["orang"]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return secrets.token_urlsafe(12), {}


def _fingerprint(orang: Pengguna) -> str:
    reset = f"|{orang.faktor_dihapus.timestamp()}" if orang.faktor_dihapus else ""
    return salted_hmac(SALT, f"{orang.pk}|{orang.password}{reset}", algorithm="sha256").hexdigest()
