"""Who sees a report: akses × relation, by the cast; and the canary that must not sing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from laporan.models import Laporan
from posko.access import BIASA, RAHASIA, TERBATAS
from posko.models import Anggota
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk

READERS = {
    "pengarah.dki", "operator.dki", "ketua.jakbar", "operator.jakbar", "piket.jakbar", "polres.jakbar", "kpu.jakbar",
    "bawaslu.jakbar", "operator.kembangan", KETUA, "piket.kembangan-selatan",
}  # fmt: skip
# (what the report is) → who sees it. The report is in Kembangan Selatan, filed by PELAPOR.
WHO_SEES = {
    (BIASA, "kejadian"): READERS | {"admin", PELAPOR},
    (TERBATAS, "kejadian"): READERS | {"admin", PELAPOR},
    (RAHASIA, "kejadian"): {KETUA, PELAPOR},
    (BIASA, "kegiatan"): READERS | {"admin", PELAPOR, "partai.jakbar"},
    (TERBATAS, "kegiatan"): READERS | {"admin", PELAPOR},
    (RAHASIA, "kegiatan"): {KETUA, PELAPOR},
}


def sees(dunia: World, laporan: Laporan) -> set[str]:
    """Whose list holds the report (people that can sign in and have a place)."""
    return {
        who
        for who in CAST
        if who not in ("lama.jakbar", "nonaktif.jakbar")
        and Laporan.objects.visible_to(dunia.aktor(who)).filter(pk=laporan.pk).exists()
    }


def put(laporan: Laporan, **fields: object) -> Laporan:
    """Set fields past the acts: the rules are tested here, not the acts."""
    Laporan.objects.filter(pk=laporan.pk).update(**fields)
    return laporan


@pytest.mark.parametrize(("akses", "jenis"), WHO_SEES)
def test_by_akses_and_post(dunia: World, akses: str, jenis: str) -> None:
    laporan = put(dunia.file(kategori="rapat" if jenis == "kegiatan" else "banjir"), akses=akses)
    assert sees(dunia, laporan) == WHO_SEES[akses, jenis]


@pytest.mark.parametrize("akses", [BIASA, TERBATAS, RAHASIA])
def test_forwarded_to_a_seat(dunia: World, akses: str) -> None:
    laporan = dunia.file(KETUA, "banjir")
    # Only the city's post of another part of town ever held it, so that nothing but the seat can show it.
    seats = {"polres.jakbar": "polres", "partai.jakbar": "partai_uji"}
    for who, agency in seats.items():
        kursi = Anggota.objects.get(pengguna=dunia.orang[who]).kursi_id
        put(
            laporan,
            akses=akses,
            jejak=[dunia.posko["31.75"].pk],
            posko=dunia.posko["31.75"],
            diteruskan=[kursi],
        )
        expected = {KETUA} | ({who} if akses != RAHASIA else set())
        expected |= {"operator.jaktim", "admin"} if akses != RAHASIA else set()
        assert sees(dunia, laporan) == expected, agency


def test_field_staff_read_only_biasa_of_their_post(dunia: World) -> None:
    for akses, seen in ((BIASA, True), (TERBATAS, False), (RAHASIA, False)):
        laporan = put(dunia.file(KETUA, "banjir"), akses=akses)
        assert (PELAPOR in sees(dunia, laporan)) is seen, akses


def test_people_named_see_a_rahasia_and_nobody_else(dunia: World) -> None:
    laporan = put(dunia.file(KETUA, "banjir"), akses=RAHASIA, disebut=[dunia.orang["polres.jakbar"].pk])
    assert sees(dunia, laporan) == {KETUA, "polres.jakbar"}
    put(laporan, akses=TERBATAS, jejak=[dunia.posko["31.75"].pk])
    assert "polres.jakbar" not in sees(dunia, laporan)


def test_whoever_held_it_keeps_seeing_it(dunia: World) -> None:
    laporan = dunia.file(kategori="banjir")
    put(laporan, posko=dunia.posko["31.73"])
    assert KETUA in sees(dunia, laporan) and "operator.kembangan" in sees(dunia, laporan)


def test_concerning_the_post_itself_starts_above(dunia: World) -> None:
    laporan = dunia.file(kategori="apk", menyangkut_posko=True)
    assert laporan.posko == dunia.posko["31.73.08"] and dunia.posko["31.73.08.1006"].pk not in laporan.jejak
    assert sees(dunia, laporan) == (READERS | {"admin", PELAPOR}) - {KETUA, "piket.kembangan-selatan"}


def test_one_contestant_membership_restricts_the_whole_person(dunia: World) -> None:
    laporan = dunia.file(kategori="banjir")
    person = dunia.orang["operator.kembangan"]
    assert "operator.kembangan" in sees(dunia, laporan)
    Anggota.objects.create(
        pengguna=person, kursi=dunia.kursi("31.73", "partai_uji"), peran="piket", mulai=timezone.localdate()
    )
    assert "operator.kembangan" not in sees(dunia, laporan)


def test_a_post_above_that_is_not_active_follows_all_the_same(dunia: World) -> None:
    dunia.posko["31.73.08"].status = "siap"
    dunia.posko["31.73.08"].save()
    laporan = dunia.file(kategori="banjir")
    assert "operator.kembangan" in sees(dunia, laporan)


def test_a_closed_edition_is_still_read(dunia: World) -> None:
    laporan = dunia.file(kategori="banjir")
    before = sees(dunia, laporan)
    dunia.edisi.ditutup = timezone.localdate() + dt.timedelta(days=1)
    dunia.edisi.save()
    dunia.edisi.close()
    assert sees(dunia, laporan) == before


CANARY = "kenari-7f3a"


def test_canary_of_a_rahasia_report_sings_to_nobody_else(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(
        KETUA, "banjir", uraian=f"Rahasia {CANARY}.", lokasi=CANARY, rincian={"catatan": CANARY}
    )
    ketua = dunia.aktor(KETUA)
    laporan.reclassify(
        by=ketua, versi=laporan.versi, teks=CANARY, prioritas="kritis", akses=RAHASIA, kategori=laporan.kategori,
        pejabat_kedua=dunia.orang["piket.kembangan-selatan"],
    )  # fmt: skip
    laporan.handle(by=ketua, versi=laporan.versi, teks=CANARY)
    paths = [
        "/laporan/", "/laporan/?lingkup=semua&hari=semua", "/laporan/?urut=batas", "/laporan/?prioritas=kritis",
        "/laporan/?kategori=banjir", "/laporan/?wilayah=31.73", "/laporan/?posko=31.73", "/laporan/?instansi=kpu",
        "/laporan/?milik=saya", "/laporan/?tindakan=saya", "/laporan/?status=ditindaklanjuti", "/laporan/?terlambat=1",
        f"/laporan/{laporan.nomor}/", f"/laporan/{laporan.nomor}/selesai/", f"/laporan/{laporan.nomor}/ubah/",
    ]  # fmt: skip
    for who in sorted(set(CAST) - {KETUA, "piket.kembangan-selatan", "lama.jakbar", "nonaktif.jakbar"}):
        client = masuk(who)
        for path in paths:
            answer = client.get(path)
            assert (
                CANARY not in answer.content.decode()
                and f'data-nomor="{laporan.nomor}"' not in answer.content.decode()
            )
            if laporan.nomor in path:
                assert answer.status_code == 404
    for who in (KETUA, "piket.kembangan-selatan"):
        assert CANARY in masuk(who).get(f"/laporan/{laporan.nomor}/").content.decode()
        assert CANARY in masuk(who).get("/laporan/").content.decode()
