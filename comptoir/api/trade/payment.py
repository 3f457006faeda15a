"""What the API tells of an order's money."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field

from comptoir.orders.models import Order
from comptoir.payments.errors import NoWayToPay
from comptoir.payments.kinds import ProviderName
from comptoir.payments.operations import ask_for
from comptoir.payments.reads.state import state_of
from comptoir.payments.reads.ways import open_session, ways_for


class PaymentOut(BaseModel):
    state: str = Field(
        description=_(
            "Reckoned from what came in and went back: `none`, `to_pay`, `pending`, `partly_paid`,"
            " `paid`, `partly_refunded`, `refunded`, `unpaid`"
        )
    )
    charged_cents: int = Field(description=_("What it was to cost, postage included"))
    to_pay_cents: int
    captured_cents: int
    refunded_cents: int = Field(description=_("What goes back, or has"))
    ways: list[str] = Field(description=_("By whom the shop is paid; none: not here"))
    url: str | None = Field(description=_("Where it is paid, while that page is open"))
    expires_at: datetime | None = Field(description=_("Until when that page is open"))


def payment_of(order: Order) -> PaymentOut:
    """Return how the money of an order stands, and where it is paid."""
    state = state_of(order)
    session = open_session(order, timezone.now()) if state.to_pay else None
    return PaymentOut(
        state=state.standing.value,
        charged_cents=state.charged,
        to_pay_cents=state.to_pay,
        captured_cents=state.captured,
        refunded_cents=state.gone,
        ways=[way.value for way in ways_for(order)] if state.to_pay else [],
        url=session.url if session else None,
        expires_at=session.expires_at if session else None,
    )


def open_page(order: Order, provider: ProviderName | None = None) -> None:
    """Open the page on which an order is paid, at the provider or the first there is. Network.
    Raises as `payments.operations.ask_for`, `NoWayToPay` where the shop has no page."""
    pages = [way for way in ways_for(order) if way != ProviderName.TRANSFER]
    chosen = provider or next(iter(pages), None)
    if chosen is None:
        raise NoWayToPay
    ask_for(order=order, provider=chosen, now=timezone.now())
