"""The timeline of a report in words: what the journal sealed, as this person may read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from laporan.alur import AlasanTidakDilanjutkan, Cara, Status, StatusDukungan
from laporan.models import Akses, Dampak, Kemungkinan, Lampiran, Perkembangan, Prioritas
from laporan.samaran import DISAMARKAN
from posko import access
from posko.kursor import asked_often
from posko.models.posko import post_name
from posko.templatetags.posko import format_date, waktu

if TYPE_CHECKING:
    from laporan.models import Laporan
    from posko.access import Aktor

# Entries that only who filed can make: naming their author would unmask the reporter.
DARI_PELAPOR = frozenset({"file", "complete", "request_reopen"})
# What a kritis went through before anybody verified it.
_SEBELUM_VERIFIKASI = frozenset({"handle", "forward", "resolve", "close"})
# Acts after which the new deadline is said.
_MOVES_CLOCK = frozenset({"reclassify", "reopen", "complete", "hours_changed"})
_KATA: dict[str, tuple[str, dict[str, str]]] = {
    "status": ("Status", dict(Status.choices)),
    "prioritas": ("Prioritas", dict(Prioritas.choices)),
    "akses": ("Akses", dict(Akses.choices)),
    "kategori_nama": ("Kategori", {}),
}
# What an entry is told from: names of who acted, not their accounts and posts in full.
_SEAT = (
    "kursi__instansi__nama",
    "kursi__instansi__singkatan",
    "kursi__posko__wilayah__jenis",
    "kursi__posko__wilayah__nama",
)
_READ = (
    "laporan_id", "urut", "pada", "tindakan", "isi", "mac", "pengguna__nama", "teks__teks",
    *(f"anggota__{name}" for name in _SEAT),
)  # fmt: skip
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(slots=True)
class Peristiwa:
    """One entry, ready to print. perubahan: lines such as "Prioritas: Sedang → Tinggi"."""

    urut: int
    pada: dt.datetime
    oleh: str
    sebagai: str
    kata: str
    tindakan: str
    mac: str
    teks: str = ""
    alasan: str = ""
    # The post a hand-over came from, by name.
    dari: str = ""
    perubahan: list[str] = field(default_factory=list)
    tanda: list[str] = field(default_factory=list)
    foto: list[Lampiran] = field(default_factory=list)
    # The report was rahasia until this entry.
    membuka_rahasia: bool = False

    @property
    def kalimat(self) -> str:
        """All of it in one sentence, for the page that says what happened meanwhile."""
        parts = [self.kata, *self.perubahan, self.alasan, self.teks]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def timeline(laporan: Laporan, aktor: Aktor, foto: list[Lampiran], after: int = 0) -> list[Peristiwa]:
    """Entries of a report, newest last, from the one after serial `after` on. One query."""
    entries = (
        Perkembangan.objects.filter(laporan=laporan.pk, urut__gt=after)
        .select_related("pengguna", "anggota__kursi__instansi", "anggota__kursi__posko__wilayah", "teks")
        .only(*_READ)
        .order_by("urut")
    )
    masked = not access.can(aktor, "see_reporter", laporan)
    photos: dict[int, list[Lampiran]] = {}
    for one in foto:
        photos.setdefault(one.perkembangan_id, []).append(one)
    found, verified = [], after > 0
    with asked_often():
        read = list(entries)
    for entry in read:
        verified = verified or entry.tindakan == "verify"
        event = _event(entry, laporan, masked and entry.tindakan in DARI_PELAPOR)
        if laporan.sebelum_verifikasi and not verified and entry.tindakan in _SEBELUM_VERIFIKASI:
            event.tanda.append("Belum terverifikasi")
        event.foto = photos.get(entry.pk, [])
        found.append(event)
    return found


def _event(entry: Perkembangan, laporan: Laporan, hidden: bool) -> Peristiwa:
    note = entry.data["catatan"]
    event = Peristiwa(
        urut=entry.urut,
        pada=entry.pada,
        oleh=DISAMARKAN if hidden else entry.pengguna.nama,
        sebagai="" if hidden else _seat(entry),
        kata=entry.kata,
        tindakan=entry.tindakan,
        mac=entry.mac,
        # The first entry's text is the report itself, which stands at the top of the page.
        teks="" if entry.tindakan == "file" else entry.text,
        alasan=_reason(entry.tindakan, note, laporan),
        dari=note.get("dari", "") if entry.tindakan == "hand_over" else "",
        perubahan=[] if entry.tindakan == "file" else _changes(entry, laporan),
        membuka_rahasia=entry.perubahan.get("akses", [""])[0] == Akses.RAHASIA,
    )
    if note.get("dari_atas"):
        event.tanda.append("Oleh posko di atasnya")
    return event


def _seat(entry: Perkembangan) -> str:
    if entry.anggota is None:
        return ""
    kursi = entry.anggota.kursi
    return f"{kursi.instansi}, {post_name(kursi.posko.wilayah.jenis, kursi.posko.wilayah.nama)}"


def _reason(tindakan: str, note: dict[str, Any], laporan: Laporan) -> str:
    """What the entry notes beside the words typed, as a sentence."""
    if "alasan" in note:
        return f"Alasan: {AlasanTidakDilanjutkan(note['alasan']).label}"
    if "kemungkinan" in note:
        return _assessment(note)
    if "cara" in note:
        until = f", mohon ditanggapi sebelum {_moment(note['batas'], laporan)}" if note["batas"] else ""
        return f"{Cara(note['cara']).label} ke {note['instansi']}{until}"
    if "penerusan" in note:
        return f"Penerusan ke {note['instansi']}"
    if "kepada" in note:
        return f"Kepada {note['kepada']}" + (f", jumlah {note['jumlah']}" if note["jumlah"] else "")
    if "keputusan" in note:
        return f"Jawaban: {StatusDukungan(note['keputusan']).label}"
    if "ke" in note:
        return f"Dari {note['dari']} ke {note['ke']}" if note["ke"] else f"Dari {note['dari']}"
    if "hari_pemungutan" in note:
        return "Prioritas dinaikkan satu tingkat karena hari pemungutan."
    # The number of the main report is not said here: not everybody who sees this one may see that one.
    return ""


def _assessment(note: dict[str, Any]) -> str:
    likely, grave = Kemungkinan(note["kemungkinan"]).label, Dampak(note["dampak"]).label
    again = format_date(dt.date.fromisoformat(note["tinjau"]))
    return f"{likely}. {grave}. Penanggung jawab: {note['pemilik_nama']}. Ditinjau lagi {again}"


def _moment(value: int, laporan: Laporan) -> str:
    return waktu(_EPOCH + dt.timedelta(microseconds=value), laporan.posko.zona)


def _changes(entry: Perkembangan, laporan: Laporan) -> list[str]:
    lines = []
    for name, (before, after) in entry.perubahan.items():
        if name in _KATA:
            title, words = _KATA[name]
            lines.append(
                (list(_KATA).index(name), f"{title}: {words.get(before, before)} → {words.get(after, after)}")
            )
        elif name == "disebut":
            lines.append((8, "Pejabat kedua ditunjuk"))
        elif name == "batas_waktu" and after and entry.tindakan in _MOVES_CLOCK:
            lines.append((9, f"Batas waktu menjadi {_moment(after, laporan)}"))
    return [line for _, line in sorted(lines)]
