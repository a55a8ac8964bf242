"""One report: its facts, what happens next, who has it, and everything that was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import alur, linimasa
from laporan.alur import Act
from laporan.models import Laporan
from piket.models import Penugasan
from posko import access
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    from posko.access import Aktor

NOMOR = re.compile(r"G?\d{2,10}-\d{6}-\d{4,}", re.ASCII)
# Acts simple enough for one press; the others have a page of their own.
LANGSUNG = frozenset({"verify", "handle", "close"})
# What a report waits for, by status, when there is nothing for this person to do.
MENUNGGU = {
    "baru": "Menunggu pemeriksaan oleh operator, ketua, atau koordinator posko ini.",
    "perlu_dilengkapi": "Menunggu jawaban dari yang melaporkan. Batas waktu berhenti sementara.",
    "terverifikasi": "Menunggu ditangani oleh posko ini.",
    "ditindaklanjuti": "Sedang dikerjakan. Hasilnya dicatat oleh posko ini.",
    "selesai": "Menunggu diperiksa dan ditutup oleh orang kedua.",
    "ditutup": "Sudah diperiksa orang kedua dan ditutup.",
    "tidak_dilanjutkan": "Tidak dilanjutkan; alasannya ada di linimasa.",
    "digabung": "Sudah digabung ke laporan utama.",
    "tercatat": "Kegiatan dicatat dan masuk Laporan Harian. Tidak ada tindak lanjut.",
}


def seen_or_404(aktor: Aktor, nomor: str) -> Laporan:
    """The report with everything its page and the rules read; hidden and missing alike are 404."""
    if not NOMOR.fullmatch(nomor):
        raise Http404
    laporan = Laporan.objects.visible_to(aktor).for_detail().filter(nomor=nomor).first()
    if laporan is None:
        raise Http404
    return laporan


@login_required
@require_safe
def detail(request: Permintaan, nomor: str) -> HttpResponse:
    """A report's page."""
    aktor = request.aktor
    laporan = seen_or_404(aktor, nomor)
    photos = list(laporan.lampiran.select_related("berkas").order_by("urut"))
    acts = alur.acts_for(aktor, laporan)
    context = {
        "laporan": laporan,
        "zona": laporan.posko.zona,
        "pelapor": reporter(laporan, aktor),
        "foto": photos,
        "rincian": labelled(laporan.rincian, laporan),
        "tps": _stations(laporan),
        "tindakan": acts,
        "langsung": LANGSUNG,
        "menunggu": "" if acts else MENUNGGU[laporan.status],
        "sendiri": _why_not_me(laporan, aktor, acts),
        "bertugas": _on_duty(laporan, aktor),
        "kontak": access.can(aktor, "see_contacts", laporan.posko),
        "linimasa": linimasa.timeline(laporan, aktor, photos),
    }
    return render(request, "laporan/detail.html", context)


def reporter(laporan: Laporan, aktor: Aktor) -> dict[str, str]:
    """Who filed, as this person may know it."""
    if not access.can(aktor, "see_reporter", laporan):
        return {"nama": linimasa.DISAMARKAN, "instansi": "", "atas_nama": ""}
    return {
        "nama": laporan.pelapor.nama,
        "instansi": str(laporan.kursi_pelapor.instansi),
        "atas_nama": laporan.atas_nama,
    }


def labelled(facts: dict[str, Any], laporan: Laporan) -> list[tuple[str, str]]:
    """Extra facts with the words the category asks for them."""
    asked = {one["nama"]: one for one in laporan.kategori.isian}
    order = [name for name in asked if name in facts] + [name for name in facts if name not in asked]
    return [(_label(name, asked), _fact(facts[name])) for name in order if facts[name] not in ("", None)]


def _label(name: str, asked: dict[str, Any]) -> str:
    return str(asked.get(name, {}).get("label") or name.replace("_", " ").capitalize())


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def _stations(laporan: Laporan) -> dict[str, Any]:
    """The polling stations named, as a table whose columns are the facts any of them has."""
    rows = list(laporan.tps.select_related("tps").order_by("tps__nomor"))
    asked = {one["nama"]: one for one in laporan.kategori.isian}
    names = list(dict.fromkeys([*asked, *(n for row in rows for n in row.rincian)]))
    used = [n for n in names if any(row.rincian.get(n) not in (None, "") for row in rows)]
    return {
        "kolom": [_label(name, asked) for name in used],
        "baris": [
            (f"{row.tps.nomor:03d}", row.tps.khusus, [_fact(row.rincian.get(name, "")) for name in used])
            for row in rows
        ],
    }


def _on_duty(laporan: Laporan, aktor: Aktor) -> list[Penugasan]:
    """Who is on duty at the responsible post now, as far as this person may open that post."""
    return list(
        Penugasan.objects.visible_to(aktor)
        .live()
        .filter(piket__posko=laporan.posko_id, waktu__contains=timezone.now())
        .select_related("pengguna", "anggota__kursi__instansi")
        .order_by("-koordinator", "anggota__kursi__instansi__urutan", "id")
    )


def _why_not_me(laporan: Laporan, aktor: Aktor, acts: list[Act]) -> str:
    """Why somebody who runs this post does not find the usual next act: four eyes."""
    if not access.is_penanggung_jawab(aktor, laporan.posko_id) or aktor.arsip:
        return ""
    names = {act.name for act in acts}
    if (
        laporan.status in alur.BELUM_DITANGGAPI
        and "verify" not in names
        and laporan.pelapor_id == aktor.pengguna.pk
    ):
        return "Anda yang melaporkan, jadi orang lain yang memverifikasi."
    if laporan.status == "selesai" and "close" not in names:
        return "Anda yang menyatakan selesai, jadi orang lain yang menutup."
    return ""
