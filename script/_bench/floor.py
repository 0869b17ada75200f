"""A page, and the floor that it stands on: its own SQL run bare, and a bare view that renders its template.

The floor is made from one real answer: what it asked of the database, and what its template was given, are kept; they
are then run and rendered again, without the site's code in between. Middleware is the page's cost, not the floor's.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from _bench.measuring import Work, side_by_side

RUNS = 15


@dataclass
class Kept:
    """What one answer was made of."""

    status: int = 0
    body: bytes = b""
    statements: list[tuple[str, object]] = field(default_factory=list)
    rendered: tuple | None = None
    """The outermost template, its values and the request."""


class Visitor:
    """Asks for pages as a browser does, at the door that gunicorn uses; ``user`` nobody: without a session, or with the
    one that ``cookies`` tells."""

    def __init__(self, user=None, cookies: str = ""):
        from django.core.handlers.wsgi import WSGIHandler
        from django.test import Client, RequestFactory

        client = Client()
        if user:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        kept = [f"{name}={morsel.value}" for name, morsel in SimpleCookie(client.cookies).items()]
        cookies = "; ".join([*kept, cookies])
        self._environ = RequestFactory(
            SERVER_NAME="127.0.0.1", HTTP_COOKIE=cookies, HTTP_ACCEPT_ENCODING="gzip", HTTP_ACCEPT="text/html"
        ).get
        self._site = WSGIHandler()

    def get(self, path: str) -> bytes:
        status, body = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        return body

    def ask(self, path: str) -> tuple[int, bytes]:
        return answered(self._site, self._environ(path).environ)

    def kept(self, path: str) -> Kept:
        from django.db import connection

        kept = Kept()

        def note(execute, sql, params, many, context):
            kept.statements.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note), watched(kept):
            kept.status, kept.body = self.ask(path)
        return kept


def answered(application, environ: dict) -> tuple[int, bytes]:
    told = []
    response = application(environ | {"wsgi.input": environ["wsgi.input"]}, lambda status, headers: told.append(status))
    body = b"".join(response)
    response.close()
    return int(told[0].split()[0]), body


@contextmanager
def watched(kept: Kept):
    """Note the template that is rendered last, the page's, and its values."""
    from django.template.backends.django import Template

    render = Template.render

    def noted(self, context=None, request=None):
        made = render(self, context, request)
        kept.rendered = (self, context, request)
        return made

    Template.render = noted
    try:
        yield
    finally:
        Template.render = render


def bare_view(kept: Kept):
    """A Django without middleware that renders the page's template again from its values, whatever it is asked."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import ResolverMatch

    def view(request):
        if kept.rendered is None:  # JSON
            return HttpResponse(kept.body)
        template, context, asked = kept.rendered
        return HttpResponse(template.render(context, asked))

    class Bare(WSGIHandler):
        def resolve_request(self, request):
            return ResolverMatch(view, (), {})

    with override_settings(MIDDLEWARE=[]):
        return Bare()


def floor_of(kept: Kept) -> Callable[[], None]:
    """Run this to run the floor once."""
    from django.db import connection
    from django.test import RequestFactory

    application = bare_view(kept)
    environ = RequestFactory(SERVER_NAME="127.0.0.1").get("/").environ

    def floor() -> None:
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:
            for sql, params in kept.statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
        answered(application, environ)

    return floor


@dataclass(frozen=True)
class Found:
    whole: float
    floor: float
    queries: int
    rendering_queries: int
    """Asked while the floor renders: by values that are read only then."""
    size: int

    @property
    def ratio(self) -> float:
        return self.whole / self.floor


def measured(visitor: Visitor, path: str, runs: int = RUNS) -> Found:
    visitor.get(path)  # templates read, caches filled
    kept = visitor.kept(path)
    if kept.status != 200:
        raise RuntimeError(f"{path} answers {kept.status}")
    floor = floor_of(kept)
    floor()
    whole, bare = side_by_side(Work(), lambda: visitor.get(path), floor, runs)
    return Found(whole, bare, len(kept.statements), asked_by(floor), len(kept.body))


def asked_by(floor: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        floor()
    return len(queries)
