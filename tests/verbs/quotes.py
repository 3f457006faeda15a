"""What each verb of quotes asks of its actor."""

from datetime import timedelta

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.catalogue.models import Product
from comptoir.quotes.models import PriceDecision, Tariff
from comptoir.quotes.operations import TariffSaid, write_tariff
from comptoir.shops.operations.scope import Verb
from tests.verbs.rows import of, on_shop
from tests.verbs.world import World

NEXT = timezone.localdate() + timedelta(days=30)
# Nothing posted: a table with bands asks for conditions first.
SAID = TariffSaid(since=NEXT, bands=())


def to_come(w: World) -> int:
    """Return the key of a tariff of the shop that has not begun."""
    return write_tariff(shop=w.shop, said=SAID, actor=SYSTEM, now=timezone.now()).pk


def decided(verb, w: World, actor: Actor) -> PriceDecision:
    Product.objects.filter(pk=w.offer.product_id).update(list_price_cents=1390)
    decision: PriceDecision = verb(
        shop=w.shop, product_id=w.offer.product_id, price_cents=1390, actor=actor
    )
    return decision


def removed(verb, w: World, actor: Actor) -> None:
    verb(shop=w.shop, tariff_id=to_come(w), actor=actor, now=timezone.now())
    assert not Tariff.objects.exists()


VERBS = dict(
    [
        of("quotes.operations.tariffs.write_tariff", Verb.CHANGE_SHOP,
           on_shop(said=SAID, now=timezone.now())),
        of("quotes.operations.tariffs.remove_tariff", Verb.CHANGE_SHOP, removed),
        of("quotes.operations.decisions.decide_price", Verb.DECIDE_PRICE, decided),
    ]
)  # fmt: skip
