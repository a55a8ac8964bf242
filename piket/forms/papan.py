"""The question "siapa bertugas di … pada …"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from piket.forms.giliran import date_field, time_field
from posko.models import Posko

if TYPE_CHECKING:
    from posko.access import Aktor

MOST = 8


class SiapaForm(forms.Form):
    """A post by name or code, a local date and hour. `pilihan`: posts that fit when the name fits several."""

    posko = forms.CharField(label="Posko", max_length=60, help_text="Nama wilayah atau kode, mis. Kembangan")
    tanggal = date_field("Tanggal")
    jam = time_field("Jam", "Waktu setempat posko")

    def __init__(self, *args: Any, aktor: Aktor, **kwargs: Any) -> None:
        self.aktor = aktor
        self.pilihan: list[Posko] = []
        self.terpilih: Posko | None = None
        super().__init__(*args, **kwargs)

    def clean_posko(self) -> str:
        text = str(self.cleaned_data["posko"]).strip().removeprefix("Posko ")
        seen = (
            Posko.objects.visible_to(self.aktor).select_related("wilayah", "pemilihan").order_by("wilayah_id")
        )
        found = list(seen.filter(wilayah=text)[:1]) or list(_named(text, seen)[: MOST + 1])
        if not found:
            raise forms.ValidationError("Tidak ada posko dengan nama atau kode itu yang dapat Anda buka.")
        if len(found) > 1:
            self.pilihan = found[:MOST]
            raise forms.ValidationError("Ada beberapa posko dengan nama itu. Pilih salah satu di bawah.")
        self.terpilih = found[0]
        return text

    @property
    def saat(self) -> dt.datetime:
        """The moment asked for, on the wall clock of the post found."""
        data = self.cleaned_data
        zona = self.terpilih.zona if self.terpilih else timezone.get_current_timezone()
        return dt.datetime.combine(data["tanggal"], data["jam"], zona)


def _named(text: str, seen: Any) -> Any:
    """Posts whose area is called so; whole names first, since Kembangan is also the beginning of two others."""
    exact = seen.filter(wilayah__nama__iexact=text)
    return exact if exact.exists() else seen.filter(wilayah__nama__icontains=text)
