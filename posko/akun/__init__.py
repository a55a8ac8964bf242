"""Signing in: what allauth and axes ask us, known devices, required second factor, invitations."""

from posko.akun.undangan import invitation_url

__all__ = ["invitation_url"]
