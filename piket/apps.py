"""Application object of piket."""

from django.apps import AppConfig


class PiketConfig(AppConfig):
    name = "piket"
    verbose_name = "Jadwal piket"
