"""House rules as tests. Each rule is a function from text or models to what breaks it, and is shown to bite."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("posko", "piket", "laporan")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted(p for name in PACKAGES for p in (ROOT / name).rglob("*.py") if "migrations" not in p.parts)
# Words the glossary tells us to avoid, where people read them.
HINDARI = (
    "timses",
    "hitung cepat",
    "dashboard",
    "insiden",
    "eskalasi",
    "tenggat",
    "SLA",
    "real count",
    "sitrep",
)


# --- templates ----------------------------------------------------------------------------------------


def inline_code(html: str) -> list[str]:
    """Inline script, style or handlers: the CSP would silently drop them."""
    return re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style\b|\sstyle=|\son[a-z]+=", html
    )


def avoided_words(html: str) -> list[str]:
    text = re.sub(r"{[%#].*?[%#]}|<[^>]+>|{{.*?}}", " ", html, flags=re.S)
    return [word for word in HINDARI if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_are_short_and_carry_no_inline_code(path: Path) -> None:
    html = path.read_text()
    assert inline_code(html) == []
    assert avoided_words(html) == []
    assert html.count("\n") <= 150


def test_template_rules_bite() -> None:
    assert inline_code('<p style="color:red">') and inline_code("<script>a()</script>")
    assert inline_code('<a onclick="a()">') and inline_code("<style>a{}</style>")
    assert not inline_code('<script src="a.js" defer></script><script type="application/json">{}</script>')
    assert avoided_words("<p>Dashboard posko</p>") == ["dashboard"]
    assert not avoided_words("{% url 'dashboard' %}")


# --- modules ------------------------------------------------------------------------------------------


def long_functions(source: str, limit: int = 60) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > limit
    ]


def rules_out_of_place(source: str) -> list[str]:
    """Asking for a role or for superuser outside the one room where access is decided."""
    return re.findall(r"\.is_superuser\b|\.peran\s*(?:==|!=|\bin\b|\bnot in\b)", source)


# Rooms that may ask: the rules; who builds the Aktor; the drill and imports, which write these very fields.
MAY_ASK = (
    "posko/access.py",
    "posko/peran.py",
    "piket/aktor.py",
    "laporan/demo",
    "posko/admin",
    "posko/impor_anggota.py",
    "posko/akun",
    "piket/giliran.py",  # who leads a shift is a question of order, not of access
)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_are_rooms_one_can_overlook(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 450
    assert long_functions(source) == []
    if not str(path.relative_to(ROOT)).startswith(MAY_ASK):
        assert rules_out_of_place(source) == []


def test_module_rules_bite() -> None:
    assert long_functions("def f():\n" + "    a = 1\n" * 70) == ["f"]
    assert rules_out_of_place("if m.peran == 'ketua': pass") and rules_out_of_place("user.is_superuser")


def imports_upward(package: str, source: str) -> list[str]:
    """Models and access import downward only: posko ← piket ← laporan."""
    above = {"posko": ("piket", "laporan"), "piket": ("laporan",), "laporan": ()}[package]
    return re.findall(rf"^(?:from|import) ({'|'.join(above)})\b", source, re.M) if above else []


def test_models_and_access_import_downward_only() -> None:
    rooms = [
        ROOT / "posko/access.py",
        ROOT / "posko/terlihat.py",
        ROOT / "posko/peran.py",
        *(ROOT / "posko/models").glob("*.py"),
        *(ROOT / "piket/models").glob("*.py"),
    ]
    for path in rooms:
        assert imports_upward(path.relative_to(ROOT).parts[0], path.read_text()) == [], path
    assert imports_upward("posko", "from laporan.models import Laporan") == ["laporan"]


# --- models -------------------------------------------------------------------------------------------


def cascades_from_people(model: type[models.Model]) -> list[str]:
    """Foreign keys that would delete this row with a person, an agency or a post."""
    from posko.models import Instansi, Pengguna, Posko

    return [
        f.name
        for f in model._meta.get_fields()
        if isinstance(f, models.ForeignKey)
        and f.related_model in (Pengguna, Instansi)
        and f.remote_field.on_delete is models.CASCADE
    ] + [
        f.name
        for f in model._meta.get_fields()
        if isinstance(f, models.ForeignKey)
        and f.related_model is Posko
        and f.remote_field.on_delete is models.CASCADE
        and model._meta.model_name != "sarpras"
    ]


def own_models() -> Iterator[type[models.Model]]:
    return (m for name in PACKAGES for m in apps.get_app_config(name).get_models())


def test_nothing_cascades_from_people_agencies_or_posts() -> None:
    assert {m._meta.label: cascades_from_people(m) for m in own_models() if cascades_from_people(m)} == {}


def test_cascade_rule_bites() -> None:
    from posko.models import Pengguna

    class Cascading(models.Model):
        oleh = models.ForeignKey(Pengguna, models.CASCADE, related_name="+")

        class Meta:
            app_label = "contoh_kebijakan"
            managed = False

    assert cascades_from_people(Cascading) == ["oleh"]


def test_constraints_that_people_meet_speak_indonesian() -> None:
    """A constraint a form can break says in words what to do; those only acts write need none."""
    default = models.CheckConstraint.default_violation_error_message
    silent = {
        constraint.name
        for model in own_models()
        if model._meta.app_label != "laporan"
        for constraint in model._meta.constraints
        if constraint.violation_error_message == default
    }
    assert silent <= {"jamtingkat_unik", "tahapan_unik", "haripemungutan_unik"}
