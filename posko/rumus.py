"""Text a spreadsheet would run as a formula: neutralised in our CSV exports, restored by our importers.

Source of the rule: OWASP, "CSV Injection": cells that begin with = + - @ tab or carriage return.
"""

from __future__ import annotations

import re

_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")


def neutralise(text: str) -> str:
    """`text` with one ' before it when a spreadsheet would run it, or when `restore` would mistake it."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """What `neutralise` was given."""
    return text[1:] if _NEUTRALISED.match(text) else text
