"""Formulas in spreadsheets: neutralised by exports, restored by importers, whatever people typed."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from posko.impor import Kolom
from posko.lembar import read_sheets
from posko.rumus import neutralise, restore

RISKY = ["=1+1", "+62 812", "-6.18", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", RISKY)
def test_risky_text_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "banjir", "'tinggi'", "3173-240214-0007", " =1", "a=b"])
def test_other_text_stays(text: str) -> None:
    assert neutralise(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r ab1")) | st.text())
def test_restoring_undoes_neutralising(text: str) -> None:
    assert restore(neutralise(text)) == text
    assert neutralise(text)[:1] not in tuple("=+-@\t\r")


@pytest.mark.parametrize("text", RISKY[:4])
def test_both_importers_strip_it(text: str) -> None:
    assert Kolom("nama", str).value({"nama": neutralise(text)}) == text
    book = Workbook()
    book.active.title = "Data"
    book.active.append(["nama"])
    book.active.append([neutralise(text)])
    out = io.BytesIO()
    book.save(out)
    rows, errors = read_sheets(out.getvalue(), ["Data"], ["nama"])
    assert errors == [] and rows[0].isi["nama"] == text
