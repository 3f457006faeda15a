"""An order whose placing a view leaves to whoever asked the site, so that no thread waits for it.

Whoever can wait without a thread (`serve.gateway`) puts a `Later` into what the request says. The
view then leaves two things in it: the order as it was checked, and the answer that follows once it
is placed, which has passed all middleware and wants a few words. Where it is refused by a page that
nobody has drawn lately, or where more has to be said, the site is asked a second time, which knows
what became of it.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from comptoir.core.errors import DomainError
from comptoir.networks.portal import portal, shown_as
from comptoir.orders.models import Order
from comptoir.orders.operations.requests import Checked

_KEY = "comptoir.later"


class Later:
    """What one request waits for. `visit` is its number and when it began, for whoever counts
    it."""

    def __init__(self, environ: dict[str, Any]) -> None:
        environ[_KEY] = self
        self.visit: Any = None
        self.checked: Checked | None = None
        self.response = HttpResponse()
        self._finish: Callable[[HttpResponse, Order], bool] | None = None
        self._refuse: Callable[[HttpResponse, DomainError], bool] | None = None
        self._outcome: Order | Exception | None = None
        self._portal = portal()

    @staticmethod
    def of(request: HttpRequest) -> "Later | None":
        """Return that of a request; None where the thread that answers it has to wait."""
        later: Later | None = request.META.get(_KEY)
        return later

    @property
    def waits(self) -> bool:
        """Whether an order is to be placed of which nobody knows yet what became of it."""
        return self.checked is not None and self._outcome is None

    @property
    def is_known(self) -> bool:
        """Whether `order` says what became of it."""
        return self._outcome is not None

    def order(self) -> Order:
        """Return the order that was placed. Raises why none was."""
        assert self._outcome is not None
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def leave(
        self,
        checked: Checked,
        response: HttpResponse,
        finish: Callable[[HttpResponse, Order], bool],
        refuse: Callable[[HttpResponse, DomainError], bool] | None = None,
    ) -> HttpResponse:
        """Leave an order to be placed, and return the answer that will do if it is: `finish` writes
        into it what only the order tells, without asking the database, or returns False if a view
        has to say more. So does `refuse`, with why none was placed. Both are asked under the portal
        that answers now."""
        self.checked, self.response, self._portal = checked, response, portal()
        self._finish, self._refuse = finish, refuse
        return response

    def settle(self, outcome: Order | Exception) -> bool:
        """Note what became of it; return whether `response` is the answer now."""
        self._outcome = outcome
        with shown_as(self._portal):
            return self._say(outcome)

    def _say(self, outcome: Order | Exception) -> bool:
        if isinstance(outcome, DomainError) and self._refuse is not None:
            return self._refuse(self.response, outcome)
        if isinstance(outcome, Exception):
            return False
        assert self._finish is not None
        return self._finish(self.response, outcome)
