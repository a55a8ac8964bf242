"""Small words and marks that every page uses: icons, dates, numbers, chips.

Builtin in every template. Lists render fifty rows of these, so each mark's HTML is built once and looked up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from posko.access import Peran

if TYPE_CHECKING:
    from posko.context import Tujuan

register = template.Library()

BULAN = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
HARI = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ZONA = {7: "WIB", 8: "WITA", 9: "WIT"}

PERAN_NAMA: dict[str, str] = dict(Peran.choices)
PRIORITAS = {"kritis": "Kritis", "tinggi": "Tinggi", "sedang": "Sedang", "rendah": "Rendah"}
STATUS = {
    # status: (words, icon)
    "tercatat": ("Tercatat", "dokumen"),
    "baru": ("Baru", "lonceng"),
    "perlu_dilengkapi": ("Perlu dilengkapi", "tanya"),
    "terverifikasi": ("Terverifikasi", "centang"),
    "ditindaklanjuti": ("Ditindaklanjuti", "terus"),
    "selesai": ("Selesai", "centang"),
    "ditutup": ("Ditutup", "ganda"),
    "tidak_dilanjutkan": ("Tidak dilanjutkan", "tutup"),
    "digabung": ("Digabung", "gabung"),
}
AKSES = {"biasa": "Biasa", "terbatas": "Terbatas", "rahasia": "Rahasia"}


# --- rows --------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _fragment(nama: str) -> Any:
    return get_template(nama, using="cepat")


@register.simple_tag
def cepat(nama: str, **isi: Any) -> SafeString:
    """``{% cepat "laporan/list_baris.jinja" baris=baris %}``: many rows by Jinja2, escaped as everywhere."""
    return SafeString(_fragment(nama).render(isi))  # nosec B703 - that engine escapes


# --- icons -------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def icon_html(nama: str, kelas: str = "") -> SafeString:
    """One icon of the sprite, hidden from screen readers: the word beside it says what it means."""
    return format_html(
        '<svg class="ikon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {kelas}" if kelas else "",
        static("img/ikon.svg"),
        nama,
    )


@register.simple_tag
def ikon(nama: str, kelas: str = "") -> SafeString:
    """``{% ikon "jam" %}``: an icon of static/img/ikon.svg."""
    return icon_html(nama, kelas)


# --- dates and numbers -------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _zone(nama: str) -> ZoneInfo:
    return ZoneInfo(nama)


def _local(value: dt.datetime, zona: Any) -> dt.datetime:
    """`value` on the wall clock of `zona` (a name, a tzinfo, or nothing: the current zone)."""
    if timezone.is_naive(value):
        return value
    return timezone.localtime(value, _zone(zona) if isinstance(zona, str) and zona else zona or None)


def zone_word(value: dt.datetime) -> str:
    """``WIB`` for an aware moment on its own wall clock."""
    offset = value.utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else None
    return ZONA.get(int(hours), f"UTC{hours:+g}") if hours is not None else ""


def format_date(value: dt.date) -> str:
    return f"{value.day} {BULAN[value.month - 1]} {value.year}"


@register.filter
def tanggal(value: dt.date | dt.datetime | None, zona: Any = None) -> str:
    """``14 Februari 2024``."""
    if not value:
        return ""
    return format_date(_local(value, zona) if isinstance(value, dt.datetime) else value)


@register.filter
def hari(value: dt.date | dt.datetime | None, zona: Any = None) -> str:
    """``Rabu, 14 Februari 2024``."""
    if not value:
        return ""
    local = _local(value, zona) if isinstance(value, dt.datetime) else value
    return f"{HARI[local.weekday()]}, {format_date(local)}"


@register.filter
def waktu(value: dt.datetime | None, zona: Any = None) -> str:
    """``14 Februari 2024 08.00 WIB``."""
    if not value:
        return ""
    local = _local(value, zona)
    return f"{format_date(local)} {local:%H.%M} {zone_word(local)}".rstrip()


@register.filter
def jam(value: dt.datetime | dt.time | None, zona: Any = None) -> str:
    """``08.00``."""
    if not value and not isinstance(value, dt.time):
        return ""
    return f"{_local(value, zona) if isinstance(value, dt.datetime) else value:%H.%M}"


@register.filter
def angka(value: Any) -> str:
    """``30.766``; a decimal comma for fractions, nothing for nothing."""
    if value is None or value == "":
        return ""
    try:
        text = f"{value:,}"
    except (TypeError, ValueError):
        return str(value)
    return text.translate({44: ".", 46: ","})


def duration_words(seconds: float) -> str:
    """A span in its largest one unit, as people say it: ``12 menit``, ``2 jam``, ``3 hari``; "" below a minute."""
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return ""
    if minutes < 60:
        return f"{minutes} menit"
    if minutes < 48 * 60:
        return f"{minutes // 60} jam"
    return f"{minutes // 1440} hari"


def deadline_words(seconds: float) -> str:
    """What is left as words: ``sisa 12 menit``, ``lewat 2 jam``; in the minutes around the deadline no number."""
    span = duration_words(seconds)
    if seconds < 0:
        return f"lewat {span}" if span else "baru lewat"
    return f"sisa {span}" if span else "hampir lewat"


@register.filter
def lalu(value: dt.datetime | None) -> str:
    """A past moment as words: ``12 menit lalu``."""
    if not value:
        return ""
    span = duration_words((timezone.now() - value).total_seconds())
    return f"{span} lalu" if span else "baru saja"


@register.filter
def tpsnomor(value: Any) -> str:
    """A polling station's number with three digits: ``054``."""
    return f"{int(value):03d}" if str(value).isdigit() else str(value)


@register.filter
def inisial(value: Any) -> str:
    """Initials of a name without its titles: ``Siti Aminah, S.H.`` → ``SA``."""
    words = str(value).split(",")[0].replace(".", ". ").split()
    words = [w for w in words if w[:1].isalpha() and w[-1] != "."]
    return "".join(w[0] for w in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


# --- the frame ---------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=500)
def alamat(nama: str) -> str:
    """``{% alamat "mfa_index" %}``: ``{% url %}`` for an address without parts that vary, worked out once."""
    return reverse(nama)


@register.simple_tag
def nama_peran(value: str) -> str:
    """``{% nama_peran keanggotaan.peran %}``: the words of a role."""
    return PERAN_NAMA.get(value, value)


@register.simple_tag
def jalur_posko(pos: Any) -> str:
    """A membership's post below the tiers above it: ``Jakarta › Jakarta Barat › Kembangan``."""
    return " › ".join(pos.jalur) or pos.posko_kode


@register.simple_tag
def menu_sebagai(nama: str, menu: Iterable[Tujuan]) -> SafeString:
    """``{% menu_sebagai "sisi" menu %}``: the menu by ``components/sisi.html``, which reads nothing but the menu."""
    return _menu_html(nama, tuple(menu))


@lru_cache(maxsize=512)
def _menu_html(nama: str, menu: tuple[Tujuan, ...]) -> SafeString:
    # The same few menus on every page: one for each kind of person and place they are at.
    return SafeString(get_template(f"components/{nama}.html").render({"menu": menu}))  # nosec B703 - escaped there


# --- chips -------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _chip(kind: str, value: str, label: str, icon: str) -> SafeString:
    return format_html('<span class="keping {}-{}">{}{}</span>', kind, value, icon_html(icon), label)


@register.simple_tag
def prioritas(value: str) -> SafeString | str:
    """``{% prioritas laporan.prioritas %}``: icon, word and colour of a prioritas."""
    label = PRIORITAS.get(value)
    return _chip("p", value, label, value) if label else ""


@register.simple_tag
def status(value: str) -> SafeString | str:
    """``{% status laporan.status %}``: icon and word of a status."""
    label, icon = STATUS.get(value, ("", ""))
    return _chip("s", value, label, icon) if label else ""


@register.simple_tag
def akses(value: str) -> SafeString | str:
    """``{% akses laporan.akses %}``: icon and word of the confidentiality."""
    label = AKSES.get(value)
    return _chip("a", value, label, value) if label else ""


@register.simple_tag
def batas(value: dt.datetime | None, selesai: bool = False) -> SafeString | str:
    """``{% batas laporan.batas %}``: countdown to a deadline, kept current by dasar.js."""
    if not value or selesai:
        return ""
    seconds = (value - timezone.now()).total_seconds()
    late = seconds < 0
    kelas = " batas-lewat" if late else " batas-dekat" if seconds < 1800 else ""
    at = value.astimezone(dt.UTC).isoformat(timespec="seconds")
    icon, words = icon_html("lewat" if late else "jam"), deadline_words(seconds)
    # Put together by hand: a list has fifty, and no word in it is anybody's.
    return SafeString(  # nosec B703
        f'<time class="batas{kelas}" datetime="{at}" data-batas>{icon}<span>{words}</span></time>'
    )


@register.simple_tag
def batang(nilai: float, dari: float, kelas: str = "") -> SafeString:
    """``{% batang 3 10 %}``: a small bar beside its number (SVG: the CSP forbids inline styles)."""
    share = max(0.0, min(1.0, nilai / dari)) if dari else 0.0
    return format_html(
        '<svg class="batang{}" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="dasar" width="100" height="12"/><rect class="nilai" width="{}" height="12"/></svg>',
        f" {kelas}" if kelas else "",
        round(share * 100),
    )


KABAR_IKON = {"berhasil": "centang", "info": "info", "perhatian": "perhatian", "galat": "galat"}
# Django's message levels, in our words.
KABAR_TINGKAT = {"success": "berhasil", "warning": "perhatian", "error": "galat"}


@register.filter
def kabar(tags: str) -> str:
    """The notice kind of a Django message's `level_tag`."""
    return KABAR_TINGKAT.get(tags, "info")


@register.simple_tag
def kabar_ikon(kind: str) -> SafeString:
    """The icon of a notice kind."""
    return icon_html(KABAR_IKON.get(kind, "info"))
