"""The list of reports: open ones first, filters in the address, one line a report."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from laporan import halaman, hidup, massal
from laporan.cari import kata
from laporan.halaman import Halaman
from laporan.models import Laporan
from laporan.saringan import NAMA, PILIHAN_TETAP, SAKELAR, URUT, Pilihan, Saringan
from posko import access
from posko.permintaan import Permintaan
from posko.templatetags import posko as tanda

if TYPE_CHECKING:
    from posko.access import Aktor

SIZE = 50


@login_required
def list_(request: Permintaan) -> HttpResponse:
    """One page of the list (`?sesudah=`, `?sebelum=`) for the filters in the address."""
    aktor = request.aktor
    if not access.can(aktor, "read_laporan"):
        raise PermissionDenied
    now = timezone.now()
    denyut = _pulse(request, now) if request.htmx else None
    if denyut and (same := hidup.unchanged(request, denyut)):
        return same
    chosen = Saringan.read(request.GET, aktor)
    page = halaman.read_page(chosen, aktor, now, request.GET, SIZE)
    tag = hidup.tag_of(((r["id"], r["versi"], r["batas_waktu"]) for r in page.baris), now)
    context = filters(chosen, aktor) | {
        "baris": lines(page.baris, chosen.address(**_position(request))),
        "mirip": _similar_words_shown(page),
        "meluas": page.ditanya is not None and page.ditanya.asal is not None,
        "simpan": f"{reverse('laporan:keep')}?kueri={quote(chosen.address()[1:])}"
        if chosen.menyaring
        else "",
        "baru": chosen.address(**page.baru) if page.baru else "",
        "lama": chosen.address(**page.lama) if page.lama else "",
        "awal": chosen.address() if _position(request) and not page.baris else "",
        "kosong": _empty(chosen, aktor),
        "hidup": tag,
        "massal": massal.acts_for(aktor),
        "alamat": request.path + chosen.address(**_position(request)),
    }
    if denyut is None:
        return render(request, "laporan/list.html", context)
    answer = render(request, "laporan/list_hidup.html", context)
    return hidup.mark(answer, tag, denyut.menunggu)


def _pulse(request: Permintaan, now: dt.datetime) -> hidup.Denyut:
    """What this page of the list would show now, without its words."""
    aktor = request.aktor
    chosen = Saringan.read(request.GET, aktor, Pilihan(dibaca=False))
    rows = chosen.narrow(Laporan.objects.visible_to(aktor), aktor, now)
    columns = ("pk", "versi", "batas_waktu")
    if chosen.looks_back:
        near, whole = halaman.near(rows, request.GET)
        denyut, count = hidup.pulse_of_page(near.values_list(*columns)[:SIZE], aktor, now)
        if whole or count == SIZE:
            return denyut
    if chosen.looks_back or chosen.cari is not None:
        found = halaman.read_page(chosen, aktor, now, request.GET, SIZE).baris
        tag = hidup.tag_of(((r["id"], r["versi"], r["batas_waktu"]) for r in found), now)
        return hidup.Denyut(tag, hidup.waiting(aktor, now))
    shown = halaman.placed(rows, chosen.urut, request.GET)
    if aktor.peserta:  # as the list itself: the index says which, only those are read
        shown = Laporan.objects.filter(pk__in=shown.values("pk")[:SIZE])
    return hidup.pulse_of_rows(shown.values_list(*columns)[:SIZE], aktor, now)


_RENTANG = {"7": "7 hari", "30": "30 hari", "semua": "Semua waktu"}


def filters(chosen: Saringan, aktor: Aktor) -> dict[str, Any]:
    """What the filters' templates print, for every page that has them."""
    return {
        "saring": chosen,
        "tab": _tabs(chosen),
        "cepat": _shortcuts(chosen, aktor),
        "rentang": [(words, chosen.address(hari=key), key == chosen.hari) for key, words in _RENTANG.items()],
        "isian": _controls(chosen, aktor),
    }


def _position(request: Permintaan) -> dict[str, str]:
    """Which page of the list is asked for, as parameters of its address."""
    return {name: request.GET[name][:40] for name in ("sesudah", "sebelum") if request.GET.get(name)}


def _similar_words_shown(page: Halaman) -> list[str]:
    """Words taken for typos, so far as the rows on this page show them: of others the vocabulary says nothing."""
    if page.ditanya is None or not page.ditanya.mirip:
        return []
    names = ("ringkasan", "tempat", "kategori_nama", "instansi_nama")
    shown = set(kata.letters(" ".join(row[name] for row in page.baris for name in names)))
    return [word for word in page.ditanya.mirip if word in shown][:3]


def lines(found: list[dict[str, Any]], address: str = "") -> list[dict[str, Any]]:
    """Rows as the template prints them. Marks are looked up, not rendered: fifty rows cost fifty dicts.

    address: the list's query string, which the links carry so that the report's page knows its neighbours.
    """
    base, way = tanda.alamat("laporan:list"), f"?dari={quote(address[1:])}" if address else ""
    for row in found:
        row["url"] = f"{base}{row['nomor']}/{way}"
        row["p"] = tanda.prioritas(row["prioritas"])
        row["s"] = tanda.status(row["status"])
        row["a"] = tanda.akses(row["akses"]) if row["akses"] != access.BIASA else ""
        row["batas"] = tanda.batas(row["batas_waktu"])
    return found


def _tabs(chosen: Saringan) -> list[tuple[str, str, bool]]:
    return [
        (words, chosen.address(lingkup=key, hari=None, urut=None), chosen.lingkup == key)
        for key, words in (("terbuka", "Terbuka"), ("semua", "Semua"))
    ]


def _shortcuts(chosen: Saringan, aktor: Aktor) -> list[tuple[str, str]]:
    """Switches not set yet, as links."""
    return [
        (words, chosen.address(**{name: value}))
        for name, (value, words) in SAKELAR.items()
        if name not in chosen.nilai and not (name == "terlambat" and chosen.lingkup != "terbuka")
    ]


def _controls(chosen: Saringan, aktor: Aktor) -> dict[str, Any]:
    """The filter form: check boxes and selects with what is chosen now."""
    offered = {
        "kategori": {kode: row[1] for kode, row in chosen.pilihan.kategori.items()},
        "instansi": chosen.pilihan.instansi,
        "wilayah": chosen.pilihan.wilayah if len(chosen.pilihan.wilayah) > 1 else {},
        "posko": {
            kode: f"Ditangani di {chosen.pilihan.wilayah[kode]}" for kode in _post_codes(chosen, aktor)
        },
    }
    return {
        "centang": [
            (name, title, [(key, words, key in chosen.nilai.get(name, ())) for key, words in choices.items()])
            for name, (title, choices) in PILIHAN_TETAP.items()
        ],
        "pilih": [
            (
                name,
                NAMA[name],
                [(key, words, key in chosen.nilai.get(name, ())) for key, words in choices.items()],
            )
            for name, choices in offered.items()
            if choices
        ],
        "sakelar": [(name, value, words, name in chosen.nilai) for name, (value, words) in SAKELAR.items()],
        "urut": [
            (value, words, value == chosen.urut)
            for value, words in URUT.items()
            if (value != "cocok" or chosen.cari) and (value != "batas" or chosen.lingkup == "terbuka")
        ],
        "lingkup": chosen.lingkup,
        "hari": chosen.hari,
    }


def _post_codes(chosen: Saringan, aktor: Aktor) -> list[str]:
    own = [m.posko_kode for m in aktor.pelaku]
    return [
        kode
        for kode in dict.fromkeys([*own, *chosen.nilai.get("posko", ())])
        if kode in chosen.pilihan.wilayah
    ]


def _empty(chosen: Saringan, aktor: Aktor) -> dict[str, str]:
    """What an empty list says: why it is empty and how to go on."""
    if chosen.cari:
        wide = Saringan(chosen.pilihan, lingkup="semua", hari="semua", urut="cocok", cari=chosen.cari)
        narrowed = chosen.nilai or chosen.lingkup != "semua" or chosen.hari != "semua"
        return {
            "judul": f"Tidak ada laporan yang cocok dengan “{chosen.cari.teks}”",
            "isi": "Periksa ejaannya, atau cari dengan satu kata, nomor laporan, nomor TPS, atau nama tempat.",
            "url": wide.address() if narrowed else "", "tombol": "Cari di semua laporan",
        }  # fmt: skip
    if set(chosen.nilai) == {"terlambat"}:
        return {
            "judul": "Tidak ada yang lewat batas waktu",
            "isi": "Semua laporan terbuka masih dalam batas waktunya.",
        }
    if set(chosen.nilai) == {"tindakan"}:
        return {
            "judul": "Tidak ada yang menunggu Anda",
            "isi": "Laporan yang perlu Anda tindak akan muncul di sini.",
        }
    if chosen.nilai:
        bare = Saringan(chosen.pilihan, lingkup=chosen.lingkup)
        return {
            "judul": "Tidak ada laporan yang cocok",
            "isi": "Hapus sebagian saringan, atau buka rentang yang lebih lebar.",
            "url": bare.address(), "tombol": "Hapus semua saringan",
        }  # fmt: skip
    if chosen.lingkup == "terbuka":
        return {
            "judul": "Tidak ada laporan terbuka",
            "isi": "Kejadian dan potensi permasalahan yang masuk akan muncul di sini.",
            "url": chosen.address(lingkup="semua"), "tombol": "Lihat semua laporan",
        }  # fmt: skip
    return {"judul": "Belum ada laporan", "isi": "Laporan yang masuk pada rentang ini akan muncul di sini."}
