"""Posts, their seats and their equipment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import slugify

from laporan.jam_posko import recompute_deadlines
from laporan.models import Laporan
from laporan.penutupan import close_post
from posko.admin.dasar import ScopedAdmin, ScopedInline, aktor_of
from posko.admin.formulir import TruthForm
from posko.bentuk import furnish, hours_of
from posko.models import Kursi, Posko, Sarpras


class KursiInline(ScopedInline):
    """Contacts of the seats that exist; a new seat has a page of its own, where the agency is chosen."""

    model = Kursi
    fields = ("instansi", "kontak_nama", "kontak_telepon", "aktif")
    readonly_fields = ("instansi",)
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Kursi]:
        # __str__ of a seat names its post: joined here, not asked for row by row.
        return super().get_queryset(request).select_related("instansi", "posko__wilayah")


class SarprasForm(TruthForm):
    class Meta:
        model = Sarpras
        fields = ("nama", "satuan", "dibutuhkan", "ada", "kondisi", "pemasok", "pinjaman", "kembali_pada")

    def clean(self) -> dict[str, Any]:
        """The code of a new line follows from its name."""
        if not self.instance.kode:
            self.instance.kode = slugify(self.cleaned_data.get("nama", ""))[:40] or "barang"
        return self.cleaned_data


class SarprasFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Two new lines of the same name would meet only in the database."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form in self.deleted_forms or not form.instance.kode:
                continue
            if form.instance.kode in seen:
                form.add_error("nama", "Barang ini sudah ada di daftar posko.")
            seen.add(form.instance.kode)


class SarprasInline(ScopedInline):
    model = Sarpras
    form = SarprasForm
    formset = SarprasFormSet
    deletable = True


@admin.register(Posko)
class PoskoAdmin(ScopedAdmin):
    posko_path = ""
    list_display = ("nama", "status", "jam", "hotline", "dibuka", "ditutup", "jadwal")
    list_filter = ("status", "wilayah__tingkat")
    list_select_related = ("wilayah",)
    search_fields = ("wilayah__nama", "^wilayah__kode", "alamat")
    autocomplete_fields = ("wilayah",)
    tetap = ("pemilihan", "wilayah")
    readonly_fields = ("status", "siap_pada", "siap_oleh")
    fields = (
        "pemilihan", "wilayah", "status", "alamat", "hotline", ("jam_buka", "jam_tutup"), ("dibuka", "ditutup"), "sk",
        ("siap_pada", "siap_oleh"),
    )  # fmt: skip
    inlines = (KursiInline, SarprasInline)
    actions = ("activate_selected",)
    change_form_template = "admin/posko/posko.html"
    export_fields = (
        "wilayah__kode", "wilayah__nama", "status", "alamat", "hotline", "jam_buka", "jam_tutup", "dibuka", "ditutup",
        "sk",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("wilayah", "pemilihan")

    @admin.display(description="jam buka")
    def jam(self, obj: Posko) -> str:
        return f"{obj.jam_buka:%H.%M}–{obj.jam_tutup:%H.%M}"

    @admin.display(description="posko", ordering="wilayah")
    def nama(self, obj: Posko) -> str:
        return obj.nama

    @admin.display(description="jadwal piket")
    def jadwal(self, obj: Posko) -> str:
        return format_html('<a href="{}">Jadwal piket</a>', reverse("jadwal:grid", args=[obj.pk]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        tools = [{"url": reverse("jadwal:choose"), "nama": "Jadwal piket"}]
        return super().changelist_view(request, {**(extra_context or {}), "alat_daftar": tools})

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_inlines(request, obj) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new post starts with the edition's dates; its hours are those of a kelurahan until changed."""
        edisi = aktor_of(request).edisi
        if edisi is None:
            return {}
        opens, closes = hours_of(edisi)[4]
        return {
            "pemilihan": edisi.pk, "dibuka": edisi.dibuka, "ditutup": edisi.ditutup, "sk": edisi.dasar,
            "jam_buka": opens, "jam_tutup": closes,
        } | super().get_changeform_initial_data(request)  # type: ignore[operator]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Posko, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            furnish([obj])
        elif {"jam_buka", "jam_tutup"} & set(form.changed_data):
            moved = recompute_deadlines(obj, aktor_of(request))
            if moved:
                messages.info(request, f"Batas waktu {moved} laporan terbuka dihitung ulang sesuai jam baru.")

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<path:pk>/tutup/", self.page(self.close_view), name="posko_posko_close"),
            *super().get_urls(),
        ]

    @admin.action(description="Aktifkan posko yang dipilih")
    def activate_selected(
        self, request: HttpRequest, queryset: models.QuerySet[Posko]
    ) -> HttpResponse | None:
        """Open several posts, after a page that says which."""
        waiting = [
            p for p in queryset if p.status in ("draf", "siap") and self.has_change_permission(request, p)
        ]
        if request.POST.get("putuskan") == "ya":
            with transaction.atomic():
                for posko in waiting:
                    posko.activate()
            messages.success(request, f"{len(waiting)} posko sekarang aktif.")
            return None
        chosen = [("_selected_action", pk) for pk in request.POST.getlist("_selected_action")]
        return self.confirm(
            request,
            judul="Aktifkan posko",
            kalimat=[f"{len(waiting)} posko akan menjadi aktif dan menerima laporan."],
            baris=waiting[:50],
            tombol="Aktifkan",
            tersembunyi=[("action", "activate_selected"), *chosen],
            terlarang=not waiting,
            kembali=reverse("admin:posko_posko_changelist"),
        )

    def close_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Close a post; the page says how many open reports there are and who inherits them."""
        posko = self.get_or_404(request, pk)
        self.refuse_unless(self.has_change_permission(request, posko))
        back = reverse("admin:posko_posko_change", args=[posko.pk])
        galat = ""
        if request.method == "POST" and request.POST.get("putuskan") == "ya":
            try:
                handed = close_post(posko, aktor_of(request))
            except ValidationError as error:
                galat = " ".join(error.messages)
            else:
                messages.success(
                    request, f"{posko} ditutup. {handed} laporan terbuka diserahkan ke posko di atasnya."
                )
                return redirect(back)
        response = self._ask_close(request, posko, galat, back)
        response.status_code = 422 if galat else 200
        return response

    def _ask_close(self, request: HttpRequest, posko: Posko, galat: str, back: str) -> HttpResponse:
        heir = (
            Posko.objects.ancestors_of(posko.pemilihan_id, posko.wilayah_id)
            .filter(status=Posko.Status.AKTIF).select_related("wilayah").first()
        )  # fmt: skip
        count = Laporan.objects.terbuka().filter(posko=posko).count()
        blocked = posko.status == Posko.Status.DITUTUP or (count > 0 and heir is None)
        to = f"diserahkan ke {heir}" if heir else "tidak punya penerus: tidak ada posko aktif di atasnya"
        kalimat = [
            f"{posko} akan ditutup dan tidak menerima laporan lagi. Penutupan tidak dapat dibatalkan.",
            f"{count} laporan terbuka {to}." if count else "Tidak ada laporan terbuka.",
        ]
        if posko.status == Posko.Status.DITUTUP:
            kalimat = [f"{posko} sudah ditutup."]
        return self.confirm(
            request, judul=f"Tutup {posko}", kalimat=kalimat, tombol="Tutup posko", galat=galat, kembali=back,
            terlarang=blocked,
        )  # fmt: skip


@admin.register(Kursi)
class KursiAdmin(ScopedAdmin):
    posko_path = "posko__"
    list_display = ("instansi", "posko", "kontak_nama", "kontak_telepon", "jumlah_anggota", "aktif")
    list_filter = ("aktif", "instansi__unsur", "instansi")
    list_select_related = ("instansi", "posko__wilayah")
    search_fields = ("instansi__nama", "instansi__singkatan", "posko__wilayah__nama", "^posko__wilayah__kode")
    autocomplete_fields = ("posko", "instansi")
    tetap = ("posko", "instansi")
    export_fields = (
        "posko__wilayah__kode", "posko__wilayah__nama", "instansi__kode", "instansi__nama", "kontak_nama",
        "kontak_telepon", "aktif",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        counted = super().get_queryset(request).annotate(_anggota=models.Count("anggota"))
        return counted.select_related("instansi", "posko__wilayah")

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        return self.get_queryset(request).filter(aktif=True)

    @admin.display(description="anggota", ordering="_anggota")
    def jumlah_anggota(self, obj: Any) -> str:
        url = reverse("admin:posko_anggota_changelist")
        return format_html('<a href="{}?kursi={}">{}</a>', url, obj.pk, obj._anggota)
