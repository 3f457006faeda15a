"""What holds of a title at a shop on a release day, as values: its shop's own word, and its
networks'. The strictest holds, and each says by itself when it begins and ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comptoir.releases.models import OneEach


@dataclass(frozen=True, slots=True)
class Rule:
    """One release as it holds at one shop: the fields of `Release`; `network` names the network
    whose it is, "" is the shop itself. `scope` are the keys of the shops over which it counts what
    a person has, `titles` those of its titles; it counts what was asked for `since` a moment."""

    key: int
    name: str
    holds_at: datetime
    sale_at: datetime
    online_at: datetime
    ends_at: datetime
    one_each: OneEach
    shows_copies: bool
    text: str
    network: str
    scope: frozenset[int]
    titles: frozenset[int]
    since: datetime

    def holds_back(self, at: datetime, *, posted: bool = False) -> bool:
        """Whether no copy is promised yet at a moment."""
        return at < (self.online_at if posted else self.holds_at)

    def counted(self, product_id: int) -> frozenset[int]:
        """The titles of which a person has one copy together; none where they are not counted."""
        if self.one_each == OneEach.TITLE:
            return frozenset({product_id})
        return self.titles if self.one_each == OneEach.RELEASE else frozenset()


Rules = Sequence[Rule]
NONE: Rules = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """What is to be said of a title at a shop now: from when it can be reserved (None: it can),
    from when it is sold at the counter and posted, the name of the release that says so last, and
    whether how many there are is told meanwhile."""

    name: str
    holds_at: datetime | None
    sale_at: datetime
    online_at: datetime
    shows_copies: bool


def coming(rules: Rules, at: datetime) -> Coming | None:
    """Return what the strictest of these rules say at a moment; None where nothing is still to
    come of them."""
    live = [rule for rule in rules if at < max(rule.holds_at, rule.sale_at, rule.online_at)]
    if not live:
        return None
    last = max(live, key=lambda rule: (rule.holds_at, rule.sale_at))
    return Coming(
        name=last.name,
        holds_at=last.holds_at if last.holds_back(at) else None,
        sale_at=max(rule.sale_at for rule in live),
        online_at=max(rule.online_at for rule in live),
        shows_copies=all(rule.shows_copies or not rule.holds_back(at) for rule in live),
    )


def not_before(rules: Rules, at: datetime, *, posted: bool = False) -> datetime | None:
    """Return the moment before which no copy is promised; None where one may be now."""
    barring = [rule for rule in rules if rule.holds_back(at, posted=posted)]
    if not barring:
        return None
    return max(rule.online_at if posted else rule.holds_at for rule in barring)
