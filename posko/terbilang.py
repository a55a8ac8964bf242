"""Numbers in Indonesian words, as official letters spell their dates and copies.

Written here because num2words, the library that does it, needs a package without a wheel, and we install wheels only.
"""

from __future__ import annotations

_UNITS = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
_SCALES = ((1000, "ribu"), (100, "ratus"), (10, "puluh"))


def spell(number: int) -> str:
    """``dua ribu dua puluh empat`` for 2024. Raises ValueError below 0 and from 10,000 on."""
    if not 0 <= number < 10_000:
        raise ValueError(f"di luar 0 sampai 9999: {number}")
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    size, name = next((size, name) for size, name in _SCALES if number >= size)
    many, rest = divmod(number, size)
    words = f"se{name}" if many == 1 else f"{spell(many)} {name}"
    return f"{words} {spell(rest)}" if rest else words
