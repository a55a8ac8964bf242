"""Lockout: after five failures a person and an address wait five minutes (django-axes beside allauth)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from posko.akun import perangkat
from posko.akun.orang import client_network
from posko.views.galat import answer_error

# An address that fails for so many names within a minute tries names; a whole post mistyping once does not.
MOST_NAMES = 100
NAMES_WITHIN = timedelta(minutes=1)


class LockoutHandler(AxesDatabaseHandler):
    """Axes' counting in the database, a limit on names tried from one address, and a door for known devices."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """A known device may still try its password."""
        locked = super().is_locked(request, credentials) or tries_names(request)
        return locked and not perangkat.may_try(request, credentials)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count the failure; one made while the pair waits is answered alike and prolongs nothing."""
        if request is not None:
            perangkat.count_failure(request, credentials)
            if super().is_locked(request, credentials):
                request.axes_locked_out = True  # type: ignore[attr-defined]
        super().user_login_failed(sender, credentials, request, **kwargs)


def tries_names(request: HttpRequest) -> bool:
    """Whether failures for very many names came from this address just now. Who signs in well is never counted."""
    since = timezone.now() - NAMES_WITHIN
    fresh = AccessAttempt.objects.filter(ip_address=client_network(request), attempt_time__gte=since)
    return fresh.values("username").distinct().count() >= MOST_NAMES


def seconds_left(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """How long this pair still waits: until enough of its failures are older than the cool-off.

    A pair without that many waits because of its address.
    """
    handler = AxesProxyHandler.get_implementation()
    cool_off = get_cool_off(request)
    rows = handler.get_user_attempts(request, credentials)[0].order_by("attempt_time")
    rows = list(rows.values_list("attempt_time", "failures_since_start"))
    total, limit = sum(count for _, count in rows), get_failure_limit(request, credentials)
    if total < limit:
        return round(NAMES_WITHIN.total_seconds())
    for at, count in rows:
        total -= count
        if total < limit:
            return max(1, round((at + cool_off - timezone.now()).total_seconds()))
    return 1


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429 in the login page itself: how long to wait, the typed name kept. Known and unknown names alike."""
    left = seconds_left(request, credentials)
    wait = wait_words(left)
    if request.path == reverse("account_login"):
        response = render(request, "account/login.html", _login_context(request, wait), status=429)
    else:
        response = answer_error(request, 429, tunggu=wait, kembali=request.path)
    response["Retry-After"] = str(left)
    response["Cache-Control"] = "no-store"
    return response


def _login_context(request: HttpRequest, wait: str) -> dict[str, Any]:
    from posko.akun.forms import LoginForm

    typed = {"login": request.POST.get("login", ""), "bersama": "bersama" in request.POST}
    return {
        "form": LoginForm(request=request, initial=typed),
        "tunggu": wait,
        "redirect_field_value": request.POST.get("next", ""),
    }


def wait_words(seconds: int) -> str:
    """``4 menit 12 detik``."""
    minutes, rest = divmod(seconds, 60)
    parts = [f"{minutes} menit"] if minutes else []
    return " ".join([*parts, f"{rest} detik"] if rest or not minutes else parts)


def client_label(username: str, ip_address: str, *args: Any) -> str:
    """What axes logs instead of name and address: enough to see repetition, no personal data."""
    return "pasangan " + salted_hmac("posko.kunci", f"{username}|{ip_address}").hexdigest()[:12]


def forget_failures(username: str) -> None:
    """A person who just got a new password does not wait for failures with the old one."""
    AxesProxyHandler.reset_attempts(username=username)
