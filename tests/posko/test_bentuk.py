"""Forming and opening all posts of a province."""

from __future__ import annotations

import csv
import time

import pytest
from django.core.exceptions import PermissionDenied

from laporan.models import Kategori
from laporan.rujukan import load_categories
from posko.access import Aktor
from posko.bentuk import activate_posts, form_posts
from posko.models import Instansi, Kursi, Pemilihan, Pengguna, Posko, Sarpras, Wilayah
from posko.rujukan import DATA, load_reference
from tests.cast import World


def build_dki() -> tuple[Pemilihan, Aktor]:
    """An edition over the 318 areas that ship with Posko, without any post."""
    with (DATA / "wilayah_dki.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            Wilayah.objects.create(
                kode=row["kode"], nama=row["nama"], jenis=row["tingkat"], tingkat=row["kode"].count(".") + 1,
                induk_id=row["induk"] or None,
            )  # fmt: skip
    edisi = Pemilihan.objects.create(
        kode="pemilu-2024", nama="Pemilu 2024", jenis="pemilu", wilayah_id="31", dasar="Kepgub 6/2024",
        dibuka="2024-01-09", ditutup="2024-02-29",
    )  # fmt: skip
    edisi.refresh_from_db()
    founder = Pengguna.objects.create(username="pendiri", nama="Pendiri", is_superuser=True)
    return edisi, Aktor(founder, edisi)


def test_form_posts_builds_a_province_once(db: None) -> None:
    edisi, aktor = build_dki()
    load_reference(edisi)
    started = time.monotonic()
    assert form_posts(edisi, aktor) == 318
    assert time.monotonic() - started < 10
    seats, items = Kursi.objects.count(), Sarpras.objects.count()
    hours = {kode: f"{p.jam_buka:%H}-{p.jam_tutup:%H}" for kode, p in
             ((p.wilayah_id, p) for p in Posko.objects.filter(wilayah__in=["31", "31.73", "31.73.08", "31.73.08.1006"]))}  # fmt: skip
    assert hours == {"31": "08-20", "31.73": "08-16", "31.73.08": "08-15", "31.73.08.1006": "08-14"}
    assert Kursi.objects.filter(posko__wilayah="31.73", instansi__unsur="peserta", peserta=True).count() == 21
    assert not Kursi.objects.filter(posko__wilayah__tingkat__gte=3, instansi__unsur="peserta").exists()
    assert set(Posko.objects.values_list("status", flat=True)) == {"draf"}
    assert form_posts(edisi, aktor) == 0
    assert (Kursi.objects.count(), Sarpras.objects.count()) == (seats, items)
    assert activate_posts(edisi, aktor) == 318
    assert activate_posts(edisi, aktor) == 0


def test_form_posts_leaves_standing_posts_alone(dunia: World) -> None:
    Posko.objects.filter(wilayah="31.73").update(alamat="Lantai 1", hotline="0800")
    Wilayah.objects.create(
        kode="31.73.08.1007", nama="Baru", jenis="kelurahan", tingkat=4, induk_id="31.73.08"
    )
    Wilayah.objects.create(
        kode="31.73.08.1008", nama="Lama", jenis="kelurahan", tingkat=4, induk_id="31.73.08", aktif=False
    )
    assert form_posts(dunia.edisi, dunia.aktor("admin")) == 1
    post = Posko.objects.get(wilayah="31.73")
    assert (post.alamat, post.hotline, post.status) == ("Lantai 1", "0800", "aktif")


@pytest.mark.parametrize("username", ["admin.jakbar", "operator.dki", "partai.jakbar"])
def test_only_superusers_form_and_open_posts(dunia: World, username: str) -> None:
    for act in (form_posts, activate_posts):
        with pytest.raises(PermissionDenied):
            act(dunia.edisi, dunia.aktor(username))


def test_a_closed_edition_is_not_changed(dunia: World) -> None:
    dunia.edisi.close()
    with pytest.raises(PermissionDenied):
        form_posts(dunia.edisi, dunia.aktor("admin"))


def test_reference_loads_once_and_categories_name_real_agencies(db: None) -> None:
    edisi, _ = build_dki()
    first = load_reference(edisi)
    assert first["instansi"] > 70 and first["tahapan"] == 7 and first["jam"] == 4
    assert set(load_reference(edisi).values()) == {0}
    assert load_categories(edisi) > 50
    assert load_categories(edisi) == 0
    assert not Kategori.objects.filter(instansi_utama=None).exists()
    assert Instansi.objects.filter(pemilihan=edisi, unsur="peserta").count() == 21
