"""Numbers in words."""

from __future__ import annotations

import pytest

from posko.terbilang import spell


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "nol"), (1, "satu"), (10, "sepuluh"), (11, "sebelas"), (12, "dua belas"), (14, "empat belas"), (20, "dua puluh"),
     (31, "tiga puluh satu"), (100, "seratus"), (111, "seratus sebelas"), (1000, "seribu"), (1100, "seribu seratus"),
     (1999, "seribu sembilan ratus sembilan puluh sembilan"), (2024, "dua ribu dua puluh empat"), (9010, "sembilan ribu sepuluh")],
)  # fmt: skip
def test_numbers_as_letters_spell_them(number: int, words: str) -> None:
    assert spell(number) == words


@pytest.mark.parametrize("number", [-1, 10_000])
def test_beyond_its_range_it_says_so(number: int) -> None:
    with pytest.raises(ValueError, match="di luar"):
        spell(number)
