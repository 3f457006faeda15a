"""What stands in the window of a shop that becomes part of another."""

from datetime import datetime

from comptoir.accounts.actors import Actor
from comptoir.events.models import Deed, Event, Pick
from comptoir.events.operations.steps import note, take_turn
from comptoir.shops.models import Shop


def follow_window(gone: Shop, into: Shop, *, actor: Actor, at: datetime) -> None:
    """Bring to a shop the events to come of another and its words on titles, those of titles on
    which it has none. A step inside the transaction of a merger.

    Locks: the turn of windows. Writes: events, picks, a line of history.
    """
    take_turn()
    has = Pick.objects.filter(shop=into).values("product")
    picks = Pick.objects.filter(shop=gone).exclude(product__in=has).update(shop=into)
    known = set(
        Event.objects.filter(shop=into, starts_at__gte=at, cancelled_at=None).values_list(
            "kind", "title", "starts_at"
        )
    )
    coming = [
        event.pk
        for event in Event.objects.filter(shop=gone, starts_at__gte=at)
        if (event.kind, event.title, event.starts_at) not in known
    ]
    events = Event.objects.filter(pk__in=coming).update(shop=into)
    if picks or events:
        note(into, Deed.MOVED, actor=actor, at=at)
