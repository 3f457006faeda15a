"""When a round of drand becomes known: the public value whose moment can be reckoned beforehand.

The beacon “quicknet” publishes a number every `PERIOD` seconds from `GENESIS` (Unix time) on, round
1 first: what it says of itself at `/52db9ba7…/info` of api.drand.sh (`period`, `genesis_time`).
"""

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

GENESIS, PERIOD = 1_692_803_367, 3
NAME = "drand"
_WRITTEN = re.compile(rf"{NAME} quicknet, round (\d{{1,12}})")
_ROUND = re.compile(r"\bquicknet\b\D*(\d{1,12})", re.IGNORECASE)
_BEGIN = datetime.fromtimestamp(GENESIS, UTC)


def named_round(source: str) -> int | None:
    """Return the round that a text names, as `drand quicknet, round 15000000` does; None where it
    names another number."""
    found = _ROUND.search(source)
    return int(found[1]) if found else None


def in_words(source: str) -> str:
    """Return the name of a public value in the reader's language: that of a round that `first_from`
    wrote; any other as somebody wrote it. What is stored is hashed (`draws.fairness.commitment`),
    and stays as it is."""
    written = _WRITTEN.fullmatch(source)
    if written is None:
        return source
    return _("drand quicknet, round %(number)s") % {"number": written[1]}


def moment_of(number: int) -> datetime:
    """Return when a round becomes known. Raises `OverflowError` past the year 9999."""
    return _BEGIN + timedelta(seconds=PERIOD * (number - 1))


def first_from(at: datetime) -> str:
    """Return the name of the first round that is known at a moment or after it."""
    seconds = max(0, (at - _BEGIN) // timedelta(seconds=1))
    return f"{NAME} quicknet, round {-(-seconds // PERIOD) + 1}"
