"""The networks as this process keeps them: a handful, asked for with every page and order.

What is kept is at most `KEPT_SECONDS` old. They are shared by all threads: nobody changes them.
"""

import time
from collections.abc import Mapping
from typing import NamedTuple

from comptoir.networks.models import Network

KEPT_SECONDS = 5.0


class _Kept(NamedTuple):
    by_host: Mapping[str, Network]
    asked: float


_kept: _Kept | None = None


def network_of(host: str) -> Network | None:
    """Return the network whose portal answers under a host (`name` or `name:port`), if one does:
    the one under which an order is placed there."""
    global _kept
    now = time.monotonic()
    kept = _kept
    if kept is None or now - kept.asked >= KEPT_SECONDS:
        found = Network.objects.exclude(host=None)
        kept = _kept = _Kept({str(each.host): each for each in found}, now)
    return kept.by_host.get(host.lower().partition(":")[0]) if kept.by_host else None


def forget() -> None:
    """Forget the networks, so that the next who asks reads them."""
    global _kept
    _kept = None
