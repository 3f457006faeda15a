"""What the mails of purchases show, read when they are rendered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from comptoir.core.words import in_words
from comptoir.notifications.operations import Attachment, NoLongerTrue, register
from comptoir.orders.mails import context, read_orders, still_matters
from comptoir.orders.models import LineStatus, Order
from comptoir.purchases.export import as_text, dilicom_csv, rows_of
from comptoir.purchases.kinds import Answer
from comptoir.purchases.models import Purchase, PurchaseLine
from comptoir.purchases.operations.purchases import TEMPLATE
from comptoir.purchases.operations.steps import CAME, NEWS

LATE = timedelta(days=7)


def prepare() -> None:
    """Register the builders of the mails of this package."""
    register(CAME, came_context, still_matters, read_orders)
    register(NEWS, news_context, still_matters, read_orders)
    register(TEMPLATE, purchase_context)


def came_context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what tells a reader which copies have come, and which are still awaited; `named` holds
    the key of the `order` and of the lines that have `come`."""
    order = orders.get(named["order"])
    lines = list(order.lines.all()) if order else []
    come = tuple(_what(line) for line in lines if line.pk in named["come"])
    awaited = tuple(_what(line) for line in lines if line.status == LineStatus.TO_ORDER)
    return context(named, orders) | {"come": come, "awaited": awaited}


def news_context(named: Mapping[str, Any], orders: Mapping[int, Order]) -> dict[str, Any]:
    """Return what tells a reader what a supplier answered; `named` holds the key of the `order` and
    of the `purchase_line`. Raises `NoLongerTrue` once the answer is another, or the copy came."""
    found = PurchaseLine.objects.filter(pk=named["purchase_line"]).select_related("product")
    line = found.first()
    if line is None or not line.answer or line.received >= line.quantity:
        raise NoLongerTrue
    return context(named, orders) | {
        "title": line.product.title,
        "answer": line.answer,
        "copies": line.answered or 0,
        "ordered": line.quantity,
        "day": in_words(line.expected_on, "l j F Y") if line.expected_on else "",
        "is_unavailable": line.answer == Answer.UNAVAILABLE,
    }


def purchase_context(named: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the mail to a supplier shows; `named` holds the key of the purchase. The Dilicom
    file goes with it. Raises `NoLongerTrue` where the purchase is gone."""
    known = Purchase.objects.select_related("shop", "supplier")
    purchase = known.filter(pk=named["purchase"]).first()
    if purchase is None:
        raise NoLongerTrue
    rows = rows_of(purchase.lines.select_related("product"))
    name = f"commande-{purchase.number}.csv"
    return {
        "purchase": purchase,
        "shop": purchase.shop,
        "rows": rows,
        "text": as_text(purchase, rows),
        "attachments": [Attachment(name, "text/csv", dilicom_csv(rows))],
    }


def _what(line: Any) -> str:  # noqa: ANN401
    return f"{line.quantity} × {line.title}" if line.quantity > 1 else str(line.title)
