"""Django admin of laporan: reports to read, categories to change."""

from laporan.admin import kategori, laporan

__all__ = ["kategori", "laporan"]
