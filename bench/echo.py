"""From the moment a till tells that its last copy is sold to those who wait to hear of it.

One shop tells again and again, a second or so apart, that a copy is there or gone. Measured is the
time from the telling until an open page gets its event (`live`), the shop's webhook gets its
message (`webhook`), and the search says the same of the title (`search`). Pages get one event a
second at most, so `live` is up to a second and more by design.
"""

import http.client
import os
import random
import statistics
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings
from django.db import connection

from bench import load
from bench.freshness import HOST, Till, sellable
from bench.reserve import PORT, Server
from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import Shop
from comptoir.webhooks.models import Event
from comptoir.webhooks.operations import add_endpoint, remove_endpoint

ROUNDS = {"small": 20, "full": 60}
_LONGEST_SECONDS = 30.0
_PAUSE_SECONDS = (1.0, 2.0)
_LIVE_PORT = PORT + 1


def run(scale: str) -> dict[str, float]:
    """Tell so many times and return the figures (ms)."""
    row = sellable()[0]
    till = Till(*row)
    shop = Shop.objects.get(pk=row[1])
    # The receiver of the webhook is on this machine.
    settings.OUTGOING_ANYWHERE = True
    os.environ |= {"COMPTOIR_OUTGOING_ANYWHERE": "1", "COMPTOIR_LIVE_PORT": str(_LIVE_PORT)}
    heard = Heard()
    with Receiver(heard.webhook) as url:
        endpoint, _secret = add_endpoint(
            shop=shop, url=url, events=[Event.STOCK_CHANGED.value], actor=SYSTEM
        )
        connection.close()
        try:
            with Server():
                threading.Thread(target=listen, args=(till.ean, heard.live), daemon=True).start()
                figures = _rounds(till, heard, ROUNDS[scale])
        finally:
            remove_endpoint(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
            connection.close()
    return figures


class Heard:
    """When each way last heard of something."""

    def __init__(self) -> None:
        self.live, self.webhook = threading.Event(), threading.Event()


def _rounds(till: Till, heard: Heard, count: int) -> dict[str, float]:
    found: dict[str, list[float]] = {"live": [], "webhook": [], "search": []}
    load.converse(PORT, [till.tell(1)])
    for number in range(count + 1):
        time.sleep(random.uniform(*_PAUSE_SECONDS))
        heard.live.clear()
        heard.webhook.clear()
        began = time.perf_counter()
        load.converse(PORT, [till.tell(number % 2)])
        search = threading.Thread(
            target=_await_search, args=(till.ean, number % 2, found["search"], began)
        )
        search.start()
        for name, event in (("webhook", heard.webhook), ("live", heard.live)):
            if not event.wait(_LONGEST_SECONDS):
                raise RuntimeError(f"{name} never heard of it")
            found[name].append(time.perf_counter() - began)
        search.join(_LONGEST_SECONDS)
        if not number:  # the first one also opens what was never used
            for values in found.values():
                values.clear()
    return {
        f"echo_{name}_{label}_ms": 1000 * pick(values)
        for name, values in found.items()
        for label, pick in (("p50", statistics.median), ("worst", max))
    }


def _await_search(ean: str, there: int, into: list[float], began: float) -> None:
    """Ask until the search says what is so, and note the seconds."""
    while time.perf_counter() - began < _LONGEST_SECONDS:
        asking = http.client.HTTPConnection(HOST, PORT, timeout=_LONGEST_SECONDS)
        asking.request("GET", f"/api/v1/products?q={ean}&in_stock=true")
        if (ean.encode() in asking.getresponse().read()) == bool(there):
            into.append(time.perf_counter() - began)
            return
        time.sleep(0.02)


def listen(ean: str, heard: threading.Event) -> None:
    """Keep the feed of a title's page open, and note its events."""
    feed = http.client.HTTPConnection(HOST, _LIVE_PORT, timeout=600)
    feed.request("GET", f"/direct/titres/{ean}")
    answer = feed.getresponse()
    while line := answer.readline():
        if line.startswith(b"data:"):
            heard.set()


class Receiver:
    """A server that takes what a webhook sends; its address is what `with` gives."""

    def __init__(self, heard: threading.Event) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                heard.set()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://{HOST}:{self._server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
