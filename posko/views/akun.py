"""Pages of one's own account: who am I, my sessions; and the invitation an admin hands out."""

from __future__ import annotations

import structlog
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from posko.akun.mfa import factors_of
from posko.akun.sesi import describe_browser
from posko.akun.undangan import invitation_url, may_invite
from posko.models import Anggota, Pengguna

log = structlog.get_logger(__name__)


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Who am I, where am I a member from when to when, and how is my account protected."""
    places = Anggota.objects.filter(pengguna=request.user.pk).select_related(
        "kursi__instansi", "kursi__posko__wilayah", "kursi__posko__pemilihan"
    )
    context = {"keanggotaan": places.order_by("-mulai", "id"), "faktor": factors_of(request.user)}  # type: ignore[arg-type]
    return render(request, "account/account.html", context)


@login_not_required
@never_cache
def extend(request: HttpRequest) -> HttpResponse:
    """The ping "I am still here", which moves the end of a shared session; 401 when it is too late."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@login_required
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions; a POST ends all others."""
    if request.method == "POST":
        end_other_sessions(request, request.user)  # type: ignore[arg-type]
        messages.success(request, "Semua sesi lain sudah diakhiri.")
        return redirect("usersessions_list")
    own = UserSession.objects.purge_and_list(request.user)  # type: ignore[arg-type]
    rows = [
        (s, describe_browser(s.user_agent)) for s in sorted(own, key=lambda s: s.created_at, reverse=True)
    ]
    return render(request, "usersessions/usersession_list.html", {"sesi": rows})


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; that browser is out at its next request."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    if not request.user.is_authenticated:
        return redirect("account_login")
    messages.success(request, "Sesi itu sudah diakhiri.")
    return redirect("usersessions_list")


@login_required
@require_POST
@never_cache
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A single-use link with which a member sets a password, shown once."""
    aktor = request.aktor  # type: ignore[attr-defined]
    member = Anggota.objects.visible_to(aktor).filter(pengguna=pk).exists()
    orang = Pengguna.objects.filter(pk=pk).first()
    if orang is None or not (member or aktor.superuser):
        raise Http404
    if not may_invite(aktor, orang):
        raise PermissionDenied
    log.info("undangan_dibuat", oleh=aktor.pengguna.pk, untuk=orang.pk)
    context = {
        "orang": orang,
        "tautan": invitation_url(request, orang),
        "baru": not orang.has_usable_password(),
    }
    return render(request, "account/invite.html", context)
