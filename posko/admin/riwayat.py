"""What changed on one object, told from the history that the database itself keeps (pghistory)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pghistory.core
from django.db import models

from posko.models import Pengguna
from posko.templatetags.posko import waktu as moment

LABELS = {"insert": "Dibuat", "update": "Diubah", "delete": "Dihapus"}


@dataclass(frozen=True)
class Perubahan:
    """One event: when, who, what happened, and the fields that differ from the event before."""

    waktu: Any
    oleh: str
    label: str
    kolom: list[tuple[str, str, str]]


def history_of(obj: models.Model, limit: int = 200) -> list[Perubahan]:
    """The latest changes of an object, newest first. Two queries; empty for models without history."""
    tracked = pghistory.core.event_models(tracks_model=type(obj))
    if not tracked:
        return []
    found = tracked[0]._default_manager.filter(pgh_obj_id=obj.pk).select_related("pgh_context")
    events = list(found.order_by("-pgh_id")[: limit + 1])
    people = _names(events)
    pairs = zip(events, [*events[1:], None], strict=True)
    return [_change(event, before, people, obj) for event, before in pairs][:limit]


def _user_id(event: Any) -> int | None:
    context = event.pgh_context
    return (context.metadata or {}).get("user") if context else None


def _names(events: list[Any]) -> dict[int, str]:
    ids = {pk for event in events if (pk := _user_id(event))}
    return {p.pk: str(p) for p in Pengguna.objects.filter(pk__in=ids)} if ids else {}


def _change(event: Any, before: Any, people: dict[int, str], obj: models.Model) -> Perubahan:
    fields = [f for f in event._meta.concrete_fields if not f.name.startswith("pgh_") and f.name != "id"]
    changed = []
    for field in fields:
        old = getattr(before, field.attname, None) if before else None
        new = getattr(event, field.attname)
        if old != new:
            changed.append((str(field.verbose_name), _words(field, old), _words(field, new)))
    oleh = people.get(_user_id(event) or 0, "Sistem")
    return Perubahan(event.pgh_created_at, oleh, LABELS.get(event.pgh_label, event.pgh_label), changed)


def _words(field: Any, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, dt.datetime):
        return moment(value)
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value)
