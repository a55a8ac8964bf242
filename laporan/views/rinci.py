"""One report: its facts, what happens next, who has it, and everything that was done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import alur, halaman, hidup, linimasa, penanganan, samaran, sekitar, tps
from laporan.alur import Act
from laporan.models import CatatanAkses, Lampiran, Laporan
from laporan.saringan import Saringan
from posko import access
from posko.kursor import asked_often
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    from posko.access import Aktor

NOMOR = re.compile(r"G?\d{2,10}-\d{6}-\d{4,}", re.ASCII)
# Readers of a rahasia report are few by its nature; a longer list than this is cut.
MOST_READERS = 100
# Acts simple enough for one press; the others have a page of their own.
LANGSUNG = frozenset({"verify", "handle", "close", "accept_hand_over"})
# So many acts are in sight; the rest is under "Tindakan lain".
MAIN_ACTS = 3
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


def find_or_404(aktor: Aktor, nomor: str, *, trail: bool = False) -> Laporan:
    """The report with everything the rules read (trail: and its page); hidden and missing alike are 404."""
    if not NOMOR.fullmatch(nomor):
        raise Http404
    rows = Laporan.objects.visible_to(aktor).for_detail()
    try:
        # Not first(): its order and limit make the database weigh plans for a row a unique key finds.
        with asked_often():
            laporan = (rows.with_trail() if trail else rows).get(nomor=nomor)
    except Laporan.DoesNotExist:
        raise Http404 from None
    if aktor.edisi:
        laporan.pemilihan = aktor.edisi  # the only edition in which anything is visible
    return laporan


def seen_or_404(aktor: Aktor, nomor: str, *, trail: bool = False) -> Laporan:
    """`find_or_404` for a page: a rahasia report is journalled as read here, before anything is answered."""
    laporan = find_or_404(aktor, nomor, trail=trail)
    CatatanAkses.objects.note_reading(aktor, laporan, CatatanAkses.Bentuk.HALAMAN)
    return laporan


@login_required
@require_safe
def detail(request: Permintaan, nomor: str) -> HttpResponse:
    """A report's page. A live page asks whether it changed, and gets a notice, never the report."""
    aktor = request.aktor
    if request.htmx:
        return _changed(request, nomor)
    laporan = seen_or_404(aktor, nomor, trail=True)
    photos = _photos(laporan)
    acts = alur.acts_for(aktor, laporan)
    events = linimasa.timeline(laporan, aktor, photos)
    siapa = penanganan.handling(laporan, aktor, timezone.now(), {e.dari for e in events if e.dari})
    asks = any(card.jawab for card in siapa.kartu)
    context = {
        "laporan": laporan,
        "zona": laporan.posko.zona,
        "pelapor": samaran.reporter(laporan, aktor),
        "foto": photos,
        "rincian": samaran.facts(laporan, aktor),
        "tps": tps.stations(laporan, aktor),
        "sekitar": sekitar.around(laporan, aktor),
        "tindakan": acts[:MAIN_ACTS],
        "tindakan_lain": acts[MAIN_ACTS:],
        "langsung": LANGSUNG,
        "menunggu": "" if acts or asks else _waits_for(laporan),
        "sendiri": _why_not_me(laporan, aktor, acts),
        "siapa": siapa,
        "kontak": access.can(aktor, "see_phones", laporan),
        "linimasa": events,
        "pembaca": _readers(laporan, aktor, once=any(event.membuka_rahasia for event in events)),
        "hidup": hidup.tag_of_version(laporan.versi),
        "daftar": _way_through_list(laporan, aktor, request.GET.get("dari", "")),
    }
    return render(request, "laporan/detail.html", context)


def _photos(laporan: Any) -> list[Lampiran]:
    """The photos of a report read with `with_trail`. One query, none when it has none."""
    return list(laporan.lampiran.select_related("berkas").order_by("urut")) if laporan.punya_foto else []


def _way_through_list(laporan: Laporan, aktor: Aktor, query: str) -> dict[str, str]:
    """Addresses of the list the person comes from, and of the reports before and after this one in it.

    query: the list's query string (`?dari=`). Read like the list reads it: what means nothing is dropped.
    """
    if not query or not access.can(aktor, "read_laporan"):
        return {}
    asked = QueryDict(query[:1500])
    chosen = Saringan.read(asked, aktor)
    place = {name: asked[name][:40] for name in ("sesudah", "sebelum") if asked.get(name)}
    address = chosen.address(**place)
    before, after = halaman.neighbours(chosen, aktor, timezone.now(), asked, laporan)
    way = f"?dari={quote(address[1:])}"
    return {
        "url": reverse("laporan:list") + address,
        "sebelum": reverse("laporan:detail", args=[before]) + way if before else "",
        "sesudah": reverse("laporan:detail", args=[after]) + way if after else "",
    }


def _changed(request: Permintaan, nomor: str) -> HttpResponse:
    """304, or the notice that the report is not what the page shows any more. Nothing of its content is answered."""
    denyut = hidup.pulse_of_report(nomor, request.aktor) if NOMOR.fullmatch(nomor) else None
    if denyut is None:
        raise Http404
    same = hidup.unchanged(request, denyut)
    if same is not None:
        return same
    page = render(
        request, "laporan/detail_hidup.html", {"nomor": nomor, "hidup": denyut.tag, "berubah": True}
    )
    return hidup.mark(page, denyut.tag, denyut.menunggu)


@login_required
@require_safe
def stations(request: Permintaan, nomor: str) -> HttpResponse:
    """All stations a report and those merged into it name, with their facts and sums; made to be printed."""
    laporan = seen_or_404(request.aktor, nomor)
    context = {"laporan": laporan, "zona": laporan.posko.zona, "saat": timezone.now()}
    return render(request, "laporan/stations.html", context | {"tps": tps.stations(laporan, request.aktor)})


def _readers(laporan: Laporan, aktor: Aktor, *, once: bool) -> list[dict[str, Any]]:
    """Who read a report while it was rahasia, for the ketua of its post. once: it was, and is not any more."""
    if not (once or laporan.akses == access.RAHASIA) or not access.can(aktor, "see_readers", laporan):
        return []
    return [
        row | {"lewat": CatatanAkses.Bentuk(row["bentuk"]).label}
        for row in CatatanAkses.objects.readers_of(laporan)[:MOST_READERS]
    ]


def _waits_for(laporan: Laporan) -> str:
    """What the report waits for when there is nothing for this person to do."""
    if laporan.batas_terima is not None:
        return f"Menunggu diterima oleh {laporan.posko.nama}."
    if laporan.status == "ditindaklanjuti" and laporan.penerusan_terbuka:
        return "Menunggu jawaban instansi yang menerima penerusan."
    return MENUNGGU[laporan.status]


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
