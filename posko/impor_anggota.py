"""Excel import of members: each tier its own sheet; preview first, then all rows or none."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from posko import access
from posko.access import Aktor, Peran
from posko.lembar import Baris, Galat, read_sheets
from posko.models import Anggota, Instansi, Kursi, Pengguna, Posko, Tingkat

SHEETS = {
    "Provinsi": Tingkat.PROVINSI,
    "Kota": Tingkat.KOTA,
    "Kecamatan": Tingkat.KECAMATAN,
    "Kelurahan": Tingkat.KELURAHAN,
}
LEGEND = "Petunjuk"
COLUMNS = (
    "kode_wilayah", "instansi", "peran", "nama", "username", "surel", "telepon", "jabatan", "nip", "surat_tugas",
    "mulai", "selesai",
)  # fmt: skip
DATES = ("mulai", "selesai")
LENGTHS = {"nama": 120, "username": 150, "telepon": 30, "jabatan": 100, "nip": 30, "surat_tugas": 100}
DETAILS = ("jabatan", "nip", "surat_tugas", "selesai")
ROLES = {str(value): value for value, _ in Peran.choices} | {
    str(label).casefold(): v for v, label in Peran.choices
}


@dataclass
class Rencana:
    """What importing would do: nothing is written before `carry_out`."""

    orang_baru: dict[str, Pengguna] = field(default_factory=dict)
    anggota_baru: list[Anggota] = field(default_factory=list)
    anggota_ubah: list[Anggota] = field(default_factory=list)
    tetap: int = 0
    galat: list[Galat] = field(default_factory=list)

    @property
    def kosong(self) -> bool:
        return not (self.anggota_baru or self.anggota_ubah)


class Perencana:
    """Checks rows against what the person administers. Its queries do not grow with the number of rows."""

    def __init__(self, aktor: Aktor, rows: list[Baris]) -> None:
        self.aktor = aktor
        self.rows = rows
        self.plan = Rencana()
        names = {row.isi["username"].casefold() for row in rows}
        mails = {row.isi["surel"].casefold() for row in rows if row.isi["surel"]}
        codes = {row.isi["kode_wilayah"] for row in rows}
        posts = Posko.objects.managed_by(aktor).filter(wilayah__in=codes)
        self.posts = {post.wilayah_id: post for post in posts}
        seats = Kursi.objects.filter(posko__in=self.posts.values(), aktif=True).select_related(
            "instansi", "posko"
        )
        self.seats = {(seat.posko_id, seat.instansi.kode): seat for seat in seats}
        people = Pengguna.objects.annotate(kecil=Lower("username"), surel_kecil=Lower("email"))
        found = list(people.filter(Q(kecil__in=names) | Q(surel_kecil__in=mails)))
        self.people = {p.username.casefold(): p for p in found if p.username.casefold() in names}
        self.mails = {p.email.casefold(): p.username.casefold() for p in found if p.email}
        members = Anggota.objects.filter(kursi__in=self.seats.values(), pengguna__in=self.people.values())
        self.members: dict[tuple[int, int, str], list[Anggota]] = {}
        for member in members:
            self.members.setdefault((member.pengguna_id, member.kursi_id, member.peran), []).append(member)
        self.editable = self._editable()
        self.spans: dict[tuple[str, int, str], list[tuple[dt.date, dt.date]]] = {}

    def _editable(self) -> set[int]:
        """People without a place elsewhere: only they may be given a contestant's seat (it narrows all else)."""
        ids = [p.pk for p in self.people.values()]
        ours = Anggota.objects.filter(access.posko_managed_by(self.aktor, "kursi__posko__"))
        elsewhere = Anggota.objects.filter(pengguna__in=ids).exclude(pk__in=ours.values("pk"))
        return set(ids) - set(elsewhere.values_list("pengguna", flat=True))

    def run(self) -> Rencana:
        """Check every row."""
        for row in self.rows:
            self._row(row)
        return self.plan

    def _fail(self, row: Baris, kolom: str, alasan: str) -> None:
        self.plan.galat.append(row.galat(kolom, alasan))

    def _row(self, row: Baris) -> None:
        before = len(self.plan.galat)
        self._lengths(row)
        seat = self._seat(row)
        peran = self._role(row, seat)
        start, end = self._dates(row)
        orang = self._person(row, seat)
        if len(self.plan.galat) > before or not (seat and peran and orang and start):
            return
        member = Anggota(
            kursi=seat, peserta=seat.peserta, peran=peran, mulai=start, selesai=end,
            jabatan=row.isi["jabatan"], nip=row.isi["nip"], surat_tugas=row.isi["surat_tugas"],
        )  # fmt: skip
        self._place(row, orang, member)

    def _lengths(self, row: Baris) -> None:
        for kolom, limit in LENGTHS.items():
            if len(row.isi[kolom]) > limit:
                self._fail(row, kolom, f"Paling panjang {limit} huruf.")

    def _seat(self, row: Baris) -> Kursi | None:
        kode, agency = row.isi["kode_wilayah"], row.isi["instansi"].casefold()
        if kode and kode.count(".") + 1 != SHEETS[row.lembar]:
            self._fail(
                row,
                "kode_wilayah",
                f"Kode {kode} bukan tingkat {row.lembar.lower()}; pindahkan ke lembarnya.",
            )
            return None
        post = self.posts.get(kode)
        if post is None:
            self._fail(row, "kode_wilayah", "Tidak ada posko dengan kode ini di wilayah yang Anda kelola.")
            return None
        seat = self.seats.get((post.pk, agency))
        if seat is None:
            self._fail(row, "instansi", "Instansi ini tidak punya kursi aktif di posko itu.")
        return seat

    def _role(self, row: Baris, seat: Kursi | None) -> str:
        peran = ROLES.get(row.isi["peran"].casefold(), "")
        if not peran:
            self._fail(row, "peran", "Peran tidak dikenal; lihat lembar Petunjuk.")
        elif seat and seat.peserta and peran not in (Peran.PIKET, Peran.PETUGAS_LAPANGAN):
            self._fail(row, "peran", "Anggota peserta hanya boleh berperan piket atau petugas_lapangan.")
        return peran

    def _dates(self, row: Baris) -> tuple[dt.date | None, dt.date | None]:
        """An empty start is the day the post opens, so that the same file means the same tomorrow."""
        start, end = row.isi["mulai"], row.isi["selesai"]
        post = self.posts.get(row.isi["kode_wilayah"])
        start = start or (post.dibuka if post else None)
        if start and end and end < start:
            self._fail(row, "selesai", "Masa tugas tidak boleh berakhir sebelum mulai.")
        return start, end

    # --- people --------------------------------------------------------------------------------------

    def _person(self, row: Baris, seat: Kursi | None) -> Pengguna | None:
        username = row.isi["username"]
        key = username.casefold()
        if not username:
            self._fail(row, "username", "Nama pengguna harus diisi.")
            return None
        known = self.people.get(key) or self.plan.orang_baru.get(key)
        if known is None:
            return self._new_person(row, key)
        if row.isi["nama"] and row.isi["nama"].casefold() != known.nama.casefold():
            self._fail(row, "nama", "Nama tidak sama dengan yang terdaftar untuk nama pengguna ini.")
        elif known.pk == self.aktor.pengguna.pk:
            self._fail(row, "username", "Keanggotaan Anda sendiri diatur oleh admin lain.")
        elif known.pk and not self._seatable(known, seat):
            self._fail(row, "username", "Orang ini hanya dapat ditambahkan oleh pengelola sistem.")
        return known

    def _seatable(self, orang: Pengguna, seat: Kursi | None) -> bool:
        if self.aktor.superuser:
            return True
        if orang.is_superuser or not orang.is_active:
            return False
        return not (seat and seat.peserta) or orang.pk in self.editable

    def _new_person(self, row: Baris, key: str) -> Pengguna | None:
        isi = row.isi
        if not isi["nama"]:
            self._fail(row, "nama", "Nama harus diisi untuk orang baru.")
            return None
        orang = Pengguna(
            username=isi["username"], nama=isi["nama"], email=isi["surel"], telepon=isi["telepon"]
        )
        orang.set_unusable_password()
        if not self._mail_is_free(row, key):
            return None
        try:
            orang.clean_fields()
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self._fail(row, {"email": "surel"}.get(name, name), " ".join(texts))
            return None
        self.plan.orang_baru[key] = orang
        return orang

    def _mail_is_free(self, row: Baris, key: str) -> bool:
        mail = row.isi["surel"]
        if not mail:
            return True
        try:
            validate_email(mail)
        except ValidationError:
            self._fail(row, "surel", "Alamat surel tidak sah.")
            return False
        if self.mails.setdefault(mail.casefold(), key) != key:
            self._fail(row, "surel", "Alamat surel ini sudah dipakai pengguna lain.")
            return False
        return True

    # --- memberships ---------------------------------------------------------------------------------

    def _place(self, row: Baris, orang: Pengguna, member: Anggota) -> None:
        span = (member.mulai, member.selesai or dt.date.max)
        key = (orang.username.casefold(), member.kursi_id, member.peran)
        if any(_overlap(span, other) for other in self.spans.get(key, ())):
            self._fail(
                row, "mulai", "Orang, kursi, dan peran yang sama sudah ada di baris lain pada masa itu."
            )
            return
        self.spans.setdefault(key, []).append(span)
        existing = self.members.get((orang.pk, member.kursi_id, member.peran), []) if orang.pk else []
        same = next((m for m in existing if m.mulai == member.mulai), None)
        others = [(m.mulai, m.selesai or dt.date.max) for m in existing if m is not same]
        if any(_overlap(span, other) for other in others):
            self._fail(row, "mulai", "Orang ini sudah memegang peran yang sama di kursi ini pada masa itu.")
        elif same is None:
            member.pengguna = orang
            self.plan.anggota_baru.append(member)
        elif any(getattr(same, name) != getattr(member, name) for name in DETAILS):
            for name in DETAILS:
                setattr(same, name, getattr(member, name))
            self.plan.anggota_ubah.append(same)
        else:
            self.plan.tetap += 1


def _overlap(a: tuple[dt.date, dt.date], b: tuple[dt.date, dt.date]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def plan_import(aktor: Aktor, isi: bytes) -> Rencana:
    """What importing this file would do; raises LembarTidakTerbaca for a file that cannot be read."""
    rows, errors = read_sheets(isi, tuple(SHEETS), COLUMNS, ignore=(LEGEND,), dates=DATES)
    # A row with an unreadable cell is not judged further: what follows from that cell would only confuse.
    unread = {(error.lembar, error.baris) for error in errors}
    plan = Perencana(aktor, [row for row in rows if (row.lembar, row.nomor) not in unread]).run()
    plan.galat = errors + plan.galat
    return plan


def carry_out(aktor: Aktor, isi: bytes) -> Rencana:
    """Plan again and write, in one transaction: all rows or none."""
    with transaction.atomic():
        plan = plan_import(aktor, isi)
        if plan.galat:
            return plan
        Pengguna.objects.bulk_create(plan.orang_baru.values(), batch_size=1000)
        for member in plan.anggota_baru:
            member.pengguna_id = member.pengguna.pk
        Anggota.objects.bulk_create(plan.anggota_baru, batch_size=1000)
        Anggota.objects.bulk_update(plan.anggota_ubah, DETAILS, batch_size=1000)
    return plan


def count_by_sheet(plan: Rencana) -> list[tuple[str, int]]:
    """How many new memberships each tier gets."""
    tiers = {tier: nama for nama, tier in SHEETS.items()}
    counted = Counter(tiers[Tingkat(m.kursi.posko.wilayah_id.count(".") + 1)] for m in plan.anggota_baru)
    return [(nama, counted[nama]) for nama in SHEETS if counted[nama]]


# --- template ----------------------------------------------------------------------------------------

EXAMPLE = (
    "31.73", "polres", "piket", "Budi Contoh", "budi.contoh", "", "'0812…", "Petugas penghubung", "'1987…",
    "ST/12/II/2024", "2024-02-01", "2024-02-29",
)  # fmt: skip


def write_template(aktor: Aktor) -> bytes:
    """An empty workbook: one sheet a tier, and a page that explains the columns, roles and agency codes."""
    book = Workbook(write_only=True)
    _legend(book.create_sheet(LEGEND), aktor)
    for nama in SHEETS:
        sheet = book.create_sheet(nama)
        sheet.freeze_panes = "A2"
        for letter in "ABCDEFGHIJKL":
            sheet.column_dimensions[letter].width = 20
        # "@" makes a column text: phone and NIP keep their zeros.
        sheet.append([_cell(sheet, kolom, bold=True) for kolom in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    from posko.admin.ekspor import text_cell

    cell = text_cell(sheet, value, bold=bold)
    cell.number_format = "@"
    return cell


def _legend(sheet: Any, aktor: Aktor) -> None:
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 70
    lines: list[tuple[Any, ...]] = [
        ("Impor anggota",),
        ("Isi satu baris untuk satu keanggotaan di lembar menurut tingkat posko. Lembar ini tidak diimpor.",),
        (),
        ("Contoh",),
        COLUMNS,
        EXAMPLE,
        (),
        ("kode_wilayah", "Kode Kemendagri posko, misalnya 31.73.08.1006"),
        ("nama", "Wajib untuk orang baru; untuk yang sudah terdaftar boleh kosong"),
        ("username", "Nama untuk masuk. Orang yang sudah terdaftar dikenali dari sini"),
        ("surel", "Boleh kosong"),
        ("telepon dan nip", "Tulis sebagai teks agar angka nol dan angka panjang tidak hilang"),
        ("mulai", "Tanggal Excel atau 2024-02-14. Kosong: hari posko dibuka"),
        ("selesai", "Hari terakhir. Kosong: seterusnya"),
        (),
        ("peran", "Arti"),
        *((str(value), str(label)) for value, label in Peran.choices),
        (),
        ("instansi", "Nama"),
    ]
    if aktor.edisi:
        agencies = Instansi.objects.for_edition(aktor.edisi.pk)
        lines += [(agency.kode, agency.nama) for agency in agencies]
    heads = {0, 3, 4, lines.index(("peran", "Arti")), lines.index(("instansi", "Nama"))}
    for number, line in enumerate(lines):
        sheet.append([_cell(sheet, value, bold=number in heads) for value in line])
