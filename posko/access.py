"""THE rules of who may see and do what. Nowhere else.

`Aktor` (`posko.peran`) says who is asking: the person, the memberships that are valid, and the posts where the
person is on duty now. It is frozen and built once a request by `piket.aktor`. Everything here is pure: no query,
no clock.

Two questions are answered:

- *What may this person see?* A `Q` per kind of object (`laporan_visible_to`, `posko_visible_to`, …; written in
  `posko.terlihat`), which the QuerySets offer as ``visible_to(aktor)``. What is not in it answers 404, exactly like
  what does not exist.
- *May this person do this?* ``can(aktor, act, obj)``; what a person sees but may not do answers 403. Whether an
  act fits the report's status is the workflow's question (`laporan.alur`), not ours.

The whole matrix is written out for officials in ``tests/matriks_akses.csv`` and tested against this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from posko.peran import PEMBACA, PENANGGUNG_JAWAB, WAJIB_MFA, Aktor, Keanggotaan, Peran
from posko.terlihat import (
    ABOVE,
    BIASA,
    RAHASIA,
    TERBATAS,
    attendance_visible_to,
    covers_arranged_by,
    laporan_visible_to,
    open_key,
    person_key,
    piket_book_visible_to,
    pola_managed_by,
    pola_visible_to,
    posko_managed_by,
    posko_visible_to,
    post_key,
    rawan_visible_to,
    reporter_visible_to,
    run_by,
    saran_visible_to,
    search_keys,
    seat_key,
    seats,
    tampilan_visible_to,
    tukar_visible_to,
)

__all__ = [
    "Aktor",
    "BIASA",
    "Keanggotaan",
    "PEMBACA",
    "PENANGGUNG_JAWAB",
    "Peran",
    "RAHASIA",
    "TERBATAS",
    "WAJIB_MFA",
    "attendance_visible_to",
    "can",
    "is_penanggung_jawab",
    "covers_arranged_by",
    "laporan_visible_to",
    "open_key",
    "person_key",
    "piket_book_visible_to",
    "pola_managed_by",
    "pola_visible_to",
    "posko_managed_by",
    "posko_visible_to",
    "post_key",
    "rawan_visible_to",
    "reporter_visible_to",
    "run_by",
    "saran_visible_to",
    "search_keys",
    "seat_key",
    "seats",
    "tampilan_visible_to",
    "tukar_visible_to",
]

# --- what a person does -------------------------------------------------------------------------------


class LaporanLike(Protocol):
    """What the rules read of a report; `posko` must be loaded for the area code of the responsible post."""

    pelapor_id: int
    posko_id: int
    posko: Any
    akses: str
    prioritas: str
    diselesaikan_oleh_id: int | None
    diteruskan: list[int]
    disebut: list[int]
    pemegang: list[int]
    ditangani_posko: bool
    dukungan_ke_id: int | None


def is_penanggung_jawab(aktor: Aktor, posko_id: int) -> bool:
    """P: operator, ketua or koordinator of this post."""
    return posko_id in aktor.dipimpin


def _p(aktor: Aktor, laporan: LaporanLike) -> bool:
    return is_penanggung_jawab(aktor, laporan.posko_id)


def _v(aktor: Aktor, laporan: LaporanLike) -> bool:
    """V: for sedang and rendah also another member on duty there who belongs to no contestant."""
    return (
        laporan.prioritas in ("sedang", "rendah")
        and not aktor.peserta
        and laporan.posko_id in aktor.bertugas
        and any(m.posko_id == laporan.posko_id for m in aktor.pelaku)
    )


def acts_at_own_post(aktor: Aktor, laporan: LaporanLike) -> bool:
    """Whether P or V gives the right to verify or close, without the help of a post above."""
    return _p(aktor, laporan) or _v(aktor, laporan)


def acts_from_above(aktor: Aktor, laporan: LaporanLike) -> bool:
    """An operator of a post above the responsible one (the journal says so when only this allowed the act)."""
    return any(m.peran == Peran.OPERATOR and m.is_above(laporan.posko.wilayah_id) for m in aktor.keanggotaan)


def _filed(aktor: Aktor, laporan: LaporanLike) -> bool:
    return laporan.pelapor_id == aktor.pengguna.pk


def _forwarded_to(aktor: Aktor, laporan: LaporanLike) -> bool:
    """A member of an agency to whose seat the report was forwarded."""
    return not seats(aktor).isdisjoint(laporan.diteruskan)


def _may_resolve(aktor: Aktor, laporan: LaporanLike) -> bool:
    """P, or the forwarded agency when it alone has the report: one holder, and the post itself does nothing."""
    alone = len(laporan.pemegang) == 1 and not laporan.ditangani_posko
    return _p(aktor, laporan) or (alone and laporan.pemegang[0] in seats(aktor))


def _may_verify(aktor: Aktor, laporan: LaporanLike) -> bool:
    allowed = _p(aktor, laporan) or _v(aktor, laporan) or acts_from_above(aktor, laporan)
    return allowed and not _filed(aktor, laporan)


def _may_close(aktor: Aktor, laporan: LaporanLike) -> bool:
    allowed = _p(aktor, laporan) or _v(aktor, laporan) or acts_from_above(aktor, laporan)
    return allowed and laporan.diselesaikan_oleh_id != aktor.pengguna.pk


def _may_see_reporter(aktor: Aktor, laporan: LaporanLike) -> bool:
    """The reporter of a terbatas or rahasia report is masked for all but P and the reporter."""
    return laporan.akses == BIASA or _p(aktor, laporan) or _filed(aktor, laporan)


def _answers_advice(aktor: Aktor, saran: Any) -> bool:
    """P of the post to which the saran was given."""
    return is_penanggung_jawab(aktor, saran.posko_id)


def _may_see_private(aktor: Aktor, laporan: LaporanLike) -> bool:
    """Contacts and health details in a report: names given "atas nama", phone numbers, a patient's condition.

    For who filed, who reads at the responsible post, its leaders above, the seats it was forwarded to and the
    people named for a rahasia report; never for a contestant, nor for a superuser without a role.
    """
    if _filed(aktor, laporan):
        return True
    if aktor.peserta:
        return False
    return any(
        m.posko_id == laporan.posko_id
        or m.kursi_id in laporan.diteruskan
        or (m.peran in ABOVE and m.is_above(laporan.posko.wilayah_id))
        for m in aktor.pelaku
    ) or (laporan.akses == RAHASIA and aktor.pengguna.pk in laporan.disebut)


def _may_see_phones(aktor: Aktor, laporan: LaporanLike) -> bool:
    """Phones of who is on duty for a report: as `_may_see_private`, but no contestant, not even one who filed it."""
    return not aktor.peserta and _may_see_private(aktor, laporan)


def _leads_responsible_post(aktor: Aktor, laporan: LaporanLike) -> bool:
    """Ketua of the post that is responsible for the report."""
    return any(m.posko_id == laporan.posko_id and m.peran == Peran.KETUA for m in aktor.keanggotaan)


def _manages(aktor: Aktor, posko: Any) -> bool:
    if aktor.superuser:
        return True
    return any(m.covers(posko.wilayah_id) for m in aktor.admin) and posko.pemilihan_id == _edition_id(aktor)


def _edition_id(aktor: Aktor) -> int | None:
    return aktor.edisi.pk if aktor.edisi else None


def _may_edit_member(aktor: Aktor, anggota: Any) -> bool:
    """Nobody edits their own membership, not even a superuser."""
    return anggota.pengguna_id != aktor.pengguna.pk and _manages(aktor, anggota.kursi.posko)


def _may_say_ready(aktor: Aktor, posko: Any) -> bool:
    return is_penanggung_jawab(aktor, posko.pk) or _manages(aktor, posko)


def _may_edit_tampilan(aktor: Aktor, tampilan: Any) -> bool:
    """A kept list is changed by whose it is; a post's by those who run that post's reports."""
    if tampilan.posko_id is None:
        return tampilan.pengguna_id == aktor.pengguna.pk
    return is_penanggung_jawab(aktor, tampilan.posko_id)


def _may_see_contacts(aktor: Aktor, posko: Any) -> bool:
    """Phone numbers of a post's people: its own members, leaders of posts above, its admins; no contestant."""
    if aktor.peserta:
        return False
    return (
        any(m.posko_id == posko.pk for m in aktor.keanggotaan)
        or any(m.is_above(posko.wilayah_id) and m.peran in ABOVE for m in aktor.keanggotaan)
        or _manages(aktor, posko)
    )


class PiketLike(Protocol):
    """What the rules read of a shift; `posko` must be loaded, `pemimpin_id` is the person who leads the shift."""

    posko_id: int
    posko: Any

    @property
    def pemimpin_id(self) -> int | None: ...


def _runs_shift(aktor: Aktor, piket: PiketLike) -> bool:
    """P of the post, or the koordinator of this very shift."""
    return is_penanggung_jawab(aktor, piket.posko_id) or piket.pemimpin_id == aktor.pengguna.pk


def _works_at(aktor: Aktor, posko: Any) -> bool:
    """P of a post, or on duty there now; no contestant."""
    return not aktor.peserta and (is_penanggung_jawab(aktor, posko.pk) or posko.pk in aktor.bertugas)


def _reads_book(aktor: Aktor, posko: Any) -> bool:
    """Who works in the post (not field staff), and its leaders above; no contestant."""
    if aktor.peserta:
        return False
    return aktor.superuser or any(
        (m.posko_id == posko.pk and m.peran in PEMBACA) or (m.is_above(posko.wilayah_id) and m.peran in ABOVE)
        for m in aktor.keanggotaan
    )


def _strikes_entry(aktor: Aktor, catatan: Any) -> bool:
    """Who wrote an entry of the Buku Piket while working there, or P of its post."""
    own = catatan.oleh_id == aktor.pengguna.pk and _works_at(aktor, catatan.posko)
    return own or (not aktor.peserta and is_penanggung_jawab(aktor, catatan.posko_id))


def _confirms_hand_over(aktor: Aktor, serah: Any) -> bool:
    """Somebody on the shift that follows, or P of the post; never who gave it, nor a contestant."""
    if aktor.peserta or serah.oleh.pengguna_id == aktor.pengguna.pk:
        return False
    member = any(m.posko_id == serah.piket.posko_id for m in aktor.pelaku)
    return is_penanggung_jawab(aktor, serah.piket.posko_id) or (
        member and aktor.pengguna.pk in serah.petugas_berikut
    )


def _reads_attendance(aktor: Aktor, posko: Any) -> bool:
    """Who was there and why not: P of the post, its leaders above, its admins. Reasons are personal."""
    return (
        is_penanggung_jawab(aktor, posko.pk)
        or _manages(aktor, posko)
        or (
            not aktor.peserta
            and any(m.is_above(posko.wilayah_id) and m.peran in ABOVE for m in aktor.keanggotaan)
        )
    )


def _decides_swap(aktor: Aktor, tukar: Any) -> bool:
    """Who runs the shift, unless it is about their own duty."""
    involved = {tukar.oleh_id, tukar.pengambil.pengguna_id if tukar.pengambil_id else None}
    return aktor.pengguna.pk not in involved and _runs_shift(aktor, tukar.penugasan.piket)


def _takes_swap(aktor: Aktor, tukar: Any) -> bool:
    """A colleague with a seat of the same agency in the same post."""
    return tukar.oleh_id != aktor.pengguna.pk and any(
        m.kursi_id == tukar.penugasan.anggota.kursi_id for m in aktor.pelaku
    )


def _may_bulk(aktor: Aktor, act: str) -> bool:
    """Whether there may be reports to which this person could do `act`: each is asked for again when it is done."""
    above_or_on_duty = aktor.mengawasi or (bool(aktor.bertugas) and not aktor.peserta)
    return bool(aktor.dipimpin) or (act == "close" and above_or_on_duty)


RULES: dict[str, Callable[[Aktor, Any], bool]] = {
    # laporan (act names are those of laporan.alur)
    "file": lambda aktor, _: bool(aktor.pelaku),
    "ask": _p,
    "complete": _filed,
    "verify": _may_verify,
    "decline": _p,
    "reclassify": _p,
    "handle": _p,
    "resolve": _may_resolve,
    "close": _may_close,
    "reopen": _p,
    "request_reopen": _filed,
    "assess": _p,
    "link": _p,
    "forward": _p,
    "receive": _forwarded_to,
    "progress": _forwarded_to,
    "finish": _forwarded_to,
    "send_back": _forwarded_to,
    "answer_penerusan": lambda aktor, penerusan: penerusan.kursi_id in seats(aktor),
    "ask_support": _p,
    "answer_support": lambda aktor, laporan: (
        laporan.dukungan_ke_id is not None and is_penanggung_jawab(aktor, laporan.dukungan_ke_id)
    ),
    "hand_over": _p,
    "accept_hand_over": _p,
    "return_hand_over": _p,
    "merge": _p,
    "unmerge": _p,
    "bulk": _may_bulk,
    "resolve_with_open": _leads_responsible_post,
    "set_rahasia": _leads_responsible_post,
    "see_reporter": _may_see_reporter,
    "see_private": _may_see_private,
    "see_phones": _may_see_phones,
    # who read a rahasia report
    "see_readers": _leads_responsible_post,
    # copy a report into a chat, where no rule of ours follows it
    "share": lambda _, laporan: laporan.akses == BIASA,
    # file what others sent by chat, in their name
    "paste": lambda aktor, _: aktor.di_posko,
    # saran (act names are those of laporan.alur_saran) and TPS rawan
    "advise": lambda aktor, _: bool(aktor.keanggotaan),
    "discuss_advice": _answers_advice,
    "adopt_advice": _answers_advice,
    "reject_advice": _answers_advice,
    "read_advice": lambda aktor, _: not aktor.peserta and (aktor.superuser or aktor.di_posko),
    "read_rawan": lambda aktor, _: not aktor.peserta and (aktor.superuser or bool(aktor.keanggotaan)),
    "import_rawan": lambda aktor, kode: aktor.superuser or any(m.covers(kode) for m in aktor.admin),
    # kept lists: for oneself (no post), or for everybody in a post
    "save_tampilan": lambda aktor, posko_id: (
        aktor.membaca_laporan and (posko_id is None or is_penanggung_jawab(aktor, posko_id))
    ),
    "edit_tampilan": _may_edit_tampilan,
    # posko and piket
    "manage_posko": _manages,
    "manage_piket": _manages,
    "manage_pola": lambda aktor, pola: (
        _manages(aktor, pola.posko)
        if pola.posko_id
        else aktor.superuser or any(m.tingkat == 1 for m in aktor.admin)
    ),
    # a shift: show the code, record attendance, give a personal link
    "run_shift": _runs_shift,
    # write down who came: one's own by the code at the post, others' by who runs the shift, never one's own by hand
    "check_in": lambda aktor, penugasan: penugasan.pengguna_id == aktor.pengguna.pk,
    "mark_attendance": lambda aktor, penugasan: (
        penugasan.pengguna_id != aktor.pengguna.pk and _runs_shift(aktor, penugasan.piket)
    ),
    # find somebody else for a duty, say for others that they cannot come
    "arrange_cover": lambda aktor, posko: is_penanggung_jawab(aktor, posko.pk) or _manages(aktor, posko),
    "arrange_covers": lambda aktor, _: aktor.superuser or bool(aktor.dipimpin) or bool(aktor.admin),
    "offer_swap": lambda aktor, penugasan: penugasan.pengguna_id == aktor.pengguna.pk,
    "take_swap": _takes_swap,
    "release_swap": lambda aktor, tukar: (
        tukar.pengambil_id is not None and tukar.pengambil.pengguna_id == aktor.pengguna.pk
    ),
    "cancel_swap": lambda aktor, tukar: tukar.oleh_id == aktor.pengguna.pk,
    "decide_swap": _decides_swap,
    "write_book": _works_at,
    "strike_entry": _strikes_entry,
    "receive_guest": _works_at,
    "hand_over_shift": lambda aktor, piket: _runs_shift(aktor, piket) or _works_at(aktor, piket.posko),
    "confirm_hand_over": _confirms_hand_over,
    "read_book": _reads_book,
    "read_attendance": _reads_attendance,
    # what all editions or all posts of one share: areas, agencies, people's accounts; stages and voting days
    "manage_global": lambda aktor, _: aktor.superuser,
    "manage_edition": lambda aktor, pemilihan: aktor.superuser and not pemilihan.arsip,
    "edit_anggota": _may_edit_member,
    # asked for every place a person holds: who administers only one of them must not open the others
    "reset_factor": _may_edit_member,
    "say_ready": _may_say_ready,
    "edit_sarpras": _may_say_ready,
    "see_contacts": _may_see_contacts,
    "open_admin": lambda aktor, _: aktor.superuser or bool(aktor.admin),
    "read_laporan": lambda aktor, _: aktor.membaca_laporan,
    "read_penerusan": lambda aktor, _: aktor.di_posko or (aktor.peserta and bool(aktor.pelaku)),
    "compare_sarpras": lambda aktor, _: (
        aktor.superuser or (not aktor.peserta and any(m.tingkat < 4 for m in aktor.keanggotaan))
    ),
}
READING = frozenset({
    "see_reporter", "see_private", "see_phones", "see_readers", "see_contacts", "share", "open_admin", "read_laporan",
    "read_penerusan", "compare_sarpras", "read_advice", "read_rawan", "read_book", "read_attendance",
})  # fmt: skip
# Not bound to the edition being looked at: the very first edition is made when there is none.
OUTSIDE_EDITIONS = frozenset({"manage_global", "manage_edition"})


def can(aktor: Aktor, act: str, obj: Any = None) -> bool:
    """Whether this person may do `act` to `obj` (an object the person can see). Pure.

    Every act in a closed edition is refused. An unknown act is a programming error (KeyError).
    """
    rule = RULES[act]
    if aktor.arsip and act not in READING | OUTSIDE_EDITIONS:
        return False
    return rule(aktor, obj)
