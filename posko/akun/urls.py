"""The account pages we offer, one by one: what is not listed (sign-up, e-mail, social) does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path

from posko.views import akun

View = Callable[..., HttpResponseBase]


def unprocessable(view: View) -> View:
    """A form shown again after a POST was not accepted: 422, as everywhere in Posko (allauth says 200)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if (
            request.method == "POST"
            and isinstance(response, TemplateResponse)
            and response.status_code == 200
        ):
            response.status_code = 422
        return response

    return answer


def _page(route: str, view: View, name: str) -> URLPattern:
    return path(route, unprocessable(view), name=name)


urlpatterns = [
    _page("login/", account.login, "account_login"),
    _page("logout/", account.logout, "account_logout"),
    _page("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    _page("password/change/", account.password_change, "account_change_password"),
    _page("undangan/selesai/", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    re_path(
        r"^undangan/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        unprocessable(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    _page("2fa/", mfa.index, "mfa_index"),
    _page("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _page("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    _page("2fa/trust/", mfa.trust, "mfa_trust"),
    _page("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    _page("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("2fa/recovery-codes/generate/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("2fa/recovery-codes/download/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _page("2fa/webauthn/", keys.list_webauthn, "mfa_list_webauthn"),
    _page("2fa/webauthn/add/", keys.add_webauthn, "mfa_add_webauthn"),
    _page("2fa/webauthn/reauthenticate/", keys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _page("2fa/webauthn/keys/<int:pk>/remove/", keys.remove_webauthn, "mfa_remove_webauthn"),
    _page("2fa/webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, "mfa_edit_webauthn"),
    path("sessions/", akun.sessions, name="usersessions_list"),
]

# Ours, under the name posko:
own = [
    path("akun/", akun.account, name="account"),
    path("akun/perpanjang/", akun.extend, name="extend"),
    path("akun/sesi/<int:pk>/akhiri/", akun.end_session, name="end_session"),
    path("akun/undangan/<int:pk>/", akun.invite, name="invite"),
]
