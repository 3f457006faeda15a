"""Networks as people read them."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import NotFound
from comptoir.networks.models import Network


def named_network(slug: str) -> Network:
    """Return the network of that word. Raises `NotFound` (`no_such_network`)."""
    found = Network.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound("no_such_network", _("There is no such network."), network=slug[:80])
    return found
