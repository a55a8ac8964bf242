"""The admin site: Posko's name, behind Posko's login, for superusers and admins of posts."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from posko import access


class SitusAdmin(AdminSite):
    site_header = site_title = "Posko · Kelola"
    index_title = "Kelola"

    def has_permission(self, request: HttpRequest) -> bool:
        aktor = getattr(request, "aktor", None)
        return aktor is not None and access.can(aktor, "open_admin")
