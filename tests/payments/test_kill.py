"""`kill -9` at random between any two steps: each cent is still an order's or goes back, once.

A step is a statement to the database or a connection to the provider. The last acts of a drawn
story are done by a process of its own, which kills itself at a drawn step; the next process finds
what was committed, and what the provider knows, and brings it to its end.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

import pytest
from django.db import connection

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import DomainError
from comptoir.orders.models import LineStatus
from comptoir.orders.operations import cancel, mark_not_found
from comptoir.orders.operations.postal import mark_shipped, take_back
from comptoir.payments import operations
from comptoir.payments.kinds import Late, ProviderName
from comptoir.payments.models import Session
from comptoir.payments.operations import TransferSaid
from tests.clean import empty
from tests.payments.ending import Ending
from tests.payments.stripe_part import StripePart
from tests.payments.world import offers_of, paid_shop, posted_order
from tests.trials import dice, tally, times

FEW = 10
LONGEST = 25
LAST_ACTS = 6


class Story(Ending):
    """An order, and acts that are drawn for it; one of them is killed."""

    def __init__(self, part: StripePart, draw: Random) -> None:
        self.part, self.draw, self.now = part, draw, datetime.now(UTC)
        part.__init__(url=part.url, at=self.now)  # type: ignore[misc]
        self.shop = paid_shop(draw.choice(list(Late)), slow=True)
        offers = offers_of(self.shop, 1290, 2200, on_hand=2)
        self.order = posted_order(*offers, copies=(2, 1))

    def acts(self) -> list[Callable[[], object]]:
        """Return what may be done by our own processes."""
        return [
            self.ask,
            self.ask,
            self.look,
            self.look,
            self.tell_all,
            self.settle,
            self.settle,
            lambda: operations.sweep(now=self.now),
            lambda: cancel(token=self.order.token, actor=READER),
            self.not_found,
            self.parcel,
            self.parcel,
            self.back,
            self.refund,
            self.transfer,
        ]

    def ask(self) -> None:
        operations.ask_for(order=self.order, provider=ProviderName.STRIPE, now=self.now)

    def look(self) -> None:
        for session in Session.objects.filter(order=self.order):
            operations.look(session, self.now)

    def tell_all(self) -> None:
        for event in list(self.part.events):
            self.tell(event)

    def settle(self) -> None:
        operations.settle(order_id=self.order.pk, now=self.now)

    def not_found(self) -> None:
        held = self.order.lines.filter(status=LineStatus.HELD).first()
        if held:
            mark_not_found(line_id=held.pk, actor=SYSTEM)

    def parcel(self) -> None:
        line = self.draw.choice(list(self.order.lines.order_by("pk")))
        mark_shipped(order_id=self.order.pk, quantities={line.pk: 1}, actor=SYSTEM)

    def back(self) -> None:
        line = self.draw.choice(list(self.order.lines.order_by("pk")))
        take_back(line_id=line.pk, quantity=1, actor=SYSTEM)

    def refund(self) -> None:
        operations.refund_amount(order_id=self.order.pk, cents=399, actor=SYSTEM, now=self.now)

    def transfer(self) -> None:
        said = TransferSaid(cents=5179, dated=self.now.date(), reference="")
        asked = {"order_id": self.order.pk, "said": said}
        operations.enter_transfer(**asked, actor=SYSTEM, now=self.now)

    def world_moves(self) -> None:
        """Let the customer pay, a debit come, or time pass, as it is drawn."""
        mine = Session.objects.filter(order=self.order).exclude(url="")
        for ref in list(mine.values_list("ref", flat=True)):
            if self.draw.random() < 0.7:
                self.part.pay(ref, later=self.draw.random() < 0.2)
        if self.draw.random() < 0.3:
            self.pass_time(self.draw.choice((5, 40)))

    def play(self) -> bool:
        """Do a drawn number of acts, then some that are killed; return whether the kill came.

        An act that a rule refuses has few steps: then the kill comes in one of the next.
        """
        for _act in range(self.draw.randint(0, 4)):
            with suppress(DomainError):
                self.draw.choice(self.acts())()
            self.world_moves()
        return killed_at(self.draw.randint(1, LONGEST), self.draw.choices(self.acts(), k=LAST_ACTS))


def killed_at(step: int, acts: Iterable[Callable[[], object]]) -> bool:
    """Do acts in a process of their own that kills itself before a step; return whether it came so
    far."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            _count_down(step)
            for act in acts:
                with suppress(DomainError):
                    act()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _count_down(step: int) -> None:
    left = [step]

    def one_more() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, *args):
        one_more()
        return execute(*args)

    def event(name: str, _args: object) -> None:
        if name == "socket.connect":
            one_more()

    connection.execute_wrappers.append(statement)
    sys.addaudithook(event)


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_killed_between_any_two_steps(settings):
    settings.OUTGOING_ANYWHERE = True
    draw, kills, tried = dice("kills of payments"), 0, 0
    with StripePart().serving() as part:
        settings.STRIPE_URL = part.url
        while kills < times(FEW):
            story = Story(part, draw)
            kills += story.play()
            tried += 1
            story.come_to_an_end()
            story.judge()
            if tried % 20 == 0:
                empty()
    assert kills >= times(FEW)
    tally("kills", kills)
    tally("stories", tried)
