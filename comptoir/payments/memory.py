"""Which shops can be paid online, as this process keeps it: asked while orders are decided.

What is kept is at most `KEPT_SECONDS` old.
"""

import time
from typing import NamedTuple

from comptoir.payments.kinds import ProviderName
from comptoir.payments.models import Account
from comptoir.payments.providers import ONLINE
from comptoir.payments.providers.trial import allowed

KEPT_SECONDS = 5.0


class _Kept(NamedTuple):
    online: frozenset[int]
    any: frozenset[int]
    asked: float


_kept: _Kept | None = None


def takes_online(shop_id: int) -> bool:
    """Return whether a shop, by its key, can be paid at a provider's page; where the installation
    is a trial, each that has no account of its own can. A transfer takes days, and counts not."""
    kept = _known()
    return shop_id in kept.online or (allowed() and shop_id not in kept.any)


def forget() -> None:
    """Forget it, so that the next who asks reads it."""
    global _kept
    _kept = None


def _known() -> _Kept:
    global _kept
    now = time.monotonic()
    kept = _kept
    if kept is None or now - kept.asked >= KEPT_SECONDS:
        own = Account.objects.open().exclude(provider=ProviderName.TRIAL)
        rows = list(own.values_list("shop_id", "provider"))
        online = frozenset(shop for shop, provider in rows if provider in ONLINE)
        kept = _kept = _Kept(online, frozenset(shop for shop, _provider in rows), now)
    return kept
