"""Photos: what is accepted, what remains of them, and that stored files are durable, private and swept."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image, ImageCms

from posko import berkas
from posko.berkas import BerkasDitolak, process
from posko.models import Berkas, Pengguna

RED, BLUE = (220, 20, 20), (20, 20, 220)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.BERKAS_DIR = tmp_path / "berkas"
    return settings.BERKAS_DIR


def picture(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def upload(
    image: Image.Image | bytes, kind: str = "JPEG", name: str = "foto.jpg", **options: Any
) -> SimpleUploadedFile:
    if isinstance(image, bytes):
        return SimpleUploadedFile(name, image, "image/jpeg")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def exif_of_a_phone(orientation: int = 1, lintang_ref: str = "S") -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "MerekPonsel"
    exif.get_ifd(0x8769).update({0x9003: "2024:02:14 06:20:05", 0x9011: "+07:00"})
    exif.get_ifd(0x8825).update({1: lintang_ref, 2: (6.0, 11.0, 24.0), 3: "E", 4: (106.0, 44.0, 6.0)})
    return exif


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def stored(foto: berkas.Foto) -> Image.Image:
    return Image.open(io.BytesIO(foto.isi))


# --- processing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_common_formats_become_jpeg(kind: str) -> None:
    foto = process(upload(picture(), kind))
    image = stored(foto)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert (foto.lebar, foto.tinggi) == (640, 480)
    assert near(image.getpixel((100, 240)), RED)
    assert near(image.getpixel((540, 240)), BLUE)


def test_heic_becomes_jpeg_with_its_position() -> None:
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(picture())
    heif.save(out, exif=exif_of_a_phone().tobytes())
    foto = process(upload(out.getvalue(), name="IMG_1.HEIC"))
    assert stored(foto).format == "JPEG"
    assert foto.lintang == pytest.approx(-6.19)


def test_position_and_time_are_read_then_all_metadata_is_gone() -> None:
    foto = process(
        upload(picture(), exif=exif_of_a_phone(), comment=b"rahasia", xmp=b"<x>rahasia</x>", dpi=(300, 300))
    )
    assert foto.lintang == pytest.approx(-6.19)
    assert foto.bujur == pytest.approx(106.735)
    assert foto.waktu == datetime(2024, 2, 13, 23, 20, 5, tzinfo=UTC)
    for content in (foto.isi, foto.kecil):
        image = Image.open(io.BytesIO(content))
        assert not image.getexif()
        assert set(image.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        assert not any(
            word in content for word in (b"Exif", b"MerekPonsel", b"rahasia", b"ICC_PROFILE", b"http")
        )


@pytest.mark.parametrize(
    ("gps", "expected"),
    [
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        ({1: "S", 2: (96.0, 0.0, 0.0), 3: "E", 4: (106.0, 0.0, 0.0)}, None),
        ({1: "S", 2: (6.0, 0.0, 0.0)}, None),
        ({1: "N", 2: (5.0, 30.0, 0.0), 3: "E", 4: (95.0, 15.0, 0.0)}, 5.5),
    ],
)
def test_nonsense_positions_are_dropped(gps: dict[int, Any], expected: float | None) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(gps)
    assert process(upload(picture(), exif=exif)).lintang == expected


@pytest.mark.parametrize(
    "written", ["0000:00:00 00:00:00", "2199:01:01 00:00:00", "1980:01:01 00:00:00", "kemarin"]
)
def test_nonsense_times_are_dropped(written: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = written
    assert process(upload(picture(), exif=exif)).waktu is None


def test_broken_exif_does_not_lose_the_photo() -> None:
    foto = process(upload(picture(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + b"\xff" * 40))
    assert foto.lintang is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that makes the camera's raw picture
    raw = picture() if orientation == 1 else picture().transpose(Image.Transpose(undo[orientation]))
    image = stored(process(upload(raw, exif=exif_of_a_phone(orientation), quality=95)))
    assert image.size == (640, 480)
    assert near(image.getpixel((60, 240)), RED)
    assert near(image.getpixel((580, 240)), BLUE)


def test_large_photos_shrink_and_small_ones_stay() -> None:
    foto = process(upload(picture((4000, 3000))))
    assert (foto.lebar, foto.tinggi) == (2048, 1536)
    assert max(Image.open(io.BytesIO(foto.kecil)).size) == 320
    tiny = process(upload(picture((40, 30))))
    assert (tiny.lebar, tiny.tinggi) == (40, 30)


def test_transparency_lies_on_white() -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    assert near(stored(process(upload(image, "PNG"))).getpixel((50, 50)), (255, 255, 255))
    palette = Image.new("P", (100, 100), 0)
    palette.info["transparency"] = 0
    assert near(stored(process(upload(palette, "PNG", transparency=0))).getpixel((50, 50)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_jpeg_modes_become_rgb(mode: str) -> None:
    assert stored(process(upload(picture(mode=mode)))).mode == "RGB"


@pytest.mark.parametrize("mode", ["1", "I;16", "LA", "P"])
def test_other_png_modes_become_rgb(mode: str) -> None:
    image = Image.new("I;16", (64, 64), 32_768) if mode == "I;16" else picture((64, 64)).convert(mode)
    result = stored(process(upload(image, "PNG")))
    assert result.mode == "RGB"
    if mode == "I;16":
        assert near(result.getpixel((32, 32)), (128, 128, 128))


def test_colour_profiles_are_applied_then_dropped() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = stored(process(upload(picture(), icc_profile=icc)))
    assert "icc_profile" not in image.info
    assert near(image.getpixel((100, 240)), RED)
    assert stored(process(upload(picture(), icc_profile=b"bukan profil"))).mode == "RGB"


def test_only_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (50, 50), RED), Image.new("RGB", (50, 50), BLUE)]
    foto = process(upload(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert near(stored(foto).getpixel((25, 25)), RED)


def test_same_input_same_output() -> None:
    first, second = (
        process(upload(picture((3000, 2000)))),
        process(upload(picture((3000, 2000)), name="lain.png")),
    )
    assert first == second


def big_png_header() -> bytes:
    """A PNG that claims 50 megapixels and holds none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 10_000, 5_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def as_bytes(kind: str, **options: Any) -> bytes:
    return upload(picture(), kind, **options).read()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", berkas.KOSONG),
        (b"bukan gambar sama sekali", berkas.BUKAN_FOTO),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", berkas.BUKAN_FOTO),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", berkas.BUKAN_FOTO),
        (as_bytes("GIF"), berkas.BUKAN_FOTO),
        (as_bytes("TIFF"), berkas.BUKAN_FOTO),
        (as_bytes("BMP"), berkas.BUKAN_FOTO),
        (big_png_header(), berkas.TERLALU_LUAS),
        (as_bytes("JPEG")[:1500], berkas.RUSAK),
        (as_bytes("PNG")[:-40], berkas.RUSAK),
        (b"\xff\xd8\xff" + b"\0" * 100, berkas.BUKAN_FOTO),
        (b"\0" * (berkas.MAX_BYTES + 1), berkas.TERLALU_BESAR),
    ],
    ids=[
        "kosong",
        "teks",
        "svg",
        "pdf",
        "gif",
        "tiff",
        "bmp",
        "50mp",
        "jpeg-terpotong",
        "png-terpotong",
        "jpeg-palsu",
        "besar",
    ],
)
def test_what_is_refused_is_refused_in_words(content: bytes, message: str) -> None:
    with pytest.raises(BerkasDitolak) as refusal:
        process(upload(content))
    assert refusal.value.pesan == message


def test_a_wrong_name_does_not_matter() -> None:
    assert process(upload(as_bytes("PNG"), name="catatan.txt")).lebar == 640


# --- storage -----------------------------------------------------------------------------------------


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".kunci"]


def age(folder: Path, hours: int) -> None:
    past = time.time() - hours * 3600
    for path in files(folder):
        os.utime(path, (past, past))


def test_stored_under_its_hash_privately_and_without_leftovers(folder: Path) -> None:
    foto = process(upload(picture()))
    berkas.store(foto)
    assert berkas.path_of(foto.sha256) == folder / foto.sha256[:2] / foto.sha256[2:4] / f"{foto.sha256}.jpg"
    with berkas.open_foto(foto.sha256) as whole, berkas.open_foto(foto.sha256, kecil=True) as small:
        assert (whole.read(), small.read()) == (foto.isi, foto.kecil)
    assert len(files(folder)) == 2
    assert {path.stat().st_mode & 0o777 for path in files(folder)} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in [folder, *folder.rglob("*")] if path.is_dir()} == {0o700}


def test_storing_again_keeps_the_file_and_repairs_a_short_one(folder: Path) -> None:
    foto = process(upload(picture()))
    berkas.store(foto)
    inode = berkas.path_of(foto.sha256).stat().st_ino
    berkas.store(foto)
    assert berkas.path_of(foto.sha256).stat().st_ino == inode
    berkas.path_of(foto.sha256).write_bytes(b"terpotong")
    berkas.store(foto)
    assert berkas.path_of(foto.sha256).read_bytes() == foto.isi


def test_a_failed_write_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    foto = process(upload(picture()))
    berkas.store(process(upload(picture((50, 50)))))
    before = files(folder)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        berkas.store(foto)
    assert files(folder) == before


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63])
def test_a_path_is_only_made_from_a_hash(sha256: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        berkas.path_of(sha256)


def test_sweep_keeps_known_and_fresh(folder: Path) -> None:
    known, unknown, again = (process(upload(picture((n, n)))) for n in (50, 60, 70))
    for foto in (known, unknown, again):
        berkas.store(foto)
    (berkas.path_of(unknown.sha256).parent / ".x.baru").write_bytes(b"sisa")
    age(folder, 25)
    berkas.store(again)
    assert berkas.sweep(timedelta(hours=24), lambda hashes: {known.sha256} & hashes) == 3
    assert {path.name.partition(".")[0] for path in files(folder)} == {known.sha256, again.sha256}
    assert (
        berkas.sweep(timedelta(hours=24), lambda _hashes: set()) == 2
    )  # known no more, but `again` is fresh


def test_answer_is_private_and_inert(rf: RequestFactory) -> None:
    foto = process(upload(picture()))
    berkas.store(foto)
    answer = berkas.response(rf.get("/"), Berkas(sha256=foto.sha256), kecil=True)
    assert b"".join(answer) == foto.kecil
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == f'inline; filename="foto-{foto.sha256[:8]}.jpg"'
    with pytest.raises(Http404):
        berkas.response(rf.get("/"), Berkas(sha256="0" * 64))


# --- rows --------------------------------------------------------------------------------------------


@pytest.fixture
def pengunggah(db: None) -> Pengguna:
    return Pengguna.objects.create_user("pengunggah.uji")


def test_keep_stores_and_records_once(pengunggah: Pengguna, django_assert_num_queries: Any) -> None:
    foto = process(upload(picture(), exif=exif_of_a_phone()))
    with django_assert_num_queries(1):
        first = Berkas.objects.keep(foto, pengunggah)
    second = Berkas.objects.keep(foto, pengunggah)
    assert first.pk == second.pk
    assert Berkas.objects.get().lintang == pytest.approx(-6.19)
    assert berkas.path_of(foto.sha256).exists()


def test_sapu_berkas_removes_old_orphans_and_their_files(pengunggah: Pengguna, folder: Path) -> None:
    old, fresh = (Berkas.objects.keep(process(upload(picture((n, n)))), pengunggah) for n in (50, 60))
    Berkas.objects.filter(pk=old.pk).update(dipakai_pada=timezone.now() - timedelta(hours=25))
    age(folder, 25)
    call_command("sapu_berkas")
    assert list(Berkas.objects.all()) == [fresh]
    assert {path.name.partition(".")[0] for path in files(folder)} == {fresh.sha256}


def test_a_photo_stored_again_is_fresh_again(pengunggah: Pengguna) -> None:
    foto = process(upload(picture()))
    Berkas.objects.keep(foto, pengunggah)
    Berkas.objects.update(dipakai_pada=timezone.now() - timedelta(hours=25))
    Berkas.objects.keep(foto, pengunggah)
    call_command("sapu_berkas")
    assert Berkas.objects.count() == 1
