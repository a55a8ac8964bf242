"""All settings of Posko, read from the environment once, loudly.

Everything that differs between machines is an environment variable (or a line of `.env`); `.env.example`
lists them. MODE decides how strict the start is:

- ``demo``: what ``make run`` does. DEBUG off, loopback only, generated or well-known secrets, demo people.
- ``dev``: DEBUG, autoreload, the component page ``/gaya/``.
- ``produksi``: refuses every insecure default (see ``_refuse_insecure_defaults``).
"""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from posko import log
from posko.kursor import new_cursor

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"

env = environ.Env()
if (BASE_DIR / ".env").exists():
    environ.Env.read_env(BASE_DIR / ".env")

MODE: str = env("MODE", default="dev")
if MODE not in {"demo", "dev", "produksi"}:
    raise ImproperlyConfigured(f"MODE={MODE!r} tidak dikenal; pilih demo, dev, atau produksi.")
PRODUKSI = MODE == "produksi"
DEBUG = MODE == "dev"

# The defaults below are public. They are refused in MODE=produksi.
INSECURE_SECRET_KEY = "hanya-untuk-gladi-bukan-rahasia-ganti-di-produksi"  # noqa: S105
INSECURE_JURNAL_KUNCI = "gladi:hanya-untuk-gladi-bukan-rahasia"
SECRET_KEY: str = env("SECRET_KEY", default=INSECURE_SECRET_KEY)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# Keys of the journal, "id:secret" separated by commas; the first signs, all verify. Never in the database.
JURNAL_KUNCI: list[str] = env.list("JURNAL_KUNCI", default=[INSECURE_JURNAL_KUNCI])

ALLOWED_HOSTS: list[str] = [
    host.strip() for host in env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of ours stand before gunicorn. 0: the peer's address is the client's.
PROXY_COUNT: int = env.int("PROXY_COUNT", default=0)


def _database_url() -> str:
    """The database address: DATABASE_URL, else the address the embedded server left in ``.data/url``."""
    url: str = env("DATABASE_URL", default="")
    if url:
        return url
    if PRODUKSI:
        raise ImproperlyConfigured("MODE=produksi memerlukan DATABASE_URL.")
    left_by_server = DATA_DIR / "url"
    if left_by_server.exists():
        return left_by_server.read_text().strip()
    # Commands that need no database (check, lint) still start; those that do are told what to run.
    return "postgres://posko@127.0.0.1:1/posko-belum-berjalan-jalankan-make-run"


def _refuse_insecure_defaults() -> None:
    """Stop a production start that would run with demo secrets, any host, or no database."""
    problems = []
    if SECRET_KEY == INSECURE_SECRET_KEY or len(SECRET_KEY) < 50:
        problems.append("SECRET_KEY harus diisi, acak, minimal 50 huruf")
    weak = any(len(k.partition(":")[2]) < 32 for k in JURNAL_KUNCI)
    if not JURNAL_KUNCI or INSECURE_JURNAL_KUNCI in JURNAL_KUNCI or weak:
        problems.append("JURNAL_KUNCI harus diisi (id:rahasia), rahasia minimal 32 huruf")
    if "*" in ALLOWED_HOSTS or not env("ALLOWED_HOSTS", default=""):
        problems.append("ALLOWED_HOSTS harus menyebut nama situs, bukan *")
    if problems:
        raise ImproperlyConfigured("MODE=produksi menolak mulai: " + "; ".join(problems) + ".")


if PRODUKSI:
    _refuse_insecure_defaults()

# --- applications ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django_linear_migrations",
    "posko.apps.PoskoConfig",
    "piket.apps.PiketConfig",
    "laporan.apps.LaporanConfig",
    "posko.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_structlog",
    "import_export",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "posko.log.RequestLog",
    "posko.middleware.query_count",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "posko.middleware.readable_address",
    "posko.middleware.bounded_body",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "posko.middleware.shared_computer",
    "piket.aktor.middleware",
    "posko.middleware.SignedInUnlessPublic",
    "posko.middleware.require_mfa",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "posko.urls"
WSGI_APPLICATION = "posko.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "posko.context.frame",
            ],
            "builtins": ["posko.templatetags.posko"],
        },
    },
    {
        # Fragments of many rows, where measuring showed Django's own engine to be most of the page (`{% cepat %}`).
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "cepat",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "posko.cepat.environment"},
    },
]

# --- database ----------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url_config(_database_url())}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        # A page that needs longer than this is broken; a lock held longer than this is a bug.
        # Joins are written outward from the rows a page asks for; weighing every other order of eight tables
        # costs more than running the query.
        "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
        # Open reports and their indexes are in memory: a random page costs hardly more than the next one.
        # Several processes are for counting a million rows; for a page they take longer to begin than to answer.
        " -c join_collapse_limit=4 -c random_page_cost=1.1 -c parallel_setup_cost=20000",
        "connect_timeout": 5,
        # Some questions are prepared, after five times (posko/kursor.py); the log of questions shows their values.
        "cursor_factory": new_cursor,
        "server_side_binding": True,
        "prepare_threshold": 5,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    # Rate limits must be shared by all processes, so they live in the database.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # What this process just rendered, keyed by everything it shows; losing it costs only work.
    "sekejap": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "sekejap",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# --- people and login --------------------------------------------------------------------------------

AUTH_USER_MODEL = "posko.Pengguna"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "posko:beranda"

PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())  # invitation links

ACCOUNT_ADAPTER = "posko.akun.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "posko.akun.forms.LoginForm",
    "reauthenticate": "posko.akun.forms.ReauthenticateForm",
    "change_password": "posko.akun.forms.ChangePasswordForm",
    "reset_password_from_key": "posko.akun.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_RATE_LIMITS = {
    # A post signs in 60 people behind one address within a minute (shift change). Allauth's count per address keeps
    # a lock, and whoever waits for it longer than a second is refused; axes counts failures only (posko/akun/kunci.py).
    "login": None,
    "reset_password_from_key": "240/m/ip",
    # Wrong second-factor codes, per person.
    "login_failed": "5/5m/key",
    # Wrong passwords from a browser that signed this person in before.
    "known_device": "20/h/key",
    # Wrong codes at the post, per person. Six codes are good at once: ten guesses hit in one of 16,000 such spans.
    "attendance_code": "10/5m/key",
    # Unknown personal links, per address.
    "attendance_link": "30/5m/key",
    # Calendar feeds: a phone asks a few times an hour, and many sit behind one address.
    "kalender": "600/m/ip",
}
MFA_ADAPTER = "posko.akun.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "posko.akun.forms.AuthenticateForm",
    "reauthenticate": "posko.akun.forms.ReauthenticateCodeForm",
    "activate_totp": "posko.akun.forms.ActivateTOTPForm",
    "add_webauthn": "posko.akun.forms.AddWebAuthnForm",
    "edit_webauthn": "posko.akun.forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Posko"
MFA_TOTP_TOLERANCE = 1
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = timedelta(days=30)
MFA_TRUST_COOKIE_NAME = "posko_tepercaya"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUKSI
MFA_ALLOW_UNVERIFIED_EMAIL = True

AXES_HANDLER = "posko.akun.kunci.LockoutHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "posko.akun.orang.axes_username"
AXES_CLIENT_IP_CALLABLE = "posko.akun.orang.client_network"
AXES_CLIENT_STR_CALLABLE = "posko.akun.kunci.client_label"
AXES_LOCKOUT_CALLABLE = "posko.akun.kunci.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_NAME = "posko_sesi"
SHARED_COMPUTER_IDLE = timedelta(minutes=15)

# --- browser security --------------------------------------------------------------------------------

HTTPS: bool = env.bool("HTTPS", default=PRODUKSI)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "posko.views.galat.csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Map tiles are optional: without TILE_URL the map draws boundaries and points on plain ground.
TILE_URL: str = env("TILE_URL", default="")
TILE_ATTRIBUTION: str = env("TILE_ATTRIBUTION", default="")
_tile_hosts = [f"https://{env('TILE_HOST')}"] if env("TILE_HOST", default="") else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_tile_hosts],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- logs -------------------------------------------------------------------------------------------

LOGGING = log.config(MODE)

# --- language, time, files ---------------------------------------------------------------------------

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_I18N = USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "posko" / "locale"]
FORMAT_MODULE_PATH = ["posko.formats"]
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Leaflet's files come from django-leaflet; its app would need GDAL, so only its static folder is used.
_LEAFLET = Path(str(find_spec("leaflet").origin)).parent / "static" / "leaflet"  # type: ignore[union-attr]
STATICFILES_DIRS = [BASE_DIR / "static", ("leaflet", _LEAFLET)]
# Photos of reports: outside the static tree, served only through access rules (posko/berkas.py).
BERKAS_DIR = Path(env("BERKAS_DIR", default=str(DATA_DIR / "berkas")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(BERKAS_DIR)},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Five photos of 10 MB and the form's text; anything above is 413 before it is read.
MAX_REQUEST_BYTES = 56 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_CONFIG = env.email("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL: str = env("DEFAULT_FROM_EMAIL", default="posko@localhost")

IMPORT_EXPORT_USE_TRANSACTIONS = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

TESTING = "pytest" in sys.modules
