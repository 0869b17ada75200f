"""How often one visitor may ask: what guards against guessing links and against copying the site by searches.

Counted in the shared cache, per visitor's address (of an IPv6 one its network: one visitor has billions of them) and
stretch of time. allauth's own limits, which guard forms, count no GET.
"""

import time
from dataclasses import dataclass
from hashlib import sha256

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Limit:
    """At most ``times`` in each stretch of ``seconds``."""

    name: str
    times: int
    seconds: int

    def count(self, request: HttpRequest) -> int:
        """One more; how many that makes."""
        key = self._key(request)
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key)
        except ValueError:  # the stretch ended in between
            return 1

    def is_reached(self, request: HttpRequest) -> bool:
        """Whether one more would be too many; nothing is counted."""
        return cache.get(self._key(request), 0) >= self.times

    def _key(self, request: HttpRequest) -> str:
        visitor = sha256(get_ip(request).encode()).hexdigest()[:16]
        return f"limit:{self.name}:{visitor}:{int(time.time() // self.seconds)}"


MISSES = Limit("token", 30, 600)
"""Links that open nothing. One has 256 bits: this stops noise more than luck."""
SEARCHES = Limit("search", 240, 60)
"""The visitors of a whole town hall may share one address."""
SEARCH_PAGES = frozenset(
    {"directory:search", "directory:territory", "directory:points", "directory:embed", "api:directory"}
)
DRAWINGS = Limit("drawing", 30, 60)
"""Documents that are drawn while the visitor waits: a second of a processor each."""
DRAWN = frozenset({"week:document"})


def limits_middleware(get_response):
    """A page that says to wait (429) to who tries links that open nothing, or searches or prints without end."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code == 404 and match and "token" in match.kwargs:
            MISSES.count(request)
        return response

    def process_view(request: HttpRequest, view, arguments, keywords) -> HttpResponse | None:
        guesses = "token" in keywords and MISSES.is_reached(request)
        name = request.resolver_match.view_name
        searches = name in SEARCH_PAGES and SEARCHES.count(request) > SEARCHES.times
        drawings = name in DRAWN and DRAWINGS.count(request) > DRAWINGS.times
        return render(request, "429.html", status=429) if guesses or searches or drawings else None

    middleware.process_view = process_view
    return middleware
