"""Categories of the edition being looked at: changed by who may manage editions, kept in history."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from laporan.models import Kategori, TemplatPesan
from posko import access
from posko.access import Aktor
from posko.admin.dasar import GlobalAdmin, ScopedInline, aktor_of
from posko.admin.formulir import TruthForm

JENIS_ISIAN = ("teks", "angka", "pilihan", "ya_tidak")
KUNCI_ISIAN = frozenset({"nama", "label", "jenis", "pilihan", "wajib", "per_tps", "dijumlah"})
MOST_FIELDS = 20


def field_problems(isian: Any) -> list[str]:
    """What is wrong with the definition of a category's extra fields, a sentence each; empty when it is fine."""
    if not isinstance(isian, list) or len(isian) > MOST_FIELDS:
        return [f"Tulis daftar [ … ], paling banyak {MOST_FIELDS} isian."]
    found, seen = [], set()
    for number, one in enumerate(isian, start=1):
        if reason := _problem(one):
            found.append(f"Isian ke-{number}: {reason}")
        elif one["nama"] in seen:
            found.append(f"Isian ke-{number}: nama {one['nama']} sudah dipakai.")
        else:
            seen.add(one["nama"])
    return found


def _problem(one: Any) -> str:
    if not isinstance(one, dict) or not KUNCI_ISIAN.issuperset(one):
        return f"hanya boleh berisi {', '.join(sorted(KUNCI_ISIAN))}."
    if not isinstance(one.get("nama"), str) or not re.fullmatch(
        r"[a-z][a-z0-9_]{0,39}", one["nama"], re.ASCII
    ):
        return "nama ditulis dengan huruf kecil, angka, dan garis bawah, misalnya tinggi_air."
    if not isinstance(one.get("label", ""), str) or len(one.get("label", "")) > 80:
        return "label berupa teks, paling panjang 80 huruf."
    if one.get("jenis", "teks") not in JENIS_ISIAN:
        return f"jenis adalah salah satu dari {', '.join(JENIS_ISIAN)}."
    if not all(isinstance(one.get(name, False), bool) for name in ("wajib", "per_tps", "dijumlah")):
        return "wajib, per_tps, dan dijumlah bernilai true atau false."
    choices = one.get("pilihan", [])
    words = isinstance(choices, list) and all(isinstance(c, str) and 0 < len(c) <= 80 for c in choices)
    if not words or (one.get("jenis") == "pilihan" and not choices):
        return "pilihan berupa daftar teks, dan wajib ada bila jenisnya pilihan."
    return ""


class KategoriForm(TruthForm):
    class Meta:
        model = Kategori
        fields = "__all__"

    def clean_isian(self) -> Any:
        """The report form is drawn from these definitions: a wrong one would break it for everybody."""
        isian = self.cleaned_data["isian"] or []
        if problems := field_problems(isian):
            raise ValidationError(problems)
        return isian


class TemplatInline(ScopedInline):
    model = TemplatPesan
    extra = 0
    fields = ("untuk", "judul", "isi", "urutan", "aktif")


@admin.register(Kategori)
class KategoriAdmin(GlobalAdmin):
    act = "manage_edition"
    superuser_only = True
    form = KategoriForm
    list_display = (
        "nama", "jenis", "kelompok", "instansi_utama", "prioritas", "akses", "tanggap", "tindak", "ubin", "aktif",
    )  # fmt: skip
    list_filter = ("jenis", "kelompok", "prioritas", "akses", "aktif")
    list_select_related = ("instansi_utama",)
    search_fields = ("nama", "kode")
    ordering = ("jenis", "urutan", "nama")
    tetap = ("pemilihan", "kode", "jenis")
    autocomplete_fields = ("instansi_utama", "instansi_pendukung")
    inlines = (TemplatInline,)
    fieldsets = (
        (None, {"fields": ("pemilihan", "kode", "nama", "jenis", "kelompok", "aktif")}),
        ("Penanganan", {"fields": (
            "instansi_utama", "instansi_pendukung", "prioritas", "akses", ("menit_tanggap", "menit_tindak"),
            "menghentikan_pemungutan",
        )}),
        ("Formulir", {"fields": ("wajib_tps", "contoh", "isian", "ubin", "tahapan", "urutan")}),
    )  # fmt: skip
    export_fields = (
        "kode", "nama", "jenis", "kelompok", "instansi_utama__kode", "prioritas", "akses", "menit_tanggap",
        "menit_tindak", "menghentikan_pemungutan", "wajib_tps", "contoh", "ubin", "urutan", "aktif",
    )  # fmt: skip

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        """Categories of the edition being looked at, for superusers."""
        if not aktor.superuser or aktor.edisi is None:
            return queryset.none()
        return queryset.filter(pemilihan=aktor.edisi.pk)

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        edition = obj.pemilihan if obj is not None else aktor.edisi
        return edition is not None and access.can(aktor, "manage_edition", edition)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        edisi = aktor_of(request).edisi
        return {"pemilihan": edisi.pk if edisi else None} | super().get_changeform_initial_data(request)  # type: ignore[operator]

    @admin.display(description="jam tanggap", ordering="menit_tanggap")
    def tanggap(self, obj: Kategori) -> str:
        return f"{obj.menit_tanggap} menit" if obj.menit_tanggap else "–"

    @admin.display(description="jam tindak", ordering="menit_tindak")
    def tindak(self, obj: Kategori) -> str:
        return f"{obj.menit_tindak} menit" if obj.menit_tindak else "–"
