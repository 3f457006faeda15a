"""Requests as those who answer them read them, with the shops that are like theirs."""

from collections.abc import Sequence
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.networks.models import Network
from comptoir.shops.likeness import Entry, Sameness, compare
from comptoir.shops.models import JoinRequest, Shop
from comptoir.shops.requests.models import RequestState

MOST_ALIKE = 5


def requests_of(network: Network | None, *, actor: Actor) -> Sequence[JoinRequest]:
    """Return the requests to a network (None: to none) that this actor may see, those that wait
    first, the oldest on top; then the newest of the answered."""
    found = JoinRequest.objects.visible_to(actor).filter(network=network)
    found = found.select_related("shop", "network")
    waiting = found.filter(state=RequestState.CONFIRMED).order_by("confirmed_at", "pk")
    answered = found.exclude(state=RequestState.CONFIRMED).order_by("-answered_at", "-pk")
    return [*waiting, *answered[:20]]


def alike(request: JoinRequest) -> list[tuple[Shop, Sameness]]:
    """Return the shops of the directory that a request may be about, the likeliest first; not the
    one that it is known to be about."""
    if request.shop_id is not None or not request.entry.get("postcode"):
        return []
    given = {name: request.entry.get(name, "") for name in _TOLD}
    entry = Entry(**given, email=request.asker_email)
    around = Shop.objects.of_network().in_department(entry.postcode[:2])
    found = [(shop, compare(entry, _entry(shop))) for shop in around.order_by("pk")]
    near = [each for each in found if each[1] is not Sameness.NO]
    return sorted(near, key=lambda each: -each[1])[:MOST_ALIKE]


def others_for(request: JoinRequest) -> int:
    """Return how many other requests wait for the same listed shop."""
    if request.shop_id is None:
        return 0
    rivals = JoinRequest.objects.filter(shop_id=request.shop_id, state=RequestState.CONFIRMED)
    return rivals.exclude(pk=request.pk).count()


_TOLD = ("name", "kind", "postcode", "city", "street", "siret", "phone")


def _entry(shop: Shop) -> Entry:
    told: dict[str, Any] = {name: getattr(shop, name) or "" for name in _TOLD}
    told |= {name: getattr(shop, name) for name in ("latitude", "longitude", "email", "website")}
    return Entry(**told)
