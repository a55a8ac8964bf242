"""Equipment: posts compared, worst first, and the list of one post."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Length
from django.http import HttpResponse
from django.shortcuts import redirect, render

from posko import access
from posko.forms import BarangFormSet
from posko.models import Posko, Sarpras
from posko.permintaan import Permintaan
from posko.pohon import SIZE, area_choices
from posko.profil import summarize
from posko.views.posko import visible_post

# What is missing of one line: a broken item does not count as present (Sarpras.kurang, in SQL).
USABLE = Case(
    When(sarpras__kondisi=Sarpras.Kondisi.RUSAK, then=Value(0)),
    default=F("sarpras__ada"),
    output_field=models.IntegerField(),
)
LACKING = Greatest(
    ExpressionWrapper(F("sarpras__dibutuhkan") - USABLE, output_field=models.IntegerField()),
    Value(0),
    output_field=models.IntegerField(),
)
TIERS = {"kota": 5, "kecamatan": 8, "kelurahan": 13}


@login_required
def sarpras(request: Permintaan) -> HttpResponse:
    """Posts compared: what each lacks, the worst first."""
    aktor = request.aktor
    if not access.can(aktor, "compare_sarpras"):
        raise PermissionDenied
    areas = area_choices(aktor)
    wilayah = request.GET.get("wilayah", "")
    wilayah = wilayah if wilayah in dict(areas) else ""
    tingkat = request.GET.get("tingkat", "") if request.GET.get("tingkat", "") in TIERS else ""
    posts = Posko.objects.visible_to(aktor).exclude(status=Posko.Status.DITUTUP)
    if wilayah:
        posts = posts.under(wilayah)
    if tingkat:
        posts = posts.annotate(panjang=Length("wilayah_id")).filter(panjang=TIERS[tingkat])
    page = _page_number(request)
    rows, more = _compared(posts, page)
    base = f"?wilayah={wilayah}&tingkat={tingkat}&hal="
    context = {
        "baris": rows,
        "barang": _totals(posts),
        "wilayah": wilayah,
        "tingkat": tingkat,
        "tingkat_pilihan": [(key, key.capitalize()) for key in TIERS],
        "pilihan": areas,
        "sebelum": f"{base}{page - 1}" if page > 1 else "",
        "sesudah": f"{base}{page + 1}" if more else "",
    }
    return render(request, "posko/sarpras.html", context)


def _page_number(request: Permintaan) -> int:
    text = request.GET.get("hal", "1")
    return max(1, min(int(text), 1000)) if text.isdecimal() and len(text) < 6 else 1


def _compared(posts: Any, page: int) -> tuple[list[dict[str, Any]], bool]:
    """One page of posts with what they lack. Two queries, whatever the number of posts."""
    ranked = posts.select_related("wilayah").annotate(
        butuh=Coalesce(Sum("sarpras__dibutuhkan"), 0), kurang=Coalesce(Sum(LACKING), 0)
    )
    # A post without a list comes last: nobody knows what it lacks.
    share = Case(
        When(butuh=0, then=Value(-1.0)),
        default=ExpressionWrapper(F("kurang") * 1.0 / F("butuh"), output_field=models.FloatField()),
    )
    found = list(ranked.order_by(share.desc(), "wilayah")[(page - 1) * SIZE : page * SIZE + 1])
    shown = found[:SIZE]
    missing: dict[int, list[Sarpras]] = defaultdict(list)
    for item in Sarpras.objects.filter(posko__in=[p.pk for p in shown]).order_by("urutan"):
        if item.kurang:
            missing[item.posko_id].append(item)
    rows = [
        {"posko": p, "butuh": p.butuh, "ada": p.butuh - p.kurang, "kurang": missing[p.pk],
         "persen": round(100 * (p.butuh - p.kurang) / p.butuh) if p.butuh else None}
        for p in shown
    ]  # fmt: skip
    return rows, len(found) > SIZE


def _totals(posts: Any) -> list[dict[str, Any]]:
    """Per item: how many are missing over all these posts, most first."""
    items = posts.values("sarpras__kode", "sarpras__nama").annotate(
        butuh=Sum("sarpras__dibutuhkan"), kurang=Sum(LACKING)
    )
    return [
        {"nama": i["sarpras__nama"], "kurang": i["kurang"], "butuh": i["butuh"]}
        for i in items.filter(kurang__gt=0).order_by("-kurang")[:12]
    ]


@login_required
def post_sarpras(request: Permintaan, kode: str) -> HttpResponse:
    """The equipment list of one post; its operators and admins keep it."""
    posko = visible_post(request, kode)
    if not access.can(request.aktor, "edit_sarpras", posko):
        raise PermissionDenied
    items = posko.sarpras.order_by("urutan", "nama")
    formset = BarangFormSet(request.POST if request.method == "POST" else None, queryset=items)
    if request.method == "POST" and formset.is_valid():
        formset.save()
        messages.success(request, "Daftar sarpras disimpan.")
        return redirect("posko:detail", kode)
    failed = request.method == "POST"
    context = {"posko": posko, "formset": formset, "ringkas": summarize(list(items)), "gagal": failed}
    return render(request, "posko/post_sarpras.html", context, status=422 if failed else 200)
