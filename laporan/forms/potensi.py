"""The forms of a potensi: assessing it, and saying that it came true."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from laporan.forms.penanganan import FORMS
from laporan.forms.tindakan import ActForm, words
from laporan.models import Dampak, Kemungkinan, Laporan, PenilaianPotensi
from posko.models import Kursi
from posko.models.wilayah import ancestor_codes

MOST_OFFERED = 8
_OFFERED = ("nomor", "ringkasan", "tempat", "status", "waktu_lapor", "kategori__kelompok")


class AssessForm(ActForm):
    """How likely, how grave, what is done, whose it is, and when to look again; the last answers are filled in."""

    kemungkinan = forms.ChoiceField(
        label="Kemungkinan", choices=Kemungkinan.choices, widget=forms.RadioSelect,
        error_messages={"required": "Pilih seberapa mungkin.", "invalid_choice": "Pilih seberapa mungkin."},
    )  # fmt: skip
    dampak = forms.ChoiceField(
        label="Dampak bila terjadi", choices=Dampak.choices, widget=forms.RadioSelect,
        error_messages={"required": "Pilih dampaknya.", "invalid_choice": "Pilih dampaknya."},
    )  # fmt: skip
    teks = words("Pencegahan", "Apa yang dilakukan agar tidak terjadi, atau agar dampaknya kecil.",
                  "Tulis apa yang dilakukan untuk mencegahnya.")  # fmt: skip
    pemilik = forms.ModelChoiceField(
        Kursi.objects.none(), label="Penanggung jawab", empty_label="Pilih instansi",
        error_messages={"required": "Pilih instansi yang bertanggung jawab.",
                        "invalid_choice": "Pilih instansi yang duduk di posko ini."},
    )  # fmt: skip
    tinjau_pada = forms.DateField(
        label="Ditinjau lagi pada", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Pilih tanggalnya.", "invalid": "Tulis tanggal seperti 2024-02-14."},
    )  # fmt: skip
    field_order = ("kemungkinan", "dampak", "teks", "pemilik", "tinjau_pada")

    def prepare(self) -> None:
        seats = Kursi.objects.filter(posko=self.laporan.posko_id, aktif=True, peserta=False)
        owner = self.fields["pemilik"]
        owner.queryset = seats.select_related("instansi").order_by("instansi__urutan", "pk")  # type: ignore[attr-defined]
        owner.label_from_instance = lambda seat: str(seat.instansi)  # type: ignore[attr-defined]
        # A second assessment begins where the first ended; the date is chosen anew.
        if last := PenilaianPotensi.objects.filter(laporan=self.laporan).first():
            self.initial.update(
                kemungkinan=last.kemungkinan,
                dampak=last.dampak,
                teks=last.mitigasi,
                pemilik=last.pemilik_id,
            )


class LinkForm(ActForm):
    """Which potensi foresaw this kejadian: by its number; those of the same place are offered as links."""

    potensi = forms.CharField(
        label="Nomor potensi", max_length=40,
        help_text="Potensi permasalahan yang dilaporkan sebelum kejadian ini.",
        error_messages={"required": "Tulis nomor potensinya."},
    )  # fmt: skip
    field_order = ("potensi", "teks")

    def prepare(self) -> None:
        self.initial["potensi"] = self.awal.get("potensi", "")

    @property
    def tawaran(self) -> list[Laporan]:
        """The newest potensi of the same kelurahan or above it that the person may see, same group first."""
        place = [self.laporan.wilayah_id, *ancestor_codes(self.laporan.wilayah_id)]
        found = Laporan.objects.visible_to(self.aktor).filter(
            jenis="potensi", wilayah__in=place, waktu_lapor__lt=self.laporan.waktu_lapor
        )
        near = list(found.order_by("-id").select_related("kategori").only(*_OFFERED)[:50])
        near.sort(key=lambda one: one.kategori.kelompok != self.laporan.kategori.kelompok)
        return near[:MOST_OFFERED]

    def clean_potensi(self) -> Laporan:
        typed = self.cleaned_data["potensi"].strip().upper()
        found = Laporan.objects.visible_to(self.aktor).filter(nomor=typed, jenis="potensi").first()
        if found is None:
            raise ValidationError("Potensi itu tidak ditemukan. Periksa nomornya.")
        return found


FORMS |= {"assess": AssessForm, "link": LinkForm}
