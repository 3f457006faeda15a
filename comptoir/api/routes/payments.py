"""The money of an order, for the customer who has its secret: how it stands, and where to pay."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router
from pydantic import Field

from comptoir.api.render import private
from comptoir.api.routes.orders import Token
from comptoir.api.schemas import Given
from comptoir.api.trade.payment import PaymentOut, open_page, payment_of
from comptoir.core.limits import Limit, client_network, count
from comptoir.orders.reads import order_by_token
from comptoir.payments.kinds import ProviderName

PER_ADDRESS = Limit("api_pay", 30, 600)
router = Router(tags=[_("Orders")], by_alias=True)


class PaymentIn(Given):
    provider: ProviderName | None = Field(
        None, description=_("One of `ways`; without it the first that leads to a page")
    )


@router.get("/orders/{token}/payment", response=PaymentOut, summary=_("The payment of an order"))
def payment(request: HttpRequest, token: Token) -> HttpResponse:  # noqa: ARG001
    return private(payment_of(order_by_token(token)))


@router.post(
    "/orders/{token}/payment", response=PaymentOut, summary=_("Open the page to pay an order")
)
def pay(request: HttpRequest, token: Token, asked: PaymentIn | None = None) -> HttpResponse:
    # A page that is open for as much is the same one again, whatever the key.
    count(PER_ADDRESS, f"address:{client_network(request).address}")
    order = order_by_token(token)
    open_page(order, asked.provider if asked else None)
    return private(payment_of(order))
