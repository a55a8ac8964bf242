"""The form of the buku tamu."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from piket.models import Tamu
from piket.tamu import IsianTamu

RELOAD = "Muat ulang halaman ini, lalu kirim lagi."


def _text(label: str, field: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    longest: int | None = getattr(Tamu._meta.get_field(field), "max_length", None)
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Isi kolom ini.", "max_length": f"Paling banyak {longest} huruf."},
    )  # fmt: skip


class TamuForm(forms.Form):
    """One guest."""

    kunci = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": RELOAD, "invalid": RELOAD})
    nama = _text("Nama", "nama")
    asal = _text("Instansi atau alamat", "asal")
    keperluan = _text("Keperluan", "keperluan")
    bertemu = _text("Bertemu dengan", "bertemu", required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"kunci": uuid4()})

    @property
    def isian(self) -> IsianTamu:
        """What was typed, once valid."""
        return IsianTamu(**self.cleaned_data)
