"""Photos of the drill: plain drawings that nobody takes for a real place, marked GLADI."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

LEBAR, TINGGI = 960, 720


def draw(kelompok: str, seed: int) -> bytes:
    """A JPEG of a polling tent with what the group is about: water, darkness, a banner or a crowd."""
    rng = random.Random(seed)
    image = Image.new("RGB", (LEBAR, TINGGI), (196, 208, 216))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 470, LEBAR, TINGGI), fill=(150, 160, 150))
    left = rng.randint(180, 320)
    pen.polygon([(left, 300), (left + 230, 180), (left + 460, 300)], fill=(88, 104, 116))
    pen.rectangle((left + 20, 300, left + 440, 500), fill=(226, 230, 226))
    for n in range(3):
        x = left + 60 + n * 130
        pen.rectangle((x, 400, x + 70, 500), fill=(120, 132, 140))
    if kelompok == "bencana":
        level = rng.randint(470, 540)
        pen.rectangle((0, level, LEBAR, TINGGI), fill=(98, 122, 140))
        for y in range(level + 14, TINGGI, 34):
            pen.line((0, y, LEBAR, y), fill=(126, 150, 166), width=3)
    elif kelompok == "teknis":
        image = Image.eval(image, lambda value: value // 3)
        pen = ImageDraw.Draw(image)
        pen.ellipse((left + 200, 250, left + 260, 310), fill=(70, 76, 80))
    elif kelompok in ("pelanggaran", "kegiatan"):
        pen.rectangle((40, 240, 160, 560), fill=(206, 206, 200), outline=(90, 90, 90), width=4)
        pen.line((60, 300, 140, 300), fill=(120, 120, 120), width=10)
        pen.line((60, 340, 140, 340), fill=(120, 120, 120), width=10)
    else:
        for _ in range(14):
            x, y = rng.randint(30, LEBAR - 40), rng.randint(500, 640)
            pen.ellipse((x, y, x + 26, y + 26), fill=(80, 88, 96))
            pen.rectangle((x - 4, y + 26, x + 30, y + 80), fill=(110, 118, 126))
    pen.rectangle((0, 0, LEBAR, 56), fill=(27, 40, 51))
    pen.text((24, 14), f"GLADI - gambar latihan {seed:03d}", fill=(255, 255, 255), font_size=26)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
