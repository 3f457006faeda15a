"""What the verbs of purchases share: lines of history, and mails to who waits for a copy."""

from datetime import datetime

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.orders.models import OPEN_STATUSES, Order
from comptoir.orders.operations.moves import mail
from comptoir.purchases.errors import LineClosed, no_such_purchase
from comptoir.purchases.kinds import LineState, Step
from comptoir.purchases.models import Purchase, PurchaseLine, PurchaseStep
from comptoir.shops.models import Shop

CAME, NEWS = "order_copy_came", "order_supply_news"


def note(
    purchase: Purchase,
    kind: Step,
    *,
    actor: Actor,
    at: datetime,
    line: PurchaseLine | None = None,
    copies: int = 0,
) -> None:
    """Append a line to a purchase's history."""
    PurchaseStep.objects.create(
        purchase=purchase,
        line=line,
        kind=kind,
        answer=line.answer if line and kind == Step.ANSWERED else "",
        copies=copies,
        happened_at=at,
        **acted_by(actor),
    )


def awaited_line(shop: Shop, line_id: int) -> PurchaseLine:
    """Return a line of a purchase of a locked shop of which something is still awaited.

    Raises `NotFound` (`no_such_purchase`), `LineClosed`.
    """
    known = PurchaseLine.objects.select_related("purchase", "order_line__order", "product")
    found = known.filter(pk=line_id, purchase__shop=shop).first()
    if found is None:
        raise no_such_purchase()
    if found.state != LineState.ORDERED:
        raise LineClosed
    return found


def tell_of_answer(line: PurchaseLine) -> bool:
    """Queue the mail that tells a reader what the supplier answered; return whether one goes."""
    order = line.order_line.order if line.order_line else None
    if order is None or order.status not in OPEN_STATUSES or not order.email:
        return False
    mail(order, NEWS, purchase_line=line.pk)
    return True


def tell_of_copies(order: Order, *lines: int) -> None:
    """Queue the mail that tells a reader which copies have come, of an order that lacks others."""
    mail(order, CAME, come=list(lines))  # type: ignore[arg-type]
