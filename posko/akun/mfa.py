"""Required second factor: who must have one, and whether this session has proven it."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.internal.flows import trust
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from posko.access import Aktor
from posko.akun.undangan import every_place_allows
from posko.models import Pengguna

# Remembered in the session, so that the check costs no query on ordinary pages.
SESSION_MFA = "mfa_terpenuhi"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(orang: Pengguna) -> set[str]:
    """Kinds of second factor this person has set up (recovery codes alone are none)."""
    return set(Authenticator.objects.filter(user=orang, type__in=FACTORS).values_list("type", flat=True))


def may_reset(aktor: Aktor, orang: Pengguna) -> bool:
    """Whether this admin may remove this person's lost second factor; never one's own."""
    return every_place_allows(aktor, "reset_factor", orang)


def reset(orang: Pengguna, by: Aktor) -> None:
    """Remove every second factor and recovery code of a person and sign them out everywhere.

    Trusted browsers end with the factors (allauth's fingerprint holds them), known devices with the moment kept on
    the person, whose history says who did it. One transaction. Raises PermissionDenied for who may not.
    """
    with transaction.atomic():
        locked = Pengguna.objects.select_for_update(no_key=True).get(pk=orang.pk)
        if not may_reset(by, locked):
            raise PermissionDenied
        Authenticator.objects.filter(user=locked).delete()
        locked.faktor_dihapus = timezone.now()
        locked.save(update_fields=["faktor_dihapus"])
        get_adapter().end_sessions(UserSession.objects.filter(user=locked))


def missing_step(request: HttpRequest) -> str | None:
    """Where this session must go first: to set up a factor, or to prove it. None when proven."""
    orang: Pengguna = request.user  # type: ignore[assignment]
    if request.session.get(SESSION_MFA) == orang.pk:
        return None
    factors = factors_of(orang)
    if not factors:
        return reverse("mfa_index")
    if _has_proven(request, orang):
        request.session[SESSION_MFA] = orang.pk
        return None
    # Signed in before the factor was set up, in another browser.
    name = "mfa_reauthenticate" if Authenticator.Type.TOTP in factors else "mfa_reauthenticate_webauthn"
    back = request.get_full_path() if request.method == "GET" else reverse("posko:beranda")
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def forget(request: HttpRequest) -> None:
    """Look again at the next request: a factor was perhaps removed."""
    request.session.pop(SESSION_MFA, None)


def _has_proven(request: HttpRequest, orang: Pengguna) -> bool:
    by_code = any(record.get("method") == "mfa" for record in get_authentication_records(request, orang))
    return by_code or trust.is_trusted_browser(request, orang)
