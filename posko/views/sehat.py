"""Health: is the database reachable? For load balancers and ``make run``; no login, no session."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def sehat(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers a query, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(
            "basis data tidak terjangkau\n", status=503, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse("sehat\n", content_type="text/plain; charset=utf-8")
