"""What the access log says; over HTTP in ``tests/production/test_public_site.py``."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from alimactiv import gunicorn


@pytest.mark.parametrize(
    ("asked", "path"),
    [("/", "/"), ("/annuaire/?q=un%20mot", "/annuaire/"), ("/a%0AGET%20/b", "/a%0AGET%20/b"), ("*", "*")],
)
def test_the_path_is_there_even_where_no_page_was_reached(asked, path):
    """gunicorn answers by itself, with little in ``environ``, to what it cannot read and after what escapes Django."""
    config = Config()
    config.set("accesslog", None)
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": asked, "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": ""}
    response = SimpleNamespace(status="500 Internal Server Error", headers=[], sent=0)
    logger = gunicorn.AccessLogger(config)
    said = gunicorn.access_log_format % logger.atoms(response, SimpleNamespace(headers=[]), environ, timedelta())
    assert said == f"GET {path} 500 0 bytes 0 ms"
