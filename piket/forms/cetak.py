"""How the Daftar Piket is printed as PDF."""

from __future__ import annotations

from django import forms


class CetakForm(forms.Form):
    """Every part may be left out of the address: A4, the members' own surat tugas, without phones."""

    kertas = forms.ChoiceField(
        label="Kertas",
        choices=[("a4", "A4 mendatar"), ("folio", "Folio (F4) mendatar")],
        initial="a4",
    )
    surat = forms.CharField(
        label="Nomor surat tugas",
        max_length=100,
        required=False,
        help_text="Ditulis sebagai “Lampiran Surat Tugas Nomor …”; kosongkan bila tidak ada",
    )
    salinan = forms.ChoiceField(
        label="Salinan",
        choices=[("umum", "Untuk umum"), ("internal", "Internal, dengan nomor telepon")],
        initial="umum",
    )
