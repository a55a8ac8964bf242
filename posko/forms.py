"""Forms of the posts' pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import BaseModelFormSet, modelformset_factory

from posko import berkas
from posko.models import Posko, Sarpras


@dataclass(frozen=True)
class SaringPosko:
    """Filters of the list of posts, read from the address; what is not known is ignored."""

    wilayah: str = ""
    status: str = ""
    q: str = ""
    pilihan: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, data: Mapping[str, str], areas: list[tuple[str, str]]) -> SaringPosko:
        known = {kode for kode, _ in areas}
        wilayah, status = data.get("wilayah", ""), data.get("status", "")
        return cls(
            wilayah=wilayah if wilayah in known else "",
            status=status if status in Posko.Status.values else "",
            q=data.get("q", "").replace("\x00", "").strip()[:60],
            pilihan=areas,
        )

    @property
    def mencari(self) -> bool:
        """Whether the list is a search over all tiers instead of the tree."""
        return bool(self.q or self.status)

    @property
    def status_pilihan(self) -> list[tuple[str, str]]:
        return list(Posko.Status.choices)

    def address(self, **changed: str) -> str:
        """The address of this list with something changed; empty values are left out."""
        chosen = {"wilayah": self.wilayah, "status": self.status, "q": self.q} | changed
        return "?" + urlencode({k: v for k, v in chosen.items() if v})

    @property
    def keping(self) -> list[tuple[str, str]]:
        """Chosen filters as chips: words, and the address without it."""
        chips = []
        if self.wilayah:
            chips.append((f"Wilayah: {dict(self.pilihan)[self.wilayah]}", self.address(wilayah="")))
        if self.status:
            chips.append((f"Status: {dict(self.status_pilihan)[self.status]}", self.address(status="")))
        if self.q:
            chips.append((f"Cari: {self.q}", self.address(q="")))
        return chips


class SiapForm(forms.Form):
    """The photo with which a post says that it is ready."""

    foto = forms.FileField(
        label="Foto ruang posko",
        help_text="JPEG, PNG, WebP, atau HEIC, paling besar 10 MB. Ambil dari pintu agar meja dan perangkat terlihat.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
        error_messages={"required": "Sertakan satu foto ruang posko."},
    )

    def __init__(self, *args: Any, zona: tzinfo | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zona = zona

    def clean_foto(self) -> berkas.Foto:
        """The processed photo; a bad file is refused in words."""
        upload: UploadedFile = self.cleaned_data["foto"]
        try:
            return berkas.process(upload, self.zona)
        except berkas.BerkasDitolak as error:
            raise forms.ValidationError(str(error)) from error


class BarangForm(forms.ModelForm):  # type: ignore[type-arg]
    """One line of the equipment list."""

    class Meta:
        model = Sarpras
        fields = ("dibutuhkan", "ada", "kondisi", "pemasok", "pinjaman", "kembali_pada")
        labels = {"ada": "Ada", "pinjaman": "Barang pinjaman", "kembali_pada": "Dikembalikan paling lambat"}
        widgets = {
            "kembali_pada": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "dibutuhkan": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 9999}),
            "ada": forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 9999}),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kembali_pada") and not data.get("pinjaman"):
            self.add_error(
                "kembali_pada", "Hanya barang pinjaman yang dikembalikan; centang Barang pinjaman."
            )
        return data


BarangFormSet: type[BaseModelFormSet[Any, Any]] = modelformset_factory(Sarpras, form=BarangForm, extra=0)
