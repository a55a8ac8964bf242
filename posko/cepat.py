"""The second template engine, Jinja2, for fragments of many rows (``*.jinja`` beside the page they belong to).

What stands in a dict is written ``r["nomor"]``: for ``r.nomor`` an attribute is looked for first, in vain, and a list
of fifty rows takes twice as long.
"""

from __future__ import annotations

from typing import Any

import jinja2

from posko.templatetags import posko as tanda


def environment(*, loader: jinja2.BaseLoader, auto_reload: bool, **options: Any) -> jinja2.Environment:
    """Django's loader with autoescape, a missing name as an error, and the icons and numbers of every page."""
    made = jinja2.Environment(
        loader=loader, auto_reload=auto_reload, autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["ikon"] = tanda.icon_html
    made.filters["angka"] = tanda.angka
    return made
