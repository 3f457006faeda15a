"""What a title's page says of a shop's colleagues: who has it, how far away, open or not."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from comptoir.counter.scope import Desk
from comptoir.exchanges.errors import NotShared
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.reads import at_colleagues, orders_that_lack, transfers_of_title
from comptoir.orders.models import Order
from comptoir.shops.memory import whole_directory
from comptoir.shops.models import Shop
from comptoir.shops.phrases import opening
from comptoir.stock.models import Condition
from comptoir.stock.shelf.standing import ShopOffer

NEAREST, FURTHER = 4, 20
"""So many are shown at once, and so many more when they are asked for."""


@dataclass(frozen=True, slots=True)
class AtColleague:
    """One colleague's copies of a title: its offer, whether it is open, in words, and whether a
    copy can be asked for (alike copies of a title that every till knows)."""

    offer: ShopOffer
    condition: str
    opening: str
    is_open: bool
    may_be_asked: bool

    @property
    def shop(self) -> Shop:
        """The colleague."""
        return self.offer.shop


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The colleagues who have a title: the nearest, some that are further away, of how many there
    are more; and the shop's own orders that lack it;
    or `closed`: why the shop sees none. `transfers` are those of the title that are open."""

    nearest: list[AtColleague] = field(default_factory=list)
    further: list[AtColleague] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    more: int = 0
    closed: str = ""


def colleagues_with(desk: Desk, product_id: int, *, has_ean: bool) -> Colleagues | None:
    """Return what a shop's colleagues have of a title; None for a shop of no network, which has no
    colleagues, and of one that has left."""
    if not desk.shop.memberships.exists():
        return None
    now = timezone.now()
    shop, actor = desk.shop, desk.actor
    if desk.shop.ended_at is not None:
        return None
    between = transfers_of_title(shop=shop, product_id=product_id, actor=actor)
    try:
        found = at_colleagues(shop=shop, product_id=product_id, actor=actor, at=now)
    except NotShared as refusal:
        return Colleagues(transfers=between, closed=str(refusal))
    rows = [_row(offer, now, has_ean=has_ean) for offer in found[: NEAREST + FURTHER]]
    waiting: list[Order] = []
    if any(row.may_be_asked for row in rows):
        waiting = orders_that_lack(shop=shop, product_id=product_id, actor=actor)
    nearest, further = rows[:NEAREST], rows[NEAREST:]
    return Colleagues(nearest, further, waiting, between, more=len(found) - len(nearest))


def _row(offer: ShopOffer, now: datetime, *, has_ean: bool) -> AtColleague:
    state = whole_directory().state(offer.shop.pk, now)
    condition = str(Condition(offer.condition).label)
    if offer.copy is not None:
        condition = f"{condition}, {offer.copy.words}"
    return AtColleague(
        offer=offer,
        condition=condition,
        opening=opening(offer.shop, state, now),
        is_open=bool(state.is_open),
        may_be_asked=has_ean and offer.copy is None,
    )
