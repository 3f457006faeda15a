"""A small proxy in front of several nodes: it does what nginx, Caddy and HAProxy do, and no more.

It asks each node for its health, sends requests to those that are well, in turn, keeps connections
open, and asks another node where one cannot be reached, or ends a kept connection before a word of
an answer to what may be asked twice. Whatever else goes wrong is a 502.
"""

import select
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEALTH_SECONDS = 0.25
_TWICE = frozenset({"GET", "HEAD"})
_HOP = frozenset(
    {"connection", "transfer-encoding", "keep-alive", "content-length", "server", "date"}
)


class Node:
    """One upstream, its kept connections, and whether it is well."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.well = False
        self.kept: deque[HTTPConnection] = deque()

    def idle(self) -> HTTPConnection | None:
        """Return a kept connection, if there is one that the node has not ended."""
        while self.kept:
            with suppress(IndexError):
                wire = self.kept.pop()
                if wire.sock and not select.select([wire.sock], [], [], 0)[0]:
                    return wire
                wire.close()
        return None

    def look(self) -> None:
        """Ask for its health."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=10)
        status = 0
        with suppress(OSError, HTTPException):
            asked.request("GET", "/healthz")
            status = asked.getresponse().status
        asked.close()
        self.well = status == 200


class Proxy:
    """The nodes, and who answers by them."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.nodes = [Node(port) for port in ports]
        self.ended = threading.Event()
        self._turn = 0

    def watch(self, node: Node) -> None:
        """Look after a node until the end."""
        while not self.ended.is_set():
            node.look()
            self.ended.wait(HEALTH_SECONDS)

    def order(self) -> list[Node]:
        """Return the nodes to try: those that are well first, in turn."""
        self._turn += 1
        turned = (
            self.nodes[self._turn % len(self.nodes) :] + self.nodes[: self._turn % len(self.nodes)]
        )
        return sorted(turned, key=lambda node: not node.well)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in _HOP}
        headers["X-Forwarded-For"] = "192.0.2.7"
        for node in self.order():
            wire = node.idle()
            while True:
                kept = wire is not None
                wire = wire or HTTPConnection("127.0.0.1", node.port, timeout=60)
                try:
                    if not kept:
                        wire.connect()
                except OSError:
                    break  # nothing was sent: the next node
                try:
                    wire.request(handler.command, handler.path, body or None, headers)
                    found = wire.getresponse()
                    content = found.read()
                except (OSError, HTTPException):
                    wire.close()
                    if kept and handler.command in _TWICE:
                        wire = None
                        continue
                    return self._say(handler, 502, {}, b"")
                if not found.will_close:
                    node.kept.append(wire)
                sent = {k: v for k, v in found.getheaders() if k.lower() not in _HOP}
                return self._say(handler, found.status, sent, content)
        return self._say(handler, 502, {}, b"")

    @staticmethod
    def _say(handler: BaseHTTPRequestHandler, status: int, headers: dict, content: bytes) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)


@contextmanager
def proxied(*ports: int) -> Iterator[tuple[int, Proxy]]:
    """Stand in front of these nodes while the block lasts; give the port, and the proxy."""
    proxy = Proxy(ports)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            proxy.answer(self)

        do_POST = do_HEAD = do_GET

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})]
    threads += [threading.Thread(target=proxy.watch, args=(node,)) for node in proxy.nodes]
    for thread in threads:
        thread.start()
    try:
        yield server.server_port, proxy
    finally:
        proxy.ended.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()
        for node in proxy.nodes:
            for wire in node.kept:
                wire.close()
