"""The page "Impor anggota": choose a file, see what it would do, confirm."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from piket.penugasan import lost_with
from posko.admin.dasar import aktor_of
from posko.impor_anggota import carry_out, count_by_sheet, plan_import, write_template
from posko.lembar import MAX_BYTES, LembarTidakTerbaca

if TYPE_CHECKING:
    from posko.admin.anggota import AnggotaAdmin

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "posko.impor_anggota"
MAX_AGE = 3600
SHOWN = 200
AGAIN = "Pratinjau ini sudah tidak berlaku. Pilih berkasnya sekali lagi."


class BerkasForm(forms.Form):
    berkas = forms.FileField(label="Berkas Excel (.xlsx)", help_text="Paling besar 1 MB dan 5.000 baris")

    def clean_berkas(self) -> bytes:
        berkas: UploadedFile = self.cleaned_data["berkas"]
        if (berkas.size or 0) > MAX_BYTES:
            raise forms.ValidationError("Berkas lebih dari 1 MB. Bagi menjadi beberapa berkas.")
        return bytes(berkas.read())


def import_members(page: AnggotaAdmin, request: HttpRequest) -> HttpResponse:
    """Choose, preview, confirm. The previewed bytes travel signed in the page: nothing is left on the server."""
    page.refuse_unless(page.has_add_permission(request))
    if request.method != "POST":
        return _answer(page, request, form=BerkasForm())
    if "isi" in request.POST:
        return _confirm(page, request)
    form = BerkasForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(page, request, status=422, form=form)
    isi: bytes = form.cleaned_data["berkas"]
    try:
        plan = plan_import(aktor_of(request), isi)
    except LembarTidakTerbaca as error:
        form.add_error("berkas", str(error))
        return _answer(page, request, status=422, form=form)
    if plan.galat:
        return _answer(page, request, status=422, form=BerkasForm(), **_errors(plan))
    sealed = signing.dumps([aktor_of(request).pengguna.pk, base64.b64encode(isi).decode()], salt=SALT)
    return _answer(
        page,
        request,
        rencana=plan,
        gugur=len(lost_with(plan.anggota_ubah)),
        per_tingkat=count_by_sheet(plan),
        isi=sealed,
    )


def _confirm(page: AnggotaAdmin, request: HttpRequest) -> HttpResponse:
    try:
        owner, encoded = signing.loads(request.POST["isi"], salt=SALT, max_age=MAX_AGE)
        isi = base64.b64decode(encoded, validate=True)
    except (signing.BadSignature, ValueError, binascii.Error):
        owner, isi = None, b""
    if owner != aktor_of(request).pengguna.pk:
        return _answer(page, request, status=422, form=BerkasForm(), galat_umum=AGAIN)
    try:
        plan = carry_out(aktor_of(request), isi)
    except IntegrityError:
        # Somebody else changed the same people between preview and confirmation; nothing was written.
        return _answer(page, request, status=409, form=BerkasForm(), galat_umum=AGAIN)
    if plan.galat:
        return _answer(page, request, status=422, form=BerkasForm(), **_errors(plan))
    text = (
        f"{len(plan.orang_baru)} orang baru, {len(plan.anggota_baru)} keanggotaan baru, "
        f"{len(plan.anggota_ubah)} diubah, {plan.tetap} tetap."
    )
    messages.success(request, text)
    return redirect("admin:posko_anggota_changelist")


def _errors(plan: Any) -> dict[str, Any]:
    return {"galat_baris": plan.galat[:SHOWN], "jumlah_galat": len(plan.galat)}


def _answer(page: AnggotaAdmin, request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    shown = {
        **page.admin_site.each_context(request),
        "title": "Impor anggota",
        "opts": page.opts,
        "templat": reverse("admin:posko_anggota_template"),
        **context,
    }
    return TemplateResponse(request, "admin/posko/impor_anggota.html", shown, status=status)


def template(page: AnggotaAdmin, request: HttpRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    page.refuse_unless(page.has_add_permission(request))
    response = HttpResponse(write_template(aktor_of(request)), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="impor-anggota.xlsx"'
    return response
