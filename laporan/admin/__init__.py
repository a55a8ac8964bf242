"""Django admin of laporan: reports and TPS rawan to read, categories to change."""

from laporan.admin import kategori, laporan, rawan

__all__ = ["kategori", "laporan", "rawan"]
