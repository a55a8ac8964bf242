"""Login: what allauth and axes ask us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse


class AccountAdapter(DefaultAccountAdapter):
    """No public sign-up: people are registered by the admin of their area."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Names in the authenticator app."""


class LoginForm(AllauthLoginForm):
    """Username or e-mail, password."""


def axes_username(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name that failures are counted for."""
    return str((credentials or {}).get("username", ""))


def is_known_device(request: HttpRequest, credentials: dict[str, Any] | None) -> bool:
    """Whether this browser signed this person in before."""
    return False


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer while a user and address pair waits."""
    return HttpResponse(status=429)
