"""Daftar hadir on paper: a landscape A4 sheet a shift, with room for the paraf and the koordinator's signature."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from piket.kehadiran import HADIR
from piket.lembar import UNSUR
from piket.models import Penugasan, Piket
from posko.kertas import compile_pdf
from posko.models import Unsur
from posko.templatetags.posko import format_date, hari, jam, waktu, zone_word

if TYPE_CHECKING:
    from posko.access import Aktor

Status = Penugasan.Status


def attendance_pdf(shifts: list[Piket], aktor: Aktor, at: dt.datetime) -> bytes:
    """The PDF of these shifts of one post and date (posts loaded), printed at `at` (aware). One query."""
    return compile_pdf("piket/daftar_hadir.typ", attendance_data(shifts, aktor, at))


def attendance_data(shifts: list[Piket], aktor: Aktor, at: dt.datetime) -> dict[str, Any]:
    """What the template prints."""
    posko = shifts[0].posko
    duties: dict[int, list[Penugasan]] = defaultdict(list)
    rows = (
        Penugasan.objects.filter(piket__in=shifts, status__in=(Status.DIJADWALKAN, Status.DIGANTIKAN))
        .select_related("pengguna", "anggota__kursi__instansi", "menggantikan__pengguna")
        .prefetch_related("pengganti__pengguna")
    )
    for duty in sorted(rows, key=_place):
        duties[duty.piket_id].append(duty)
    return {
        "judul": f"Daftar hadir {posko.nama} {format_date(shifts[0].tanggal)}",
        "posko": posko.nama,
        "edisi": posko.pemilihan.nama,
        "gladi": posko.pemilihan.gladi,
        "giliran": [_sheet(one, duties[one.pk], at) for one in shifts],
        "kaki": f"Dicetak oleh {aktor.pengguna.nama}, {waktu(timezone.localtime(at), posko.zona)}",
    }


def _place(duty: Penugasan) -> tuple[bool, int, int, str, str]:
    """Order on paper: the koordinator, then as agencies stand, then by name."""
    agency = duty.anggota.kursi.instansi
    return (not duty.koordinator, UNSUR.index(agency.unsur), agency.urutan, str(agency), duty.pengguna.nama)


def _sheet(piket: Piket, duties: list[Penugasan], at: dt.datetime) -> dict[str, Any]:
    zone = piket.zona
    leader = next((d for d in duties if d.koordinator and d.status == Status.DIJADWALKAN), None)
    return {
        "nama": piket.nama,
        "hari": hari(piket.tanggal),
        "jam": f"{piket.jam} {zone_word(timezone.localtime(piket.waktu.lower, zone))}",
        "baris": [_row(n, duty, zone) for n, duty in enumerate(duties, 1)],
        "jumlah": sum(d.status == Status.DIJADWALKAN for d in duties),
        "hadir": sum(d.kehadiran in HADIR for d in duties if d.status == Status.DIJADWALKAN),
        "tempat": f"{piket.posko.wilayah.nama_pendek}, {format_date(timezone.localtime(at, zone))}",
        "koordinator": leader.pengguna.nama if leader else "",
        "nip": leader.anggota.nip if leader else "",
    }


def _row(number: int, duty: Penugasan, zone: dt.tzinfo) -> list[str]:
    """No, Nama, NIP/NRP, Jabatan, Unsur/Instansi, Datang, Pulang, Ket."""
    member, agency = duty.anggota, duty.anggota.kursi.instansi
    return [
        str(number), duty.pengguna.nama, member.nip or "–", member.jabatan or "–",
        f"{Unsur(agency.unsur).label} / {agency}", jam(duty.datang, zone), jam(duty.pulang, zone), _remark(duty),
    ]  # fmt: skip


def _remark(duty: Penugasan) -> str:
    if duty.status == Status.DIGANTIKAN:
        by = ", ".join(p.pengguna.nama for p in duty.pengganti.all())
        return f"Digantikan {by}".rstrip()
    words = []
    if duty.koordinator:
        words.append("Koordinator")
    if duty.kehadiran and duty.kehadiran != Penugasan.Kehadiran.HADIR:
        words.append(duty.get_kehadiran_display())
    if duty.menggantikan:
        words.append(f"Menggantikan {duty.menggantikan.pengguna.nama}")
    return "; ".join([*words, duty.keterangan] if duty.keterangan else words)
