"""The address of a list that is to be posted: which titles, how many of each, to where."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from comptoir.catalogue.models import Product
from comptoir.core.identifiers import read_key
from comptoir.orders.operations.requests import MAX_QUANTITY
from comptoir.quotes.reads import Wish


def address_of(
    products: Sequence[Product],
    counts: Mapping[int, int],
    wish: Wish | None,
    *,
    used: bool,
    way: str = "",
) -> str:
    """Return the address of the page for a list, how many of each, and where it is to go."""
    asked = {"t": ",".join(product.ref for product in products)}
    for product in products:
        if (copies := counts.get(product.pk, 1)) > 1:
            asked[f"n-{product.ref}"] = str(copies)
    if wish:
        asked |= {"country": wish.country, "postcode": wish.postcode}
    if used:
        asked["used"] = "1"
    if way:
        asked["way"] = way
    return f"{reverse('site:list_posted')}?{urlencode(asked, safe=',')}"


def counts_in(given: Mapping[str, str], products: Sequence[Product]) -> dict[int, int]:
    """Return how many of each title an address asks for (`n-` and its `ref`), by its key: within
    what one may reserve, one where it says nothing that can be read."""
    asked = {each.pk: read_key(given.get(f"n-{each.ref}", "")) or 1 for each in products}
    return {key: min(copies, MAX_QUANTITY) for key, copies in asked.items()}
