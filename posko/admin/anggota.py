"""Memberships: made by the admin of the area, for a person who is known there, known elsewhere, or new."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from piket.models import Penugasan
from piket.penugasan import lost_with
from posko import access
from posko.access import Aktor
from posko.admin.dasar import ScopedAdmin, aktor_of
from posko.admin.formulir import TruthForm
from posko.admin.pengguna import editable_by
from posko.models import Anggota, Pengguna
from posko.templatetags.posko import hari

UNKNOWN = "Tidak ada orang dengan nama pengguna ini. Isi juga nama lengkap untuk mendaftarkan orang baru."
NOT_YOURS = "Orang ini hanya dapat ditambahkan oleh pengelola sistem."


def may_be_seated(aktor: Aktor, orang: Pengguna, *, peserta: bool) -> bool:
    """Whether this admin may give this person a seat.

    A contestant's seat narrows everything else the person may do, so it is only given to people whose account
    the admin may edit; superusers are seated by superusers.
    """
    if aktor.superuser:
        return True
    if orang.is_superuser or not orang.is_active:
        return False
    return not peserta or editable_by(aktor).filter(pk=orang.pk).exists() or not orang.keanggotaan.exists()


class AnggotaForm(TruthForm):
    """Change a membership: person and seat are fixed. Duties that a shorter term ends are named, then agreed to."""

    batalkan = forms.BooleanField(
        label="Batalkan tugas piket di luar masa tugas",
        required=False,
        help_text="Hanya bila masa tugas dipersingkat. Tugas piket yang tidak lagi tercakup berstatus Dibatalkan.",
    )

    class Meta:
        model = Anggota
        fields = ("peran", "jabatan", "nip", "surat_tugas", "mulai", "selesai")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gugur: list[Penugasan] = []

    def clean(self) -> dict[str, Any]:
        """Refuse to cancel duties silently."""
        data = self.cleaned_data
        start, end = data.get("mulai"), data.get("selesai")
        if start and "selesai" in data and (end is None or end >= start):
            self.gugur = lost_with([Anggota(pk=self.instance.pk, mulai=start, selesai=end)])
        if self.gugur and not data.get("batalkan"):
            self.add_error("batalkan", lost_words(self.gugur))
        return data


def lost_words(duties: list[Penugasan], shown: int = 5) -> str:
    """Which duties a shorter term cancels, as a sentence."""
    names = [f"{hari(d.piket.tanggal)} pukul {d.piket.jam}" for d in duties[:shown]]
    more = f", dan {len(duties) - shown} lagi" if len(duties) > shown else ""
    return (
        f"{len(duties)} tugas piket tidak lagi tercakup dan akan dibatalkan: {'; '.join(names)}{more}. "
        "Centang untuk melanjutkan."
    )


class AnggotaBaruForm(TruthForm):
    """A new membership, and with it perhaps a new person."""

    aktor: Aktor
    username = forms.CharField(
        label="Nama pengguna",
        max_length=150,
        required=False,
        help_text="Untuk orang yang belum ada di daftar: nama pengguna yang sudah terdaftar di posko lain, "
        "atau yang baru bersama nama lengkapnya.",
    )
    nama = forms.CharField(
        label="Nama lengkap", max_length=120, required=False, help_text="Hanya untuk orang baru"
    )
    email = forms.EmailField(label="Surel", required=False, help_text="Hanya untuk orang baru")
    telepon = forms.CharField(max_length=30, required=False, help_text="Hanya untuk orang baru")

    class Meta:
        model = Anggota
        fields = ("kursi", "pengguna", "peran", "jabatan", "nip", "surat_tugas", "mulai", "selesai")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pengguna"].required = False
        self.fields["pengguna"].label = "Orang dari daftar"
        self.baru: Pengguna | None = None

    def clean(self) -> dict[str, Any]:
        """Find or prepare the person before the model's own rules are checked."""
        data = self.cleaned_data
        orang = data.get("pengguna") or self._by_username()
        if orang is None:
            return data
        kursi = data.get("kursi")
        if orang.pk == self.aktor.pengguna.pk:
            self.add_error("pengguna", "Keanggotaan Anda sendiri diatur oleh admin lain.")
        elif orang.pk and not may_be_seated(self.aktor, orang, peserta=bool(kursi and kursi.peserta)):
            self.add_error("username" if data.get("username") else "pengguna", NOT_YOURS)
        elif orang.pk:
            data["pengguna"] = orang
        return data

    def _by_username(self) -> Pengguna | None:
        username = self.cleaned_data.get("username", "").strip()
        if not username:
            self.add_error("pengguna", "Pilih orang dari daftar, atau isi nama pengguna.")
            return None
        known = Pengguna.objects.filter(username__iexact=username).first()
        if known and self.cleaned_data.get("nama"):
            self.add_error(
                "username", "Nama pengguna ini sudah dipakai. Kosongkan nama lengkap bila orangnya sama."
            )
            return None
        if known:
            return known
        if not self.cleaned_data.get("nama"):
            self.add_error("username", UNKNOWN)
            return None
        return self._new_person(username)

    def _new_person(self, username: str) -> Pengguna | None:
        data = self.cleaned_data
        orang = Pengguna(username=username, nama=data["nama"], email=data["email"], telepon=data["telepon"])
        orang.set_unusable_password()
        try:
            orang.full_clean()
        except ValidationError as error:
            for field, texts in error.message_dict.items():
                self.add_error(field if field in self.fields else None, texts)  # type: ignore[arg-type]
            return None
        self.baru = orang
        return orang

    def save(self, commit: bool = True) -> Any:
        if self.baru is not None and self.baru.pk is None:
            self.baru.save()
            self.instance.pengguna = self.baru
        return super().save(commit)


@admin.register(Anggota)
class AnggotaAdmin(ScopedAdmin):
    posko_path = "kursi__posko__"
    act = "edit_anggota"
    form = AnggotaForm
    list_display = ("pengguna", "posko", "instansi", "peran", "jabatan", "mulai", "selesai")
    list_filter = (
        "peran",
        "kursi__instansi__unsur",
        "kursi__instansi",
        "kursi__posko__wilayah__tingkat",
        "kursi__posko",
        "kursi",
    )
    search_fields = ("pengguna__nama", "pengguna__username", "nip", "jabatan", "kursi__posko__wilayah__nama")
    autocomplete_fields = ("kursi", "pengguna")
    tetap = ("kursi", "pengguna")
    actions = ("end_selected",)
    export_fields = (
        "kursi__posko__wilayah__kode", "kursi__posko__wilayah__nama", "kursi__instansi__kode", "kursi__instansi__nama",
        "peran", "pengguna__nama", "pengguna__username", "pengguna__email", "pengguna__telepon", "jabatan", "nip",
        "surat_tugas", "mulai", "selesai",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related("pengguna", "kursi__instansi", "kursi__posko__wilayah")
        )

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The two last are for links from other pages; shown as filters they would list every post and seat."""
        return super().get_list_filter(request)[:-2]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in ("kursi", "kursi__posko") or super().lookup_allowed(lookup, value, request)

    @admin.display(description="posko", ordering="kursi__posko__wilayah")
    def posko(self, obj: Anggota) -> str:
        return obj.kursi.posko.nama

    @admin.display(description="instansi", ordering="kursi__instansi__urutan")
    def instansi(self, obj: Anggota) -> str:
        return str(obj.kursi.instansi)

    # --- permissions: nobody edits their own ---------------------------------------------------------

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().may(request)
        return access.can(aktor_of(request), "edit_anggota", obj)

    # --- form ----------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = AnggotaBaruForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.aktor = aktor_of(request)  # type: ignore[attr-defined]
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        duty = (None, {"fields": ("peran", "jabatan", "nip", "surat_tugas", ("mulai", "selesai"))})
        if obj is not None:
            fixed = (None, {"fields": ("kursi", "pengguna")})
            return (fixed, duty, *self._duties_fieldset(request, obj))
        person = ("Orang", {"fields": ("pengguna", "username", "nama", "email", "telepon")})
        return ((None, {"fields": ("kursi",)}), person, duty)

    def _duties_fieldset(self, request: HttpRequest, obj: Anggota) -> Any:
        """How many duties lie ahead, said before anything is saved; nothing when there are none."""
        if not self.has_change_permission(request, obj):
            return ()
        ahead = Penugasan.objects.live().filter(anggota=obj.pk, waktu__endswith__gt=timezone.now())
        count = ahead.aggregate(n=models.Count("pk"), akhir=models.Max("piket__tanggal"))
        if not count["n"]:
            return ()
        words = f"{count['n']} tugas piket mendatang, terakhir {hari(count['akhir'])}."
        return (("Tugas piket", {"fields": ("batalkan",), "description": words}),)

    def save_model(self, request: HttpRequest, obj: Anggota, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if gugur := getattr(form, "gugur", None):
            messages.warning(request, f"{len(gugur)} tugas piket {obj.pengguna} dibatalkan.")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"mulai": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tools = []
        if self.has_add_permission(request):
            tools = [{"url": reverse("admin:posko_anggota_import"), "nama": "Impor dari Excel"}]
        return super().changelist_view(request, {**(extra_context or {}), "alat_daftar": tools})

    def get_urls(self) -> list[URLPattern]:
        from posko.admin import impor

        own = [
            path(
                "impor/",
                self.page(lambda request: impor.import_members(self, request)),
                name="posko_anggota_import",
            ),
            path(
                "impor/templat/", self.page(lambda r: impor.template(self, r)), name="posko_anggota_template"
            ),
        ]
        return own + super().get_urls()

    # --- actions -------------------------------------------------------------------------------------

    @admin.action(description="Akhiri masa tugas yang dipilih")
    def end_selected(self, request: HttpRequest, queryset: models.QuerySet[Anggota]) -> HttpResponse | None:
        """End memberships as of yesterday: the people are out at their next request."""
        mine = [m for m in queryset if self.has_change_permission(request, m)]
        if request.POST.get("putuskan") == "ya":
            if len(mine) != queryset.count():
                raise PermissionDenied
            with transaction.atomic():
                ending = ended(mine)
                lost = lost_with(ending)
                for member in ending:
                    member.save(update_fields=["selesai"])
            words = f" {len(lost)} tugas piket dibatalkan." if lost else ""
            messages.success(request, f"Masa tugas {len(mine)} anggota diakhiri.{words}")
            return None
        lost = lost_with(ended(mine))
        per_member = Counter(duty.anggota_id for duty in lost)
        chosen = [("_selected_action", pk) for pk in request.POST.getlist("_selected_action")]
        return self.confirm(
            request,
            judul="Akhiri masa tugas",
            kalimat=[
                f"Masa tugas {len(mine)} anggota berakhir kemarin; mereka keluar pada permintaan berikutnya.",
                f"{len(lost)} tugas piket mereka dibatalkan."
                if lost
                else "Tidak ada tugas piket yang dibatalkan.",
            ],
            baris=[f"{m}: {per_member[m.pk]} tugas piket" if per_member[m.pk] else str(m) for m in mine[:50]],
            tombol="Akhiri masa tugas",
            tersembunyi=[("action", "end_selected"), *chosen],
            terlarang=len(mine) != queryset.count(),
            galat="" if len(mine) == queryset.count() else "Pilihan memuat keanggotaan Anda sendiri.",
            kembali=reverse("admin:posko_anggota_changelist"),
        )


def ended(members: list[Anggota]) -> list[Anggota]:
    """Those not over yet, set (not saved) to end yesterday; one that began today or later ends on its first day."""
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    running = [m for m in members if m.selesai is None or m.selesai > yesterday]
    for member in running:
        member.selesai = max(member.mulai, yesterday)
    return running
