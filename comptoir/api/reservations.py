"""`POST /orders`: from the bytes of a request to `orders.operations.place` and back.

This is the busiest path: it parses the body once, costs no query of its own for names it knows, and
writes its answer from what `place` returns.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from comptoir.accounts.actors import READER, Actor
from comptoir.api import auth, names, render
from comptoir.api.answers import private
from comptoir.api.limits import Limit, spend
from comptoir.api.problems import Refused, invalid_fields
from comptoir.api.schemas import OrderIn
from comptoir.core.errors import Invalid, NotFound
from comptoir.core.limits import client_address
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, PlaceRequest
from comptoir.shops.models import Shop

PER_ADDRESS = Limit("api_orders", 30)
PER_TOKEN = Limit("api_orders_token", 600)
KEY_LENGTH = 200
UNGUESSABLE = 16
"""Without a token the key itself keeps one client's order from another."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of placing an order: who, by which key (already the client's own), what digest."""

    actor: Actor
    key: str
    digest: str


def place_order(request: HttpRequest) -> HttpResponse:
    """Place the order a request asks for and return it (201), or the problem that prevents it.

    The same key and body of the same client give the same order again, with what became of it.
    """
    actor = auth.actor_or_reader(request)
    if actor is READER:
        spend(PER_ADDRESS, f"address:{client_address(request)}")
    else:
        spend(PER_TOKEN, f"token:{actor.id}")
    attempt = Attempt(actor, _own_key(request, actor), sha256(request.body).hexdigest())
    try:
        asked = OrderIn.model_validate_json(request.body)
    except ValidationError as error:
        return invalid_fields(error.errors(include_url=False, include_context=False))
    order, refs = _place(asked, attempt)
    response = private(render.order(order, refs), status=201)
    response["Location"] = f"/api/v1/orders/{order.token}"
    return response


def _own_key(request: HttpRequest, actor: Actor) -> str:
    """Return the key, made the token's own: another's equal key neither collides nor reads.

    Without a token the key itself is the secret: a phone that tries again may have changed its
    network address meanwhile.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip()
    least = UNGUESSABLE if actor is READER else 1
    if not least <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise Refused(
            400,
            "idempotency_key_missing",
            _(
                "Send an “Idempotency-Key” of 16 to 200 printable characters (1 is enough with a"
                " token), new for each order, the same when you try one again."
            ),
        )
    return sha256(f"{actor.kind}:{actor.id}\n{key}".encode()).hexdigest()


def _place(asked: OrderIn, attempt: Attempt) -> tuple[Order, dict[int, str]]:
    try:
        return _place_once(asked, attempt)
    except NotFound:
        names.forget(asked)
        return _place_once(asked, attempt)


def _place_once(asked: OrderIn, attempt: Attempt) -> tuple[Order, dict[int, str]]:
    keys = names.resolve(asked)
    order = place(
        PlaceRequest(
            shop_id=keys[0].shop_id,
            lines=names.requests(asked, keys),
            customer=_customer(asked),
            channel=Channel(asked.channel),
            actor=attempt.actor,
            idempotency_key=attempt.key,
            request_digest=attempt.digest,
            trusted=_trusted(asked, attempt.actor, keys[0].shop_id),
        )
    )
    lines = zip(asked.lines, keys, strict=True)
    return order, {key.product_id: line.product for line, key in lines}


def _customer(asked: OrderIn) -> Customer:
    person = asked.customer
    language = person.language or get_language() or "fr"
    return Customer(person.name, person.email, person.phone, language)


def _trusted(asked: OrderIn, actor: Actor, shop_id: int) -> bool:
    """Return whether the shop itself enters this order: then nobody has to confirm it."""
    if actor is READER:
        if asked.channel != Channel.API:
            raise Invalid("bad_channel", _("Only the shop's own token may name a channel."))
        return False
    if not Shop.objects.visible_to(actor).filter(pk=shop_id).exists():
        raise auth.unknown_shop(asked.shop)
    return True
