"""All that orders keep of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key, trust_key
from comptoir.orders.models import KnownContact, Order
from comptoir.orders.operations.privacy.erasure import erasable, erase_at_word
from comptoir.orders.postal.models import PostalAddress
from comptoir.orders.trust.models import TrustEvent

_OPEN = _("It is open: cancel it on its page first, then it can be erased.")
_POSTED = _(
    "It was posted, or money of it is on its way back: it can be taken back until then, and the"
    " shop has to know whom to refund. It goes by itself afterwards."
)
_TRUST = _(
    "A shop may ask somebody who did not collect to pay first: it has a reason of its own to"
    " remember it (RGPD, article 21). It goes twelve months after it happened."
)


def find(email: str) -> Iterator[Found]:
    """Yield what orders keep of the person of an address (`core.retention.shape.Personal`)."""
    key = contact_key(email)
    mine = Order.objects.filter(email_key=key).select_related("shop", "address")
    ready = set(mine.filter(erasable(timezone.now(), asked=True)).values_list("pk", flat=True))
    orders = list(mine.prefetch_related("lines", "events").order_by("pk"))
    yield from _found([o for o in orders if o.ended_at is None], _OPEN)
    yield from _found([o for o in orders if o.ended_at and o.pk not in ready], _POSTED)
    yield from _found([o for o in orders if o.pk in ready], "")
    known = KnownContact.objects.filter(key=key).first()
    if known:
        since = ({str(_("confirmed on")): known.confirmed_at},)
        yield Found(_("That this address was confirmed in a browser"), since)
    remembered = [
        {
            str(_("shop")): event.shop.name,
            str(_("what")): event.get_kind_display(),
            str(_("on")): at,
        }
        for event in _trust(key)
        if (at := event.happened_at)
    ]
    if remembered:
        yield Found(_("Reservations that were not collected"), tuple(remembered), _TRUST)


def erase(email: str, now: datetime) -> None:
    """Erase at their own word what `find` says may go. Locks, writes, announces, raises: as
    `erase_at_word`; deletes that their address was confirmed."""
    key = contact_key(email)
    erase_at_word(key, now)
    KnownContact.objects.filter(key=key).delete()


def _found(orders: Iterable[Order], stays: Message) -> Iterator[Found]:
    rows = tuple(_row(order) for order in orders)
    if rows:
        yield Found(_("Orders and reservations"), rows, stays)


def _row(order: Order) -> Mapping[str, Any]:
    zone = ZoneInfo(order.shop.time_zone)
    address: PostalAddress | None = getattr(order, "address", None)
    said = {
        _("code"): order.code,
        _("shop"): order.shop.name,
        _("name"): order.name,
        _("e-mail address"): order.email,
        _("telephone"): order.phone,
        _("address"): ", ".join([*address.lines, address.country]) if address else "",
        _("state"): order.get_status_display(),
        _("placed on"): order.placed_at,
        _("ended on"): order.ended_at,
        _("titles"): [f"{line.quantity} × {line.title}" for line in order.lines.all()],
        _("history"): [
            f"{event.happened_at.astimezone(zone):%Y-%m-%d %H:%M} {event.get_kind_display()}"
            for event in order.events.all()
        ],
    }
    return {str(name): value for name, value in said.items() if value}


def _trust(key: str) -> "list[TrustEvent]":
    shops = TrustEvent.objects.values_list("shop", flat=True).distinct()
    keys = [trust_key(shop, key) for shop in shops]
    return list(TrustEvent.objects.filter(key__in=keys).select_related("shop").order_by("pk"))
