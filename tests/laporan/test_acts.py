"""Every row of the workflow table and every forbidden pair, by raw POST."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from laporan import alur
from laporan.alur import ACTS
from laporan.models import Laporan, Perkembangan
from tests.cast import CAST, World, build_world
from tests.laporan.langkah import (
    ATASAN,
    JALAN,
    KETUA,
    PELAPOR,
    Masuk,
    bring,
    bring_to,
    fields,
    send,
)

# Who the table and the post's tiers let do what to a report of Posko Kelurahan Kembangan Selatan, written out by hand.
P = {KETUA}
ABOVE = {ATASAN, "operator.jakbar", "operator.dki"}
ON_DUTY = "piket.kembangan-selatan"
MAY = {
    "ask": P, "complete": {PELAPOR}, "verify": P | ABOVE, "decline": P, "reclassify": P, "handle": P, "resolve": P,
    "close": P | ABOVE, "reopen": P, "request_reopen": {PELAPOR}, "forward": P, "ask_support": P, "hand_over": P,
    "merge": P, "assess": P, "link": P, "unmerge": P, "accept_hand_over": P, "return_hand_over": P,
    # Nobody, until something was forwarded or asked: see SITUATIONS.
    "receive": set(), "progress": set(), "finish": set(), "send_back": set(), "answer_support": set(),
}  # fmt: skip
# Written out again from the design, so that a slip in the table shows.
FROM = {
    "ask": {"baru": "perlu_dilengkapi"},
    "complete": {"perlu_dilengkapi": "baru"},
    "verify": {"baru": "terverifikasi", "perlu_dilengkapi": "terverifikasi"},
    "decline": {"baru": "tidak_dilanjutkan", "perlu_dilengkapi": "tidak_dilanjutkan"},
    "reclassify": {s: s for s in ("baru", "perlu_dilengkapi", "terverifikasi", "ditindaklanjuti")},
    "handle": {"terverifikasi": "ditindaklanjuti"},
    "resolve": {"ditindaklanjuti": "selesai"},
    "close": {"selesai": "ditutup"},
    "reopen": {"selesai": "ditindaklanjuti", "ditutup": "ditindaklanjuti", "tidak_dilanjutkan": "baru"},
    "link": {s: s for s in ("baru", "perlu_dilengkapi", "terverifikasi", "ditindaklanjuti")},
    "assess": {},  # of a potensi only: tests/laporan/test_assess.py
    "request_reopen": {s: s for s in ("selesai", "ditutup", "tidak_dilanjutkan")},
    "forward": {"terverifikasi": "ditindaklanjuti", "ditindaklanjuti": "ditindaklanjuti"},
    "ask_support": {s: s for s in ("baru", "perlu_dilengkapi", "terverifikasi", "ditindaklanjuti")},
    "hand_over": {"terverifikasi": "terverifikasi", "ditindaklanjuti": "ditindaklanjuti"},
    "merge": {"baru": "digabung", "perlu_dilengkapi": "digabung", "terverifikasi": "digabung"},
    "unmerge": {},
    "accept_hand_over": {},
    "return_hand_over": {},
    "receive": {},
    "progress": {},
    "finish": {},
    "send_back": {},
    "answer_support": {},
}
ANSWERS = ("receive", "progress", "finish", "send_back")
# What a situation changes: (act, who) → the answer; None is a change that keeps the status, text the status it leads to.
# Everything else is refused with 403, or 409 where the table names the person.
SITUATIONS: dict[str, dict[tuple[str, str], int | str | None]] = {
    "digabung": {("unmerge", KETUA): "baru"},
    "diteruskan": {
        **{(act, "polres.jakbar"): None for act in ANSWERS},
        ("resolve", KETUA): "selesai", ("resolve", "polres.jakbar"): 422, ("forward", KETUA): None, ("hand_over", KETUA): None,
        ("ask_support", KETUA): None, ("reclassify", KETUA): None, ("link", KETUA): None,
    },
    "tuntas": {
        ("resolve", KETUA): "selesai", ("resolve", "polres.jakbar"): "selesai", ("forward", KETUA): None,
        ("hand_over", KETUA): None, ("ask_support", KETUA): None, ("reclassify", KETUA): None, ("link", KETUA): None,
    } | {(act, "polres.jakbar"): 409 for act in ANSWERS},
    "minta_dukungan": {
        ("answer_support", ATASAN): None, ("handle", KETUA): "ditindaklanjuti", ("forward", KETUA): "ditindaklanjuti",
        ("hand_over", KETUA): None, ("merge", KETUA): "digabung", ("reclassify", KETUA): None, ("link", KETUA): None,
    },
    "dilimpahkan": {("accept_hand_over", ATASAN): None, ("return_hand_over", ATASAN): None},
}  # fmt: skip
# Who sees the report at all (biasa, in Kembangan Selatan).
SEES = {
    "admin", "pengarah.dki", "operator.dki", "ketua.jakbar", "operator.jakbar", "piket.jakbar", "polres.jakbar", "kpu.jakbar",
    "bawaslu.jakbar", ATASAN, KETUA, ON_DUTY, PELAPOR,
}  # fmt: skip
OUT = {"lama.jakbar", "nonaktif.jakbar"}


def test_the_table_names_every_act() -> None:
    assert set(MAY) == set(FROM) == set(ACTS)


@pytest.mark.parametrize("keadaan", SITUATIONS)
def test_only_the_table_changes_a_report_in_a_situation(dunia: World, masuk: Masuk, keadaan: str) -> None:
    """Forwarded, merged, handed over, asking for help: who may do what then, and nothing else changes anything."""
    dunia.file(PELAPOR, "potensi_banjir")  # to be linked with
    laporan = bring_to(dunia, keadaan)
    dunia.file(PELAPOR, "data_pemilih")
    before = Laporan.objects.filter(pk=laporan.pk).values().get()
    held = {ATASAN} if keadaan == "dilimpahkan" else P
    for who in sorted(SEES):
        client = masuk(who)
        for name in ACTS:
            want = SITUATIONS[keadaan].get((name, who), 403)
            rightful = held | (ABOVE if name in ("verify", "close") else set())
            if MAY[name] == {PELAPOR}:
                rightful = {PELAPOR}
            if want == 403 and who in rightful and name not in (*ANSWERS, "answer_support"):
                want = 409
            point = transaction.savepoint()
            answer = send(client, name, laporan)
            what = f"{keadaan} {name} {who}"
            now = Laporan.objects.filter(pk=laporan.pk).values().get()
            if isinstance(want, int):
                assert answer.status_code == want, what
                assert now == before, what
            else:
                assert answer.status_code == 302, what
                assert now["status"] == (want or laporan.status), what
                added = Perkembangan.objects.filter(laporan=laporan.pk, urut__gt=laporan.versi)
                assert [e.tindakan for e in added] == [name], what
            transaction.savepoint_rollback(point)


@pytest.mark.parametrize("status", JALAN)
def test_only_the_table_changes_a_report(dunia: World, masuk: Masuk, status: str) -> None:
    """Status × act × person: refused ones change nothing; allowed ones lead on with exactly one entry."""
    dunia.file(PELAPOR, "potensi_banjir")  # to be linked with
    laporan = bring(dunia, status)
    dunia.file(PELAPOR, "data_pemilih")
    before = Laporan.objects.filter(pk=laporan.pk).values().get()
    for who in CAST:
        client = masuk(who)
        for name, act in ACTS.items():
            resolved_it = name == "close" and who == KETUA and status in ("selesai", "ditutup")
            allowed = who in MAY[name] and not resolved_it
            # Who is out is sent to the login page, or told that the session ended.
            want = (302, 403) if who in OUT else (404,) if who not in SEES else (409,) if allowed else (403,)
            target = FROM[name].get(status) if allowed else None
            client = masuk(who) if who in OUT else client  # the first answer signs them out
            point = transaction.savepoint()
            answer = send(client, name, laporan)
            what = f"{status} {name} {who}"
            now = Laporan.objects.filter(pk=laporan.pk).values().get()
            if target is None:
                assert answer.status_code in want, what
                assert now == before, what
            else:
                assert answer.status_code == 302 and answer["Location"] == f"/laporan/{laporan.nomor}/", what
                assert now["status"] == target, what
                added = list(Perkembangan.objects.filter(laporan=laporan.pk, urut__gt=laporan.versi))
                assert [e.tindakan for e in added] == [name], what
                assert now["versi"] == now["jurnal_panjang"] == laporan.versi + 1, what
            transaction.savepoint_rollback(point)


def test_kegiatan_has_no_acts(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="rapat")
    for who in (KETUA, ATASAN, PELAPOR):
        for name in ACTS:
            assert send(masuk(who), name, laporan).status_code in (403, 409)
    assert Perkembangan.objects.filter(laporan=laporan).count() == 1


def test_kritis_is_handled_before_it_is_verified_and_marked(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="banjir")
    client = masuk(KETUA)
    assert send(client, "handle", laporan).status_code == 302
    laporan.refresh_from_db()
    assert laporan.status == "ditindaklanjuti" and laporan.sebelum_verifikasi
    assert b"Belum terverifikasi" in client.get(f"/laporan/{laporan.nomor}/").content


def test_verifier_is_not_who_filed(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(KETUA, "data_pemilih")
    assert send(masuk(KETUA), "verify", laporan).status_code == 403
    assert send(masuk(ATASAN), "verify", laporan).status_code == 302


def test_closer_is_not_who_resolved_at_any_tier(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file("lapor.kembangan-selatan", "data_pemilih")
    laporan.verify(by=dunia.aktor(KETUA), versi=laporan.versi)
    laporan.handle(by=dunia.aktor(KETUA), versi=laporan.versi)
    laporan.resolve(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Selesai.")
    assert send(masuk(KETUA), "close", laporan).status_code == 403
    assert send(masuk("operator.dki"), "close", laporan).status_code == 302


def test_act_from_above_is_journalled_so(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    send(masuk("operator.jakbar"), "verify", laporan)
    entry = Perkembangan.objects.select_related("anggota__pengguna").get(laporan=laporan, tindakan="verify")
    assert entry.data["catatan"] == {"dari_atas": True}
    assert entry.anggota is not None and entry.anggota.pengguna.username == "operator.jakbar"
    other = dunia.file(kategori="data_pemilih")
    send(masuk(KETUA), "verify", other)
    assert Perkembangan.objects.get(laporan=other, tindakan="verify").data["catatan"] == {}


@pytest.mark.parametrize(
    ("kategori", "may"), [("data_pemilih", True), ("apk", False), ("listrik", False), ("banjir", False)]
)
def test_members_on_duty_verify_and_close_sedang_and_rendah(
    dunia: World, masuk: Masuk, kategori: str, may: bool
) -> None:
    if kategori == "apk":  # rendah, but the reporter's own: on duty is no way around four eyes
        laporan = dunia.file(ON_DUTY, "apk")
    else:
        laporan = dunia.file(kategori=kategori)
    assert send(masuk(ON_DUTY), "verify", laporan).status_code == 403
    dunia.put_on_duty(ON_DUTY)
    assert send(masuk(ON_DUTY), "verify", laporan).status_code == (302 if may else 403)


def test_stale_act_says_what_happened_and_keeps_the_text(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    seen = str(laporan.versi)
    laporan.reclassify(
        by=dunia.aktor(KETUA), versi=laporan.versi, teks="Lebih gawat.", prioritas="tinggi", akses="biasa", kategori=laporan.kategori,
    )  # fmt: skip
    answer = send(masuk(KETUA), "decline", laporan, versi=seen, teks="Kalimat yang sayang bila hilang.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Prioritas: Sedang → Tinggi" in page and "Lebih gawat." in page
    assert "Kalimat yang sayang bila hilang." in page and f'href="/laporan/{laporan.nomor}/"' in page
    assert Perkembangan.objects.filter(laporan=laporan).count() == 2


def test_conflict_page_masks_the_reporter(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="apk")
    laporan.ask(by=dunia.aktor(KETUA), versi=laporan.versi, teks="Di mana?")
    seen = str(laporan.versi)
    laporan.complete(by=dunia.aktor(PELAPOR), versi=laporan.versi, teks="Dekat pasar.")
    page = send(masuk(ATASAN), "verify", laporan, versi=seen).content.decode()
    assert "Pelapor disamarkan" in page and dunia.orang[PELAPOR].nama not in page


@pytest.mark.parametrize(
    ("act", "status", "missing"),
    [
        ("ask", "baru", {"teks": " "}),
        ("complete", "perlu_dilengkapi", {"teks": ""}),
        ("decline", "baru", {"alasan": ""}),
        ("decline", "baru", {"alasan": "karangan"}),
        ("decline", "baru", {"teks": ""}),
        ("resolve", "ditindaklanjuti", {"teks": ""}),
        ("reopen", "ditutup", {"teks": ""}),
        ("request_reopen", "ditutup", {"teks": ""}),
        ("reclassify", "baru", {"teks": ""}),
        ("reclassify", "baru", {"prioritas": "gawat"}),
        ("reclassify", "baru", {"kategori": "999999"}),
        ("reclassify", "baru", {"kategori": "x"}),
        ("reclassify", "baru", {"akses": "rahasia!"}),
        ("reclassify", "baru", {"prioritas": "sedang"}),
        ("verify", "baru", {"versi": ""}),
        ("verify", "baru", {"versi": "satu"}),
        ("verify", "baru", {"teks": "x" * 4001}),
    ],
)
def test_incomplete_form_comes_back_with_what_was_typed(
    dunia: World, masuk: Masuk, act: str, status: str, missing: dict[str, str]
) -> None:
    laporan = bring(dunia, status)
    client = masuk(PELAPOR if act in ("complete", "request_reopen") else KETUA)
    answer = send(client, act, laporan, **missing)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    if "teks" not in missing:
        assert "Keterangan yang cukup." in answer.content.decode()
    assert Laporan.objects.get(pk=laporan.pk).versi == laporan.versi


def test_a_kegiatan_category_cannot_be_chosen(dunia: World, masuk: Masuk) -> None:
    laporan = dunia.file(kategori="data_pemilih")
    answer = send(masuk(KETUA), "reclassify", laporan, kategori=str(dunia.kategori["rapat"].pk))
    assert answer.status_code == 422


def test_every_act_page_opens_for_who_may(dunia: World, masuk: Masuk) -> None:
    for status in JALAN:
        laporan = bring(dunia, status)
        for who in (KETUA, ATASAN, PELAPOR):
            client, aktor = masuk(who), dunia.aktor(who)
            for act in alur.acts_for(aktor, laporan):
                page = client.get(f"/laporan/{laporan.nomor}/{act.slug}/")
                assert page.status_code == 200 and page.content.count(b"<h1") == 1, (status, act.name)
            misfit = client.get(f"/laporan/{laporan.nomor}/tutup/")
            assert misfit.status_code in (200, 403, 409)


def test_closed_edition_refuses_every_act(dunia: World, masuk: Masuk) -> None:
    reports = {status: bring(dunia, status) for status in JALAN}
    dunia.edisi.close()
    for laporan in reports.values():
        for who in (KETUA, ATASAN, PELAPOR, "admin"):
            client = masuk(who)
            assert client.get(f"/laporan/{laporan.nomor}/").status_code == 200
            for name in ACTS:
                assert send(client, name, laporan).status_code == 403
    assert Perkembangan.objects.count() == sum(len(path) + 1 for path in JALAN.values())


@pytest.mark.django_db(transaction=True)
def test_verify_and_decline_at_once_has_one_winner() -> None:
    dunia = build_world()
    laporan = dunia.file(kategori="data_pemilih")
    start, answers = threading.Barrier(2), []

    def act(who: str, name: str) -> None:
        client = Client()
        client.force_login(dunia.orang[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        start.wait()
        try:
            row = ACTS[name]
            answers.append(
                client.post(f"/laporan/{laporan.nomor}/{row.slug}/", fields(row, laporan)).status_code
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=pair) for pair in ((ATASAN, "verify"), (KETUA, "decline"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409]
    assert Perkembangan.objects.filter(laporan=laporan).count() == 2
