"""The forms of acts that reach beyond the post: to agencies, other tiers and other reports."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from laporan import alur
from laporan.alur import Cara, StatusDukungan
from laporan.forms.tindakan import FORMS, ActForm, words
from laporan.models import Laporan, TemplatPesan
from laporan.models.antar_tingkat import MOST_HELP, hand_over_targets
from laporan.models.penerusan import recipients, seats_for
from posko import access
from posko.models import Kursi, Posko

if TYPE_CHECKING:
    from posko.models import Pengguna

SESUAI_INSTANSI = "sesuai"
# Where nothing else is due sooner: how long an agency has.
USUAL = dt.timedelta(hours=1)
FARTHEST = dt.timedelta(days=60)


class ForwardForm(ActForm):
    """To which seat, in which way, what is asked, until when."""

    kursi = forms.ChoiceField(
        label="Instansi",
        error_messages={"required": "Pilih instansinya.", "invalid_choice": "Pilih instansi dari daftar."},
    )
    cara = forms.ChoiceField(
        label="Cara", widget=forms.RadioSelect, initial=SESUAI_INSTANSI,
        choices=[(SESUAI_INSTANSI, "Sesuai instansi"), *Cara.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Pilih caranya."),
        help_text="Disposisi untuk unit di bawah pimpinan yang sama, koordinasi untuk KPU, Polres, Kodim, dan lainnya, "
        "informasi awal untuk Bawaslu.",
    )  # fmt: skip
    teks = words("Pesan", "Apa yang diminta, di mana, dan siapa yang dihubungi.", "Tulis apa yang diminta.")
    batas_waktu = forms.CharField(
        label="Mohon ditanggapi sebelum", required=False, max_length=40,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Waktu setempat posko. Informasi awal tidak memakai batas waktu.",
    )  # fmt: skip
    penerima = forms.ChoiceField(
        label="Penerima", required=False,
        help_text="Laporan ini rahasia: hanya orang yang disebut yang dapat membacanya.",
        error_messages={"invalid_choice": "Pilih penerima dari instansi yang dipilih."},
    )  # fmt: skip
    field_order = ("kursi", "penerima", "cara", "teks", "batas_waktu")
    templat = TemplatPesan.Untuk.PESAN

    def prepare(self) -> None:
        laporan = self.laporan
        order = ("-posko__wilayah_id", "instansi__urutan", "instansi__nomor_urut")
        rows = seats_for(laporan).select_related("instansi", "posko__wilayah").order_by(*order)
        self.seats: dict[str, Kursi] = {str(kursi.pk): kursi for kursi in rows}
        own = laporan.posko_id
        ordered = sorted(self.seats.values(), key=lambda k: k.posko_id != own)
        self.fields["kursi"].choices = [("", "Pilih instansi"), *(  # type: ignore[attr-defined]
            (posko.nama, [(str(k.pk), self._seat_words(k)) for k in seats])
            for posko, seats in groupby(ordered, key=lambda k: k.posko)
        )]  # fmt: skip
        self.initial["kursi"] = self.awal.get("kursi") or self._usual_seat(ordered)
        start = max(laporan.batas_tindak or timezone.now(), timezone.now() + USUAL)
        self.initial["batas_waktu"] = timezone.localtime(start, laporan.posko.zona).strftime("%Y-%m-%dT%H:%M")
        if laporan.akses == access.RAHASIA:
            self._offer_recipients(ordered)
        else:
            del self.fields["penerima"]

    @staticmethod
    def _seat_words(kursi: Kursi) -> str:
        return f"{kursi.instansi} ({alur.cara_for(kursi.instansi)[0].label})"

    def _usual_seat(self, ordered: list[Kursi]) -> str:
        """The lead agency of the category, or its kin at the nearest post."""
        lead = self.laporan.kategori.instansi_utama
        if lead is None:
            return ""
        same = [k for k in ordered if k.instansi_id == lead.pk]
        kin = [k for k in ordered if lead.rumpun and k.instansi.rumpun == lead.rumpun]
        free = [k for k in (*kin, *same) if k.pk not in self.laporan.penerusan_terbuka]
        return str(free[0].pk) if free else ""

    def _offer_recipients(self, ordered: list[Kursi]) -> None:
        people: dict[str, Pengguna] = {}
        choices: list[tuple[str, Any]] = [("", "Pilih penerima")]
        for kursi in ordered:
            found = list(recipients(kursi).order_by("nama"))
            people |= {str(p.pk): p for p in found}
            if found:
                choices.append((str(kursi), [(str(p.pk), p.nama) for p in found]))
        self.people = people
        self.fields["penerima"].choices = choices  # type: ignore[attr-defined]

    def clean_batas_waktu(self) -> dt.datetime | None:
        typed = self.cleaned_data["batas_waktu"]
        if not typed:
            return None
        try:
            moment = parse_datetime(typed)
            if moment is not None and timezone.is_naive(moment):
                moment = moment.replace(tzinfo=self.laporan.posko.zona)
            if moment is None or moment > timezone.now() + FARTHEST:
                raise ValueError
        except (ValueError, OverflowError):
            raise ValidationError("Pilih tanggal dan jam dalam 60 hari ke depan.") from None
        return moment

    def values(self) -> dict[str, Any]:
        given = super().values()
        kursi = self.seats[given["kursi"]]
        person = given.get("penerima")
        return given | {
            "kursi": kursi,
            "cara": alur.cara_for(kursi.instansi)[0] if given["cara"] == SESUAI_INSTANSI else given["cara"],
            "penerima": self.people[person] if person else None,
        }


class AnswerForm(ActForm):
    """An agency's answer to one Penerusan."""

    penerusan = forms.IntegerField(
        min_value=1, max_value=32_767, widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), "Buka lagi penerusan ini dari halaman laporan."),
    )  # fmt: skip

    def prepare(self) -> None:
        waiting = [
            p
            for p in self.laporan.penerusan.select_related("kursi__instansi", "dikirim__teks").order_by(
                "-urut"
            )
            if access.can(self.aktor, "answer_penerusan", p)
        ]
        asked = self.awal.get("penerusan", "")
        chosen = [p for p in waiting if str(p.urut) == asked] or [
            p for p in waiting if p.status in alur.PENERUSAN_TERBUKA
        ]
        self.sent = chosen[0] if chosen else None
        self.initial["penerusan"] = self.sent.urut if self.sent else None


class ProgressForm(AnswerForm):
    teks = words("Kemajuan", "Apa yang sudah dikerjakan. Foto boleh ditambahkan.", "Tulis kemajuannya.")
    templat = TemplatPesan.Untuk.JAWABAN


class FinishForm(AnswerForm):
    teks = words("Hasil", "Apa yang dikerjakan dan bagaimana keadaannya sekarang.", "Tulis hasilnya.")
    templat = TemplatPesan.Untuk.JAWABAN


class SendBackForm(AnswerForm):
    teks = words("Alasan", "Mengapa bukan untuk instansi ini, dan siapa yang tepat.", "Tulis alasannya.")


class AskSupportForm(ActForm):
    teks = words("Apa yang diperlukan?", "Sebut barang atau tenaga, untuk apa, dan kapan diperlukan.",
                 "Tulis bantuan apa yang diperlukan.")  # fmt: skip
    jumlah = forms.IntegerField(
        label="Jumlah", required=False, min_value=1, max_value=MOST_HELP,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Tulis angka saja, misalnya 4.", "min_value": "Paling sedikit 1.",
            "max_value": f"Paling banyak {MOST_HELP:,}.".replace(",", "."),
        },
    )  # fmt: skip


class AnswerSupportForm(ActForm):
    keputusan = forms.ChoiceField(
        label="Jawaban", widget=forms.RadioSelect,
        choices=[pair for pair in StatusDukungan.choices if pair[0] != StatusDukungan.DIMINTA],
        error_messages={"required": "Pilih jawabannya.", "invalid_choice": "Pilih jawabannya."},
    )  # fmt: skip
    teks = words("Keterangan", "Apa yang dikirim, siapa yang membawa, kapan tiba; atau mengapa tidak.",
                 "Tulis jawabannya.")  # fmt: skip
    field_order = ("keputusan", "teks")


class HandOverForm(ActForm):
    tujuan = forms.ModelChoiceField(
        Posko.objects.none(), label="Posko tujuan", empty_label="Pilih posko",
        error_messages={"required": "Pilih posko tujuannya.", "invalid_choice": "Pilih posko aktif dari daftar."},
    )  # fmt: skip
    teks = words("Alasan", "Posko tujuan membaca ini sebelum menerima.", "Tulis alasannya.")
    field_order = ("tujuan", "teks")

    def prepare(self) -> None:
        self.fields["tujuan"].queryset = hand_over_targets(self.laporan)  # type: ignore[attr-defined]


class MergeForm(ActForm):
    utama = forms.CharField(
        label="Nomor laporan utama", max_length=40,
        help_text="Laporan ini masuk ke laporan utama; keduanya tetap punya linimasa sendiri.",
        error_messages={"required": "Tulis nomor laporan utamanya."},
    )  # fmt: skip
    field_order = ("utama", "teks")

    def prepare(self) -> None:
        self.initial["utama"] = self.awal.get("utama", "")

    def clean_utama(self) -> Laporan:
        typed = self.cleaned_data["utama"].strip().upper()
        found = Laporan.objects.visible_to(self.aktor).filter(nomor=typed).first()
        if found is None:
            raise ValidationError("Laporan itu tidak ditemukan. Periksa nomornya.")
        return found


FORMS |= {
    "forward": ForwardForm,
    "receive": AnswerForm,
    "progress": ProgressForm,
    "finish": FinishForm,
    "send_back": SendBackForm,
    "ask_support": AskSupportForm,
    "answer_support": AnswerSupportForm,
    "hand_over": HandOverForm,
    "merge": MergeForm,
}
