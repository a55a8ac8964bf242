"""Documents on paper: a typst template with its data, as a tagged PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

# Letters that no font draws and no reader means.
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def compile_pdf(template: str, data: dict[str, Any], root: Path | None = None) -> bytes:
    """The PDF of a template of templates/ with `data`, which it reads as JSON from ``sys.inputs.data``.

    root: folder of the pictures it names (default: of the templates). No word of a person is read as markup.
    """
    folder = settings.BASE_DIR / "templates"
    text = json.dumps(data, ensure_ascii=False).translate(_CONTROL)
    common: dict[str, Any] = {
        "root": str(root or folder), "format": "pdf", "ignore_system_fonts": True, "sys_inputs": {"data": text},
    }  # fmt: skip
    source = (folder / template).read_bytes()
    try:
        made = typst.compile(source, pdf_standards="ua-1", **common)  # type: ignore[call-overload]
    except typst.TypstError:
        # PDF/UA wants a glyph for every letter, and the built-in fonts have no emoji: still tagged, without the claim.
        made = typst.compile(source, **common)
    return bytes(made)
