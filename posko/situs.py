"""The admin site: Posko's name, behind Posko's login, for superusers and admins of posts.

Not inside posko/admin: importing that package registers models, which needs this site first.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from posko import access

OURS = ("posko", "piket", "laporan")


class ScopedAutocomplete(AutocompleteJsonView):
    """Suggestions come from the same choices the form accepts (`ScopedAdmin.get_choices`)."""

    def get_queryset(self) -> QuerySet[Any]:
        queryset = self.model_admin.get_choices(self.request, self.term)  # type: ignore[attr-defined]
        queryset = queryset.complex_filter(self.source_field.get_limit_choices_to())
        found, duplicates = self.model_admin.get_search_results(self.request, queryset, self.term)
        return found.distinct() if duplicates else found


class SitusAdmin(AdminSite):
    site_header = site_title = "Posko · Kelola"
    index_title = "Kelola"
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only models of ours: the pages that packages bring (sessions, second factors, groups) know no area."""
        models: list[Any] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        )
        ours = [model for model in models if model._meta.app_label in OURS]
        if ours:
            super().register(ours, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Django's addresses without the redirect to "view on site", which would reveal what exists."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        aktor = getattr(request, "aktor", None)
        return aktor is not None and access.can(aktor, "open_admin")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one login, Posko's own. Who is signed in but administers nothing is told so (403)."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    @staticmethod
    def _signed_out(request: HttpRequest) -> HttpResponse:
        logout(request)
        return redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out of Posko altogether (POST)."""
        if request.method != "POST":
            return redirect("account_logout")
        return self._signed_out(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ScopedAutocomplete.as_view(admin_site=self)(request)
