"""Checking the journal: walks every report with its entries and names whatever does not fit its seals.

What is found: an entry changed, inserted or removed (in the middle, at the end, or all with their report), a text or
photo that is not the one sealed, a column that says something else than the sealed content, a field of a report, a
penerusan or an assessment that differs from what its journal last recorded, and a day counter that was changed or
counts reports that are gone. Reports are read in batches, each with a fixed number of queries, so memory does not grow
with their number.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef

from laporan import alur, jurnal
from laporan.models import (
    Lampiran,
    Laporan,
    LaporanTPS,
    Penerusan,
    Penghitung,
    PenilaianPotensi,
    Perkembangan,
    TeksPerkembangan,
)
from laporan.models.laporan import LaporanQuerySet, nomor_for
from laporan.models.pencatatan import JOURNALED, TYPED, plain, sealed
from laporan.models.perkembangan import microseconds
from laporan.pelaporan import counter_seal

BATCH = 1000
# Fields that came after reports had been filed: what they say where no entry speaks of them.
YOUNGER: dict[str, Any] = {
    "pemegang": [], "penerusan_terbuka": [], "ditangani_posko": False, "status_sebelum": "",
}  # fmt: skip
_REPORT = (
    "id",
    "nomor",
    "versi",
    "jurnal_panjang",
    "jurnal_kepala",
    "jurnal_kunci_id",
    "jurnal_segel",
    "uraian",
    *JOURNALED,
)
_ENTRY = (
    "id",
    "laporan_id",
    "urut",
    "pada",
    "pengguna_id",
    "anggota_id",
    "tindakan",
    "isi",
    "kunci_id",
    "mac",
)
_SEALED_FIELDS = frozenset(
    {
        "v",
        "nomor",
        "urut",
        "waktu",
        "pengguna",
        "anggota",
        "tindakan",
        "ubah",
        "tps",
        "foto",
        "teks",
        "catatan",
    }
)


@dataclass(slots=True)
class Hasil:
    """What a walk saw. temuan: one line each, beginning with the number of the report (or the counter)."""

    laporan: int = 0
    perkembangan: int = 0
    teks_dihapus: int = 0
    temuan: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Sheaf:
    """What belongs to the reports of one batch."""

    entries: dict[int, list[dict[str, Any]]]
    texts: dict[int, tuple[str, str]]
    photos: dict[int, list[str]]
    stations: dict[int, dict[int, Any]]
    sent: dict[int, dict[int, tuple[int, str, str]]]
    # kemungkinan, dampak, pemilik, tinjau, mitigasi
    assessed: dict[int, tuple[str, str, int, str, str]]


def check(pemilihan: str = "", nomor: str = "") -> Hasil:
    """Check all reports, those of one edition (its code), or one by its number. Counters are left out for one."""
    reports = Laporan.objects.order_by("id")
    if pemilihan:
        reports = reports.filter(pemilihan__kode=pemilihan)
    if nomor:
        reports = reports.filter(nomor=nomor)
    found = Hasil()
    serials: dict[str, list[int]] = {}
    for batch in _batches(reports):
        sheaf = _sheaf([row["id"] for row in batch])
        for row in batch:
            found.temuan += [f"{row['nomor']}: {what}" for what in _check_report(row, sheaf, found)]
            prefix, _, serial = row["nomor"].rpartition("-")
            count = serials.setdefault(prefix, [0, 0])
            count[0] += 1
            count[1] = max(count[1], int(serial) if serial.isdigit() else 0)
        found.laporan += len(batch)
    if not nomor:
        found.temuan += _check_counters(pemilihan, serials)
        found.temuan += _strays()
    return found


def _batches(reports: LaporanQuerySet) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while batch := list(reports.filter(id__gt=last).values(*_REPORT)[:BATCH]):
        yield batch
        last = batch[-1]["id"]


def _sheaf(ids: list[int]) -> _Sheaf:
    entries: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in (
        Perkembangan.objects.filter(laporan__in=ids).order_by("laporan_id", "urut", "id").values(*_ENTRY)
    ):
        entries[row["laporan_id"]].append(row)
    texts = TeksPerkembangan.objects.filter(perkembangan__laporan__in=ids)
    photos: dict[int, list[str]] = defaultdict(list)
    attached = Lampiran.objects.filter(laporan__in=ids).order_by("laporan_id", "urut")
    for owner, entry, sha in attached.values_list("laporan_id", "perkembangan_id", "berkas__sha256"):
        photos[entry].append(sha)
        photos[-owner].append(sha)
    stations: dict[int, dict[int, Any]] = defaultdict(dict)
    for owner, tps, facts in LaporanTPS.objects.filter(laporan__in=ids).values_list(
        "laporan_id", "tps_id", "rincian"
    ):
        stations[owner][tps] = facts
    sent: dict[int, dict[int, tuple[int, str, str]]] = defaultdict(dict)
    for owner, urut, *row in Penerusan.objects.filter(laporan__in=ids).values_list(
        "laporan_id", "urut", "kursi_id", "cara", "status"
    ):
        sent[owner][urut] = tuple(row)  # type: ignore[assignment]
    assessed: dict[int, tuple[str, str, int, str, str]] = {}
    for owner, *said, day, text in PenilaianPotensi.objects.filter(laporan__in=ids).values_list(
        "laporan_id", "kemungkinan", "dampak", "pemilik_id", "tinjau_pada", "mitigasi"
    ):
        assessed[owner] = (*said, day.isoformat(), text)  # type: ignore[assignment]
    return _Sheaf(
        entries,
        {pk: (salt, text) for pk, salt, text in texts.values_list("pk", "garam", "teks")},
        photos,
        stations,
        sent,
        assessed,
    )


# --- one report ---------------------------------------------------------------------------------------


def _check_report(row: dict[str, Any], sheaf: _Sheaf, found: Hasil) -> list[str]:
    """What is wrong with one report and its chain."""
    entries = sheaf.entries.get(row["id"], [])
    found.perkembangan += len(entries)
    wrong = _check_head(row, entries)
    previous = ""
    recorded: dict[str, Any] = {}
    first: dict[str, Any] = {}
    forwarded: dict[int, tuple[int, str, str]] = {}
    assessed: tuple[int, dict[str, Any]] | None = None
    for place, entry in enumerate(entries, start=1):
        name = f"perkembangan {entry['urut']} ({entry['tindakan']})"
        if entry["urut"] != place and not any("hilang atau disisipkan" in w for w in wrong):
            wrong.append(f"perkembangan {place} hilang atau disisipkan")
        isi, broken = _opened(entry, previous, row["nomor"])
        wrong += [f"{name}: {what}" for what in broken]
        previous = entry["mac"]
        if isi is None:
            continue
        first = first or isi
        wrong += [f"{name}: {what}" for what in _check_parts(entry, isi, row, sheaf, found)]
        _follow(isi, forwarded)
        if isi["tindakan"] == "assess":
            assessed = entry["id"], isi["catatan"]
        salt = sheaf.texts.get(entry["id"], ("", ""))[0]
        for name_, (_, after) in isi["ubah"].items():
            recorded[name_] = (after, salt)
    if forwarded != sheaf.sent.get(row["id"], {}):
        wrong.append("penerusan berbeda dari yang tercatat di jurnal")
    if not _is_as_assessed(sheaf.assessed.get(row["id"]), assessed, sheaf):
        wrong.append("penilaian potensi berbeda dari yang terakhir tercatat di jurnal")
    return wrong + _check_fields(row, recorded) + _check_whole(row, first, entries, sheaf)


def _follow(isi: dict[str, Any], forwarded: dict[int, tuple[int, str, str]]) -> None:
    """Keep the Penerusan as the journal tells them: which seat, which way, how it stands."""
    note, act = isi["catatan"], alur.ACTS.get(isi["tindakan"])
    if act is None or "penerusan" not in note:
        return
    urut = note["penerusan"]
    if act.name == "forward":
        forwarded[urut] = (note["kursi"], note["cara"], alur.StatusPenerusan.TERKIRIM)
    elif urut in forwarded and act.jawaban:
        forwarded[urut] = (*forwarded[urut][:2], act.jawaban)


def _is_as_assessed(
    now: tuple[str, str, int, str, str] | None, last: tuple[int, dict[str, Any]] | None, sheaf: _Sheaf
) -> bool:
    """Whether an assessment is what the journal last told: the entry's id and note. An erased text says nothing."""
    if now is None or last is None:
        return now is None and last is None
    entry, note = last
    told = tuple(note.get(name) for name in ("kemungkinan", "dampak", "pemilik", "tinjau"))
    text = sheaf.texts.get(entry)
    return now[:-1] == told and (text is None or text[1] == now[-1])


def _check_head(row: dict[str, Any], entries: list[dict[str, Any]]) -> list[str]:
    """The report's own keyed length and head: they tell when the last entries are gone."""
    wrong = []
    key_id, length, head = row["jurnal_kunci_id"], row["jurnal_panjang"], row["jurnal_kepala"]
    if key_id not in jurnal.keyring():
        wrong.append(f"kunci “{key_id}” tidak dikenal")
    elif jurnal.mac(key_id, row["nomor"], str(length), head) != row["jurnal_segel"]:
        wrong.append("segel laporan tidak cocok: nomor, panjang atau kepala jurnal diubah")
    if len(entries) != length:
        wrong.append(f"jurnal seharusnya {length} perkembangan, ada {len(entries)}")
    if (entries[-1]["mac"] if entries else "") != head:
        wrong.append("perkembangan terakhir bukan yang tersegel")
    if row["versi"] != length:
        wrong.append("versi tidak sama dengan panjang jurnal")
    return wrong


def _opened(entry: dict[str, Any], previous: str, nomor: str) -> tuple[dict[str, Any] | None, list[str]]:
    """The sealed content when it can be read, and what is wrong with the entry itself."""
    if entry["kunci_id"] not in jurnal.keyring():
        return None, [f"kunci “{entry['kunci_id']}” tidak dikenal"]
    wrong = []
    if jurnal.mac(entry["kunci_id"], previous, entry["isi"]) != entry["mac"]:
        wrong.append("segel tidak cocok: isi diubah, disisipkan, atau yang sebelumnya hilang")
    try:
        isi = json.loads(entry["isi"])
        if not (isinstance(isi, dict) and isi.keys() >= _SEALED_FIELDS):
            raise ValueError
    except ValueError:
        return None, [*wrong, "isi tidak terbaca"]
    columns = {
        "urut": entry["urut"], "waktu": microseconds(entry["pada"]), "pengguna": entry["pengguna_id"],
        "anggota": entry["anggota_id"], "tindakan": entry["tindakan"], "nomor": nomor,
    }  # fmt: skip
    return isi, wrong + [
        f"kolom {name} berbeda dari isi" for name, value in columns.items() if isi[name] != value
    ]


def _check_parts(
    entry: dict[str, Any], isi: dict[str, Any], row: dict[str, Any], sheaf: _Sheaf, found: Hasil
) -> list[str]:
    """The text, photos and station facts that belong to one entry."""
    wrong = []
    stored = sheaf.texts.get(entry["id"])
    if stored and (isi["teks"] is None or jurnal.text_mac(*stored) != isi["teks"]):
        wrong.append("teks diubah atau ditambahkan")
    if stored is None and isi["teks"] is not None:
        # A text may be erased for good reason; the chain stays whole and the number of such texts is said.
        found.teks_dihapus += 1
        if entry["tindakan"] == "file" and row["uraian"]:
            wrong.append("teks dihapus tetapi uraian laporan masih ada")
    if stored and entry["tindakan"] == "file" and stored[1] != row["uraian"]:
        wrong.append("uraian laporan berbeda dari teks yang tersegel")
    if sorted(sheaf.photos.get(entry["id"], [])) != sorted(isi["foto"]):
        wrong.append("lampiran ditambah, dihapus, atau diganti")
    if entry["tindakan"] == "file" and (stored or not isi["tps"]):
        salt = stored[0] if stored else ""
        now = sorted(
            [pk, jurnal.text_mac(salt, jurnal.canonical(v))]
            for pk, v in sheaf.stations.get(row["id"], {}).items()
        )
        if now != isi["tps"]:
            wrong.append("TPS atau keadaannya berbeda dari isi")
    return wrong


def _check_fields(row: dict[str, Any], recorded: dict[str, tuple[Any, str]]) -> list[str]:
    """Fields of the report that differ from what the journal last recorded of them."""
    wrong = []
    for name in JOURNALED:
        # A field younger than the report has its default until an entry records it.
        after, salt = recorded.get(name, (YOUNGER.get(name), ""))
        now = plain(row[name])
        if name in TYPED and not salt:
            continue  # its salt was erased with its words
        if sealed(name, now, salt) != after:
            wrong.append(f"{name.removesuffix('_id')} berbeda dari yang terakhir tercatat di jurnal")
    return wrong


def _check_whole(
    row: dict[str, Any], first: dict[str, Any], entries: list[dict[str, Any]], sheaf: _Sheaf
) -> list[str]:
    """What concerns the report as a whole: how it began, and photos that belong to no entry of its own."""
    wrong = []
    if first and (first["tindakan"] != "file" or first["pengguna"] != row["pelapor_id"]):
        wrong.append("perkembangan pertama bukan dari pelapor")
    if first and first["waktu"] != microseconds(row["waktu_lapor"]):
        wrong.append("waktu lapor berbeda dari perkembangan pertama")
    own = sum(len(sheaf.photos.get(entry["id"], [])) for entry in entries)
    if own != len(sheaf.photos.get(-row["id"], [])):
        wrong.append("ada lampiran dari laporan lain")
    return wrong


# --- counters -----------------------------------------------------------------------------------------


def _check_counters(pemilihan: str, serials: dict[str, list[int]]) -> list[str]:
    """Each day counter against its seal and the reports that are there: a vanished report leaves a gap."""
    wrong, seen = [], set()
    counters = Penghitung.objects.annotate(
        kode=F("posko__wilayah_id"), gladi=F("posko__pemilihan__jenis"), edisi=F("posko__pemilihan__kode")
    )
    if pemilihan:
        counters = counters.filter(edisi=pemilihan)
    fields = ("posko_id", "tanggal", "terakhir", "kunci_id", "segel", "kode", "gladi")
    for counter in counters.order_by("id").values(*fields).iterator(chunk_size=5000):
        prefix = nomor_for(
            counter["kode"], counter["tanggal"], 0, gladi=counter["gladi"] == "gladi"
        ).rpartition("-")[0]
        seen.add(prefix)
        name, last = f"penghitung {prefix}", counter["terakhir"]
        if counter["kunci_id"] not in jurnal.keyring():
            wrong.append(f"{name}: kunci “{counter['kunci_id']}” tidak dikenal")
        elif (
            counter_seal(counter["kunci_id"], counter["posko_id"], counter["tanggal"], last)
            != counter["segel"]
        ):
            wrong.append(f"{name}: segel tidak cocok, hitungan diubah")
        there, highest = serials.get(prefix, (0, 0))
        if there != last or highest != last:
            wrong.append(f"{name}: {last} nomor diberikan, {there} laporan ada ({_gap(last, there)})")
    return wrong + [f"penghitung {prefix}: hilang" for prefix in sorted(set(serials) - seen)]


def _gap(last: int, there: int) -> str:
    return f"{last - there} laporan hilang" if last > there else "nomor tidak urut"


def _strays() -> list[str]:
    """Entries whose report is gone (only possible around the database's own guards)."""
    lost = Perkembangan.objects.filter(~Exists(Laporan.objects.filter(pk=OuterRef("laporan_id"))))
    wrong = []
    for owner, isi in lost.order_by("laporan_id").values_list("laporan_id", "isi")[:1000]:
        match = re.search(r'"nomor":"([^"]+)"', isi)
        wrong.append(f"{match[1] if match else f'laporan {owner}'}: perkembangan tanpa laporan")
    return list(dict.fromkeys(wrong))
