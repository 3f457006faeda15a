"""Where a title comes from: the shop's word, by title before by publisher."""

from collections.abc import Iterable

from comptoir.catalogue.models import Product
from comptoir.core.text import one_line
from comptoir.purchases.models import Supplier, Supply
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
