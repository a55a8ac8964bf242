"""Merging reports of the same event into one main report, and taking them apart again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from laporan import alur
from laporan.models.pencatatan import needed

if TYPE_CHECKING:
    from laporan.models import Laporan, Perkembangan
    from posko.access import Aktor


class MergeMixin:
    """Methods of Laporan that merge it. See `laporan.models.tindakan` for what every act takes and raises."""

    def merge(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, utama: Laporan, teks: str = "", at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """Put this report under the main report `utama`: both keep their timelines, this one leaves the lists.

        The main one must be open, seen by `by`, no kegiatan, and not itself merged. Both rows are locked in the
        order of their ids, so that two merges at once cannot wait for each other or make a ring.
        """
        alur.require(by, alur.ACTS["merge"], self, versi)
        with transaction.atomic():
            rows = type(self).objects.filter(pk__in=[self.pk, utama.pk]).order_by("id")
            held = {row.pk: row for row in rows.select_for_update(of=("self",))}
            self._check_main(by, held.get(utama.pk))
            return self._act(
                "merge", by, versi, at=at, teks=teks.strip(), utama_id=utama.pk, status_sebelum=self.status,
                catatan={"utama": utama.nomor},
            )  # fmt: skip

    def _check_main(self: Laporan, by: Aktor, utama: Laporan | None) -> None:  # type: ignore[misc]
        seen = utama is not None and type(self).objects.visible_to(by).filter(pk=utama.pk).exists()
        if utama is None or not seen or utama.pemilihan_id != self.pemilihan_id:
            raise ValidationError({"utama": "Laporan itu tidak ditemukan. Periksa nomornya."})
        if utama.pk == self.pk:
            raise ValidationError({"utama": "Pilih laporan lain sebagai laporan utama."})
        if not alur.may_be_main(utama):
            raise ValidationError({"utama": "Laporan utama harus kejadian atau potensi yang masih terbuka."})
        if self.gabungan.exists():
            raise ValidationError(
                {"utama": "Laporan ini sendiri laporan utama. Pisahkan dahulu laporan di bawahnya."}
            )

    def unmerge(  # type: ignore[misc]
        self: Laporan, *, by: Aktor, versi: int, teks: str, at: dt.datetime | None = None
    ) -> Perkembangan:  # fmt: skip
        """Take the report out from under its main report: status and clocks are as they were before."""
        alur.require(by, alur.ACTS["unmerge"], self, versi)
        teks = needed("teks", teks, "Tulis alasannya.")
        return self._act("unmerge", by, versi, at=at, teks=teks, utama_id=None, status_sebelum="")
