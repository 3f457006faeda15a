"""Gathering: the requests that wait in a process are placed by one transaction.

While one batch is being committed the next one gathers, so a busy moment makes larger batches and
not a longer queue. A lone request is a batch of one and waits for nobody. An answer leaves only
after its commit.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from datetime import timedelta
from queue import Empty, SimpleQueue

from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone, translation

from comptoir.core.db import is_gone, violated_constraint
from comptoir.core.errors import DomainError
from comptoir.core.watch.numbers import PLACED, REFUSED
from comptoir.orders.errors import Busy
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order
from comptoir.orders.operations.batch import Outcome, place_batch
from comptoir.orders.operations.groups.requests import (
    Asked,
    CheckedGroup,
    GroupRequest,
    check_group,
)
from comptoir.orders.operations.memory import Shops
from comptoir.orders.operations.node_turn import NodeTurn
from comptoir.orders.operations.outcomes import Home, LoopSlot, Slot
from comptoir.orders.operations.requests import Checked, PlaceRequest, check

BATCH = 64
PATIENCE_SECONDS = 25.0
TRIES = 4
GONE_SECONDS = 20.0
"""How long a batch waits for a database that is gone: less than its readers do."""
_PAUSES = (0.05, 0.1, 0.2, 0.4)
BUSY = 4
LINGER_SECONDS = 0.004
LONGEST_LINGER_SECONDS = 0.05
LINGER_SHARE = 0.25
"""Of what the last batch took: whoever was answered by it needs longer to come back where all is
slow, and a batch twice as large is worth that wait."""
TURN_SECONDS = 0.1
IDLE_SECONDS = 0.05
REMEMBERED = timedelta(seconds=30)
"""How much shops have and hold unconfirmed; shops themselves are remembered as everywhere."""

log = logging.getLogger(__name__)
_Waiting = tuple[Asked, Slot]


def place(request: PlaceRequest) -> Order:
    """Place one order and return it, with its lines, once it is committed.

    A request without an idempotency key gets one that nobody else has, so that a second try finds
    the first. Inside a transaction of the caller it joins that transaction and is not gathered.

    Guard: none, for every reader may reserve; `trusted` is the word of a caller that knows the
    staff. Locks, writes and announces as `batch.place_batch`. Raises what `requests.check` and
    `batch.place_batch` refuse, or `Busy`.
    """
    return place_checked(checked_of(request))


def checked_of(request: PlaceRequest) -> Checked:
    """Return a request checked, as `requests.check` does; what it refuses is counted."""
    with _counting_refusals():
        return check(request)


def place_checked(checked: Checked) -> Order:
    """Place one order whose request was checked already, as `place` does; all it says holds."""
    with _counting_refusals():
        return _placed(_place(checked))


def place_group(request: GroupRequest) -> OrderGroup:
    """Place the orders of one act, one a shop, and return their group once they are committed.

    Of mode `all`, each shop's order is placed or none is, in one transaction. Of mode `each`, those
    that can be are; `OrderGroup.refusals` has the others. `group.orders.all()` are the orders with
    their lines and shops, from memory. One mail confirms, or tells of, all of them; the limits
    count the group as one order; what nobody confirmed holds no more than one order would, and asks
    for the rest. The same `idempotency_key` with the same `request_digest` gives the group placed
    the first time. Like `place`, it joins a transaction of the caller and is then not gathered.

    Guard: none, as `place`. Locks, writes and announces as `batch.place_batch`. Raises what
    `check_group` and the limits refuse (`TooMany`, `TooMany…Orders`), `Invalid`
    (`idempotency_key_reused`), `GroupRefused` when nothing was placed, or `Busy`.
    """
    with _counting_refusals():
        group = check_group(request)
    return place_checked_group(group)


def place_checked_group(group: CheckedGroup) -> OrderGroup:
    """Place a group that `check_group` checked already, as `place_group` does. `as_verified` is
    to be asked by whoever knows the reader's mark."""
    with _counting_refusals():
        outcome = _place(group)
        if isinstance(outcome, DomainError):
            raise outcome
        assert isinstance(outcome, OrderGroup)
        for order in outcome.orders.all():
            PLACED.labels(order.channel).inc()
        return outcome


async def place_awaited(checked: Checked, home: Home) -> Order:
    """Place one order whose request was checked already, as `place` does, for an event loop, which
    `home` is of: no thread waits, and the loop asks the database nothing. It joins no transaction.
    """
    with _counting_refusals():
        slot = LoopSlot(home)
        _gatherer.submit(_with_key(checked), slot)
        try:
            return _placed(await slot.outcome(PATIENCE_SECONDS))
        except TimeoutError:
            raise Busy from None


def _placed(outcome: Outcome) -> Order:
    """Return the order, counted. Raises the refusal that it is instead."""
    if isinstance(outcome, DomainError):
        raise outcome
    assert isinstance(outcome, Order)
    PLACED.labels(outcome.channel).inc()
    return outcome


@contextmanager
def _counting_refusals() -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        REFUSED.labels(refusal.code).inc()
        raise


def _place(asked: Asked) -> Outcome:
    asked = _with_key(asked)
    if connection.in_atomic_block:
        return place_batch([asked], now=timezone.now())[0]
    # Waiting threads must not keep the connections that the placing thread needs.
    connection.close()
    future: Future[Outcome] = Future()
    _gatherer.submit(asked, future)
    try:
        return future.result(timeout=PATIENCE_SECONDS)
    except FutureTimeout:
        future.cancel()
        raise Busy from None


def _with_key(asked: Asked) -> Asked:
    return asked if asked.key is not None else asked.with_key(f"once-{secrets.token_hex(16)}")


class Gatherer:
    """One thread that places whatever waits. It starts with the first request of its process."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Waiting] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._shops = Shops(REMEMBERED, remembers=True)
        self._last = 0
        self._linger = LINGER_SECONDS
        self._turn = NodeTurn()

    def submit(self, asked: Asked, slot: Slot) -> None:
        """Queue one request; its outcome goes into the slot."""
        self._waiting.put((asked, slot))
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="gather", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._next()
            if batch:
                began = time.monotonic()
                self._place(batch)
                share = LINGER_SHARE * (time.monotonic() - began)
                self._linger = min(max(LINGER_SECONDS, share), LONGEST_LINGER_SECONDS)
            self._turn.give_back()

    def _next(self) -> list[_Waiting]:
        """Wait for a request, and take with it all that wait already; skip those given up.

        In a busy moment the readers just answered come back at once: the batch then waits a few
        milliseconds for company, until it is as large as the last one; and it goes on gathering
        while another process of this node places. A lone request never waits.
        """
        # The thread was in the last commit until now: what came meanwhile is this batch.
        taken = [self._first()]
        busy, until = self._last >= BUSY, time.monotonic() + self._linger
        with suppress(Empty):
            while busy and len(taken) < min(self._last + BUSY, BATCH):
                taken.append(self._waiting.get(timeout=max(0.0, until - time.monotonic())))
        self._turn.take(TURN_SECONDS if busy else 0)
        with suppress(Empty):
            while len(taken) < BATCH:
                taken.append(self._waiting.get_nowait())
        self._last = len(taken)
        # Marked as running, a future can no longer be cancelled. What `place` gave up before is
        # dropped; what it gives up later may be placed all the same, as `Busy` says.
        return [item for item in taken if item[1].set_running_or_notify_cancel()]

    def _first(self) -> _Waiting:
        """Wait for the first request of a batch; an idle process keeps no connection for it."""
        try:
            return self._waiting.get(timeout=IDLE_SECONDS)
        except Empty:
            connection.close()
            return self._waiting.get()

    def _place(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = attempt([asked for asked, _ in batch], self._shops)
        except Exception as error:  # the thread must outlive whatever one batch meets
            # No request broke a database that is gone: alone, each would wait for it as long again.
            if len(batch) == 1 or is_gone(error):
                log.exception("%d orders could not be placed", len(batch))
                for _asked, future in batch:
                    future.set_exception(error)
                return
            # One request may have broken the whole: each is tried alone, and only that one fails.
            for item in batch:
                self._place([item])
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            future.set_result(outcome)


def attempt(batch: Sequence[Asked], shops: Shops | None = None) -> list[Outcome]:
    """Place a batch; try again what another try can mend.

    That is a deadlock with code outside this package or a withdrawal code that the shop already
    uses, `TRIES` times in all; and a database that is gone, for `GONE_SECONDS`. When the connection
    is lost during the commit, nobody knows whether the orders were placed: the next try finds those
    that were by their idempotency keys. A request without one could then be placed twice: `place`
    gives each its own.
    """
    until = time.monotonic() + GONE_SECONDS
    tries, pauses = TRIES, iter(_PAUSES)
    while True:
        try:
            # Messages stay lazy: the web thread that answers knows its reader's language.
            with translation.override(None):
                return place_batch(batch, now=timezone.now(), shops=shops)
        except DatabaseError as error:
            joined = connection.in_atomic_block
            if is_gone(error):
                # The caller's own transaction has gone with the connection.
                if joined or time.monotonic() > until:
                    raise
                log.warning("placing again, the database is gone: %s", error)
                connection.close()
                time.sleep(next(pauses, _PAUSES[-1]))
                continue
            tries -= 1
            if not tries or not _is_mendable(error):
                raise
            log.warning("placing again: %s", error)
            if not joined:
                connection.close()


def _is_mendable(error: DatabaseError) -> bool:
    return isinstance(error, OperationalError) or violated_constraint(error) == "orders_order_code"


_gatherer = Gatherer()
