"""Asking a public service many times: modestly, and no more once it does not answer.

Who goes on asking a service that is down gets their server's address blocked, and helps nobody.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import DomainError, Message, fill
from comptoir.core.gate import Answer, Unreachable, ask, shown

Read = TypeVar("Read")

FAILURES = 3
"""After so many in a row the service is asked no more."""
PAUSES = (2.0, 10.0)
"""Seconds before it is asked again after the first failure, and after the second."""
LONGEST_PAUSE = 60.0
_REDIRECTS = 2
_NOT_THIS = frozenset({400, 413, 414, 422})
_NO_SUCH = frozenset({404, 405})


class Stopped(DomainError):
    """A service failed several times in a row, or wants nothing of us: it is asked no more now."""


class Unanswerable(DomainError):
    """A service answers, but not this question; `data["status"]` says how."""


class _Failed(Exception):
    """A service did not answer as it should; `wait` is after how many seconds it wants to be asked
    again, None where it does not say."""

    def __init__(self, why: Message, wait: float | None) -> None:
        super().__init__(str(why))
        self.why, self.wait = why, wait


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
        asked = partial(
            ask,
            url,
            method="POST" if content else "GET",
            headers=headers,
            content=content,
            seconds=seconds,
            largest=largest,
            redirects=_REDIRECTS,
        )
        while True:
            self._take_turn()
            try:
                found = self._once(asked, read, url, posted=bool(content))
            except _Failed as failure:
                self._failures += 1
                if self._failures >= FAILURES:
                    raise self._stopped(failure.why) from failure
                pause = PAUSES[self._failures - 1] if failure.wait is None else failure.wait
                time.sleep(min(pause, LONGEST_PAUSE))
            else:
                self._failures = 0
                return found

    def _once(
        self,
        asked: Callable[[], AbstractContextManager[Answer]],
        read: Callable[[bytes], Read],
        url: str,
        *,
        posted: bool,
    ) -> Read:
        """Ask once. Raises `_Failed` for what may pass, and as `ask`."""
        try:
            with asked() as answer:
                if answer.status == 200:
                    return read(answer.read())
                self._check(answer.status, url, posted=posted)
                why = fill(_("it answers with status %(status)d"), status=answer.status)
                raise _Failed(why, _seconds(answer.headers.get("retry-after", "")))
        except Unreachable as error:
            raise _Failed(error.message, None) from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            why = _("its answer is not of the form that it should have")
            raise _Failed(why, None) from error

    def _take_turn(self) -> None:
        """Wait until the service may be asked again."""
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.a_second

    def _check(self, status: int, url: str, *, posted: bool) -> None:
        """Raise what a refusal means: it lies with the question, or with us or the address that is
        set; what else goes wrong may pass."""
        if status in _NOT_THIS or (posted and status in _NO_SUCH):
            self._failures = 0
            told = _("%(url)s does not take this question (status %(status)d).")
            raise Unanswerable(
                "unanswerable", fill(told, url=shown(url), status=status), status=status
            )
        if 400 <= status < 500 and status != 429:
            raise self._stopped(fill(_("it answers with status %(status)d"), status=status))

    def _stopped(self, why: Message) -> Stopped:
        told = _("%(url)s is asked no more for now: %(why)s. What was found so far is kept.")
        return Stopped("service_stopped", fill(told, url=shown(self.url), why=why))


def _seconds(text: str) -> float | None:
    """Return the seconds of a `Retry-After`; None where it has none (a date is a rare form)."""
    return float(text) if text.isascii() and text.isdigit() else None
