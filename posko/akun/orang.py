"""Which person a typed name means, and from where the browser speaks."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest

from posko.models import Pengguna

NAME_LENGTH = 254


def person_of(request: HttpRequest, typed: str) -> Pengguna | None:
    """The person whose username or e-mail was typed; looked up once a request, axes asks five times."""
    name = typed.strip().casefold()
    known: dict[str, Pengguna | None] = request.__dict__.setdefault("posko_orang", {})
    if name not in known:
        rows = list(Pengguna.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))) if name else []
        # A username that looks like somebody else's e-mail still means its owner.
        rows.sort(key=lambda orang: orang.username.casefold() != name)
        known[name] = rows[0] if rows else None
    return known[name]


def canonical_name(request: HttpRequest, typed: str) -> str:
    """One name per person, so that username and e-mail are one pair; unknown names count as typed."""
    orang = person_of(request, typed)
    return orang.get_username() if orang else typed.strip().casefold()[:NAME_LENGTH]


def axes_username(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that failures are counted for."""
    given = credentials or {}
    typed = given.get("username") or given.get("login") or given.get("email") or request.POST.get("login", "")
    return canonical_name(request, str(typed).replace("\0", ""))


def client_ip(request: HttpRequest) -> str:
    """The browser's address: X-Forwarded-For is believed only as far as our own proxies wrote it."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXY_COUNT > 0:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= settings.PROXY_COUNT and _is_address(hops[-settings.PROXY_COUNT]):
            address = hops[-settings.PROXY_COUNT]
    return address if _is_address(address) else "127.0.0.1"


def client_network(request: HttpRequest) -> str:
    """What counts as one address for lockouts: an IPv6 customer has a whole /64 to draw addresses from."""
    address = ipaddress.ip_address(client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
