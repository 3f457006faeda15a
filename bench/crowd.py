"""A crowd of verified persons: each has confirmed an address, and their browser shows its mark.

They reserve as readers do, by the form, each from a network of their own, so that every limit may
be on. Their addresses are made known to the database, and what a browser would carry is signed
with the installation's key, all beforehand. Nothing of Django is needed for it, so that a version
can be measured from outside; a test holds what is signed here to what the site reads.
"""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench import load

FORM = "application/x-www-form-urlencoded"
KNOW = (
    "INSERT INTO orders_knowncontact (key, confirmed_at) SELECT key, now()"
    " FROM unnest(%s::text[]) AS key ON CONFLICT DO NOTHING"
)
_CSRF = "c" * 32
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Stocked(NamedTuple):
    """An offer with copies enough, by its keys."""

    offer: int
    shop: int
    product: int


STOCKED = (
    "SELECT o.id, o.shop_id, o.product_id FROM stock_offer o WHERE o.id = ANY(%s)"
    " ORDER BY array_position(%s, o.id)"
)


def network(number: int) -> str:
    """Return the address from which a person asks: each in a range of their own."""
    return f"{20 + number // 65536}.{number // 256 % 256}.{number % 256}.1"


def order(offer: tuple[int, str, str], person: str, **headers: str) -> bytes:
    """Return the request by the API of one person, whom nobody has confirmed, for one copy of an
    offer (its key, the shop's slug, the title's EAN)."""
    offer_id, slug, ean = offer
    body = {
        "shop": slug,
        "lines": [{"product": ean, "offer": offer_id, "quantity": 1}],
        "customer": {"name": "Camille Ferrand", "email": f"{person}@example.org"},
    }
    return load.post(
        "/api/v1/orders",
        json.dumps(body).encode(),
        "127.0.0.1",
        Idempotency_Key=f"reserve-bench-of-{person}",
        **headers,
    )


def told(slug: str, token: str, ean: str, quantity: int, **headers: str) -> bytes:
    """Return the request by which a till tells, now, how many copies it has of one title."""
    body = {
        "as_of": datetime.now(UTC).isoformat(),
        "lines": [{"ean": ean, "quantity": quantity}],
    }
    return load.post(
        f"/api/v1/shops/{slug}/stock",
        json.dumps(body).encode(),
        "127.0.0.1",
        method="PATCH",
        Authorization=f"Bearer {token}",
        **headers,
    )


class Crowd:
    """Persons of a name, made by the `secret` of an installation."""

    def __init__(self, secret: str, name: str) -> None:
        self.secret = secret
        self.name = name

    def keys(self, count: int) -> list[str]:
        """Return the keyed hashes of the first persons, for `KNOW`."""
        return [self._key(number) for number in range(count)]

    def requests(self, offers: Sequence[Stocked], count: int) -> list[bytes]:
        """Return the forms of the first persons, a copy each, over the offers in turn."""
        return [
            self._request(offers[number * 7919 % len(offers)], number) for number in range(count)
        ]

    def _request(self, offer: Stocked, number: int) -> bytes:
        lines = [[offer.product, offer.offer, 1, 0]]
        fields = {
            "csrfmiddlewaretoken": _CSRF,
            "form": self._signed(
                [f"{self.name}-{number}", offer.shop, lines], "comptoir.site.reserving.2"
            ),
            "name": "Camille Ferrand",
            "email": self.email(number),
        }
        return load.post(
            "/reserver",
            urlencode(fields).encode(),
            "127.0.0.1",
            Content_Type=FORM,
            Cookie=f"csrftoken={_CSRF}; person={self.mark(number)}",
            X_Forwarded_For=network(number),
        )

    def mark(self, number: int) -> str:
        """Return the mark that a person's browser bears in the cookie `person`."""
        return self._signed(self._key(number), "comptoir.site.person")

    def _signed(self, value: Any, salt: str) -> str:  # noqa: ANN401
        """Return what Django's `signing.dumps` makes of a value at this moment."""
        said = urlsafe(json.dumps(value, separators=(",", ":")).encode())
        stamped = f"{said}:{base62(int(time.time()))}"
        return f"{stamped}:{urlsafe(self._hmac(salt + 'signer', stamped))}"

    def _hmac(self, salt: str, text: str) -> bytes:
        key = sha256((salt + self.secret).encode()).digest()
        return hmac.new(key, text.encode(), sha256).digest()

    def email(self, number: int) -> str:
        """Return the address of a person."""
        return f"{self.name}-{number}@example.org"

    def _key(self, number: int) -> str:
        return self._hmac("comptoir.orders.contact", self.email(number)).hex()


def urlsafe(octets: bytes) -> str:
    """Return octets in Base64 for addresses, without its padding."""
    return urlsafe_b64encode(octets).decode().rstrip("=")


def base62(number: int) -> str:
    """Return a number in the digits of Django's moments."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = _DIGITS[rest] + digits
    return digits
