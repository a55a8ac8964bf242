"""Photos of a new report: kept when the form comes back, and served only through the report."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from laporan.models import Lampiran, Laporan
from posko.models import Berkas
from tests.cast import World
from tests.laporan.test_file import LAPOR, URL, filed, typed

SignIn = Callable[[str], Client]
JAKARTA = {1: "S", 2: (6.0, 11.0, 24.0), 3: "E", 4: (106.0, 44.0, 24.0)}


def picture(
    name: str = "foto.jpg", colour: str = "navy", gps: dict[int, Any] | None = None
) -> SimpleUploadedFile:
    """A small photo as a camera would send it."""
    out, exif = io.BytesIO(), Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update(gps)
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def marks(answer: HttpResponse) -> list[str]:
    return re.findall(r'name="foto_simpan" value="([^"]+)"', answer.content.decode())


def test_photos_belong_to_the_report_in_order(masuk: SignIn, settings: Any) -> None:
    sent = [picture("satu.jpg", gps=JAKARTA), picture("dua.jpg", "green")]
    laporan = filed(masuk(LAPOR).post(URL, typed(foto=sent)))
    kept = Lampiran.objects.filter(laporan=laporan).order_by("urut").select_related("berkas")
    assert [one.urut for one in kept] == [1, 2]
    assert (laporan.lintang, laporan.bujur) == (-6.19, 106.74)
    assert len(list(Path(settings.BERKAS_DIR).rglob("*.jpg"))) == 4
    assert laporan.perkembangan.get().data["foto"] == [one.berkas.sha256 for one in kept]


def test_typed_position_goes_before_the_photos(masuk: SignIn) -> None:
    sent = typed(foto=[picture(gps=JAKARTA)], lintang="-6.2", bujur="106.8")
    assert filed(masuk(LAPOR).post(URL, sent)).lintang == -6.2


def test_same_photos_again_are_the_same_report(masuk: SignIn) -> None:
    client, sent = masuk(LAPOR), typed()
    answers = [client.post(URL, sent | {"foto": [picture()]}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert client.post(URL, sent | {"foto": [picture(colour="red")]}).status_code == 409
    assert Laporan.objects.count() == 1


def test_bad_file_is_named_and_the_good_ones_stay(masuk: SignIn) -> None:
    client, sent = masuk(LAPOR), typed()
    bad = SimpleUploadedFile("virus.jpg", b"MZ bukan foto", "image/jpeg")
    answer = client.post(URL, sent | {"foto": [picture("baik.jpg"), bad]})
    page = answer.content.decode()
    assert answer.status_code == 422 and "virus.jpg: " in page and 'id="id_foto_error"' in page
    assert "baik.jpg" in page and sent["uraian"] in page and len(marks(answer)) == 1
    laporan = filed(client.post(URL, sent | {"foto_simpan": marks(answer)}))
    assert Lampiran.objects.filter(laporan=laporan).count() == 1


def test_photos_stay_when_another_field_is_wrong(masuk: SignIn) -> None:
    client, sent = masuk(LAPOR), typed(uraian="")
    answer = client.post(URL, sent | {"foto": [picture(), picture("dua.jpg", "green")]})
    assert answer.status_code == 422 and len(marks(answer)) == 2
    laporan = filed(client.post(URL, sent | {"uraian": "Banjir.", "foto_simpan": marks(answer)[:1]}))
    assert Lampiran.objects.filter(laporan=laporan).count() == 1  # the other was unticked


def test_more_than_five_photos_is_422_and_keeps_five(masuk: SignIn) -> None:
    colours = ("red", "green", "blue", "white", "black", "gray")
    answer = masuk(LAPOR).post(URL, typed(foto=[picture(f"{c}.jpg", c) for c in colours]))
    assert answer.status_code == 422 and "Paling banyak 5 foto; Anda memilih 6" in answer.content.decode()
    assert len(marks(answer)) == 5 and Laporan.objects.count() == 0


def test_kept_photo_belongs_to_who_sent_it(masuk: SignIn) -> None:
    answer = masuk(LAPOR).post(URL, typed(uraian="", foto=[picture()]))
    other = masuk("piket.jakbar")
    for mark in (marks(answer)[0], "palsu", marks(answer)[0][:-1] + "x", ""):
        refused = other.post(URL, typed(foto_simpan=mark))
        assert refused.status_code == 422 and marks(refused) == []
    assert Lampiran.objects.count() == 0


def test_kept_photo_that_was_swept_is_said(masuk: SignIn) -> None:
    client = masuk(LAPOR)
    answer = client.post(URL, typed(uraian="", foto=[picture("lama.jpg")]))
    Berkas.objects.all().delete()
    refused = client.post(URL, typed(foto_simpan=marks(answer)))
    assert refused.status_code == 422 and "lama.jpg: sudah tidak tersimpan" in refused.content.decode()


# --- serving ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "status"),
    [(LAPOR, 200), ("ketua.kembangan-selatan", 200), ("operator.dki", 200), ("operator.jaktim", 404),
     ("partai.jakbar", 404), ("admin.jakbar", 404)],
)  # fmt: skip
def test_photo_is_seen_with_its_report(masuk: SignIn, username: str, status: int) -> None:
    laporan = filed(masuk(LAPOR).post(URL, typed(foto=[picture()])))
    path = f"/laporan/{laporan.nomor}/lampiran/{Lampiran.objects.get().pk}/"
    for url in (path, f"{path}kecil/"):
        answer = masuk(username).get(url)
        assert answer.status_code == status
        if status == 200:
            assert answer["Cache-Control"] == "private, no-store" and answer["Content-Type"] == "image/jpeg"
            with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as shown:  # type: ignore[attr-defined]
                assert shown.width == (320 if url.endswith("kecil/") else 640)


def test_photo_of_another_report_is_not_reached_through_mine(masuk: SignIn, dunia: World) -> None:
    filed(masuk("ketua.kembangan-selatan").post(URL, typed(kategori="apk", foto=[picture()])))
    mine = filed(masuk(LAPOR).post(URL, typed()))
    hidden = Lampiran.objects.get().pk
    client = masuk(LAPOR)
    for path in (
        f"{mine.nomor}/lampiran/{hidden}/",
        f"{mine.nomor}/lampiran/{hidden}/kecil/",
        f"{mine.nomor}/lampiran/0/",
    ):
        assert client.get(f"/laporan/{path}").status_code == 404
    assert Client().get(f"/laporan/{mine.nomor}/lampiran/{hidden}/").status_code == 302
