"""The tool bar of a post's roster: where else its work is done. A page stands in it once its address exists.

Whoever adds a page registers its URL name here. A page gets the shown range as `?dari=…&sampai=…`; but for the steps on
the way from an empty roster to a published one, which begin with all days the post is still open.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from posko.models import Posko


class Alat(NamedTuple):
    """A link of the bar. utama: one of those steps."""

    nama: str
    label: str
    utama: bool = False
    alamat: str = ""


# In the order of the work. nama: URL name, taking posko_id.
ALAT = (
    Alat("jadwal:apply_pattern", "Terapkan pola", utama=True),
    Alat("jadwal:fill", "Isi sisanya", utama=True),
    Alat("jadwal:publish", "Terbitkan", utama=True),
    Alat("jadwal:add_shifts", "Tambah giliran"),
    Alat("jadwal:copy", "Salin minggu"),
    Alat("jadwal:replace_from", "Ganti orang"),
    Alat("jadwal:excel", "Excel"),
    Alat("jadwal:batches", "Pembuatan jadwal"),
    Alat("jadwal:history", "Riwayat jadwal"),
)


def tools_for(posko: Posko, dari: dt.date, sampai: dt.date) -> list[Alat]:
    """The links that lead somewhere, for this post and these dates."""
    query = f"?{urlencode({'dari': dari.isoformat(), 'sampai': sampai.isoformat()})}"
    found: list[Alat] = []
    for tool in ALAT:
        try:
            address = reverse(tool.nama, args=[posko.pk])
        except NoReverseMatch:
            continue
        found.append(tool._replace(alamat=address if tool.utama else address + query))
    return found
