"""A pasted chat becomes reports: guessed, compared, confirmed, and never filed twice."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from laporan import tebakan, tempelan
from laporan.models import Kategori, Laporan
from laporan.percakapan import Pesan, parse
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk

URL = "/laporan/tempel/"
WHO = "piket.kembangan-selatan"


def chat(*lines: str, minutes: int = 30) -> str:
    """Messages as an Android phone exports them, one a minute, the first `minutes` ago."""
    first = timezone.localtime() - dt.timedelta(minutes=minutes)
    return "\n".join(
        f"{first + dt.timedelta(minutes=n):%d/%m/%y %H.%M} - {line}" for n, line in enumerate(lines)
    )


FLOOD = "Pak RT 03: Banjir di TPS 054, 055 Kembangan Selatan, air setinggi lutut"
POWER = "Bu Siti: Listrik padam sejak pagi di TPS 060"


def read(client: Client, text: str) -> Any:
    return client.post(URL, {"percakapan": text})


def fields(answer: Any) -> dict[str, str]:
    """The page's drafts as a browser would send them back."""
    page, sent = answer.content.decode(), {}
    for tag in re.findall(r'<input[^>]* name="d\d+-[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        sent[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="(d\d+-uraian)"[^>]*>(.*?)</textarea>', page, re.S):
        sent[name] = text
    for name, rest in re.findall(r'<select[^>]* name="(d\d+-kategori)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', rest)
        sent[name] = chosen[1] if chosen else ""
    return sent


def ticked(answer: Any) -> list[str]:
    return re.findall(r'name="pilih" value="(\d+)" checked', answer.content.decode())


def confirm(client: Client, answer: Any, **other: Any) -> Any:
    return client.post(URL, fields(answer) | {"pilih": ticked(answer)} | other)


def test_from_chat_to_reports(dunia: World, masuk: Masuk) -> None:
    client = masuk(WHO)
    answer = read(client, chat(FLOOD, POWER))
    assert answer.status_code == 200 and ticked(answer) == ["1", "2"] and not Laporan.objects.exists()
    done = confirm(client, answer)
    assert done.status_code == 302 and done["Location"] == "/laporan/?milik=saya&lingkup=semua"
    flood, power = Laporan.objects.order_by("id")
    assert (flood.kategori.kode, power.kategori.kode) == ("banjir", "listrik")
    assert [row.tps.nomor for row in flood.tps.all()] == [54, 55]
    assert flood.wilayah_id == power.wilayah_id == "31.73.08.1006"
    assert flood.sumber == "orang_lain" and flood.atas_nama == "Pak RT 03"
    assert flood.pelapor == dunia.orang[WHO] and flood.uraian == FLOOD.split(": ", 1)[1]
    minute = (timezone.now() - dt.timedelta(minutes=30)).replace(second=0, microsecond=0)
    assert abs(flood.waktu_kejadian - minute) <= dt.timedelta(minutes=1)
    assert flood.perkembangan.count() == 1


def test_pasting_twice_creates_nothing_twice(dunia: World, masuk: Masuk) -> None:
    client, text = masuk(WHO), chat(FLOOD, POWER)
    confirm(client, read(client, text))
    before = set(Laporan.objects.values_list("nomor", flat=True))
    again = read(client, text)
    page = again.content.decode()
    assert all(nomor in page for nomor in before) and ticked(again) == [] and fields(again) == {}
    # Even a page from before, sent once more, and with other words:
    stale = {"d1-kunci": str(tempelan.key_of(dunia.aktor(WHO), parse(text, timezone.localdate()).pesan[0]))}
    stale |= {"d1-kategori": "banjir", "d1-uraian": "lain", "d1-wilayah": "31.73.08.1006", "pilih": "1"}
    client.post(URL, stale)
    assert set(Laporan.objects.values_list("nomor", flat=True)) == before


def test_the_same_message_from_another_phone_is_the_same(dunia: World) -> None:
    aktor, at = dunia.aktor(WHO), dt.datetime(2024, 2, 14, 8, 10, 22)  # noqa: DTZ001
    first = tempelan.key_of(aktor, Pesan(at, "Budi", "Air  naik\nlagi"))
    assert first == tempelan.key_of(aktor, Pesan(at.replace(second=0), "Budi", "Air naik lagi"))
    others = [
        tempelan.key_of(aktor, Pesan(at, "Siti", "Air naik lagi")),
        tempelan.key_of(aktor, Pesan(at.replace(minute=11), "Budi", "Air naik lagi")),
        tempelan.key_of(dunia.aktor(KETUA), Pesan(at, "Budi", "Air naik lagi")),
    ]
    assert len({first, *others}) == 4


def test_twice_in_one_paste_is_one_draft(dunia: World, masuk: Masuk) -> None:
    line = chat(FLOOD)
    answer = read(masuk(WHO), f"{line}\n{line}")
    assert answer.content.decode().count("data-draf=") == 1


def test_filed_by_somebody_else_is_marked_and_not_ticked(dunia: World, masuk: Masuk) -> None:
    same = dunia.file(KETUA, "listrik", uraian=POWER.split(": ", 1)[1])
    alike = dunia.file(KETUA, "banjir")
    answer = read(masuk(WHO), chat(FLOOD, POWER))
    page = answer.content.decode()
    assert ticked(answer) == [] and "Teks yang sama sudah dilaporkan." in page
    assert page.count(f'href="/laporan/{same.nomor}/"') == 1 and f'href="/laporan/{alike.nomor}/"' in page


def test_marks_nothing_a_person_may_not_see(dunia: World, masuk: Masuk) -> None:
    hidden = dunia.file(PELAPOR, "banjir", uraian=FLOOD.split(": ", 1)[1], menyangkut_posko=True)
    answer = read(masuk(WHO), chat(FLOOD))
    assert hidden.nomor not in answer.content.decode() and ticked(answer) == ["1"]


def test_short_and_unknown_messages_wait_for_a_person(dunia: World, masuk: Masuk) -> None:
    answer = read(masuk(WHO), chat("Budi: Siap 86", "Budi: Mohon arahan untuk besok pagi ya"))
    assert ticked(answer) == [] and answer.content.decode().count("data-draf=") == 2
    assert "mungkin bukan laporan" in answer.content.decode()


def test_one_by_one(dunia: World, masuk: Masuk) -> None:
    client = masuk(WHO)
    answer = read(client, chat(FLOOD, POWER))
    page = confirm(client, answer, satu="2")
    assert page.status_code == 200 and Laporan.objects.get().kategori.kode == "listrik"
    assert Laporan.objects.get().nomor in page.content.decode() and set(fields(page)) == {
        name for name in fields(answer) if name.startswith("d1-")
    }


def test_what_is_wrong_is_said_and_the_rest_is_filed(dunia: World, masuk: Masuk) -> None:
    client = masuk(WHO)
    answer = read(client, chat(FLOOD, POWER))
    sent = fields(answer) | {"pilih": ["1", "2"], "d1-tps": "999", "d1-uraian": "Diketik ulang <b>"}
    page = client.post(URL, sent)
    assert page.status_code == 422 and "TPS 999 tidak ada" in page.content.decode()
    assert (
        "Diketik ulang &lt;b&gt;" in page.content.decode()
        and Laporan.objects.get().kategori.kode == "listrik"
    )


def test_nothing_ticked_is_said(dunia: World, masuk: Masuk) -> None:
    client = masuk(WHO)
    page = client.post(URL, fields(read(client, chat(FLOOD))))
    assert page.status_code == 422 and "Belum ada yang dipilih" in page.content.decode()
    assert not Laporan.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 60_001, "a\x00b", "14/02/24 08.00 - Budi keluar"])
def test_bad_pastes_are_422_and_keep_the_text(dunia: World, masuk: Masuk, text: str) -> None:
    answer = read(masuk(WHO), text)
    assert answer.status_code == 422 and "isian-salah" in answer.content.decode()


def test_broken_fields_are_never_500(dunia: World, masuk: Masuk) -> None:
    client = masuk(WHO)
    for broken in ("", "\x00", "9" * 300, "<script>", "2024-99-99T99:99", str(uuid.uuid4())):
        sent = {f"d1-{name}": broken for name in tempelan.FIELDS} | {"pilih": "1"}
        assert client.post(URL, sent).status_code in (200, 302, 422), broken
    assert not Laporan.objects.exists()


def test_only_people_in_a_post_paste(dunia: World, masuk: Masuk) -> None:
    may = {
        who
        for who in CAST
        if who not in ("lama.jakbar", "nonaktif.jakbar") and masuk(who).get(URL).status_code == 200
    }
    assert may == {
        who for who in CAST if who not in ("lama.jakbar", "nonaktif.jakbar") and dunia.aktor(who).di_posko
    }
    assert not may & {"admin", "admin.jakbar", PELAPOR}


def test_many_messages_are_read_to_a_limit(dunia: World, masuk: Masuk) -> None:
    answer = read(
        masuk(WHO), chat(*(f"Budi {n}: Pohon tumbang nomor {n} di jalan" for n in range(40)), minutes=60)
    )
    page = answer.content.decode()
    assert page.count("data-draf=") == tempelan.MOST_DRAFTS and "Dilewati: 15" in page
    assert len(answer.content) <= 300_000


def test_reading_costs_a_few_queries_a_draft(dunia: World, masuk: Masuk) -> None:
    client, counts = masuk(WHO), []
    read(client, chat(FLOOD))
    for n in (1, 11):
        text = chat(*(f"Budi {k}: Banjir di TPS {k + 1:03d} Kembangan Selatan" for k in range(n)))
        with CaptureQueriesContext(connection) as seen:
            read(client, text)
        counts.append(len(seen))
    assert counts[1] - counts[0] == 10 * 4 and counts[0] <= 16


# --- guesses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Banjir TPS 054", "054"), ("tps no. 7 dan 8", "007, 008"), ("TPS 12-14, RW 03", "012, 013, 014"),
        ("TPS054/055", "054, 055"), ("TPS 5 & TPS 6", "005, 006"), ("air 40 cm di RT 03", ""), ("TPS 1234", ""), ("TPS 9-3", ""),
    ],
)  # fmt: skip
def test_stations(text: str, numbers: str) -> None:
    assert tebakan.stations(text) == numbers


AREAS = [
    ("31.73.08", "Kembangan"),
    ("31.73.08.1001", "Kembangan Utara"),
    ("31.73.08.1006", "Kembangan Selatan"),
    ("31.71.06", "Menteng"),
    ("31.71.06.1001", "Menteng"),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Banjir di Kel. Kembangan Selatan", "31.73.08.1006"), ("kembangan  utara tergenang", "31.73.08.1001"),
        ("Kec Kembangan aman", "31.73.08"), ("Menteng padam", "31.71.06.1001"), ("Kembanganan", ""), ("entah di mana", ""),
    ],
)  # fmt: skip
def test_area(text: str, code: str) -> None:
    assert tebakan.area(text, AREAS) == code


def test_the_hour_in_the_text_is_when_it_happened() -> None:
    sent = dt.datetime(2024, 2, 14, 8, 10)  # noqa: DTZ001
    assert tebakan.moment("Sejak pukul 07.30 padam", sent) == sent.replace(hour=7, minute=30)
    for text in ("besok jam 09.00", "pukul 99.99", "padam"):
        assert tebakan.moment(text, sent) == sent


def test_a_shared_place_is_a_point() -> None:
    assert tebakan.point("Lokasi: https://maps.google.com/?q=-6.19,106.74") == (-6.19, 106.74)
    assert tebakan.point("https://www.google.com/maps/@-6.2,106.8,17z") == (-6.2, 106.8)
    assert tebakan.point("https://maps.google.com/?q=-96.19,106.74") is None


@pytest.mark.parametrize(
    ("text", "kode"),
    [
        ("Air tergenang setinggi lutut di TPS 054", "banjir_roboh"), ("Pohon tumbang menutup jalan", "banjir_roboh"),
        ("Surat suara kurang 100 lembar", "logistik_kurang_rusak"), ("Anggota KPPS pingsan dibawa ke puskesmas", "petugas_sakit"),
        ("Ada pembagian amplop di RW 04", "politik_uang"), ("Spanduk dan baliho masih terpasang", "apk"),
        ("Listrik padam di tiga RT", "gangguan_listrik_jaringan"), ("Sirekap tidak bisa dibuka", "sirekap_siwaslu"),
        ("Warga tidak terdaftar di DPT", "data_pemilih"), ("Rapat koordinasi persiapan", "rapat"), ("Selamat pagi semua", None),
    ],
)  # fmt: skip
def test_kind_of_the_shipped_table(text: str, kode: str | None) -> None:
    import csv

    from tests.cast import DATA

    with (DATA / "kategori.csv").open(newline="", encoding="utf-8") as lines:
        kinds = [Kategori(kode=row["kode"], nama=row["nama"]) for row in csv.DictReader(lines)]
    found = tebakan.kind(text, kinds)
    assert (found.kode if found else None) == kode


@given(st.text())
def test_guessing_never_fails(text: str) -> None:
    sent = dt.datetime(2024, 2, 14, 8, 10)  # noqa: DTZ001
    tebakan.stations(text)
    tebakan.area(text, AREAS)
    tebakan.point(text)
    assert tebakan.moment(text, sent) <= sent
    tebakan.kind(text, [Kategori(kode="apk", nama="APK melanggar")])
