"""How the web server runs: ``gunicorn -c python:alimactiv.gunicorn alimactiv.wsgi``."""

import os

from alimactiv import logs

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 60
# Memory that a worker does not give back goes with it.
max_requests, max_requests_jitter = 5000, 500
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"  # without the visitor's address, nor what follows "?"
logconfig_dict = logs.configuration(os.environ.get("LOG_FORMAT") or "words") | {
    "loggers": {name: {"level": "INFO", "propagate": True} for name in ("gunicorn.error", "gunicorn.access")}
}
