"""How often somebody may reserve: from an address and its range, and by mails to one stranger.

One statement counts for a whole batch. A mailbox whose owner has confirmed nothing is not filled,
whoever types its address and from wherever; who has confirmed is limited by their own orders.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from comptoir.core.limits import Limit, Spent, tally
from comptoir.orders.contacts import recipient_key
from comptoir.orders.operations.requests import Checked

HOUR, DAY = 3600, 86_400
SLOWER = _("Many reservations came from you in a short time. Wait a little, or call.")
MAILED = _("Several links were asked for at this address today: confirm by one, or call the shop.")
Of = tuple[Limit, str]


@dataclass(slots=True)
class Attempts:
    """What a batch has spent of each limit, counted one by one as its requests are decided.

    `of` has the limits of each request, by its identity: they are worked out once.
    """

    of: Mapping[int, Sequence[Of]] = field(default_factory=dict)
    spent: Mapping[Of, Spent] = field(default_factory=dict)
    waiting: Counter[Of] = field(default_factory=Counter)

    def spend(self, checked: Checked) -> None:
        """Count one request. Raises `TooMany`."""
        if not self.spent:
            return
        for each in self.of[id(checked)]:
            # All of the batch are counted already: those that still wait come after this one.
            self.waiting[each] -= 1
            found, (limit, _who) = self.spent[each], each
            if found.count - self.waiting[each] > limit.count:
                raise limit.exceeded(found.seconds_left)


def count_attempts(batch: Sequence[Checked]) -> Attempts:
    """Count the requests of a batch.

    Locks and writes: the counts, in the order of their keys.
    """
    limits = {id(checked): tuple(_limits(checked)) for checked in batch}
    waiting = Counter(each for checked in batch for each in limits[id(checked)])
    return Attempts(limits, tally(waiting), waiting)


def _limits(checked: Checked) -> Iterator[Of]:
    if checked.request.trusted:
        return
    network = checked.network
    if network.address:
        of_address = network.of_address(settings.ORDERS_PER_ADDRESS, settings.ORDERS_PER_RANGE)
        yield _limit("orders", of_address), network.address
        of_range = network.of_range(settings.ORDERS_PER_RANGE)
        yield _limit("orders_of_range", of_range), network.range
    if checked.is_bounded and checked.email_key:
        yield links_to(checked.request.customer.email)


def links_to(address: str) -> Of:
    """Return the limit of links to a mailbox, and by what it is counted: one for all that anybody
    may have sent there, however the address is written."""
    return _limit("mails", settings.MAILS_PER_STRANGER), recipient_key(address)


@lru_cache(maxsize=16)
def _limit(name: str, count: int) -> Limit:
    seconds, message = (DAY, MAILED) if name == "mails" else (HOUR, SLOWER)
    return Limit(name, count, seconds, message)
