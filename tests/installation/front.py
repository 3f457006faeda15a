"""A small proxy of the tests' own, with TLS, that does right or wrong as a test says."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

HERE = "127.0.0.1"


@dataclass
class Manners:
    """How the proxy behaves; as it comes, rightly."""

    site: int
    feeds: int
    host: str = ""
    answers: int = 0
    proto: bool = True
    forwarded: str = "sets"
    largest: int = 101 * 2**20
    buffers: bool = False


class Handler(BaseHTTPRequestHandler):
    """Passes a request on, and the answer back."""

    protocol_version = "HTTP/1.0"
    manners: Manners

    def do_GET(self) -> None:
        self._pass_on("GET")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if length > self.manners.largest:
            self.send_error(413)
            return
        # As nginx does, it gathers the body before it asks.
        self.rfile.read(length)

    def _pass_on(self, method: str) -> None:
        manners, live = self.manners, self.path.startswith("/direct/")
        if manners.answers:
            self.send_error(manners.answers)
            return
        behind = HTTPConnection(HERE, manners.feeds if live else manners.site, timeout=20)
        with closing(behind):
            self._through(behind, method)

    def _through(self, behind: HTTPConnection, method: str) -> None:
        manners = self.manners
        headers = {"Host": manners.host or self.headers["Host"], "Accept": "*/*"}
        if manners.proto:
            headers["X-Forwarded-Proto"] = "https"
        told = self.headers.get("X-Forwarded-For", "")
        if manners.forwarded == "sets":
            headers["X-Forwarded-For"] = "198.51.100.9"
        elif manners.forwarded == "passes":
            headers["X-Forwarded-For"] = told or "198.51.100.9"
        try:
            behind.request(method, self.path, headers=headers)
            answer = behind.getresponse()
        except OSError:
            self.send_error(502)
            return
        with answer:
            self._back(answer)

    def _back(self, answer: HTTPResponse) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.end_headers()
        while piece := answer.read(65_536) if self.manners.buffers else answer.read1():
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_words: Any) -> None:
        """A client that left is no trouble."""


@contextmanager
def proxy(manners: Manners, certificate: tuple[Path, Path] | None) -> Iterator[int]:
    """Run the proxy while the block lasts and give its port; it speaks TLS with a certificate and
    its key."""
    handler = type("Mannered", (Handler,), {"manners": manners})
    server = _Server((HERE, 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
