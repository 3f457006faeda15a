"""What each verb of purchases asks of its actor."""

from collections.abc import Callable
from typing import Any

from comptoir.accounts.actors import Actor
from comptoir.purchases.models import Distribution
from comptoir.purchases.operations import Said, SupplierSaid
from comptoir.purchases.sources import publisher_key
from comptoir.shops.operations.scope import Verb
from tests.purchases.town import town_of
from tests.verbs.rows import Call, of, on_shop, once
from tests.verbs.world import World

SUPPLIER = SupplierSaid("B")


@once
def town(w: World) -> dict[str, Any]:
    """Make what there is to buy; return the keys of it by the routes' words."""
    return town_of(w.shop)


def of_town(name: str, key: str, word: str = "", **values: object) -> tuple[str, tuple[Verb, Call]]:
    """Return the row of a verb that is called with a key of what is made for it."""

    def how(verb: Callable[..., object], w: World, actor: Actor) -> object:
        return verb(shop=w.shop, actor=actor, **{key: int(town(w)[word or key])}, **values)

    return of(f"purchases.{name}", Verb.BUY_COPIES, how, before=town)


def assigned(verb: Callable[..., object], w: World, actor: Actor) -> object:
    """Have a supplier taken for the title of the offer."""
    key = int(town(w)["int:supplier_id"])
    named = {"supplier_id": key, "product": w.offer.product, "whole_publisher": False}
    return verb(shop=w.shop, actor=actor, **named)


def ordered(verb: Callable[..., object], w: World, actor: Actor) -> object:
    """Order a list that was ordered before: it is answered with the purchase."""
    purchase = w.shop.purchases.get(number=town(w)["number"])
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
        of_town("reads.purchase_of", "number"),
        of("purchases.reads.open_arrival", Verb.BUY_COPIES, on_shop()),
        of("purchases.operations.suppliers.write_supplier", Verb.BUY_COPIES,
           on_shop(said=SUPPLIER)),
        of("purchases.operations.suppliers.write_own_gln", Verb.BUY_COPIES,
           on_shop(gln="3012410000003")),
        of_town("operations.suppliers.end_supplier", "supplier_id", "int:supplier_id"),
        of("purchases.operations.suppliers.assign", Verb.BUY_COPIES, assigned, before=town),
        of("purchases.operations.distributors.accept", Verb.BUY_COPIES, accepted),
        of("purchases.operations.wishes.wish", Verb.BUY_COPIES,
           lambda f, w, actor: f(
               shop=w.shop, product=w.offer.product, quantity=1, actor=actor)),
        of("purchases.operations.purchases.send", Verb.BUY_COPIES, ordered, before=town),
        of_town("operations.answers.answer", "line_id", said=Said("unavailable")),
        of_town("operations.answers.give_up", "line_id"),
        of("purchases.operations.arrivals.scan", Verb.BUY_COPIES,
           on_shop(code="9782070612369", key="1")),
        of_town("operations.arrivals.take_back", "scan_id", "int:scan_id"),
        of_town("operations.shelves.put_away", "arrival_id"),
    ]
)  # fmt: skip
