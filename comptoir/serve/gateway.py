"""From granian to the site: no thread waits for a body, and nobody has all the threads.

The site answers by threads (WSGI). Were it granian's own WSGI, a thread would wait for a body as
long as its sender likes, and nothing could wake it: granian has a limit of time for heads alone.
Its RSGI leaves the waiting to an event loop, where it has an end, and whose end ends the
connection. A small body is waited for before a thread is taken. A larger one is read by the thread
as the site asks for it, once the site knows who sends it (`serve.bodies`); few are at once. Whoever
has many requests under way waits in a line of their own (`serve.turns`).
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils import translation

from comptoir.api.door import PREFIXES
from comptoir.api.problems import from_error
from comptoir.core.errors import DomainError
from comptoir.core.limits import TooMany, believed_address, network_of
from comptoir.core.processes import CLOSE, LEAVE, LEAVES, say_ready
from comptoir.core.streams import Incomplete
from comptoir.core.watch.numbers import TURNED_AWAY
from comptoir.serve import forms, orders
from comptoir.serve.bodies import SMALL_BYTES, Body, Places, Received, small_body
from comptoir.serve.connections import end_idle
from comptoir.serve.sockets import accept_no_more
from comptoir.serve.turns import READS, Turns, count_visit
from comptoir.site.answers.later import Later

logger = logging.getLogger(__name__)
HEALTH = "/healthz"
SWEPT_EVERY_SECONDS = 1.0
_STATUS = {TooMany: 429, Incomplete: 408}

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Site = Callable[[Environ, Any], Iterable[bytes]]
Answer = tuple[int, Headers, bytes]
LEFT: Answer = (
    503,
    [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
    b'{"status": "leaving", "reasons": ["this node is being stopped"], "warnings": []}',
)
"""What a proxy that asks is told, so that it sends nobody here any more."""


class Wire(Protocol):
    """One request as granian hands it over (RSGI 1.6, the protocol of HTTP)."""

    async def __call__(self) -> bytes:
        """Return the whole body. Raises `RuntimeError` when it breaks off."""

    def __aiter__(self) -> Any:  # noqa: ANN401 - granian's own
        """Begin to read the body by pieces."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer."""


class Gateway:
    """An RSGI application that answers by a WSGI one, in so many threads."""

    def __init__(self, site: Site, threads: int, port: int = 0) -> None:
        self._site = site
        self._port = port
        self._busy: set[str] = set()
        self._threads = ThreadPoolExecutor(threads, "site")
        self._health = ThreadPoolExecutor(1, "health")
        self._turns = Turns(threads)
        self._places = Places(max(1, threads // 2))
        self._told: set[int] = set()
        self._reading: set[str] = set()
        self._orders = orders.Orders()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to heed the supervisor, and to end what is idle and too much; behind a proxy all
        would be the proxy's."""
        for number in LEAVES:
            loop.add_signal_handler(number, self._heed, number)
        say_ready()
        if self._port and settings.RATE_LIMITS and not settings.PROXIES:
            self._sweeping = loop.create_task(self._sweep())

    def _heed(self, told: int) -> None:
        """Begin to close each connection with its answer. Where another process has taken over, new
        ones are its own; where the node is being stopped nobody else would answer them."""
        self._told.add(told)
        if told == CLOSE:
            accept_no_more()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEPT_EVERY_SECONDS)
            await asyncio.to_thread(end_idle, self._port, frozenset(self._busy))

    async def __rsgi__(self, scope: Any, wire: Wire) -> None:  # noqa: ANN401 - granian's own
        """Answer one request."""
        environ, client = environ_of(scope), scope.client
        self._busy.add(client)
        try:
            status, headers, content = await self._answer(environ, wire)
            if settings.PROXIES and isinstance(rest := environ["wsgi.input"], Body):
                await rest.pass_over()
        finally:
            self._busy.discard(client)
            body = environ["wsgi.input"]
            body.leave()
        if not body.ended or self._told:
            # What is left of the body would be read as the next request, or waited for in vain. And
            # where another process takes over, whoever asks again finds it.
            headers = [*headers, ("Connection", "close")]
        wire.response_bytes(status, headers, content)

    async def _answer(self, environ: Environ, wire: Wire) -> Answer:
        who = network_of(
            believed_address(environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR", ""))
        )
        environ["wsgi.input"] = Received(b"", ended=False)
        try:
            environ["wsgi.input"] = await self._body(environ, wire, who.address)
            if environ["PATH_INFO"] == HEALTH and LEAVE in self._told:
                return LEFT
            if environ["PATH_INFO"] == HEALTH:
                run = partial(self._run, environ)
                return await asyncio.get_running_loop().run_in_executor(self._health, run)
            count_visit(environ["REQUEST_METHOD"], environ["PATH_INFO"], who)
        except DomainError as error:
            TURNED_AWAY.labels(error.code).inc()
            return refusal(environ, error)
        if orders.is_one(environ) and (answer := await self._order(environ)):
            return answer
        return await self._ask(environ, who.address)

    async def _ask(self, environ: Environ, who: str) -> Answer:
        """Ask the site, in a thread. What its view leaves to be placed is waited for without one,
        and the site is asked again where it has more to say than that it is. A form that is likely
        to be refused as others just were is read here instead."""
        body, later = environ["wsgi.input"], None
        if environ["REQUEST_METHOD"] == "POST" and isinstance(body, Received):
            later = Later(environ)
        if later is None or not await self._leaves(environ, later, who):
            if later is not None:
                body.seek(0)
            answer = await self._in_thread(environ, who)
            if later is None or not later.waits:
                return answer
        try:
            finished = await self._orders.settle(later)
        except Exception:
            return _failed(environ)
        if finished:
            return finished
        body.seek(0)
        return await self._in_thread(environ, who)

    async def _leaves(self, environ: Environ, later: Later, who: str) -> bool:
        """Read a form here, where that will do; False where a thread is to: also where another one
        of the same sender waits here, for those who have many wait in a line of their own."""
        if environ["PATH_INFO"] != forms.PATH or who in self._reading:
            return False
        self._reading.add(who)
        try:
            await self._turns.after_reads()
            async with self._orders.forms:
                return forms.leaves(environ, later)
        finally:
            self._reading.discard(who)

    async def _in_thread(self, environ: Environ, who: str) -> Answer:
        reads = environ["REQUEST_METHOD"] in READS
        async with self._turns.turn(who, reads=reads):
            run = partial(self._run, environ)
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def _body(self, environ: Environ, wire: Wire, who: str) -> Received | Body:
        declared = environ.get("CONTENT_LENGTH", "")
        if "HTTP_TRANSFER_ENCODING" not in environ:
            if declared in {"", "0"}:
                return Received(b"")
            if declared.isdecimal() and int(declared) <= SMALL_BYTES:
                return Received(await small_body(wire))
        return Body(wire, int(declared) if declared.isdecimal() else None, self._places, who)

    async def _order(self, environ: Environ) -> Answer | None:
        await self._turns.after_reads()
        try:
            return await self._orders.answer(environ)
        except Exception:
            return _failed(environ)

    def _run(self, environ: Environ) -> Answer:
        """Ask the site, in the thread that this is."""
        started: list[Any] = [500, []]

        def start(status: str, headers: Headers, _error: object = None) -> None:
            started[:] = int(status.partition(" ")[0]), headers

        try:
            parts = self._site(environ, start)
            try:
                content = b"".join(parts)
            finally:
                if close := getattr(parts, "close", None):
                    close()
        except Exception:
            return _failed(environ)
        return started[0], started[1], content


def _failed(environ: Environ) -> Answer:
    """Log what broke where even the answers to errors are made."""
    logger.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
    return 500, [], b""


def environ_of(scope: Any) -> Environ:  # noqa: ANN401 - granian's own
    """Return the environ of a request (PEP 3333), its body still to come.

    A header with `_` in its name is left out: it could be taken for another's.
    """
    server, _colon, port = scope.server.rpartition(":")
    environ: Environ = {
        "SCRIPT_NAME": "",
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        known = environ.get(key)
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = value if known is None else f"{known}{between}{value}"
    return environ


def refusal(environ: Environ, error: DomainError) -> Answer:
    """Return the answer to a request that never reaches the site: a problem for programs, for
    people a sentence in their language."""
    request = WSGIRequest(environ)
    with translation.override(translation.get_language_from_request(request)):
        if request.path_info.startswith(PREFIXES):
            response = from_error(error, request)
        else:
            status = next((x for kind, x in _STATUS.items() if isinstance(error, kind)), 503)
            response = HttpResponse(str(error.message), "text/plain; charset=utf-8", status)
            response["Cache-Control"] = "no-store"
            if retry_after := error.data.get("retry_after"):
                response["Retry-After"] = str(retry_after)
    response["X-Content-Type-Options"] = "nosniff"
    return response.status_code, list(response.items()), response.content
