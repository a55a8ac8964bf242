"""Forms of signing in: allauth's, in Indonesian words and with the fields we need."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from piket.aktor import build_aktor
from posko.akun.orang import NAME_LENGTH, canonical_name
from posko.middleware import SESSION_SHARED
from posko.models import Pengguna

HELP_NEW = (
    "Minimal 10 huruf atau angka; jangan nama Anda dan jangan hanya angka. Kalimat pendek mudah diingat."
)
HELP_CODE = "6 angka dari aplikasi autentikator, atau satu kode pemulihan 8 angka."


def refusal_of(orang: Pengguna) -> str:
    """Why a person with the right password still may not enter; empty when they may."""
    if not orang.is_active:
        return "Akun Anda sudah dinonaktifkan. Hubungi admin posko Anda."
    aktor = build_aktor(orang)
    if aktor.edisi is None and not aktor.superuser:
        return "Masa tugas Anda sudah berakhir atau belum mulai. Hubungi admin posko Anda."
    return ""


def _plain(field: forms.Field, label: str, **attrs: str) -> None:
    """A visible label instead of a placeholder."""
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _code(field: forms.Field, label: str, help_text: str = "") -> None:
    """A one-time code: number keys on a phone, filled in by the phone itself, pasted as it is."""
    _plain(field, label, inputmode="numeric", autocomplete="one-time-code", spellcheck="false")
    field.help_text = help_text


class LoginForm(account_forms.LoginForm):
    """Username or e-mail, password, and whether others use this computer."""

    bersama = forms.BooleanField(
        label="Ini komputer bersama",
        required=False,
        help_text="Anda keluar sendiri setelah 15 menit tidak dipakai.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["login"], "Nama pengguna atau surel",
            autocomplete="username", autocapitalize="none", spellcheck="false", maxlength=str(NAME_LENGTH),
        )  # fmt: skip
        self.fields["login"].max_length = NAME_LENGTH  # type: ignore[attr-defined]
        _plain(self.fields["password"], "Kata sandi")

    def clean_login(self) -> str:
        login = super().clean_login()
        if len(login) > NAME_LENGTH:
            raise ValidationError(f"Paling panjang {NAME_LENGTH} huruf.")
        return login

    def user_credentials(self) -> dict[str, str]:
        """Always by the person's one name, whichever was typed."""
        name = canonical_name(self.request, self.cleaned_data["login"])
        return {"username": name, "password": self.cleaned_data["password"]}

    def clean(self) -> dict[str, Any] | None:
        """Say why somebody may not enter only to who knows the password."""
        cleaned: dict[str, Any] | None = super().clean()
        if self.user and (why := refusal_of(self.user)):
            raise ValidationError(why, code="refused")
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Remember on which kind of computer this is, before the session gets its person."""
        shared = self.cleaned_data["bersama"]
        request.session.pop(SESSION_SHARED, None)
        if shared:
            request.session[SESSION_SHARED] = True
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if shared:
            request.session.set_expiry(int(settings.SHARED_COMPUTER_IDLE.total_seconds()))
        return response


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password again, before something grave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], "Kata sandi Anda")


class _NewPassword:
    """Labels of a new password typed twice, and its mismatch said at the second."""

    fields: dict[str, forms.Field]

    def _say(self) -> None:
        _plain(self.fields["password1"], "Kata sandi baru")
        self.fields["password1"].help_text = HELP_NEW
        _plain(self.fields["password2"], "Ulangi kata sandi baru")


class ChangePasswordForm(_NewPassword, account_forms.ChangePasswordForm):
    """Old password, new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say()
        _plain(self.fields["oldpassword"], "Kata sandi sekarang")


class ResetPasswordKeyForm(_NewPassword, account_forms.ResetPasswordKeyForm):
    """New password twice, from an invitation link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say()


class AuthenticateForm(mfa_forms.AuthenticateForm):
    """The code after the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Kode", HELP_CODE)


class ReauthenticateCodeForm(mfa_forms.ReauthenticateForm):
    """The code again, before something grave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Kode", HELP_CODE)


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """The first code proves that the app was set up; this session counts as proven from here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], "Kode 6 angka dari aplikasi")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        record_authentication(context.request, self.user, "mfa", type="totp")
        return code


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):
    """A name for the key; touching it proves this session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], "Nama kunci", maxlength="60", autocomplete="off")
        self.fields["name"].max_length = 60  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("credential"):
            record_authentication(context.request, self.user, "mfa", type="webauthn")
        return cleaned


class EditWebAuthnForm(webauthn_forms.EditWebAuthnForm):
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], "Nama kunci", maxlength="60", autocomplete="off")
