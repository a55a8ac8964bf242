"""The forms of kept lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from laporan.models import Tampilan
from laporan.saringan import Saringan
from posko import access

if TYPE_CHECKING:
    from posko.access import Aktor

SAYA = "saya"
PANJANG_KUERI = 1000


class NamaForm(forms.Form):
    """A name."""

    nama = forms.CharField(
        label="Nama tampilan",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Tulis namanya.", "max_length": "Paling panjang 40 huruf."},
    )

    def take(self, error: ValidationError) -> None:
        """Put what the model refused at its field."""
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class SimpanForm(NamaForm):
    """A name for the filters, and whose they shall be: the person's, or a post's that the person runs."""

    untuk = forms.ChoiceField(
        label="Untuk siapa", widget=forms.RadioSelect, error_messages={"invalid_choice": "Pilih salah satu."}
    )
    kueri = forms.CharField(
        max_length=PANJANG_KUERI,
        widget=forms.HiddenInput,
        error_messages={"required": "Pilih saringan di daftar dahulu, lalu simpan."},
    )

    def __init__(self, aktor: Aktor, data: Any = None, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.aktor = aktor
        posts = {
            str(m.posko_id): f"Semua anggota {m.posko_nama}"
            for m in aktor.pelaku
            if access.can(aktor, "save_tampilan", m.posko_id)
        }
        self.fields["untuk"].choices = [(SAYA, "Hanya saya"), *posts.items()]  # type: ignore[attr-defined]

    def clean_kueri(self) -> str:
        """The filters as the list itself writes them; what means nothing is dropped, and nothing else comes through."""
        chosen = Saringan.read(QueryDict(self.cleaned_data["kueri"]), self.aktor)
        if not chosen.menyaring:
            raise ValidationError("Pilih saringan di daftar dahulu, lalu simpan.")
        return chosen.address()[1 : PANJANG_KUERI + 1]

    def perform(self) -> Tampilan | None:
        """Keep it; what the model refuses becomes an error of its field."""
        given = self.cleaned_data
        post = None if given["untuk"] == SAYA else int(given["untuk"])
        try:
            return Tampilan.keep(self.aktor, given["nama"], given["kueri"], post)
        except ValidationError as error:
            self.take(error)
            return None
