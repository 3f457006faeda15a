"""Asking the neighbours near a reader what they have: beside the page, a second at most.

Nothing here makes a reader of this installation wait who did not ask for it, nor costs what the
local pages live on: few ask at once in a process, none of them holds a connection to the database
meanwhile, and what a neighbour sends is bounded. What leaves is the question as it was typed (and
its filter), a place rounded to a kilometre, and how far around it; nothing else of the reader.
"""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from urllib.parse import urlencode

from django.db import connection

from comptoir.core.errors import DomainError
from comptoir.core.exits.voice import Quiet
from comptoir.core.gate import Leave, ask
from comptoir.core.limits import Limit, TooMany, count_read
from comptoir.neighbours import operations
from comptoir.neighbours.answer import MOST_HITS, Hit, read_answer
from comptoir.neighbours.description import HEADERS
from comptoir.neighbours.models import Neighbour
from comptoir.shops.places import Point, to_a_kilometre

PATH = "/api/v1/products"
SECONDS = 1.0
LARGEST_BYTES = 512 * 1024
RADIUS_KM = 50
"""How far around the reader, unless they said."""
MOST_WAITING = 4
"""So many questions of readers wait in a process; who comes then is answered without."""
MOST_AT_ONE = 4
A_MINUTE = Limit("neighbour", 240)
"""How often a neighbour is asked, whatever readers do."""
KEPT_SECONDS = 60.0
MOST_KEPT = 256
_NOT_THIS = frozenset({400, 414, 422})


@dataclass(frozen=True, slots=True)
class Question:
    """What leaves: words as a reader typed them, around a rounded place, perhaps of one kind or
    format alone."""

    text: str
    place: Point
    radius_km: int
    kind: str = ""
    format: str = ""

    def query(self) -> str:
        """Return the question as an address has it."""
        near = f"{self.place.latitude:.2f},{self.place.longitude:.2f}"
        asked = {"q": self.text, "near": near, "radius_km": self.radius_km, "in_stock": "true"}
        asked |= {"limit": MOST_HITS}
        asked |= {name: word for name in ("kind", "format") if (word := getattr(self, name))}
        return urlencode(asked)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a neighbour has, best first; `hits` is None where it did not say."""

    neighbour: Neighbour
    hits: tuple[Hit, ...] | None


def question(
    text: str, near: Point, *, radius_km: float | None = None, kind: str = "", format: str = ""
) -> Question:
    """Return the question that may leave of what a reader at a place asks."""
    radius = min(round(radius_km or RADIUS_KM), RADIUS_KM)
    return Question(text, to_a_kilometre(near), radius, kind, format)


def inquire(asked: Question, neighbours: Iterable[Neighbour], at: datetime) -> list[Reply]:
    """Ask neighbours side by side and return what each says, in their order; within `SECONDS`.

    Writes: what the breaker learns of them (`operations`). An answer is kept for a minute.
    """
    listed = list(neighbours)
    found = {each.pk: kept for each in listed if (kept := KEPT.get(each.pk, asked)) is not None}
    open_ = [each for each in listed if each.pk not in found]
    if open_ and _waiting.acquire(blocking=False):
        try:
            found |= _ask_all(asked, open_, at)
        finally:
            _waiting.release()
    return [Reply(each, found.get(each.pk)) for each in listed]


def _ask_all(asked: Question, listed: list[Neighbour], at: datetime) -> dict[int, tuple[Hit, ...]]:
    # Read anew, all at once: whoever failed a moment ago, in any process, is not asked.
    fresh = Neighbour.objects.in_bulk([each.pk for each in listed])
    may = [each for each in fresh.values() if operations.take_turn(each, at) and _may_ask(each)]
    if not may:
        return {}
    try:
        leave = Leave()
    except Quiet:
        return {}
    if not connection.in_atomic_block:
        connection.close()  # who waits for others keeps no connection from readers
    outcomes = _side_by_side(asked, may, leave, at)
    for each in may:
        outcome = outcomes.get(each.pk)
        if isinstance(outcome, tuple):
            operations.note_answer(each)
            KEPT.put(each.pk, asked, outcome)
        elif outcome is not NOT_UNDERSTOOD:
            operations.note_failure(each, at)
    return {key: found for key, found in outcomes.items() if isinstance(found, tuple)}


NOT_UNDERSTOOD = object()
"""A neighbour does not take this question: no fault of its own."""


def _side_by_side(
    asked: Question, listed: list[Neighbour], leave: Leave, at: datetime
) -> dict[int, object]:
    """Return what came in time, by neighbour: its titles, `NOT_UNDERSTOOD`, or what went wrong."""
    ends = time.monotonic() + SECONDS
    came: SimpleQueue[tuple[int, object]] = SimpleQueue()

    def work(each: Neighbour) -> None:
        try:
            came.put((each.pk, _ask_one(asked, each, leave, at, ends - time.monotonic())))
        except (DomainError, ValueError) as error:
            came.put((each.pk, error))
        finally:
            _slots[each.pk].release()

    for each in listed:
        threading.Thread(target=work, args=(each,), daemon=True).start()
    outcomes: dict[int, object] = {}
    while len(outcomes) < len(listed):
        try:
            key, outcome = came.get(timeout=max(0.0, ends - time.monotonic()))
        except Empty:
            break
        outcomes[key] = outcome
    return outcomes


def _ask_one(
    asked: Question, neighbour: Neighbour, leave: Leave, at: datetime, seconds: float
) -> object:
    """Return the titles that a neighbour has, or `NOT_UNDERSTOOD`. Raises what `ask` raises, and
    `ValueError` for what is no answer."""
    url = f"{neighbour.address}{PATH}?{asked.query()}"
    with ask(url, headers=HEADERS, seconds=seconds, largest=LARGEST_BYTES, leave=leave) as answer:
        if answer.status in _NOT_THIS:
            return NOT_UNDERSTOOD
        if answer.status != 200:
            raise ValueError(answer.status)
        return read_answer(
            answer.read(),
            address=neighbour.address,
            place=asked.place,
            radius_km=asked.radius_km,
            at=at,
        )


def _may_ask(neighbour: Neighbour) -> bool:
    """Return whether a question may be under way to a neighbour beside the others; takes its place
    if so."""
    try:
        count_read(A_MINUTE, neighbour.address)
    except TooMany:
        return False
    return _slots[neighbour.pk].acquire(blocking=False)


class Kept:
    """Answers of the last minute, by neighbour and question, for all threads of the process."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._found: OrderedDict[tuple[int, Question], tuple[float, tuple[Hit, ...]]] = (
            OrderedDict()
        )

    def get(self, key: int, asked: Question) -> tuple[Hit, ...] | None:
        """Return an answer that is not too old; None where there is none."""
        with self._turn:
            known = self._found.get((key, asked))
        if known is None or time.monotonic() - known[0] >= KEPT_SECONDS:
            return None
        return known[1]

    def put(self, key: int, asked: Question, hits: tuple[Hit, ...]) -> None:
        """Keep an answer; of too many the oldest goes."""
        with self._turn:
            self._found.pop((key, asked), None)
            self._found[key, asked] = time.monotonic(), hits
            if len(self._found) > MOST_KEPT:
                self._found.popitem(last=False)

    def clear(self) -> None:
        """Forget all of it."""
        with self._turn:
            self._found.clear()


KEPT = Kept()
_waiting = threading.BoundedSemaphore(MOST_WAITING)
_slots: defaultdict[int, threading.BoundedSemaphore] = defaultdict(
    lambda: threading.BoundedSemaphore(MOST_AT_ONE)
)
