"""Views of the floor, written as the Django tutorial would."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tests.bench.floor.models import Item


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Item
        fields = ["nomor", "judul", "tempat", "status", "prioritas"]


@login_required
def items(request: HttpRequest) -> HttpResponse:
    """The newest 50 rows."""
    return render(request, "floor/items.html", {"items": Item.objects.order_by("-id")[:50]})


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """One insert from a form."""
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        item = form.save(commit=False)
        item.oleh, item.pada = request.user, timezone.now()
        item.save()
        return redirect("items")
    return render(
        request, "floor/items.html", {"items": [], "form": form}, status=422 if form.errors else 200
    )
