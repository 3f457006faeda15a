"""Whether a form is being flooded: how many attempts came that nobody vouches for, in a minute.

Each process counts by itself and adds what it has to the counts of all (`core.limits`), at most
once a second; by the same look it learns which forms are flooded. A form becomes so past
`COMPTOIR_FLOOD_PER_MINUTE` attempts in a minute. It stays so for ten minutes after the last one in
which more than half as many came: one that swings about the bound is not asked for a proof now and
then. An attempt with a proof counts for nothing.
"""

import threading
from collections import Counter
from enum import StrEnum
from time import time

from django.conf import settings

from comptoir.core.db import fetch
from comptoir.core.limits import Limit, key_of, tally

MINUTE, CALM = 60, 600
STEP, PAUSE = 10, 1.0
"""A process adds what it counted once it is so many attempts, and so many seconds after the last
time: what it still keeps to itself is little beside the bound."""
ALL = "all"
_MARK = """
INSERT INTO core_limit (key, ends_at, spent) VALUES (%(key)s, to_timestamp(%(until)s), 1)
ON CONFLICT (key) DO UPDATE SET ends_at = greatest(core_limit.ends_at, excluded.ends_at)
RETURNING key
"""
_MARKED = """
SELECT key, extract(epoch FROM ends_at)::float8 FROM core_limit
WHERE key = ANY(%(keys)s) AND ends_at > to_timestamp(%(now)s)
"""


class Form(StrEnum):
    """The forms that ask for a proof while they are flooded."""

    RESERVATION = "reservation"
    ALERT = "alert"
    SIGN_IN = "sign_in"
    JOIN = "join"
    RIGHTS = "rights"
    ORDER = "order"
    """A program's reservation, without a token."""


class Gauge:
    """What one process counted and knows, for all its threads. Moments are Unix seconds."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._counted: Counter[Form] = Counter()
        self._until: dict[Form, float] = {}
        self._looked = 0.0

    def note(self, form: Form) -> None:
        """Count one attempt that nobody vouches for. Asks the database nothing."""
        with self._turn:
            self._counted[form] += 1

    def is_flooded(self, form: Form, now: float | None = None) -> bool:
        """Whether a form is flooded, as far as this process knows. Asks the database nothing."""
        return self._until.get(form, 0.0) > (time() if now is None else now)

    def is_due(self, now: float | None = None) -> bool:
        """Whether this process has something to add to the counts of all."""
        now = time() if now is None else now
        return self._counted.total() >= STEP and now - self._looked >= PAUSE

    def look(self, now: float | None = None) -> None:
        """Add what this process counted to the counts of all, mark what is flooded now, and learn
        which forms are. Locks and writes: those counts, in the order of their keys."""
        now = time() if now is None else now
        with self._turn:
            counted, self._counted = self._counted, Counter()
            self._looked = now
        most = settings.FLOOD_PER_MINUTE
        limits = {(Limit(f"flood of {form}", most, MINUTE), ALL): form for form in counted}
        spent = tally({limit: counted[form] for limit, form in limits.items()})
        for limit, found in sorted(spent.items(), key=lambda each: limits[each[0]]):
            form = limits[limit]
            if most and found.count > (most // 2 if self.is_flooded(form, now) else most):
                fetch(_MARK, {"key": _marks()[form], "until": now + CALM})
        self.learn(now)

    def learn(self, now: float) -> None:
        """Learn which forms are flooded, by one statement."""
        forms = {key: form for form, key in _marks().items()}
        marked = fetch(_MARKED, {"keys": list(forms), "now": now})
        self._until = {forms[key]: until for key, until in marked}

    def forget(self) -> None:
        """Forget all of it."""
        with self._turn:
            self._counted, self._until, self._looked = Counter(), {}, 0.0


def _marks() -> dict[Form, int]:
    return {form: key_of("flooded", form) for form in Form}


gauge = Gauge()


def counts() -> bool:
    """Whether forms ask for a proof at all here."""
    return bool(settings.RATE_LIMITS and settings.FLOOD_PER_MINUTE)


def is_flooded(form: Form) -> bool:
    """Count one attempt that nobody vouches for; return whether a form asks for a proof now."""
    if not counts():
        return False
    gauge.note(form)
    if gauge.is_due():
        gauge.look()
    return gauge.is_flooded(form)
