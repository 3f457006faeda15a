"""What `place` is given: plain values, checked before any lock is taken."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_phone
from comptoir.core.limits import Network
from comptoir.orders.contacts import contact_key, network_keys
from comptoir.orders.errors import Faults, invalid
from comptoir.orders.models import Channel

MAX_LINES = 20
MAX_QUANTITY = 10
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class LineRequest:
    """One title: copies of an offer, or (without an offer) a special order of the product."""

    product_id: int
    offer_id: int | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Customer:
    """A name and one way to reach the person: no reader gives more."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """One order to place. `trusted` is an order that staff entered: it needs no confirmation.

    `verified` says that who asks has shown, in this browser, that the contact is theirs: no link
    either, and none of the bounds on what nobody confirmed. `address` is the network address that
    asks, "" where there is none; only its keyed hash is kept. The same `idempotency_key` with the same `request_digest` gives the order placed the first time.
    """

    shop_id: int
    lines: tuple[LineRequest, ...]
    customer: Customer
    channel: Channel
    actor: Actor
    idempotency_key: str | None = None
    request_digest: str = ""
    trusted: bool = False
    verified: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A request whose form is right; `email_key` and `phone_key` count the person's open orders,
    `network` (keyed hashes) what is held for its address and range."""

    request: PlaceRequest
    email_key: str
    phone_key: str
    network: Network = Network()

    @property
    def contact_keys(self) -> tuple[str, ...]:
        """The person's keys, without the empty one."""
        return tuple(key for key in (self.email_key, self.phone_key) if key)

    @property
    def is_bounded(self) -> bool:
        """Whether what it holds is bounded until somebody confirms it: `operations.bounds`."""
        return not (self.request.trusted or self.request.verified)

    @property
    def by_phone(self) -> bool:
        """Whether no mail can confirm it: only the shop's tap does."""
        return not self.request.customer.email


def check(request: PlaceRequest) -> Checked:
    """Return the request with its contact normalised and its equal lines added up.

    Reads nothing from the database.

    Raises `Faults`, which holds every fault at once: `bad_name`, `bad_contact` or `bad_email` and
    `bad_phone`, `bad_lines`, `bad_quantity`.
    """
    faults: list[Invalid] = []
    customer = _checked_customer(request.customer, faults)
    lines = _merged(request.lines, faults)
    if faults:
        raise Faults(faults)
    return Checked(
        replace(request, customer=customer, lines=lines),
        contact_key(customer.email),
        contact_key(customer.phone),
        network_keys(request.address),
    )


def _checked_customer(customer: Customer, faults: list[Invalid]) -> Customer:
    """Return the customer normalised; what is wrong is added to `faults`."""
    name = " ".join(customer.name.split())
    if not name or len(name) > 120 or not name.isprintable():
        faults.append(invalid("name", _("Please give a name of at most 120 characters.")))
    email = customer.email.strip().lower()
    phone = customer.phone.strip()
    if not email and not phone:
        faults.append(invalid("contact", _("Please give an e-mail address or a telephone number.")))
    if email and not _is_email(email):
        faults.append(invalid("email", _("This e-mail address is not complete: check it.")))
    if phone:
        try:
            phone = parse_phone(phone)
        except Invalid as fault:
            faults.append(fault)
    language = customer.language[:2]
    return Customer(
        name=name,
        email=email,
        phone=phone,
        language=language if language in LANGUAGES else LANGUAGES[0],
    )


@lru_cache(maxsize=1024)
def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _merged(lines: tuple[LineRequest, ...], faults: list[Invalid]) -> tuple[LineRequest, ...]:
    """Return the lines, equal ones added up; what is wrong is added to `faults`."""
    counts: Counter[tuple[int, int | None]] = Counter()
    for line in lines:
        counts[line.product_id, line.offer_id] += line.quantity
    if not 1 <= len(lines) <= MAX_LINES:
        faults.append(invalid("lines", _("Please choose between 1 and 20 titles.")))
    if any(line.quantity < 1 for line in lines):
        faults.append(invalid("quantity", _("A quantity is at least 1.")))
    elif any(quantity > MAX_QUANTITY for quantity in counts.values()):
        faults.append(invalid("quantity", _("At most 10 copies of a title in one reservation.")))
    return tuple(LineRequest(*key, quantity) for key, quantity in counts.items())
