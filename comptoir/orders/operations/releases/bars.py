"""What release days say of a basket before it is ordered: quotes and the form of posting ask."""

from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.quotes.basket import Delivery, Refusal
from comptoir.quotes.reads import Bars
from comptoir.releases.errors import NotYet, OneAPerson
from comptoir.releases.memory import releases
from comptoir.releases.rules import not_before
from comptoir.shops.models import Shop


def bars_of(shop: Shop, delivery: Delivery) -> Bars:
    """Return what says of copies of a title that a release of the shop forbids them at this moment:
    to everybody (`not_yet`), or so many to one person (`one_a_person`). What its person has already
    is known as they order."""
    now, kept = timezone.now(), releases()

    def refusal(product: Product, copies: int) -> Refusal | None:
        rules = kept.of(product.pk, shop.pk)
        if not rules:
            return None
        if at := not_before(rules, now, posted=delivery is Delivery.MAIL):
            early = NotYet(product.title, product.pk, at, shop.time_zone)
            return Refusal(early.code, early.message, at)
        for rule in rules:
            if copies > 1 and now < rule.ends_at and rule.counted(product.pk):
                many = OneAPerson(product.title, product.pk, rule.name)
                return Refusal(many.code, many.message)
        return None

    return refusal
