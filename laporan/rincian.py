"""The extra fields of a category: what is asked is data (`Kategori.isian`), some of it for each TPS named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

MOST_LETTERS = 300
MOST_NUMBER = Decimal(10) ** 9
YA_TIDAK = ["ya", "tidak"]


@dataclass
class Kotak:
    """One control of the form. nama: its name in the form. isian: its definition in the category."""

    nama: str
    isian: dict[str, Any]
    nilai: str = ""
    galat: str = ""

    @property
    def label(self) -> str:
        return str(self.isian.get("label") or self.isian["nama"].replace("_", " ").capitalize())

    @property
    def jenis(self) -> str:
        return str(self.isian.get("jenis", "teks"))

    @property
    def penting(self) -> bool:
        """Asked for without "(boleh kosong)". Filing never waits for it: a report needs what, where and a text."""
        return bool(self.isian.get("wajib"))

    @property
    def pilihan(self) -> list[str]:
        return YA_TIDAK if self.jenis == "ya_tidak" else [str(p) for p in self.isian.get("pilihan", [])]


@dataclass
class Baris:
    """Controls that belong together: one TPS (`tps` is its number), or the report as a whole."""

    tps: int | None
    kotak: list[Kotak] = field(default_factory=list)


def rows(isian: list[dict[str, Any]], tps: list[int], data: Mapping[str, str]) -> list[Baris]:
    """The controls for a category's extra fields with what was typed: one row for the report, one per TPS.

    A fact asked per TPS is asked once when no TPS is named; a value given once counts for every TPS that has
    none of its own.
    """
    whole, each = Baris(None), [Baris(n) for n in tps]
    for one in isian:
        once = f"rincian-{one['nama']}"
        if not (one.get("per_tps") and tps):
            whole.kotak.append(Kotak(once, one, data.get(once, "").strip()))
            continue
        for row in each:
            own = f"rincian-{row.tps:03d}-{one['nama']}"
            row.kotak.append(Kotak(own, one, (data.get(own) or data.get(once, "")).strip()))
    return [row for row in (whole, *each) if row.kotak]


def check(lines: list[Baris]) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """The facts of the report and of each TPS; what is wrong is left in the controls' `galat`."""
    whole: dict[str, Any] = {}
    per_tps: dict[int, dict[str, Any]] = {}
    for row in lines:
        target = whole if row.tps is None else per_tps.setdefault(row.tps, {})
        for kotak in row.kotak:
            if not kotak.nilai:
                continue
            try:
                target[kotak.isian["nama"]] = _value(kotak)
            except ValueError as error:
                kotak.galat = str(error)
    return whole, per_tps


def errors(lines: list[Baris]) -> list[str]:
    """What is wrong, each with its label (and TPS)."""
    return [
        f"{kotak.label}{f' (TPS {row.tps:03d})' if row.tps else ''}: {kotak.galat}"
        for row in lines
        for kotak in row.kotak
        if kotak.galat
    ]


def _value(kotak: Kotak) -> Any:
    if "\x00" in kotak.nilai:
        raise ValueError("Berisi huruf yang tidak dapat disimpan.")
    if kotak.jenis == "angka":
        return _number(kotak.nilai)
    if kotak.jenis in ("pilihan", "ya_tidak"):
        if kotak.nilai not in kotak.pilihan:
            raise ValueError("Pilih salah satu dari daftar.")
        return kotak.nilai
    if len(kotak.nilai) > MOST_LETTERS:
        raise ValueError(f"Paling banyak {MOST_LETTERS} huruf.")
    return kotak.nilai


def _number(typed: str) -> int | float:
    """``1.250`` is a thousand and more, ``0,5`` a half: as numbers are written here."""
    plain = typed.replace(" ", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"\d{1,12}(\.\d{1,4})?", plain, re.ASCII) or Decimal(plain) > MOST_NUMBER:
        raise ValueError("Tulis angka saja, misalnya 40.")
    number = Decimal(plain)
    return int(number) if number == number.to_integral_value() else float(number)
