"""The recap: its numbers are those of the rows, its scope is the rule's, its size does not matter to its queries."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from laporan.models import CatatanAkses
from piket import kehadiran, rekap
from piket.models import Penugasan
from posko import access
from posko.models import Posko
from tests.cast import CAST, World
from tests.piket.test_halaman import Masuk
from tests.piket.test_kebenaran import JAKBAR

PAGE = "/piket/rekap/"
STATES = ["hadir", "terlambat", "sakit", "izin", "cuti", "dinas_luar", "tanpa_keterangan", ""]


def put(duty: Penugasan, state: str, hours: float | None = None) -> None:
    """Set a state as the acts would leave it."""
    came = duty.waktu.lower if state in ("hadir", "terlambat") else None
    left = came + dt.timedelta(hours=hours) if came and hours else None
    Penugasan.objects.filter(pk=duty.pk).update(kehadiran=state, datang=came, pulang=left)


def some_days(dunia: World) -> None:
    """Eight days of one person, one of each state, and a colleague on two of them, once replaced."""
    now = timezone.now()
    for n, state in enumerate(STATES):
        put(dunia.put_on_duty("piket.jakbar", now - dt.timedelta(days=n)), state, 7.5 if n == 0 else None)
    put(dunia.put_on_duty("polres.jakbar", now), "hadir", 2)
    old = dunia.put_on_duty("polres.jakbar", now - dt.timedelta(days=1))
    Penugasan.objects.filter(pk=old.pk).update(status="digantikan")
    later = dunia.put_on_duty("piket.jakbar", now + dt.timedelta(days=1))
    assert later.waktu.lower > now  # not counted: it has not begun


def lines(client: Client, **query: str) -> dict[str, list[Any]]:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return {row.nama: row.nilai for row, _ in answer.context["baris"]}


def test_numbers_are_those_of_the_rows(dunia: World, masuk: Masuk) -> None:
    some_days(dunia)
    client = masuk("operator.jakbar")
    first = (timezone.localdate() - dt.timedelta(days=10)).isoformat()
    people = lines(client, dari=first)
    # tugas, hadir, terlambat, sakit, izin, cuti, dinas luar, tanpa keterangan, belum, digantikan, jam
    assert people["Petugas Piket Jakarta Barat"] == [8, 1, 1, 1, 1, 1, 1, 1, 1, 0, 7.5]
    assert people[dunia.orang["polres.jakbar"].nama] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2]
    whole = client.get(PAGE, {"dari": first}).context["jumlah"]
    assert whole.nilai == [9, 2, 1, 1, 1, 1, 1, 1, 1, 1, 9.5]
    agencies = lines(client, dari=first, per="instansi")
    assert sum(row[0] for row in agencies.values()) == 9 and agencies["Polres"][9] == 1
    posts = lines(client, dari=first, per="posko", bawah="1")
    assert posts == {"Posko Kota Jakarta Barat": whole.nilai}
    assert lines(client, dari=first, bawah="1") == posts  # people are counted in one post at a time


def test_dates_are_local_and_both_included(dunia: World, masuk: Masuk) -> None:
    some_days(dunia)
    client, today = masuk("operator.jakbar"), timezone.localdate()
    duties = Penugasan.objects.live().filter(
        pengguna=dunia.orang["piket.jakbar"], waktu__startswith__lte=timezone.now()
    )
    for days in (1, 3, 7):
        dari = today - dt.timedelta(days=days - 1)
        expected = duties.filter(piket__tanggal__range=(dari, today)).count()
        found = lines(client, dari=dari.isoformat(), sampai=today.isoformat())
        assert found.get("Petugas Piket Jakarta Barat", [0])[0] == expected


def test_a_line_leads_to_its_duties(dunia: World, masuk: Masuk) -> None:
    some_days(dunia)
    client = masuk("operator.jakbar")
    first = (timezone.localdate() - dt.timedelta(days=10)).isoformat()
    rows = client.get(PAGE, {"dari": first}).context["baris"]
    url = next(url for row, url in rows if row.nama == "Petugas Piket Jakarta Barat")
    page = client.get(url)
    assert len(page.context["tugas"]) == 8 and "Dinas luar" in page.content.decode()
    other = dunia.put_on_duty("operator.jaktim")
    hidden = client.get(PAGE, {"dari": first, "anggota": str(other.anggota_id)})
    assert hidden.status_code == 200 and hidden.context["tugas"] == []


@pytest.mark.parametrize(
    ("username", "own", "below", "beside"),
    [("operator.jakbar", 200, 200, 404), ("admin.jakbar", 200, 200, 404), ("operator.dki", 200, 200, 200),
     ("operator.kembangan", 403, 200, 404), ("piket.jakbar", 403, 403, 404), ("polres.jakbar", 403, 403, 404),
     ("partai.jakbar", 403, 404, 404), ("operator.jaktim", 404, 404, 200)],
)  # fmt: skip
def test_who_reads_it(dunia: World, masuk: Masuk, username: str, own: int, below: int, beside: int) -> None:
    client = masuk(username)
    for kode, status in ((JAKBAR, own), ("31.73.08", below), ("31.75", beside)):
        assert client.get(PAGE, {"posko": kode}).status_code == status, kode
        for form in ("csv", "xlsx"):
            assert client.get(f"/piket/rekap.{form}", {"posko": kode}).status_code == status


@pytest.mark.parametrize("username", [n for n in CAST if n not in ("lama.jakbar", "nonaktif.jakbar")])
def test_filter_and_rule_say_the_same(dunia: World, username: str) -> None:
    aktor = dunia.aktor(username)
    seen = set(Posko.objects.filter(access.attendance_visible_to(aktor)))
    posts = Posko.objects.filter(pemilihan=aktor.edisi).select_related("wilayah")
    assert seen == {p for p in posts if access.can(aktor, "read_attendance", p)}


def test_queries_do_not_grow(dunia: World, masuk: Masuk, django_assert_num_queries: object) -> None:
    client = masuk("operator.jakbar")
    dunia.put_on_duty("piket.jakbar")
    client.get(PAGE)
    for many in (False, True):
        if many:
            for name in ("polres.jakbar", "kpu.jakbar", "bawaslu.jakbar", "operator.kembangan"):
                dunia.put_on_duty(name)
        for per in ("orang", "instansi", "posko"):
            with django_assert_num_queries(5):  # session, person, who is asking, the post, the counts
                client.get(PAGE, {"per": per, "bawah": "1" if per == "posko" else ""})


@pytest.mark.parametrize(
    "query", ["dari=kapan", "dari=2026-02-30&sampai=x", "dari=0001-01-01&sampai=9999-12-31", "per=semua", "anggota=abc",
              "anggota=999999999999999999", "bawah=9", "posko="],
)  # fmt: skip
def test_odd_addresses(dunia: World, masuk: Masuk, query: str) -> None:
    assert masuk("operator.jakbar").get(f"{PAGE}?{query}").status_code == 200
    asked = masuk("operator.jakbar").get(f"{PAGE}?dari=2020-01-01&sampai=2026-01-01").context["p"]
    assert (asked.sampai - asked.dari).days == rekap.PALING_LAMA - 1


def test_as_a_file_without_formulas(dunia: World, masuk: Masuk) -> None:
    duty = dunia.put_on_duty("piket.jakbar")
    dunia.orang["piket.jakbar"].nama = '=HYPERLINK("http://jahat")'
    dunia.orang["piket.jakbar"].save()
    kehadiran.mark(duty.piket, [duty.pk], "hadir", by=dunia.aktor("operator.jakbar"))
    client = masuk("operator.jakbar")
    answer = client.get("/piket/rekap.csv")
    text = answer.content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text and "no-store" in answer["Cache-Control"]
    assert text.splitlines()[0].startswith("Orang,Keterangan,Tugas,Hadir,Terlambat,Sakit")
    content = b"".join(client.get("/piket/rekap.xlsx").streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["A2"].value == '=HYPERLINK("http://jahat")' and sheet["A2"].data_type == "s"
    notes = CatatanAkses.objects.filter(jenis="ekspor")
    assert {n.bentuk for n in notes} == {"csv", "xlsx"} and "Rekap kehadiran" in notes[0].saringan
