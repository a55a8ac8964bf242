"""TPS rawan in admin: to read, and to import from Excel or CSV in two steps."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from laporan.impor_rawan import Rencana, carry_out, plan_import, write_template
from laporan.models import TPSRawan
from posko.access import Aktor
from posko.admin.dasar import ReadOnlyMixin, ScopedAdmin, aktor_of
from posko.admin.impor import AGAIN, MAX_AGE, SHOWN, XLSX
from posko.admin.wilayah import area_of
from posko.lembar import MAX_BYTES, LembarTidakTerbaca

SALT = "laporan.impor_rawan"


class BerkasForm(forms.Form):
    berkas = forms.FileField(
        label="Berkas Excel (.xlsx) atau CSV", help_text="Paling besar 1 MB dan 5.000 baris"
    )

    def clean_berkas(self) -> bytes:
        berkas: UploadedFile = self.cleaned_data["berkas"]
        if (berkas.size or 0) > MAX_BYTES:
            raise forms.ValidationError("Berkas lebih dari 1 MB. Bagi menjadi beberapa berkas.")
        return bytes(berkas.read())


@admin.register(TPSRawan)
class TPSRawanAdmin(ReadOnlyMixin, ScopedAdmin):
    list_display = (
        "wilayah",
        "tps",
        "sumber",
        "kelas",
        "variabel",
        "indikator",
        "frekuensi",
        "per_tanggal",
        "berlaku",
    )
    list_display_links = ("tps",)
    list_filter = ("sumber", "kelas", "variabel", "berlaku")
    list_select_related = ("wilayah", "tps")
    search_fields = ("^wilayah__kode", "wilayah__nama", "=tps__nomor")
    export_fields = (
        "wilayah__kode", "wilayah__nama", "tps__nomor", "sumber", "kelas", "variabel", "indikator", "frekuensi",
        "per_tanggal", "berlaku",
    )  # fmt: skip

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset.filter(area_of(aktor, "wilayah__"), pemilihan=aktor.edisi)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tools = []
        if self.may(request):
            tools = [{"url": reverse("admin:laporan_tpsrawan_import"), "nama": "Impor TPS rawan"}]
        return super().changelist_view(request, {**(extra_context or {}), "alat_daftar": tools})

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("impor/", self.page(self.import_rawan), name="laporan_tpsrawan_import"),
            path("impor/templat/", self.page(self.template), name="laporan_tpsrawan_template"),
        ]
        return own + super().get_urls()

    # --- import --------------------------------------------------------------------------------------

    def import_rawan(self, request: HttpRequest) -> HttpResponse:
        """Choose, preview, confirm. The previewed bytes travel signed in the page: nothing is left on the server."""
        self.refuse_unless(self.has_view_permission(request) and self.may(request))
        if request.method != "POST":
            return self._answer(request, form=BerkasForm())
        if "isi" in request.POST:
            return self._confirm_import(request)
        form = BerkasForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._answer(request, status=422, form=form)
        isi: bytes = form.cleaned_data["berkas"]
        aktor = aktor_of(request)
        try:
            plan = plan_import(aktor.edisi, isi, aktor)  # type: ignore[arg-type]
        except LembarTidakTerbaca as error:
            form.add_error("berkas", str(error))
            return self._answer(request, status=422, form=form)
        if plan.galat:
            return self._answer(request, status=422, form=BerkasForm(), **_errors(plan))
        sealed = signing.dumps(
            [aktor.pengguna.pk, aktor.edisi.pk, base64.b64encode(isi).decode()],  # type: ignore[union-attr]
            salt=SALT,
        )
        return self._answer(request, rencana=plan, isi=sealed)

    def _confirm_import(self, request: HttpRequest) -> HttpResponse:
        aktor = aktor_of(request)
        try:
            owner, edition, encoded = signing.loads(request.POST["isi"], salt=SALT, max_age=MAX_AGE)
            isi = base64.b64decode(encoded, validate=True)
        except (signing.BadSignature, ValueError, binascii.Error):
            owner, edition, isi = None, None, b""
        if aktor.edisi is None or (owner, edition) != (aktor.pengguna.pk, aktor.edisi.pk):
            return self._answer(request, status=422, form=BerkasForm(), galat_umum=AGAIN)
        plan = carry_out(aktor.edisi, isi, aktor)
        if plan.galat:
            return self._answer(request, status=422, form=BerkasForm(), **_errors(plan))
        messages.success(
            request,
            f"TPS rawan: {len(plan.baru)} baris baru, {len(plan.ubah)} diperbarui, {len(plan.berakhir)} tidak berlaku "
            f"lagi, {plan.tetap} tetap.",
        )
        return redirect("admin:laporan_tpsrawan_changelist")

    def _answer(self, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
        shown = {
            **self.admin_site.each_context(request),
            "title": "Impor TPS rawan",
            "opts": self.opts,
            "templat": reverse("admin:laporan_tpsrawan_template"),
            **context,
        }
        return TemplateResponse(request, "admin/laporan/impor_rawan.html", shown, status=status)

    def template(self, request: HttpRequest) -> HttpResponse:
        """The empty workbook to fill in."""
        self.refuse_unless(self.has_view_permission(request) and self.may(request))
        isi = write_template(aktor_of(request).edisi)  # type: ignore[arg-type]
        response = HttpResponse(isi, content_type=XLSX)
        response["Content-Disposition"] = 'attachment; filename="impor-tps-rawan.xlsx"'
        return response


def _errors(plan: Rencana) -> dict[str, Any]:
    return {"galat_baris": plan.galat[:SHOWN], "jumlah_galat": len(plan.galat)}
