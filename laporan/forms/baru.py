"""The form of a new report: from typed words to a checked `Isian`. Names of controls are those of the model."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from laporan import rincian, tempat
from laporan.models import Jenis, Kategori, Sumber
from laporan.pelaporan import Isian
from posko.kursor import asked_often

if TYPE_CHECKING:
    from laporan.titipan import Kiriman
    from posko.access import Aktor

MOST_LETTERS = 5_000
# A phone's clock may be a little ahead; more than that is a slip of the finger.
AHEAD = dt.timedelta(minutes=5)
OLDEST = dt.timedelta(days=366)
# How long a report may have waited on the phone for a signal and still mean "baru saja" as of when it was sent.
LONGEST_WAIT = 12 * 3600


class FileForm(forms.Form):
    """One report as typed. After `is_valid()`, `isian(foto)` hands it to `laporan.pelaporan.file`."""

    jenis = forms.ChoiceField(choices=Jenis.choices, required=False)
    kategori = forms.CharField(
        max_length=50, label="Apa yang dilaporkan", error_messages={"required": "Pilih apa yang dilaporkan."}
    )
    wilayah = forms.CharField(
        max_length=150, label="Di mana", error_messages={"required": "Pilih atau tulis kelurahannya."}
    )
    tps = forms.CharField(max_length=1_000, required=False, label="TPS")
    lokasi = forms.CharField(max_length=200, required=False, label="RT/RW atau patokan")
    uraian = forms.CharField(
        max_length=MOST_LETTERS,
        label="Cerita singkat",
        error_messages={
            "required": "Ceritakan singkat apa yang terjadi.",
            "max_length": f"Terlalu panjang (%(show_value)s huruf); paling banyak {MOST_LETTERS} huruf.",
        },
    )
    baru_saja = forms.CharField(max_length=5, required=False, label="Kapan")
    waktu_kejadian = forms.CharField(max_length=40, required=False, label="Kapan")
    tertunda = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_WAIT)
    sumber = forms.ChoiceField(choices=Sumber.choices, required=False, label="Sumber")
    bahaya = forms.BooleanField(required=False)
    menyangkut_posko = forms.BooleanField(required=False, label="Menyangkut posko ini")
    atas_nama = forms.CharField(max_length=120, required=False, label="Atas nama")
    lintang = forms.FloatField(required=False, min_value=-90, max_value=90)
    bujur = forms.FloatField(required=False, min_value=-180, max_value=180)
    foto = forms.Field(required=False, label="Foto")
    rincian = forms.Field(required=False, label="Rincian")
    kunci = forms.CharField(required=False, label="Kunci kiriman")

    def __init__(self, aktor: Aktor, data: Any = None, at: dt.datetime | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.aktor = aktor
        self.at = at or timezone.now()
        self.lines: list[rincian.Baris] = []
        self.key = self._key()

    @property
    def may_speak_for_others(self) -> bool:
        """People in a post type in what was phoned or sent to them; field staff report for themselves."""
        return self.aktor.di_posko

    def _key(self) -> UUID:
        """The key of this submission; a new one for a new form and for one that came with a broken key."""
        try:
            return UUID(str(self.data.get("kunci", "")).strip())
        except ValueError:
            return uuid4()

    def renew_key(self) -> None:
        self.key = uuid4()

    # --- one field ----------------------------------------------------------------------------------

    def clean_kategori(self) -> Kategori:
        typed = self.cleaned_data["kategori"]
        assert self.aktor.edisi is not None  # noqa: S101 - the view refused an actor without edition
        kinds = Kategori.objects.for_edition(self.aktor.edisi.pk).select_related("instansi_utama")
        by_id = (
            {"pk": int(typed)} if typed.isascii() and typed.isdigit() and len(typed) < 10 else {"kode": typed}
        )
        with asked_often():
            kategori = kinds.filter(**by_id).first()
        if kategori is None:
            raise ValidationError("Pilih salah satu dari daftar.")
        if (jenis := self.cleaned_data.get("jenis")) and jenis != kategori.jenis:
            raise ValidationError(
                f"“{kategori.nama}” termasuk {kategori.get_jenis_display()}. Pilih yang sesuai."
            )
        return kategori

    def clean_wilayah(self) -> Any:
        return tempat.resolve_area(self.aktor, self.cleaned_data["wilayah"])

    def clean_kunci(self) -> UUID:
        if str(self.data.get("kunci", "")).strip().lower() not in (str(self.key), self.key.hex):
            raise ValidationError("Kunci kiriman tidak sah. Periksa isinya, lalu kirim sekali lagi.")
        return self.key

    def clean_sumber(self) -> str:
        return self.cleaned_data["sumber"] or Sumber.SAYA_LIHAT

    def clean_atas_nama(self) -> str:
        return self.cleaned_data["atas_nama"] if self.may_speak_for_others else ""

    # --- fields that need each other ----------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["stasiun"] = self._attempt("tps", self._stations) or []
        data["saat"] = self._attempt("waktu_kejadian", self._moment)
        if kategori := data.get("kategori"):
            self.lines = rincian.rows(kategori.isian, self._numbers(), self.data)
            data["rincian"], data["per_tps"] = rincian.check(self.lines)
            for message in rincian.errors(self.lines):
                self.add_error("rincian", message)
        if None in (data.get("lintang"), data.get("bujur")):
            data["lintang"] = data["bujur"] = None
        return data

    def _attempt(self, field: str, read: Any) -> Any:
        try:
            return read()
        except ValidationError as error:
            self.add_error(field, error)
            return None

    def _numbers(self) -> list[int]:
        try:
            return tempat.parse_tps(self.data.get("tps", ""))[: tempat.MOST_TPS]
        except ValidationError:
            return []

    def _stations(self) -> Any:
        wilayah, typed = self.cleaned_data.get("wilayah"), self.cleaned_data.get("tps", "")
        numbers = tempat.parse_tps(typed)
        if wilayah is None or self.aktor.edisi is None:
            return []
        return tempat.stations(self.aktor.edisi.pk, wilayah, numbers)

    def _moment(self) -> dt.datetime:
        """When it happened. Typed times are on the wall clock of the place."""
        just_now, typed = self.cleaned_data.get("baru_saja", ""), self.cleaned_data.get("waktu_kejadian", "")
        if just_now in ("1", "on", "true") or (not just_now and not typed):
            return self.at - dt.timedelta(seconds=self.cleaned_data.get("tertunda") or 0)
        try:
            moment = parse_datetime(typed)
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError("Pilih tanggal dan jamnya, atau pilih “Baru saja”.")
        wilayah = self.cleaned_data.get("wilayah")
        zona = ZoneInfo(wilayah.zona_waktu) if wilayah else timezone.get_current_timezone()
        try:
            moment = moment if timezone.is_aware(moment) else moment.replace(tzinfo=zona)
            if not self.at - OLDEST <= moment:
                raise ValidationError("Waktu ini sudah lebih dari setahun lalu. Periksa tanggalnya.")
            if moment > self.at + AHEAD:
                raise ValidationError("Waktu kejadian tidak boleh di masa depan.")
        except OverflowError as error:
            raise ValidationError("Waktu ini tidak dapat dibaca. Periksa tanggalnya.") from error
        return moment

    @property
    def just_now(self) -> bool:
        typed = self.data.get("baru_saja", "")
        return typed in ("1", "on", "true") or (not typed and not self.data.get("waktu_kejadian"))

    def isian(self, kiriman: Kiriman) -> Isian:
        """What was typed, checked and typed, with its stored photos."""
        data = self.cleaned_data
        lintang, bujur = data["lintang"], data["bujur"]
        if lintang is None and (position := kiriman.position()):
            lintang, bujur = position
        return Isian(
            kunci=data["kunci"], kategori=data["kategori"], wilayah=data["wilayah"], uraian=data["uraian"],
            waktu_kejadian=data["saat"], baru_saja=self.just_now, sumber=data["sumber"], lokasi=data["lokasi"],
            tps=tuple((tps, data["per_tps"].get(tps.nomor, {})) for tps in data["stasiun"]),
            rincian=data["rincian"], bahaya=data["bahaya"], menyangkut_posko=data["menyangkut_posko"],
            lintang=lintang, bujur=bujur, atas_nama=data["atas_nama"], foto=kiriman.berkas,
        )  # fmt: skip
