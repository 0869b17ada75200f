"""How the web server runs: ``gunicorn -c python:alimactiv.gunicorn alimactiv.wsgi``."""

import os
from typing import Any

from gunicorn.glogging import Logger

from alimactiv import logs


class AccessLogger(Logger):
    """Writes the address as it was asked, still encoded (one line stays one), without what follows "?".

    gunicorn's own ``%(U)s`` is decoded, and missing where it answers by itself.
    """

    def atoms(self, resp, req, environ, request_time) -> dict[str, Any]:
        path = environ["RAW_URI"].partition("?")[0]
        return super().atoms(resp, req, environ, request_time) | {"U": path}


bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 60
# Memory that a worker does not give back goes with it.
max_requests, max_requests_jitter = 5000, 500
control_socket_disable = True  # it would be in the home folder, which is read-only and which several sites may share
logger_class = AccessLogger
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"  # without the visitor's address, nor what follows "?"
logconfig_dict = logs.configuration(os.environ.get("LOG_FORMAT") or "words") | {
    "loggers": {name: {"level": "INFO", "propagate": True} for name in ("gunicorn.error", "gunicorn.access")}
    | {"gunicorn.http.wsgi": {"level": "ERROR"}}  # it warns of each HEAD, which Django answers as a GET
}
