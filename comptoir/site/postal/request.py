"""What the form of an order by post over several shops carries, and what is asked of `orders` by
it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import get_language

from comptoir.accounts.actors import READER
from comptoir.core.limits import client_address
from comptoir.orders.group import GroupMode
from comptoir.orders.models import Channel
from comptoir.orders.operations.groups.requests import GroupRequest, Part
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.orders.postal.address import Address
from comptoir.quotes.basket import Quote
from comptoir.site.answers.sent import DAY_SECONDS

SALT = "comptoir.site.posting_several.3"
ADDRESS = ("receiver", "street", "extra", "postcode", "city", "country")


@dataclass(frozen=True, slots=True)
class ShopPart:
    """One shop's part as the form showed it: its total in cents, the number of its conditions, and
    which offers of which titles, by their keys, with how many copies."""

    shop_id: int
    total: int
    terms: int
    lines: Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """All parts, and whether second-hand copies would do as well."""

    parts: Sequence[ShopPart]
    used: bool

    @property
    def offers(self) -> list[int]:
        """The keys of the offers."""
        return [offer for part in self.parts for _title, offer, _copies in part.lines]

    @property
    def counts(self) -> dict[int, int]:
        """How many copies of each title, by its key."""
        return {title: copies for part in self.parts for title, _offer, copies in part.lines}


def token_of(quotes: Sequence[Quote], terms: Mapping[int, int], *, used: bool) -> str:
    """Return what the form carries: what it shows, with the number of each shop's conditions by
    its key, signed, and a word that tells two sendings of one form from two forms."""
    rows = [
        [
            quote.basket.shop.pk,
            quote.total_cents,
            terms[quote.basket.shop.pk],
            [[x.item.product.pk, x.item.offer_id, x.item.quantity] for x in quote.lines],
        ]
        for quote in quotes
    ]
    return signing.dumps([secrets.token_hex(8), int(used), rows], salt=SALT, compress=True)


def read_token(text: str) -> Asked | None:
    """Return what a form carries; None where it is altered or a day old."""
    try:
        _word, used, rows = signing.loads(text, salt=SALT, max_age=DAY_SECONDS)
    except signing.BadSignature:
        return None
    parts = [
        ShopPart(shop, total, number, [(title, offer, copies) for title, offer, copies in lines])
        for shop, total, number, lines in rows
    ]
    return Asked(parts, bool(used))


def request_of(
    request: HttpRequest, asked: Asked, typed: Mapping[str, str], mode: GroupMode
) -> GroupRequest:
    """Return the orders that are asked for, each with the total that was shown. The same form sent
    twice is one act."""
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    others = {name: typed[name] for name in ADDRESS if name != "receiver"}
    to = Address(name=typed["receiver"], **others)
    words = f"{request.POST.get('form', '')}|{mode}|{customer!r}|{to!r}"
    said = sha256(words.encode()).hexdigest()
    return GroupRequest(
        mode=mode,
        parts=tuple(
            Part(
                part.shop_id,
                tuple(LineRequest(*line) for line in part.lines),
                posted_to=to,
                total=part.total,
            )
            for part in asked.parts
        ),
        customer=customer,
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"posts-{said}",
        request_digest=said,
        address=client_address(request),
        host=request.get_host(),
    )
