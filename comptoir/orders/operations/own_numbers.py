"""What a version before this one shares between shops, while it still runs beside it."""

from django.db import transaction

from comptoir.core.db import fetch


@transaction.atomic
def split_own_numbers() -> bool:
    """Give each shop an article of its own for each till's own number that is an EAN.

    The migration `own_numbers_apart` says how. Returns whether there was any.

    Guard: none, the system's own. Locks: the clocks of the shops that have one, then their offers
    by primary key. Writes: products, offers, movements where a shop had both, lines of orders and
    reports, demand. Announces: the products and the offers.
    """
    ((found,),) = fetch("SELECT orders_split_own_numbers()")
    return bool(found)
