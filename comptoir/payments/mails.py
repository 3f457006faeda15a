"""What the mails about money show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from comptoir.core.money import format_cents
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.orders import mails as of_orders
from comptoir.orders.models import Order
from comptoir.payments.models import Reconciliation
from comptoir.payments.operations.news import DIFFERS, HONOURED, REFUNDED
from comptoir.payments.reads.state import state_of


def prepare() -> None:
    """Register the builders of the mails of this package."""
    for template in (REFUNDED, HONOURED):
        register(template, context, None, of_orders.read_orders)
    register(DIFFERS, differences)


def context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what a mail to a reader shows: the order, and its money as it stands by then. Raises
    `Order.DoesNotExist` as `orders.mails.context`."""
    shown = of_orders.context(named, orders)
    blank, state = shown["blanks"], state_of(orders[named["order"]])
    return {
        **shown,
        "captured": blank(format_cents(state.captured)),
        "back": blank(format_cents(state.gone - state.failed)),
        "is_all": state.gone == state.captured,
        "late": orders[named["order"]].captures.filter(late=True).exists(),
    }


def differences(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail shows that tells owners what differs. Raises `NoLongerTrue` once nothing
    does."""
    row = (
        Reconciliation.objects.select_related("account__shop")
        .filter(pk=named["reconciliation"])
        .first()
    )
    if row is None or not row.differences:
        raise NoLongerTrue
    shop = row.account.shop
    return {
        "shop": shop,
        "provider": row.account.get_provider_display(),
        "count": len(row.differences),
        "day": row.day,
        "url": settings.BASE_URL + reverse("counter:payments", args=[shop.slug]),
    }
