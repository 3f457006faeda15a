"""What a list is not posted by: a shop whose conditions nobody can read before the order."""

from collections.abc import Container

from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import Product
from comptoir.orders.operations.releases.bars import bars_of
from comptoir.quotes.basket import Delivery, Refusal
from comptoir.quotes.reads import Bars
from comptoir.quotes.several import BarsOf
from comptoir.shops.models import Shop

_UNREAD = Refusal("no_such_terms", _("This shop has not published its conditions of sale."))


def barred_without(published: Container[int]) -> BarsOf:
    """Return what bars copies of a shop: what release days say; and all that is posted by a shop
    whose key is not among those that have `published` conditions."""

    def bars(shop: Shop, delivery: Delivery) -> Bars:
        if delivery is Delivery.MAIL and shop.pk not in published:
            return _all
        return bars_of(shop, delivery)

    return bars


def _all(_product: Product, _copies: int) -> Refusal:
    return _UNREAD
