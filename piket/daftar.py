"""The printed roster, Daftar Piket: dates down, a column per unsur, koordinator, remarks, two signatures."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from piket.lembar import UNSUR, Lembar, Petugas
from piket.models import Piket
from piket.versi import Versi, version_of
from posko.models import Anggota, Posko, Tingkat, Unsur

MAX_DAYS = 62
# The first column is called after the tier's own forum.
FORUM = {Tingkat.PROVINSI: "Forkopimda", Tingkat.KECAMATAN: "Forkopimcam", Tingkat.KELURAHAN: "Tiga Pilar"}


@dataclass
class Baris:
    """One shift on paper. `hari` is empty on the second and later shifts of a date."""

    tanggal: dt.date
    pertama: bool
    jumlah: int
    piket: Piket | None
    kolom: list[list[Petugas]]
    koordinator: str
    ket: str


@dataclass
class Daftar:
    posko: Posko
    dari: dt.date
    sampai: dt.date
    unsur: list[str]
    baris: list[Baris]
    sidik: str
    versi: Versi | None
    ketua: Anggota | None
    koordinator: Anggota | None
    surat: str
    rancangan: int
    terpotong: bool = False  # more days were asked for than are shown

    @property
    def judul(self) -> str:
        area = self.posko.wilayah
        kind = area.jenis.upper()
        nama = area.nama.upper() if self.posko.tingkat < Tingkat.KECAMATAN else f"{kind} {area.nama.upper()}"
        # A drill may be called after the posts themselves; said once is enough.
        edition = " ".join(self.posko.pemilihan.nama.upper().replace("POSKO BERSAMA", "").split())
        return f"DAFTAR PIKET POSKO BERSAMA {edition} {nama}"

    @property
    def keadaan(self) -> str:
        """Which publication this is: ``Versi 3``, ``Diubah sesudah versi 3``; a plan says that it is one."""
        if self.rancangan:
            return f"RANCANGAN, {self.versi.kata.lower()}" if self.versi else "RANCANGAN"
        return self.versi.kata if self.versi else "Tanpa nomor versi"


def build_list(posko: Posko, dari: dt.date, sampai: dt.date, *, drafts: bool = False) -> Daftar:
    """The roster of a post as printed. At most seven queries: needs are for who plans, not for paper.

    drafts: also shifts not published yet.
    """
    lembar = Lembar.read(posko, dari, sampai, needs=False, drafts=drafts)
    rows = []
    for day in lembar.days():
        shifts = lembar.per_hari.get(day, [])
        for n, shift in enumerate(shifts):
            rows.append(_row(lembar, day, shift, n == 0, len(shifts)))
        if not shifts:
            rows.append(Baris(day, True, 1, None, [[] for _ in UNSUR], "", "Tidak ada piket"))
    heads = [
        FORUM.get(posko.tingkat, label) if value == "forkopimko" else label for value, label in Unsur.choices
    ]
    ketua, koordinator = _signers(posko)
    return Daftar(
        posko, dari, sampai, heads, rows, _fingerprint(lembar), version_of(lembar), ketua, koordinator,
        _letter(lembar), lembar.rancangan,
    )  # fmt: skip


def _row(lembar: Lembar, day: dt.date, shift: Piket, first: bool, several: int) -> Baris:
    people = sorted(lembar.per_piket.get(shift.pk, []), key=lambda p: (p.urutan, p.instansi, p.nama))
    columns = [[p for p in people if p.unsur == unsur] for unsur in UNSUR]
    leader = next((p.nama for p in people if p.koordinator), "")
    notes = [shift.catatan, *(f"{p.nama}: {p.keterangan}" for p in people if p.keterangan)]
    if shift.jenis == Piket.Jenis.SIAGA:
        notes.insert(0, "Siaga")
    return Baris(day, first, several, shift, columns, leader, "; ".join(n for n in notes if n))


def _signers(posko: Posko) -> tuple[Anggota | None, Anggota | None]:
    """Who signs: the post's ketua and, where one is appointed, the koordinator piket."""
    today = posko.local_time().date()
    members = Anggota.objects.valid_on(today).filter(kursi__posko=posko, peran__in=("ketua", "koordinator"))
    found = {m.peran: m for m in members.select_related("pengguna").order_by("-mulai", "-id")}
    return found.get("ketua"), found.get("koordinator")


def _fingerprint(lembar: Lembar) -> str:
    """A short fingerprint of what is printed: two sheets with the same one say the same."""
    said = [(s.pk, s.nama, s.jam, s.tanggal.isoformat(), s.catatan) for s in lembar.piket]
    people = sorted((p.piket, p.nama, p.instansi, p.koordinator, p.keterangan) for p in lembar.petugas)
    return hashlib.sha256(repr((said, people)).encode()).hexdigest()[:8]


def _letter(lembar: Lembar) -> str:
    """The surat tugas that all on the list have; empty when they have none or different ones."""
    members = {p.anggota for p in lembar.petugas}
    letters = Anggota.objects.filter(pk__in=members).order_by().values_list("surat_tugas", flat=True)
    found = list(letters.distinct()[:2])
    return found[0] if len(found) == 1 else ""
