"""How the counter says that an order was paid before it is handed over."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from comptoir.orders.models import Delivery, Order
from comptoir.ui.templatetags.ui import price


def paid_words(order: Order, due: int | None, *, is_short: bool = False) -> str:
    """Return what is said of an order of which `due` cents are still to be rung up
    (`payments.reads.state.to_ring_up`): empty where it was not paid before."""
    if due is None:
        return ""
    is_posted = order.delivery == Delivery.MAIL
    if due:
        return "" if is_posted else _("%(sum)s to ring up") % {"sum": price(due)}
    if is_short or is_posted:
        return _("paid in advance")
    return _("paid in advance, nothing to ring up")


def with_paid(orders: Iterable[Order], dues: Mapping[int, int]) -> list[tuple[Order, str, bool]]:
    """Return orders of a list, each with `paid_words`, and whether something is to be rung up."""
    found = [(order, dues.get(order.pk)) for order in orders]
    return [(order, paid_words(order, due), bool(due)) for order, due in found]
