"""Placing an order for a program: what a request says, put as `orders.operations` takes it, and the
answer. The same for a thread (`api.routes.orders`) and for the event loop (`api.at_once`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy

from comptoir.accounts.actors import READER, Actor
from comptoir.api import names, render
from comptoir.api.names import Keys
from comptoir.api.problems import Refused
from comptoir.api.schemas import OrderIn
from comptoir.core.flood import gauge, proof, tickets
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import Limit, client_address, client_network, count_read
from comptoir.core.text import wrong_year
from comptoir.orders.contacts import contact_key
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations.requests import Checked, Customer, PlaceRequest
from comptoir.orders.persons.mark import key_in

PATH = "/api/v1/orders"
PER_ADDRESS = Limit("api_orders", 60)
"""How often an address may try; how often it may reserve is `orders.operations.attempts`'s."""
KEY_LENGTH = 200
UNGUESSABLE = 16
"""Without a token the key itself keeps one client's order from another."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of placing an order: who, from which network address, under which host, by which key
    (already the client's own), what digest."""

    actor: Actor
    address: str
    host: str
    key: str
    digest: str


def count_reader(request: HttpRequest) -> None:
    """Count one try of an address that has no token. Raises `TooMany`."""
    count_read(PER_ADDRESS, f"address:{client_network(request).address}")


def is_vouched(request: HttpRequest, email: str) -> bool:
    """Whether a request bears the mark of the address that it gives (the header `Person`)."""
    word = request.META.get("HTTP_PERSON", "")[:300]
    key = key_in(word) if word else ""
    return bool(key) and key == contact_key(email.strip().lower())


def check_flood(request: HttpRequest) -> None:
    """Have a program without a token prove its work, or wait, while its way is flooded: by the
    header `Comptoir-Proof`, which holds an answer to a challenge or a ticket whose time has come.
    Not who `is_vouched`: the caller has looked.

    Raises `Refused` (429, `proof_needed`) with a challenge, and a ticket with its wait.
    """
    sent = request.META.get("HTTP_COMPTOIR_PROOF", "")
    here, knows = client_network(request), gauge.counts() and gauge.gauge.is_flooded(Form.ORDER)
    if sent and knows and proof.is_proof(Form.ORDER, sent):
        return
    if not gauge.is_flooded(Form.ORDER):
        return
    now = tickets.moment()
    ticket = tickets.read(sent, Form.ORDER, here, now)
    if ticket and tickets.use(ticket, now):
        return
    if ticket is None or not ticket.wait(now):
        ticket = tickets.draw(Form.ORDER, here, now)
    raise Refused(
        429,
        "proof_needed",
        gettext_lazy(
            "Very many reservations come just now. Send the same again with the header"
            " “Comptoir-Proof”: the answer to “challenge” (ALTCHA), or “ticket” once “retry_after”"
            " seconds are over."
        ),
        challenge=proof.challenge(Form.ORDER),
        ticket=ticket.word,
        retry_after=ticket.wait(now),
    )


def attempt_of(request: HttpRequest, body: bytes, actor: Actor) -> Attempt:
    """Return what a request is a try of. Raises `Refused` (`idempotency_key_missing`)."""
    digest = sha256(body).hexdigest()
    key = _own_key(request, actor)
    return Attempt(actor, client_address(request), request.get_host(), key, digest)


def request_for(
    asked: OrderIn, keys: Sequence[Keys], attempt: Attempt, *, trusted: bool
) -> PlaceRequest:
    """Return what is asked for, by keys. Raises `CopiesGone` as `names.requests` does, `Invalid`
    (`bad_slot`, `address_missing`, `address_unused`)."""
    if wrong := wrong_year(asked.slot, "slot"):
        raise wrong
    person = asked.customer
    language = person.language or get_language() or "fr"
    return PlaceRequest(
        shop_id=keys[0].shop_id,
        lines=names.requests(asked, keys),
        customer=Customer(person.name, person.email, person.phone, language),
        channel=Channel(asked.channel),
        actor=attempt.actor,
        idempotency_key=attempt.key,
        request_digest=attempt.digest,
        trusted=trusted,
        address=attempt.address,
        host=attempt.host,
        slot=asked.slot.astimezone(UTC) if asked.slot else None,
        posted_to=asked.to(),
        total=asked.total_cents if asked.is_charged else None,
        prepay=asked.prepay,
    )


def as_person(checked: Checked, request: HttpRequest) -> Checked:
    """Return what was asked as its person's own, where the request bears the mark of the address
    that it gives (the header `Person`): no link then."""
    if checked.request.trusted or not is_vouched(request, checked.request.customer.email):
        return checked
    return checked.as_verified(True)


def told(order: Order, asked: OrderIn, keys: Sequence[Keys]) -> HttpResponse:
    """Return the answer: the order, from memory alone unless it is charged, its products named as
    they were asked for, and where it is read again."""
    lines = zip(asked.lines, keys, strict=True)
    refs = {key.product_id: line.product for line, key in lines}
    look = asked.is_charged
    response = render.private(render.order(order, refs, look=look), status=201)
    response["Location"] = f"{PATH}/{order.token}"
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
            gettext_lazy(
                "Send an “Idempotency-Key” of 16 to 200 printable characters (1 is enough with a"
                " token), new for each order, the same when you try one again."
            ),
        )
    return sha256(f"{actor.kind}:{actor.id}\n{key}".encode()).hexdigest()
