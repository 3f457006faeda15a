"""What the mails about money show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from comptoir.core.money import format_cents
from comptoir.core.words import day_and_month, day_and_time
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.orders.postal import mails as of_posted
from comptoir.payments.kinds import Otherwise
from comptoir.payments.models import PaidOtherwise, Reconciliation
from comptoir.payments.operations.news import DIFFERS, REFUNDED, UNDONE
from comptoir.payments.reads.differences import in_words
from comptoir.payments.reads.state import state_of

MOST_TOLD = 5
"""So many differences are told by mail; the page has them all."""


def prepare() -> None:
    """Register the builders of the mails of this package."""
    register(REFUNDED, context, of_posted.still_matters)
    register(UNDONE, undone, of_posted.still_matters)
    register(DIFFERS, differences)


def context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail to a reader shows: the order, and its money as it stands by then. Raises
    `Order.DoesNotExist`."""
    shown = of_posted.context(named)
    state = state_of(shown["order"])
    back = format_cents(state.gone - state.failed)
    is_all = state.gone - state.failed == state.captured
    noted = PaidOtherwise.objects.filter(refund__order=shown["order"]).exclude(how=Otherwise.SITE)
    ways = [
        f"{format_cents(each.cents)} {each.get_how_display()} ({day_and_month(each.dated)})"
        for each in noted.order_by("dated", "pk")
    ]
    rest = state.gone - state.failed - sum(each.cents for each in noted)
    return {
        **shown,
        "captured": format_cents(state.captured),
        "back": back,
        "is_all": is_all,
        "otherwise": ", ".join(ways),
        "rest": format_cents(rest) if rest else "",
        "refunded": back if is_all and not shown["total"] else shown["refunded"],
        "late": shown["order"].captures.filter(late=True).exists(),
    }


def undone(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail to a reader shows whose money did not come after all, or was none of this
    order. Raises `NoLongerTrue` once nothing is missing, `Order.DoesNotExist`."""
    shown = of_posted.context(named)
    order: Order = shown["order"]
    missing = state_of(order).missing
    if not missing:
        raise NoLongerTrue
    is_new = order.status == OrderStatus.UNCONFIRMED
    waits = order.pay_by if is_new or order.status == OrderStatus.PLACED else None
    return {
        **shown,
        "cents": format_cents(named["cents"]),
        "voided": named["voided"],
        "missing": format_cents(missing),
        "is_over": order.ended_at is not None,
        "at_counter": order.delivery == Delivery.COLLECT and not is_new,
        "pay_until": day_and_time(waits, ZoneInfo(order.shop.time_zone)) if waits else "",
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
        "told": [in_words(each, row.account, None).what for each in row.differences[:MOST_TOLD]],
        "day": row.day,
        "url": settings.BASE_URL + reverse("counter:payments", args=[shop.slug]),
    }
