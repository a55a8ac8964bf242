"""The roster in Django admin, a module a subject. Editing many days is the grid's business (piket/views/kisi.py)."""

from piket.admin import piket, pola

__all__ = ["piket", "pola"]
