"""Orders of programs, answered by the event loop without a thread of the site (`api.at_once`)."""

import asyncio
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.log import log_response

from comptoir.api import reserve
from comptoir.api.at_once import AtOnce
from comptoir.api.door import Closing
from comptoir.config.visits import Visit
from comptoir.orders.operations.outcomes import Home
from comptoir.serve.bodies import Received


def is_one(environ: dict[str, Any]) -> bool:
    """Return whether a request may be an order with a body that is here whole."""
    return (
        environ["PATH_INFO"] == reserve.PATH
        and environ["REQUEST_METHOD"] == "POST"
        and isinstance(environ["wsgi.input"], Received)
    )


class Orders:
    """Answers the ordinary ones. It does for them what the site's handler and its middleware do
    for the rest: `config.visits`, `api.door`."""

    def __init__(self) -> None:
        self._closing = Closing()
        self._home: Home | None = None

    async def answer(
        self, environ: dict[str, Any]
    ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return the answer, or None where the site is to answer."""
        request = WSGIRequest(environ)
        visit = Visit(request)
        # Nothing of a context (its number, its language) lasts while this waits: in granian the
        # requests of a loop have one context between them.
        with visit.following():
            order = AtOnce.begin(request, environ["wsgi.input"].getvalue())
        if order is None:
            return None
        await order.place(self._home_of_loop())
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

    def _home_of_loop(self) -> Home:
        loop = asyncio.get_running_loop()
        if self._home is None or self._home.loop is not loop:
            self._home = Home(loop)
        return self._home
