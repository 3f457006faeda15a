"""The releases as this process keeps them: what holds of a title at a shop, without asking for it
each time.

What is kept is at most `KEPT_SECONDS` old. A release is announced days before; who announces one
sees it at once in their own process, and in the others a second later.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from comptoir.core.db import fetch
from comptoir.releases.models import OneEach
from comptoir.releases.rules import NONE, Rule, Rules

KEPT_SECONDS = 1.0

# One statement: of what is over or was taken back nothing is read, so that it stays as small as
# what is coming. A list of titles is one row.
_IN_FORCE = """
SELECT r.id, r.shop_id, coalesce(n.name, ''), r.name, r.holds_at, r.sale_at,
       coalesce(r.online_at, r.holds_at), r.ends_at, r.one_each, r.shows_copies, r.text,
       ARRAY(SELECT t.product_id FROM releases_releasetitle t WHERE t.release_id = r.id),
       ARRAY(SELECT m.shop_id FROM shops_membership m WHERE m.network_id = r.network_id),
       r.made_at
FROM releases_release r LEFT JOIN networks_network n ON n.id = r.network_id
WHERE r.withdrawn_at IS NULL AND r.ends_at > now() ORDER BY r.id
"""


class Releases:
    """The releases of a moment, by title and shop."""

    def __init__(self, found: Mapping[int, Rules]) -> None:
        self._of = found
        """By title; each names its shops."""

    def of(self, product_id: int, shop_id: int) -> Rules:
        """Return what holds of a title at a shop; nothing for nearly all titles."""
        found = self._of.get(product_id)
        return [rule for rule in found if shop_id in rule.scope] if found else NONE

    def touch(self, product_id: int) -> bool:
        """Return whether a release has this title, anywhere."""
        return product_id in self._of

    def all(self) -> list[Rule]:
        """Return each release once, the first to be sold first."""
        every = {rule.key: rule for rules in self._of.values() for rule in rules}
        return sorted(every.values(), key=lambda rule: (rule.sale_at, rule.key))


_lock = threading.Lock()
_kept: tuple[Releases, float] | None = None


def releases() -> Releases:
    """Return the releases as they are, or were at most `KEPT_SECONDS` ago."""
    kept = _kept
    if kept is not None and time.monotonic() - kept[1] < KEPT_SECONDS:
        return kept[0]
    return _read()


def forget() -> None:
    """Forget them, so that the next who asks reads them: for whoever has just written one."""
    global _kept
    _kept = None


def _read() -> Releases:
    global _kept
    asked = time.monotonic()
    found: dict[int, list[Rule]] = defaultdict(list)
    for row in fetch(_IN_FORCE):
        rule = _rule(*row)
        for product_id in rule.titles:
            found[product_id].append(rule)
    with _lock:
        made = Releases(dict(found))
        _kept = made, asked
    return made


def _rule(
    key: int,
    shop_id: int | None,
    network: str,
    name: str,
    holds_at: datetime,
    sale_at: datetime,
    online_at: datetime,
    ends_at: datetime,
    one_each: str,
    shows_copies: bool,
    text: str,
    titles: list[int],
    members: list[int],
    since: datetime,
) -> Rule:
    return Rule(
        key=key,
        name=name,
        holds_at=holds_at,
        sale_at=sale_at,
        online_at=online_at,
        ends_at=ends_at,
        one_each=OneEach(one_each),
        shows_copies=shows_copies,
        text=text,
        network=network,
        scope=frozenset({shop_id} if shop_id is not None else members),
        titles=frozenset(titles),
        since=since,
    )
