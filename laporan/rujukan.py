"""Kinds of reports shipped as a file (posko/data/kategori.csv). Loading again adds what is missing."""

from __future__ import annotations

import json

from django.db import transaction

from laporan.models import Jenis, Kategori, TemplatPesan
from posko.models import Instansi, Pemilihan
from posko.rujukan import read_csv


@transaction.atomic
def load_categories(pemilihan: Pemilihan) -> int:
    """The categories an edition starts with; how many are new. Agencies must be loaded first."""
    agencies = {i.kode: i for i in Instansi.objects.for_edition(pemilihan.pk)}
    known = set(Kategori.objects.filter(pemilihan=pemilihan).values_list("kode", flat=True))
    rows = [row for row in read_csv("kategori.csv") if row["kode"] not in known]
    new = [_category(row, number, pemilihan, agencies) for number, row in enumerate(rows)]
    Kategori.objects.bulk_create(new)
    through = Kategori.instansi_pendukung.through
    through.objects.bulk_create(
        through(kategori_id=kategori.pk, instansi_id=agencies[kode].pk)
        for kategori, row in zip(new, rows, strict=True)
        for kode in row["instansi_pendukung"].split()
        if kode in agencies
    )
    _load_templates(new)
    return len(new)


def _load_templates(categories: list[Kategori]) -> None:
    """The ready-made words of new categories, by their group (posko/data/templat.csv)."""
    rows = read_csv("templat.csv")
    TemplatPesan.objects.bulk_create(
        TemplatPesan(kategori=kategori, untuk=row["untuk"], judul=row["judul"], isi=row["isi"], urutan=number)
        for kategori in categories
        for number, row in enumerate(rows)
        if row["kelompok"] == kategori.kelompok and kategori.jenis != Jenis.KEGIATAN
    )


def _category(
    row: dict[str, str], number: int, pemilihan: Pemilihan, agencies: dict[str, Instansi]
) -> Kategori:
    return Kategori(
        pemilihan=pemilihan,
        kode=row["kode"],
        nama=row["nama"],
        jenis=row["jenis"],
        kelompok=row["kelompok"],
        instansi_utama=agencies.get(row["instansi_utama"]),
        prioritas=row["prioritas"],
        akses=row["akses"],
        menit_tanggap=int(row["menit_tanggap"]) if row["menit_tanggap"] else None,
        menit_tindak=int(row["menit_tindak"]) if row["menit_tindak"] else None,
        menghentikan_pemungutan=row["menghentikan_pemungutan"] == "ya",
        wajib_tps=row["wajib_tps"] == "ya",
        contoh=row["contoh"],
        isian=json.loads(row["isian"] or "[]"),
        ubin=int(row["ubin"]) if row["ubin"] else None,
        tahapan=row["tahapan"].split(),
        urutan=number,
    )
