"""Networks as people read them."""

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import NotFound
from comptoir.networks.models import Coordinator, Network


def named_network(slug: str) -> Network:
    """Return the network of that word. Raises `NotFound` (`no_such_network`)."""
    found = Network.objects.filter(slug=slug).first()
    if found is None:
        raise _none(slug)
    return found


def office_of(slug: str, actor: Actor) -> Coordinator:
    """Return what this person is in a network, by the network's word, with the network read.
    Raises `NotFound` (`no_such_network`) where they work for none of that word. One query."""
    mine = Network.objects.visible_to(actor).filter(slug=slug)
    people = Coordinator.objects.filter(network__in=mine, user_id=actor.id)
    found = people.select_related("network").first()
    if found is None:
        raise _none(slug)
    return found


def _none(slug: str) -> NotFound:
    return NotFound("no_such_network", _("There is no such network."), network=slug[:80])
