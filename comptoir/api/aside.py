"""Reading the large bodies of tills beside the web processes, in one of their own.

Reading is work for a processor: two million short lines, packed into 0.3 MB, take half a minute,
and a web process that reads them answers nobody meanwhile. So a body that is large in what costs
time is read by a process that gives way to the others, has a limit of processor time, and ends;
few are read at once, one of a token. The sender waits for the answer as before. What the reading
costs is counted for the token.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from io import BufferedRandom
from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.api.bodies import to_file
from comptoir.api.problems import Refused
from comptoir.api.weight import Weight, turn
from comptoir.core import errors
from comptoir.core.limits import Limit, Spent, tally
from comptoir.stock.models import Report

PROCESSOR_SECONDS = 60
PATIENCE_SECONDS = 300.0
MOST = 2
"""How many large bodies a web process has read at once."""
COST = Limit("api_reading", 120_00, 600)
"""Hundredths of a second of processor time that a token may cost in ten minutes."""
_REFUSALS: tuple[type[errors.DomainError], ...] = (
    *(errors.Invalid, errors.NotFound),
    *(errors.Conflict, errors.Forbidden),
)
_KINDS = {each.__name__: each for each in _REFUSALS}


@dataclass(frozen=True, slots=True)
class Task:
    """What to read, in what JSON can carry; `about` is what the route `kind` needs to know."""

    kind: str
    shop_id: int
    token_id: int | None
    about: dict[str, Any]

    @property
    def actor(self) -> Actor:
        """The token that sent it."""
        return Actor.token(self.token_id or 0)


def enter(limit: Limit, actor: Actor) -> None:
    """Count one request of a token with something to read, by one statement.

    Raises `TooMany` past the limit, and when what it sent has cost too much already.
    """
    who = f"token:{actor.id}"
    spent = tally({(limit, who): 1, (COST, who): 0})
    for each in (limit, COST):
        found: Spent | None = spent.get((each, who))
        if found is not None and found.count > each.count:
            raise each.exceeded(found.seconds_left)


Take = Callable[[Task, BinaryIO], Report]


def read(task: Task, pieces: Iterable[bytes], most_lines: int, take: Take) -> Report:
    """Receive a body whole, have it read, by `take` or beside this process, and return its report.

    Raises `DomainError` (`reading_busy`, 503) while too many are read, `Refused` (413
    `too_long_to_read`), and what `take` raises.
    """
    who = f"token:{task.token_id}"
    weight = Weight()
    with to_file(weight.seen(pieces, most_lines)) as file:
        if weight.is_large:
            with _place(who):
                return _beside(task, file, who)
        with nullcontext() if weight.is_small else turn():
            began = time.thread_time()
            try:
                return take(task, file)
            finally:
                _count(who, time.thread_time() - began)


def _count(who: str, seconds: float) -> None:
    """Count what a token has cost."""
    if cost := round(seconds * 100):
        tally({(COST, who): cost})


_lock = threading.Lock()
_reading: set[str] = set()


@contextmanager
def _place(who: str) -> Iterator[None]:
    """Hold a place while the block lasts. Raises `DomainError` (`reading_busy`)."""
    with _lock:
        if who in _reading or len(_reading) >= MOST:
            message = _("Large files are being read at this moment: send it again in a while.")
            raise errors.DomainError("reading_busy", message, retry_after=10)
        _reading.add(who)
    try:
        yield
    finally:
        with _lock:
            _reading.discard(who)


def _beside(task: Task, file: BufferedRandom, who: str) -> Report:
    """Have a body read by another process. What it refuses is raised here."""
    file.flush()
    file.seek(0)
    words = json.dumps({"language": translation.get_language() or "fr", **asdict(task)})
    command = [sys.executable, "-m", "comptoir.api.reader", words]
    with subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE) as process:  # noqa: S603
        try:
            said = process.communicate(timeout=PATIENCE_SECONDS)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            said = b""
    if not said:
        _count(who, PROCESSOR_SECONDS)
        message = _("This takes too long to read: send the stock alone, or in parts.")
        raise Refused(413, "too_long_to_read", message)
    answer = json.loads(said)
    _count(who, answer["seconds"])
    if "report" in answer:
        return Report.objects.get(pk=answer["report"])
    raise _error_of(answer["error"])


def _error_of(told: dict[str, Any]) -> errors.DomainError:
    code, message, data = told["code"], told["message"], told["data"]
    if told["status"]:
        return Refused(told["status"], code, message, **data)
    return _KINDS.get(told["kind"], errors.DomainError)(code, message, **data)
