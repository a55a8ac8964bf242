"""The forms of acts on many reports: what is the same for all of them, asked once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from laporan import alur
from laporan.alur import Cara
from laporan.forms.penanganan import FARTHEST, SESUAI_INSTANSI, USUAL
from laporan.forms.tindakan import PANJANG_TEKS, words
from laporan.models import Laporan, Prioritas
from laporan.models.penerusan import seats_for
from posko.models import Instansi, Kursi
from posko.models.wilayah import ancestor_codes

if TYPE_CHECKING:
    from posko.access import Aktor


class BulkForm(forms.Form):
    """What every submission carries: its key, and words."""

    kunci = forms.UUIDField(widget=forms.HiddenInput, error_messages=dict.fromkeys(
        ("required", "invalid"), "Ulangi dari daftar laporan."))  # fmt: skip
    teks = forms.CharField(
        label="Catatan", max_length=PANJANG_TEKS, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, laporan: list[Laporan], aktor: Aktor, data: Any = None) -> None:
        super().__init__(data, initial={"kunci": uuid.uuid4()})
        self.laporan, self.aktor = laporan, aktor
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the reports."""

    def arguments(self, laporan: Laporan) -> dict[str, Any]:
        """What the act takes for this report."""
        return {"teks": self.cleaned_data["teks"]}


class BulkForwardForm(BulkForm):
    """Which agency, in which way, what is asked, until when; each report goes to that agency's nearest seat."""

    instansi = forms.ModelChoiceField(
        Instansi.objects.none(), label="Instansi", empty_label="Pilih instansi",
        help_text="Tiap laporan diteruskan ke kursi instansi ini yang terdekat dengan poskonya.",
        error_messages={"required": "Pilih instansinya.", "invalid_choice": "Pilih instansi dari daftar."},
    )  # fmt: skip
    cara = forms.ChoiceField(
        label="Cara", required=False, widget=forms.RadioSelect,
        choices=[(SESUAI_INSTANSI, "Sesuai instansi"), *Cara.choices],
    )  # fmt: skip
    teks = words("Pesan", "Sama untuk semua laporan yang dipilih.", "Tulis apa yang diminta.")
    batas_waktu = forms.CharField(
        label="Mohon ditanggapi sebelum", required=False, max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Waktu setempat posko. Informasi awal tidak memakai batas waktu.",
    )  # fmt: skip
    field_order = ("instansi", "cara", "teks", "batas_waktu")

    def prepare(self) -> None:
        codes = {code for one in self.laporan for own in (one.posko.wilayah_id, one.wilayah_id)
                 for code in (own, *ancestor_codes(own))}  # fmt: skip
        seats = Kursi.objects.filter(
            posko__pemilihan=self.aktor.edisi, posko__wilayah__in=sorted(codes), aktif=True
        )
        agencies = Instansi.objects.filter(aktif=True, pk__in=seats.order_by().values("instansi"))
        self.fields["instansi"].queryset = agencies.order_by("urutan", "nomor_urut", "pk")  # type: ignore[attr-defined]
        self.fields["instansi"].label_from_instance = (  # type: ignore[attr-defined]
            lambda agency: f"{agency} ({alur.cara_for(agency)[0].label})"
        )
        usual = timezone.localtime(timezone.now() + USUAL, self.zona)
        self.initial["batas_waktu"] = usual.strftime("%Y-%m-%dT%H:%M")

    @property
    def zona(self) -> ZoneInfo:
        return ZoneInfo(self.aktor.pos.zona if self.aktor.pos else "Asia/Jakarta")

    def clean_batas_waktu(self) -> dt.datetime | None:
        typed = self.cleaned_data["batas_waktu"]
        if not typed:
            return None
        try:
            moment = parse_datetime(typed)
            if moment is not None and timezone.is_naive(moment):
                moment = moment.replace(tzinfo=self.zona)
            if moment is None or not timezone.now() < moment <= timezone.now() + FARTHEST:
                raise ValueError
        except (ValueError, OverflowError):
            raise ValidationError("Pilih tanggal dan jam dalam 60 hari ke depan.") from None
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        agency = data.get("instansi")
        if agency is None:
            return data
        data["cara"] = data.get("cara") or alur.cara_for(agency)[0]
        if data["cara"] not in alur.cara_for(agency):
            self.add_error("cara", f"Untuk {agency}, pilih cara yang lain.")
        elif data["cara"] != Cara.INFORMASI_AWAL and "batas_waktu" in data and data["batas_waktu"] is None:
            self.add_error("batas_waktu", "Pilih batas waktu sesudah sekarang.")
        return data

    def arguments(self, laporan: Laporan) -> dict[str, Any]:
        data = self.cleaned_data
        seats = list(seats_for(laporan).filter(instansi=data["instansi"]).select_related("instansi", "posko"))
        if not seats:
            raise ValidationError(f"{data['instansi']} tidak duduk di posko laporan ini atau di atasnya.")
        nearest = max(seats, key=lambda k: (k.posko_id == laporan.posko_id, k.posko.wilayah_id.count(".")))
        until = None if data["cara"] == Cara.INFORMASI_AWAL else data["batas_waktu"]
        return {"kursi": nearest, "cara": data["cara"], "teks": data["teks"], "batas_waktu": until}


class BulkReclassifyForm(BulkForm):
    prioritas = forms.ChoiceField(
        label="Prioritas", choices=Prioritas.choices, widget=forms.RadioSelect,
        error_messages={"required": "Pilih prioritasnya.", "invalid_choice": "Pilih prioritasnya."},
    )  # fmt: skip
    teks = words("Alasan", "Akan tercatat di linimasa tiap laporan.", "Tulis alasannya.")
    field_order = ("prioritas", "teks")

    def arguments(self, laporan: Laporan) -> dict[str, Any]:
        kept = {"akses": laporan.akses, "kategori": laporan.kategori}
        return kept | {"prioritas": self.cleaned_data["prioritas"], "teks": self.cleaned_data["teks"]}


class BulkMergeForm(BulkForm):
    utama = forms.CharField(
        label="Nomor laporan utama", max_length=40,
        help_text="Semua yang dipilih masuk ke laporan ini; masing-masing tetap punya linimasa sendiri.",
        error_messages={"required": "Tulis nomor laporan utamanya."},
    )  # fmt: skip
    field_order = ("utama", "teks")

    def clean_utama(self) -> Laporan:
        typed = self.cleaned_data["utama"].strip().upper()
        found = Laporan.objects.visible_to(self.aktor).filter(nomor=typed).first()
        if found is None:
            raise ValidationError("Laporan itu tidak ditemukan. Periksa nomornya.")
        if not alur.may_be_main(found):
            raise ValidationError("Laporan utama harus kejadian atau potensi yang masih terbuka.")
        return found

    def arguments(self, laporan: Laporan) -> dict[str, Any]:
        return {"utama": self.cleaned_data["utama"], "teks": self.cleaned_data["teks"]}


FORMS: dict[str, type[BulkForm]] = {
    "forward": BulkForwardForm,
    "reclassify": BulkReclassifyForm,
    "merge": BulkMergeForm,
    "close": BulkForm,
}
