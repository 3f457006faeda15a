"""A reservation placed for a trial: whole like any other, and it harms nobody."""

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import User
from comptoir.core.errors import Conflict, Forbidden
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations.gatherer import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.models import OfferStanding


def place_trial(*, shop: Shop, actor: Actor) -> Order:
    """Reserve one copy of the shop with the address of who tries it, and return the order.

    It goes the way of every reservation: it stands on the board, is set aside and collected there,
    and its mails reach who tries it. One real copy is held, for `TRIAL_FOR` at most; it is free
    again when the trial is collected, cancelled or over, and no figure counts it. While one runs,
    that one is returned.

    Guard: `SERVE_ORDERS`, of a person. Locks, writes and announces as `place`. Raises `NotFound`,
    `Forbidden` (`no_person`), `Conflict` (`nothing_to_try`, `shop_ended`), and as `place`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    if actor.kind is not ActorKind.USER or actor.id is None:
        told = gettext_lazy("Somebody who works in the shop tries it, at its counter.")
        raise Forbidden("no_person", told)
    running = shop.orders.filter(trial=True).open().first()
    if running is not None:
        return running
    found = OfferStanding.objects.filter(shop=shop, available__gt=0, copy_ref="")
    offer = found.order_by("-available", "-as_of", "pk").first()
    if offer is None:
        told = gettext_lazy("No copy is free to try it with: bring in the stock first.")
        raise Conflict("nothing_to_try", told)
    person = User.objects.get(pk=actor.id)
    language = (get_language() or "fr")[:2]
    return place(
        PlaceRequest(
            shop_id=shop.pk,
            lines=(LineRequest(offer.product_id, offer.pk),),
            customer=Customer(_("Trial reservation"), person.email, language=language),
            channel=Channel.COUNTER,
            actor=actor,
            trusted=True,
            trial=True,
        )
    )
