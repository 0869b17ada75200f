"""A real HTTP server on loopback, that answers as the national geocoder does, or as it should not."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FOUND = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2.4821, 48.9022]},
            "properties": {
                "label": "3 Rue de l’Exemple 93010 Bondy",
                "score": 0.97,
                "type": "housenumber",
                "citycode": "93010",
                "postcode": "93140",
                "city": "Bondy",
                "context": "93, Seine-Saint-Denis, Île-de-France",
            },
        }
    ],
}


class Server(ThreadingHTTPServer):
    """Answers ``status``, ``headers`` and ``body``, after ``wait`` seconds; keeps what it was asked in ``asked``."""

    status, wait = 200, 0.0
    body = json.dumps(FOUND).encode()

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, list[str]]] = []
        self.headers: dict[str, str] = {}

    def handle_error(self, request, client_address) -> None:
        """Whoever asked did not wait."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Server = self.server
        address = urlsplit(self.path)
        assert address.path == "/geocodage/search"
        server.asked.append(parse_qs(address.query))
        time.sleep(server.wait)
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *args) -> None:
        pass
