"""What was forwarded: to my agency, and by the posts I run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from laporan import hidup, stats
from laporan.models import Penerusan
from posko import access
from posko.halaman import after
from posko.permintaan import Permintaan

if TYPE_CHECKING:
    pass

SIZE = 50


@login_required
@require_safe
def forwarded(request: Permintaan) -> HttpResponse:
    """One page of Penerusan (`?arah=masuk|keluar`, `?lingkup=terbuka|semua`, `?sesudah=<id>`), newest first."""
    aktor = request.aktor
    if not access.can(aktor, "read_penerusan"):
        raise PermissionDenied
    sends = bool(aktor.dipimpin)
    arah = request.GET.get("arah")
    arah = arah if arah in ("masuk", "keluar") else "keluar" if sends else "masuk"
    arah = arah if sends else "masuk"
    semua = request.GET.get("lingkup") == "semua"
    rows = Penerusan.objects.for_seats(aktor) if arah == "masuk" else Penerusan.objects.sent_by(aktor)
    rows = rows if semua else rows.terbuka()
    rows = after(rows, request.GET.get("sesudah", ""))
    now = timezone.now()
    # Every answer to a Penerusan moves the version of its report.
    shown = rows.order_by("-id").values_list("pk", "laporan__versi", "batas_waktu")[:SIZE]
    denyut = hidup.pulse_of_rows(shown, aktor, now) if request.htmx else None
    if denyut and (same := hidup.unchanged(request, denyut)):
        return same
    found = list(rows.for_table()[: SIZE + 1])
    tag = hidup.tag_of(((p.pk, p.laporan.versi, p.batas_waktu) for p in found[:SIZE]), now)
    context = {
        "hidup": tag,
        "alamat": request.get_full_path(),
        "baris": [(sent, sent.late(now)) for sent in found[:SIZE]],
        "lama": f"?arah={arah}&lingkup={'semua' if semua else 'terbuka'}&sesudah={found[SIZE - 1].pk}"
        if len(found) > SIZE
        else "",
        "arah": arah,
        "semua": semua,
        "tab": _tabs(arah, semua) if sends else [],
        "lain": f"?arah={arah}" if semua else f"?arah={arah}&lingkup=semua",
    }
    if denyut:
        return hidup.mark(render(request, "laporan/forwarded_hidup.html", context), tag, denyut.menunggu)
    context["tepat"] = stats.on_time(aktor) if arah == "keluar" else []
    return render(request, "laporan/forwarded.html", context)


def _tabs(arah: str, semua: bool) -> list[tuple[str, str, bool]]:
    scope = "&lingkup=semua" if semua else ""
    return [
        ("Dari posko saya", f"?arah=keluar{scope}", arah == "keluar"),
        ("Untuk instansi saya", f"?arah=masuk{scope}", arah == "masuk"),
    ]
