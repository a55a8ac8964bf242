"""Importers of facts: areas and polling stations from CSV. An importer says its columns; loading is shared.

All or nothing: every bad row is listed with its line and reason, and then nothing is loaded. Loading again
updates, never duplicates, and never deletes what a newer file leaves out. Boundaries: posko/impor_batas.py.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.db import connection, transaction

from posko.models import Pemilihan, Wilayah
from posko.models.wilayah import TPS_KHUSUS_DARI
from posko.rumus import restore

DATA = Path(__file__).parent / "data"
# Guards against gzip bombs; the national file of 91,599 areas unpacks to 6 MB.
MAX_BYTES = 200 * 1024 * 1024
PROGRESS_EVERY = 20_000
# Everything Indonesian lies in here (Pulau Rondo to Pulau Rote, Sabang to Merauke).
LINTANG, BUJUR = (-11.5, 6.5), (94.5, 141.5)
KODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?", re.ASCII)
TINGKAT = {"provinsi": 1, "kabupaten": 2, "kota": 2, "kecamatan": 3, "kelurahan": 4, "desa": 4}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Galat:
    """What is wrong, and on which line of the file (0: the file as a whole)."""

    baris: int
    alasan: str

    def __str__(self) -> str:
        return f"baris {self.baris}: {self.alasan}" if self.baris else self.alasan


class ImporDitolak(ValueError):
    """The file is refused as a whole; nothing was loaded."""

    def __init__(self, galat: Sequence[Galat]) -> None:
        super().__init__("; ".join(str(one) for one in galat[:3]))
        self.galat = list(galat)


@dataclass(frozen=True)
class Hasil:
    baru: int
    berubah: int
    sama: int


# --- reading -----------------------------------------------------------------------------------------


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The file's content, unpacked when it is gzip (by content, not by name), never more than `limit`."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with gzip.open(raw) if packed else raw as stream:
                content = bytes(stream.read(limit + 1))
    except (zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise ImporDitolak([Galat(0, "Berkas .gz rusak atau terpotong; unduh ulang berkasnya.")]) from error
    except OSError as error:
        raise ImporDitolak(
            [Galat(0, f"Berkas {path} tidak dapat dibaca: {error.strerror or error}.")]
        ) from error
    if len(content) > limit:
        size = f"{limit // (1024 * 1024)} MB" if limit >= 1024 * 1024 else f"{limit} byte"
        raise ImporDitolak([Galat(0, f"Isi berkas lebih dari {size}; periksa apakah berkasnya benar.")])
    return content


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """UTF-8 text, with or without the byte order mark that Excel writes."""
    return decode_text(read_bytes(path, limit))


def decode_text(content: bytes) -> str:
    """UTF-8 text of a file's content; ImporDitolak names the line where it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImporDitolak([Galat(line, "bukan teks UTF-8; simpan sebagai “CSV UTF-8”.")]) from error
    if "\0" in text:
        raise ImporDitolak([Galat(text.count("\n", 0, text.index("\0")) + 1, "berisi karakter NUL.")])
    return text


@dataclass(frozen=True)
class Kolom:
    """A column: its name, how its text becomes a value (ValueError carries the reason), whether it must exist."""

    nama: str
    baca: Callable[[str], Any]
    wajib: bool = True
    boleh_kosong: bool = False

    def value(self, row: dict[str, str]) -> Any:
        text = restore((row.get(self.nama) or "").strip()).strip()
        if not text:
            if self.boleh_kosong:
                return None
            raise ValueError(f"{self.nama} kosong")
        try:
            return self.baca(text)
        except ValueError as error:
            raise ValueError(f"{self.nama} {text[:60]!r} {error}") from error


def kode(text: str) -> str:
    if not KODE.fullmatch(text):
        raise ValueError("bukan kode wilayah seperti 31.73.05.1003")
    return text


def teks(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"lebih dari {longest} huruf")
        if not text.isprintable():
            raise ValueError("berisi karakter yang tidak dapat dicetak")
        return text

    return read


def pilihan(values: Iterable[str]) -> Callable[[str], str]:
    allowed = tuple(values)

    def read(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"bukan salah satu dari {', '.join(allowed)}")
        return text.lower()

    return read


def bilangan(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"bukan bilangan bulat {least} sampai {most}")
        return int(text)

    return read


def koordinat(bounds: tuple[float, float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        if (
            not re.fullmatch(r"-?\d{1,3}(\.\d+)?", text, re.ASCII)
            or not bounds[0] <= float(text) <= bounds[1]
        ):
            raise ValueError(f"di luar Indonesia ({bounds[0]} sampai {bounds[1]})")
        return float(text)

    return read


def ya_tidak(text: str) -> bool:
    if text.lower() not in {"ya", "tidak", "1", "0", "true", "false"}:
        raise ValueError("bukan ya atau tidak")
    return text.lower() in {"ya", "1", "true"}


def read_rows(text: str, kolom: Sequence[Kolom]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and row of each filled line, after the header was found to hold every required column."""
    first = text.partition("\n")[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""),
        delimiter=";" if ";" in first and "," not in first else ",",
        strict=True,
    )
    try:
        reader.fieldnames = [(name or "").strip().lower() for name in reader.fieldnames or []]
        missing = [column.nama for column in kolom if column.wajib and column.nama not in reader.fieldnames]
        if missing:
            expected = ",".join(column.nama for column in kolom if column.wajib)
            raise ImporDitolak(
                [Galat(1, f"kolom {', '.join(missing)} tidak ada; kepala berkas: {expected}.")]
            )
        for row in reader:
            if any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        raise ImporDitolak([Galat(reader.line_num, f"bukan CSV yang sah ({error}).")]) from error


# --- loading -----------------------------------------------------------------------------------------


class Impor(ABC):
    """An importer: columns, a check per row, and one statement that merges the temporary table `masuk`."""

    kolom: ClassVar[Sequence[Kolom]]
    masuk: ClassVar[str]  # columns of the temporary table, as SQL
    gabung: ClassVar[str]  # INSERT … ON CONFLICT … RETURNING (xmax = 0) AS baru

    def __init__(self, progress: Progress = lambda _message: None) -> None:
        self.progress = progress
        self.galat: list[Galat] = []

    @abstractmethod
    def rows_of(self, baris: int, nilai: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        """The rows to load for one line; ValueError says why the line is bad."""

    def check_all(self) -> None:  # noqa: B027 - most importers need none
        """Checks over the whole file, once every line was read."""

    def parameters(self) -> dict[str, Any]:
        return {}

    def run(self, path: Path) -> Hasil:
        rows = list(self._read(read_text(path)))
        self.check_all()
        if not rows and not self.galat:
            self.galat.append(Galat(0, "Berkas tidak berisi satu baris pun."))
        if self.galat:
            raise ImporDitolak(sorted(self.galat, key=lambda one: one.baris))
        return self._load(rows)

    def _read(self, text: str) -> Iterator[tuple[Any, ...]]:
        for count, (baris, row) in enumerate(read_rows(text, self.kolom), start=1):
            if count % PROGRESS_EVERY == 0:
                self.progress(f"{count} baris diperiksa")
            try:
                if None in row:
                    raise ValueError("jumlah kolom lebih banyak daripada kepala berkas")
                yield from self.rows_of(baris, {column.nama: column.value(row) for column in self.kolom})
            except ValueError as error:
                self.galat.append(Galat(baris, str(error)))

    @transaction.atomic
    def _load(self, rows: list[tuple[Any, ...]]) -> Hasil:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '300s'")
            cursor.execute(f"CREATE TEMPORARY TABLE masuk ({self.masuk}) ON COMMIT DROP")
            with cursor.copy("COPY masuk FROM STDIN") as copy:
                for count, row in enumerate(rows, start=1):
                    copy.write_row(row)
                    if count % PROGRESS_EVERY == 0:
                        self.progress(f"{count} dari {len(rows)} baris dikirim")
            self.progress("menyimpan")
            cursor.execute(
                f"WITH gabung AS ({self.gabung}) "  # noqa: S608  # nosec B608
                "SELECT count(*) FILTER (WHERE baru), count(*) FILTER (WHERE NOT baru) FROM gabung",
                self.parameters(),
            )
            baru, berubah = cursor.fetchone()
            cursor.execute("DROP TABLE masuk")  # two imports may share one transaction
        return Hasil(baru, berubah, len(rows) - baru - berubah)


class ImporWilayah(Impor):
    """Areas of any part of Indonesia: kode,nama,tingkat,induk[,lintang,bujur]; other columns are ignored."""

    kolom = (
        Kolom("kode", kode),
        Kolom("nama", teks(100)),
        Kolom("tingkat", pilihan(TINGKAT)),
        Kolom("induk", kode, boleh_kosong=True),
        Kolom("lintang", koordinat(LINTANG), wajib=False, boleh_kosong=True),
        Kolom("bujur", koordinat(BUJUR), wajib=False, boleh_kosong=True),
    )
    masuk = (
        "kode text, nama text, jenis text, tingkat smallint, induk_id text, lintang float8, bujur float8, "
        "zona_waktu text"
    )
    # Whether an area is still used (aktif) is the users' decision: a file never changes it.
    gabung = """
        INSERT INTO posko_wilayah AS w
            (kode, nama, jenis, tingkat, induk_id, lintang, bujur, zona_waktu, aktif)
        SELECT kode, nama, jenis, tingkat, induk_id, lintang, bujur, zona_waktu, true FROM masuk ORDER BY kode
        ON CONFLICT (kode) DO UPDATE SET
            (nama, jenis, tingkat, induk_id, lintang, bujur, zona_waktu) =
            (excluded.nama, excluded.jenis, excluded.tingkat, excluded.induk_id,
             excluded.lintang, excluded.bujur, excluded.zona_waktu)
        WHERE (w.nama, w.jenis, w.tingkat, w.induk_id, w.lintang, w.bujur, w.zona_waktu) IS DISTINCT FROM
            (excluded.nama, excluded.jenis, excluded.tingkat, excluded.induk_id,
             excluded.lintang, excluded.bujur, excluded.zona_waktu)
        RETURNING (xmax = 0) AS baru
    """

    def __init__(self, progress: Progress = lambda _message: None) -> None:
        super().__init__(progress)
        self.lines: dict[str, int] = {}
        self.induk: dict[str, int] = {}
        with (DATA / "zona_waktu.csv").open(encoding="utf-8") as zones:
            self.zona = {row["kode"]: row["zona_waktu"] for row in csv.DictReader(zones)}

    def rows_of(self, baris: int, nilai: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        kode, induk, jenis = nilai["kode"], nilai["induk"], nilai["tingkat"]
        tingkat = kode.count(".") + 1
        if kode in self.lines:
            raise ValueError(f"kode {kode} sudah ada di baris {self.lines[kode]}")
        self.lines[kode] = baris
        if TINGKAT[jenis] != tingkat:
            raise ValueError(f"tingkat {jenis} tidak sesuai dengan kode {kode}")
        if (induk or "") != kode.rpartition(".")[0]:
            raise ValueError(f"induk {induk or '(kosong)'} bukan induk dari {kode}")
        if kode[:2] not in self.zona:
            raise ValueError(f"zona waktu provinsi {kode[:2]} belum dikenal")
        if (nilai["lintang"] is None) != (nilai["bujur"] is None):
            raise ValueError("lintang dan bujur harus diisi keduanya atau dikosongkan keduanya")
        if induk:
            self.induk.setdefault(induk, baris)
        zona = self.zona[kode[:2]]
        return [(kode, nilai["nama"], jenis, tingkat, induk, nilai["lintang"], nilai["bujur"], zona)]

    def check_all(self) -> None:
        outside = self.induk.keys() - self.lines.keys()
        known = set(Wilayah.objects.filter(kode__in=outside).values_list("kode", flat=True))
        for missing in outside - known:
            reason = f"induk {missing} tidak ada di berkas ini maupun di basis data"
            self.galat.append(Galat(self.induk[missing], reason))


class ImporTPS(Impor):
    """Polling stations of one edition, one a line: kode,nomor[,khusus,alamat]."""

    kolom: ClassVar[Sequence[Kolom]] = (
        Kolom("kode", kode),
        Kolom("nomor", bilangan(1, 999)),
        Kolom("khusus", ya_tidak, wajib=False, boleh_kosong=True),
        Kolom("alamat", teks(200), wajib=False, boleh_kosong=True),
    )
    masuk = "wilayah_id text, nomor smallint, khusus boolean, alamat text"
    # An address known from elsewhere stays when the file brings none.
    gabung = """
        INSERT INTO posko_tps AS t (pemilihan_id, wilayah_id, nomor, khusus, alamat)
        SELECT %(edisi)s, wilayah_id, nomor, khusus, coalesce(alamat, '') FROM masuk ORDER BY wilayah_id, nomor
        ON CONFLICT (pemilihan_id, wilayah_id, nomor) DO UPDATE SET
            khusus = excluded.khusus, alamat = coalesce(nullif(excluded.alamat, ''), t.alamat)
        WHERE t.khusus <> excluded.khusus OR (excluded.alamat <> '' AND t.alamat <> excluded.alamat)
        RETURNING (xmax = 0) AS baru
    """

    def __init__(self, edisi: Pemilihan, progress: Progress = lambda _message: None) -> None:
        super().__init__(progress)
        self.edisi = edisi
        below = Wilayah.objects.under(edisi.wilayah_id)
        self.kelurahan = set(below.filter(tingkat=4).values_list("kode", flat=True))
        self.lines: dict[tuple[str, int], int] = {}

    def parameters(self) -> dict[str, Any]:
        return {"edisi": self.edisi.pk}

    def rows_of(self, baris: int, nilai: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        khusus = nilai["nomor"] >= TPS_KHUSUS_DARI if nilai["khusus"] is None else nilai["khusus"]
        self._claim(baris, nilai["kode"], [nilai["nomor"]])
        return [(nilai["kode"], nilai["nomor"], khusus, nilai["alamat"])]

    def _claim(self, baris: int, kode: str, numbers: Iterable[int]) -> None:
        if kode not in self.kelurahan:
            raise ValueError(f"{kode} bukan kelurahan atau desa yang dikenal di wilayah {self.edisi.nama}")
        for nomor in numbers:
            first = self.lines.setdefault((kode, nomor), baris)
            if first != baris:
                raise ValueError(f"TPS {nomor:03d} di {kode} sudah ada di baris {first}")


class ImporTPSRingkas(ImporTPS):
    """The same from counts per kelurahan: kode,tps_biasa,tps_khusus,khusus_dari,khusus_sampai."""

    kolom = (
        Kolom("kode", kode),
        Kolom("tps_biasa", bilangan(0, TPS_KHUSUS_DARI - 1), boleh_kosong=True),
        Kolom("tps_khusus", bilangan(0, 99), boleh_kosong=True),
        Kolom("khusus_dari", bilangan(TPS_KHUSUS_DARI, 999), boleh_kosong=True),
        Kolom("khusus_sampai", bilangan(TPS_KHUSUS_DARI, 999), boleh_kosong=True),
    )

    def rows_of(self, baris: int, nilai: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        kode, biasa, khusus = nilai["kode"], nilai["tps_biasa"], nilai["tps_khusus"] or 0
        if kode.count(".") < 3 and biasa is None:
            return []  # a file of all tiers carries counts only at its lowest
        if biasa is None:
            raise ValueError("tps_biasa kosong")
        dari, sampai = nilai["khusus_dari"], nilai["khusus_sampai"]
        if (dari is None) != (sampai is None) or (sampai - dari + 1 if dari is not None else 0) != khusus:
            raise ValueError(f"tps_khusus {khusus} tidak sama dengan khusus_dari sampai khusus_sampai")
        special = range(dari, sampai + 1) if dari is not None else range(0)
        self._claim(baris, kode, [*range(1, biasa + 1), *special])
        return [(kode, n, n in special, None) for n in (*range(1, biasa + 1), *special)]


def tps_importer(path: Path) -> type[ImporTPS]:
    """The form of the file, by its header."""
    return ImporTPSRingkas if "tps_biasa" in read_text(path).partition("\n")[0].lower() else ImporTPS
