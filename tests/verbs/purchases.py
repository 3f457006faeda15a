"""What each verb of purchases asks of its actor."""

from collections.abc import Callable

from comptoir.accounts.actors import Actor
from comptoir.purchases.models import Distribution
from comptoir.purchases.operations import Said, SupplierSaid
from comptoir.purchases.sources import publisher_key
from comptoir.shops.operations.scope import Verb
from tests.purchases.town import town_of
from tests.verbs.rows import of, on_shop
from tests.verbs.world import World

SUPPLIER = SupplierSaid("B")


def bought(**names: str) -> Callable[..., object]:
    """Call a verb with the keys of what is made for it: the argument, and the route's word."""

    def call(verb: Callable[..., object], w: World, actor: Actor) -> object:
        things = town_of(w.shop)
        keys = {name: int(things[word]) for name, word in names.items()}
        more: dict[str, object] = {}
        if verb.__name__ == "answer":
            more["said"] = Said("unavailable")
        if verb.__name__ == "assign":
            more |= {"product": w.offer.product, "whole_publisher": False}
        return verb(shop=w.shop, actor=actor, **keys, **more)

    return call


def ordered(verb: Callable[..., object], w: World, actor: Actor) -> object:
    """Order a list that was ordered before: it is answered with the purchase."""
    things = town_of(w.shop)
    purchase = w.shop.purchases.get(number=things["number"])
    return verb(shop=w.shop, supplier_id=purchase.supplier_id, seen=purchase.seen, actor=actor)


def accepted(verb: Callable[..., object], w: World, actor: Actor) -> object:
    """Take the distributor that is proposed for the title of the offer."""
    product = w.offer.product
    key = publisher_key(product.publisher)
    Distribution.objects.update_or_create(publisher=key, defaults={"name": "Distribution Est"})
    return verb(shop=w.shop, product=product, actor=actor)


VERBS = dict(
    [
        of("purchases.reads.lists_of", Verb.BUY_COPIES, on_shop()),
        of("purchases.reads.purchases_of", Verb.BUY_COPIES, on_shop()),
        of("purchases.reads.purchase_of", Verb.BUY_COPIES, bought(number="number")),
        of("purchases.reads.open_arrival", Verb.BUY_COPIES, on_shop()),
        of("purchases.operations.suppliers.write_supplier", Verb.BUY_COPIES,
           on_shop(said=SUPPLIER)),
        of("purchases.operations.suppliers.end_supplier", Verb.BUY_COPIES,
           bought(supplier_id="int:supplier_id")),
        of("purchases.operations.suppliers.assign", Verb.BUY_COPIES,
           bought(supplier_id="int:supplier_id")),
        of("purchases.operations.distributors.accept", Verb.BUY_COPIES, accepted),
        of("purchases.operations.wishes.wish", Verb.BUY_COPIES,
           lambda f, w, actor: f(
               shop=w.shop, product=w.offer.product, quantity=1, actor=actor)),
        of("purchases.operations.purchases.send", Verb.BUY_COPIES, ordered),
        of("purchases.operations.answers.answer", Verb.BUY_COPIES, bought(line_id="line_id")),
        of("purchases.operations.answers.give_up", Verb.BUY_COPIES, bought(line_id="line_id")),
        of("purchases.operations.arrivals.scan", Verb.BUY_COPIES,
           on_shop(code="9782070612369", key="1")),
        of("purchases.operations.arrivals.take_back", Verb.BUY_COPIES,
           bought(scan_id="int:scan_id")),
        of("purchases.operations.shelves.put_away", Verb.BUY_COPIES,
           bought(arrival_id="arrival_id")),
    ]
)  # fmt: skip
