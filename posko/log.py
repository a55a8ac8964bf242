"""Structured logs: one line a request, and nothing in it that says who somebody is.

JSON in MODE=produksi, short console lines otherwise. A line carries the request's id, method, route (the pattern, not
the path: paths hold calendar tokens), status, milliseconds and the user's number. Never: address, browser, names,
query strings, form data, local variables. Exceptions are logged as types and places; their messages quote what people
typed (a duplicate e-mail, a bad date), so only MODE=dev shows them.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
import uuid
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares.request import RequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
EventDict = MutableMapping[str, Any]
logger = structlog.get_logger("posko.permintaan")


class WithoutValues(logging.Filter):
    """Keep a foreign library's wording and drop its values: user names, addresses, paths with query strings."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.msg)
        # gunicorn formats this one itself, address included.
        record.msg = (
            "Invalid request" if text.startswith("Invalid request from ip") else text.replace("%s", "…")
        )
        record.args = ()
        return True


class WithoutRequests(logging.Filter):
    """gunicorn's messages about one request quote its address or its full path; the others are harmless."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.msg)
        return WithoutValues.filter(self, record) if "request" in text.lower() else True  # type: ignore[arg-type]


def describe_exception(error: BaseException, *, messages: bool) -> str:
    """Types and places of an exception and its causes, innermost first."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        places = [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        constraint = getattr(getattr(seen, "diag", None), "constraint_name", None)
        title = f"{type(seen).__module__}.{type(seen).__qualname__}" + (
            f" [{constraint}]" if constraint else ""
        )
        parts.append("\n".join([title + (f": {seen}" if messages else ""), *places]))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\nkarena ".join(parts)


class ExceptionToText:
    """structlog processor: exc_info becomes text without values."""

    def __init__(self, messages: bool) -> None:
        self.messages = messages

    def __call__(self, _logger: Any, _method: str, event: EventDict) -> EventDict:
        info = event.pop("exc_info", None)
        if info is True:
            info = sys.exc_info()
        error = info[1] if isinstance(info, tuple) else info
        if isinstance(error, BaseException):
            event["exception"] = describe_exception(error, messages=self.messages)
        return event


def config(mode: str) -> dict[str, Any]:
    """The LOGGING dictionary, for Django and gunicorn alike."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="waktu"),
        ExceptionToText(messages=mode == "dev"),
    ]
    renderer: Any = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), timestamp_key="waktu", pad_event_to=0
    )
    if mode == "produksi":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    quiet = {"handlers": ["baris"], "level": "WARNING", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "tanpa_nilai": {"()": "posko.log.WithoutValues"},
            "tanpa_permintaan": {"()": "posko.log.WithoutRequests"},
        },
        "formatters": {
            "baris": {
                "()": "structlog.stdlib.ProcessorFormatter",
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            },
        },
        "handlers": {
            "baris": {"class": "logging.StreamHandler", "formatter": "baris"},
            "diam": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["baris"], "level": "INFO"},
        "loggers": {
            # RequestLog below says the same without path and query string.
            "django.request": {"handlers": ["diam"], "propagate": False},
            "django.server": {"handlers": ["diam"], "propagate": False},
            "django.security": quiet | {"filters": ["tanpa_nilai"]},
            "django.security.csrf": quiet | {"filters": ["tanpa_nilai"]},
            "django.security.DisallowedHost": quiet | {"filters": ["tanpa_nilai"]},
            "axes": quiet | {"filters": ["tanpa_nilai"]},
            "axes.handlers.database": quiet | {"filters": ["tanpa_nilai"]},
            "gunicorn.error": {
                "handlers": ["baris"],
                "level": "INFO" if mode == "produksi" else "WARNING",
                "propagate": False,
                "filters": ["tanpa_permintaan"],
            },
            "gunicorn.access": {"handlers": ["diam"], "propagate": False},
        },
    }


class RequestLog(RequestMiddleware):
    """One line a request, after it, with its id; the id goes back in X-Request-ID."""

    def prepare(self, request: HttpRequest) -> None:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(id=request_id)
        request._log_id = request_id  # type: ignore[attr-defined]
        request._log_start = time.perf_counter()  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request._log_id  # type: ignore[attr-defined]
        status = response.status_code
        level = logging.ERROR if status >= 500 else logging.INFO
        took = (time.perf_counter() - request._log_start) * 1000  # type: ignore[attr-defined]
        logger.log(level, "permintaan", status=status, ms=round(took), **self._facts(request))
        structlog.contextvars.clear_contextvars()

    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if not getattr(request, "_log_failed", False):
            request._log_failed = True  # type: ignore[attr-defined]
            logger.error("galat", exc_info=exception, **self._facts(request))

    @staticmethod
    def _facts(request: HttpRequest) -> dict[str, Any]:
        """Method, route and the user's number; the user is named only if somebody loaded it already."""
        match = getattr(request, "resolver_match", None)
        facts = {"metode": request.method, "rute": match.route if match else "-"}
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk:
            facts["pengguna"] = user.pk
        return facts
