"""Orders that the event loop of a web process takes by itself: no thread waits for their commit.

An ordinary one of a reader (small, right, without a token) needs the database for its placing,
which the gathering thread does, and once a process for its names, which `serve.orders` has looked
up for all that wait. So it is read and checked in the loop, queued, and answered by the loop once
its batch is committed. Whatever else it may be, the site answers it as ever (`api.routes.orders`):
with the same checks, in the same words.
"""

import logging
from collections.abc import Sequence

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from pydantic import ValidationError

from comptoir.accounts.actors import READER
from comptoir.api import names, reserve
from comptoir.api.door import Closing, refused, resolved
from comptoir.api.names import Keys
from comptoir.api.problems import Refused
from comptoir.api.schemas import OrderIn
from comptoir.core.errors import NotFound
from comptoir.core.flood import gauge as flood
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations.gatherer import checked_of, place_awaited
from comptoir.orders.operations.outcomes import Home
from comptoir.orders.operations.requests import Checked

LONGEST = 4096
"""Bytes of a body that is read in the loop: a few lines and a person."""
COUNTED = "comptoir.counted"
"""In `META`: counted as a try of its address already."""
NOTED = "comptoir.noted"
"""In `META`: counted as an attempt that nobody vouches for."""
TRIED = "comptoir.tried"
"""In `META`: tried already, with names that this process remembered and that are wrong
by now, or told in vain."""

logger = logging.getLogger(__name__)


class AtOnce:
    """One order on its way through the loop."""

    def __init__(self, request: HttpRequest, asked: OrderIn, attempt: reserve.Attempt) -> None:
        self.asked = asked
        self._request = request
        self._attempt = attempt
        self._language = translation.get_language_from_request(request)
        self._keys: Sequence[Keys] = ()
        self._checked: Checked | None = None
        self._order: Order | None = None
        self._error: Exception | None = None

    @classmethod
    def begin(cls, request: HttpRequest, body: bytes) -> "AtOnce | None":
        """Read an order; None where the site is to answer. The request is a POST to
        `reserve.PATH`. Nothing here or later asks the database."""
        meta = request.META
        if len(body) > LONGEST or meta.get("QUERY_STRING") or "HTTP_AUTHORIZATION" in meta:
            return None
        try:
            request.get_host()
            attempt = reserve.attempt_of(request, body, READER)
            asked = OrderIn.model_validate_json(body)
        except (SuspiciousOperation, Refused, ValidationError):
            return None
        if asked.customer.phone or asked.channel != Channel.API:
            return None
        if asked.is_charged:
            return None
        if not reserve.is_vouched(request, asked.customer.email):
            # What is flooded, and what a process has counted, the site looks at, which may ask.
            flooded = flood.gauge.is_flooded(flood.Form.ORDER)
            if flood.counts() and (flooded or flood.gauge.is_due()):
                return None
            flood.gauge.note(flood.Form.ORDER)
        meta[NOTED] = True
        return cls(request, asked, attempt)

    def count(self) -> bool:
        """Count it as a try of its address, before anything is looked up for it; False where that
        was one too many, which `response` tells. The site counts it no second time."""
        self._request.META[COUNTED] = True
        self._request.resolver_match = resolved(reserve.PATH)
        with translation.override(self._language):
            try:
                reserve.count_reader(self._request)
            except Exception as error:  # told by `response`, whatever it is
                self._error = error
        return self._error is None

    def check(self) -> bool:
        """Check it; False where the site is to answer: a name is unknown here."""
        if (keys := names.known(self.asked)) is None:
            return False
        self._keys = keys
        with translation.override(self._language):
            try:
                wanted = reserve.request_for(self.asked, keys, self._attempt, trusted=False)
                self._checked = reserve.as_person(checked_of(wanted), self._request)
            except Exception as error:  # told by `response`, whatever it is
                self._error = error
        return True

    async def place(self, home: Home) -> None:
        """Wait until it is placed, or until it is known why not."""
        if self._checked is None:
            return
        try:
            self._order = await place_awaited(self._checked, home)
        except Exception as error:  # told by `response`, whatever it is
            self._error = error

    def response(self, closing: Closing) -> HttpResponse | None:
        """Return the answer; None where the site is to give it: what was remembered of its names is
        wrong by now, or the order cannot be told from memory."""
        if self._checked is not None and isinstance(self._error, NotFound):
            names.forget(self.asked)
            self._request.META[TRIED] = True
            return None
        with translation.override(self._language):
            try:
                if self._order is None:
                    assert self._error is not None
                    raise self._error
                response = self._told(self._order)
            except Exception as error:
                response = refused(error, self._request)
        if response is not None:
            closing(response)
        return response

    def _told(self, order: Order) -> HttpResponse | None:
        """Return the answer of an order that is committed: whatever fails now must not hide it. The
        site finds it by its key."""
        try:
            return reserve.told(order, self.asked, self._keys)
        except Exception:
            logger.exception("an order that was placed could not be told")
            self._request.META[TRIED] = True
            return None
