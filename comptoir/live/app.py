"""The ASGI application of the live feeds: `/direct/titres/<ref>` and `/direct/boutiques/<slug>`.

Each answer is a stream of server-sent events (WHATWG HTML, section 9.2) that holds only that
something changed, and which offers; the page then asks the site for its part. No table is read but
the hosts of portals, and no cookie; a key that nobody knows is a stream that stays silent.
"""

import asyncio
import random
import re
import threading
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http.request import validate_host

from comptoir.core.limits import believed_address, network_of
from comptoir.core.processes import LEAVES, say_ready
from comptoir.live.follower import follow
from comptoir.live.hub import Hub, Listener
from comptoir.shops.choice.portals import portal_at

HEARTBEAT_SECONDS = 25.0
LONGEST_SECONDS = 1800.0
STARTS_WITHIN_SECONDS = 5.0
GATHER_SECONDS = 1.0
"""A page gets one event a second at most, whatever sells."""
_PATH = re.compile(r"/direct/((?:titres|boutiques)/[A-Za-z0-9_-]{1,80})")

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Live:
    """One process's open pages, and the thread that follows the outbox for them."""

    def __init__(self, hub: Hub | None = None) -> None:
        self.hub = hub or Hub()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for number in LEAVES:
                    with suppress(NotImplementedError, RuntimeError, ValueError):
                        asyncio.get_running_loop().add_signal_handler(number, self.hub.end_all)
                arguments = (self.hub, asyncio.get_running_loop(), self._stop)
                self._thread = threading.Thread(target=follow, args=arguments, daemon=True)
                self._thread.start()
                await asyncio.to_thread(self.hub.following.wait, STARTS_WITHIN_SECONDS)
                self.hub.following.set()
                say_ready()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._stop.set()
                self.hub.joined.set()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _asked(scope["headers"])
        match = _PATH.fullmatch(scope["path"])
        origin = asked.get("origin")
        if match is None:
            return await _refuse(send, 404)
        if scope["method"] != "GET":
            return await _refuse(send, 405)
        if origin is not None and not await _is_ours(origin):
            return await _refuse(send, 403)
        sender = scope["client"][0] if scope.get("client") else ""
        client = network_of(believed_address(sender, asked.get("x-forwarded-for", "")))
        listener = self.hub.join(match[1], client.address)
        if listener is None:
            return await _refuse(send, 503)
        leaving = asyncio.ensure_future(_until_gone(receive))
        leaving.add_done_callback(lambda _done: listener.leave())
        try:
            await _start(send, 200, _headers(origin))
            with suppress(OSError):
                await _stream(listener, send)
        finally:
            leaving.cancel()
            self.hub.leave(listener)
        return None


def _asked(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers of a request; one that stands on several lines is one list, in order."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in found.items()}


async def _stream(listener: Listener, send: Send) -> None:
    """Send what changes until the reader leaves, or for half an hour; browsers come back."""
    until = asyncio.get_running_loop().time() + LONGEST_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311
    # All who lost their stream together do not come back together.
    await _write(send, f"retry: {random.randint(2000, 8000)}\n\n")  # noqa: S311
    while not (listener.gone or listener.over) and asyncio.get_running_loop().time() < until:
        try:
            await asyncio.wait_for(listener.woken.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await _write(send, ":\n\n")
            continue
        if not (listener.gone or listener.over):
            names = ",".join(map(str, listener.take()))
            await _write(send, f"event: change\ndata: {names}\n\n")
            await asyncio.sleep(GATHER_SECONDS)
    if not listener.gone:
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _start(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


async def _refuse(send: Send, status: int) -> None:
    await _start(send, status, [(b"content-length", b"0"), (b"cache-control", b"no-store")])
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _headers(origin: str | None) -> list[tuple[bytes, bytes]]:
    found = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        (b"vary", b"Origin"),
    ]
    if origin is not None:
        found.append((b"access-control-allow-origin", origin.encode("latin-1")))
    return found


async def _is_ours(origin: str) -> bool:
    """Return whether a page of that origin is one of this installation's, or of a portal's."""
    if origin == settings.BASE_URL:
        return True
    try:
        parts = urlsplit(origin)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"}:
        return False
    return validate_host(host, settings.ALLOWED_HOSTS) or await asyncio.to_thread(_is_portal, host)


def _is_portal(host: str) -> bool:
    """Return whether a portal answers under a host, as `portal_at` keeps it: while the database is
    gone and none was known, no."""
    try:
        return portal_at(host) is not None
    except DatabaseError:
        return False
    finally:
        connection.close()
