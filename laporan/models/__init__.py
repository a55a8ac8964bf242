"""What happened and what is done about it: the objects of laporan, importable from here."""

from laporan.models.antar_tingkat import Dukungan, Pelimpahan
from laporan.models.catatan import CatatanAkses
from laporan.models.kategori import Akses, Jenis, Kategori, Kelompok, Prioritas, TemplatPesan
from laporan.models.lampiran import Lampiran
from laporan.models.laporan import Laporan, LaporanTPS, Penghitung, Sumber
from laporan.models.massal import HasilMassal, TindakanMassal
from laporan.models.pencarian import IndeksCari, Kosakata
from laporan.models.penerusan import Penerusan
from laporan.models.penilaian import Dampak, Kemungkinan, PenilaianPotensi
from laporan.models.perkembangan import Perkembangan, TeksPerkembangan
from laporan.models.rawan import KelasRawan, SumberRawan, TPSRawan
from laporan.models.saran import RiwayatSaran, Saran
from laporan.models.tampilan import Tampilan

__all__ = [
    "Akses",
    "CatatanAkses",
    "Dampak",
    "Dukungan",
    "HasilMassal",
    "IndeksCari",
    "Jenis",
    "KelasRawan",
    "Kategori",
    "Kelompok",
    "Kemungkinan",
    "Kosakata",
    "Lampiran",
    "Laporan",
    "LaporanTPS",
    "PenilaianPotensi",
    "Pelimpahan",
    "Penerusan",
    "Penghitung",
    "Perkembangan",
    "Prioritas",
    "RiwayatSaran",
    "Saran",
    "Sumber",
    "SumberRawan",
    "TPSRawan",
    "Tampilan",
    "TemplatPesan",
    "TindakanMassal",
    "TeksPerkembangan",
]
