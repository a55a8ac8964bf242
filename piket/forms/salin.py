"""Forms of what is done to many assignments at once: copy days, replace a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from piket.forms.giliran import date_field
from piket.ganti import Penggantian
from piket.giliran import MAX_DAYS
from piket.lembar import monday_of
from piket.salin import Salinan
from posko.models import Anggota, Posko

SUMBER = 31


def force_field() -> forms.BooleanField:
    return forms.BooleanField(
        label="Tempatkan juga yang diberi peringatan",
        help_text="Istirahat kurang, terlalu banyak hari berturut-turut, berhalangan, atau di luar kebutuhan.",
        required=False,
    )


class SalinForm(forms.Form):
    """The days to copy and where to."""

    dari = date_field("Salin dari tanggal")
    sampai = date_field("Sampai tanggal")
    mulai = date_field(
        "Ke tanggal mulai", "Pilih hari yang sama dengan awal rentang, misalnya Senin ke Senin"
    )
    hingga = date_field("Diulang hingga tanggal", "Rentang diulang terus sampai tanggal ini")
    paksa = force_field()

    def __init__(self, *args: Any, posko: Posko, dari: dt.date | None, sampai: dt.date | None, **kw: Any):
        self.posko, self.today = posko, posko.local_time().date()
        start = dari or monday_of(self.today)
        end = sampai or start + dt.timedelta(days=6)
        target = end + dt.timedelta(days=1)
        while target <= self.today:
            target += dt.timedelta(days=7)
        initial = {"dari": start, "sampai": end, "mulai": target, "hingga": max(target, posko.ditutup)}
        kw["initial"] = initial
        super().__init__(*args, **kw)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        dari, sampai, mulai, hingga = (data.get(k) for k in ("dari", "sampai", "mulai", "hingga"))
        if dari and sampai and not dari <= sampai < dari + dt.timedelta(days=SUMBER):
            self.add_error("sampai", f"Isi 1 sampai {SUMBER} hari sejak tanggal awal.")
        if sampai and mulai and mulai <= sampai:
            self.add_error("mulai", "Salin ke tanggal sesudah rentang yang disalin.")
        elif mulai and mulai <= self.today:
            self.add_error("mulai", "Hanya hari yang akan datang yang dapat diisi dengan salinan.")
        if mulai and hingga and hingga < mulai:
            self.add_error("hingga", "Tanggal akhir tidak boleh sebelum tanggal awal.")
        elif mulai and hingga and (hingga - mulai).days >= MAX_DAYS:
            self.add_error("hingga", f"Paling banyak {MAX_DAYS} hari sekali salin.")
        return data

    @property
    def salinan(self) -> Salinan:
        return Salinan(**self.cleaned_data)


class GantiForm(forms.Form):
    """Who is replaced by whom, from when on."""

    lama = forms.ModelChoiceField(
        Anggota.objects.none(), label="Yang digantikan", empty_label="Pilih petugas"
    )
    baru = forms.ModelChoiceField(
        Anggota.objects.none(), label="Penggantinya", empty_label="Pilih petugas",
        help_text="Rekan dari instansi yang sama di posko ini",
    )  # fmt: skip
    dari = date_field("Mulai tanggal")
    sampai = date_field("Sampai tanggal")
    paksa = force_field()

    def __init__(self, *args: Any, posko: Posko, lama: str = "", dari: dt.date | None, **kw: Any) -> None:
        today = posko.local_time().date()
        start = max(dari or today, today)
        initial = {"dari": start, "sampai": max(start, posko.ditutup), "lama": lama}
        kw["initial"] = initial
        super().__init__(*args, **kw)
        members = (
            Anggota.objects.filter(kursi__posko=posko)
            .select_related("pengguna", "kursi__instansi", "kursi__posko")
            .order_by("kursi__instansi__urutan", "kursi__instansi__nama", "kursi_id", "pengguna__nama", "id")
        )
        able = members.filter(pengguna__is_active=True, kursi__aktif=True)
        self._choose_among("lama", members)
        self._choose_among("baru", able.exclude(peran__in=("admin", "pengarah")))

    def _choose_among(self, name: str, members: QuerySet[Anggota]) -> None:
        """Choices by agency, in one query."""
        field: Any = self.fields[name]
        field.queryset = members
        field.choices = [("", field.empty_label), *_by_agency(members)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lama, baru, dari, sampai = (data.get(k) for k in ("lama", "baru", "dari", "sampai"))
        if lama and baru and lama.pengguna_id == baru.pengguna_id:
            raise ValidationError({"baru": "Pilih orang lain."})
        if lama and baru and lama.kursi_id != baru.kursi_id:
            raise ValidationError({"baru": f"Pilih rekan dari {lama.kursi.instansi}."})
        if dari and sampai and not dari <= sampai < dari + dt.timedelta(days=MAX_DAYS):
            raise ValidationError({"sampai": f"Isi 1 sampai {MAX_DAYS} hari sejak tanggal awal."})
        return data

    @property
    def penggantian(self) -> Penggantian:
        return Penggantian(**self.cleaned_data)


def _by_agency(members: Iterable[Anggota]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for member in members:
        groups[str(member.kursi.instansi)].append((member.pk, member.pengguna.nama))
    return list(groups.items())
