"""The roster in Django admin, a module a subject. Editing many days is the grid's business (piket/views/kisi.py)."""

from piket.admin import piket

__all__ = ["piket"]
