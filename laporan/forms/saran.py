"""The forms of saran: giving one, and answering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms

from laporan.models.saran import PANJANG
from posko.models import Posko
from posko.models.wilayah import ancestor_codes

if TYPE_CHECKING:
    from laporan.alur_saran import ActSaran
    from posko.access import Aktor


class AdviseForm(forms.Form):
    """One saran; `posko` is asked only when it is about no report."""

    kunci = forms.UUIDField(widget=forms.HiddenInput, error_messages={
        "required": "Muat ulang halaman ini, lalu kirim lagi.", "invalid": "Muat ulang halaman ini, lalu kirim lagi.",
    })  # fmt: skip
    posko = forms.ModelChoiceField(
        Posko.objects.none(), label="Untuk posko", empty_label=None,
        error_messages={"required": "Pilih poskonya.", "invalid_choice": "Pilih posko dari daftar."},
    )  # fmt: skip
    teks = forms.CharField(
        label="Saran", max_length=PANJANG, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Apa yang sebaiknya dilakukan, dan mengapa. Dibaca petugas posko dan dibahas di rapat evaluasi.",
        error_messages={"required": "Tulis saran Anda.", "max_length": f"Paling banyak {PANJANG} huruf."},
    )  # fmt: skip

    def __init__(self, aktor: Aktor, data: Any = None, *, about_report: bool = False) -> None:
        super().__init__(data, initial={"kunci": uuid4()})
        if about_report:
            del self.fields["posko"]
            return
        own = {m.posko_kode for m in aktor.keanggotaan}
        above = {kode for one in own for kode in ancestor_codes(one)}
        posts = Posko.objects.visible_to(aktor).filter(wilayah__in=sorted(own | above))
        self.fields["posko"].queryset = posts.select_related("wilayah").order_by("wilayah")  # type: ignore[attr-defined]
        if aktor.pos:
            self.initial["posko"] = aktor.pos.posko_id


class AnswerForm(forms.Form):
    """What the post says to a saran."""

    teks = forms.CharField(max_length=PANJANG, widget=forms.Textarea(attrs={"rows": 4}), error_messages={
        "required": "Tulis alasannya; dibaca oleh yang memberi saran.", "max_length": f"Paling banyak {PANJANG} huruf.",
    })  # fmt: skip

    def __init__(self, act: ActSaran, data: Any = None) -> None:
        super().__init__(data)
        words = self.fields["teks"]
        words.required = act.alasan
        words.label = (
            "Alasan dan langkahnya" if act.ke == "dijalankan" else "Alasan" if act.alasan else "Catatan"
        )
        words.help_text = "Dibaca oleh yang memberi saran."
