"""Places orders for one slot at a door from many threads at once; prints what each was told.

python -m tests.concurrency.door_crowd OFFER SLOT NAME … [unguarded]

Whoever starts it holds the turn `TURN` until all processes of the crowd wait for it. Unguarded,
nobody takes the turn of the slot, and who has counted the places waits for `COUNTED`.
"""

import json
import sys
import threading
from datetime import datetime

from comptoir.cli import prepare

TURN, COUNTED = 30_002, 30_003


def main(key: int, slot: datetime, names: list[str], unguarded: bool) -> None:
    """Let each of these readers want the slot in a thread of its own."""
    prepare("migrate")
    from django.db import connection

    from comptoir.core.db import fetch
    from comptoir.core.errors import DomainError
    from comptoir.orders.operations import batch, gatherer
    from comptoir.orders.operations.requests import Customer, check
    from comptoir.stock.models import Offer
    from tests.factories import request_for

    if unguarded:
        learn = batch.learn_places

        def learn_and_wait(parts, now):
            places = learn(parts, now)
            fetch("SELECT pg_advisory_xact_lock_shared(%s)", [COUNTED])
            return places

        batch.turns_of_slots = lambda parts: set()
        batch.learn_places = learn_and_wait
    offer = Offer.objects.select_related("product", "shop").get(pk=key)
    told: dict[str, object] = {}

    def place(name: str) -> None:
        person = Customer("Ana", f"{name}@example.org")
        # Entered by staff: those whom nobody has confirmed take turns, and here the slot is raced.
        checked = check(request_for(offer, customer=person, trusted=True, slot=slot))
        ready.wait()
        try:
            told[name] = gatherer.place_checked(checked).slot_at.isoformat()
        except DomainError as refusal:
            told[name] = [refusal.code, refusal.data.get("next")]
        connection.close()

    ready = threading.Barrier(len(names))
    fetch("SELECT pg_advisory_lock_shared(%s)", [TURN])
    threads = [threading.Thread(target=place, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    words = [word for word in sys.argv[3:] if word != "unguarded"]
    main(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), words, "unguarded" in sys.argv)
