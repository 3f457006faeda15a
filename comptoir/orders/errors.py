"""What orders refuse."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comptoir.core.errors import Conflict, DomainError, Message, NotFound, fill
from comptoir.core.words import day_and_time
from comptoir.orders.group import Refused
from comptoir.shops.doors.phrases import until_when
from comptoir.shops.doors.rules import Door
from comptoir.shops.doors.slots import Slot
from comptoir.shops.models import Shop
from comptoir.stock.errors import CopiesGone

__all__ = [
    "Busy",
    "CopiesGone",
    "DoorsClosed",
    "GroupIncomplete",
    "GroupRefused",
    "MoveRefused",
    "NoneFree",
    "NotHandedOver",
    "NotOrderedHere",
    "PrepayNeeded",
    "SlotRefused",
    "TooManyOpenOrders",
    "TooManyRecentOrders",
    "damaged_link",
    "no_such_order",
]


class Busy(DomainError):
    """The server could not answer in time, and the order may have been placed or not.

    A second try with the same idempotency key does not place it twice.
    """

    def __init__(self) -> None:
        super().__init__("busy", _("The server is very busy. Please try again in a moment."))


class TooManyOpenOrders(Conflict):
    """This person already has as many open orders as the network allows one."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "too_many_open_orders",
            fill(
                ngettext_lazy(
                    "You already have %(limit)d open reservation: collect or cancel it first.",
                    "You already have %(limit)d open reservations: collect or cancel one first.",
                    limit,
                ),
                limit=limit,
            ),
            limit=limit,
        )


class TooManyRecentOrders(Conflict):
    """This person, or whoever typed this contact, placed as many orders within the hour as the
    network allows, whatever became of them: no mailbox is filled by placing and cancelling."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "too_many_recent_orders",
            fill(
                ngettext_lazy(
                    "There was %(limit)d reservation with this contact within an hour: wait a"
                    " little, or call.",
                    "There were %(limit)d reservations with this contact within an hour: wait a"
                    " little, or call.",
                    limit,
                ),
                limit=limit,
            ),
            limit=limit,
        )


class GroupRefused(Conflict):
    """Nothing of a group was placed: no shop could take its part, or not all could (`whole`).

    `refused` are those parts, as in `data`.
    """

    def __init__(
        self, refused: Sequence[Refused], shops: Mapping[int, Shop], *, whole: bool
    ) -> None:
        told = _("Nothing was reserved, for you asked for all or nothing: %(parts)s.")
        if not whole:
            told = _("Nothing was reserved: %(parts)s.")
        names = {key: shop.name for key, shop in shops.items()}
        super().__init__(
            "group_refused",
            fill(told, parts=_parts_in_words(refused, names)),
            refused=[asdict(each) for each in refused],
        )
        self.refused = tuple(refused)


def _parts_told(refused: Sequence[Refused], names: Mapping[int, str]) -> str:
    nameless = str(_("a shop"))
    return "; ".join(f"{names.get(each.shop_id, nameless)}, {each.words}" for each in refused)


_parts_in_words = lazy(_parts_told, str)


class GroupIncomplete(Conflict):
    """A group that was to be had whole can no longer be: of these titles no copy is free."""

    def __init__(self, titles: Sequence[str]) -> None:
        told = _(
            "Not all of it can be had any more: %(titles)s. Nothing was confirmed: keep the others,"
            " or cancel all."
        )
        named = ", ".join(titles)
        super().__init__("group_incomplete", fill(told, titles=named), titles=list(titles))


class DoorsClosed(Conflict):
    """A shop takes no reservation while its doors are closed; `data` says until when, if known."""

    def __init__(self, door: Door, shop: Shop, now: datetime) -> None:
        told = _(
            "%(shop)s takes no reservation now: its doors are closed %(until)s. Set an alert on the"
            " title, or call or write to the shop."
        )
        until = lazy(until_when, str)(door, ZoneInfo(shop.time_zone), now)
        super().__init__(
            "doors_closed",
            fill(told, shop=shop.name, until=until),
            until=door.ends.isoformat() if door.ends else None,
        )


class SlotRefused(Conflict):
    """A reservation needs a time at the door, and has none that is free: `slot_needed`,
    `slot_full` or `no_such_slot`. `free` are the next slots with a place, as in `data`."""

    def __init__(self, code: str, shop: Shop, free: Sequence[Slot]) -> None:
        told = {
            "slot_needed": _("Choose a time at the door of %(shop)s."),
            "slot_full": _("The last place at that time has just gone at %(shop)s."),
        }.get(code, _("%(shop)s does not hand over at that time."))
        following = _("%(said)s The next free time: %(next)s.")
        if not free:
            following = _("%(said)s No time is free: call the shop.")
        moment = lazy(day_and_time, str)(free[0].start, ZoneInfo(shop.time_zone)) if free else ""
        super().__init__(
            code,
            fill(following, said=fill(told, shop=shop.name), next=moment),
            shop=shop.slug,
            next=[{"start": x.start.isoformat(), "end": x.end.isoformat()} for x in free],
        )
        self.free = tuple(free)


class PrepayNeeded(Conflict):
    """A shop wants this person to pay first, for they did not collect there."""

    def __init__(self, shop: Shop) -> None:
        told = _(
            "Reservations of yours were not collected at %(shop)s: it asks you to pay this one"
            " first. Reserve it again and choose to pay now, or call the shop: it can lift this."
        )
        super().__init__("prepay_needed", fill(told, shop=shop.name), shop=shop.slug)


class NotOrderedHere(Conflict):
    """Readers cannot have this shop order this title."""

    def __init__(self, product_id: int) -> None:
        super().__init__(
            "not_ordered_here",
            _("This shop does not order this title: ask another shop on the page of the title."),
            product_id=product_id,
        )


class NoneFree(Conflict):
    """No copy is free of titles that an order asks for and does not hold."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(
            "none_free",
            fill(
                _(
                    "No copy is free of: %(titles)s. Tap “Not on the shelf” for it, or correct the"
                    " stock first."
                ),
                titles=", ".join(titles),
            ),
            titles=list(titles),
        )


class NotHandedOver(Conflict):
    """Some copies of an order are not to leave the shop: their reader has withdrawn from them.
    `data["quantity"]` says of how many of `data["title"]`."""

    def __init__(self, title: str, quantity: int) -> None:
        told = _(
            "“%(title)s”: its reader has withdrawn from %(n)d. Keep that here, say so under"
            " “Withdrawals”, and it is paid back; then hand the rest over."
        )
        said = fill(told, title=title, n=quantity)
        super().__init__("not_handed_over", said, title=title, quantity=quantity)


class MoveRefused(Conflict):
    """The order is no longer in a state from which this can be done: it is in `data["status"]`."""

    def __init__(self, status: str, wanted: str, label: Message) -> None:
        super().__init__(
            "move_refused",
            fill(
                _("This cannot be done any more: the order is already “%(status)s”."),
                status=label,
            ),
            status=status,
            wanted=wanted,
        )


def no_such_order() -> NotFound:
    """Return the one answer for orders that are not there and orders of others."""
    return NotFound("no_such_order", _("There is no such reservation."))


def damaged_link() -> NotFound:
    """Return the answer to a reader whose link leads to no reservation: mails break long lines, and
    a link that was cut is the usual reason."""
    return NotFound(
        "damaged_link",
        _(
            "This link is incomplete or damaged: your reservation is not lost. Open the mail again"
            " and copy the whole line of the link, to its last character, into the address bar."
        ),
    )
