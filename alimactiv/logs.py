"""What the site's processes say, without personal data: in words, or one JSON object a line."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured

FORMATS = ("words", "json")
ADDRESS = re.compile(r"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
TOKEN = re.compile(r"(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{40,}")
"""Links sent by mail carry one: ``secrets.token_urlsafe(32)`` has 43 characters, with a capital but once in billions
(one of 1,500 has no digit). The names of functions in a traceback have none."""
ROW = re.compile(
    r"(?:\n|\\n)(?:DETAIL|CONTEXT|LINE \d+): .*?(?=\n\nThe above exception|\n\nDuring handling|\nTraceback \(|\Z)",
    re.DOTALL,
)
"""What PostgreSQL adds to an error: the row that it refused, or a part of the statement, with what people typed."""
QUIET = ("weasyprint", "weasyprint.progress", "fontTools", "botocore", "boto3", "urllib3")


def redacted(text: str) -> str:
    """``text`` without e-mail addresses, the tokens of links and the rows that a database quotes.

    >>> redacted("GET /repondre/A123456789012345678901234567890123456789012/ for a.b@exemple.test")
    'GET /repondre/[jeton]/ for [adresse]'
    >>> redacted("value is null\\nDETAIL:  Failing row contains (1, Camille Fictive).")
    'value is null [ligne]'
    """
    return TOKEN.sub("[jeton]", ADDRESS.sub("[adresse]", ROW.sub(" [ligne]", text)))


class Words(logging.Formatter):
    """As the neighbours' logs: when, how serious, who, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class Json(logging.Formatter):
    """One object a line: ``at`` (UTC), ``level``, ``logger``, ``process``, ``message``; ``error`` if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": redacted(record.getMessage()),
        }
        if status := getattr(record, "status_code", None):
            said["status"] = status
        if record.exc_info:
            said["error"] = redacted(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def configuration(form: str) -> dict[str, Any]:
    """Django's ``LOGGING``. Raises ``ImproperlyConfigured`` for a form that is none of ``FORMATS``."""
    if form not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT doit être « words » ou « json », et non « {form} ».")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"words": {"()": Words}, "json": {"()": Json}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in QUIET}
        | {"django.server": {"handlers": ["console"], "level": "INFO", "propagate": False}},
    }


def tell_sentry(dsn: str, *, environment: str) -> None:
    """Errors go to a Sentry: where and what failed, never who was there nor what they typed."""
    sentry_sdk.init(
        dsn,
        environment=environment,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_people,
        before_breadcrumb=lambda crumb, hint: None,
    )


def without_people(event: Mapping[str, Any], hint: Mapping[str, Any]) -> dict[str, Any]:
    """A Sentry event whose texts are redacted; of the request, only method, route and status are kept."""
    kept = {key: value for key, value in event.items() if key not in {"user", "request", "server_name", "extra"}}
    if request := event.get("request"):
        kept["request"] = {"method": request.get("method"), "url": redacted(str(request.get("url", "")).split("?")[0])}
    return _clean(kept)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {key: _clean(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inside) for inside in value]
    return value
