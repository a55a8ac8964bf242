"""Paging without counting: a million reports must not be counted to show fifty."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest

SESUDAH, SEBELUM = "sesudah", "sebelum"


class KeysetChangeList(ChangeList):
    """Rows by id, newest first, from a position: ``?sesudah=<id>`` older ones, ``?sebelum=<id>`` newer ones."""

    lama: str = ""
    baru: str = ""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """The position is no filter: choosing a filter starts at the newest."""
        found: dict[str, Any] = super().get_filters_params(params)
        for name in (SESUDAH, SEBELUM):
            found.pop(name, None)
        return found

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Addresses of filters begin at the newest, those of neighbouring pages say from where."""
        return super().get_query_string({SESUDAH: None, SEBELUM: None} | (new_params or {}), remove)

    def get_results(self, request: HttpRequest) -> None:
        """At most a page of rows; one more is asked for to know whether there are others."""
        after, before = _mark(request, SESUDAH), _mark(request, SEBELUM)
        size = self.list_per_page
        if before is not None:
            rows = list(self.queryset.filter(pk__gt=before).order_by("pk")[: size + 1])
            more, rows = len(rows) > size, rows[:size][::-1]
            newer, older = more, True
        else:
            asked = self.queryset if after is None else self.queryset.filter(pk__lt=after)
            rows = list(asked.order_by("-pk")[: size + 1])
            older, rows = len(rows) > size, rows[:size]
            newer = after is not None
        self.result_list = rows
        self.result_count = len(rows)
        self.full_result_count = self.result_count  # equal: nothing is said of a total
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(rows, size)
        self._link(rows, newer, older)

    def _link(self, rows: list[Any], newer: bool, older: bool) -> None:
        """Addresses of the neighbouring pages; a page without rows leads back to the newest."""
        if rows and newer:
            self.baru = self.get_query_string({SEBELUM: rows[0].pk})
        elif newer:
            self.baru = self.get_query_string()
        if rows and older:
            self.lama = self.get_query_string({SESUDAH: rows[-1].pk})


def _mark(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else None
