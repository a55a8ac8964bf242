"""Invitation without e-mail: a single-use link with which a person sets a password.

The token is Django's password reset token: it dies with use, with the next sign-in, and after
PASSWORD_RESET_TIMEOUT (3 days).
"""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from piket.aktor import build_aktor
from posko.access import Aktor, can
from posko.models import Anggota, Pengguna


def invitation_url(request: HttpRequest, pengguna: Pengguna) -> str:
    """A fresh link for this person. While they have no password yet, earlier links stop working."""
    if not pengguna.has_usable_password():
        pengguna.set_unusable_password()
        pengguna.save(update_fields=["password"])
    token = default_token_generator.make_token(pengguna)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(pengguna), token])
    return request.build_absolute_uri(path)


def may_invite(aktor: Aktor, pengguna: Pengguna) -> bool:
    """Whether this admin may hand out a new password."""
    return every_place_allows(aktor, "edit_anggota", pengguna)


def every_place_allows(aktor: Aktor, act: str, pengguna: Pengguna) -> bool:
    """Whether this admin may do `act` to the person's account: only if every place the person holds allows it.

    Otherwise the admin of one kelurahan could take over somebody who also serves the province.
    """
    if not pengguna.is_active or (pengguna.is_superuser and not aktor.superuser):
        return False
    places = [
        place
        for place in Anggota.objects.filter(pengguna=pengguna).select_related("kursi__posko__pemilihan")
        if not place.kursi.posko.pemilihan.arsip
        and (place.selesai is None or place.selesai >= timezone.localdate())
    ]
    acting = {aktor.edisi.kode: aktor} if aktor.edisi else {}
    for kode in {place.kursi.posko.pemilihan.kode for place in places} - acting.keys():
        acting[kode] = build_aktor(aktor.pengguna, edisi=kode)
    if not places:
        return aktor.superuser and aktor.pengguna.pk != pengguna.pk
    return all(can(acting[p.kursi.posko.pemilihan.kode], act, p) for p in places)
