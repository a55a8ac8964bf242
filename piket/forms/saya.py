"""Forms of one's own duties: cannot come, offer a duty, take one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from piket.forms.giliran import date_field
from piket.giliran import MAX_DAYS
from piket.models import Berhalangan, Penugasan, Piket
from posko.models import Anggota

if TYPE_CHECKING:
    from posko.access import Aktor

LAGI = "Muat ulang halaman, lalu kirim lagi."


class KunciForm(forms.Form):
    """A form sent from a device: twice the same key is one thing."""

    kunci = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": LAGI, "invalid": LAGI})


class BerhalanganForm(KunciForm):
    """From when to when and why. anggota: for whom, for who arranges duties; empty: oneself."""

    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")
    alasan = forms.ChoiceField(
        label="Alasan", choices=Berhalangan.Alasan.choices, widget=forms.RadioSelect, initial="izin"
    )
    keterangan = forms.CharField(
        label="Keterangan",
        max_length=200,
        required=False,
        help_text="Hanya terlihat oleh Anda dan yang mengatur piket",
    )

    def __init__(self, *args: Any, aktor: Aktor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if led := sorted(aktor.dipimpin):
            crew = Anggota.objects.valid_on(timezone.localdate()).filter(kursi__posko__in=led)
            named = crew.filter(pengguna__is_active=True).select_related(
                "pengguna", "kursi__instansi", "kursi__posko__wilayah"
            )
            self.fields["anggota"] = forms.ModelChoiceField(
                named.order_by("pengguna__nama", "pk"),
                label="Untuk siapa",
                required=False,
                empty_label="Saya sendiri",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            raise ValidationError({"sampai": "Tanggal akhir tidak boleh sebelum tanggal awal."})
        if dari and sampai and (sampai - dari).days >= MAX_DAYS:
            raise ValidationError({"sampai": f"Paling lama {MAX_DAYS} hari."})
        if sampai and sampai < timezone.localdate():
            raise ValidationError({"sampai": "Tanggal ini sudah lewat."})
        return data


class TawarForm(KunciForm):
    """Offer a duty, with a reason if one likes."""

    alasan = forms.CharField(label="Alasan", max_length=200, required=False)


class AmbilForm(forms.Form):
    """Which of one's own duties is given in return, if any."""

    balasan = forms.ModelChoiceField(
        Penugasan.objects.none(),
        label="Tugas saya sebagai gantinya",
        required=False,
        empty_label="Tanpa balasan",
    )

    def __init__(self, *args: Any, aktor: Aktor, duty: Penugasan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Penugasan.objects.live().filter(
            pengguna=aktor.pengguna.pk,
            anggota__kursi=duty.anggota.kursi_id,
            waktu__startswith__gt=timezone.now(),
            piket__in=Piket.objects.announced(),
        )
        field: Any = self.fields["balasan"]
        field.queryset = own.select_related("piket__posko__wilayah").order_by("waktu", "pk")
        field.label_from_instance = lambda d: str(d.piket)
