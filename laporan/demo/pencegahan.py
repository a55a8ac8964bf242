"""The drill's foresight: assessed potensi, advice for the evaluation meeting, and stations called rawan."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from laporan.demo import naskah
from laporan.demo.antar import leader_of, next_moment
from laporan.demo.kejadian import Sutradara
from laporan.models import Laporan, Saran, TPSRawan
from posko.models import Kursi, Posko

PENILAIAN, RAWAN_BAWASLU, RAWAN_POLRI = 8, 60, 24
# Who gives advice, to which post, and how far it has come.
STEPS = {"": 0, "dibahas": 1, "dijalankan": 2}
SARAN = (
    ("polres.jakbar", "31.73", ""),
    ("kpu.jakbar", "31.73", "dibahas"),
    ("piket.jakbar", "31.73", "dijalankan"),
    ("lapor.kembangan-selatan", "31.73.08.1006", ""),
    ("piket.kembangan-selatan", "31.73.08.1006", "dijalankan"),
)


def play(stage: Sutradara) -> None:
    """Everything of this module; deterministic, through the real acts."""
    _assess(stage)
    _advise(stage)
    _mark_stations(stage)


def _assess(stage: Sutradara) -> None:
    potential = (
        Laporan.objects.filter(pemilihan=stage.edition, jenis="potensi", posko__wilayah__gte="31.73")
        .filter(posko__wilayah__lt="31.74", status__in=("baru", "terverifikasi", "ditindaklanjuti"))
        .filter(batas_terima=None).exclude(akses="rahasia")
        .select_related("posko__wilayah", "wilayah", "kategori", "pemilihan").order_by("id")
    )  # fmt: skip
    for n, laporan in enumerate(potential[:PENILAIAN]):
        by, at = leader_of(stage, laporan), next_moment(laporan, stage.rng)
        owner = Kursi.objects.filter(posko=laporan.posko_id, aktif=True).order_by("instansi__urutan").first()
        if by is None or at is None or owner is None:
            continue
        laporan.assess(
            by=by, versi=laporan.versi, kemungkinan=("jarang", "mungkin", "sering")[n % 3], teks=naskah.CEGAH,
            dampak=("ringan", "sedang", "berat")[n // 3 % 3], pemilik=owner, at=at,
            tinjau_pada=timezone.localdate(at) + dt.timedelta(days=n % 4),
        )  # fmt: skip


def _advise(stage: Sutradara) -> None:
    now = timezone.now()
    for n, (who, kode, step) in enumerate(SARAN):
        posko = Posko.objects.select_related("wilayah").get(pemilihan=stage.edition, wilayah=kode)
        at = now - dt.timedelta(days=3, hours=n)
        kunci = uuid.UUID(int=stage.rng.getrandbits(128), version=4)
        saran = Saran.objects.give(
            stage.actor(stage.people[who]), posko=posko, teks=naskah.SARAN[n], kunci=kunci, at=at
        )
        leader = stage.lead(kode, "operator", "ketua")
        for later, act in enumerate(("discuss_advice", "adopt_advice")[: STEPS[step]], start=1):
            getattr(saran, act)(by=leader, teks=naskah.SARAN_JAWAB, at=at + dt.timedelta(hours=8 * later))


def _mark_stations(stage: Sutradara) -> None:
    """Stations of West Jakarta that each of the two sources calls rawan, so that both stand side by side."""
    stations = [
        tps for kode in sorted(stage.stations) if kode.startswith("31.73") for tps in stage.stations[kode]
    ]
    here = stage.stations["31.73.08.1006"]
    day = timezone.localdate() - dt.timedelta(days=12)
    rows = [
        TPSRawan(
            pemilihan=stage.edition, tps=tps, wilayah_id=tps.wilayah_id, sumber="bawaslu", per_tanggal=day,
            variabel=variabel, indikator=indikator, frekuensi=n % 3 + 1,
        )
        for n, tps in enumerate([*stage.rng.sample(stations, RAWAN_BAWASLU), *here[:8]])
        for variabel, indikator in [naskah.RAWAN[n % len(naskah.RAWAN)]]
    ]  # fmt: skip
    rows += [
        TPSRawan(
            pemilihan=stage.edition, tps=tps, wilayah_id=tps.wilayah_id, sumber="polri", per_tanggal=day,
            kelas="sangat_rawan" if n % 6 == 0 else "rawan",
        )
        for n, tps in enumerate([*stage.rng.sample(stations, RAWAN_POLRI), *here[4:10]])
    ]  # fmt: skip
    TPSRawan.objects.bulk_create(rows, ignore_conflicts=True)
