"""From filing to closing, by the table."""

from __future__ import annotations

import pytest

from laporan import alur
from laporan.models import Laporan, Perkembangan
from tests.cast import World


def test_report_goes_from_filing_to_closing(dunia: World) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    assert laporan.nomor.startswith("G3173081006-") and laporan.nomor.endswith("-0001")
    assert laporan.jejak == [dunia.posko[k].pk for k in ("31.73.08.1006", "31.73.08", "31.73", "31")]
    ketua = dunia.aktor("ketua.kembangan-selatan")
    laporan.verify(by=ketua, versi=laporan.versi)
    laporan.handle(by=ketua, versi=laporan.versi)
    laporan.resolve(by=ketua, versi=laporan.versi, teks="Air sudah surut.")
    with pytest.raises(alur.TidakBoleh):
        laporan.close(by=ketua, versi=laporan.versi)
    laporan.close(by=dunia.aktor("operator.kembangan"), versi=laporan.versi)
    stored = Laporan.objects.get(pk=laporan.pk)
    assert stored.status == "ditutup" and stored.batas_waktu is None
    acts = list(Perkembangan.objects.filter(laporan=laporan).values_list("tindakan", flat=True))
    assert acts == ["file", "verify", "handle", "resolve", "close"]
    assert Perkembangan.objects.get(laporan=laporan, tindakan="close").data["catatan"] == {"dari_atas": True}


def test_stale_act_is_refused(dunia: World) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    ketua = dunia.aktor("ketua.kembangan-selatan")
    seen = laporan.versi
    laporan.verify(by=ketua, versi=seen)
    with pytest.raises(alur.Basi):
        Laporan.objects.get(pk=laporan.pk).decline(by=ketua, versi=seen, alasan="tidak_benar", teks="Keliru.")


def test_same_key_is_one_report(dunia: World) -> None:
    from laporan.pelaporan import KunciBentrok, file

    isian = dunia.isian()
    aktor = dunia.aktor("lapor.kembangan-selatan")
    first = file(aktor, isian)
    assert file(aktor, isian).pk == first.pk
    with pytest.raises(KunciBentrok):
        file(aktor, dunia.isian(kunci=isian.kunci, uraian="Isi lain sama sekali."))
    assert file(aktor, dunia.isian()).nomor.endswith("-0002")
