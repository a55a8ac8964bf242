"""The component page (MODE=dev): each part of the design system in each of its states."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from posko.templatetags.posko import AKSES, PRIORITAS, STATUS

JENIS = [("kegiatan", "Kegiatan"), ("kejadian", "Kejadian"), ("potensi", "Potensi permasalahan")]


class ContohForm(forms.Form):
    """Every kind of field once."""

    ringkasan = forms.CharField(
        label="Apa yang terjadi", help_text="Satu kalimat, fakta saja.", max_length=120
    )
    cerita = forms.CharField(
        label="Ceritakan singkat",
        required=False,
        widget=forms.Textarea(
            attrs={"placeholder": "Banjir 40 cm di TPS 054 dan 055, warga pindah ke musala."}
        ),
    )
    jenis = forms.ChoiceField(label="Apa yang dilaporkan?", choices=JENIS, widget=forms.RadioSelect)
    wilayah = forms.ChoiceField(label="Wilayah", choices=[("", "Pilih wilayah"), ("31.73.08", "Kembangan")])
    tanggal = forms.DateField(label="Tanggal", widget=forms.DateInput(attrs={"type": "date"}))
    jam = forms.TimeField(label="Jam", widget=forms.TimeInput(attrs={"type": "time"}))
    bahaya = forms.BooleanField(label="Ada bahaya jiwa atau pemungutan terhenti", required=False)
    foto = forms.FileField(
        label="Foto", required=False, help_text="Paling banyak 5 foto, masing-masing 10 MB."
    )


def sample_forms() -> list[tuple[str, forms.Form]]:
    """The form empty, and the same form as it comes back with errors."""
    wrong = ContohForm({"cerita": "x", "tanggal": "31-02-2024"}, auto_id="salah_%s")
    wrong.is_valid()
    return [("Kosong", ContohForm(auto_id="kosong_%s")), ("Perlu diperbaiki", wrong)]


def sample_reports() -> list[dict[str, Any]]:
    """Four reports, one of each prioritas, as the list shows them."""
    now = timezone.now()
    rows = [
        ("0007", "kritis", "baru", "terbatas", "Pemungutan terhenti, 12 TPS kebanjiran", -95),
        ("0006", "tinggi", "terverifikasi", "biasa", "Surat suara kurang 200 lembar di TPS 054", 22),
        ("0004", "sedang", "ditindaklanjuti", "rahasia", "Dugaan intimidasi saksi di dua TPS", 240),
        (
            "0003",
            "rendah",
            "perlu_dilengkapi",
            "biasa",
            "Spanduk menutup rambu di Jalan Kembangan Raya",
            2900,
        ),
    ]
    return [
        {
            "nomor": f"3173-240214-{nomor}",
            "prioritas": prioritas,
            "status": status,
            "akses": akses,
            "ringkasan": ringkasan,
            "batas": now + dt.timedelta(minutes=minutes),
        }
        for nomor, prioritas, status, akses, ringkasan, minutes in rows
    ]


@login_not_required
def gaya(request: HttpRequest) -> HttpResponse:
    """All components, for looking at and for the accessibility tests."""
    context = {
        "contoh": sample_forms(),
        "laporan": sample_reports(),
        "prioritas_semua": PRIORITAS,
        "status_semua": STATUS,
        "akses_semua": AKSES,
        "jenis": JENIS,
        "pungut": dt.datetime(2024, 2, 14, 1, 0, tzinfo=dt.UTC),
        "warna": ["kertas", "alas", "alas-2", "garis", "tepi", "tinta-2", "tinta", "teal", "teal-alas"],
        "jalur": ["Kembangan Selatan", "Kembangan", "Jakarta Barat", "DKI Jakarta"],
    }
    return render(request, "posko/gaya.html", context)
