"""One report: its facts, what happens next, who has it, and everything that was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import alur, linimasa, samaran
from laporan.alur import Act
from laporan.models import CatatanAkses, Laporan
from piket.models import Penugasan
from posko import access
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    from posko.access import Aktor

NOMOR = re.compile(r"G?\d{2,10}-\d{6}-\d{4,}", re.ASCII)
# Readers of a rahasia report are few by its nature; a longer list than this is cut.
MOST_READERS = 100
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


def find_or_404(aktor: Aktor, nomor: str) -> Laporan:
    """The report with everything its page and the rules read; hidden and missing alike are 404."""
    if not NOMOR.fullmatch(nomor):
        raise Http404
    laporan = Laporan.objects.visible_to(aktor).for_detail().filter(nomor=nomor).first()
    if laporan is None:
        raise Http404
    return laporan


def seen_or_404(aktor: Aktor, nomor: str) -> Laporan:
    """`find_or_404` for a page: a rahasia report is journalled as read here, before anything is answered."""
    laporan = find_or_404(aktor, nomor)
    CatatanAkses.objects.note_reading(aktor, laporan, CatatanAkses.Bentuk.HALAMAN)
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
        "pelapor": samaran.reporter(laporan, aktor),
        "foto": photos,
        "rincian": samaran.facts(laporan, aktor),
        "tps": _stations(laporan, aktor),
        "tindakan": acts,
        "langsung": LANGSUNG,
        "menunggu": "" if acts else MENUNGGU[laporan.status],
        "sendiri": _why_not_me(laporan, aktor, acts),
        "bertugas": _on_duty(laporan, aktor),
        "kontak": access.can(aktor, "see_private", laporan),
        "linimasa": linimasa.timeline(laporan, aktor, photos),
        "pembaca": _readers(laporan, aktor),
    }
    return render(request, "laporan/detail.html", context)


def _readers(laporan: Laporan, aktor: Aktor) -> list[dict[str, Any]]:
    """Who read a rahasia report so far, for its ketua."""
    if laporan.akses != access.RAHASIA or not access.can(aktor, "see_readers", laporan):
        return []
    return [
        row | {"lewat": CatatanAkses.Bentuk(row["bentuk"]).label}
        for row in CatatanAkses.objects.readers_of(laporan)[:MOST_READERS]
    ]


def _stations(laporan: Laporan, aktor: Aktor) -> dict[str, Any]:
    rows = laporan.tps.order_by("tps__nomor").values_list("tps__nomor", "tps__khusus", "rincian")
    return samaran.stations(laporan, rows, aktor)


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
