"""Pasted chats: every form WhatsApp writes, whatever people type, and nothing lost."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laporan import percakapan
from laporan.percakapan import Pesan, parse

TODAY = dt.date(2024, 2, 15)
AT = dt.datetime(2024, 2, 14, 8, 10)  # noqa: DTZ001

ANDROID = """14/02/24 08.00 - Pesan dan panggilan dienkripsi secara end-to-end. Tidak seorang pun di luar chat ini dapat membacanya.
14/02/24 08.01 - Budi membuat grup "Posko: Siaga"
14/02/24 08.10 - Ketua RT 03: Banjir di TPS 054
air setinggi lutut

kotak suara aman
14/02/24 08.12 - +62 812-0000-1111: <Media tidak disertakan>
14/02/24 08.13 - +62 812-0000-1111: IMG-20240214-WA0001.jpg (file terlampir)
TPS 055 juga tergenang
14/02/24 08.14 - Budi: Pesan ini telah dihapus
14/02/24 08.15 - Budi menambahkan Siti
14/02/24 08.16 - Siti: Siap <Pesan ini diedit>
"""
IOS = """[14/02/24 08.00.01] Posko Kembangan: \u200ePesan dan panggilan dienkripsi secara end-to-end.
[14/02/24 08.10.22] ~\u202fKetua RT 03: Banjir di TPS 054
air setinggi lutut
\u200e[14/02/24 08.12.00] Siti: \u200efoto tidak disertakan
\u200e[14/02/24 08.13.05] Siti: TPS 055 juga \u200e<terlampir: 00000012-PHOTO-2024-02-14.jpg>
"""


def test_an_android_export() -> None:
    found = parse(ANDROID, TODAY)
    assert found.pesan == [
        Pesan(AT, "Ketua RT 03", "Banjir di TPS 054\nair setinggi lutut\n\nkotak suara aman"),
        Pesan(AT.replace(minute=13), "+62 812-0000-1111", "TPS 055 juga tergenang"),
        Pesan(AT.replace(minute=16), "Siti", "Siap"),
    ]
    assert [why for why, _ in found.dilewati] == [
        "Kabar sistem", "Kabar sistem", "Hanya lampiran", "Pesan dihapus", "Kabar sistem",
    ]  # fmt: skip


def test_an_ios_export() -> None:
    found = parse(IOS, TODAY)
    assert found.pesan == [
        Pesan(AT.replace(second=22), "Ketua RT 03", "Banjir di TPS 054\nair setinggi lutut"),
        Pesan(AT.replace(minute=13, second=5), "Siti", "TPS 055 juga"),
    ]
    assert [why for why, _ in found.dilewati] == ["Kabar sistem", "Hanya lampiran"]


@pytest.mark.parametrize(
    "head",
    [
        "14/02/24 08.10 - Budi: ", "14/02/24, 08:10 - Budi: ", "14/02/2024 pukul 08.10 - Budi: ", "14-02-24 08.10 – Budi: ",
        "14.02.24, 08:10 - Budi: ", "2/14/24, 8:10 AM - Budi: ", "2024-02-14 08.10 - Budi: ", "[14/02/24 08.10.00] Budi: ",
        "[14/02/24, 08.10.00] Budi: ", "[2/14/24, 8:10:00\u202fAM] Budi: ", "[08.10, 14/2/2024] Budi: ",
        "[8:10 am, 14/02/2024] Budi: ", "[14/2 08.10] Budi: ", "[14/2, 08.10] Budi: ", "[2/14, 8:10 AM] Budi: ",
    ],
)  # fmt: skip
def test_every_form_of_head(head: str) -> None:
    assert parse(head + "Air naik", TODAY).pesan == [Pesan(AT, "Budi", "Air naik")]


def test_without_a_year_it_is_the_last_such_day() -> None:
    new_year = dt.date(2025, 1, 2)
    [one] = parse("[31/12 23.50] Budi: Air naik", new_year).pesan
    assert one.waktu == AT.replace(month=12, day=31, hour=23, minute=50)


def test_noon_and_midnight() -> None:
    for typed, hour in (("12:05 AM", 0), ("12:05 PM", 12), ("1:05 PM", 13)):
        [one] = parse(f"14/02/24, {typed} - Budi: x", TODAY).pesan
        assert one.waktu == AT.replace(hour=hour, minute=5)


@pytest.mark.parametrize(
    "text",
    [
        "Banjir di TPS 054",
        "Lapor: 14/02/24 banjir",
        "31/02/24 08.10 - Budi: x",
        "99.99 - 1: x",
        "Rapat pukul 08.10 - selesai: ya",
    ],
)
def test_text_without_a_head_is_one_message(text: str) -> None:
    assert parse(text, TODAY).pesan == [Pesan(None, "", text)]


def test_a_colon_in_the_text_is_no_sender() -> None:
    [one] = parse("14/02/24 08.10 - Budi: Posko: air naik: 40 cm", TODAY).pesan
    assert (one.nama, one.teks) == ("Budi", "Posko: air naik: 40 cm")


# --- whatever people type -----------------------------------------------------------------------------

words = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="\x85"),
    min_size=1,
    max_size=40,
)
letters = st.text("abcdefgh ABC 0123 éñ", min_size=1, max_size=20)
safe_names = letters.map(str.strip).filter(bool)
safe_lines = letters.map(lambda s: f"x{s}".strip())
moments = st.datetimes(AT.replace(year=2023), AT).map(lambda m: m.replace(second=0, microsecond=0))
messages = st.lists(
    st.tuples(moments, safe_names, st.lists(safe_lines, min_size=1, max_size=4)), min_size=1, max_size=6
)
FORMS = {
    "android": lambda m, n, t: f"{m:%d/%m/%y %H.%M} - {n}: {t}",
    "ios": lambda m, n, t: f"\u200e[{m:%d/%m/%y %H.%M.%S}] {n}: {t}",
    "web": lambda m, n, t: f"[{m:%H.%M}, {m.day}/{m.month}/{m.year}] {n}: {t}",
    "amerika": lambda m, n, t: f"{m:%d/%m/%Y}, {m:%I:%M %p} - {n}: {t}",
}


@given(messages, st.sampled_from(sorted(FORMS)))
def test_what_was_sent_is_read(sent: list[tuple[dt.datetime, str, list[str]]], form: str) -> None:
    text = "\n".join(FORMS[form](m, n, "\n".join(lines)) for m, n, lines in sent)
    assert parse(text, TODAY).pesan == [Pesan(m, n, "\n".join(lines)) for m, n, lines in sent]


@given(st.text())
def test_never_fails(text: str) -> None:
    parse(text, TODAY)


@given(st.lists(st.one_of(words, st.sampled_from(ANDROID.splitlines() + IOS.splitlines())), max_size=12))
def test_nothing_pasted_is_lost(lines: list[str]) -> None:
    """Every word people typed is in a message or in what was left out."""
    found = parse("\n".join(lines), TODAY)
    kept = " ".join([*(f"{p.nama} {p.teks}" for p in found.pesan), *(text for _, text in found.dilewati)])
    for line in set(lines) - set(ANDROID.splitlines()) - set(IOS.splitlines()):
        for word in typed_words(line):
            assert word in kept


def typed_words(line: str) -> list[str]:
    """Words of a line as the parser sees it: no invisible marks; none of what could be a head or an attachment."""
    clean = line.translate(percakapan._INVISIBLE).translate(percakapan._SPACES)
    if any(pattern.fullmatch(clean.strip()) for pattern in percakapan._HEADS):
        return []
    return percakapan._EDITED.sub(" ", percakapan._MEDIA.sub(" ", clean)).split()
