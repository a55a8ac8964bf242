"""The calendar feed of one's own duties: a secret address, kept as its hash, revocable at any time."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from icalendar import Calendar, Event

from piket.models import LanggananKalender, Penugasan, Piket
from posko.models import Anggota, Pengguna

# What stands in the feed: duties of the last month and all ahead.
LAMA = dt.timedelta(days=31)
SELANG_CATAT = dt.timedelta(hours=1)


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def subscribe(pengguna: Pengguna) -> str:
    """A new secret token for this person; the one before stops to work. It can never be read again."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Pengguna.objects.select_for_update(no_key=True).get(pk=pengguna.pk)
        revoke(pengguna)
        LanggananKalender.objects.create(pengguna=pengguna, sidik=fingerprint(token))
    return token


def revoke(pengguna: Pengguna) -> int:
    """Let the feed's address lead nowhere; how many there were (0 or 1)."""
    live = LanggananKalender.objects.filter(pengguna=pengguna, dicabut_pada=None)
    return live.update(dicabut_pada=timezone.now())


def find(token: str) -> LanggananKalender | None:
    """The subscription of a token: not revoked, of an active person with a valid membership."""
    row = (
        LanggananKalender.objects.select_related("pengguna")
        .filter(sidik=fingerprint(token), dicabut_pada=None, pengguna__is_active=True)
        .first()
    )
    if (
        row is None
        or not Anggota.objects.valid_on(timezone.localdate()).filter(pengguna=row.pengguna_id).exists()
    ):
        return None
    now = timezone.now()
    if row.diambil_pada is None or now - row.diambil_pada > SELANG_CATAT:
        LanggananKalender.objects.filter(pk=row.pk).update(diambil_pada=now)
    return row


def feed(pengguna: Pengguna, at: dt.datetime) -> bytes:
    """The person's announced duties as iCalendar (RFC 5545), times in UTC. No other person's name, no phone."""
    calendar = Calendar()
    calendar.add("prodid", "-//Posko//Piket//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Piket Posko")
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    duties = (
        Penugasan.objects.live()
        .filter(pengguna=pengguna, piket__in=Piket.objects.announced(at), waktu__endswith__gt=at - LAMA)
        .select_related("piket__posko__wilayah", "anggota__kursi__instansi")
        .order_by("waktu", "pk")
    )
    for duty in duties:
        calendar.add_component(_event(duty, at))
    return bytes(calendar.to_ical())


def _event(duty: Penugasan, at: dt.datetime) -> Event:
    piket, posko = duty.piket, duty.piket.posko
    event = Event()
    event.add("uid", f"penugasan-{duty.pk}@posko")
    event.add("dtstamp", at)
    event.add("dtstart", duty.waktu.lower.astimezone(dt.UTC))
    event.add("dtend", duty.waktu.upper.astimezone(dt.UTC))
    kind = "Siaga" if piket.jenis == Piket.Jenis.SIAGA else "Piket"
    event.add("summary", f"{kind} {posko}: {piket.nama}")
    place = ", ".join(text for text in (str(posko), posko.alamat) if text)
    event.add("location", place)
    zone = posko.wilayah.get_zona_waktu_display()
    role = " Anda koordinator giliran." if duty.koordinator else ""
    event.add("description", f"{piket.jam} {zone}, untuk {duty.anggota.kursi.instansi}.{role}")
    event.add("status", "CONFIRMED")
    return event
