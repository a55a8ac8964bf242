"""Photos: checked by content, made upright and small, stripped of metadata, stored under their hash.

Nothing of the original is kept. `process` is pure (bytes in, `Foto` out); `store` makes the result durable
before the database may point at it; `sweep` removes what no row points at. Who may see a photo is decided by
the page that serves it, with `response`.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import tempfile
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pillow_heif
from django.conf import settings
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

if TYPE_CHECKING:
    from posko.models.berkas import Berkas

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 320
# The only decoders an upload can reach; GIF, SVG, PDF, EPS, TIFF and the rest are never tried.
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")
# A 40-megapixel picture takes 200 MB to decode as JPEG, 600 MB as WebP: in each process they queue here.
_decoding = threading.BoundedSemaphore(1)
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

pillow_heif.register_heif_opener()

BUKAN_FOTO = "Berkas ini bukan foto yang dikenali. Kirim foto JPEG, PNG, WebP, atau HEIC."
TERLALU_BESAR = "Foto lebih besar dari 10 MB. Perkecil atau potret ulang dengan ukuran lebih kecil."
TERLALU_LUAS = "Foto lebih dari 40 megapiksel. Potret ulang dengan resolusi lebih kecil."
RUSAK = "Foto rusak atau terpotong. Pilih atau potret ulang fotonya."
KOSONG = "Berkas foto kosong. Pilih atau potret ulang fotonya."


class BerkasDitolak(ValueError):
    """An upload that is refused, with a sentence for the person who sent it."""

    def __init__(self, pesan: str) -> None:
        super().__init__(pesan)
        self.pesan = pesan


@dataclass(frozen=True)
class Foto:
    """A processed photo. `sha256` is the hash of `isi`, the stored JPEG."""

    sha256: str
    isi: bytes
    kecil: bytes
    lebar: int
    tinggi: int
    lintang: float | None = None
    bujur: float | None = None
    waktu: datetime | None = None


# --- processing --------------------------------------------------------------------------------------


def process(upload: File[bytes], zona: tzinfo | None = None) -> Foto:
    """Check and convert one upload. `zona`: zone of camera times that carry none (default: the site's)."""
    content = _read(upload)
    with _decoding:
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as source:
                if source.width * source.height > MAX_PIXELS:
                    raise BerkasDitolak(TERLALU_LUAS)
                return _convert(source, zona or timezone.get_default_timezone())
        except BerkasDitolak:
            raise
        except UnidentifiedImageError as error:
            raise BerkasDitolak(BUKAN_FOTO) from error
        except Image.DecompressionBombError as error:
            raise BerkasDitolak(TERLALU_LUAS) from error
        except (
            Exception
        ) as error:  # decoders raise anything on broken input: OSError, SyntaxError, struct.error …
            raise BerkasDitolak(RUSAK) from error


def _read(upload: File[bytes]) -> bytes:
    """The whole upload, never more than the limit, whatever size it claims."""
    if (upload.size or 0) > MAX_BYTES:
        raise BerkasDitolak(TERLALU_BESAR)
    upload.seek(0)
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BerkasDitolak(TERLALU_BESAR)
    if not content:
        raise BerkasDitolak(KOSONG)
    return content


def _convert(source: Image.Image, zona: tzinfo) -> Foto:
    # EXIF first: it goes with the conversion. A broken block loses the position, not the photo.
    exif: Any = {}
    with suppress(Exception):
        exif = source.getexif()
    lintang, bujur = _position(exif)
    waktu = _time(exif, zona)
    orientation = _UPRIGHT.get(exif.get(ExifTags.Base.Orientation, 1))
    image = _plain(source)
    if orientation is not None:
        image = image.transpose(orientation)
    isi = _jpeg(image, quality=82)
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Foto(
        sha256=hashlib.sha256(isi).hexdigest(),
        isi=isi,
        kecil=_jpeg(small, quality=75),
        lebar=image.width,
        tinggi=image.height,
        lintang=lintang,
        bujur=bujur,
        waktu=waktu,
    )


def _plain(image: Image.Image) -> Image.Image:
    """Small sRGB pixels on white and nothing else: a new image object carries no comment, profile or XMP."""
    icc = image.info.get("icc_profile")
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")  # a palette cannot be scaled smoothly
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")  # 16-bit grey
    # For JPEG this lets the decoder scale down by itself, so the full picture is never in memory.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=1.5)
    plain = Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "PA", "RGBa"}:
        image = image.convert("RGBA")
        plain.paste(_to_srgb(image.convert("RGB"), icc), mask=image.getchannel("A"))
    else:
        plain.paste(_to_srgb(image, icc))
    return plain


def _to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    if icc:
        # A profile that is broken or of another colour space is ignored, as browsers do.
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(icc)), _SRGB, outputMode="RGB"
            )
            if converted is not None:
                return converted
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, progressive=True, optimize=True, subsampling="4:2:0")
    return out.getvalue()


def _position(exif: Any) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude in degrees, or nothing when absent or nonsense."""
    with suppress(Exception):
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        lintang = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        bujur = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
        inside = isfinite(lintang) and isfinite(bujur) and abs(lintang) <= 90 and abs(bujur) <= 180
        if inside and (lintang, bujur) != (0, 0):  # 0,0 is what phones write before the first fix
            return round(lintang, 6), round(bujur, 6)
    return None, None


def _degrees(parts: Any, reference: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if reference.strip().upper().startswith(negative) else value


def _time(exif: Any, zona: tzinfo) -> datetime | None:
    """When the shutter closed; None when the camera's clock is plainly wrong."""
    with suppress(Exception):
        details = exif.get_ifd(ExifTags.IFD.Exif)
        written = details.get(ExifTags.Base.DateTimeOriginal) or exif[ExifTags.Base.DateTime]
        local = datetime.strptime(written.strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
        offset = str(details.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
        aware = (
            datetime.fromisoformat(f"{local.isoformat()}{offset}") if offset else local.replace(tzinfo=zona)
        )
        if aware.year >= 2000 and aware <= timezone.now() + timedelta(days=1):
            return aware.astimezone(UTC)
    return None


# --- storage -----------------------------------------------------------------------------------------


def path_of(sha256: str, kecil: bool = False) -> Path:
    """Where a photo lies: two levels of folders, so no folder grows beyond what a file system likes."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("sha256 berkas tidak sah")
    name = f"{sha256}.kecil.jpg" if kecil else f"{sha256}.jpg"
    return Path(settings.BERKAS_DIR) / sha256[:2] / sha256[2:4] / name


def store(foto: Foto) -> None:
    """Make the photo durable on disk. Call before the transaction that points at it commits."""
    folder = path_of(foto.sha256).parent
    _make_private(folder)
    with _lock(fcntl.LOCK_SH):
        _write(path_of(foto.sha256, kecil=True), foto.kecil)
        _write(path_of(foto.sha256), foto.isi)


def open_foto(sha256: str, kecil: bool = False) -> BinaryIO:
    return path_of(sha256, kecil).open("rb")


def response(request: HttpRequest, berkas: Berkas, kecil: bool = False) -> FileResponse:
    """The photo for somebody the page has already checked. Never cached, never a document of its own."""
    try:
        content = open_foto(berkas.sha256, kecil)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, content_type="image/jpeg", filename=f"foto-{berkas.sha256[:8]}.jpg")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def sweep(older_than: timedelta, known: Callable[[set[str]], Container[str]]) -> int:
    """Delete files older than `older_than` that `known` (hashes in, hashes with a row out) does not claim.

    Safe beside uploads: storing a photo again touches its file under a shared lock, and the age is read again
    under the exclusive lock just before the file goes.
    """
    root, cutoff, removed = Path(settings.BERKAS_DIR), time.time() - older_than.total_seconds(), 0
    for folder in sorted(root.glob("[0-9a-f][0-9a-f]")):
        old = [path for path in folder.glob("[0-9a-f][0-9a-f]/*") if _is_older(path, cutoff)]
        if not old:
            continue
        claimed = known({_sha_of(path) for path in old})
        for path in old:
            if _sha_of(path) in claimed:
                continue
            with _lock(fcntl.LOCK_EX):
                if _is_older(path, cutoff):
                    path.unlink()
                    removed += 1
    return removed


def _sha_of(path: Path) -> str:
    return path.name.partition(".")[0]  # empty for what an interrupted write left behind


def _is_older(path: Path, cutoff: float) -> bool:
    try:
        return path.stat().st_mtime < cutoff
    except FileNotFoundError:
        return False


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    """Uploads share it; a deletion has it alone."""
    root = Path(settings.BERKAS_DIR)
    _make_private(root)
    handle = os.open(root / ".kunci", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield
    finally:
        os.close(handle)


def _make_private(folder: Path) -> None:
    """Make a folder and its parents up to BERKAS_DIR, each 0700 and durable in the folder above."""
    if folder.is_dir():
        return
    if folder == Path(settings.BERKAS_DIR):
        folder.parent.mkdir(parents=True, exist_ok=True)
    else:
        _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    with suppress(FileNotFoundError):
        if path.stat().st_size == len(content):
            os.utime(path)  # tells a sweep that somebody wants this file again
            return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".baru")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync a folder
            raise
    finally:
        os.close(handle)
