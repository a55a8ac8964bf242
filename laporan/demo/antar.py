"""The drill's reports beyond their post: sent to agencies, to other tiers, and merged. All through the real acts."""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from laporan import alur
from laporan.demo import naskah
from laporan.demo.kejadian import Sutradara
from laporan.models import Laporan
from laporan.models.antar_tingkat import hand_over_targets
from laporan.models.penerusan import seats_for
from posko.access import Aktor
from posko.models import Anggota, Kursi, Pengguna

# How far an agency has come with what was sent to it, by weight.
JAWABAN = {"": 30, "receive": 25, "progress": 20, "finish": 20, "send_back": 5}
TERUSAN, GABUNGAN, LIMPAHAN, DUKUNGAN = 26, 7, 4, 4


def play(stage: Sutradara) -> None:
    """Take some of West Jakarta's open reports further; each act some minutes after the one before, none ahead."""
    open_reports = list(
        Laporan.objects.filter(
            pemilihan=stage.edition, posko__wilayah__gte="31.73", posko__wilayah__lt="31.74"
        )
        .filter(status__in=("baru", "terverifikasi", "ditindaklanjuti"))
        .exclude(akses="rahasia")
        .select_related("posko__wilayah", "wilayah", "kategori__instansi_utama", "pemilihan")
        .order_by("id")
    )
    stage.rng.shuffle(open_reports)
    working = [one for one in open_reports if one.status != "baru"]
    _forward(stage, working[:TERUSAN])
    rest = [one for one in working[TERUSAN:] if one.status == "terverifikasi"] or working[-8:]
    _hand_over(stage, rest[:LIMPAHAN])
    _ask_support(stage, rest[LIMPAHAN : LIMPAHAN + DUKUNGAN])
    _merge(stage, [one for one in open_reports if one.status == "baru"])


def leader_of(stage: Sutradara, laporan: Laporan) -> Aktor | None:
    """An operator or ketua of the responsible post itself."""
    leader = stage.lead(laporan.posko.wilayah_id, "operator", "ketua")
    return leader if any(m.posko_id == laporan.posko_id for m in leader.keanggotaan) else None


def next_moment(laporan: Laporan, rng: random.Random) -> dt.datetime | None:
    """Some minutes after the last entry; None when that would be in the future."""
    last = laporan.perkembangan.order_by("-urut").values_list("pada", flat=True).first()
    assert last is not None  # noqa: S101 - filing wrote the first entry
    at = last + dt.timedelta(minutes=rng.randint(2, 12))
    return at if at < timezone.now() else None


def _forward(stage: Sutradara, reports: list[Laporan]) -> None:
    for laporan in reports:
        by, lead = leader_of(stage, laporan), laporan.kategori.instansi_utama
        at = next_moment(laporan, stage.rng)
        if by is None or lead is None or at is None:
            continue
        seats = seats_for(laporan).filter(posko__wilayah="31.73", instansi__rumpun=lead.rumpun)
        kursi = seats.select_related("instansi", "posko__wilayah").order_by("id").first()
        if kursi is None or kursi.pk in laporan.penerusan_terbuka:
            continue
        cara = alur.cara_for(kursi.instansi)[0]
        until = at + dt.timedelta(hours=stage.rng.choice((1, 2, 6)))
        laporan.forward(
            by=by, versi=laporan.versi, kursi=kursi, cara=cara, teks=naskah.TERUSKAN, at=at,
            batas_waktu=None if cara == alur.Cara.INFORMASI_AWAL else until,
        )  # fmt: skip
        _answer(stage, laporan, kursi)


def _answer(stage: Sutradara, laporan: Laporan, kursi: Kursi) -> None:
    step = stage.rng.choices(list(JAWABAN), weights=list(JAWABAN.values()))[0]
    person, at = _of_seat(stage, kursi), next_moment(laporan, stage.rng)
    if step and person is not None and at is not None:
        said = naskah.JAWAB_INSTANSI[step]
        getattr(laporan, step)(by=stage.actor(person), versi=laporan.versi, penerusan=1, teks=said, at=at)


def _of_seat(stage: Sutradara, kursi: Kursi) -> Pengguna | None:
    """The cast first, then the seat's first member."""
    members = Anggota.objects.valid_on(timezone.localdate()).filter(kursi=kursi, pengguna__is_active=True)
    people = [m.pengguna for m in members.exclude(peran="admin").select_related("pengguna").order_by("id")]
    return next((p for p in people if p.username in stage.people), people[0] if people else None)


def _hand_over(stage: Sutradara, reports: list[Laporan]) -> None:
    for n, laporan in enumerate(reports):
        by, at = leader_of(stage, laporan), next_moment(laporan, stage.rng)
        above = [p for p in hand_over_targets(laporan) if len(p.wilayah_id) < len(laporan.posko.wilayah_id)]
        if by is None or at is None or not above:
            continue
        laporan.hand_over(by=by, versi=laporan.versi, tujuan=above[-1], teks=naskah.LIMPAH, at=at)
        taker, later = leader_of(stage, laporan), next_moment(laporan, stage.rng)
        if n % 2 and taker is not None and later is not None:
            laporan.accept_hand_over(by=taker, versi=laporan.versi, at=later)


def _ask_support(stage: Sutradara, reports: list[Laporan]) -> None:
    for n, laporan in enumerate(reports):
        by, at = leader_of(stage, laporan), next_moment(laporan, stage.rng)
        if by is None or at is None or laporan.posko.wilayah_id.count(".") == 0:
            continue
        laporan.ask_support(by=by, versi=laporan.versi, teks=naskah.DUKUNGAN, jumlah=n + 2, at=at)
        later = next_moment(laporan, stage.rng)
        assert laporan.dukungan_ke is not None  # noqa: S101 - it was just asked
        helper = stage.lead(laporan.dukungan_ke.wilayah_id, "operator", "ketua")
        if n % 2 and later is not None and helper.dipimpin & {laporan.dukungan_ke_id}:
            laporan.answer_support(
                by=helper, versi=laporan.versi, keputusan="sebagian", teks=naskah.DUKUNGAN_JAWAB, at=later
            )


def _merge(stage: Sutradara, reports: list[Laporan]) -> None:
    """New reports of the kelurahan where the cast works, into the oldest open one of the same kind."""
    here = sorted((r for r in reports if r.posko.wilayah_id == "31.73.08.1006"), key=lambda r: r.pk)
    merged = 0
    for main in here:
        for laporan in here:
            same = laporan.pk > main.pk and laporan.kategori.kelompok == main.kategori.kelompok
            if not same or merged >= GABUNGAN or "digabung" in (main.status, laporan.status):
                continue
            by, at = leader_of(stage, laporan), next_moment(laporan, stage.rng)
            if by is None or at is None or laporan.gabungan.exists():
                continue
            laporan.merge(by=by, versi=laporan.versi, utama=main, teks=naskah.GABUNG, at=at)
            merged += 1
