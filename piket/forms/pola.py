"""Applying patterns: where and when. Publishing asks for the dates only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from piket.forms.giliran import date_field
from piket.giliran import MAX_DAYS
from posko.models import Posko, Tingkat

if TYPE_CHECKING:
    from posko.access import Aktor


class RentangForm(forms.Form):
    """Two local dates, both included."""

    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            raise ValidationError({"sampai": "Tanggal akhir tidak boleh sebelum tanggal awal."})
        if dari and sampai and (sampai - dari).days >= MAX_DAYS:
            raise ValidationError({"sampai": f"Paling banyak {MAX_DAYS} hari sekali terapkan."})
        return data


class TerapkanForm(RentangForm):
    """This post, or all posts of a tier below it that the person administers."""

    cakupan = forms.ChoiceField(label="Posko", widget=forms.RadioSelect)

    def __init__(self, *args: Any, posko: Posko, aktor: Aktor, **kwargs: Any) -> None:
        self.posko, self.aktor = posko, aktor
        super().__init__(*args, **kwargs)
        own = Tingkat(posko.tingkat)
        below = [t for t in Tingkat if t > own]
        self.fields["cakupan"].choices = [  # type: ignore[attr-defined]
            ("ini", str(posko)),
            *((str(int(t)), f"Semua posko {t.label} di bawahnya") for t in below),
        ]
        self.fields["cakupan"].initial = "ini"

    @property
    def posts(self) -> list[Posko]:
        """The posts chosen, in code order; closed ones are left out."""
        chosen = self.cleaned_data["cakupan"]
        if chosen == "ini":
            return [self.posko]
        rows = (
            Posko.objects.managed_by(self.aktor)
            .under(self.posko.wilayah_id)
            .exclude(status=Posko.Status.DITUTUP)
        )
        found = rows.select_related("wilayah", "pemilihan").order_by("wilayah_id")
        return [p for p in found if p.tingkat == int(chosen)]
