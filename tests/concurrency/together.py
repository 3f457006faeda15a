"""Several connections at once, stopped where a race is decided."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import connection
from django.db.models import QuerySet

from comptoir.core.db import fetch
from tests.patience import PATIENCE_SECONDS, until


def together(
    *works: Callable[[], object], patience: float = PATIENCE_SECONDS
) -> list[BaseException]:
    """Run each work in a thread, and so on a connection, of its own; return what they raised.

    Whoever has not ended within `patience` seconds waits for ever: the test fails.
    """
    raised: list[BaseException] = []

    def worker(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=patience)
        assert not thread.is_alive(), "somebody waits for ever"
    return raised


class Stop:
    """A place where the first who comes by waits until it is let go."""

    def __init__(self) -> None:
        self._taken = threading.Lock()
        self.reached, self._go = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Wait here, if nobody has before."""
        if self._taken.acquire(blocking=False):
            self.reached.set()
            self._go.wait(PATIENCE_SECONDS)

    def let_go(self) -> None:
        """Let the one who waits go on."""
        self._go.set()


@contextmanager
def stopped_at(module, name: str, *, when: str = "") -> Iterator[Stop]:
    """Stop the first call of a function (whose first argument holds some text)."""
    stop, original = Stop(), getattr(module, name)

    @wraps(original)
    def stopping(*args, **kwargs):
        if not when or when in args[0]:
            stop.wait()
        return original(*args, **kwargs)

    setattr(module, name, stopping)
    try:
        yield stop
    finally:
        setattr(module, name, original)
        stop.let_go()


def overtake(stop: Stop, first: Callable, second: Callable) -> tuple[list[BaseException], bool]:
    """Run `second` while `first` has stopped, until it is done or waits for a lock; then let go.

    Return what they raised and whether the second had to wait.
    """
    done, waited = threading.Event(), threading.Event()

    def follow() -> None:
        stop.reached.wait(PATIENCE_SECONDS)
        try:
            second()
        finally:
            done.set()

    def watch() -> None:
        stop.reached.wait(PATIENCE_SECONDS)
        while not done.wait(0.02):
            if waiting() > 0:
                waited.set()
                break
        stop.let_go()

    return together(first, follow, watch), waited.is_set()


def waiting() -> int:
    """Return how many connections to this database wait for a lock, at this very moment."""
    # Within a transaction one would be told of its first look again and again.
    fetch("SELECT pg_stat_clear_snapshot()")
    ((count,),) = fetch(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return int(count)


def wait_until_waiting(how_many: int) -> None:
    """Wait until so many connections wait for a lock."""
    until(lambda: waiting() >= how_many)


def lock_otherwise(monkeypatch, **changed: bool) -> None:
    """Change how every query set locks: a guard removed."""
    original = QuerySet.select_for_update

    def select_for_update(self, **options):
        return original(self, **(options | changed))

    monkeypatch.setattr(QuerySet, "select_for_update", select_for_update)
