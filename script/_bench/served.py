"""What gunicorn serves for the measures under load: the site, and bare views to put a page beside."""

from _bench.measuring import site


def pages():
    """The site. One visitor asks for all: the searches of a minute are not counted."""
    site()
    from _bench.pages import without_limits
    from alimactiv.wsgi import application

    without_limits()
    return application


def rendering(path: str, cookies: str):
    """A Django view without middleware that renders a page's template from constants, which the page was given once."""
    site()
    from _bench.floor import Visitor, bare_view

    return bare_view(Visitor(cookies=cookies).kept(path))


def ready(file: str):
    """A Django view, without middleware, that answers the bytes of a file, read once."""
    from pathlib import Path

    from django.conf import settings
    from django.http import HttpResponse
    from django.urls import path

    body = Path(file).read_bytes()
    urls = (path("", lambda request: HttpResponse(body)),)
    settings.configure(ROOT_URLCONF=urls, ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()
