"""What a person may see: a filter for each kind of object. Part of the rules of `posko.access`, which offers them.

Pure: no query, no clock. What is not in a filter answers 404, exactly like what does not exist.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from posko.peran import PEMBACA, Aktor, Peran

BIASA, TERBATAS, RAHASIA = "biasa", "terbatas", "rahasia"
NOTHING = Q(pk__in=[])
# Roles that look after the posts below their own.
ABOVE = (Peran.OPERATOR, Peran.KETUA, Peran.PENGARAH)


def laporan_visible_to(aktor: Aktor, path: str = "") -> Q:
    """Reports this person may see, as a filter on Laporan without a join.

    path: lookup prefix when another model is filtered, such as ``"laporan__"``.
    `jejak`, `diteruskan` and `disebut` are integer arrays with GIN indexes, written only by the acts that
    change them: the posts that ever held the report and those above them, the seats it was forwarded to, and
    the people named for a rahasia report.
    """
    if aktor.edisi is None:
        return NOTHING
    rules = _q(path, pelapor=aktor.pengguna.pk)
    if held := sorted(seats(aktor)):
        rules |= _q(path, diteruskan__overlap=held, akses__in=(BIASA, TERBATAS))
    if aktor.peserta:
        if posts := sorted({m.posko_id for m in aktor.pelaku}):
            rules |= _q(path, jejak__overlap=posts, akses=BIASA, jenis="kegiatan")
    else:
        rules |= _visible_to_members(aktor, path)
    return _q(path, pemilihan=aktor.edisi.pk) & rules


def _visible_to_members(aktor: Aktor, path: str) -> Q:
    """The part of the rule that only people without any contestant's membership enjoy."""
    rules = Q()
    if aktor.superuser:
        rules |= _q(path, akses__in=(BIASA, TERBATAS))
    elif reading := sorted({m.posko_id for m in aktor.with_peran(*PEMBACA)}):
        rules |= _q(path, jejak__overlap=reading, akses__in=(BIASA, TERBATAS))
    if field_posts := sorted({m.posko_id for m in aktor.with_peran(Peran.PETUGAS_LAPANGAN)}):
        rules |= _q(path, jejak__overlap=field_posts, akses=BIASA)
    if led := sorted({m.posko_id for m in aktor.with_peran(Peran.KETUA)}):
        rules |= _q(path, posko__in=led, akses=RAHASIA)
    if aktor.pelaku:
        rules |= _q(path, disebut__contains=[aktor.pengguna.pk], akses=RAHASIA)
    return rules


def _q(path: str, **lookups: Any) -> Q:
    """A condition whose lookups all begin with `path`."""
    return Q(**{f"{path}{name}": value for name, value in lookups.items()})


def seats(aktor: Aktor) -> frozenset[int]:
    """Ids of the seats for which this person receives what is forwarded; with any contestant's, only those."""
    return frozenset(m.kursi_id for m in aktor.pelaku if m.peserta or not aktor.peserta)


def reporter_visible_to(aktor: Aktor) -> Q:
    """Reports whose reporter this person may know, as a filter on Laporan: the same rule as "see_reporter"."""
    rules = Q(akses=BIASA) | Q(pelapor=aktor.pengguna.pk)
    return rules | Q(posko__in=sorted(aktor.dipimpin)) if aktor.dipimpin else rules


def post_key(pk: int) -> str:
    """How the search index writes that a post ever held a report (`jejak`)."""
    return f"#j{pk}"


def open_key(pk: int) -> str:
    """How it writes that a post's contestants see a report: a biasa kegiatan that post ever held."""
    return f"#g{pk}"


def seat_key(pk: int) -> str:
    """How it writes that a report was forwarded to a seat (`diteruskan`)."""
    return f"#k{pk}"


def person_key(pk: int) -> str:
    """How it writes who filed a report, and who is named in it (`disebut`)."""
    return f"#o{pk}"


def search_keys(aktor: Aktor) -> list[str] | None:
    """Keys one of which every report carries that this person may see; None: any report may be among them.

    They only narrow a search: `laporan_visible_to` decides, and a test holds the two together. A province's post is
    on the way of all reports below it: there narrowing finds nothing less, and only takes time.
    """
    if not aktor.peserta and (aktor.superuser or any(m.tingkat == 1 for m in aktor.pelaku)):
        return None
    posts = sorted({m.posko_id for m in aktor.pelaku})
    held = sorted({m.kursi_id for m in aktor.pelaku})
    of_post = open_key if aktor.peserta else post_key
    return [person_key(aktor.pengguna.pk), *map(of_post, posts), *map(seat_key, held)]


def tampilan_visible_to(aktor: Aktor) -> Q:
    """Kept lists this person may use: their own, and those of the posts they work in (a contestant: only its own)."""
    if aktor.edisi is None:
        return NOTHING
    rules = Q(pengguna=aktor.pengguna.pk)
    if not aktor.peserta and (posts := sorted({m.posko_id for m in aktor.pelaku})):
        rules |= Q(posko__in=posts)
    return Q(pemilihan=aktor.edisi.pk) & rules


def posko_visible_to(aktor: Aktor, path: str = "") -> Q:
    """Posts this person may open: their own, those above, and those below (a contestant: only its own).

    path: lookup prefix when another model is filtered, such as ``"kursi__posko__"``.
    """
    if aktor.edisi is None:
        return NOTHING
    edition = Q(**{f"{path}pemilihan": aktor.edisi.pk})
    if aktor.superuser:
        return edition
    rules = Q(**{f"{path}id__in": sorted({m.posko_id for m in aktor.keanggotaan})})
    if not aktor.peserta:
        for kode in sorted({m.posko_kode for m in aktor.keanggotaan}):
            parts = kode.split(".")
            above = [".".join(parts[:n]) for n in range(1, len(parts))]
            rules |= _below(kode, path) | Q(**{f"{path}wilayah__in": above})
    return edition & rules


def saran_visible_to(aktor: Aktor) -> Q:
    """Saran this person may read: their own, and what was given to the posts they work in or lead from above.

    What concerns a report is hidden with the report, except from the adviser. A contestant and field staff read
    only their own.
    """
    if aktor.edisi is None:
        return NOTHING
    own = Q(oleh=aktor.pengguna.pk)
    rules = Q()
    if not aktor.superuser:
        rules = Q(posko__in=sorted({m.posko_id for m in aktor.with_peran(*PEMBACA)}))
        for m in aktor.with_peran(*ABOVE):
            rules |= _below(m.posko_kode, "posko__")
    others = NOTHING if aktor.peserta else rules & (Q(laporan=None) | laporan_visible_to(aktor, "laporan__"))
    return Q(pemilihan=aktor.edisi.pk) & (own | others)


def rawan_visible_to(aktor: Aktor, path: str = "") -> Q:
    """TPS rawan of the areas this person's posts cover, which are also all they stand above; no contestant.

    path: lookup prefix to the TPSRawan when another model is filtered.
    """
    if aktor.edisi is None or aktor.peserta:
        return NOTHING
    edition = Q(**{f"{path}pemilihan": aktor.edisi.pk})
    if aktor.superuser:
        return edition
    rules = NOTHING
    for kode in sorted({m.posko_kode for m in aktor.keanggotaan}):
        rules |= Q(**{f"{path}wilayah": kode}) | _below(kode, path)
    return edition & rules


def posko_managed_by(aktor: Aktor, path: str = "") -> Q:
    """Posts whose registration, members and rosters this person administers: the admin's own and all below."""
    if aktor.edisi is None:
        return NOTHING
    edition = Q(**{f"{path}pemilihan": aktor.edisi.pk})
    if aktor.superuser:
        return edition
    if not aktor.admin:
        return NOTHING
    rules = Q()
    for kode in sorted({m.posko_kode for m in aktor.admin}):
        rules |= Q(**{f"{path}wilayah": kode}) | _below(kode, path)
    return edition & rules


def pola_managed_by(aktor: Aktor) -> Q:
    """Patterns of shifts this person changes: those of the posts they administer, the tiers' in the province's name."""
    if aktor.edisi is None:
        return NOTHING
    if aktor.superuser:
        return Q(pemilihan=aktor.edisi.pk)
    rules = Q(posko__isnull=False) & posko_managed_by(aktor, "posko__") if aktor.admin else NOTHING
    if any(m.tingkat == 1 for m in aktor.admin):
        rules |= Q(posko=None)
    return Q(pemilihan=aktor.edisi.pk) & rules


def pola_visible_to(aktor: Aktor) -> Q:
    """Patterns this person may read: those they change, and the tiers' for whoever administers a post."""
    if aktor.edisi is None or not (aktor.superuser or aktor.admin):
        return NOTHING
    return pola_managed_by(aktor) | Q(pemilihan=aktor.edisi.pk, posko=None)


def run_by(aktor: Aktor, path: str = "") -> Q:
    """Posts this person runs ("P"). path: lookup prefix to the post."""
    return Q(**{f"{path}id__in": sorted(aktor.dipimpin)})


def covers_arranged_by(aktor: Aktor, path: str = "") -> Q:
    """Posts for whose duties this person finds somebody else: the same rule as "arrange_cover"."""
    return run_by(aktor, path) | posko_managed_by(aktor, path)


def tukar_visible_to(aktor: Aktor) -> Q:
    """Duties on offer this person may see: their own, those offered to their seat, those of the posts they run."""
    if aktor.edisi is None:
        return NOTHING
    rules = Q(oleh=aktor.pengguna.pk) | Q(pengambil__pengguna=aktor.pengguna.pk)
    if held := sorted({m.kursi_id for m in aktor.pelaku}):
        rules |= Q(penugasan__anggota__kursi__in=held)
    if aktor.dipimpin:
        rules |= Q(penugasan__piket__posko__in=sorted(aktor.dipimpin))
    rules |= posko_managed_by(aktor, "penugasan__piket__posko__")
    return Q(penugasan__pemilihan=aktor.edisi.pk) & rules


def piket_book_visible_to(aktor: Aktor, path: str = "") -> Q:
    """Posts whose Buku Piket, guests and Serah terima this person reads: as "read_book". No contestant."""
    if aktor.edisi is None or aktor.peserta:
        return NOTHING
    edition = Q(**{f"{path}pemilihan": aktor.edisi.pk})
    if aktor.superuser:
        return edition
    rules = Q(**{f"{path}id__in": sorted({m.posko_id for m in aktor.with_peran(*PEMBACA)})})
    for m in aktor.with_peran(*ABOVE):
        rules |= _below(m.posko_kode, path)
    return edition & rules


def attendance_visible_to(aktor: Aktor, path: str = "") -> Q:
    """Posts whose attendance, with the reasons, this person reads: as "read_attendance"."""
    if aktor.edisi is None:
        return NOTHING
    edition = Q(**{f"{path}pemilihan": aktor.edisi.pk})
    if aktor.superuser:
        return edition
    rules = Q(**{f"{path}id__in": sorted(aktor.dipimpin)})
    for m in aktor.admin:
        rules |= Q(**{f"{path}wilayah": m.posko_kode}) | _below(m.posko_kode, path)
    for m in () if aktor.peserta else aktor.with_peran(*ABOVE):
        rules |= _below(m.posko_kode, path)
    return edition & rules


def _below(kode: str, path: str) -> Q:
    # "/" follows "." in collation C: exactly the codes that begin with `kode.`, as an index range.
    return Q(**{f"{path}wilayah__gte": f"{kode}.", f"{path}wilayah__lt": f"{kode}/"})
