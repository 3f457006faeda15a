"""The money of an order, for the customer who has its secret: how it stands, and where to pay."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import BaseModel, Field

from comptoir.api.postal import begin
from comptoir.api.render import private
from comptoir.api.routes.orders import Token
from comptoir.api.schemas import Given
from comptoir.core.limits import Limit, client_network, count
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.payments.kinds import ProviderName
from comptoir.payments.reads.state import state_of
from comptoir.payments.reads.ways import open_session, ways_for

PER_ADDRESS = Limit("api_pay", 30, 600)
router = Router(tags=[_("Orders")], by_alias=True)


class PaymentIn(Given):
    provider: ProviderName | None = Field(
        None, description=_("One of `ways`; without it the first that leads to a page")
    )


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


@router.get("/orders/{token}/payment", response=PaymentOut, summary=_("The payment of an order"))
def payment(request: HttpRequest, token: Token) -> HttpResponse:  # noqa: ARG001
    return private(told(order_by_token(token)))


@router.post(
    "/orders/{token}/payment", response=PaymentOut, summary=_("Open the page to pay an order")
)
def pay(request: HttpRequest, token: Token, asked: PaymentIn | None = None) -> HttpResponse:
    # A page that is open for as much is the same one again, whatever the key.
    count(PER_ADDRESS, f"address:{client_network(request).address}")
    order = order_by_token(token)
    begin(order, asked.provider if asked else None)
    return private(told(order))


def told(order: Order) -> PaymentOut:
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
