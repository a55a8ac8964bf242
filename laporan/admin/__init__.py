"""Django admin of laporan: reports, TPS rawan and exports to read, categories to change."""

from laporan.admin import catatan, kategori, laporan, rawan

__all__ = ["catatan", "kategori", "laporan", "rawan"]
