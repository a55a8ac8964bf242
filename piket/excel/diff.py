"""What would change when the roster became what a file wants, and what stands in the way of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models

from piket.excel.bentuk import fingerprint
from piket.excel.harapan import Harapan
from piket.excel.keadaan import Keadaan
from piket.excel.read import Galat
from piket.lembar import Petugas
from piket.models import Piket
from piket.periksa import Kesibukan
from posko.templatetags.posko import hari


class Jenis(models.TextChoices):
    TAMBAH = "tambah", "Ditambahkan"
    KELUAR = "keluar", "Dikeluarkan"
    JADI = "jadi", "Menjadi koordinator"
    BUKAN = "bukan", "Bukan lagi koordinator"


STEP = {Jenis.TAMBAH: 1, Jenis.KELUAR: -1}


@dataclass(frozen=True)
class Ubahan:
    """One change of one person on one shift. penugasan: the assignment it concerns, None for a new one."""

    jenis: Jenis
    piket: Piket
    anggota: int
    kursi: int
    nama: str
    instansi: str
    koordinator: bool
    penugasan: int | None
    sel: str

    @property
    def kunci(self) -> tuple[str, int, int, bool]:
        return (self.jenis.value, self.piket.pk, self.anggota, self.koordinator)


@dataclass
class Beda:
    """All changes in the order of days, what forbids them, and what one should know besides."""

    ubahan: list[Ubahan] = field(default_factory=list)
    galat: list[Galat] = field(default_factory=list)
    peringatan: list[str] = field(default_factory=list)
    basi: bool = False

    @property
    def sidik(self) -> str:
        """Tells whether two comparisons say the same: what is confirmed is what was shown."""
        return hashlib.sha256(repr([u.kunci for u in self.ubahan]).encode()).hexdigest()[:16]

    def count(self, *jenis: Jenis) -> int:
        return sum(u.jenis in jenis for u in self.ubahan)

    @property
    def ditambah(self) -> int:
        return self.count(Jenis.TAMBAH)

    @property
    def dikeluarkan(self) -> int:
        return self.count(Jenis.KELUAR)

    @property
    def koordinator(self) -> int:
        return self.count(Jenis.JADI, Jenis.BUKAN)

    @property
    def per_hari(self) -> list[tuple[dt.date, list[Ubahan]]]:
        days: dict[dt.date, list[Ubahan]] = defaultdict(list)
        for one in self.ubahan:
            days[one.piket.tanggal].append(one)
        return list(days.items())

    @property
    def ringkas(self) -> str:
        return (
            f"{self.ditambah} ditambahkan, {self.dikeluarkan} dikeluarkan, "
            f"{self.koordinator} perubahan koordinator"
        )


def compare(keadaan: Keadaan, harapan: Harapan, now: dt.datetime) -> Beda:
    """What the file changes in the roster as it is. Three queries, about the people it adds; none when it adds nobody.

    now: aware; what has begun by then is no longer changed by a file.
    """
    comparison = _Banding(keadaan, harapan)
    comparison.find()
    beda = Beda(sorted(comparison.ubahan, key=_order), basi=harapan.sidik != fingerprint(keadaan.lembar))
    beda.galat = [*_fixed(beda.ubahan, comparison.current, now), *comparison.unfit(beda.ubahan)]
    added = [u for u in beda.ubahan if u.jenis == Jenis.TAMBAH]
    if added:
        comparison.weigh(added, beda)
        beda.peringatan += comparison.beyond_need(beda.ubahan)
    return beda


def _order(change: Ubahan) -> tuple[object, ...]:
    shift = change.piket
    return (
        shift.tanggal,
        shift.waktu.lower,
        shift.pk,
        list(Jenis).index(change.jenis),
        change.nama,
        change.anggota,
    )


def _fixed(changes: Iterable[Ubahan], current: Mapping[int, Petugas], now: dt.datetime) -> list[Galat]:
    """Changes of what is no longer changed by a file: begun shifts, locked and attended assignments."""
    errors = []
    for change in changes:
        duty = current.get(change.penugasan or 0)
        where = f"{change.nama}, {change.piket.nama} {hari(change.piket.tanggal)}"
        if duty and duty.kehadiran:
            errors.append(Galat(change.sel, f"{where}: kehadirannya sudah dicatat, tidak dapat diubah."))
        elif change.piket.waktu.lower <= now:
            errors.append(
                Galat(change.sel, f"{where}: giliran ini sudah dimulai. Ubah di kisi jadwal bila perlu.")
            )
        elif duty and duty.terkunci:
            errors.append(
                Galat(change.sel, f"{where}: penugasan ini dikunci. Buka kuncinya di kisi jadwal dulu.")
            )
    return errors


class _Banding:
    """The comparison while it is made."""

    def __init__(self, keadaan: Keadaan, harapan: Harapan) -> None:
        self.lembar, self.harapan = keadaan.lembar, harapan
        self.shifts = {s.pk: s for s in self.lembar.piket}
        self.members = keadaan.members()
        self.current = {d.id: d for d in self.lembar.petugas}
        self.ubahan: list[Ubahan] = []
        self.hilang: list[Galat] = []

    def find(self) -> None:
        there = {(d.piket, d.anggota): d for d in self.lembar.petugas}
        for key, duty in there.items():
            if key not in self.harapan.tugas:
                if self.harapan.covers(duty.piket, duty.anggota, duty.kursi):
                    self._note(Jenis.KELUAR, duty.piket, duty.anggota, duty)
                elif duty.koordinator and self._led_by_another(duty):
                    self._note(Jenis.BUKAN, duty.piket, duty.anggota, duty)
            elif self.harapan.tugas[key] != duty.koordinator:
                self._note(Jenis.BUKAN if duty.koordinator else Jenis.JADI, duty.piket, duty.anggota, duty)
        for (piket, anggota), leads in self.harapan.tugas.items():
            if (piket, anggota) not in there:
                self._note(Jenis.TAMBAH, piket, anggota, None, leads)

    def _led_by_another(self, duty: Petugas) -> bool:
        """A koordinator whom the file does not mention gives way to the one it names."""
        return any(leads and piket == duty.piket for (piket, _), leads in self.harapan.tugas.items())

    def _note(
        self, jenis: Jenis, piket: int, anggota: int, duty: Petugas | None, leads: bool = False
    ) -> None:
        shift, member = self.shifts.get(piket), self.members.get(anggota)
        if shift is None or (duty is None and member is None):
            self.hilang.append(
                Galat(
                    "",
                    "Giliran atau anggota yang disebut berkas ini baru saja dihapus. Unduh jadwalnya lagi.",
                )
            )
            return
        kursi = duty.kursi if duty else member.kursi_id  # type: ignore[union-attr]
        nama = duty.nama if duty else member.pengguna.nama  # type: ignore[union-attr]
        instansi = duty.instansi if duty else str(member.kursi.instansi)  # type: ignore[union-attr]
        sel = self.harapan.place(shift, anggota, kursi)
        self.ubahan.append(
            Ubahan(jenis, shift, anggota, kursi, nama, instansi, leads, duty.id if duty else None, sel)
        )

    def unfit(self, changes: Iterable[Ubahan]) -> list[Galat]:
        """Who no longer serves here at all, or may not lead."""
        errors = list(self.hilang)
        for change in changes:
            member = self.members.get(change.anggota)
            leads = change.jenis == Jenis.JADI or (change.jenis == Jenis.TAMBAH and change.koordinator)
            if member is None or change.jenis not in (Jenis.TAMBAH, Jenis.JADI):
                continue
            if leads and member.peserta:
                errors.append(
                    Galat(
                        change.sel,
                        f"{change.nama}: anggota peserta pemilihan tidak menjadi koordinator piket.",
                    )
                )
            if change.jenis != Jenis.TAMBAH:
                continue
            if not (member.pengguna.is_active and member.kursi.aktif):
                errors.append(Galat(change.sel, f"{change.nama} bukan lagi anggota aktif posko ini."))
        return errors

    def weigh(self, added: list[Ubahan], beda: Beda) -> None:
        """People who would be in two places at once are errors; little rest and declared absences are warnings.

        In the order of time, each with what the file itself has placed before. Three queries.
        """
        person = {u.anggota: self.members[u.anggota].pengguna_id for u in added}
        days = [u.piket.tanggal for u in added]
        edition = self.lembar.posko.pemilihan_id
        known = Kesibukan.read(edition, set(person.values()), min(days), max(days), alasan=False)
        gone = {u.penugasan for u in beda.ubahan if u.jenis == Jenis.KELUAR}
        for who, duties in known.tugas.items():
            known.tugas[who] = [d for d in duties if d.id not in gone]
        for change in sorted(added, key=lambda u: (u.piket.waktu.lower, u.piket.pk)):
            shift, who = change.piket, person[change.anggota]
            for reason in known.problems(self.members[change.anggota], shift.waktu, shift.tanggal):
                words = f"{change.nama}, {shift.nama} {shift.jam} {hari(shift.tanggal)}: {reason.kata}."
                if reason.keras:
                    beda.galat.append(Galat(change.sel, words))
                else:
                    beda.peringatan.append(words)
            known.add(who, shift)

    def beyond_need(self, changes: Iterable[Ubahan]) -> list[str]:
        """Agencies that would send more than a shift asks for. A shift that asks for nothing has no limit."""
        there = Counter((d.piket, d.kursi) for d in self.lembar.petugas)
        after = there.copy()
        agency = {}
        for change in changes:
            agency[change.piket.pk, change.kursi] = change
            after[change.piket.pk, change.kursi] += STEP.get(change.jenis, 0)
        limited = {piket for piket, _ in self.lembar.butuh}
        return [
            f"{c.piket.nama} {c.piket.jam}, {hari(c.piket.tanggal)}: {c.instansi} menjadi {after[place]} orang, "
            f"dibutuhkan {self.lembar.butuh.get(place, 0)}."
            for place, c in agency.items()
            if place[0] in limited and after[place] > max(there[place], self.lembar.butuh.get(place, 0))
        ]
