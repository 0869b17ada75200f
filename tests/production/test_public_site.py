"""The processes of docker-compose.yml, with a public site's settings, without Docker: start, serve, tell, end."""

import json
import re
import signal
import socket
import subprocess
from contextlib import closing

import brotli
import pytest
from django.urls import reverse

from tests.processes import PATIENCE, Site, wait_for
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "alimactiv.example"
PUBLIC = {
    "ALLOWED_HOSTS": NAME,
    "CSRF_TRUSTED_ORIGINS": f"https://{NAME}",
    "SITE_URL": f"https://{NAME}",
    "LOG_FORMAT": "json",
    "STAFF_NEEDS_SECOND_FACTOR": "true",
    "WEB_WORKERS": "2",
}
PROXY = {"Host": NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
TOKEN = "A1" + "b2" * 20
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",  # what browsers' own list asks for
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def web(site) -> Visitor:
    """The whole public site, as its proxy asks it."""
    site.open()
    site.environment |= PUBLIC
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    web = site.start_web()
    web.headers = PROXY
    site.start_beat()
    site.start_worker()
    return web


def test_a_public_site(site, web):
    check_pages(web)
    check_static_files(web)
    check_health(site, web)
    check_logs(site, web)
    check_end(site, web)


def check_pages(web: Visitor) -> None:
    page = web.get("/")
    assert page.status == 200
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    cookies = web.get(reverse("account_login")).headers.get_all("Set-Cookie")
    assert cookies
    assert all("; Secure" in cookie for cookie in cookies)
    plain = Visitor(web.port, {"Host": NAME})
    assert (plain.get("/").status, plain.get("/").headers["Location"]) == (301, f"https://{NAME}/")
    assert Visitor(web.port, PROXY | {"Host": "elsewhere.example"}).get("/").status == 400
    assert plain.get("/healthz").status == 200, "asked by its container, without proxy"


def check_static_files(web: Visitor) -> None:
    page = web.get("/", **{"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    (sheet,) = re.findall(r'href="(/static/alimactiv/site\.[0-9a-f]{12}\.css)"', web.get("/").text)
    plain = web.get(sheet)
    small = web.get(sheet, **{"Accept-Encoding": "br"})
    assert (small.status, small.headers["Content-Encoding"]) == (200, "br")
    assert brotli.decompress(small.body) == plain.body
    assert "immutable" in small.headers["Cache-Control"]


def check_health(site: Site, web: Visitor) -> None:
    wait_for(lambda: web.get("/healthz").text == "ok\n", "a site that is well")
    said = site.manage("health", "worker", "beat")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["worker", "beat"]


def check_logs(site: Site, web: Visitor) -> None:
    link = reverse("outbox:unsubscribe", args=[TOKEN])
    web.ask("HEAD", "/")
    web.get(f"{link}?q=camille.fictive@exemple.test")
    web.get("/a%0Ab/camille.fictive%40exemple.test")
    wanted = ["HEAD / 200", f"GET {link.replace(TOKEN, '[jeton]')} 404", "GET /a%0Ab/[adresse] 404"]
    wait_for(lambda: all(line in site.log("web") for line in wanted), "the last line of the log")
    log = site.log("web")
    assert TOKEN not in log
    assert "exemple.test" not in log
    assert "192.0.2.1" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["level"] for line in lines if line["logger"].startswith("gunicorn")} == {"info"}


def check_end(site: Site, web: Visitor) -> None:
    """Asked to end, the processes end what they were doing, each by itself."""
    with closing(socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE)) as line:
        page = reverse("account_login")
        body = f"csrfmiddlewaretoken={web.cookies['csrftoken']}&email="
        headers = PROXY | {
            "Content-Length": str(len(body)),
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={web.cookies['csrftoken']}",
            "Referer": f"https://{NAME}{page}",
            "Expect": "100-continue",
        }
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(f"POST {page} HTTP/1.1\r\n{said}\r\n".encode())
        assert line.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n", "the form is being read"
        site.web.send_signal(signal.SIGTERM)
        wait_for(lambda: "Handling signal: term" in site.log("web"), "gunicorn to be told")
        line.sendall(body.encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 200"), "answered: an address is missing"
    for process in site.processes:
        if process is not site.web:
            process.send_signal(signal.SIGTERM)
    assert [_code(process) for process in site.processes] == [0] * len(site.processes)


def _code(process: subprocess.Popen) -> int:
    return process.wait(PATIENCE)
