"""What the page of an order at the counter says of its withdrawals: on each line, and in the
history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comptoir.orders.models import Order
from comptoir.withdrawals.models import Withdrawal, WithdrawnLine
from comptoir.withdrawals.reads import withdrawals_of


@dataclass(frozen=True, slots=True)
class Declared:
    """A withdrawal as a line of history."""

    happened_at: datetime
    data: dict[str, str]

    @property
    def get_kind_display(self) -> str:
        """What happened, as events of orders name it."""
        return _("withdrawn from")


def with_withdrawals(
    order: Order, history: Iterable[tuple[Any, str]]
) -> tuple[list[WithdrawnLine], list[tuple[Any, str]]]:
    """Return of which lines of an order withdrawn copies are still with somebody, and its history
    with its withdrawals among it, the first first. Two queries."""
    found = withdrawals_of(order)
    open_ones = [line for made in found for line in made.lines.all() if line.left]
    told = [
        (Declared(made.confirmed_at, {"title": _words(made)}), _("the reader")) for made in found
    ]
    return open_ones, sorted([*history, *told], key=lambda pair: pair[0].happened_at)


def _words(made: Withdrawal) -> str:
    return ", ".join(f"{each.quantity} × {each.line.title}" for each in made.lines.all())
