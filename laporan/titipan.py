"""Photos of a form that did not get through: kept, and handed back as signed references.

A browser empties a file field when a form comes back with errors. The good photos are stored at once and the
form carries a signed name for each, which only the person who sent it can use, for half a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core import signing
from django.http import HttpRequest

from posko.berkas import BerkasDitolak, process
from posko.models import Berkas

if TYPE_CHECKING:
    from posko.models import Pengguna

MOST_PHOTOS = 5
_SALT = "laporan.titipan"
# Files nothing points at are swept after a day; a reference ends well before.
_VALID_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Titipan:
    """One stored photo of this form. nama: the file's name on the phone. tanda: its signed reference."""

    berkas: Berkas
    nama: str
    tanda: str


@dataclass
class Kiriman:
    """The photos of one submission: what could be kept, and what is wrong with the others."""

    foto: list[Titipan] = field(default_factory=list)
    galat: list[str] = field(default_factory=list)

    @property
    def berkas(self) -> tuple[Berkas, ...]:
        return tuple(one.berkas for one in self.foto)

    def position(self) -> tuple[float, float] | None:
        """Where the first photo that knows its place was taken."""
        return next(
            ((b.lintang, b.bujur) for b in self.berkas if b.lintang is not None and b.bujur is not None), None
        )


def receive(request: HttpRequest, pengguna: Pengguna) -> Kiriman:
    """Take the photos of a form: those kept before (`foto_simpan`) and new ones (`foto`), at most five."""
    sent = Kiriman()
    _recall(sent, request.POST.getlist("foto_simpan"), pengguna)
    uploads = [upload for upload in request.FILES.getlist("foto") if upload.name]
    room = MOST_PHOTOS - len(sent.foto)
    if len(uploads) > room:
        sent.galat.append(
            f"Paling banyak {MOST_PHOTOS} foto; Anda memilih {len(uploads) + len(sent.foto)}. "
            f"{MOST_PHOTOS} yang pertama disimpan di bawah ini."
        )
    for upload in uploads[:room]:
        name = str(upload.name)
        try:
            photo = process(upload)
        except BerkasDitolak as refused:
            sent.galat.append(f"{name}: {refused}")
            continue
        berkas = Berkas.objects.keep(photo, pengguna)
        if berkas.sha256 not in {one.berkas.sha256 for one in sent.foto}:
            sent.foto.append(Titipan(berkas, name, _sign(berkas, name, pengguna)))
    return sent


def _sign(berkas: Berkas, name: str, pengguna: Pengguna) -> str:
    return signing.dumps([pengguna.pk, berkas.pk, name[:80]], salt=_SALT)


def _recall(sent: Kiriman, marks: list[str], pengguna: Pengguna) -> None:
    wanted: dict[int, tuple[str, str]] = {}
    for mark in marks[:MOST_PHOTOS]:
        try:
            owner, pk, name = signing.loads(mark, salt=_SALT, max_age=_VALID_SECONDS)
        except (signing.BadSignature, ValueError):
            owner, pk, name = None, 0, ""
        if owner == pengguna.pk:
            wanted[pk] = (name, mark)
        else:
            sent.galat.append("Satu foto yang tersimpan tidak berlaku lagi. Tambahkan foto itu sekali lagi.")
    found = Berkas.objects.in_bulk(list(wanted)) if wanted else {}
    for pk, (name, mark) in wanted.items():
        if pk in found:
            sent.foto.append(Titipan(found[pk], name, mark))
        else:
            sent.galat.append(f"{name}: sudah tidak tersimpan. Tambahkan foto itu sekali lagi.")
