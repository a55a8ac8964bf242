"""Settings of the floor: session, login, CSRF, the same database server, driver options and hasher as Posko."""

from __future__ import annotations

from posko import settings as posko

BASE_DIR = posko.BASE_DIR
SECRET_KEY = posko.SECRET_KEY
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "tests.bench.floor.apps.FloorConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tests.bench.floor.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = posko.DATABASES
DEFAULT_AUTO_FIELD = posko.DEFAULT_AUTO_FIELD
PASSWORD_HASHERS = posko.PASSWORD_HASHERS
LANGUAGE_CODE, TIME_ZONE, USE_TZ = posko.LANGUAGE_CODE, posko.TIME_ZONE, True
