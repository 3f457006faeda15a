"""Pages of refused forms: on a release day two thousand people are told the same in ten seconds.

Such a page holds nothing of its reader but the token of its forms, not even where they look for
things: the other shops that it names are those nearest to the shop that was asked. What a browser
says of itself thus makes no page of its own, and fills nothing. It is drawn once, and kept by the
process for `KEPT_SECONDS`, `MOST_PAGES` of them; what shops have and when they close is as old as
that at most. A reader to whom something else has to be said (a message that waits, somebody signed
in) gets a page that is kept for nobody.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from comptoir.core.errors import DomainError
from comptoir.networks.portal import Key, portal
from comptoir.orders.errors import GroupRefused
from comptoir.releases.errors import NotYet, OneAPerson
from comptoir.site import basket as baskets
from comptoir.site.basket import Basket, BasketLine
from comptoir.stock.errors import CopiesGone

KEPT_SECONDS = 1.0
WORN_SECONDS = 30.0
MOST_PAGES = 100
TOKEN = "\ue010token\ue011"  # noqa: S105 - stands where each reader's own comes
"""What a page is drawn with in place of its token: no escaping or translation changes it."""
_OF_ONE = frozenset({"content-length", "location", "x-request-id"})
"""Headers of an answer that are not those of the next."""
FINAL = (CopiesGone, NotYet, OneAPerson, GroupRefused)


K = TypeVar("K")
V = TypeVar("V")


class Reader(NamedTuple):
    """What a page may show of who asks: nothing that tells one from many. `back` leads to the form
    that was refused, `titles` is what the head of the page counts."""

    portal: Key | None
    language: str
    titles: int
    back: str
    lines: tuple[BasketLine, ...]


class Refused(NamedTuple):
    """What a page says, to which readers: it is kept under this."""

    reader: Reader
    code: str
    data: str


def reader_of(request: HttpRequest, asked: Basket, back: str) -> Reader | None:
    """Return what the page of a form with these lines, at an address, shows of its reader; None for
    who needs one of their own."""
    if {"messages", settings.SESSION_COOKIE_NAME} & request.COOKIES.keys():
        return None
    if request.META.get("QUERY_STRING"):
        return None
    shown = portal()
    return Reader(
        shown.key if shown else None,
        get_language() or "",
        len(baskets.load(request).lines),
        back,
        asked.lines,
    )


class Worn(NamedTuple):
    """Who was refused lately, and the headers that the site's middleware gave that answer."""

    since: float
    reader: Reader
    headers: Mapping[str, str]


class Pages:
    """The pages that a process has drawn, each cut at its tokens; the one kept longest goes. And
    the headers of who was answered by one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Refused, tuple[float, list[str]]] = OrderedDict()
        self._worn: OrderedDict[tuple[Reader, bool], Worn] = OrderedDict()

    def find(self, reader: Reader | None, refusal: DomainError, request: HttpRequest) -> str | None:
        """Return the page that says a refusal, with the token of whoever asked; None where it has
        to be drawn. Asks the database nothing."""
        key = _key(reader, refusal)
        if key is None:
            return None
        with self._lock:
            drawn, parts = self._kept.get(key, (0.0, []))
        if not parts or time.monotonic() - drawn >= KEPT_SECONDS:
            return None
        return get_token(request).join(parts)

    def keep(
        self, reader: Reader | None, refusal: DomainError, request: HttpRequest, drawn: str
    ) -> str:
        """Keep a page that was drawn with `TOKEN`; return it with the token of whoever asked."""
        parts = drawn.split(TOKEN)
        if key := _key(reader, refusal):
            self._put(self._kept, key, (time.monotonic(), parts))
        return get_token(request).join(parts)

    def wear(self, reader: Reader | None, request: HttpRequest, headers: Mapping[str, str]) -> None:
        """Keep the headers of an answer that a page was, for `WORN_SECONDS`."""
        if reader is not None:
            kept = {name: x for name, x in headers.items() if name.lower() not in _OF_ONE}
            key = reader._replace(back=""), request.is_secure()
            self._put(self._worn, key, Worn(time.monotonic(), reader, kept))

    def worn(self, reader: Reader | None, request: HttpRequest) -> Worn | None:
        """Return how the last reader like this one was refused, whatever leads back to their form;
        None where nobody was lately. Asks the database nothing."""
        if reader is None:
            return None
        with self._lock:
            found = self._worn.get((reader._replace(back=""), request.is_secure()))
        return found if found and time.monotonic() - found.since < WORN_SECONDS else None

    def forget(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()
            self._worn.clear()

    def _put(self, into: OrderedDict[K, V], key: K, value: V) -> None:
        with self._lock:
            into[key] = value
            into.move_to_end(key)
            if len(into) > MOST_PAGES:
                into.popitem(last=False)


def _key(reader: Reader | None, refusal: DomainError) -> Refused | None:
    if reader is None or not isinstance(refusal, FINAL):
        return None
    return Refused(reader, refusal.code, repr(refusal.data))


pages = Pages()
