"""Forms of the Excel round trip: what to download, and the file that comes back."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from piket.excel.bentuk import MAX_BYTES, MAX_DAYS, Kertas, Susunan
from piket.forms.giliran import date_field
from piket.lembar import parse_day
from posko.models import Posko


class UnduhForm(forms.Form):
    """Which days, in which orientation, on which paper."""

    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")
    susunan = forms.ChoiceField(label="Susunan", choices=Susunan.choices, initial=Susunan.HARI)
    kertas = forms.ChoiceField(
        label="Kertas",
        choices=Kertas.choices,
        initial=Kertas.A4,
        help_text="Mendatar, bila lembarnya dicetak",
    )

    def __init__(self, data: Any = None, *, posko: Posko, asked: Mapping[str, str] | None = None) -> None:
        """asked: an address that may name the days (`dari`, `sampai`) to begin with; else this month's."""
        asked = asked or {}
        dari, sampai = month_of(posko, parse_day(asked.get("dari"), posko.local_time().date()))
        if "dari" in asked and "sampai" in asked:
            dari = parse_day(asked["dari"], dari)
            sampai = parse_day(asked["sampai"], sampai)
        super().__init__(data, initial={"dari": dari, "sampai": sampai})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            self.add_error("sampai", ValidationError("Tanggal akhir tidak boleh sebelum tanggal awal."))
        elif dari and sampai and (sampai - dari).days >= MAX_DAYS:
            self.add_error("sampai", ValidationError(f"Paling banyak {MAX_DAYS} hari sekali unduh."))
        return data


def month_of(posko: Posko, day: dt.date) -> tuple[dt.date, dt.date]:
    """The days of a month on which the post is open, first and last; the whole month when it is never open in it."""
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    dari, sampai = max(first, posko.dibuka), min(last, posko.ditutup)
    return (dari, sampai) if dari <= sampai else (first, last)


class UnggahForm(forms.Form):
    berkas = forms.FileField(
        label="Berkas Excel (.xlsx)",
        help_text="Unduhan dari halaman ini yang sudah diubah, paling besar 5 MB, tanpa makro",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_berkas(self) -> bytes:
        berkas: UploadedFile = self.cleaned_data["berkas"]
        if not (berkas.name or "").lower().endswith(".xlsx"):
            raise ValidationError(
                "Hanya berkas .xlsx yang diterima. Simpan dari Excel sebagai Excel Workbook (.xlsx)."
            )
        if (berkas.size or 0) > MAX_BYTES:
            raise ValidationError("Berkas lebih dari 5 MB. Unduh rentang yang lebih pendek.")
        return bytes(berkas.read())
