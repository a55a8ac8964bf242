"""Forms of attendance: the digits of the code, marking several people, repairing one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from piket.kehadiran import BUKA_SEBELUM, HADIR, PULANG_SETELAH, Perubahan, act_for, present_state
from piket.models import Penugasan, Piket

K = Penugasan.Kehadiran
TERLAMPAU = "Jam ini di luar jam giliran."
TIDAK_HADIR = [(k.value, k.label) for k in (K.SAKIT, K.IZIN, K.CUTI, K.DINAS_LUAR, K.TANPA_KETERANGAN)]


def _clock(label: str, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, help_text=help_text, error_messages={"invalid": "Isi jam seperti 08.00."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
    )  # fmt: skip


def moments_of(piket: Piket, clock: dt.time) -> list[dt.datetime]:
    """When it was that hour on the post's clock during the shift, with the time before and after it."""
    first = timezone.localtime(piket.waktu.lower, piket.zona).date()
    days = [first + dt.timedelta(days=n) for n in (-1, 0, 1, 2)]
    start, end = piket.waktu.lower - BUKA_SEBELUM, piket.waktu.upper + PULANG_SETELAH
    moments = [dt.datetime.combine(day, clock, piket.zona) for day in days]
    return [m for m in moments if start <= m <= end]


class KodeForm(forms.Form):
    """The six digits on the screen, typed or from the QR code."""

    kode = forms.CharField(
        label="Kode di layar posko", max_length=20,
        help_text="Enam angka, berganti tiap beberapa detik",
        widget=forms.TextInput(attrs={
            "inputmode": "numeric", "autocomplete": "one-time-code", "class": "kode-isian", "spellcheck": "false",
        }),
        error_messages={
            "required": "Ketik enam angka yang tampil di layar posko.", "max_length": "Kode berisi enam angka.",
        },
    )  # fmt: skip


class TandaiForm(forms.Form):
    """Several people of a shift marked at once. The button says what: `nilai`."""

    orang = forms.MultipleChoiceField(
        label="Petugas", error_messages={
            "required": "Centang dahulu orangnya.",
            "invalid_choice": "Ada yang sudah tidak bertugas di giliran ini. Periksa lagi daftarnya.",
        },
    )  # fmt: skip
    nilai = forms.ChoiceField(
        choices=[("hadir", "Hadir"), ("pulang", "Pulang"), ("tidak_hadir", "Tidak hadir")],
        error_messages={"required": "Pilih tindakannya.", "invalid_choice": "Tindakan ini tidak dikenal."},
    )
    jam = _clock("Jam datang", "Kosongkan bila baru saja datang")
    sebab = forms.ChoiceField(label="Sebab tidak hadir", choices=TIDAK_HADIR, required=False)
    catatan = forms.CharField(
        label="Catatan", max_length=200, required=False,
        help_text="Dari siapa keterangan ini; wajib untuk sakit, izin, cuti, dan dinas luar",
        error_messages={"max_length": "Paling banyak 200 huruf."},
    )  # fmt: skip

    def __init__(self, piket: Piket, people: list[Any], data: Any = None) -> None:
        super().__init__(data)
        self.piket = piket
        self.fields["orang"].choices = [(str(p.id), p.nama) for p in people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("nilai") == "hadir" and data.get("jam"):
            moments = moments_of(self.piket, data["jam"])
            if moments:
                data["datang"] = moments[0]
            else:
                self.add_error("jam", TERLAMPAU)
        if data.get("nilai") == "tidak_hadir":
            data["nilai"] = data.get("sebab") or ""
            if not data["nilai"]:
                self.add_error("sebab", "Pilih sebabnya.")
            elif data["nilai"] != K.TANPA_KETERANGAN and not data.get("catatan", "").strip():
                self.add_error("catatan", "Tulis dari siapa keterangan ini.")
        return data

    @property
    def dipilih(self) -> set[str]:
        """Ticked people, for showing the form again."""
        return set(self.data.getlist("orang")) if self.is_bound else set()  # type: ignore[attr-defined]


class PerbaikiForm(forms.Form):
    """Repairing one person's attendance. `dilihat` is when the state that was looked at was written down."""

    dilihat = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    kehadiran = forms.ChoiceField(
        label="Kehadiran",
        choices=[("hadir", "Hadir atau terlambat (menurut jam datang)"), *TIDAK_HADIR],
        error_messages={"required": "Pilih kehadirannya.", "invalid_choice": "Pilih dari daftar."},
    )  # fmt: skip
    datang = _clock("Jam datang", "Waktu setempat posko")
    pulang = _clock("Jam pulang")
    alasan = forms.CharField(
        label="Alasan", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Tersimpan di riwayat bersama nama Anda",
        error_messages={"required": "Tulis alasannya.", "max_length": "Paling banyak 200 huruf."},
    )  # fmt: skip

    def __init__(self, duty: Penugasan, data: Any = None) -> None:
        zone = duty.piket.zona
        local = [
            timezone.localtime(t, zone).time().replace(second=0, microsecond=0) if t else None
            for t in (duty.datang, duty.pulang)
        ]
        state = "hadir" if duty.kehadiran in HADIR else duty.kehadiran
        super().__init__(
            data,
            initial={
                "kehadiran": state, "datang": local[0], "pulang": local[1],
                "dilihat": duty.ditandai_pada.isoformat() if duty.ditandai_pada else "",
            },
        )  # fmt: skip
        if duty.kehadiran:
            self.fields["kehadiran"].choices = [  # type: ignore[attr-defined]
                *self.fields["kehadiran"].choices, ("belum", "Belum dicatat (batalkan catatan)"),  # type: ignore[attr-defined]
            ]  # fmt: skip
        self.duty = duty

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        state = data.get("kehadiran", "")
        if state != "hadir":
            state = "" if state == "belum" else state
            data["baru"] = Perubahan(act_for(state), state, alasan=data.get("alasan", ""))
            return data
        came, left = (
            self._moment("datang", kept=self.duty.datang),
            self._moment("pulang", kept=self.duty.pulang),
        )
        if came is None and not self.errors.get("datang"):
            self.add_error("datang", "Isi jam datang.")
        if came and left and left < came:
            self.add_error("pulang", "Jam pulang tidak boleh sebelum jam datang.")
        if came:
            state = present_state(self.duty, came)
            data["baru"] = Perubahan(act_for(state), state, came, left, data.get("alasan", ""))
        return data

    def _moment(self, name: str, kept: dt.datetime | None) -> dt.datetime | None:
        """The typed hour as a moment of the shift. An hour that was not changed keeps its seconds."""
        clock = self.cleaned_data.get(name)
        if clock is None:
            return None
        if kept and name not in self.changed_data:
            return kept
        moments = moments_of(self.duty.piket, clock)
        if not moments:
            self.add_error(name, TERLAMPAU)
            return None
        # A shift of a whole day has some hours twice: one comes at the first and leaves at the last that has been.
        past = [m for m in moments if m <= timezone.now()] or moments
        return past[0] if name == "datang" else past[-1]

    @property
    def seen(self) -> dt.datetime | None:
        """The moment in `dilihat`; nonsense is none, and then never what is there."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data.get("dilihat") or "")
        except ValueError:
            return None
