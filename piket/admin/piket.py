"""Shifts and assignments in Django admin: lists, filters, history. Editing many is the grid's business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from piket.forms.giliran import PiketForm
from piket.models import Kebutuhan, Penugasan, Piket
from piket.penugasan import Ditolak, lock_shift, refuse_full, refuse_locked, words_for
from posko.admin.dasar import ScopedAdmin, ScopedInline
from posko.models import Anggota, Kursi


class RaceMixin:
    """A change that the database refuses after validation: somebody else was faster.

    The page is done once more: now validation sees the winner and says name, post and hour in the form.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = super().changeform_view  # type: ignore[misc]
        try:
            with transaction.atomic():
                return page(request, *args, **kwargs)  # type: ignore[no-any-return]
        except IntegrityError as error:
            request.ditolak = words_for(error)  # type: ignore[attr-defined]
            return page(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        refused = getattr(request, "ditolak", "")
        return type(form.__name__, (form, RefusedForm), {"ditolak": refused}) if refused else form


class RefusedForm(forms.ModelForm):
    """A form the database has refused: when validation still finds nothing, its words are the error."""

    ditolak = ""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self.add_error(None, self.ditolak)


class KebutuhanInline(ScopedInline):
    model = Kebutuhan
    fields = ("kursi", "jumlah")
    deletable = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only seats of the shift's own post: the page's object is known by its address."""
        if db_field.name == "kursi":
            shift = getattr(request.resolver_match, "kwargs", {}).get("object_id", "")
            pk = int(shift) if shift.isdigit() else 0
            kwargs["queryset"] = Kursi.objects.filter(posko__piket=pk, aktif=True).select_related(
                "instansi", "posko__wilayah"
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PetugasInline(ScopedInline):
    """Who is on the shift, to read; the grid and the assignment's own page change it."""

    model = Penugasan
    fields = readonly_fields = ("anggota", "koordinator", "status", "keterangan")
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("anggota__pengguna")  # type: ignore[no-any-return]


@admin.register(Piket)
class PiketAdmin(RaceMixin, ScopedAdmin):
    posko_path = "posko__"
    act = "manage_piket"
    tetap = ("posko",)
    deletable = True
    form = PiketForm  # type: ignore[assignment]
    fields = ("posko", "jenis", "nama", "tanggal", ("mulai", "selesai"), "catatan")
    list_display = ("tanggal", "jam_tugas", "nama", "jenis", "posko", "terisi", "kekurangan", "jadwal")
    list_filter = ("posko", "jenis", "kebutuhan__kursi__instansi")
    list_select_related = ("posko__wilayah",)
    date_hierarchy = "tanggal"
    search_fields = ("nama", "posko__wilayah__nama")
    inlines = (KebutuhanInline, PetugasInline)
    ordering = ("-tanggal", "posko_id", "waktu")
    import_export_change_list_template = "admin/piket/daftar_piket.html"
    export_fields = ("posko__wilayah__kode", "posko__wilayah__nama", "tanggal", "nama", "jenis", "waktu")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Needs belong to seats of a post: first the shift, then what it needs."""
        return super().get_inlines(request, obj) if obj else ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        there = Penugasan.objects.live().filter(piket=OuterRef("piket"), anggota__kursi=OuterRef("kursi"))
        short = (
            Kebutuhan.objects.filter(piket=OuterRef("pk"))
            .annotate(ada=there.order_by().values("piket").annotate(n=Count("pk")).values("n"))
            .filter(Q(ada=None) | Q(ada__lt=F("jumlah")))
        )
        live = Count("penugasan", filter=Q(penugasan__status__in=Penugasan.LIVE), distinct=True)
        return super().get_queryset(request).annotate(_terisi=live, _kurang=Exists(short))  # type: ignore[no-any-return]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Suggestions need names and hours only."""
        return super().get_search_results(request, queryset.select_related("posko__wilayah"), search_term)

    @admin.display(description="Jam", ordering="waktu")
    def jam_tugas(self, obj: Piket) -> str:
        return obj.jam

    @admin.display(description="Petugas", ordering="_terisi")
    def terisi(self, obj: Any) -> int:
        return int(obj._terisi)

    @admin.display(description="Lengkap", boolean=True, ordering="_kurang")
    def kekurangan(self, obj: Any) -> bool:
        return not obj._kurang

    @admin.display(description="Jadwal")
    def jadwal(self, obj: Piket) -> str:
        return format_html(
            '<a href="{}?dari={}">Buka jadwal</a>', reverse("jadwal:grid", args=[obj.posko_id]), obj.tanggal
        )


class PenugasanForm(forms.ModelForm):
    lebih = forms.BooleanField(
        label="Di luar kebutuhan",
        required=False,
        help_text="Centang untuk menempatkan orang ini walau kebutuhan instansinya sudah terisi",
    )

    class Meta:
        model = Penugasan
        fields = ("piket", "anggota", "koordinator", "status", "keterangan")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        duty = self.instance
        anggota = data.get("anggota") or (duty.anggota if duty.anggota_id else None)
        piket = data.get("piket") or (duty.piket if duty.piket_id else None)
        if piket and anggota:
            # The shift before the person, as every edit locks them.
            lock_shift(piket.pk)
            self._refuse(piket, anggota, data)
            duty.anggota = anggota
            duty.queue_for_person()
        return data

    def _refuse(self, piket: Piket, anggota: Anggota, data: dict[str, Any]) -> None:
        """What the grid refuses too: a locked one is not taken off, nobody comes beyond the need unsaid."""
        counts = data.get("status") in Penugasan.LIVE
        counted = bool(self.instance.pk) and self.instance.status in Penugasan.LIVE
        try:
            if counted and not counts:
                refuse_locked(self.instance)
            if counts and not counted and not data.get("lebih"):
                refuse_full(piket, anggota)
        except Ditolak as refused:
            self.add_error("status" if counted else "lebih", str(refused))


@admin.register(Penugasan)
class PenugasanAdmin(RaceMixin, ScopedAdmin):
    posko_path = "piket__posko__"
    act = "manage_piket"
    tetap = ("piket", "anggota")
    form = PenugasanForm  # type: ignore[assignment]
    fields = ("piket", "anggota", "koordinator", "status", "lebih", "keterangan")
    list_display = ("tanggal", "jam_tugas", "pengguna", "instansi", "posko", "koordinator", "status")
    list_filter = ("status", "koordinator", "piket__posko", "anggota__kursi__instansi")
    list_select_related = ("piket__posko__wilayah", "pengguna", "anggota__kursi__instansi")
    date_hierarchy = "piket__tanggal"
    search_fields = ("pengguna__nama", "piket__posko__wilayah__nama", "anggota__kursi__instansi__nama")
    autocomplete_fields = ("piket",)
    ordering = ("-piket__tanggal", "piket__posko_id", "id")
    export_fields = (
        "piket__posko__wilayah__kode", "piket__posko__wilayah__nama", "piket__tanggal", "piket__nama",
        "anggota__kursi__instansi__nama", "pengguna__nama", "koordinator", "status", "keterangan",
    )  # fmt: skip

    @admin.display(description="Tanggal", ordering="piket__tanggal")
    def tanggal(self, obj: Penugasan) -> Any:
        return obj.piket.tanggal

    @admin.display(description="Jam", ordering="waktu")
    def jam_tugas(self, obj: Penugasan) -> str:
        return obj.piket.jam

    @admin.display(description="Instansi", ordering="anggota__kursi__instansi__urutan")
    def instansi(self, obj: Penugasan) -> str:
        return str(obj.anggota.kursi.instansi)

    @admin.display(description="Posko", ordering="piket__posko")
    def posko(self, obj: Penugasan) -> str:
        return str(obj.piket.posko)

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        return self.get_queryset(request).select_related("piket__posko__wilayah", "anggota__pengguna")
