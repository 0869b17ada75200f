"""PDF documents from our templates: accessible (PDF/UA-1), our own fonts inside, nothing asked of any network."""

from pathlib import PurePosixPath
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from alimactiv.cycles import cycles_kept

STATIC = "https://static.invalid/"  # a name that no network knows
MEDIA_TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class StaticFiles(URLFetcher):
    """Serves the site's static files under ``STATIC``. Asking for anything else fails the whole document."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        path = unquote(url.removeprefix(STATIC))
        media_type = MEDIA_TYPES.get(PurePosixPath(path).suffix)
        found = finders.find(path) if url.startswith(STATIC) and media_type else None
        if not found:
            raise FatalURLFetchingError(f"a document may not ask for {url}")
        with open(found, "rb") as file:
            return URLFetcherResponse(url, file.read(), {"Content-Type": media_type})


def render_pdf(html: str, *, stylesheet: str = "alimactiv/document.css") -> bytes:
    """``html``, a whole page with ``lang`` and ``title``, printed with one of our stylesheets.

    Raises ``FatalURLFetchingError`` if the page asks for something that is not one of our static files.
    """
    fonts, static_files = FontConfiguration(), StaticFiles()
    style = CSS(url=f"{STATIC}{stylesheet}", font_config=fonts, url_fetcher=static_files)
    page = HTML(string=html, base_url=STATIC, url_fetcher=static_files)
    with cycles_kept():  # all the boxes of a document live until it is written: a quarter of the time
        return page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
