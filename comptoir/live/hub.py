"""Who listens to which page. It belongs to the event loop; the thread that follows the outbox only
reads `count`, and shares the two events."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST = 5000
MOST_FROM_ONE = 60
"""Connections from one address, of IPv6 a /64: a school, a library, a mobile network shares one."""
MOST_NAMED = 50


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. `changed` holds the offers that changed since its last event; one that is
    `over` ends in good order, and the browser comes back."""

    key: str
    address: str
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    changed: set[int] = field(default_factory=set)
    gone: bool = False
    over: bool = False

    def take(self) -> list[int]:
        """Return what changed, and forget it; nothing where it is too much to name."""
        taken, self.changed = sorted(self.changed), set()
        self.woken.clear()
        return taken if len(taken) <= MOST_NAMED else []

    def leave(self) -> None:
        """Let whoever waits for it know that nobody reads any more."""
        self.gone = True
        self.woken.set()


class Hub:
    """The open pages, `count` of them, by what they show: `titres/9782…`, `boutiques/le-pilori`."""

    def __init__(self, most: int = MOST, most_from_one: int = MOST_FROM_ONE) -> None:
        self._most = most
        self._most_from_one = most_from_one
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._addresses: Counter[str] = Counter()
        self.count = 0
        self.over = False
        self.following = threading.Event()
        self.joined = threading.Event()

    def join(self, key: str, address: str) -> Listener | None:
        """Return a new listener, or None where too many listen already."""
        if self.count >= self._most or self._addresses[address] >= self._most_from_one:
            return None
        listener = Listener(key, address, over=self.over)
        self._listeners[key].add(listener)
        self._addresses[address] += 1
        self.count += 1
        self.joined.set()
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        others = self._listeners[listener.key]
        others.discard(listener)
        if not others:
            del self._listeners[listener.key]
        self.count -= 1
        self._addresses[listener.address] -= 1
        if not self._addresses[listener.address]:
            del self._addresses[listener.address]

    def wake(self, changes: Mapping[str, Iterable[int]]) -> None:
        """Wake those who show what changed."""
        for key, offers in changes.items():
            for listener in self._listeners.get(key, ()):
                listener.changed.update(offers)
                listener.woken.set()

    def wake_all(self) -> None:
        """Wake everybody: so much changed that nobody knows what."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.woken.set()

    def end_all(self) -> None:
        """End every stream in good order, now and from now on: another process takes over."""
        self.over = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.over = True
                listener.woken.set()
