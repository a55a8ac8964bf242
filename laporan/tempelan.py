"""From a pasted chat to drafts that a person confirms one by one, with duplicates marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

from laporan import pelaporan, percakapan, serupa, tebakan, tempat
from laporan.forms.baru import FileForm
from laporan.models import Kategori, Laporan, Sumber
from laporan.titipan import Kiriman
from posko.models.wilayah import Tingkat, short_name

if TYPE_CHECKING:
    from laporan.percakapan import Pesan
    from posko.access import Aktor

MOST_DRAFTS = 25
# Shorter answers ("Siap", "86", "Monitor") are read too, but nobody expects a report of them.
SHORT = 15
SAME_TEXT_DAYS = 7
# So many of the newest reports a person may see are compared word for word.
SAME_TEXT_ROWS = 2_000
_NAMESPACE = UUID("7b1f3a52-7a0e-5c1b-9a0e-2f4c6d8e0a11")
FIELDS = (
    "kunci",
    "kategori",
    "wilayah",
    "tps",
    "lokasi",
    "uraian",
    "waktu_kejadian",
    "atas_nama",
    "lintang",
    "bujur",
)


@dataclass
class Draf:
    """One message on its way to a report. form: what would be filed. sudah: the report it already became."""

    nomor: int
    form: FileForm
    pilih: bool = False
    catatan: list[str] = field(default_factory=list)
    sudah: Laporan | None = None
    serupa: list[Laporan] = field(default_factory=list)

    def value(self, name: str) -> str:
        return str(self.form.data.get(name, ""))

    @property
    def jam(self) -> str:
        """The hour typed or guessed, as people write it: ``08.10``."""
        return self.value("waktu_kejadian")[11:16].replace(":", ".")

    @property
    def isi(self) -> dict[str, str]:
        return {name: self.value(name) for name in FIELDS}


def key_of(aktor: Aktor, pesan: Pesan) -> UUID:
    """The key of a message: pasted again, by whichever phone and whenever, it is the same report of this person."""
    minute = pesan.waktu.strftime("%Y%m%d%H%M") if pesan.waktu else ""
    words = " ".join(pesan.teks.split())
    edition = aktor.edisi.pk if aktor.edisi else 0
    return uuid5(_NAMESPACE, "\n".join([str(edition), str(aktor.pengguna.pk), minute, pesan.nama, words]))


def drafts(aktor: Aktor, found: percakapan.Percakapan, now: dt.datetime) -> list[Draf]:
    """Drafts of the first messages of a chat, guessed and compared; the same message twice is one draft."""
    assert aktor.edisi is not None  # noqa: S101 - "paste" refused otherwise
    kinds = list(Kategori.objects.for_edition(aktor.edisi.pk))
    areas = area_names(aktor)
    home = aktor.pos.posko_kode if aktor.pos else ""
    made: dict[str, Draf] = {}
    for pesan in found.pesan:
        if len(made) == MOST_DRAFTS:
            found.dilewati.append(("Melebihi batas sekali tempel", f"{pesan.nama}: {pesan.teks}".strip(": ")))
            continue
        data = _guess(aktor, pesan, kinds, areas, home, now)
        made.setdefault(data["kunci"], Draf(len(made) + 1, FileForm(aktor, data, now)))
    result = list(made.values())
    compare(aktor, result, now)
    for draf in result:
        draf.pilih = not (draf.sudah or draf.serupa or draf.catatan) and bool(draf.value("kategori"))
    return result


def _guess(
    aktor: Aktor, pesan: Pesan, kinds: list[Kategori], areas: dict[str, str], home: str, now: dt.datetime
) -> dict[str, str]:
    """The form of one message as if somebody had typed it."""
    local = timezone.localtime(now, ZoneInfo(aktor.pos.zona) if aktor.pos else None).replace(tzinfo=None)
    happened = tebakan.moment(pesan.teks, pesan.waktu or local)
    kategori = tebakan.kind(pesan.teks, kinds)
    place = tebakan.area(pesan.teks, areas.items()) or (
        home if home.count(".") + 1 == Tingkat.KELURAHAN else ""
    )
    point = tebakan.point(pesan.teks)
    return {
        "kunci": str(key_of(aktor, pesan)), "kategori": kategori.kode if kategori else "",
        "wilayah": full_name(place, areas),
        "tps": tebakan.stations(pesan.teks), "lokasi": "", "uraian": pesan.teks, "baru_saja": "0",
        "waktu_kejadian": happened.strftime("%Y-%m-%dT%H:%M"), "sumber": Sumber.ORANG_LAIN,
        "atas_nama": pesan.nama[:120],
        "lintang": str(point[0]) if point else "", "bujur": str(point[1]) if point else "",
    }  # fmt: skip


def from_form(aktor: Aktor, data: Mapping[str, str], now: dt.datetime) -> list[Draf]:
    """The drafts as the page sends them back: fields named ``d<n>-<field>``, ticks ``pilih``."""
    ticked = set(data.getlist("pilih")) if hasattr(data, "getlist") else set()
    if alone := data.get("satu", ""):
        ticked = {alone}
    found = []
    for n in range(1, MOST_DRAFTS + 1):
        if f"d{n}-kunci" not in data:
            continue
        typed = {name: data.get(f"d{n}-{name}", "") for name in FIELDS}
        typed |= {"baru_saja": "0", "sumber": str(Sumber.ORANG_LAIN)}
        found.append(Draf(n, FileForm(aktor, typed, now), pilih=str(n) in ticked))
    return found


def compare(aktor: Aktor, drafts: list[Draf], now: dt.datetime) -> None:
    """Mark what is filed already: by this person from the same message, by anybody in the same words, or alike."""
    mine = Laporan.objects.filter(pelapor=aktor.pengguna, kunci__in=[d.form.key for d in drafts])
    by_key = {one.kunci: one for one in mine.only("nomor", "kunci", "ringkasan", "status")}
    worded = _same_words(aktor, [d.value("uraian").strip() for d in drafts], now)
    for draf in drafts:
        text = draf.value("uraian").strip()
        draf.sudah = by_key.get(draf.form.key)
        if draf.sudah is None and (same := worded.get(text)):
            draf.serupa = [same]
            draf.catatan.append("Teks yang sama sudah dilaporkan.")
        elif draf.sudah is None:
            draf.serupa = _alike(aktor, draf.form, now)
        if len(text) < SHORT:
            draf.catatan.append("Pesan pendek; mungkin bukan laporan.")


def _same_words(aktor: Aktor, texts: list[str], now: dt.datetime) -> dict[str, Laporan]:
    """Reports of the last days with exactly these texts, among the newest this person may see. One query."""
    newest = Laporan.objects.visible_to(aktor).order_by("-id").values("pk")[:SAME_TEXT_ROWS]
    rows = Laporan.objects.filter(pk__in=newest, waktu_lapor__gte=now - dt.timedelta(days=SAME_TEXT_DAYS))
    found = rows.filter(uraian__in=[t for t in texts if t])
    return {
        one.uraian: one
        for one in found.only("nomor", "uraian", "ringkasan", "tempat", "status", "prioritas", "waktu_lapor")
    }


def _alike(aktor: Aktor, form: FileForm, now: dt.datetime) -> list[Laporan]:
    form.is_valid()
    data = form.cleaned_data
    if not (data.get("kategori") and data.get("wilayah")):
        return []
    point = (data["lintang"], data["bujur"]) if data.get("lintang") is not None else None
    return serupa.similar(aktor, data["kategori"], data["wilayah"], data.get("stasiun", ()), point, now)


def file_ticked(drafts: Iterable[Draf], now: dt.datetime) -> list[Laporan]:
    """File every ticked draft that is complete; what is wrong stays in its form's errors."""
    filed = []
    for draf in drafts:
        if not draf.pilih or not draf.form.is_valid():
            continue
        try:
            draf.sudah = pelaporan.file(draf.form.aktor, draf.form.isian(Kiriman()), at=now)
            filed.append(draf.sudah)
        except pelaporan.KunciBentrok as before:
            draf.sudah = before.laporan
        except ValidationError as error:
            draf.form.add_error(None, error)
    return filed


def area_names(aktor: Aktor) -> dict[str, str]:
    """Short names of the areas this person may report from, by code. One query."""
    return {
        code: short_name(name)
        for code, name in tempat.areas_for(aktor).order_by("kode").values_list("kode", "nama")
    }


def full_name(code: str, areas: Mapping[str, str]) -> str:
    """An area as its field takes it and people say it: ``Kembangan Selatan, Kembangan``."""
    above = areas.get(code.rpartition(".")[0], "")
    name = areas.get(code, "")
    return f"{name}, {above}" if name and above else name
