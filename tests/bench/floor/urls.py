"""Addresses of the floor: one list, one insert."""

from django.urls import path

from tests.bench.floor import views

urlpatterns = [path("", views.items, name="items"), path("baru/", views.add, name="add")]
