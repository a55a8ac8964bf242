"""Who and where: the objects of posko, importable from here."""

from posko.models.berkas import Berkas
from posko.models.instansi import Instansi, Unsur
from posko.models.pemilihan import HariPemungutan, JamTingkat, Pemilihan, Tahapan
from posko.models.pengguna import Anggota, Pengguna, Peran
from posko.models.posko import Kursi, Posko, Sarpras
from posko.models.wilayah import TPS, Batas, Tingkat, Wilayah

__all__ = [
    "TPS",
    "Anggota",
    "Batas",
    "Berkas",
    "HariPemungutan",
    "Instansi",
    "JamTingkat",
    "Kursi",
    "Pemilihan",
    "Pengguna",
    "Peran",
    "Posko",
    "Sarpras",
    "Tahapan",
    "Tingkat",
    "Unsur",
    "Wilayah",
]
