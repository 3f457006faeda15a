"""Places groups of mode `all` from many threads at once; prints, of each, what it got, as JSON.

python -m tests.concurrency.group_crowd GROUPS [unguarded]

`GROUPS` is JSON: of each group its name, and the offers it wants. Whoever starts it holds the turn
`TURN` until all of the crowd wait for it.
"""

import json
import sys
import threading
from contextlib import suppress
from importlib import import_module

from comptoir.cli import prepare

TURN = 30_001


def main(wanted: dict[str, list[int]], unguarded: bool) -> None:
    """Let each group be placed by a thread of its own."""
    prepare("migrate")
    from django.db import connection

    from comptoir.core.db import fetch
    from comptoir.core.errors import DomainError
    from comptoir.orders.group import GroupMode
    from comptoir.orders.operations import gatherer
    from comptoir.orders.operations.groups.requests import check_group
    from comptoir.orders.operations.requests import Customer
    from comptoir.stock.models import Offer
    from tests.factories import group_for

    if unguarded:
        import_module("tests.concurrency.unguarded")
    offers = {each.pk: each for each in Offer.objects.select_related("product", "shop")}
    got: dict[str, list[int]] = {}

    def place(name: str, keys: list[int]) -> None:
        person = Customer("Ana", f"{name}@example.org")
        chosen = [offers[key] for key in keys]
        # Entered by staff: those whom nobody has confirmed take turns, and here the rows are raced.
        asked = group_for(*chosen, mode=GroupMode.ALL, customer=person, trusted=True)
        group = check_group(asked)
        fetch("SELECT pg_advisory_lock_shared(%s)", [TURN])
        got[name] = []
        with suppress(DomainError):
            placed = gatherer.place_checked_group(group)
            got[name] = [line.offer_id for x in placed.orders.all() for line in x.lines.all()]
        connection.close()

    threads = [threading.Thread(target=place, args=item) for item in wanted.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(got))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), "unguarded" in sys.argv)
