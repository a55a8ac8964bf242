"""Forms of the Buku Piket and of the Serah terima. Names of controls are those of the model."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from piket import buku, serah
from piket.forms.giliran import date_field

# A book is printed for days, not for a year.
MOST_DAYS = 31


class BerkunciForm(forms.Form):
    """A form that may be sent twice: `kunci` tells a repeat from a second one."""

    kunci = forms.CharField(required=False, label="Kunci kiriman", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        try:
            self.key = UUID(str(self.data.get("kunci", "")).strip())
        except ValueError:
            self.key = uuid4()

    def renew_key(self) -> None:
        self.key = uuid4()

    def clean_kunci(self) -> UUID:
        if str(self.data.get("kunci", "")).strip().lower() not in (str(self.key), self.key.hex):
            raise ValidationError("Kunci kiriman tidak sah. Periksa isinya, lalu kirim sekali lagi.")
        return self.key


def text_field(label: str, most: int, rows: int, kosong: str = "", **more: Any) -> forms.CharField:
    """A box of words; kosong: what to say when it is left empty, when it may not be."""
    messages = {
        "required": kosong,
        "max_length": f"Terlalu panjang (%(show_value)s huruf); paling banyak {most} huruf.",
    }
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=most, required=bool(kosong), widget=widget, error_messages=messages, **more
    )


class CatatanForm(BerkunciForm):
    """One entry of the Buku Piket."""

    isi = text_field("Apa yang terjadi?", buku.MOST_LETTERS, 3, "Tulis apa yang terjadi.")
    foto = forms.Field(required=False, label="Foto")


class CoretForm(forms.Form):
    """Why an entry is struck through."""

    alasan = forms.CharField(
        label="Alasan mencoret",
        max_length=200,
        help_text="Tulisan yang dicoret tetap terbaca bersama alasannya.",
        error_messages={"required": "Tulis alasan mencoret."},
    )


class SerahForm(BerkunciForm):
    """The end of a shift in words; what stands open is filled in by the system."""

    ringkasan = text_field(
        "Ringkasan giliran", 2_000, 5, "Tulis ringkasan giliran ini, walau tidak ada kejadian.",
        help_text="Apa yang terjadi dan apa yang sudah dikerjakan.",
    )  # fmt: skip
    catatan = text_field("Hal yang perlu diperhatikan", 2_000, 3, help_text="Untuk giliran berikutnya.")
    nomor = forms.CharField(
        label="Nomor berita acara",
        max_length=60,
        required=False,
        help_text="Nomor surat bila ada; tidak dapat diubah sesudah diserahkan.",
    )

    def isian(self) -> serah.Isian:
        data = self.cleaned_data
        return serah.Isian(
            kunci=data["kunci"], ringkasan=data["ringkasan"], catatan=data["catatan"], nomor=data["nomor"]
        )


class TerimaForm(forms.Form):
    """The remark of who takes a shift over."""

    catatan = text_field("Catatan penerima", 1_000, 2)


class RentangForm(forms.Form):
    """The days of the Buku Piket to print."""

    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            self.add_error("sampai", "Tanggal akhir tidak boleh sebelum tanggal awal.")
        elif dari and sampai and sampai - dari >= dt.timedelta(days=MOST_DAYS):
            self.add_error("sampai", f"Paling banyak {MOST_DAYS} hari sekali cetak.")
        return data
