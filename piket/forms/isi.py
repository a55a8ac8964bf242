"""What is to be filled: which days, which agencies, and what is done with who already stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from piket.forms.giliran import date_field
from piket.lembar import parse_day, seats_of
from piket.pengisian import MAX_DAYS, MAX_SEED, Permintaan
from posko.models import Posko

SISA, ULANG = "sisa", "ulang"


class IsiForm(forms.Form):
    """A request for a preview."""

    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")
    cara = forms.ChoiceField(
        label="Yang sudah ditempatkan",
        choices=[
            (SISA, "Isi kekosongan saja; semua yang sudah ditempatkan tetap"),
            (ULANG, "Susun ulang giliran yang belum terbit; yang terkunci tetap"),
        ],
        initial=SISA,
        widget=forms.RadioSelect,
    )
    kursi = forms.TypedMultipleChoiceField(
        label="Instansi", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, posko: Posko, asked: Mapping[str, str] | None = None) -> None:
        """asked: an address that may name the days (`dari`, `sampai`) to begin with; else those left."""
        self.posko, asked = posko, asked or {}
        today = posko.local_time().date()
        dari = max(parse_day(asked.get("dari"), max(today, posko.dibuka)), today)
        sampai = max(parse_day(asked.get("sampai"), posko.ditutup), dari)
        super().__init__(data, initial={"dari": dari, "sampai": sampai})
        choices = [(kursi.pk, str(kursi.instansi)) for kursi in seats_of(posko, set())]
        self.fields["kursi"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            raise ValidationError({"sampai": "Tanggal akhir tidak boleh sebelum tanggal awal."})
        if dari and sampai and (sampai - dari).days >= MAX_DAYS:
            raise ValidationError({"sampai": f"Paling banyak {MAX_DAYS} hari sekali isi."})
        return data

    def request(self, benih: int) -> Permintaan:
        data = self.cleaned_data
        return Permintaan(
            self.posko, data["dari"], data["sampai"], frozenset(data["kursi"]), data["cara"] == ULANG, benih
        )


class TerapkanForm(IsiForm):
    """What was shown, to be done: the seed drawn for that preview, and the fingerprint of what it saw."""

    benih = forms.IntegerField(min_value=0, max_value=MAX_SEED, widget=forms.HiddenInput)
    sidik = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)
