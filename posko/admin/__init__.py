"""Django admin of posko: one module per domain object, all on the scoped base in dasar.py."""

from posko.admin import anggota, instansi, pemilihan, pengguna, posko, wilayah

__all__ = ["anggota", "instansi", "pemilihan", "pengguna", "posko", "wilayah"]
