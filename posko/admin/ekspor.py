"""Spreadsheets that leave admin: every text cell is a string, never a formula."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils import timezone
from import_export.formats.base_formats import XLSX
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

NATIVE = (int, float, dt.date, dt.time, dt.datetime)


def text_cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that shows what it was given: text stays text even when it begins with = + - or @."""
    if isinstance(value, bool):
        value = "ya" if value else "tidak"
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value).replace(tzinfo=None)  # Excel knows no zones
    if value is not None and not isinstance(value, NATIVE):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


class TextXLSX(XLSX):
    """XLSX whose texts cannot run as formulas when somebody opens it."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Data")
        sheet.append([text_cell(sheet, header, bold=True) for header in dataset.headers or []])
        for row in dataset:
            sheet.append([text_cell(sheet, value) for value in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
