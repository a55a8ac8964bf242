"""People: an area's admin sees who serves there and edits those who serve nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from piket.models import Penugasan
from posko import access
from posko.access import Aktor
from posko.admin.dasar import ScopedAdmin, aktor_of
from posko.akun import mfa
from posko.akun.mfa import factors_of
from posko.akun.undangan import may_invite
from posko.models import Anggota, Pengguna


def served_by(aktor: Aktor) -> models.QuerySet[Anggota]:
    """Memberships the person administers."""
    return Anggota.objects.filter(access.posko_managed_by(aktor, "kursi__posko__"))


def editable_by(aktor: Aktor) -> models.QuerySet[Pengguna]:
    """People whose account this person may change.

    An area's admin: people all of whose memberships lie in the area, never a superuser and never oneself;
    whoever also serves elsewhere is edited by a superuser.
    """
    if aktor.superuser:
        return Pengguna.objects.all()
    ours = served_by(aktor)
    elsewhere = Anggota.objects.exclude(pk__in=ours.values("pk"))
    people = Pengguna.objects.filter(pk__in=ours.values("pengguna"), is_superuser=False)
    return people.exclude(pk__in=elsewhere.values("pengguna")).exclude(pk=aktor.pengguna.pk)


@admin.register(Pengguna)
class PenggunaAdmin(ScopedAdmin):
    list_display = ("nama", "username", "email", "telepon", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("nama", "username", "email", "telepon")
    ordering = ("nama",)
    export_fields = ("username", "nama", "email", "telepon", "is_active", "last_login")
    change_form_template = "admin/posko/pengguna.html"

    def scope(self, queryset: models.QuerySet[Any], aktor: Aktor) -> models.QuerySet[Any]:
        return queryset if aktor.superuser else queryset.filter(pk__in=served_by(aktor).values("pengguna"))

    def get_choices(self, request: HttpRequest, term: str = "") -> models.QuerySet[Any]:
        people = self.get_queryset(request).filter(is_active=True)
        aktor = aktor_of(request)
        return people if aktor.superuser else people.filter(is_superuser=False)

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        aktor = aktor_of(request)
        if obj is None:
            return access.can(aktor, "open_admin")
        return editable_by(aktor).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins of an area register a person together with the first membership (Anggota, tambah)."""
        return aktor_of(request).superuser

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["nama", "username", "email", "telepon"]
        if obj is not None:
            fields += ["is_active", "last_login", "date_joined"]
        return [*fields, "is_superuser"] if aktor_of(request).superuser else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody deactivates, promotes or demotes oneself."""
        own = obj is not None and obj.pk == aktor_of(request).pengguna.pk
        return ("last_login", "date_joined", *(("is_active", "is_superuser") if own else ()))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person has no password: an invitation link lets them choose one."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            self._warn_of_duties(request, obj)

    def _warn_of_duties(self, request: HttpRequest, obj: Pengguna) -> None:
        """Who is deactivated may come back, so their duties stay; the admin is told to find others."""
        ahead = Penugasan.objects.live().filter(pengguna=obj, waktu__endswith__gt=timezone.now()).count()
        if ahead:
            text = f"{obj} masih punya {ahead} tugas piket mendatang. Ganti petugasnya di jadwal piket."
            messages.warning(request, text)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        person = self.get_or_404(request, object_id)
        aktor = aktor_of(request)
        invite = reverse("posko:invite", args=[person.pk]) if may_invite(aktor, person) else ""
        factors = factors_of(person)
        reset = reverse("admin:posko_pengguna_reset", args=[person.pk])
        extra = {
            **(extra_context or {}),
            "undangan": invite,
            "hapus_faktor": reset if factors and mfa.may_reset(aktor, person) else "",
            "faktor": factors,
            "keanggotaan": self._places(request, person),
        }
        return super().change_view(request, object_id, form_url, extra)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<path:pk>/hapus-faktor/", self.page(self.reset_view), name="posko_pengguna_reset"),
            *super().get_urls(),
        ]

    def reset_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Remove a member's lost second factor, after a page that says what follows."""
        person: Pengguna = self.get_or_404(request, pk)
        self.refuse_unless(mfa.may_reset(aktor_of(request), person))
        back = reverse("admin:posko_pengguna_change", args=[person.pk])
        if request.method == "POST" and request.POST.get("putuskan") == "ya":
            mfa.reset(person, aktor_of(request))
            messages.success(request, f"Faktor kedua {person} dihapus. Semua sesinya berakhir.")
            return redirect(back)
        return self.confirm(
            request,
            judul=f"Hapus faktor kedua {person}",
            kalimat=[
                f"Aplikasi kode, kunci keamanan, dan kode pemulihan {person} dihapus. Semua sesi dan perangkat "
                "tepercayanya berakhir sekarang.",
                "Pastikan dahulu bahwa benar orangnya yang meminta: bertatap muka, atau lewat nomor telepon yang sudah "
                "Anda kenal. Sesudah ini kata sandinya saja cukup untuk masuk, sampai faktor kedua baru dipasang.",
            ],
            tombol="Hapus faktor kedua",
            kembali=back,
        )

    def _places(self, request: HttpRequest, person: Pengguna) -> list[Anggota]:
        """Where the person serves in this admin's area, shown below the form."""
        places = served_by(aktor_of(request)).filter(pengguna=person)
        return list(places.select_related("kursi__posko__wilayah", "kursi__instansi"))
