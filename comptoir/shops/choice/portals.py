"""Which portal answers under a host, as this process keeps it: at most `KEPT_SECONDS` old. While
the database is gone, what was known last holds.
"""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from django.db import DatabaseError
from django.http.request import split_domain_port

from comptoir.core.db import is_gone
from comptoir.networks.models import Network
from comptoir.networks.portal import Portal, portal_of
from comptoir.shops.models import Shop

KEPT_SECONDS = 3.0


class _Kept(NamedTuple):
    by_host: Mapping[str, Portal]
    asked: float


_kept: _Kept | None = None


def portal_at(host: str) -> Portal | None:
    """Return the portal that answers under a host (a name alone, without a port), if one does: of a
    network, or of a shop that the public may see. Raises `DatabaseError` where the database is gone
    before any was known."""
    return _known().get(host)


def _known() -> Mapping[str, Portal]:
    global _kept
    now = time.monotonic()
    kept = _kept
    if kept is None or now - kept.asked >= KEPT_SECONDS:
        try:
            found = _read()
        except DatabaseError as error:
            if kept is None or not is_gone(error):
                raise
            found = kept.by_host
        kept = _kept = _Kept(found, now)
    return kept.by_host


def are_known() -> bool:
    """Whether `portal_at` answers from memory at this moment."""
    return _kept is not None and time.monotonic() - _kept.asked < KEPT_SECONDS


def portal_of_network(key: int | None) -> Portal | None:
    """Return the portal of a network by its key; None where it has none, and for no network."""
    if key is None:
        return None
    portals = _known().values()
    return next((each for each in portals if each.network and each.network.pk == key), None)


def portal_of_shop(key: int) -> Portal | None:
    """Return the portal of a shop by its key; None where it has none of its own."""
    return next((each for each in _known().values() if each.shop_id == key), None)


@lru_cache(maxsize=256)
def name_of(host: str) -> str:
    """Return the name in what a request says of its host (`name`, `name:port`), as `portal_at`
    takes it; empty for what is no host."""
    name, _port = split_domain_port(host)
    return name.removesuffix(".")


def forget() -> None:
    """Forget the portals, so that the next who asks reads them."""
    global _kept
    _kept = None


def _read() -> Mapping[str, Portal]:
    shops = Shop.objects.public_everywhere().exclude(host=None)
    portals = [
        Portal(str(host), name, shop_id=key, shop_slug=slug)
        for key, host, name, slug in shops.values_list("pk", "host", "name", "slug")
    ]
    # A network's last: it goes before a shop that names the same host.
    networks = Network.objects.exclude(host=None)
    portals += [found for each in networks if (found := portal_of(each))]
    return {each.host: each for each in portals}
