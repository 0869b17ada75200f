import threading
from collections.abc import Iterator

import pytest

from tests.actors.geocoding import Server


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A geocoder of this test's own."""
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.GEOCODER_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
