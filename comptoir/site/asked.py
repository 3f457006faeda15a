"""Counting what readers look for and nobody has: how often, never who."""

import re

from django.http import HttpRequest

from comptoir.catalogue.models import Product
from comptoir.core.limits import TooMany, client_address, count
from comptoir.stock.shelf.demand import note_demand

DAY = 24 * 3600
_ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor", re.IGNORECASE)


def note(request: HttpRequest, product: Product) -> None:
    """Count one look at a title, once a day for each address; robots are no readers.

    That an address was there is kept as a hash in this process, until the day ends.
    """
    if request.method != "GET" or _ROBOTS.search(request.META.get("HTTP_USER_AGENT", "")):
        return
    try:
        who = f"{client_address(request)} {product.pk}"
        count("asked", who, limit=1, seconds=DAY, message="")
    except TooMany:
        return
    note_demand(product.pk)
