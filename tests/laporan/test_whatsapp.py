"""A report as a chat message: the field's form, no reporter, no health details, and only when akses is biasa."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from laporan.models import Laporan
from laporan.pesan import MOST_LINK_LETTERS
from posko.models import TPS
from tests.cast import CAST, World
from tests.laporan.langkah import KETUA, PELAPOR, Masuk, bring
from tests.laporan.test_privacy import CONDITION, PLACE, ill  # noqa: F401
from tests.laporan.test_visible import put


def message(client: Client, laporan: Laporan) -> tuple[str, str]:
    """The text to copy, and the text the WhatsApp link carries."""
    answer = client.get(f"/laporan/{laporan.nomor}/whatsapp/")
    assert answer.status_code == 200
    page = answer.content.decode()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    link = re.search(r'href="(https://wa\.me/[^"]+)"', page)
    assert text and link
    [carried] = parse_qs(urlsplit(html.unescape(link[1])).query)["text"]
    assert len(link[1]) <= MOST_LINK_LETTERS + 200
    return html.unescape(text[1]), carried


def test_the_fields_form(dunia: World, masuk: Masuk) -> None:
    laporan = bring(
        dunia, "selesai", lokasi="RT 04", uraian="Warga <b>antre</b> & ribut.", atas_nama="Ibu Kartini",
        tps=((TPS.objects.get(nomor=54), {}),), rincian={"jumlah": 12},
    )  # fmt: skip
    text, carried = message(masuk(KETUA), laporan)
    assert carried == text
    order = [
        "*GLADI (LATIHAN)*", "*Kepada Yth.* Ketua Posko Kecamatan Kembangan", "*Dari* Posko Kelurahan Kembangan Selatan",
        "*A. Perihal:* Data pemilih (Kejadian, prioritas Sedang)", "*B. Isi laporan*", f"1. Nomor: {laporan.nomor}",
        "2. Waktu kejadian: ", "3. Tempat: RT 04, Kembangan Selatan", "4. TPS: 054", "5. Uraian: Warga <b>antre</b> & ribut.",
        "6. Jumlah: 12", "*C. Tindak lanjut*", "Memverifikasi", "Menyatakan selesai. Sudah surut", "*D. Status:* Selesai",
        f"/laporan/{laporan.nomor}/",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    for name in (dunia.orang[PELAPOR].nama, dunia.orang[KETUA].nama, "Kartini", "FKDM"):
        assert name not in text


def test_nihil_when_nothing_was_done(dunia: World, masuk: Masuk) -> None:
    text, _ = message(masuk(KETUA), dunia.file(kategori="data_pemilih"))
    assert "*C. Tindak lanjut*\nNIHIL\n" in text and "Baru (belum terverifikasi)" in text


def test_what_the_reporter_added_stays(dunia: World, masuk: Masuk) -> None:
    laporan = bring(dunia, "perlu_dilengkapi")
    laporan.complete(by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Saya ketua RT di sini.")
    assert "ketua RT" not in message(masuk(KETUA), laporan)[0]


@pytest.mark.parametrize("akses", ["terbatas", "rahasia"])
def test_refused_unless_biasa(dunia: World, masuk: Masuk, akses: str) -> None:
    laporan = put(dunia.file(), akses=akses)
    for who in sorted(set(CAST) - {"lama.jakbar", "nonaktif.jakbar"}):
        sees = Laporan.objects.visible_to(dunia.aktor(who)).filter(pk=laporan.pk).exists()
        answer = masuk(who).get(f"/laporan/{laporan.nomor}/whatsapp/")
        assert answer.status_code == (403 if sees else 404), who
        assert "Air masuk" not in answer.content.decode()
    assert "whatsapp/" not in masuk(KETUA).get(f"/laporan/{laporan.nomor}/").content.decode()


def test_health_details_never_leave_by_chat(dunia: World, masuk: Masuk, ill: Laporan) -> None:  # noqa: F811
    put(ill, akses="biasa")
    text, _ = message(masuk(KETUA), ill)
    assert CONDITION not in text and PLACE not in text


def test_a_long_report_is_shortened_only_in_the_link(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(uraian="Air & lumpur ä " * 300)
    text, carried = message(masuk(KETUA), laporan)
    assert laporan.uraian.strip() in text
    assert carried.endswith(f"/laporan/{laporan.nomor}/") and len(carried) < len(text)


def test_costs_the_same_whatever_it_holds(dunia: World, masuk: Masuk) -> None:
    small, large = dunia.file(), bring(dunia, "selesai", tps=tuple((t, {}) for t in TPS.objects.all()))
    client, counts = masuk(KETUA), []
    message(client, small)
    for laporan in (small, large):
        with CaptureQueriesContext(connection) as seen:
            message(client, laporan)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7
