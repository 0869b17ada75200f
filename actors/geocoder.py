"""Where an address is, as the national geocoder says it (IGN, Géoplateforme). The site works without it.

What it said is kept for a while; when it fails or asks to wait, it is left in peace by all processes.
"""

import hashlib
import json
import logging
import time
from dataclasses import asdict, dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

TIMEOUT = 3
"""Seconds, for the whole of an answer."""
LARGEST = 500_000
"""Octets of an answer; a real one has a few thousand."""
SHORTEST, LONGEST = 3, 200
"""Characters that it takes (IGN's documentation of the service)."""
KEPT = 7 * 24 * 3600
REST = 60
"""Seconds without a question, after a failure."""
LONGEST_REST = 600
RESTING = "geocoder:resting"


class Unavailable(Exception):  # noqa: N818 (not an error: the site does without)
    """It is not configured, does not answer, or asked to be left in peace."""


@dataclass(frozen=True)
class Address:
    """A place that it knows. ``kind``: ``housenumber``, ``street``, ``locality`` or ``municipality``."""

    label: str
    kind: str
    postcode: str
    city: str
    citycode: str
    latitude: float
    longitude: float
    score: float
    """How sure it is, from 0 to 1."""


def search(text: str, *, postcode: str = "", citycode: str = "", limit: int = 5) -> list[Address]:
    """The likeliest addresses first; none for a text that says nothing. Raises ``Unavailable``."""
    text = " ".join(text.split())[:LONGEST]
    if len(text) < SHORTEST or not text[0].isalnum():
        return []
    asked = {"q": text, "limit": limit, "postcode": postcode, "citycode": citycode}
    query = urlencode({name: value for name, value in asked.items() if value})
    key = f"geocoder:{hashlib.sha256(query.encode()).hexdigest()}"
    known = cache.get(key)
    if known is None:
        known = [asdict(found) for found in _ask(query)]
        cache.set(key, known, KEPT)
    return [Address(**found) for found in known]


def _ask(query: str) -> list[Address]:
    if not settings.GEOCODER_URL or cache.get(RESTING):
        raise Unavailable
    request = Request(  # noqa: S310 (the address is a setting, and http or https: settings.py sees to it)
        f"{settings.GEOCODER_URL}/geocodage/search?{query}", headers={"Accept": "application/json"}
    )
    try:
        return [_address(feature) for feature in json.loads(_read(request))["features"]]
    except HTTPError as error:
        error.close()
        if error.code == 400:  # what was asked says nothing to it
            return []
        _rest(_seconds(error.headers.get("Retry-After")) if error.code == 429 else REST, error)
    except (OSError, HTTPException, ValueError, KeyError, TypeError, IndexError) as error:
        _rest(REST, error)
    raise Unavailable


def _read(request: Request) -> bytes:
    end = time.monotonic() + TIMEOUT
    content = b""
    with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 (see above)
        while part := response.read1(65536):
            content += part
            if len(content) > LARGEST:
                raise ValueError(f"more than {LARGEST} octets")
            if time.monotonic() > end:
                raise TimeoutError("the answer lasts")
    return content


def _address(feature: dict) -> Address:
    about = feature["properties"]
    longitude, latitude = feature["geometry"]["coordinates"][:2]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("coordinates that are nowhere")
    return Address(
        label=str(about["label"]),
        kind=str(about.get("type", "")),
        postcode=str(about.get("postcode", "")),
        city=str(about.get("city", "")),
        citycode=str(about.get("citycode", "")),
        latitude=float(latitude),
        longitude=float(longitude),
        score=float(about.get("score", 0)),
    )


def _rest(seconds: int, error: Exception) -> None:
    # Never what was asked: it may be where someone lives.
    log.warning("the geocoder does not answer (%s): not asked for %s s", type(error).__name__, seconds)
    cache.set(RESTING, seconds, seconds)


def _seconds(retry_after: str | None) -> int:
    """As the answer asks; it may also be a date, which is as good as nothing."""
    asked = int(retry_after) if retry_after and retry_after.isdecimal() else REST
    return min(max(asked, 1), LONGEST_REST)
