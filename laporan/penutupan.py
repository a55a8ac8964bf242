"""Closing posts: their open reports go to the nearest active post above, and nothing is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from laporan.alur import StatusDukungan, StatusPelimpahan
from laporan.models import Laporan
from posko import access
from posko.models import Posko

if TYPE_CHECKING:
    from posko.access import Aktor


def close_post(posko: Posko, by: Aktor) -> int:
    """Close an active post and hand its open reports to the nearest active post above; how many there were.

    One transaction. Refused with ValidationError when the post is closed already, or has open reports and no
    active post above.
    """
    if not access.can(by, "manage_posko", posko):
        raise PermissionDenied
    with transaction.atomic():
        locked = Posko.objects.select_for_update(of=("self",)).select_related("wilayah").get(pk=posko.pk)
        if locked.status == Posko.Status.DITUTUP:
            raise ValidationError("Posko ini sudah ditutup.")
        heir = (
            Posko.objects.ancestors_of(locked.pemilihan_id, locked.wilayah_id)
            .filter(status=Posko.Status.AKTIF).select_related("wilayah").first()
        )  # fmt: skip
        handed = _hand_over(locked, heir, by)
        locked.status = Posko.Status.DITUTUP
        locked.save(update_fields=["status"])
    posko.status = locked.status
    return handed


def _hand_over(posko: Posko, heir: Posko | None, by: Aktor) -> int:
    now = timezone.now()
    handed = 0
    open_reports = Laporan.objects.terbuka().filter(posko=posko).select_related("kategori").order_by("id")
    for laporan in open_reports.select_for_update(of=("self",)):
        if heir is None:
            raise ValidationError(
                "Posko ini masih punya laporan terbuka dan tidak ada posko aktif di atasnya."
            )
        before = laporan.snapshot()
        laporan.posko = heir
        _end_waiting(laporan)
        if heir.pk not in laporan.jejak:
            laporan.jejak = [*laporan.jejak, heir.pk]
        laporan.record(
            "hand_over_closed", by, now, before=before, catatan={"dari": posko.nama, "ke": heir.nama}
        )
        handed += 1
    _redirect_help(posko, heir, by)
    return handed


def _end_waiting(laporan: Laporan) -> None:
    """A hand-over nobody answered before the post closed is over: the heir simply has the report."""
    if laporan.batas_terima is not None:
        waiting = laporan.pelimpahan.filter(status=StatusPelimpahan.MENUNGGU)
        waiting.update(status=StatusPelimpahan.DIALIHKAN)
        laporan.batas_terima = None


def _redirect_help(posko: Posko, heir: Posko | None, by: Aktor) -> None:
    """Posts below that asked this one for help now ask the heir."""
    asking = Laporan.objects.filter(dukungan_ke=posko).select_related("posko__wilayah").order_by("id")
    for laporan in asking.select_for_update(of=("self",)):
        before = laporan.snapshot()
        laporan.dukungan_ke = heir
        laporan.dukungan.filter(status=StatusDukungan.DIMINTA).update(
            **{"kepada": heir} if heir else {"status": StatusDukungan.TIDAK_DIPENUHI}
        )
        note = {"dari": posko.nama, "ke": heir.nama if heir else ""}
        laporan.record("help_redirected", by, timezone.now(), before=before, catatan=note)
