"""Between tiers: help asked from above, responsibility handed up or down, and what happens when nobody answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from laporan import penutupan
from laporan.models import Dukungan, Laporan, Pelimpahan
from laporan.models.antar_tingkat import hand_over_targets
from laporan.situasi import next_acts
from tests.cast import World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk, bring, bring_to, perform, send


def test_support_is_asked_of_the_next_active_post_and_the_report_stays(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "minta_dukungan")
    assert laporan.posko == dunia.posko["31.73.08.1006"] and laporan.dukungan_ke == dunia.posko["31.73.08"]
    rows = next_acts(dunia.aktor(ATASAN), timezone.now())
    assert [(row.nomor, act.name) for row, act in rows if act] == [(laporan.nomor, "answer_support")]
    page = masuk(ATASAN).get(f"/laporan/{laporan.nomor}/jawab-dukungan/").content.decode()
    assert "Perahu." in page
    assert send(masuk(ATASAN), "answer_support", laporan, keputusan="sebagian").status_code == 302
    assert Dukungan.objects.get().status == "sebagian"
    laporan.refresh_from_db()
    assert laporan.dukungan_ke is None and laporan.posko == dunia.posko["31.73.08.1006"]
    timeline = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert "jumlah 2" in timeline and "Jawaban: Dipenuhi sebagian" in timeline


@pytest.mark.parametrize(
    ("field", "value"), [("jumlah", "-1"), ("jumlah", "10001"), ("jumlah", "dua"), ("teks", "")]
)
def test_support_form_says_what_is_wrong(dunia: World, masuk: Masuk, field: str, value: str) -> None:
    laporan = bring(dunia, "terverifikasi")
    assert send(masuk(KETUA), "ask_support", laporan, **{field: value}).status_code == 422


def test_the_province_has_nobody_to_ask(dunia: World) -> None:
    laporan = dunia.file("operator.dki", "data_pemilih", wilayah=dunia.posko["31"].wilayah)
    with pytest.raises(ValidationError, match="Tidak ada posko aktif di atas"):
        laporan.ask_support(by=dunia.aktor("operator.dki"), versi=laporan.versi, teks="Perahu.")


def test_handed_up_and_accepted(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "dilimpahkan")
    assert laporan.posko == dunia.posko["31.73.08"] and laporan.batas_terima is not None
    # Whoever held it keeps reading, and no longer acts.
    assert masuk(KETUA).get(f"/laporan/{laporan.nomor}/").status_code == 200
    assert send(masuk(KETUA), "handle", laporan).status_code == 403
    # The new post first says whether it takes the report.
    early = send(masuk(ATASAN), "handle", laporan)
    assert early.status_code == 409 and "belum diterima" in early.content.decode()
    assert send(masuk(ATASAN), "accept_hand_over", laporan).status_code == 302
    laporan.refresh_from_db()
    assert laporan.batas_terima is None and Pelimpahan.objects.get().status == "diterima"
    assert send(masuk(ATASAN), "handle", laporan).status_code == 302


def test_returned_to_the_sender(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "dilimpahkan")
    assert send(masuk(ATASAN), "return_hand_over", laporan).status_code == 302
    laporan.refresh_from_db()
    assert laporan.posko == dunia.posko["31.73.08.1006"] and Pelimpahan.objects.get().status == "dikembalikan"
    assert send(masuk(KETUA), "hand_over", laporan, tujuan=str(dunia.posko["31.73"].pk)).status_code == 302
    assert [p.urut for p in Pelimpahan.objects.order_by("urut")] == [1, 2]


def test_not_accepted_in_time_is_shown_one_tier_higher(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi")
    perform(dunia, laporan, "hand_over", KETUA, tujuan="31.73", teks="Perlu wali kota.")
    client = masuk("operator.dki")
    assert laporan.nomor not in client.get("/laporan/?tindakan=saya").content.decode()
    later = timezone.now() + dt.timedelta(hours=3)
    assert laporan.nomor in [row.nomor for row, _ in next_acts(dunia.aktor("operator.dki"), later)]
    assert laporan.nomor not in [row.nomor for row, _ in next_acts(dunia.aktor(ATASAN), later)]
    Pelimpahan.objects.update(batas_terima=timezone.now() - dt.timedelta(minutes=1))
    assert laporan.nomor in client.get("/laporan/?tindakan=saya").content.decode()


def test_handed_down_adds_the_posts_between_to_the_trail(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file("piket.jakbar", "data_pemilih", wilayah=dunia.posko["31.73"].wilayah)
    city = dunia.aktor("ketua.jakbar")
    laporan.verify(by=city, versi=laporan.versi)
    assert masuk(ATASAN).get(f"/laporan/{laporan.nomor}/").status_code == 404
    laporan.hand_over(
        by=city, versi=laporan.versi, tujuan=dunia.posko["31.73.08"], teks="Wilayahnya di sana."
    )
    assert set(laporan.jejak) == {dunia.posko[k].pk for k in ("31", "31.73", "31.73.08")}
    assert masuk(ATASAN).get(f"/laporan/{laporan.nomor}/").status_code == 200


def test_only_posts_up_or_down_are_choices(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "terverifikasi")
    assert [p.wilayah_id for p in hand_over_targets(laporan)] == ["31", "31.73", "31.73.08"]
    sideways = send(masuk(KETUA), "hand_over", laporan, tujuan=str(dunia.posko["31.75"].pk))
    assert sideways.status_code == 422
    assert send(masuk(KETUA), "hand_over", laporan, tujuan=str(laporan.posko_id)).status_code == 422
    dunia.posko["31.73.08"].status = "ditutup"
    dunia.posko["31.73.08"].save()
    closed = send(masuk(KETUA), "hand_over", laporan, tujuan=str(dunia.posko["31.73.08"].pk))
    assert closed.status_code == 422


def test_a_report_about_the_post_itself_never_comes_down_to_it(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(PELAPOR, "data_pemilih", menyangkut_posko=True)
    assert laporan.posko == dunia.posko["31.73.08"]
    above = dunia.aktor(ATASAN)
    laporan.verify(by=above, versi=laporan.versi)
    assert [p.wilayah_id for p in hand_over_targets(laporan)] == ["31", "31.73"]
    with pytest.raises(ValidationError):
        laporan.hand_over(by=above, versi=laporan.versi, tujuan=dunia.posko["31.73.08.1006"], teks="Turun.")
    lurah = dunia.kursi("31.73.08.1006", "lurah")
    with pytest.raises(ValidationError):
        perform(dunia, laporan, "forward", ATASAN, kursi=("31.73.08.1006", lurah.instansi.kode))
    assert masuk(KETUA).get(f"/laporan/{laporan.nomor}/").status_code == 404


def test_closing_the_receiving_post_ends_the_waiting(dunia: World) -> None:
    laporan = bring_to(dunia, "dilimpahkan")
    asking = bring_to(dunia, "minta_dukungan")
    penutupan.close_post(dunia.posko["31.73.08"], dunia.aktor("admin.jakbar"))
    handed, asked = Laporan.objects.get(pk=laporan.pk), Laporan.objects.get(pk=asking.pk)
    assert handed.posko == dunia.posko["31.73"] and handed.batas_terima is None
    assert Pelimpahan.objects.get().status == "dialihkan"
    assert asked.dukungan_ke == dunia.posko["31.73"] and Dukungan.objects.get().kepada == dunia.posko["31.73"]


def test_line_of_tiers_names_who_has_it_and_who_had_it(dunia: World, masuk: Masuk) -> None:
    laporan = bring_to(dunia, "dilimpahkan")
    page = masuk("operator.dki").get(f"/laporan/{laporan.nomor}/").content.decode()
    line = page[page.index("jalur-posko") : page.index("</ol>", page.index("jalur-posko"))]
    assert line.count("<li") == 4
    assert "menunggu menerima" in line[line.index("Kecamatan Kembangan") :][:200]
    assert "pernah menangani" in line[line.index("Kembangan Selatan") :]


def test_outside_hours_an_urgent_report_shows_whom_to_call(dunia: World, masuk: Masuk) -> None:
    own = dunia.posko["31.73.08.1006"]
    local = timezone.localtime(timezone.now(), own.zona)
    own.jam_buka = (local + dt.timedelta(hours=2)).time()
    own.jam_tutup = (local + dt.timedelta(hours=3)).time()
    own.save()
    above = dunia.posko["31.73.08"]
    above.hotline = "021-1234"
    above.save()
    laporan = dunia.file(PELAPOR, "banjir")
    assert laporan.posko == above
    page = masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()
    assert 'href="tel:112"' in page and "021-1234" in page
