"""Forms of the roster: one shift, and shifts for a range of days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from piket.giliran import MAX_DAYS
from piket.lembar import seats_of
from piket.models import Piket, shift_range
from posko.models import Kursi, Posko
from posko.templatetags.posko import HARI


def time_field(label: str, petunjuk: str = "") -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(
        label=label, help_text=petunjuk, widget=widget, input_formats=["%H:%M", "%H:%M:%S", "%H.%M"]
    )


def date_field(label: str, petunjuk: str = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, help_text=petunjuk, widget=widget, input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]
    )


class GiliranForm(forms.Form):
    """Shifts of one post for a range of days, with the need of each agency."""

    nama = forms.CharField(label="Nama giliran", max_length=40, initial="Piket")
    jenis = forms.ChoiceField(label="Jenis", choices=Piket.Jenis.choices, initial=Piket.Jenis.GILIRAN)
    mulai = time_field("Jam mulai", "Waktu setempat")
    selesai = time_field("Jam selesai", "Jam yang sama atau lebih awal berarti esok harinya")
    dari = date_field("Dari tanggal")
    sampai = date_field("Sampai tanggal")
    hari = forms.TypedMultipleChoiceField(
        label="Hari",
        coerce=int,
        choices=list(enumerate(HARI)),
        initial=list(range(7)),
        widget=forms.CheckboxSelectMultiple,
    )
    isi = forms.BooleanField(
        label="Langsung isi petugas bergiliran",
        help_text="Dibagi rata di tiap instansi; yang berhalangan, bertugas di tempat lain, atau perlu istirahat "
        "dilewati.",
        required=False,
    )

    def __init__(self, *args: Any, posko: Posko, **kwargs: Any) -> None:
        self.posko = posko
        self.kursi: list[Kursi] = seats_of(posko, set())
        today = posko.local_time().date()
        kwargs["initial"] = {
            "mulai": posko.jam_buka,
            "selesai": posko.jam_tutup,
            "dari": max(today, posko.dibuka),
            "sampai": max(today, posko.ditutup),
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        for kursi in self.kursi:
            self.fields[f"butuh_{kursi.pk}"] = forms.IntegerField(
                label=str(kursi.instansi), min_value=0, max_value=99, initial=1, required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai = data.get("dari"), data.get("sampai")
        if dari and sampai and sampai < dari:
            raise ValidationError({"sampai": "Tanggal akhir tidak boleh sebelum tanggal awal."})
        if dari and sampai and (sampai - dari).days >= MAX_DAYS:
            raise ValidationError({"sampai": f"Paling banyak {MAX_DAYS} hari sekali buat."})
        return data

    @property
    def kebutuhan(self) -> dict[Kursi, int]:
        return {kursi: self.cleaned_data.get(f"butuh_{kursi.pk}") or 0 for kursi in self.kursi}

    def needs(self) -> list[tuple[str, list[Any]]]:
        """Bound need fields under the name of their unsur, for the page."""
        groups: dict[str, list[Any]] = {}
        for kursi in self.kursi:
            groups.setdefault(kursi.instansi.get_unsur_display(), []).append(self[f"butuh_{kursi.pk}"])
        return list(groups.items())


class PiketForm(forms.ModelForm):
    """One shift: hours are typed on the post's wall clock, the range is made from them."""

    mulai = time_field("Jam mulai", "Waktu setempat posko")
    selesai = time_field("Jam selesai", "Jam yang sama atau lebih awal berarti esok harinya")

    class Meta:
        model = Piket
        fields = ["posko", "jenis", "nama", "tanggal", "catatan"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shift = self.instance
        if shift.pk:
            for name, moment in (("mulai", shift.waktu.lower), ("selesai", shift.waktu.upper)):
                self.fields[name].initial = timezone.localtime(moment, shift.zona).time()

    def _post_clean(self) -> None:
        """Set what the model's own checks need before they run: the range and the copy of the edition."""
        data = self.cleaned_data
        posko = data.get("posko") or (self.instance.posko if self.instance.posko_id else None)
        if posko and all(isinstance(data.get(k), dt.date | dt.time) for k in ("tanggal", "mulai", "selesai")):
            self.instance.waktu = shift_range(posko.zona, data["tanggal"], data["mulai"], data["selesai"])
            self.instance.pemilihan_id = posko.pemilihan_id
        super()._post_clean()  # type: ignore[misc]
        # `waktu` is not a field of the form, so Django leaves its constraint out; its words belong here.
        twin = Piket.objects.filter(posko=posko, jenis=self.instance.jenis, waktu=self.instance.waktu)
        if posko and self.instance.waktu and twin.exclude(pk=self.instance.pk).exists():
            self.add_error(None, "Posko ini sudah punya giliran pada jam yang sama.")
