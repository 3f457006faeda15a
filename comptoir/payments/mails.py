"""What the mails about money show, read when they are rendered."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from comptoir.core.money import format_cents
from comptoir.notifications.operations import NoLongerTrue, register
from comptoir.orders.postal import mails as of_posted
from comptoir.payments.models import Reconciliation
from comptoir.payments.operations.news import DIFFERS, REFUNDED
from comptoir.payments.reads.state import state_of


def prepare() -> None:
    """Register the builders of the mails of this package."""
    register(REFUNDED, context, of_posted.still_matters)
    register(DIFFERS, differences)


def context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mail to a reader shows: the order, and its money as it stands by then. Raises
    `Order.DoesNotExist`."""
    shown = of_posted.context(named)
    state = state_of(shown["order"])
    return {
        **shown,
        "captured": format_cents(state.captured),
        "back": format_cents(state.gone - state.failed),
        "is_all": state.gone == state.captured,
        "late": shown["order"].captures.filter(late=True).exists(),
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
