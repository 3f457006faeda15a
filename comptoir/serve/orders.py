"""Orders for which no thread waits, but the event loop: it answers those of programs by itself
(`api.at_once`), and finishes the answer to a reader's form (`site.answers.later`)."""

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.utils.log import log_response

from comptoir.api import names, reserve
from comptoir.api.at_once import AtOnce
from comptoir.api.door import Closing
from comptoir.api.schemas import OrderIn
from comptoir.config.visits import Visit
from comptoir.orders.models import Order
from comptoir.orders.operations.gatherer import PATIENCE_SECONDS, place_awaited
from comptoir.orders.operations.outcomes import Home, LoopSlot
from comptoir.serve.bodies import Received
from comptoir.serve.turns import OneByOne
from comptoir.site.answers.later import Later

logger = logging.getLogger(__name__)


def is_one(environ: dict[str, Any]) -> bool:
    """Return whether a request may be an order with a body that is here whole."""
    return (
        environ["PATH_INFO"] == reserve.PATH
        and environ["REQUEST_METHOD"] == "POST"
        and isinstance(environ["wsgi.input"], Received)
    )


class Names:
    """Looks up the names of orders in a thread of its own: those of all that wait, at once."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "names")
        self._waiting: deque[tuple[OrderIn, LoopSlot]] = deque()
        self._asked = False

    async def learn(self, asked: OrderIn, home: Home) -> None:
        """Wait until its names were looked up, for as long as an order waits."""
        slot = LoopSlot(home)
        self._waiting.append((asked, slot))
        if not self._asked:
            self._asked = True
            self._thread.submit(self._look_up)
        with suppress(TimeoutError):
            await slot.outcome(PATIENCE_SECONDS)

    def _look_up(self) -> None:
        # Whoever comes from now on is perhaps not among these, and asks again.
        self._asked = False
        found = [self._waiting.popleft() for _each in range(len(self._waiting))]
        try:
            names.learn(asked for asked, _slot in found)
        except Exception:
            logger.exception("the names of %d orders could not be looked up", len(found))
        finally:
            connection.close()
            for _asked, slot in found:
                slot.set_result(None)


class Orders:
    """Answers the ordinary ones. It does for them what the site's handler and its middleware do
    for the rest: `config.visits`, `api.door`."""

    def __init__(self) -> None:
        self._closing = Closing()
        self._home: Home | None = None
        self._names = Names()
        self.forms = OneByOne()

    async def answer(
        self, environ: dict[str, Any]
    ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return the answer, or None where the site is to answer."""
        request = WSGIRequest(environ)
        visit = Visit(request)
        # Nothing of a context (its number, its language) lasts while this waits: in granian the
        # requests of a loop have one context between them.
        order = AtOnce.begin(request, environ["wsgi.input"].getvalue())
        if order is None:
            return None
        home = self._home_of_loop()
        with visit.following():
            may = order.count()
        if may and names.known(order.asked) is None:
            await self._names.learn(order.asked, home)
        with visit.following():
            if may and not order.check():
                return None
        await order.place(home)
        with visit.following():
            response = order.response(self._closing)
        if response is None:
            return None
        visit.end(response)
        if response.status_code >= 400:
            log_response(
                "%s: %s",
                response.reason_phrase,
                request.path,
                response=response,
                request=request,
            )
        return response.status_code, list(response.items()), response.content

    async def settle(self, later: Later) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Wait until what a form left is placed, and return the answer; None where the site is to
        say what became of it."""
        assert later.checked is not None
        outcome: Order | Exception
        try:
            outcome = await place_awaited(later.checked, self._home_of_loop())
        except Exception as error:  # told by the site, whatever it is
            outcome = error
        async with self.forms:
            with later.visit.following():
                told = later.settle(outcome)
            if not told:
                return None
            response = later.response
            later.visit.end(response)
        cookies = [("Set-Cookie", each.OutputString()) for each in response.cookies.values()]
        return response.status_code, [*response.items(), *cookies], response.content

    def _home_of_loop(self) -> Home:
        loop = asyncio.get_running_loop()
        if self._home is None or self._home.loop is not loop:
            self._home = Home(loop)
        return self._home
