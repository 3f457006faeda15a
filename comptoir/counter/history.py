"""An order's history and an offer's ledger, with the names of those who acted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from comptoir.accounts.actors import ActorKind
from comptoir.accounts.models import ActedBy, ApiToken, User
from comptoir.orders.models import Order


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an order's history in words."""

    at: datetime
    what: str
    detail: str
    who: str


def read_history(order: Order) -> list[Happening]:
    """Return what happened to an order, oldest first."""
    events = list(order.events.all())
    names = actor_names(events)
    return [
        Happening(
            at=event.happened_at,
            what=event.get_kind_display(),
            detail=str(event.data.get("title", "")),
            who=names[event.actor_kind, event.actor_id],
        )
        for event in events
    ]


def actor_names(lines: Iterable[ActedBy]) -> dict[tuple[str, int | None], str]:
    """Return the names of those who acted, in one query a kind."""
    acted = {(line.actor_kind, line.actor_id) for line in lines}
    people = User.objects.in_bulk([key for kind, key in acted if kind == ActorKind.USER and key])
    tokens = ApiToken.objects.in_bulk([k for kind, k in acted if kind == ActorKind.TOKEN and k])
    fixed = {
        ActorKind.READER: _("the reader"),
        ActorKind.SYSTEM: _("Comptoir"),
        ActorKind.FEED: _("the till"),
        ActorKind.USER: _("somebody"),
        ActorKind.TOKEN: _("a program"),
    }
    names: dict[tuple[str, int | None], str] = {}
    for kind, key in acted:
        known = people if kind == ActorKind.USER else tokens if kind == ActorKind.TOKEN else {}
        names[kind, key] = str(known.get(key) or fixed[ActorKind(kind)])
    return names
