"""What the frame of every page needs: who acts, in which edition, where they may go. It costs no query."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from posko.access import can
from posko.middleware import SESSION_SHARED

if TYPE_CHECKING:
    from posko.access import Aktor


@dataclass(frozen=True, slots=True)
class Tujuan:
    """One place of the menu. kini: "page" when it is this page, "true" when this page lies below it."""

    kunci: str
    nama: str
    url: str
    ikon: str
    kini: str = ""
    utama: bool = False


# key, words, icon, URL name, the right it needs (posko.access), in the phone's bottom bar
MENU = (
    ("beranda", "Beranda", "beranda", "posko:beranda", None, True),
    ("laporan", "Laporan", "laporan", "laporan:list", "read_laporan", True),
    ("lapor", "Lapor", "lapor", "laporan:file", "file", True),
    ("piket", "Piket", "piket", "piket:week", None, True),
    ("peta", "Peta", "peta", "laporan:map", "read_laporan", False),
    ("rawan", "TPS rawan", "tps", "laporan:rawan", "read_rawan", False),
    ("saran", "Saran", "kirim", "laporan:my_advice", None, False),
    ("penerusan", "Penerusan", "terus", "laporan:forwarded", "read_penerusan", False),
    ("tempel", "WhatsApp", "salin", "laporan:paste", "paste", False),
    ("posko", "Posko", "posko", "posko:list", None, False),
    ("sarpras", "Sarpras", "sarpras", "posko:sarpras", "compare_sarpras", False),
    ("kelola", "Kelola", "kelola", "admin:index", "open_admin", False),
)


@lru_cache(maxsize=64)
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def menu_for(aktor: Aktor, path: str) -> list[Tujuan]:
    """The menu of this person; the longest address that this page lies under is the current one."""
    places = [
        (key, nama, icon, url, main)
        for key, nama, icon, name, right, main in MENU
        if (right is None or can(aktor, right)) and (url := _address(name))
    ]
    here = max(
        (url for *_, url, _ in places if path.startswith(url) and (url != "/" or path == "/")), default=""
    )
    return [
        Tujuan(key, nama, url, icon, ("page" if path == url else "true") if url == here else "", main)
        for key, nama, icon, url, main in places
    ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `aktor`, `edisi`, `menu` (lazy), `cari_laporan`, `mode`, map tiles, `sesi_sisa`."""
    aktor: Aktor | None = getattr(request, "aktor", None)
    return {
        "aktor": aktor,
        "edisi": aktor.edisi if aktor else None,
        "menu": SimpleLazyObject(lambda: menu_for(aktor, request.path) if aktor else []),
        "cari_laporan": aktor is not None and can(aktor, "read_laporan"),
        "mode": settings.MODE,
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
        "sesi_sisa": shared_idle_seconds(request) if aktor else None,
    }


def shared_idle_seconds(request: HttpRequest) -> int | None:
    """On a shared computer: after how many idle seconds this session ends."""
    return int(settings.SHARED_COMPUTER_IDLE.total_seconds()) if request.session.get(SESSION_SHARED) else None
