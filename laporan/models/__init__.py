"""What happened and what is done about it: the objects of laporan, importable from here."""

from laporan.models.kategori import Akses, Jenis, Kategori, Kelompok, Prioritas
from laporan.models.lampiran import Lampiran
from laporan.models.laporan import Laporan, LaporanTPS, Penghitung, Sumber
from laporan.models.perkembangan import Perkembangan, TeksPerkembangan

__all__ = [
    "Akses",
    "Jenis",
    "Kategori",
    "Kelompok",
    "Lampiran",
    "Laporan",
    "LaporanTPS",
    "Penghitung",
    "Perkembangan",
    "Prioritas",
    "Sumber",
    "TeksPerkembangan",
]
