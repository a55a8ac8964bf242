"""The box a chat is pasted into."""

from __future__ import annotations

from django import forms

MOST_LETTERS = 60_000


class PasteForm(forms.Form):
    percakapan = forms.CharField(
        label="Percakapan", max_length=MOST_LETTERS, strip=False,
        help_text="Di WhatsApp: tahan satu pesan, pilih yang lain, lalu Salin; atau Ekspor chat tanpa media.",
        error_messages={
            "required": "Tempel percakapannya dahulu.",
            "max_length": "Terlalu panjang; tempel paling banyak 60.000 huruf sekali.",
        },
        widget=forms.Textarea(attrs={"rows": 8, "class": "kotak"}),
    )  # fmt: skip
