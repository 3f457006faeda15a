"""What `place` is given: plain values, checked before any lock is taken."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.core.identifiers import costs_more
from comptoir.core.limits import Network
from comptoir.orders.contacts import contact_key, network_keys, trust_key
from comptoir.orders.kinds import Channel, Delivery
from comptoir.orders.names import parse_name
from comptoir.orders.postal.address import Address, checked_address
from comptoir.shops.contacts import parse_phone_at, receives_mail
from comptoir.shops.models import Shop

MAX_LINES = 20
MAX_QUANTITY = 10
NOWHERE = Network()
TRIAL_FOR = timedelta(minutes=30)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who asks for orders, and how. `trusted` is what staff entered: it needs no confirmation.

    `verified` says that who asks has shown, in this browser, that the e-mail address is theirs: no
    link either, and none of the bounds on what nobody confirmed (`batch.believed`). `address` is
    the network address that asks, "" where there is none; only its keyed hash is kept. `host` is
    the one under which it was asked: its network's is the order. With `prepay` it is paid before it
    is kept: the money confirms it. The same `idempotency_key` with the same `request_digest` gives
    what was placed the first time.
    """

    customer: Customer
    channel: Channel
    actor: Actor
    idempotency_key: str | None = None
    request_digest: str = ""
    trusted: bool = False
    verified: bool = False
    address: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRequest(Act):
    """One order to place. A `trial` holds its copies for `TRIAL_FOR` at most. `slot` is the
    beginning of the slot at the door that is wanted, where doors are closed. `passed_by` is the key
    of the shop that sends the customer over. `past_release`: a release day does not stop it (who
    won a draw). `kept_from` is the moment from which the copies are kept as long as usual, where
    that is later than now.

    With `posted_to` it goes by post; such an order, and one to collect that its reader pays
    beforehand (`prepay`), is reckoned by a quote as it is placed. `total` is what its reader was
    shown, in cents: where it costs something else by then, it is refused."""

    shop_id: int
    lines: tuple[LineRequest, ...]
    trial: bool = False
    slot: datetime | None = None
    passed_by: int | None = None
    past_release: bool = False
    kept_from: datetime | None = None
    posted_to: Address | None = None
    prepay: bool = False
    total: int | None = None

    @property
    def delivery(self) -> Delivery:
        """How it reaches the customer."""
        return Delivery.MAIL if self.posted_to else Delivery.COLLECT

    @property
    def waits_for_money(self) -> bool:
        """Whether it is collected, and its copies are kept for longer only once it is paid."""
        return self.prepay and self.posted_to is None and not self.trusted

    @property
    def is_charged(self) -> bool:
        """Whether a quote reckons it."""
        return self.prepay or self.posted_to is not None


@dataclass(frozen=True, slots=True)
class Checked:
    """A request whose form is right, and the keyed hashes of its contacts and of the `network` that
    asks."""

    request: PlaceRequest
    email_key: str
    phone_key: str
    network: Network = NOWHERE

    @property
    def parts(self) -> "tuple[Checked, ...]":
        """The orders it asks for: this one."""
        return (self,)

    @property
    def counted(self) -> "Checked":
        """The request that counts for the limits."""
        return self

    @property
    def key(self) -> str | None:
        """The idempotency key."""
        return self.request.idempotency_key

    @property
    def digest(self) -> str:
        """The digest of what belongs to that key."""
        return self.request.request_digest

    @property
    def contact_keys(self) -> tuple[str, ...]:
        """The keys of the contacts, without the empty one."""
        return tuple(key for key in (self.email_key, self.phone_key) if key)

    @property
    def is_bounded(self) -> bool:
        """Whether what it holds is bounded until somebody confirms it: `operations.bounds`."""
        return not (self.request.trusted or self.request.verified)

    @property
    def by_phone(self) -> bool:
        """Whether no mail can confirm it: only the shop's tap does."""
        return not self.request.customer.email

    @property
    def person_key(self) -> str:
        """The key of the person who is known to ask, "" where anybody may have typed it."""
        return self.email_key if self.request.verified else ""

    @property
    def trust_key(self) -> str:
        """The key under which the shop remembers that person, if they did not collect there."""
        return trust_key(self.request.shop_id, self.person_key) if self.person_key else ""

    def with_key(self, key: str) -> "Checked":
        """Return the request with another idempotency key."""
        return replace(self, request=replace(self.request, idempotency_key=key))

    def as_verified(self, is_person: bool) -> "Checked":
        """Return the request asked by whom the address is known to belong to, or by anybody."""
        return replace(self, request=replace(self.request, verified=is_person))


def check(request: PlaceRequest) -> Checked:
    """Return the request with its contact normalised and its equal lines added up.

    Reads nothing from the database but, where there is a telephone number, where the shop is: its
    territory decides how the number is read.

    Raises `Faults`, which holds every fault at once: `bad_name`, `bad_contact` or `bad_email` and
    `bad_phone`, `bad_lines`, `bad_quantity`, those of an address (`checked_address`).
    """
    faults: list[Invalid] = []
    customer = checked_customer(request.customer, request.shop_id, faults)
    lines = added_up(request.lines, faults)
    to = checked_post(request.posted_to, customer, request.trusted, faults)
    if faults:
        raise Faults(faults)
    return Checked(
        replace(request, customer=customer, lines=lines, posted_to=to),
        contact_key(customer.email),
        contact_key(customer.phone),
        network_keys(request.address),
    )


def checked_customer(customer: Customer, shop_id: int, faults: list[Invalid]) -> Customer:
    """Return the customer of a shop normalised; what is wrong is added to `faults`."""
    name = customer.name
    try:
        name = parse_name(name)
    except Invalid as fault:
        faults.append(fault)
    email = customer.email.strip().lower()
    phone = customer.phone.strip()
    if not email and not phone:
        faults.append(invalid("contact", _("Please give an e-mail address or a telephone number.")))
    if email and not receives_mail(email):
        faults.append(invalid("email", _("No mail reaches this e-mail address: check it.")))
    if phone:
        try:
            phone = _checked_phone(phone, shop_id)
        except Invalid as fault:
            faults.append(fault)
    language = customer.language[:2]
    return Customer(
        name=name,
        email=email,
        phone=phone,
        language=language if language in LANGUAGES else LANGUAGES[0],
    )


def checked_post(
    to: Address | None,
    customer: Customer,
    trusted: bool,
    faults: list[Invalid],
) -> Address | None:
    """Return to where an order is posted, checked; what is wrong is added to `faults`: also that
    its reader gives no e-mail address."""
    if to is None:
        return None
    if not customer.email and not trusted:
        told = _("What is posted needs an e-mail address: how to pay is written there.")
        faults.append(invalid("email", told))
    return checked_address(to, customer.name, faults)


def _checked_phone(text: str, shop_id: int) -> str:
    """Return a number at which a person can be called, as it is dialled where a shop is.

    Where there is no such shop, which is told later, it is read as the mainland's. Raises `Invalid`
    (`bad_phone`).
    """
    where = Shop.objects.filter(pk=shop_id).values_list("postcode", flat=True).first()
    number = parse_phone_at(text, where or "")
    if costs_more(number):
        raise invalid(
            "phone",
            _(
                "A call to this number costs more, or goes over a satellite: give a number at which"
                " the shop can reach you for an ordinary call."
            ),
        )
    return number


def added_up(lines: tuple[LineRequest, ...], faults: list[Invalid]) -> tuple[LineRequest, ...]:
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
