"""Recording attendance: by the code at the post, by who runs the shift, by a personal link."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as internal
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from piket import hadir, kehadiran, kode, tautan
from piket.forms.hadir import KodeForm, PerbaikiForm, TandaiForm
from piket.models import Penugasan, TautanHadir
from piket.penugasan import Basi, Ditolak
from piket.rincian import build_shift, history, read_shift, state_words
from piket.views.giliran import seen_shift
from posko.access import can
from posko.akun.orang import client_network
from posko.permintaan import Permintaan
from posko.views.galat import answer_error

# Remembers in the browser that this link was used from here: the answer after the redirect is a receipt, not an error.
RESI, RESI_UMUR = "posko_tautan", 600


# --- by code ------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: Permintaan) -> HttpResponse:
    """Type (or scan) the digits at the post. GET only shows the form; wrong digits are limited per person."""
    if request.method != "POST":
        return _code_page(request, KodeForm(initial={"kode": kode.clean(request.GET.get("kode", "")[:20])}))
    form = KodeForm(request.POST)
    aksi = request.POST.get("aksi", "")
    if aksi not in (hadir.DATANG, hadir.PULANG):
        form.add_error(None, "Pilih Catat datang atau Catat pulang.")
    if not form.is_valid():
        return _code_page(request, form, 422)
    if not _may_guess(request):
        return answer_error(request, 429, tunggu="5 menit", kembali=reverse("piket:check_in"))
    try:
        duty = hadir.check(request.aktor, form.cleaned_data["kode"], aksi)
    except kode.KodeSalah as wrong:
        ratelimit.consume(request, action="attendance_code", key=str(request.user.pk))
        form.add_error("kode", str(wrong))
    except kode.KodeDipakai as taken:
        form.add_error("kode", str(taken))
    except Ditolak as refused:
        form.add_error(None, str(refused))
    else:
        return redirect("piket:checked", duty.pk)
    return _code_page(request, form, 422)


def _may_guess(request: Permintaan) -> bool:
    key = str(request.user.pk)
    return bool(ratelimit.consume(request, action="attendance_code", key=key, dry_run=True))


def _code_page(request: Permintaan, form: KodeForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    duties = list(
        hadir.own_duties(request.aktor, now).select_related(
            "piket__posko__wilayah", "anggota__kursi__instansi"
        )
    )
    context = {
        "form": form,
        "tugas": [
            {
                "d": d, "zona": d.piket.zona, "keadaan": state_words(d.kehadiran, full=True),
                "datang": hadir.can_check_in(d, now), "pulang": hadir.can_check_out(d, now),
            }
            for d in duties
        ],
        "kosong": "" if duties else hadir.no_duty(request.aktor, now),
    }  # fmt: skip
    context["bisa_datang"] = any(t["datang"] for t in context["tugas"])  # type: ignore[attr-defined]
    context["bisa_pulang"] = any(t["pulang"] for t in context["tugas"])  # type: ignore[attr-defined]
    return render(request, "piket/check_in.html", context, status=status)


@never_cache
@login_required
@require_safe
def checked(request: Permintaan, penugasan_id: int) -> HttpResponse:
    """What was recorded of one's own duty, and when: the page to keep. Others' duties do not exist here."""
    duties = Penugasan.objects.select_related("piket__posko__wilayah", "anggota__kursi__instansi")
    duty = get_object_or_404(duties, pk=penugasan_id, pengguna=request.user, ditandai_pada__isnull=False)
    return render(request, "piket/checked.html", _receipt(duty))


def _receipt(duty: Penugasan) -> dict[str, Any]:
    return {
        "d": duty,
        "piket": duty.piket,
        "zona": duty.piket.zona,
        "keadaan": state_words(duty.kehadiran, full=True),
        "tenggang": int(kehadiran.TENGGANG.total_seconds() // 60),
    }


# --- by who runs the shift ----------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: Permintaan, piket_id: int) -> HttpResponse:
    """Tick the people of a shift and mark them together; each name leads to repairing and to a personal link."""
    piket = seen_shift(request, piket_id)
    people = read_shift(piket)
    if not can(request.aktor, "run_shift", piket):
        raise PermissionDenied
    form = TandaiForm(piket, people, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        done = kehadiran.mark(
            piket, map(int, data["orang"]), data["nilai"], by=request.aktor,
            datang=data.get("datang"), catatan=data["catatan"],
        )  # fmt: skip
        if done.dicatat or not done.ditolak:
            _tell(request, done, data["nilai"])
            return redirect("piket:attendance", piket.pk)
        for words in done.ditolak:
            form.add_error(None, words)
    context = {
        "g": build_shift(piket, people, request.user.pk, full=True), "piket": piket, "posko": piket.posko,
        "zona": piket.zona, "form": form,
    }  # fmt: skip
    return render(request, "piket/attendance.html", context, status=422 if form.is_bound else 200)


def _tell(request: Permintaan, done: kehadiran.Hasil, nilai: str) -> None:
    """What became of the marking, in sentences."""
    word = "pulang" if nilai == "pulang" else Penugasan.Kehadiran(nilai).label.lower()
    if done.dicatat:
        messages.success(request, f"{len(done.dicatat)} orang dicatat {word}: {', '.join(done.dicatat)}.")
    if done.sudah:
        messages.info(request, f"Sudah tercatat sebelumnya: {', '.join(done.sudah)}.")
    for words in done.ditolak:
        messages.warning(request, words)


def _marked_duty(request: Permintaan, penugasan_id: int) -> Penugasan:
    """A live duty whose attendance this person writes down; not seen is 404, not theirs to mark 403."""
    duties = Penugasan.objects.visible_to(request.aktor).live()
    duty = get_object_or_404(
        duties.select_related(
            "piket__posko__wilayah", "pengguna", "anggota__kursi__instansi", "ditandai_oleh", "pemilihan"
        ),
        pk=penugasan_id,
    )
    seen_shift(request, duty.piket_id)
    if not can(request.aktor, "mark_attendance", duty):
        raise PermissionDenied
    return duty


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Permintaan, penugasan_id: int) -> HttpResponse:
    """Repair one person's attendance with a reason; below it what was written down before."""
    duty = _marked_duty(request, penugasan_id)
    form = PerbaikiForm(duty, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            done = kehadiran.correct(duty.pk, form.cleaned_data["baru"], by=request.aktor, seen=form.seen)
        except Basi as stale:
            typed = [("Alasan", form.cleaned_data["alasan"])]
            return answer_error(request, 409, alasan=str(stale), kembali=request.path, ketikan=typed)
        except Ditolak as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                f"Kehadiran {done.pengguna.nama}: {done.get_kehadiran_display().lower()}. Riwayat tersimpan.",
            )
            return redirect("piket:attendance", duty.piket_id)
    context = _receipt(duty) | {
        "form": form, "posko": duty.piket.posko, "riwayat": history(duty.piket, duty.pk),
        "bisa_tautan": duty.kehadiran in kehadiran.TABEL["check_in"].dari and timezone.now() < duty.waktu.upper,
    }  # fmt: skip
    return render(request, "piket/correct.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_POST
def make_link(request: Permintaan, penugasan_id: int) -> HttpResponse:
    """A personal single-use link for one member, shown once, to be sent to that person."""
    duty = _marked_duty(request, penugasan_id)
    try:
        _, token = tautan.make(duty.pk, by=request.aktor)
    except Ditolak as refused:
        messages.warning(request, str(refused))
        return redirect("piket:correct", duty.pk)
    address = request.build_absolute_uri(reverse("piket:link", args=[token]))
    return render(
        request, "piket/make_link.html", _receipt(duty) | {"tautan": address, "nama": duty.pengguna.nama}
    )


# --- by personal link ---------------------------------------------------------------------------------


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: Permintaan, token: str) -> HttpResponse:
    """Check in by a personal link, without signing in. GET shows whose it is; POST records, once."""
    found = tautan.find(token)
    if found is None:
        # Only who brings unknown links is counted: a whole shift behind one address is not held up.
        guessed = internal.consume(
            request,
            app="allauth.account",
            action="attendance_link",
            key=client_network(request),
            limit_get=True,
        )
        if not guessed:
            return answer_error(request, 429, tunggu="5 menit", kembali="/")
        return render(request, "piket/link.html", {"habis": "Tautan ini tidak dikenal."}, status=404)
    if request.method == "POST":
        return _use_link(request, found, token)
    if found.dipakai_pada and request.get_signed_cookie(RESI, "", max_age=RESI_UMUR) == str(found.pk):
        return render(request, "piket/link.html", _receipt(found.penugasan) | {"tercatat": True})
    if reason := tautan.why_over(found, timezone.now()):
        return render(request, "piket/link.html", {"habis": reason}, status=410)
    return _link_page(request, found)


def _link_page(request: Permintaan, found: TautanHadir, galat: str = "") -> HttpResponse:
    opens = tautan.opens_at(found)
    context = _receipt(found.penugasan) | {
        "galat": galat, "nama": found.penugasan.pengguna.nama,
        "buka": opens if timezone.now() < opens else None,
    }  # fmt: skip
    return render(request, "piket/link.html", context, status=422 if galat else 200)


def _use_link(request: Permintaan, found: TautanHadir, token: str) -> HttpResponse:
    try:
        tautan.use(found)
    except tautan.TautanHabis as over:
        return render(request, "piket/link.html", {"habis": str(over)}, status=410)
    except Ditolak as refused:
        return _link_page(request, found, str(refused))
    response = redirect("piket:link", token)
    response.set_signed_cookie(
        RESI, str(found.pk), max_age=RESI_UMUR, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response
