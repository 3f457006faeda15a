"""One host is one portal's: of a network, or of a shop."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Conflict
from comptoir.core.locks import Space, lock
from comptoir.networks.models import Network

Owner = Callable[[str], str | None]
"""Tells by its name who of one kind answers under a host, None if nobody of them does."""


def _network_at(host: str) -> str | None:
    return Network.objects.filter(host=host).values_list("name", flat=True).first()


_owners: list[Owner] = [_network_at]


def register_owner(owner: Owner) -> None:
    """Have `claim_host` ask also this, of hosts that a package above this one gives."""
    _owners.append(owner)


def claim_host(host: str) -> None:
    """Make sure that nobody answers under a host yet, nor will before the caller's transaction has
    ended: whoever gives one asks here first.

    Locks: the turn of all who give hosts. Raises `Conflict` (`host_taken`).
    """
    lock(Space.HOSTS)
    for owner in _owners:
        if (name := owner(host)) is not None:
            told = _(
                "%(name)s answers under %(host)s: take it from there first, or choose another."
            )
            raise Conflict("host_taken", told % {"name": name, "host": host}, host=host)
