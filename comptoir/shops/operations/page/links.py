"""The links of a shop's page."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.shops.models import Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.page.meanwhile import unless_changed
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.page.links import LinkSaid, read_links
from comptoir.shops.page.models import Link


@transaction.atomic
def set_links(
    *, shop: Shop, links: Sequence[LinkSaid], actor: Actor, since: int | None = None
) -> list[Link]:
    """Have a shop's page show these links, in this order, and no others; return them. Those without
    an address are left out.

    With `since`, the last act that the sender has seen: what they left as it was then does not undo
    what another has changed meanwhile.

    Guard: `CHANGE_SHOP`. Locks: the shop. Writes: the links, the shop's history. Announces nothing.
    Raises `NotFound`, `Forbidden`, `Invalid` (`bad_link`, `too_long`, with the `row` from 0),
    `Conflict` (`shop_ended`, `changed_meanwhile`).
    """
    shop = in_scope(shop, actor, Verb.CHANGE_SHOP, lock=True)
    said = [{"url": each.url, "label": each.label} for each in read_links(list(links))]
    if unless_changed(shop, {"links": said}, since):
        with act_on(shop, "links", actor=actor, at=timezone.now()):
            put_links(shop, said)
    return list(shop.links.order_by("place"))


def put_links(shop: Shop, links: Sequence[dict[str, str]]) -> None:
    """Make a locked shop's links those, in the form of its history. A step of a verb that keeps
    it."""
    shop.links.all().delete()
    Link.objects.bulk_create(
        Link(shop=shop, place=place, **each) for place, each in enumerate(links, start=1)
    )
