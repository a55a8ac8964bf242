"""Forming the posts of a whole province at once, and opening them together ("serentak")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from posko import access
from posko.models import Instansi, Kursi, Pemilihan, Posko, Sarpras, Wilayah
from posko.models.pemilihan import DEFAULT_HOURS
from posko.models.posko import PoskoQuerySet
from posko.rujukan import TIERS, read_csv

if TYPE_CHECKING:
    from posko.access import Aktor

BATCH = 2000


def form_posts(pemilihan: Pemilihan, by: Aktor) -> int:
    """Give every active area of the edition's province its post, seats and equipment list; how many are new.

    One transaction; posts that stand already keep everything they have and only get missing seats.
    """
    if not access.can(by, "manage_edition", pemilihan):
        raise PermissionDenied
    with transaction.atomic():
        # Two people pressing the button at once: the second waits here and then finds nothing to do.
        edition = Pemilihan.objects.select_for_update().get(pk=pemilihan.pk)
        known = set(Posko.objects.filter(pemilihan=edition).values_list("wilayah_id", flat=True))
        areas = Wilayah.objects.under(edition.wilayah_id).active().exclude(pk__in=known)
        hours = hours_of(edition)
        new = [_new_post(edition, area, hours) for area in areas]
        Posko.objects.bulk_create(new, batch_size=BATCH)
        furnish(Posko.objects.filter(pemilihan=edition))
    return len(new)


def hours_of(pemilihan: Pemilihan) -> dict[int, tuple[dt.time, dt.time]]:
    """Opening hours of new posts per tier: the edition's own, else the customary ones."""
    own = {jam.tingkat: (jam.buka, jam.tutup) for jam in pemilihan.jam_tingkat.all()}
    return {**DEFAULT_HOURS, **own}


def _new_post(edition: Pemilihan, area: Wilayah, hours: dict[int, tuple[dt.time, dt.time]]) -> Posko:
    opens, closes = hours[area.tingkat]
    return Posko(
        pemilihan=edition, wilayah=area, jam_buka=opens, jam_tutup=closes,
        dibuka=edition.dibuka, ditutup=edition.ditutup, sk=edition.dasar,
    )  # fmt: skip


def furnish(posts: Iterable[Posko]) -> None:
    """Seats that are customary on the post's tier, and the equipment list where there is none yet."""
    posts = list(posts)
    if not posts:
        return
    agencies = list(Instansi.objects.for_edition(posts[0].pemilihan_id))
    seated = set(Kursi.objects.filter(posko__in=posts).values_list("posko_id", "instansi_id"))
    Kursi.objects.bulk_create(
        (
            Kursi(posko=post, instansi=agency, peserta=agency.peserta)
            for post in posts
            for agency in agencies
            if post.tingkat in agency.tingkat and (post.pk, agency.pk) not in seated
        ),
        batch_size=BATCH,
    )
    equipped = set(Sarpras.objects.filter(posko__in=posts).values_list("posko_id", flat=True).distinct())
    Sarpras.objects.bulk_create(
        (item for post in posts if post.pk not in equipped for item in _checklist(post)), batch_size=BATCH
    )


def _checklist(post: Posko) -> list[Sarpras]:
    column = next(word for word, tier in TIERS.items() if tier == post.tingkat)
    return [
        Sarpras(
            posko=post, kode=row["kode"], nama=row["nama"], satuan=row["satuan"],
            dibutuhkan=int(row[column]), urutan=int(row["urutan"]),
        )
        for row in read_csv("sarpras.csv")
        if int(row[column] or 0)
    ]  # fmt: skip


def activate_posts(pemilihan: Pemilihan, by: Aktor) -> int:
    """Open all posts of the edition that are not open yet; how many."""
    if not access.can(by, "manage_edition", pemilihan):
        raise PermissionDenied
    return waiting_posts(pemilihan).update(status=Posko.Status.AKTIF)


def waiting_posts(pemilihan: Pemilihan) -> PoskoQuerySet:
    """Posts of the edition that "aktifkan serentak" would open."""
    return Posko.objects.filter(pemilihan=pemilihan, status__in=(Posko.Status.DRAF, Posko.Status.SIAP))


def unformed_areas(pemilihan: Pemilihan) -> int:
    """How many areas of the province have no post yet."""
    known = Posko.objects.filter(pemilihan=pemilihan).values("wilayah")
    return Wilayah.objects.under(pemilihan.wilayah_id).active().exclude(pk__in=known).count()
