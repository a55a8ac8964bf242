"""The forms of the acts: what each needs, in words. Names of controls are those of the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from laporan.alur import AlasanTidakDilanjutkan
from laporan.models import (
    Akses,
    Kategori,
    Perkembangan,
    Prioritas,
    TemplatPesan,
)
from laporan.models.tindakan import second_officers
from posko import access
from posko.models import Pengguna

if TYPE_CHECKING:
    from laporan.models import Laporan
    from posko.access import Aktor
    from posko.models import Berkas

PANJANG_TEKS = 4000


class ActForm(forms.Form):
    """What every act sends: the version the person looked at, and words.

    templat: which ready-made words of the category are offered for `teks`; empty for none.
    """

    templat = ""

    versi = forms.IntegerField(min_value=1, widget=forms.HiddenInput, error_messages={
        "required": "Muat ulang halaman laporan, lalu coba lagi.",
        "invalid": "Muat ulang halaman laporan, lalu coba lagi.",
    })  # fmt: skip
    teks = forms.CharField(
        label="Catatan", max_length=PANJANG_TEKS, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(
        self, laporan: Laporan, aktor: Aktor, data: Any = None, awal: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, initial={"versi": laporan.versi})
        self.laporan, self.aktor = laporan, aktor
        # What the address proposes, such as ?utama= or ?penerusan=.
        self.awal = awal or {}
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the report."""

    def values(self) -> dict[str, Any]:
        """The arguments of the act beside `by` and `versi`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "versi"}

    def perform(self, act: str, foto: tuple[Berkas, ...] = ()) -> Perkembangan | None:
        """Do the act; what the model refuses becomes an error of its field."""
        given = self.values() | ({"foto": foto} if foto else {})
        try:
            entry: Perkembangan = getattr(self.laporan, act)(
                by=self.aktor, versi=self.cleaned_data["versi"], **given
            )
        except ValidationError as error:
            self._take(error)
            return None
        return entry

    def _take(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What the person wrote, to copy when the act could not be done."""
        return [
            (str(field.label), str(field.value()))
            for field in self
            if isinstance(field.field.widget, forms.Textarea) and field.value()
        ]


def words(label: str, hint: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=PANJANG_TEKS, error_messages={"required": missing},
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class AskForm(ActForm):
    teks = words("Apa yang perlu dilengkapi?", "Sebut satu per satu, supaya cukup sekali jawab.",
                  "Tulis apa yang perlu dilengkapi.")  # fmt: skip


class CompleteForm(ActForm):
    teks = words("Jawaban", "Jawab yang ditanyakan posko. Foto boleh ditambahkan.", "Tulis jawaban Anda.")


class DeclineForm(ActForm):
    alasan = forms.ChoiceField(
        label="Alasan", choices=AlasanTidakDilanjutkan.choices, widget=forms.RadioSelect,
        error_messages={"required": "Pilih alasannya.", "invalid_choice": "Pilih alasannya."},
    )  # fmt: skip
    teks = words("Penjelasan", "Dibaca oleh yang melaporkan.", "Tulis penjelasannya.")
    field_order = ("alasan", "teks")


class ResolveForm(ActForm):
    teks = words("Hasil tindakan", "Apa yang dikerjakan dan bagaimana keadaannya sekarang.",
                  "Tulis hasil tindakannya.")  # fmt: skip
    alasan = forms.CharField(
        label="Alasan menyelesaikan", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Masih ada penerusan yang belum selesai. Alasan ketua dicatat di linimasa.",
    )  # fmt: skip
    templat = TemplatPesan.Untuk.HASIL

    def prepare(self) -> None:
        if not (self.laporan.penerusan_terbuka and access.can(self.aktor, "resolve_with_open", self.laporan)):
            del self.fields["alasan"]
        if self.laporan.kewenangan_bawaslu:
            del self.fields["teks"]


class ReasonForm(ActForm):
    teks = words("Alasan", "Akan tercatat di linimasa.", "Tulis alasannya.")


class ReclassifyForm(ReasonForm):
    kategori = forms.ModelChoiceField(Kategori.objects.none(), label="Kategori", empty_label=None)
    prioritas = forms.ChoiceField(label="Prioritas", choices=Prioritas.choices, widget=forms.RadioSelect)
    akses = forms.ChoiceField(label="Akses", choices=Akses.choices, widget=forms.RadioSelect)
    pejabat_kedua = forms.ModelChoiceField(
        Pengguna.objects.none(), label="Pejabat kedua", required=False, empty_label="Belum ditunjuk",
        help_text="Laporan rahasia baru dapat diverifikasi setelah pejabat kedua ditunjuk.",
    )  # fmt: skip
    field_order = ("prioritas", "kategori", "akses", "pejabat_kedua", "teks")

    def prepare(self) -> None:
        laporan = self.laporan
        kinds = Kategori.objects.for_edition(laporan.pemilihan_id).exclude(jenis="kegiatan")
        # A category taken out of use stays a choice for a report that has it.
        own = Kategori.objects.filter(pk=laporan.kategori_id)
        chosen = self.fields["kategori"]
        chosen.queryset = (kinds | own).order_by("jenis", "urutan", "nama")  # type: ignore[attr-defined]
        self.initial.update(
            kategori=laporan.kategori_id,
            prioritas=laporan.prioritas,
            akses=laporan.akses,
        )
        if access.can(self.aktor, "set_rahasia", laporan):
            people = Pengguna.objects.filter(pk__in=second_officers(laporan, self.aktor).values("pengguna"))
            self.fields["pejabat_kedua"].queryset = people.order_by("nama")  # type: ignore[attr-defined]
        else:
            del self.fields["pejabat_kedua"]
            self.fields["akses"].choices = [  # type: ignore[attr-defined]
                pair for pair in Akses.choices if pair[0] != access.RAHASIA or laporan.akses == access.RAHASIA
            ]


FORMS: dict[str, type[ActForm]] = {
    "verify": ActForm,
    "handle": ActForm,
    "close": ActForm,
    "accept_hand_over": ActForm,
    "ask": AskForm,
    "complete": CompleteForm,
    "decline": DeclineForm,
    "resolve": ResolveForm,
    "reopen": ReasonForm,
    "request_reopen": ReasonForm,
    "reclassify": ReclassifyForm,
    "return_hand_over": ReasonForm,
    "unmerge": ReasonForm,
}
