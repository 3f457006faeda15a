"""The form for one shop's part of a basket: what it carries, and what it asks for as it comes back.
Nothing here asks the database."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import get_language

from comptoir.accounts.actors import READER
from comptoir.core.limits import client_address
from comptoir.orders.models import Channel
from comptoir.orders.operations.requests import (
    Checked,
    Customer,
    LineRequest,
    PlaceRequest,
    check,
)
from comptoir.shops.doors.fields import read_slot
from comptoir.site import person
from comptoir.site.answers.fields import typed_in
from comptoir.site.basket import Basket, BasketLine, Part

# Another one whenever what a form carries changes: a form of before then leads to the basket.
SALT = "comptoir.site.reserving.2"
DAY_SECONDS = 86400
ROBOTS = "website"
"""A field that no reader sees: who fills it in is a machine."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: the lines that it was made for, its token, and what was typed."""

    asked: Basket
    token: str
    typed: dict[str, str]


def read_sent(request: HttpRequest) -> Sent | None:
    """Return the form that a request sends; None where it was altered, is a day old, or empty."""
    token = request.POST.get("form", "")
    asked = read_form_token(token)
    return Sent(asked, token, typed_in(request)) if asked and asked.lines else None


def check_sent(request: HttpRequest, sent: Sent) -> Checked:
    """Return what a form asks for, checked; `request.verified` says whether who sends it confirmed
    its address in this browser. Raises `Faults`."""
    typed = sent.typed
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    slot = read_slot(request.POST.get("slot", ""))
    prepays = request.POST.get("action") == "prepay"
    total = request.POST.get("total", "") if prepays else None
    checked = check(
        replace(
            _wanted(sent, customer, slot, total),
            address=client_address(request),
            host=request.get_host(),
        )
    )
    verified = _is_person(request, checked.email_key)
    return replace(checked, request=replace(checked.request, verified=verified))


def _is_person(request: HttpRequest, email_key: str) -> bool:
    """Whether who sends the form confirmed the address of this key, in this browser."""
    return bool(email_key) and person.marked_key(request) == email_key


def _wanted(
    sent: Sent, customer: Customer, slot: datetime | None, total: str | None
) -> PlaceRequest:
    """Return what is asked for; with a `total` (cents) it is paid first."""
    paid = "" if total is None else f"|{total}"
    said = sha256(f"{sent.token}|{customer!r}|{slot or ''}{paid}".encode()).hexdigest()
    lines = sent.asked.lines
    return PlaceRequest(
        shop_id=lines[0].shop_id,
        lines=tuple(LineRequest(x.product_id, x.offer_id, x.quantity) for x in lines),
        customer=customer,
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"web-{said}",
        request_digest=said,
        slot=slot,
        prepay=total is not None,
        total=int(total) if total and total.isdecimal() and len(total) < 10 else None,
    )


def form_token(part: Part) -> str:
    """Return what the form carries: the lines that can still be had, what it says of their
    certainty, signed, and a word that tells two sendings of one form from two forms. The form thus
    needs no basket when it comes back."""
    lines = [
        [
            chosen.line.product_id,
            chosen.line.offer_id or 0,
            chosen.line.quantity,
            int(chosen.to_confirm),
        ]
        for chosen in part.lines
        if chosen.ready
    ]
    return signing.dumps([secrets.token_hex(8), part.at.shop.pk, lines], salt=SALT, compress=True)


def read_form_token(token: str) -> Basket | None:
    """Return the lines that a form was made for, or None when it is altered or a day old."""
    try:
        _word, shop_id, lines = signing.loads(token, salt=SALT, max_age=DAY_SECONDS)
    except signing.BadSignature:
        return None
    return Basket(
        tuple(
            BasketLine(shop_id, product_id, offer_id or None, quantity, bool(warned))
            for product_id, offer_id, quantity, warned in lines
        )
    )
