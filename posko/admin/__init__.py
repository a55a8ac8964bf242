"""Django admin of posko: one module per domain object, all on the scoped base in dasar.py."""

from posko.admin import instansi, wilayah

__all__ = ["instansi", "wilayah"]
