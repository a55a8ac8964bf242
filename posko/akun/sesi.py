"""Sessions in plain words, and what a person had typed when theirs ended."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
# Never shown back: secrets and what nobody typed.
HIDDEN = re.compile(r"csrf|password|sandi|^kunci$|^versi$|^next$|^code$|^credential$|token", re.IGNORECASE)
MOST_FIELDS, LONGEST = 60, 20_000


def describe_browser(user_agent: str) -> str:
    """``Chrome di Android``."""
    browser = next((word for mark, word in BROWSERS if mark in user_agent), "Peramban lain")
    system = next((word for mark, word in SYSTEMS if mark in user_agent), "")
    return f"{browser} di {system}" if system else browser


def has_stale_session(request: HttpRequest) -> bool:
    """Whether this browser was signed in until its session ended or was revoked, or its person deactivated."""
    if request.user.is_authenticated or not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return False
    return request.session.is_empty() or SESSION_KEY in request.session


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a form that could not be accepted, to be copied: label and text."""
    fields = []
    for name, values in request.POST.lists():
        text = "\n".join(value for value in values if value.strip())
        if text and not HIDDEN.search(name):
            label = re.sub(r"[_-]+", " ", name).strip().capitalize()
            fields.append((label[:80], text[:LONGEST]))
    return fields[:MOST_FIELDS]
