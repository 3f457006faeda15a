"""Asking a public service many times: modestly, and no more once it does not answer.

Who goes on asking a service that is down gets their server's address blocked, and helps nobody.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Message, fill
from comptoir.core.gate import Unreachable, ask, shown

Read = TypeVar("Read")

FAILURES = 3
"""After so many in a row the service is asked no more."""
PAUSES = (2.0, 10.0)
"""Seconds before it is asked again after the first failure, and after the second."""
LONGEST_PAUSE = 60.0
_REDIRECTS = 2
_NOT_OURS = frozenset({401, 403})


class Stopped(DomainError):
    """A service failed several times in a row, or wants nothing of us: it is asked no more now."""


class Unanswerable(DomainError):
    """A service answers, but not this question; `data["status"]` says how."""


@dataclass(slots=True)
class Service:
    """A service at an address, as one run of a command asks it: at most `a_second` times a second.

    Personal data that leaves: what a question has, addresses and names of shops.
    """

    url: str
    a_second: float
    _failures: int = field(default=0, init=False)
    _next: float = field(default=0.0, init=False)

    def ask(
        self,
        path: str,
        read: Callable[[bytes], Read],
        *,
        query: Mapping[str, str | int] | None = None,
        content: bytes = b"",
        content_type: str = "",
        seconds: float = 20.0,
        largest: int = 4 * 1024 * 1024,
    ) -> Read:
        """Return what the service answers, as `read` makes it out (it raises `ValueError` and the
        like for what is no answer). With `content` it is posted.

        Raises `Unanswerable` for a question that it refuses, `Stopped` where it has failed
        `FAILURES` times in a row; `Invalid` (`bad_url`) and `Quiet` as `core.gate.ask`.
        """
        url = f"{self.url.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json, text/csv"}
        if content_type:
            headers["Content-Type"] = content_type
        method = "POST" if content else "GET"
        while True:
            self._take_turn()
            wait: float | None = None
            try:
                with ask(
                    url,
                    method=method,
                    headers=headers,
                    content=content,
                    seconds=seconds,
                    largest=largest,
                    redirects=_REDIRECTS,
                ) as answer:
                    self._check(answer.status, url)
                    if answer.status == 200:
                        found = read(answer.read())
                        self._failures = 0
                        return found
                    wait = _seconds(answer.headers.get("retry-after", ""))
                    why: Message = fill(
                        _("it answers with status %(status)d"), status=answer.status
                    )
            except Unreachable as error:
                why = error.message
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                why = _("its answer is not of the form that it should have")
            self._failures += 1
            if self._failures >= FAILURES:
                raise self._stopped(why)
            pause = PAUSES[self._failures - 1] if wait is None else min(wait, LONGEST_PAUSE)
            time.sleep(pause)

    def _take_turn(self) -> None:
        """Wait until the service may be asked again."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.a_second

    def _check(self, status: int, url: str) -> None:
        """Raise what a refusal means: it lies with the question, or with us."""
        if status in _NOT_OURS:
            raise self._stopped(fill(_("it answers with status %(status)d"), status=status))
        if 400 <= status < 500 and status != 429:
            self._failures = 0
            told = _("%(url)s does not take this question (status %(status)d).")
            raise Unanswerable(
                "unanswerable", fill(told, url=shown(url), status=status), status=status
            )

    def _stopped(self, why: Message) -> Stopped:
        told = _("%(url)s is asked no more for now: %(why)s. What was found so far is kept.")
        return Stopped("service_stopped", fill(told, url=shown(self.url), why=why))


def _seconds(text: str) -> float | None:
    """Return the seconds of a `Retry-After`; None where it has none (a date is a rare form)."""
    return float(text) if text.isascii() and text.isdigit() else None
