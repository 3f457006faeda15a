"""What `place_group` is given: one person, and what they want of each shop."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from comptoir.core.errors import Faults, Invalid, invalid
from comptoir.orders.contacts import contact_key, network_keys
from comptoir.orders.group import GroupMode
from comptoir.orders.operations.requests import (
    MAX_LINES,
    Act,
    Checked,
    Customer,
    LineRequest,
    PlaceRequest,
    added_up,
    checked_customer,
    checked_post,
)
from comptoir.orders.postal.address import Address


@dataclass(frozen=True, slots=True)
class Part:
    """What is wanted of one shop: one order, where its doors are closed with its slot; `posted_to`
    and `total` as of a `PlaceRequest`."""

    shop_id: int
    lines: tuple[LineRequest, ...]
    slot: datetime | None = None
    posted_to: Address | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRequest(Act):
    """Orders to place in one act, one a shop, at most 20 titles in all.

    `mode` says whether a part that cannot be placed has all of them refused.
    """

    mode: GroupMode
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class CheckedGroup:
    """A group whose form is right; its parts, checked, in the order in which they were asked.

    No part has a key of its own: the group's finds them.
    """

    mode: GroupMode
    parts: tuple[Checked, ...]
    key: str | None
    digest: str

    @property
    def counted(self) -> Checked:
        """The one request that counts for the limits: the group is one."""
        return self.parts[0]

    @property
    def email_key(self) -> str:
        """The keyed hash of the e-mail address, "" where there is none."""
        return self.counted.email_key

    def with_key(self, key: str) -> "CheckedGroup":
        """Return the group with another key."""
        return replace(self, key=key)

    def as_verified(self, is_person: bool) -> "CheckedGroup":
        """Return the group asked by whom the address is known to belong to, or by anybody."""
        parts = tuple(
            replace(part, request=replace(part.request, verified=is_person)) for part in self.parts
        )
        return replace(self, parts=parts)


Asked = Checked | CheckedGroup
"""What a batch is made of."""


def check_group(request: GroupRequest) -> CheckedGroup:
    """Return the group with its contact normalised and the equal lines of each part added up.

    Reads as `requests.check` does; a telephone number is read where the first shop is.

    Raises `Faults`, which holds every fault at once, each code once: those of `requests.check`, and
    `bad_parts` for no shop at all, or one that is named twice.
    """
    faults: list[Invalid] = []
    shops = [part.shop_id for part in request.parts]
    if not shops or len(set(shops)) < len(shops):
        faults.append(invalid("parts", _("Name at least one shop, and each of them once.")))
    customer = checked_customer(request.customer, shops[0] if shops else 0, faults)
    parts = [
        replace(
            part,
            lines=added_up(part.lines, faults),
            posted_to=checked_post(part.posted_to, customer, request.trusted, faults),
        )
        for part in request.parts
    ]
    if sum(len(part.lines) for part in parts) > MAX_LINES:
        faults.append(invalid("lines", _("Please choose between 1 and 20 titles.")))
    if faults:
        raise Faults(list({fault.code: fault for fault in reversed(faults)}.values())[::-1])
    keys = contact_key(customer.email), contact_key(customer.phone), network_keys(request.address)
    wanted = (_wanted(request, customer, part) for part in parts)
    checked = tuple(Checked(each, *keys) for each in wanted)
    return CheckedGroup(request.mode, checked, request.idempotency_key, request.request_digest)


def _wanted(request: GroupRequest, customer: Customer, part: Part) -> PlaceRequest:
    return PlaceRequest(
        shop_id=part.shop_id,
        lines=part.lines,
        customer=customer,
        channel=request.channel,
        actor=request.actor,
        trusted=request.trusted,
        verified=request.verified,
        address=request.address,
        host=request.host,
        slot=part.slot,
        posted_to=part.posted_to,
        total=part.total if part.posted_to else None,
    )
