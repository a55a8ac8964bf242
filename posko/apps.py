"""Application objects of posko: the app itself and Django's admin under Posko's login and name."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class PoskoConfig(AppConfig):
    name = "posko"
    verbose_name = "Posko dan anggota"

    def ready(self) -> None:
        """Register the system checks that refuse an unsafe production start."""
        from posko import checks  # noqa: F401


class AdminConfig(DjangoAdminConfig):
    default_site = "posko.situs.SitusAdmin"
