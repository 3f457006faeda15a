"""Where a title comes from: the shop's word, by title before by publisher; and whom notices name,
which is a proposal."""

from collections.abc import Iterable
from dataclasses import dataclass

from comptoir.catalogue.models import Product
from comptoir.core.text import one_line
from comptoir.purchases.models import Distribution, Supplier, Supply
from comptoir.shops.models import Shop


def publisher_key(name: str) -> str:
    """Return what two writings of a publisher's name share: capitals and spaces do not count."""
    return one_line(name).casefold()[:200]


def suppliers_of(shop: Shop, products: Iterable[Product]) -> dict[int, Supplier]:
    """Return of whom a shop buys each of these titles, by the title's key; those of which it has
    said nothing are not there. One query."""
    wanted = list(products)
    supplies = Supply.objects.filter(shop=shop, supplier__ended_at=None).select_related("supplier")
    of_title = {each.product_id: each.supplier for each in supplies if each.product_id}
    of_publisher = {each.publisher: each.supplier for each in supplies if each.publisher}
    found = {}
    for product in wanted:
        key = publisher_key(product.publisher)
        supplier = of_title.get(product.pk) or (of_publisher.get(key) if key else None)
        if supplier is not None:
            found[product.pk] = supplier
    return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who distributes a title, as notices say, and which supplier of the shop that is; None where
    it is none yet, and then it has a name."""

    name: str
    gln: str
    supplier: Supplier | None


def proposals_of(shop: Shop, products: Iterable[Product]) -> dict[int, Proposal]:
    """Return who distributes each of these titles, by the title's key. Two queries.

    A supplier of the shop is the one meant if it has the same GLN, else the same name.
    """
    keys = {product.pk: publisher_key(product.publisher) for product in products}
    said = Distribution.objects.filter(publisher__in=set(keys.values()))
    by_publisher = {each.publisher: each for each in said}
    if not by_publisher:
        return {}
    suppliers = list(Supplier.objects.filter(shop=shop, ended_at=None))
    by_name = {publisher_key(each.name): each for each in suppliers}
    by_gln = {each.gln: each for each in suppliers if each.gln}
    found = {}
    for product, publisher in keys.items():
        if told := by_publisher.get(publisher):
            supplier = by_gln.get(told.gln) or by_name.get(publisher_key(told.name))
            name = supplier.name if supplier else told.name
            if name:
                found[product] = Proposal(name, told.gln, supplier)
    return found
