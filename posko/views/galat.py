"""Error answers, in words that say what to do next.

Hidden and missing things answer the same 404. The 500 page needs neither database nor template context.
Views answer 409, 413, 422 and 429 with `answer_error`.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

LAST_RESORT = (
    '<!doctype html><html lang="id"><meta charset="utf-8"><title>Gangguan sistem · Posko Bersama</title>'
    "<h1>Sistem sedang terganggu</h1><p>Coba lagi sebentar lagi. Bila mendesak, hubungi posko lewat telepon; "
    "keadaan darurat: 112.</p>"
)


def answer_error(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """The page of one error status (400, 403, 404, 409, 413, 422, 429).

    409 takes `perkembangan`: what happened meanwhile (items with `waktu`, `oleh`, `kalimat`), and `kembali`:
    the address of the object; 429 takes `tunggu`: how long to wait, in words.
    """
    return render(request, f"{status}.html", {"zona": None} | context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when Django refused the size of what was sent."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return answer_error(request, 413)
    return answer_error(request, 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: you see it, but this act is not yours."""
    return answer_error(request, 403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and what may not be seen."""
    return answer_error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without context processors or database: whatever broke must not break this."""
    try:
        return HttpResponseServerError(loader.get_template("500.html").render())
    except Exception:  # the page itself is what failed: answer without it
        return HttpResponseServerError(LAST_RESORT)


@requires_csrf_token
def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is stale: nearly always a session that ended while the page lay open."""
    return session_ended(request)


def session_ended(request: HttpRequest) -> HttpResponse:
    """403 for what was sent after the session ended: nothing was saved, what was typed can be copied."""
    from posko.akun.sesi import typed_fields

    response = render(
        request,
        "sesi_berakhir.html",
        {"ketikan": typed_fields(request), "berkas": bool(request.FILES), "kembali": request.get_full_path()},
        status=403,
    )
    response["Cache-Control"] = "no-store"
    return response
