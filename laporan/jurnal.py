"""The seal of the journal: keyed hashes over canonical JSON, with keys that are not in the database.

An entry's MAC covers its `isi` and the MAC before it, so an entry cannot be changed, inserted or removed in the
middle; the report keeps the keyed length and head, so the last cannot vanish; the day counter is keyed too, so
a whole chain cannot. `manage.py periksa_jurnal` walks all three.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSI_ISI = 1


@cache
def _keys(lines: tuple[str, ...]) -> dict[str, bytes]:
    keys = {}
    for line in lines:
        key_id, _, secret = line.partition(":")
        if not key_id or not secret:
            raise ImproperlyConfigured("JURNAL_KUNCI berisi id:rahasia, dipisah koma.")
        keys[key_id] = secret.encode()
    return keys


def keyring() -> dict[str, bytes]:
    """All keys by id; the first signs."""
    return _keys(tuple(settings.JURNAL_KUNCI))


def signing_key_id() -> str:
    return next(iter(keyring()))


def mac(key_id: str, *parts: str) -> str:
    """Hex HMAC-SHA-256 over length-prefixed parts. KeyError when the key is not configured."""
    digest = hmac.new(keyring()[key_id], digestmod=hashlib.sha256)
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


def canonical(isi: dict[str, Any]) -> str:
    """JSON in one spelling: sorted keys, no spaces, UTF-8. Stored as it is, never rebuilt."""
    return json.dumps(isi, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def new_salt() -> str:
    return secrets.token_hex(16)


def text_mac(salt: str, text: str) -> str:
    """What an entry keeps of free text: a salted MAC. Erasing the salt and the text leaves the chain whole."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()
