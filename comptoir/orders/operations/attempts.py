"""How often somebody may reserve: from an address and its range, and by mails to one stranger.

One statement counts for a whole batch. A mailbox whose owner has confirmed nothing is not filled,
whoever types its address and from wherever; who has confirmed is limited by their own orders.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core.limits import Limit, Spent, tally
from comptoir.orders.operations.requests import Checked

HOUR, DAY = 3600, 86_400
SLOWER = _("Many reservations came from you in a short time. Wait a little, or call.")
MAILED = _("Several mails went to this address today: confirm by one of them, or call the shop.")
Of = tuple[Limit, str]


@dataclass(slots=True)
class Attempts:
    """What a batch has spent of each rate, counted one by one as its requests are decided."""

    spent: Mapping[Of, Spent] = field(default_factory=dict)
    waiting: Counter[Of] = field(default_factory=Counter)

    def spend(self, checked: Checked) -> None:
        """Count one request. Raises `TooMany`."""
        for limit, who in _limits(checked):
            found = self.spent.get((limit, who))
            if found is None:
                continue
            # All of the batch are counted already: those that still wait come after this one.
            self.waiting[limit, who] -= 1
            if found.count - self.waiting[limit, who] > limit.count:
                raise limit.exceeded(found.seconds_left)


def count_attempts(batch: Iterable[Checked]) -> Attempts:
    """Count the requests of a batch.

    Locks and writes: the counts, in the order of their keys.
    """
    waiting = Counter(of for checked in batch for of in _limits(checked))
    return Attempts(tally(waiting), waiting)


def _limits(checked: Checked) -> Iterator[Of]:
    if checked.request.trusted:
        return
    network = checked.network
    if network.address:
        of_address = network.of_address(settings.ORDERS_PER_ADDRESS, settings.ORDERS_PER_RANGE)
        yield Limit("orders", of_address, HOUR, SLOWER), network.address
        of_range = network.of_range(settings.ORDERS_PER_RANGE)
        yield Limit("orders_of_range", of_range, HOUR, SLOWER), network.range
    if checked.is_bounded and checked.email_key:
        yield (
            Limit("mails_to_stranger", settings.MAILS_PER_STRANGER, DAY, MAILED),
            checked.email_key,
        )
