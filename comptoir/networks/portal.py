"""Under whose name and address the site answers at this moment: the installation's own, or those of
a portal, which shows some of the shops.

Which it is, is a matter of the request, as its language is, and kept likewise (`shown_as`):
whatever reads shops for the public asks here, so that none of them need be told. Where nobody has
said so (a job, the command line) it is the installation, which shows all shops.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from comptoir.networks.models import Network
from comptoir.networks.settings import Brand

Key = str


@dataclass(frozen=True, slots=True)
class Portal:
    """What answers under a host of its own: a network, which shows its members, or a shop, which
    shows itself (`shop_id`)."""

    host: str
    name: str
    network: Network | None = None
    shop_id: int | None = None
    shop_slug: str = ""

    @property
    def key(self) -> Key:
        """What tells it from others, for what is kept of it."""
        if self.network is not None:
            return f"network-{self.network.pk}"
        return f"shop-{self.shop_id}"

    @property
    def brand(self) -> Brand:
        """Its colour and its logo; those of a shop are the installation's."""
        return self.network.decides.brand if self.network else Brand()


_present: ContextVar[Portal | None] = ContextVar("portal", default=None)


def portal() -> Portal | None:
    """Return what answers at this moment; None: the installation itself."""
    return _present.get()


@contextmanager
def shown_as(which: Portal | None) -> Iterator[Portal | None]:
    """Have the site answer under the name of a portal, or the installation's, while the block
    lasts, and give it back."""
    token = _present.set(which)
    try:
        yield which
    finally:
        _present.reset(token)


def portal_of(network: Network | None) -> Portal | None:
    """Return the portal of a network; None where it has no host, and for no network."""
    if network is None or not network.host:
        return None
    return Portal(str(network.host), network.name, network)


def site_name() -> str:
    """Return what the site that answers is called."""
    shown = _present.get()
    return settings.SITE_NAME if shown is None else shown.name


def site_address() -> str:
    """Return the address of the site that answers, `https://host[:port]`: never what a request says
    of itself, but what is known of its portal. The one place where links begin."""
    shown = _present.get()
    return address_at(shown.host) if shown else settings.BASE_URL


def address_at(host: str) -> str:
    """Return the address of a portal's host: by the scheme and the port of the installation's."""
    own = urlsplit(settings.BASE_URL)
    return f"{own.scheme}://{host}:{own.port}" if own.port else f"{own.scheme}://{host}"
