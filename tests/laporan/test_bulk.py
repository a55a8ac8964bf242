"""Acts on many reports: each on its own, only what the person may do, nothing twice, and every refusal in words."""

from __future__ import annotations

import re
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from laporan.models import HasilMassal, Laporan, TindakanMassal
from tests.cast import World
from tests.laporan.langkah import ATASAN, KETUA, PELAPOR, Masuk, bring, perform

CANARY = "KENARI-HIJAU"


def chosen(*rows: Laporan) -> list[str]:
    return [f"{row.pk}.{row.versi}" for row in rows]


def send(client: Client, act: str, rows: list[str], **other: Any) -> Any:
    return client.post("/laporan/massal/", {"tindakan": act, "pilih": rows} | other)


def form_of(dunia: World, act: str) -> dict[str, str]:
    until = timezone.localtime(timezone.now()).replace(microsecond=0) + timezone.timedelta(hours=3)
    return {
        "forward": {
            "instansi": str(dunia.instansi["polres"].pk), "cara": "", "teks": "Mohon pengamanan.",
            "batas_waktu": until.strftime("%Y-%m-%dT%H:%M"),
        },
        "reclassify": {"prioritas": "kritis", "teks": "Meluas."},
        "merge": {"teks": ""},
        "close": {"teks": "Sudah diperiksa."},
    }[act]  # fmt: skip


def test_confirms_before_it_does_anything(dunia: World, masuk: Masuk) -> None:
    rows = [bring(dunia, "terverifikasi") for _ in range(3)]
    page = send(masuk(KETUA), "forward", chosen(*rows))
    assert page.status_code == 200
    body = page.content.decode()
    assert 'name="kunci"' in body and "Teruskan ke instansi: 3 laporan" in body
    assert TindakanMassal.objects.count() == 0
    assert set(Laporan.objects.values_list("status", flat=True)) == {"terverifikasi"}


@pytest.mark.parametrize(
    ("act", "who", "start", "status", "entry"),
    [
        ("forward", KETUA, "terverifikasi", "ditindaklanjuti", "forward"),
        ("reclassify", KETUA, "baru", "baru", "reclassify"),
        ("close", ATASAN, "selesai", "ditutup", "close"),
        ("merge", KETUA, "baru", "digabung", "merge"),
    ],
)
def test_each_act_is_done_to_every_report(
    dunia: World, masuk: Masuk, act: str, who: str, start: str, status: str, entry: str
) -> None:
    rows = [bring(dunia, start) for _ in range(3)]
    form = form_of(dunia, act) | {"kunci": str(uuid.uuid4())}
    if act == "merge":
        form["utama"] = bring(dunia, "baru").nomor
    client = masuk(who)
    answer = send(client, act, chosen(*rows), **form)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    for row in rows:
        before, row = row.versi, Laporan.objects.get(pk=row.pk)
        assert (row.status, row.versi) == (status, before + 1)
        assert row.perkembangan.order_by("-urut").first().tindakan == entry  # type: ignore[union-attr]
    summary = client.get(answer["Location"]).content.decode()
    assert "3 dari 3 laporan" in summary and "Semua yang dipilih sudah dikerjakan." in summary


def test_what_could_not_be_done_is_said_report_by_report(dunia: World, masuk: Masuk) -> None:
    good, stale, closed = (
        bring(dunia, "terverifikasi"),
        bring(dunia, "terverifikasi"),
        bring(dunia, "ditutup"),
    )
    rows = [*chosen(good, stale, closed), "999999.1"]
    perform(dunia, stale, "handle", KETUA)
    client = masuk(KETUA)
    confirm = send(client, "forward", rows).content.decode()
    assert "3 laporan yang dipilih tidak dapat dikerjakan" in confirm
    answer = send(client, "forward", rows, kunci=str(uuid.uuid4()), **form_of(dunia, "forward"))
    page = client.get(answer["Location"]).content.decode()
    assert "1 dari 4 laporan" in page
    assert "Berubah sejak Anda memilihnya; kini berstatus Ditindaklanjuti." in page
    assert "karena laporan ini berstatus Ditutup" in page and "1 laporan tidak ditemukan" in page
    stale.refresh_from_db()
    assert stale.diteruskan == [] and Laporan.objects.get(pk=good.pk).diteruskan


def test_a_double_tap_does_nothing_twice(dunia: World, masuk: Masuk) -> None:
    rows = [bring(dunia, "terverifikasi") for _ in range(2)]
    client, form = masuk(KETUA), form_of(dunia, "forward") | {"kunci": str(uuid.uuid4())}
    first, second = (send(client, "forward", chosen(*rows), **form) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first["Location"] == second["Location"]
    assert TindakanMassal.objects.count() == 1 and HasilMassal.objects.count() == 2
    assert all(row.penerusan.count() == 1 for row in rows)
    other = send(client, "forward", chosen(*rows), **form | {"teks": "Lain."})
    assert other.status_code == 409
    assert all(row.penerusan.count() == 1 for row in rows)


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_submission(dunia: World, masuk: Masuk) -> None:
    rows = [bring(dunia, "baru") for _ in range(4)]
    form, answers = form_of(dunia, "reclassify") | {"kunci": str(uuid.uuid4())}, []
    clients = [masuk(KETUA) for _ in range(4)]

    def tap(client: Client) -> None:
        answers.append(send(client, "reclassify", chosen(*rows), **form).status_code)
        connection.close()

    threads = [threading.Thread(target=tap, args=(c,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 4 and TindakanMassal.objects.count() == 1
    assert HasilMassal.objects.filter(berhasil=True).count() == 4
    assert [Laporan.objects.get(pk=r.pk).versi for r in rows] == [r.versi + 1 for r in rows]


def test_all_that_match_is_what_the_list_shows(dunia: World, masuk: Masuk) -> None:
    wanted = [bring(dunia, "baru", "listrik") for _ in range(3)]
    other = bring(dunia, "baru", "data_pemilih")
    page = masuk(KETUA).post(
        "/laporan/massal/",
        {"tindakan": "reclassify", "semua": "1", "alamat": "?kategori=listrik&lingkup=terbuka"},
    )
    found = set(re.findall(r'name="pilih" value="(\d+)\.', page.content.decode()))
    assert found == {str(row.pk) for row in wanted} and str(other.pk) not in found


def test_hidden_reports_are_like_missing_ones(dunia: World, masuk: Masuk) -> None:
    hidden = dunia.file(
        "piket.jakbar", "data_pemilih", wilayah=dunia.posko["31.73"].wilayah, uraian=f"{CANARY} di gudang."
    )
    client, bodies = masuk("operator.jaktim"), []
    for rows in (chosen(hidden), ["99999999.1"]):
        for other in ({}, form_of(dunia, "reclassify") | {"kunci": str(uuid.uuid4())}):
            answer = send(client, "reclassify", rows, **other)
            if answer.status_code == 302:
                answer = client.get(answer["Location"])
            body = answer.content.decode()
            assert CANARY not in body and hidden.nomor not in body
            body = re.sub(r'value="[^"]*"|\d\d\.\d\d|/massal/[^"]+', "", body)
            bodies.append(re.sub(r'datetime="[^"]*"', "", body))
    assert bodies[0] == bodies[2] and bodies[1] == bodies[3]
    hidden.refresh_from_db()
    assert hidden.versi == 1


def test_only_acts_of_ones_own(dunia: World, masuk: Masuk) -> None:
    rows = chosen(bring(dunia, "terverifikasi"))
    assert send(masuk(PELAPOR), "forward", rows).status_code == 403
    assert send(masuk("partai.jakbar"), "close", rows).status_code == 403
    # An operator above may close, and does nothing else for a post below.
    above = masuk("operator.jakbar")
    assert "Anda tidak berwenang" in send(above, "forward", rows).content.decode()
    done = send(above, "forward", rows, kunci=str(uuid.uuid4()), **form_of(dunia, "forward"))
    assert "Anda tidak berwenang" in above.get(done["Location"]).content.decode()
    assert set(Laporan.objects.values_list("status", flat=True)) == {"terverifikasi"}


def test_a_summary_is_its_owners(dunia: World, masuk: Masuk) -> None:
    rows, client = chosen(bring(dunia, "baru")), masuk(KETUA)
    done = send(client, "reclassify", rows, kunci=str(uuid.uuid4()), **form_of(dunia, "reclassify"))
    assert client.get(done["Location"]).status_code == 200
    assert masuk(ATASAN).get(done["Location"]).status_code == 404
    assert client.get(f"/laporan/massal/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"tindakan": "hapus"}, 422), ({"tindakan": ""}, 422), ({"tindakan": "forward"}, 422),
        ({"tindakan": "forward", "pilih": ["x", "1", "1.x", "-1.1", "9" * 30 + ".1"]}, 422),
        ({"tindakan": "forward", "pilih": [f"{n}.1" for n in range(501)]}, 422),
        ({"tindakan": "forward", "semua": "1", "alamat": "?kategori=zzz&wilayah=x"}, 200),
        ({"tindakan": "merge", "kunci": "bukan-kunci", "utama": "x"}, 422),
        ({"tindakan": "forward", "kunci": "", "instansi": "x", "teks": "", "batas_waktu": "kemarin"}, 422),
        ({"tindakan": "reclassify", "kunci": "11111111-1111-4111-8111-111111111111", "prioritas": "luar biasa"}, 422),
        ({"tindakan": "forward", "kunci": "11111111-1111-4111-8111-111111111111", "teks": "a\x00b"}, 422),
    ],
)  # fmt: skip
def test_bad_input_is_said_and_does_nothing(
    dunia: World, masuk: Masuk, sent: dict[str, Any], status: int
) -> None:
    row = bring(dunia, "baru", "listrik")
    if "kunci" in sent:
        sent = sent | {"pilih": chosen(row)}
    assert masuk(KETUA).post("/laporan/massal/", sent).status_code == status
    assert TindakanMassal.objects.count() == 0


def test_typed_words_are_kept(dunia: World, masuk: Masuk) -> None:
    form = {"kunci": str(uuid.uuid4()), "teks": "Mohon dibantu segera.", "instansi": "", "batas_waktu": ""}
    page = send(masuk(KETUA), "forward", chosen(bring(dunia, "terverifikasi")), **form)
    assert page.status_code == 422 and "Mohon dibantu segera." in page.content.decode()


def test_queries_grow_only_in_the_acts(dunia: World, masuk: Masuk) -> None:
    client, confirm, acts, summary = masuk(KETUA), [], [], []
    for count in (2, 6, 10):
        rows = [bring(dunia, "baru") for _ in range(count)]
        form = form_of(dunia, "reclassify") | {"kunci": str(uuid.uuid4())}
        with CaptureQueriesContext(connection) as seen:
            send(client, "reclassify", chosen(*rows))
        confirm.append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            answer = send(client, "reclassify", chosen(*rows), **form)
        acts.append(len(seen))
        with CaptureQueriesContext(connection) as seen:
            client.get(answer["Location"])
        summary.append(len(seen))
    assert len(set(confirm)) == 1 and confirm[0] <= 6, confirm
    assert len(set(summary)) == 1 and summary[0] <= 6, summary
    assert (acts[1] - acts[0]) == (acts[2] - acts[1]), acts


def test_the_list_offers_it_to_whom_it_may_serve(dunia: World, masuk: Masuk) -> None:
    bring(dunia, "baru")
    for who, acts in (
        (KETUA, 4),
        ("operator.jakbar", 4),
        (PELAPOR, 0),
        ("partai.jakbar", 0),
        ("pengarah.dki", 0),
    ):
        page = masuk(who).get("/laporan/").content.decode()
        assert len(re.findall(r'<button[^>]*name="tindakan"', page)) == acts, who
        assert ('name="pilih"' in page) == bool(acts and "data-nomor" in page), who
