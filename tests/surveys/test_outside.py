"""Of what another server answers a little is read, and nothing is unpacked."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from surveys.outside import AS_IT_IS, MOST_BYTES, body_of


@pytest.fixture
def says():
    """A server that answers with these bytes, packed or not."""
    servers = []

    def listening(body: bytes, encoding: str = "") -> requests.Response:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(200)
                if encoding:
                    self.send_header("Content-Encoding", encoding)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        servers.append((server, thread))
        address = f"http://127.0.0.1:{server.server_port}"
        return requests.post(address, headers=AS_IT_IS, stream=True, timeout=30)

    yield listening
    for server, thread in servers:
        thread.join()
        server.server_close()


def test_what_is_short_is_read(says):
    assert body_of(says(b"taken")) == b"taken"
    assert body_of(says(b"")) == b""


def test_what_is_long_is_not(says):
    assert len(body_of(says(b"x" * MOST_BYTES))) == MOST_BYTES
    assert body_of(says(b"x" * (MOST_BYTES + 1))) == b""


def test_what_is_packed_is_not_unpacked(says):
    assert body_of(says(gzip.compress(b"x" * 1000), "gzip")) == b""
