"""Who made what a shop posts: asked by the imprint or label of the notice."""

from collections.abc import Iterable

from django.db.models import F, Q

from comptoir.catalogue.models import Product
from comptoir.core.text import without_accents
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from comptoir.terms.models import Maker

MOST_MISSING = 50


def key_of(imprint: str) -> str:
    """Return by what an imprint is found: its words without case or accents."""
    return " ".join(without_accents(imprint).casefold().split())[:200]


def makers_of(shop: Shop, products: Iterable[Product]) -> dict[int, Maker]:
    """Return the maker of each of these titles that is known, by their keys; the shop's own word
    goes before the installation's. One query."""
    keys = {each.pk: key_of(each.publisher) for each in products if each.publisher}
    found = Maker.objects.filter(Q(shop=shop) | Q(shop=None), key__in=set(keys.values()))
    # The installation's come first, so that the shop's replace them.
    by_key = {each.key: each for each in found.order_by(F("shop").asc(nulls_first=True))}
    return {product: by_key[key] for product, key in keys.items() if key in by_key}


def unknown_imprints(shop: Shop) -> list[str]:
    """Return imprints of new copies on a shop's shelf of which no maker is known, the first
    `MOST_MISSING` by name. Two queries."""
    there = Offer.objects.filter(shop=shop, condition="new", on_hand__gt=0)
    names = there.exclude(product__publisher="").values_list("product__publisher", flat=True)
    known = set(Maker.objects.filter(Q(shop=shop) | Q(shop=None)).values_list("key", flat=True))
    wanting = {key: name for name in names.distinct() if (key := key_of(name)) not in known}
    return [wanting[key] for key in sorted(wanting)[:MOST_MISSING]]
