"""Orders, for the customer who has the secret of one, and for the shop that has a token.

Placing one is the busiest path: it parses the body once, costs no query of its own for names it
knows, and writes its answer from what `orders.operations.place` returns.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Path, Router
from pydantic import BaseModel, Field, ValidationError

from comptoir.accounts.actors import READER, Actor
from comptoir.api import names, render, requests, reserve
from comptoir.api.at_once import COUNTED, NOTED, TRIED
from comptoir.api.auth import (
    ShopToken,
    actor_or_reader,
    bearer,
    shop_of,
    unknown_shop,
)
from comptoir.api.documents import body, file_answer, header
from comptoir.api.names import Keys
from comptoir.api.problems import invalid_fields
from comptoir.api.render import private
from comptoir.api.requests import ShopName
from comptoir.api.schemas import (
    Given,
    NotFoundIn,
    OrderFullOut,
    OrderIn,
    OrderOut,
    Plain,
    ShopOrderOut,
    ShopOrderPageOut,
    SlotIn,
)
from comptoir.api.trade.payment import open_page
from comptoir.core.errors import DomainError, Invalid, NotFound
from comptoir.core.limits import Limit, count
from comptoir.core.text import wrong_year
from comptoir.orders import operations
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Channel, LineStatus, Order, OrderQuerySet, OrderStatus
from comptoir.orders.operations.gatherer import checked_of
from comptoir.orders.persons.mark import word_of
from comptoir.orders.reads import order_by_token, with_lines
from comptoir.papers.operations import issue
from comptoir.papers.reads import bytes_of
from comptoir.shops.models import Shop

PER_TOKEN = Limit("api_orders_token", 600)
public_router = Router(tags=[_("Orders")], by_alias=True)
shop_router = Router(tags=[_("Counter")], by_alias=True, auth=ShopToken())

Token = Annotated[str, Path(max_length=64, description=_("The secret of this order"))]
Code = Annotated[str, Path(pattern="^[0-9]{8}$", description=_("Eight digits"))]


class ProofIn(Given):
    proof: Plain = Field(max_length=64, description=_("The last word of the link in the mail"))


class ConfirmedOut(BaseModel):
    order: str = Field(description=_("The secret of the order"))
    status: OrderStatus
    person: str = Field(
        description=_("The mark of who confirmed: sent as the header `Person`, it spares the mail")
    )


@public_router.post(
    "/orders",
    response={201: OrderOut},
    summary=_("Reserve in one shop"),
    openapi_extra=body(OrderIn)
    | header(
        "Idempotency-Key", _("New for each order, the same when one is tried again"), person=True
    ),
)
def place_order(request: HttpRequest) -> HttpResponse:
    # The same key and body of the same client give the same order again, with what became of it.
    # Most never come here: `api.at_once`.
    actor = actor_or_reader(request)
    if actor is not READER:
        count(PER_TOKEN, f"token:{actor.id}")
    elif COUNTED not in request.META:
        reserve.count_reader(request)
    attempt = reserve.attempt_of(request, request.body, actor)
    try:
        asked = OrderIn.model_validate_json(request.body)
    except ValidationError as error:
        return invalid_fields(error.errors(include_url=False, include_context=False))
    passes = actor is not READER or NOTED in request.META
    if not passes and not reserve.is_vouched(request, asked.customer.email):
        reserve.check_flood(request)
    order, keys = _place(request, asked, attempt, tries=1 if TRIED in request.META else 2)
    if asked.is_charged and order.ended_at is None:
        # Where no page opens just now, the answer says so, and `payment` is asked again.
        with suppress(DomainError):
            open_page(order)
    return reserve.told(order, asked, keys)


@public_router.get("/orders/{token}", response=OrderFullOut, summary=_("One order"))
def order(request: HttpRequest, token: Token) -> HttpResponse:  # noqa: ARG001
    return private(render.full_order(order_by_token(token)))


@public_router.post(
    "/orders/{token}/confirm",
    response=ConfirmedOut,
    summary=_("Confirm an order by the word of its mail"),
    description=_("The answer has the mark of its person: with it, later orders need no mail."),
)
def confirm_order(request: HttpRequest, token: Token, asked: ProofIn) -> HttpResponse:  # noqa: ARG001
    found = operations.confirm(token=token, proof=asked.proof, actor=READER)
    status, person = OrderStatus(found.status), word_of(found.email)
    return private(ConfirmedOut(order=found.token, status=status, person=person))


@public_router.post("/orders/{token}/cancel", response=OrderFullOut, summary=_("Cancel an order"))
def cancel_order(request: HttpRequest, token: Token) -> HttpResponse:  # noqa: ARG001
    operations.cancel(token=token, actor=READER)
    return private(render.full_order(order_by_token(token)))


@public_router.post(
    "/orders/{token}/slot", response=OrderFullOut, summary=_("Choose or move the time at the door")
)
def choose_slot(request: HttpRequest, token: Token, asked: SlotIn) -> HttpResponse:  # noqa: ARG001
    if wrong := wrong_year(asked.slot, "slot"):
        raise wrong
    slot = asked.slot.astimezone(UTC)
    operations.choose_slot(slot=slot, actor=READER, now=timezone.now(), token=token)
    return private(render.full_order(order_by_token(token)))


@public_router.get(
    "/orders/{token}/invoice",
    response={200: None},
    openapi_extra={"responses": {200: file_answer("application/pdf")}},
    summary=_("The invoice of an order that was paid in advance"),
)
def invoice(request: HttpRequest, token: Token) -> HttpResponse:  # noqa: ARG001
    made = issue(token=token, actor=READER, now=timezone.now())
    response = HttpResponse(bytes_of(made), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{made.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@shop_router.get(
    "/shops/{siret}/orders", response=ShopOrderPageOut, summary=_("The shop's orders, oldest first")
)
def shop_orders(
    request: HttpRequest,
    siret: ShopName,
    status: OrderStatus | None = None,
    limit: requests.Limit = 20,
    cursor: requests.Cursor = "",
) -> HttpResponse:
    actor = bearer(request)
    found = Order.objects.visible_to(actor).filter(shop=shop_of(siret, actor))
    found = found.filter(status=status) if status else found.open()
    if cursor:
        found = found.filter(_after(cursor))
    orders = list(_full(found).order_by("placed_at", "pk")[: limit + 1])
    more = len(orders) > limit
    last = orders[limit - 1] if more else None
    page = ShopOrderPageOut(
        items=[render.shop_order(item) for item in orders[:limit]],
        next_cursor=requests.write_cursor([last.placed_at.isoformat(), last.pk], of="orders")
        if last
        else None,
    )
    return private(page)


@shop_router.get(
    "/shops/{siret}/orders/{code}", response=ShopOrderOut, summary=_("One of the shop's orders")
)
def shop_order(request: HttpRequest, siret: ShopName, code: Code) -> HttpResponse:
    return _answer(request, _find(request, siret, code))


@shop_router.post(
    "/shops/{siret}/orders/{code}/set-aside", response=ShopOrderOut, summary=_("Set aside")
)
def set_aside(request: HttpRequest, siret: ShopName, code: Code) -> HttpResponse:
    return _done(request, siret, code, operations.set_aside)


@shop_router.post(
    "/shops/{siret}/orders/{code}/collect", response=ShopOrderOut, summary=_("Hand over")
)
def collect(request: HttpRequest, siret: ShopName, code: Code) -> HttpResponse:
    return _done(request, siret, code, operations.collect)


@shop_router.post(
    "/shops/{siret}/orders/{code}/cancel", response=ShopOrderOut, summary=_("Cancel for the shop")
)
def cancel(request: HttpRequest, siret: ShopName, code: Code) -> HttpResponse:
    return _done(request, siret, code, operations.cancel)


@shop_router.post(
    "/shops/{siret}/orders/{code}/not-found",
    response=ShopOrderOut,
    summary=_("One line is not on the shelf"),
)
def not_found(
    request: HttpRequest, siret: ShopName, code: Code, which: NotFoundIn | None = None
) -> HttpResponse:
    found = _find(request, siret, code)
    line = _line(found, which.line if which else None)
    operations.mark_not_found(line_id=line, actor=bearer(request))
    return _answer(request, found)


def _find(request: HttpRequest, siret: str, code: str) -> Order:
    """Return one of the shop's orders by its code, within the token's scope."""
    actor = bearer(request)
    scope = Order.objects.visible_to(actor).filter(shop=shop_of(siret, actor), code=code)
    found = scope.prefetch_related("lines").first()
    if found is None:
        raise no_such_order()
    return found


def _done(request: HttpRequest, siret: str, code: str, verb: Callable[..., Order]) -> HttpResponse:
    """Do one verb to one of the shop's orders and return the order."""
    found = _find(request, siret, code)
    verb(order_id=found.pk, actor=bearer(request))
    return _answer(request, found)


def _answer(request: HttpRequest, found: Order) -> HttpResponse:
    """Return the order as it is now."""
    scope = Order.objects.visible_to(bearer(request))
    return private(render.shop_order(_full(scope).get(pk=found.pk)))


def _full(orders: OrderQuerySet) -> OrderQuerySet:
    return with_lines(orders).prefetch_related("events")


def _line(found: Order, asked: int | None) -> int:
    lines = found.lines.all()
    if asked is not None:
        if asked not in {line.pk for line in lines}:
            raise Invalid(
                "unknown_line", gettext_lazy("This order has no such line."), field="line"
            )
        return asked
    held = [line for line in lines if line.status in (LineStatus.HELD, LineStatus.ASKED)]
    held = held or list(lines)
    if len(held) != 1:
        raise Invalid(
            "line_missing",
            gettext_lazy("This order has several lines: name one by its “id”."),
            field="line",
            lines=[line.pk for line in held],
        )
    return held[0].pk


def _after(cursor: str) -> Q:
    moment, key = requests.read_cursor(cursor, of="orders")
    placed_at = datetime.fromisoformat(moment)
    return Q(placed_at__gt=placed_at) | Q(placed_at=placed_at, pk__gt=key)


def _place(
    request: HttpRequest, asked: OrderIn, attempt: reserve.Attempt, *, tries: int
) -> tuple[Order, list[Keys]]:
    """Place the order. What this process remembered of its names may be wrong by now: then they are
    looked up, if a try is left."""
    try:
        keys = names.resolve(asked)
        trusted = _trusted(asked, attempt.actor, keys[0].shop_id)
        wanted = reserve.request_for(asked, keys, attempt, trusted=trusted)
        checked = reserve.as_person(checked_of(wanted), request)
        return operations.place_checked(checked), keys
    except NotFound:
        if tries < 2:
            raise
        names.forget(asked)
        return _place(request, asked, attempt, tries=1)


def _trusted(asked: OrderIn, actor: Actor, shop_id: int) -> bool:
    """Return whether the shop itself enters this order: then nobody has to confirm it."""
    if actor is READER:
        if asked.channel != Channel.API:
            raise Invalid(
                "bad_channel", gettext_lazy("Only the shop's own token may name a channel.")
            )
        return False
    if not Shop.objects.visible_to(actor).filter(pk=shop_id).exists():
        raise unknown_shop(asked.shop)
    return True
