"""Whether what was sent of an order has arrived, which packages above know."""

from collections.abc import Callable

from comptoir.orders.models import Order

_ASKED: list[Callable[[Order], bool]] = []


def ask_whether_arrived(what: Callable[[Order], bool]) -> None:
    """Have a package above say whether all that was sent of an order has arrived, as it ends
    because nothing more of it leaves."""
    if what not in _ASKED:
        _ASKED.append(what)


def has_arrived(order: Order) -> bool:
    """Whether somebody named by `ask_whether_arrived` says so."""
    return any(each(order) for each in _ASKED)
