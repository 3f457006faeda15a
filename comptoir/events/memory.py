"""What this process knows of the windows: which shops and titles have something there, and every
event from a month ago on, with what lists choose by.

It is at most `KEPT_SECONDS` old: then the database is asked for the newest line of history, and
only where there is another is all read again. Lines get their keys in the order of their commits
(`operations.steps.take_turn`), so none is missed. Whether a shop may be shown is not kept here:
`shops.memory` says it (`public`).
"""

import itertools
import threading
import time
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

from comptoir.core.db import fetch
from comptoir.events.models import USUAL_LENGTH
from comptoir.shops.memory import directory

Made = TypeVar("Made")

KEPT_SECONDS = 1.0
LOOKED_BACK = timedelta(days=31)
"""For how long an event is listed that is over: calendars that follow a shop keep it so long."""
MOST_NOTES = 4_096
_NUMBER = "events.memory.number"
_numbers = itertools.count(1)

_VERSION = "SELECT max(id) FROM events_windowchange"
_PICKED = "SELECT DISTINCT product_id, shop_id FROM events_pick"
_ABOUT = """
SELECT p.product_id, p.event_id FROM events_event_products p
JOIN events_event e ON e.id = p.event_id WHERE coalesce(e.ends_at, e.starts_at + %s) >= %s
"""
_LISTED = """
SELECT id, shop_id, kind, starts_at, coalesce(ends_at, starts_at + %s), cancelled_at IS NOT NULL,
postcode, city, latitude, longitude FROM events_event
WHERE coalesce(ends_at, starts_at + %s) >= %s ORDER BY starts_at, id
"""


class Listed(NamedTuple):
    """An event as lists choose it: when it is over as far as is known; where it is, empty and None
    in the shop itself."""

    pk: int
    shop_id: int
    kind: str
    starts_at: datetime
    over_at: datetime
    cancelled: bool
    postcode: str
    city: str
    latitude: float | None
    longitude: float | None


class Windows:
    """The windows of a moment. All threads share them: nobody changes them.

    `about` names the events of a title, `since` when the first that is listed was over, `number` is
    theirs alone in this process.
    """

    def __init__(self) -> None:
        self.since = _since()
        self.number = next(_numbers)
        pairs = fetch(_PICKED)
        self.picked_titles = {product for product, _shop in pairs}
        self.picked_shops = {shop for _product, shop in pairs}
        self.listed = [
            Listed(*row) for row in fetch(_LISTED, [USUAL_LENGTH, USUAL_LENGTH, self.since])
        ]
        self.about: dict[int, set[int]] = {}
        for product, event in fetch(_ABOUT, [USUAL_LENGTH, self.since]):
            self.about.setdefault(product, set()).add(event)
        self._notes: dict[Hashable, Any] = {}

    def made(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what others make of the windows alone, made once for each of their keys."""
        found: Made | None = self._notes.get(key)
        if found is None:
            if len(self._notes) >= MOST_NOTES:
                self._notes.clear()
            found = self._notes[key] = make()
        return found

    def coming(self, now: datetime) -> list[Listed]:
        """Return the events that are not over and not cancelled, of shops that the public sees."""
        shown = public()
        return [
            each
            for each in self.listed
            if each.over_at > now and not each.cancelled and each.shop_id in shown
        ]


class _Kept(NamedTuple):
    windows: Windows
    version: int | None
    asked: float


_lock = threading.Lock()
_kept: _Kept | None = None


def windows() -> Windows:
    """Return the windows as they are, or were at most `KEPT_SECONDS` ago."""
    kept = _kept
    if kept is not None and time.monotonic() - kept.asked < KEPT_SECONDS:
        return kept.windows
    return _ask()


def forget() -> None:
    """Forget the windows, so that the next who asks reads them: for another database."""
    global _kept
    _kept = None


def public() -> frozenset[int]:
    """Return the keys of the shops that the public sees, as `shops.memory` has them."""
    return directory().keys()


def state() -> tuple[int, int]:
    """Return what changes with the windows and with the public shops, for what is made of both."""
    return windows().number, directory().made(_NUMBER, lambda: next(_numbers))


def _ask() -> Windows:
    global _kept
    now = time.monotonic()
    # The version before the rows: what changes between the two is read again, not missed.
    ((version,),) = fetch(_VERSION)
    with _lock:
        kept = _kept
        is_same = kept is not None and kept.version == version
        if kept is not None and is_same and kept.windows.since == _since():
            found = kept.windows
        else:
            found = Windows()
        _kept = _Kept(found, version, now)
    return found


def _since() -> datetime:
    """Return from when on events are listed: the same all day, in all processes."""
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - LOOKED_BACK
