"""Orders name the version under which they are made; no shop begins to post without one."""

from collections.abc import Sequence

from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.terms.errors import NotPublished, TermsLack
from comptoir.terms.facts import NAMES, lacking
from comptoir.terms.models import OrderTerms, TermsVersion
from comptoir.terms.reads import in_force


def name_versions(orders: Sequence[Order]) -> None:
    """Have orders that are paid beforehand name the version that is in force in their shops. A step
    of the placing, in its transaction; orders to collect that are paid there never come here.
    Writes: a row an order of a shop that has published any. Two queries, however many orders."""
    shops = {order.shop_id for order in orders}
    newest = TermsVersion.objects.filter(shop_id__in=shops).order_by("shop_id", "-number")
    versions = dict(newest.distinct("shop_id").values_list("shop_id", "pk"))
    OrderTerms.objects.bulk_create(
        OrderTerms(order=order, version_id=versions[order.shop_id])
        for order in orders
        if order.shop_id in versions
    )


def check_may_post(shop: Shop) -> None:
    """Refuse that a shop writes prices of parcels while its conditions are not published, or lack
    what law asks for by now. Raises `Conflict` (`terms_lack`, `terms_not_published`)."""
    if wanting := lacking(shop):
        raise TermsLack(wanting, [NAMES[name] for name in wanting])
    if in_force(shop) is None:
        raise NotPublished
