"""What allauth asks us: no sign-up, our words, our address rule, secrets stored encrypted."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from posko.akun import perangkat
from posko.akun.kunci import forget_failures
from posko.akun.orang import client_ip
from posko.middleware import SESSION_SHARED

WRONG = "Nama pengguna atau kata sandi salah."


class AccountAdapter(DefaultAccountAdapter):
    """People are registered by the admin of their area; failures are counted by axes."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": "Kata sandi salah.",
        "enter_current_password": "Ini bukan kata sandi Anda yang sekarang.",
        "too_many_login_attempts": "Terlalu banyak kode salah. Tunggu 5 menit, lalu coba lagi.",
        "rate_limited": "Terlalu banyak kode salah. Tunggu 5 menit, lalu coba lagi.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """No JSON variants of the account pages."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("posko:account")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Axes counts passwords, per person and address; allauth's "login_failed" counts only codes."""

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.warning(request, "Akun Anda sudah dinonaktifkan. Hubungi admin posko Anda.")
        return redirect("account_login")

    def get_login_stages(self) -> list[str]:
        """A shared computer is never offered to be trusted."""
        stages: list[str] = super().get_login_stages()
        if context.request.session.get(SESSION_SHARED):
            stages.remove("allauth.mfa.stages.TrustStage")
        return stages

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """A browser of one's own becomes a known device."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not request.session.get(SESSION_SHARED):
            perangkat.remember(request, response, user)
        return response

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        forget_failures(user.get_username())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago is not asked for the password again."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": "Pakai kata sandi",
            "mfa_reauthenticate": "Pakai kode autentikator",
            "mfa_reauthenticate:webauthn": "Pakai kunci keamanan",
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]


class MFAAdapter(DefaultMFAAdapter):
    """Names in the authenticator app; secrets unreadable in a copy of the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Kode salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi.",
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return "Posko Bersama"

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": str(user), "name": user.get_username()}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return ("Kunci utama", "Kunci cadangan")[count] if count < 2 else f"Kunci nomor {count + 1}"

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Keyed by SECRET_KEY; older keys in SECRET_KEY_FALLBACKS still read."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"posko.mfa:" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
