"""Small middlewares of our own: query count for the demo, unreadable or boundless requests, shared computers,
who must sign in, required second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

Handler = Callable[[HttpRequest], HttpResponse]
SESSION_SHARED = "komputer_bersama"


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., object], sql: str, params: object, many: bool, context: object
    ) -> object:
        self.count += 1
        return execute(sql, params, many, context)


def query_count(get_response: Handler) -> Handler:
    """In demo and dev answers say how many queries they took, so that anybody can check the promise."""

    def handle(request: HttpRequest) -> HttpResponse:
        if settings.PRODUKSI:
            return get_response(request)
        counter = _Counter()
        with connection.execute_wrapper(counter):
            response = get_response(request)
        response["X-Query-Count"] = str(counter.count)
        return response

    return handle


def readable_address(get_response: Handler) -> Handler:
    """Refuse a NUL byte in an address with 400, once for every page: nothing has such a name, and PostgreSQL, which
    cannot hold one in a text, would fail on it wherever a part of the address reaches a query."""

    def handle(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return get_response(request)

    return handle


def bounded_body(get_response: Handler) -> Handler:
    """Refuse with 413 what is longer than the longest form, before a byte is read: reading fills the disk with
    parts of it, also for people who are not signed in."""

    def handle(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > settings.MAX_REQUEST_BYTES:
            raise RequestDataTooBig
        return get_response(request)

    return handle


def shared_computer(get_response: Handler) -> Handler:
    """A session on a shared computer ends after 15 idle minutes: each request moves its end."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.session.get(SESSION_SHARED) and request.GET.get("sesi") == "berakhir":
            # The page counted 15 idle minutes down and left; the session must not outlive it.
            logout(request)
        elif request.session.get(SESSION_SHARED) and not request.headers.get("X-Hidup"):
            # A live page asks by itself: that is no use. Seconds, not a moment: saved anew with each request.
            request.session.set_expiry(int(settings.SHARED_COMPUTER_IDLE.total_seconds()))
        return get_response(request)

    return handle


class SignedInUnlessPublic(LoginRequiredMiddleware):
    """Every page needs a signed-in person unless its view says otherwise; what was typed is never lost.

    A GET is sent to the login page and back; a POST whose session has ended is answered with what was typed,
    to be copied. The CSRF token was checked before, so nobody else's form is echoed.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., object]
    ) -> HttpResponseBase:
        from posko.akun.sesi import has_stale_session
        from posko.views.galat import session_ended

        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        if request.method not in ("GET", "HEAD"):
            return session_ended(request)
        query = {"next": request.get_full_path()} | (
            {"sesi": "berakhir"} if has_stale_session(request) else {}
        )
        return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode(query)}")


def require_mfa(get_response: Handler) -> Handler:
    """In MODE=produksi superuser, admin, ketua and operator set up a second factor before anything else."""

    def handle(request: HttpRequest) -> HttpResponse:
        from posko.akun import mfa

        aktor = getattr(request, "aktor", None)
        if not settings.PRODUKSI or aktor is None or not aktor.wajib_mfa:
            return get_response(request)
        if request.path.startswith(_mfa_pages()):
            response = get_response(request)
            if request.method == "POST":
                mfa.forget(request)
            return response
        if (step := mfa.missing_step(request)) is not None:
            return redirect(step)
        return get_response(request)

    return handle


def _mfa_pages() -> tuple[str, ...]:
    """What may be opened before the second factor is set up: its own pages, leaving, proving the password."""
    names = ("mfa_index", "account_logout", "account_reauthenticate", "posko:extend")
    return (*(reverse(name) for name in names), "/sehat/", settings.STATIC_URL)
